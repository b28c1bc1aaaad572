/* The model's threads, and its time: finalizers, cleanups, collections, stacks. */
#include <string.h>

#include "base/check.h"
#include "model/ops.h"

/* --- threads ---------------------------------------------------------------------------------- */

void ops_start_thread(struct machine *m, bool is_c) {
    struct thread *thread = &m->threads[m->n_threads];
    seam_assert(m->n_os < OS_THREADS_MAX);
    m->tls[m->n_os] = TLS_UNSET;
    thread->is_c = is_c;
    thread->has_failed = thread->in_c = false;
    thread->locks = 0;
    thread->os = m->n_os++;
    stack_init(&thread->stack, m->n_threads++);
}

BODY(goroutine) {
    ops_start_thread(m, false);
    return true;
}

BODY(c_thread) {
    ops_start_thread(m, true);
    return true;
}

BODY(on) {
    m->thread = o->other_thread;
    return true;
}

BODY(lock_thread) {
    machine_os(m);
    m->threads[m->thread].locks++;
    return true;
}

BODY(unlock_thread) {
    if (m->threads[m->thread].locks > 0)
        m->threads[m->thread].locks--;
    return true;
}

BODY(migrate) {
    machine_os(m);
    return true;
}

BODY(set_error) {
    m->tls[machine_os(m)] = o->value;
    m->threads[m->thread].has_failed = true;
    return true;
}

BODY(succeed) {
    word *error = &m->tls[machine_os(m)];
    *error = *error != TLS_UNSET ? *error | TLS_OLD : TLS_UNSET;
    return true;
}

BODY(get_error) {
    word error = m->tls[machine_os(m)];
    bool is_old = error != TLS_UNSET && (error & TLS_OLD) != 0;
    error = is_old ? error & ~TLS_OLD : error;
    int self = seam_any(SEAM_NOUN_thread, m->thread);
    saw(m, SEAM_NOUN_thread, m->thread, error != TLS_UNSET ? error : SEAM_VALUE_UNKNOWN);
    if (is_old && error != 0)
        return machine_found(m, SEAM_RULE_stale_error, self, SEAM_SEEN_NONE);
    if (error != TLS_UNSET || !m->threads[m->thread].has_failed)
        return true;
    return machine_found(m, SEAM_RULE_thread_state_lost, self, SEAM_SEEN_NONE);
}

BODY(errno) {
    saw(m, SEAM_NOUN_thread, m->thread, o->value);
    return true;
}

BODY(lib_bound) {
    born_c(m, o->new_c, SEAM_FILL_clean, SEAM_ALLOCATOR_lib);
    m->cmem.blocks[c_block(m, o->new_c)].os = machine_os(m);
    return true;
}

BODY(panic) {
    machine_found(m, SEAM_RULE_panic_through_c, seam_any(SEAM_NOUN_thread, m->thread),
                  SEAM_SEEN_NONE);
    m->threads[m->thread].in_c = false; /* since the callback began, and it does not return */
    return ops_leave(m, false);
}

BODY(goexit) {
    int self = seam_any(SEAM_NOUN_thread, m->thread);
    if (m->threads[m->thread].is_c)
        return machine_found(m, SEAM_RULE_goexit_on_c_thread, self, SEAM_SEEN_RUNTIME);
    if (machine_call(m) != NULL)
        machine_found(m, SEAM_RULE_goexit_through_c, self, SEAM_SEEN_NONE);
    while (machine_call(m) != NULL)
        ops_leave(m, false);
    m->thread = 0;
    return true;
}

/* --- time ------------------------------------------------------------------------------------- */

static void attach(struct machine *m, enum special_kind kind, int go, int c) {
    seam_assert(m->n_specials < SPECIALS_MAX);
    m->specials[m->n_specials++] =
        (struct special){(uint8_t)kind, machine_go(m, go), m->c_pointer[c]};
}

/* The index of the object's finalizer among the specials, or -1. */
static int finalizer_of(const struct machine *m, word object) {
    for (int i = 0; i < m->n_specials; i++)
        if (m->specials[i].kind == SPECIAL_finalizer && m->specials[i].object == object)
            return i;
    return -1;
}

/* Nothing ever runs for a package variable; true if it is one. */
static bool is_linked(struct machine *m, int go) {
    struct place place;
    heap_place(&m->heap, machine_go(m, go), &place);
    if (place.span->segment == SEGMENT_heap)
        return false;
    machine_found(m, SEAM_RULE_finalizer_never_runs, seam_any(SEAM_NOUN_go, go), SEAM_SEEN_NONE);
    return true;
}

BODY(finalizer) {
    if (is_linked(m, o->go))
        return true;
    if (finalizer_of(m, machine_go(m, o->go)) >= 0)
        return machine_found(m, SEAM_RULE_finalizer_set_twice, seam_any(SEAM_NOUN_go, o->go),
                             SEAM_SEEN_RUNTIME);
    attach(m, SPECIAL_finalizer, o->go, o->block);
    return true;
}

BODY(cleanup) {
    if (!is_linked(m, o->go))
        attach(m, SPECIAL_cleanup, o->go, o->block);
    return true;
}

BODY(finalizer_c) {
    return machine_found(m, SEAM_RULE_finalizer_on_c_memory, seam_any(SEAM_NOUN_c, o->c),
                         SEAM_SEEN_RUNTIME);
}

BODY(weak) {
    m->weak[o->new_weak] = machine_go(m, o->heap_go);
    return true;
}

BODY(weak_value) {
    saw(m, SEAM_NOUN_weak, o->weak, m->weak[o->weak] != 0);
    return true;
}

BODY(cleanup_self) {
    return machine_found(m, SEAM_RULE_cleanup_holds_object, seam_any(SEAM_NOUN_go, o->heap_go),
                         SEAM_SEEN_RUNTIME);
}

BODY(detach) {
    int i = finalizer_of(m, machine_go(m, o->go));
    if (i >= 0) {
        m->n_specials--;
        memmove(&m->specials[i], &m->specials[i + 1],
                (size_t)(m->n_specials - i) * sizeof *m->specials);
    }
    return true;
}

BODY(gc) { return machine_collect(m); }

BODY(finalize) {
    if (m->n_queue == 0)
        return true;
    int n = o->count % m->n_queue;
    struct special special = m->queue[n];
    m->n_queue--;
    memmove(&m->queue[n], &m->queue[n + 1], (size_t)(m->n_queue - n) * sizeof *m->queue);
    seam_trace_add(m->trace, SEAM_EVENT_ran, m->step,
                   seam_any_number(machine_name(m, special.object)), 0);
    return machine_free(m, special.c, SEAM_OWNER_go, SEAM_ALLOCATOR_own, true);
}

BODY(reuse) {
    for (int i = 0; i < m->heap.n_spans; i++)
        m->heap.spans[i].reused |= m->heap.spans[i].freed;
    return true;
}

BODY(stack_grow) {
    return stack_move(stack(m)) || machine_found(m, SEAM_RULE_integer_in_pointer_slot,
                                                 seam_any(SEAM_NOUN_handle, 0), SEAM_SEEN_RUNTIME);
}
