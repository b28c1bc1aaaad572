/* The collector of the model: mark from typed roots, sweep spans, queue finalizers and cleanups.
 *
 * As runtime/mgcmark.go and mgcsweep.go do it: what an object with a finalizer points to is a root,
 * the object itself is not; a dead object with a finalizer lives on for this cycle; cleanups wait
 * until the object is really freed. Finalizers and cleanups of one collection are queued in the
 * order of their objects. */
#include <string.h>

#include "base/check.h"
#include "model/machine.h"

struct marking {
    struct machine *m;
    word work[SEAM_GO_MAX];
    int n;
};

static void mark(struct marking *marking, word address) {
    struct place place;
    address = heap_unbox(&marking->m->heap, address);
    if (!heap_find(&marking->m->heap, address, &place) || (place.span->marked >> place.slot & 1))
        return;
    place.span->marked |= (uint8_t)(1u << place.slot);
    marking->work[marking->n++] = address - (word)place.offset;
}

static void mark_children(struct marking *marking, word object) {
    struct place place;
    heap_place(&marking->m->heap, object, &place);
    for (int i = 0; i < heap_pointers((enum seam_shape)place.span->shape); i++)
        if (place.span->words[place.slot][i] != object) /* a pointer to itself keeps nothing */
            mark(marking, place.span->words[place.slot][i]);
}

/* False if a Pinner is unreachable and still has pins. */
static bool mark_pinners(struct marking *marking) {
    struct machine *m = marking->m;
    for (int p = 0; p < SEAM_PINNER_MAX; p++) {
        if (m->pinners[p].n > 0 && m->threads[0].stack.slots[PINNER_SLOT + p] == 0)
            return machine_found(m, SEAM_RULE_pinner_leaked, seam_any(SEAM_NOUN_pinner, p),
                                 SEAM_SEEN_RUNTIME);
        for (int i = 0; i < m->pinners[p].n && !SEAM_PLANTED(sweep_ignores_pins); i++)
            mark(marking, m->pinners[p].refs[i]);
    }
    return true;
}

static bool mark_roots(struct marking *marking) {
    struct machine *m = marking->m;
    for (int t = 0; t < m->n_threads; t++) {
        const struct stack *stack = &m->threads[t].stack;
        for (uint32_t bits = stack->is_pointer; bits != 0; bits &= bits - 1)
            mark(marking, stack->slots[__builtin_ctz(bits)]);
    }
    for (int id = 0; id < m->heap.n_objects; id++) {
        struct place place;
        heap_place(&m->heap, machine_go(m, id), &place);
        if (place.span->segment != SEGMENT_heap)
            mark(marking, machine_go(m, id));
    }
    for (int i = 0; i < SEAM_GO_MAX; i++)
        mark(marking, m->pool.victims[i]);
    for (int h = 0; h < SEAM_HANDLE_MAX; h++)
        mark(marking, m->handle[h]);
    for (int i = 0; i < m->n_queue; i++)
        if (m->queue[i].kind == SPECIAL_finalizer)
            mark(marking, m->queue[i].object);
    for (int i = 0; i < m->n_specials; i++)
        if (m->specials[i].kind == SPECIAL_finalizer) {
            mark_children(marking, m->specials[i].object);
            if (SEAM_PLANTED(finalizer_keeps_object))
                mark(marking, m->specials[i].object);
        }
    return mark_pinners(marking);
}

/* Move the specials of this kind from an object to the queue; were there any? */
static bool queue_specials(struct machine *m, enum special_kind kind, word object) {
    int kept = 0, before = m->n_queue;
    for (int i = 0; i < m->n_specials; i++) {
        struct special special = m->specials[i];
        if (special.kind != kind || special.object != object) {
            m->specials[kept++] = special;
            continue;
        }
        seam_assert(m->n_queue < SPECIALS_MAX);
        m->queue[m->n_queue++] = special;
        seam_trace_add(m->trace, SEAM_EVENT_queued, m->step,
                       seam_any_number(machine_name(m, object)), 0);
    }
    m->n_specials = kept;
    return m->n_queue > before;
}

static void sweep(struct machine *m) {
    uint32_t freed = 0;
    bool queued_finalizer = false;
    for (int id = 0; id < m->heap.n_objects; id++) {
        word object = machine_go(m, id);
        struct place place;
        if (!heap_find(&m->heap, object, &place) || place.span->segment != SEGMENT_heap ||
            (place.span->marked >> place.slot & 1))
            continue;
        for (int i = 0; i < SEAM_WEAK_MAX; i++)
            if (m->weak[i] == object)
                m->weak[i] = 0;
        if (SEAM_PLANTED(cleanup_runs_first))
            queue_specials(m, SPECIAL_cleanup, object);
        if (SEAM_PLANTED(finalizer_queue_drops_second) && queued_finalizer)
            continue;
        if (queue_specials(m, SPECIAL_finalizer, object)) {
            queued_finalizer = true;
            continue;
        }
        queue_specials(m, SPECIAL_cleanup, object);
        place.span->freed |= (uint8_t)(1u << place.slot);
        freed |= 1u << id;
    }
    seam_trace_add(m->trace, SEAM_EVENT_collected, m->step, 0, freed);
}

/* sync.poolCleanup, at the beginning of a collection. */
static void clear_pool(struct pool *pool) {
    memcpy(pool->victims, pool->objects, sizeof pool->victims);
    memset(pool->objects, 0, sizeof pool->objects);
}

static void clear_marks(struct machine *m) {
    for (int i = 0; i < m->heap.n_spans; i++)
        m->heap.spans[i].marked = 0;
}

static void mark_all(struct marking *marking) {
    while (marking->n > 0)
        mark_children(marking, marking->work[--marking->n]);
}

bool machine_collect(struct machine *m) {
    struct marking marking = {.m = m, .n = 0};
    clear_pool(&m->pool);
    clear_marks(m);
    if (!mark_roots(&marking))
        return false;
    mark_all(&marking);
    sweep(m);
    return true;
}

/* The executor holds on to forgotten Pinners with pins, or the runtime would report them. */
void machine_settle(struct machine *m) {
    struct marking marking = {.m = m, .n = 0};
    clear_pool(&m->pool);
    clear_pool(&m->pool);
    clear_marks(m);
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        m->threads[0].stack.slots[PINNER_SLOT + p] = 1;
    mark_roots(&marking);
    for (int i = 0; i < m->n_specials; i++)
        if (m->specials[i].kind == SPECIAL_finalizer)
            mark(&marking, m->specials[i].object);
    mark_all(&marking);
}
