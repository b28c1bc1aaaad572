/* What the oracle makes of facts about threads, and of time: finalizers, cleanups, collections,
 * stacks, the end. */
#include <stddef.h>

#include "oracle/facts.h"

/* --- threads ---------------------------------------------------------------------------------- */

BODY(thread) {
    struct world *w = &o->world;
    bool is_c = f->kind == SEAM_THREAD_c;
    w->error[w->n_os] = -1;
    w->threads[f->thread] = (struct world_thread){.is_c = is_c, .os = (uint16_t)w->n_os++};
    return true;
}

BODY(turn) {
    o->world.thread = f->thread;
    return true;
}

BODY(lock) {
    world_os(&o->world); /* until it is unlocked */
    o->world.threads[o->world.thread].locks++;
    return true;
}

BODY(unlock) {
    struct world_thread *thread = &o->world.threads[o->world.thread];
    thread->locks -= thread->locks > 0;
    return true;
}

/* Nothing ties a goroutine that can be moved to its thread, moved or not. */
BODY(migrate) { return true; }

BODY(set_error) {
    o->world.error[world_os(&o->world)] = f->value;
    o->world.threads[o->world.thread].has_failed = true;
    o->world.threads[o->world.thread].has_succeeded = false;
    return true;
}

BODY(succeed) {
    o->world.threads[o->world.thread].has_succeeded = true;
    return true;
}

BODY(get_error) {
    struct world *w = &o->world;
    int error = w->error[world_os(w)];
    saw(o, SEAM_NOUN_thread, w->thread, error >= 0 ? (uint32_t)error : SEAM_VALUE_UNKNOWN);
    if (error > 0 && w->threads[w->thread].has_succeeded)
        return broken(o, SEAM_RULE_stale_error, SEAM_NOUN_thread, w->thread);
    if (error >= 0 || !w->threads[w->thread].has_failed)
        return true;
    return broken(o, SEAM_RULE_thread_state_lost, SEAM_NOUN_thread, w->thread);
}

/* "errno is returned as a second result": whatever it is, and 0 is not an error. */
BODY(errno) {
    saw(o, SEAM_NOUN_thread, o->world.thread, f->value);
    return true;
}

BODY(bind) {
    o->world.c[f->c].os = (uint16_t)world_os(&o->world);
    return true;
}

BODY(unwind) {
    broken(o, SEAM_RULE_panic_through_c, SEAM_NOUN_thread, o->world.thread);
    o->world.threads[o->world.thread].was_called = false; /* nothing has returned */
    return facts_leave(o, false);
}

BODY(goexit) {
    struct world *w = &o->world;
    if (w->threads[w->thread].is_c)
        return broken(o, SEAM_RULE_goexit_on_c_thread, SEAM_NOUN_thread, w->thread);
    if (world_innermost(w) >= 0)
        broken(o, SEAM_RULE_goexit_through_c, SEAM_NOUN_thread, w->thread);
    while (world_innermost(w) >= 0)
        facts_leave(o, false);
    w->thread = 0;
    return true;
}

BODY(grow) {
    for (int i = 0; i < o->world.depth; i++) {
        const struct world_frame *frame = &o->world.frames[i];
        if (frame->thread != o->world.thread) /* another stack */
            continue;
        if (frame->is_bad_pointer)
            return broken(o, SEAM_RULE_integer_in_pointer_slot, SEAM_NOUN_handle, 0);
        if (frame->arg != SEAM_NO_ARG && seam_any_noun(frame->arg) == SEAM_NOUN_local)
            o->world.local_stale |= (uint16_t)(1u << seam_any_number(frame->arg));
    }
    return true;
}

/* --- finalizers, cleanups and weak pointers --------------------------------------------------- */

BODY(finalizer) {
    if (o->world.go_global >> f->go & 1)
        return broken(o, SEAM_RULE_finalizer_never_runs, SEAM_NOUN_go, f->go);
    if (o->world.go[f->go].finalizer != REF_NIL)
        return broken(o, SEAM_RULE_finalizer_set_twice, SEAM_NOUN_go, f->go);
    o->world.go[f->go].finalizer = f->c;
    return true;
}

BODY(finalizer_c) { return broken(o, SEAM_RULE_finalizer_on_c_memory, SEAM_NOUN_c, f->c); }

BODY(cleanup) {
    if (o->world.go_global >> f->go & 1)
        return broken(o, SEAM_RULE_finalizer_never_runs, SEAM_NOUN_go, f->go);
    o->world.cleanups[o->world.n_cleanups++] = (struct world_attached){f->go, f->c};
    return true;
}

BODY(cleanup_self) { return broken(o, SEAM_RULE_cleanup_holds_object, SEAM_NOUN_go, f->go); }

BODY(detach) {
    o->world.go[f->go].finalizer = REF_NIL;
    return true;
}

