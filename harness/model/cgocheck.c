#include "model/cgocheck.h"

#include "model/plant.h"

/* cgoIsGoPointer: the span of the address is in use. The model has no package variables. */
static bool is_go_pointer(struct heap *heap, word p) {
    struct place place;
    return heap_find(heap, p, &place);
}

/* cgoCheckUnknownPointer: every pointer slot of the whole allocation, one level deep. */
static bool unknown_pointer_fails(struct heap *heap, word p) {
    struct place place;
    if (!heap_find(heap, p, &place))
        return false;
    int n = heap_pointers((enum seam_shape)place.span->shape);
    if (SEAM_PLANTED(cgocheck_first_word_only) && n > 1)
        n = 1;
    if (SEAM_PLANTED(cgocheck_skips_arrays) && place.span->shape == SEAM_SHAPE_array)
        n = 0;
    for (int i = 0; i < n; i++) {
        word v = place.span->words[place.slot][i];
        if (is_go_pointer(heap, v) && !heap_is_pinned(heap, v))
            return true;
    }
    return false;
}

/* cgoCheckArg for a value of pointer type that is not the top level. */
static bool pointer_fails(struct heap *heap, word p) {
    if (!is_go_pointer(heap, p))
        return false;
    return !heap_is_pinned(heap, p) || unknown_pointer_fails(heap, p);
}

/* cgoCheckArg for an array of SEAM_WORDS pointers at this address. */
static bool array_fails(struct heap *heap, word address) {
    for (int i = 0; i < SEAM_WORDS; i++)
        if (pointer_fails(heap, *heap_word(heap, address + (word)i * 8)))
            return true;
    return false;
}

bool cgocheck_argument(struct heap *heap, enum seam_form form, word object) {
    struct place place;
    heap_place(heap, object, &place);
    bool is_array = place.span->shape == SEAM_SHAPE_array;
    bool is_data = place.span->shape == SEAM_SHAPE_data;
    switch (form) {
    case SEAM_FORM_pointer:
    case SEAM_FORM_unsafe:
        return unknown_pointer_fails(heap, object);
    case SEAM_FORM_field: /* &x.buf has no pointers; &a.all is an array of them */
        return is_array && array_fails(heap, object);
    case SEAM_FORM_element: /* the whole array */
        return !is_data && array_fails(heap, object);
    default: /* char * and uintptr_t cannot hold a pointer to a pointer: no check is made */
        return false;
    }
}

bool cgocheck_result(struct heap *heap, word result) { return pointer_fails(heap, result); }

bool cgocheck_write(struct heap *heap, word value, int word_index) {
    if (SEAM_PLANTED(store_check_ignores_last_word) && word_index == SEAM_WORDS - 1)
        return false;
    return is_go_pointer(heap, value) && !heap_is_pinned(heap, value);
}
