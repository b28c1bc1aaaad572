#include "model/cgocheck.h"

#include "model/plant.h"

/* cgoCheckUnknownPointer: every pointer slot of the whole allocation, one level deep. */
static enum cgocheck unknown_pointer(struct heap *heap, word p) {
    struct place place;
    if (!heap_find(heap, p, &place) || place.span->segment == SEGMENT_noptr)
        return CGOCHECK_passes;
    if (place.span->segment == SEGMENT_data)
        return CGOCHECK_unknown;
    int n = heap_pointers((enum seam_shape)place.span->shape);
    if (SEAM_PLANTED(cgocheck_first_word_only) && n > 1)
        n = 1;
    if (SEAM_PLANTED(cgocheck_skips_arrays) && place.span->shape == SEAM_SHAPE_array)
        n = 0;
    for (int i = 0; i < n; i++) {
        word v = place.span->words[place.slot][i];
        if (heap_is_unpinned(heap, v))
            return CGOCHECK_pointer;
    }
    return CGOCHECK_passes;
}

/* cgoCheckArg for a pointer that is not the top level. */
static enum cgocheck pointer(struct heap *heap, word p) {
    if (!heap_is_go(heap, p))
        return CGOCHECK_passes;
    return heap_is_pinned(heap, p) ? unknown_pointer(heap, p) : CGOCHECK_pointer;
}

/* The same for any type; a word is the pointer in its first word. */
static enum cgocheck typed(struct heap *heap, enum seam_shape shape, word v) {
    switch (shape) {
    case SEAM_SHAPE_data:
        return CGOCHECK_passes;
    case SEAM_SHAPE_maps:
    case SEAM_SHAPE_chans: /* never right, nil or not */
        return v == 0 ? CGOCHECK_nil : CGOCHECK_pointer;
    case SEAM_SHAPE_funcs: /* pins do not matter */
        return heap_is_go(heap, v) ? CGOCHECK_pointer : CGOCHECK_passes;
    case SEAM_SHAPE_strings:
    case SEAM_SHAPE_slices: /* bytes hold no pointers, so this is all */
        return heap_is_unpinned(heap, v) ? CGOCHECK_pointer : CGOCHECK_passes;
    default:
        return pointer(heap, v);
    }
}

/* cgoCheckArg for the object's words from `from` on. */
static enum cgocheck array(struct heap *heap, const struct place *place, int from) {
    enum seam_shape shape = (enum seam_shape)place->span->shape;
    for (int i = from; i < SEAM_WORDS; i++) {
        enum cgocheck result = typed(heap, shape, place->span->words[place->slot][i]);
        if (result != CGOCHECK_passes)
            return result;
    }
    return CGOCHECK_passes;
}

enum cgocheck cgocheck_argument(struct heap *heap, enum seam_form form, word object) {
    struct place place;
    heap_place(heap, object, &place);
    switch (form) {
    case SEAM_FORM_cast: /* these parameters cannot hold a pointer to a pointer: no check is made */
    case SEAM_FORM_uintptr:
        return CGOCHECK_passes;
    case SEAM_FORM_bytes:
    case SEAM_FORM_bytesdata:
    case SEAM_FORM_field: /* &x.buf has no pointers; of an array it is all */
        return place.span->shape == SEAM_SHAPE_array ? array(heap, &place, 0) : CGOCHECK_passes;
    case SEAM_FORM_pointed: /* cgoCheckPointer had no case for this before Go 1.24 */
        if (!seam_scenario_is_from(heap->scenario, 24))
            return heap_is_go(heap, object) ? CGOCHECK_throws : CGOCHECK_passes;
        return array(heap, &place, 0);
    case SEAM_FORM_element:
    case SEAM_FORM_slice:
    case SEAM_FORM_slicedata:
    case SEAM_FORM_whole: /* after the words there is only the buffer */
        return array(heap, &place, 0);
    case SEAM_FORM_tail: /* the slice begins at the second word */
        return array(heap, &place, 1);
    default:
        return unknown_pointer(heap, object);
    }
}

enum cgocheck cgocheck_result(struct heap *heap, word result) { return pointer(heap, result); }

bool cgocheck_write(struct heap *heap, word value, int word_index) {
    if (SEAM_PLANTED(store_check_ignores_last_word) && word_index == SEAM_WORDS - 1)
        return false;
    return heap_is_unpinned(heap, value);
}