BODY(weak) {
    o->world.weak[f->weak] = f->go;
    o->world.weak_live |= (uint16_t)(1u << f->weak);
    return true;
}

BODY(weak_value) {
    saw(o, SEAM_NOUN_weak, f->weak, o->world.weak_live >> f->weak & 1);
    return true;
}

/* --- collections ------------------------------------------------------------------------------ */

static void queue(struct oracle *o, int go, int c, bool keeps) {
    o->world.queue_keeps[o->world.n_queue] = keeps;
    o->world.queue[o->world.n_queue++] = (struct world_attached){(uint8_t)go, (uint8_t)c};
    seam_trace_add(o->trace, SEAM_EVENT_queued, o->step, go, 0);
}

/* "When the garbage collector finds an unreachable block with an associated finalizer, it clears
 * the association and runs finalizer(obj)", and obj lives on for this cycle. Cleanups are queued
 * when the object is freed. */
BODY(collect) {
    struct world *w = &o->world;
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        if (w->n_pinned[p] > 0 && !(w->pinner_variable >> p & 1))
            return broken(o, SEAM_RULE_pinner_leaked, SEAM_NOUN_pinner, p);
    w->pooled_before = w->pooled;
    w->pooled = 0;
    uint16_t dead = (uint16_t)(w->go_born & ~w->go_collected & ~world_live(w)), freed = 0;
    /* "weak pointers are cleared before finalizers are queued", and stay so. */
    for (int i = 0; i < SEAM_WEAK_MAX; i++)
        if (w->weak_live >> i & 1 && dead >> w->weak[i] & 1)
            w->weak_live &= (uint16_t) ~(1u << i);
    for (; dead != 0; dead &= (uint16_t)(dead - 1)) {
        int go = __builtin_ctz(dead);
        if (w->go[go].finalizer != REF_NIL) {
            queue(o, go, w->go[go].finalizer, true);
            w->go[go].finalizer = REF_NIL;
            continue;
        }
        freed |= (uint16_t)(1u << go);
        int kept = 0;
        for (int i = 0; i < w->n_cleanups; i++)
            if (w->cleanups[i].go == go)
                queue(o, go, w->cleanups[i].c, false);
            else
                w->cleanups[kept++] = w->cleanups[i];
        w->n_cleanups = kept;
    }
    w->go_collected |= freed;
    seam_trace_add(o->trace, SEAM_EVENT_collected, o->step, 0, freed);
    return true;
}

BODY(run) {
    struct world *w = &o->world;
    if (w->n_queue == 0)
        return true;
    int n = f->count % w->n_queue;
    struct world_attached ran = w->queue[n];
    w->n_queue--;
    for (int i = n; i < w->n_queue; i++) {
        w->queue[i] = w->queue[i + 1];
        w->queue_keeps[i] = w->queue_keeps[i + 1];
    }
    seam_trace_add(o->trace, SEAM_EVENT_ran, o->step, ran.go, 0);
    return facts_free_c(o, ran.c, SEAM_OWNER_go, SEAM_ALLOCATOR_own, true);
}

BODY(reuse) {
    o->world.go_reused |= o->world.go_collected;
    return true;
}

BODY(dead_go) {
    o->world.go_variable &= (uint16_t) ~(1u << f->go);
    return true;
}

BODY(dead_pinner) {
    o->world.pinner_variable &= (uint16_t) ~(1u << f->pinner);
    return true;
}

/* --- the end ---------------------------------------------------------------------------------- */

/* A finalizer frees for the owner; it gives back no reference that Go shared. */
static bool is_leaked(const struct world *w, int c) {
    return w->c[c].shared > 0 || (w->c[c].owner == SEAM_OWNER_go && !world_will_be_freed(w, c));
}

BODY(end) {
    struct world *w = &o->world;
    uint16_t leaked = 0;
    for (int c = 0; c < w->c_born; c++)
        if (!((w->c_freed | w->c_borrowed) >> c & 1) && is_leaked(w, c))
            leaked |= (uint16_t)(1u << c);
    /* No variable is left, and after two collections the pool is empty. */
    w->go_variable = w->pooled = w->pooled_before = 0;
    uint16_t hidden = leaked != 0 ? world_c_reachable(w) : 0;
    for (; leaked != 0; leaked &= (uint16_t)(leaked - 1)) {
        int c = __builtin_ctz(leaked);
        bool is_hidden = hidden >> c & 1 || w->c[c].allocator == SEAM_ALLOCATOR_mmap;
        broken(o, is_hidden ? SEAM_RULE_c_memory_leak_hidden : SEAM_RULE_c_memory_leak, SEAM_NOUN_c,
               c);
    }
    for (int h = 0; h < SEAM_HANDLE_MAX; h++)
        if (w->handle_live >> h & 1)
            broken(o, SEAM_RULE_handle_leak, SEAM_NOUN_handle, h);
    return true;
}
