/* What the model's process has once: the library's locks and state, the environment,
 * signal handlers. */
#include "model/ops.h"

static bool found_here(struct machine *m, enum seam_rule rule) {
    return machine_found(m, rule, seam_any(SEAM_NOUN_thread, m->thread), SEAM_SEEN_NONE);
}

static void saw_here(struct machine *m, word value) { saw(m, SEAM_NOUN_thread, m->thread, value); }

/* --- the library ------------------------------------------------------------------------------ */

BODY(c_lock) {
    bool was_free = !m->locks[o->lock];
    m->locks[o->lock] = true;
    saw(m, SEAM_NOUN_lock, o->lock, was_free);
    return was_free ||
           machine_found(m, SEAM_RULE_deadlock, seam_any(SEAM_NOUN_lock, o->lock), SEAM_SEEN_NONE);
}

BODY(c_unlock) {
    m->locks[o->lock] = false;
    return true;
}

BODY(lib_init) {
    m->lib_is_ready = true;
    return true;
}

BODY(lib_exit) {
    m->lib_is_ready = false;
    return true;
}

BODY(lib_use) {
    saw_here(m, m->lib_is_ready);
    return m->lib_is_ready || found_here(m, SEAM_RULE_library_not_ready);
}

/* --- the environment -------------------------------------------------------------------------- */

/* setenv makes a new string, whatever becomes of the old one. */
static void set(struct machine *m, word value) {
    m->environment.n++;
    m->environment.value = value;
}

BODY(setenv) {
    m->environment.go = o->value;
    set(m, o->value);
    return true;
}

BODY(c_setenv) {
    set(m, o->value);
    return true;
}

BODY(getenv) {
    saw_here(m, m->environment.go);
    return m->environment.go == m->environment.value || found_here(m, SEAM_RULE_environment_copied);
}

BODY(c_getenv) {
    saw_here(m, m->environment.value);
    m->environment.kept = m->environment.n;
    return true;
}

BODY(c_read_env) {
    if (m->environment.kept == 0)
        return true;
    if (m->environment.kept != m->environment.n)
        return found_here(m, SEAM_RULE_environment_moved);
    saw_here(m, m->environment.value);
    return true;
}

/* --- signals ---------------------------------------------------------------------------------- */

static bool install(struct machine *m, bool on_stack) {
    m->has_handler = true;
    m->on_stack = on_stack;
    return true;
}

BODY(c_handle_signal) { return install(m, false); }

BODY(c_handle_signal_onstack) { return install(m, true); }

/* Go's part of the handler asks on which stack it is (runtime.adjustSignalStack). */
BODY(signal) {
    bool knows_extra = seam_scenario_is_from(m->heap.scenario, 21); /* m.isExtraInC */
    bool is_repaired = seam_scenario_is_from(m->heap.scenario, 25);
    const struct thread *thread = &m->threads[m->thread];
    /* The handler takes another M for this thread (runtime.badsignal). */
    if (thread->is_c && thread->in_c && machine_call(m) == NULL && knows_extra && !is_repaired)
        return found_here(m, SEAM_RULE_signal_after_callback);
    if (m->has_handler && !m->on_stack)
        return machine_found(m, SEAM_RULE_signal_off_stack, seam_any(SEAM_NOUN_thread, m->thread),
                             SEAM_SEEN_RUNTIME);
    saw_here(m, m->has_handler);
    return true;
}
