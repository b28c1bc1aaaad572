/* The watch: ground truth of the model, from addresses and spans alone.
 *
 * What a perfect checker would report, so that rules that nothing checks on real Go can still be
 * compared with the oracle. It reads memory as it is, never what the scenario says. */
#include "model/machine.h"

/* The first unpinned Go pointer in these words of an object, or 0. */
static word unpinned_in(struct machine *m, word object, int from, int to) {
    for (int i = from; i < to; i++) {
        word v = *heap_word(&m->heap, object + (word)i * 8);
        if (heap_is_unpinned(&m->heap, v))
            return v;
    }
    return 0;
}

static int pointers_at(struct machine *m, word object) {
    struct place place;
    heap_place(&m->heap, object, &place);
    return heap_pointers((enum seam_shape)place.span->shape);
}

struct watch_memory watch_argument(struct machine *m, enum seam_form form, word object) {
    struct watch_memory seen = {0, 0};
    struct place place;
    heap_place(&m->heap, object, &place);
    int n = pointers_at(m, object);
    /* The memory in question is the field: the buffer, after the words. */
    bool is_field = form == SEAM_FORM_field || form == SEAM_FORM_variable ||
                    form == SEAM_FORM_parentheses || form == SEAM_FORM_bytes ||
                    form == SEAM_FORM_bytesdata;
    if (form == SEAM_FORM_uintptr || (is_field && place.span->shape != SEAM_SHAPE_array))
        n = 0;
    seen.direct = unpinned_in(m, object, 0, n);
    for (int i = 0; i < n && seen.behind == 0; i++) {
        word inner = *heap_word(&m->heap, object + (word)i * 8);
        if (heap_find(&m->heap, inner, &place))
            seen.behind = unpinned_in(m, inner, 0, pointers_at(m, inner));
    }
    return seen;
}

bool watch_held(struct machine *m, word object) {
    struct place place;
    heap_place(&m->heap, object, &place);
    word end = object + (word)heap_size((enum seam_shape)place.span->shape);
    for (int i = 0; i < SEAM_SLOT_MAX && !SEAM_PLANTED(scan_skips_globals); i++)
        if (m->global[i] >= object && m->global[i] < end)
            return true;
    for (int b = 0; b < m->cmem.n; b++)
        for (int w = 0; w < SEAM_WORDS && !m->cmem.blocks[b].freed; w++) {
            word v = m->cmem.blocks[b].memory[w];
            if (v >= object && v < end)
                return true;
        }
    return false;
}

bool watch_known(struct machine *m, word object) {
    struct place place;
    heap_place(&m->heap, object, &place);
    word size = (word)heap_size((enum seam_shape)place.span->shape);
    for (int i = 0; i < m->depth; i++)
        if (m->calls[i].pointer - object < size)
            return true;
    return watch_held(m, object);
}

bool watch_passed(const struct machine *m, word object) {
    for (int i = 0; i < m->depth; i++) {
        const struct call *call = &m->calls[i];
        const struct stack *stack = &m->threads[call->thread].stack;
        if ((stack->is_pointer >> call->slot & 1) && stack->slots[call->slot] == object)
            return true;
    }
    return false;
}

/* --- pointers to C memory, as LeakSanitizer looks for them ------------------------------------ */

struct search {
    struct machine *m;
    uint32_t reached, todo; /* C blocks, as bits */
};

static void search_word(struct search *search, word value) {
    int block = cmem_block_at(&search->m->cmem, heap_unbox(&search->m->heap, value));
    if (block >= 0 && !search->m->cmem.blocks[block].freed)
        search->todo |= (1u << block) & ~search->reached;
}

static void search_heap(struct search *search) {
    const struct heap *heap = &search->m->heap;
    for (const struct span *span = heap->spans; span < heap->spans + heap->n_spans; span++) {
        int n = heap_size((enum seam_shape)span->shape) / 8;
        for (int slot = 0; slot < span->n_used; slot++)
            for (int i = 0; i < n && (span->marked >> slot & 1); i++)
                search_word(search, span->words[slot][i]);
    }
}

/* Libraries keep pointers to what they own, and finalizers to what they will free. */
static void search_roots(struct search *search) {
    struct machine *m = search->m;
    search_heap(search);
    for (int i = 0; i < SEAM_SLOT_MAX; i++)
        search_word(search, m->global[i]);
    for (int k = 0; k < SEAM_CALLBACK_MAX; k++)
        search_word(search, m->callbacks[k].block);
    for (int i = 0; i < m->n_specials; i++)
        search_word(search, m->specials[i].c);
    for (int i = 0; i < m->n_queue; i++)
        search_word(search, m->queue[i].c);
    for (int b = 0; b < m->cmem.n; b++)
        if (cmem_owner(&m->cmem.blocks[b]) == SEAM_OWNER_c)
            search_word(search, cmem_base(&m->cmem, b));
}

/* Blocks from malloc are searched when something leads to them. */
uint32_t watch_reachable(struct machine *m) {
    struct search search = {.m = m};
    search_roots(&search);
    while (search.todo != 0) {
        int next = __builtin_ctz(search.todo);
        const struct cblock *b = &m->cmem.blocks[next];
        search.todo &= search.todo - 1;
        search.reached |= 1u << next;
        for (int i = 0; i < SEAM_WORDS && b->allocator != SEAM_ALLOCATOR_mmap; i++)
            search_word(&search, b->memory[i]);
    }
    return search.reached;
}
