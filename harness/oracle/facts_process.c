/* What the oracle makes of facts about what a process has once: the library's locks and state, the
 * environment, signal handlers. */
#include "oracle/facts.h"

/* --- the library ------------------------------------------------------------------------------ */

BODY(c_lock) {
    bool is_taken = o->world.locked >> f->lock & 1;
    saw(o, SEAM_NOUN_lock, f->lock, !is_taken);
    o->world.locked |= (uint8_t)(1u << f->lock);
    if (!is_taken)
        return true;
    return broken(o, SEAM_RULE_deadlock, SEAM_NOUN_lock, f->lock);
}

BODY(c_unlock) {
    o->world.locked &= (uint8_t) ~(1u << f->lock);
    return true;
}

BODY(lib_init) {
    o->world.lib_is_ready = true;
    return true;
}

BODY(lib_exit) {
    o->world.lib_is_ready = false;
    return true;
}

BODY(lib_use) {
    saw(o, SEAM_NOUN_thread, o->world.thread, o->world.lib_is_ready);
    if (o->world.lib_is_ready)
        return true;
    return broken(o, SEAM_RULE_library_not_ready, SEAM_NOUN_thread, o->world.thread);
}

/* --- the environment -------------------------------------------------------------------------- */

static void set_in_c(struct world *w, int value) {
    w->env_c = value;
    w->env_is_set_since = true;
}

BODY(c_setenv) {
    set_in_c(&o->world, f->value);
    return true;
}

BODY(setenv) {
    o->world.env_go = f->value;
    set_in_c(&o->world, f->value);
    return true;
}

BODY(getenv) {
    const struct world *w = &o->world;
    saw(o, SEAM_NOUN_thread, w->thread, (uint32_t)w->env_go);
    if (w->env_go == w->env_c)
        return true;
    return broken(o, SEAM_RULE_environment_copied, SEAM_NOUN_thread, w->thread);
}

BODY(c_getenv) {
    struct world *w = &o->world;
    saw(o, SEAM_NOUN_thread, w->thread, (uint32_t)w->env_c);
    w->env_kept = w->env_c;
    w->env_is_set_since = false;
    return true;
}

BODY(c_read_env) {
    const struct world *w = &o->world;
    if (w->env_kept == SEAM_ENV_UNSET)
        return true;
    if (w->env_is_set_since)
        return broken(o, SEAM_RULE_environment_moved, SEAM_NOUN_thread, w->thread);
    saw(o, SEAM_NOUN_thread, w->thread, (uint32_t)w->env_kept);
    return true;
}

/* --- signals ---------------------------------------------------------------------------------- */

BODY(handle_signal) {
    o->world.handler_stack = f->stack;
    return true;
}

/* Inside a call Go code is a callback; for the steps after this one, it has returned. */
BODY(in_go) {
    struct world *w = &o->world;
    w->threads[w->thread].was_called |= world_innermost(w) >= 0;
    return true;
}

BODY(called_back) {
    o->world.threads[o->world.thread].was_called = true;
    return true;
}

/* runtime.cgocallbackg leaves m.isExtraInC set when it returns, also where more Go is above. */
static bool is_mistaken(const struct oracle *o) {
    const struct world *w = &o->world;
    const struct world_thread *thread = &w->threads[w->thread];
    return o->mistakes_threads && thread->is_c && thread->was_called && world_innermost(w) < 0;
}

BODY(signal) {
    const struct world *w = &o->world;
    if (is_mistaken(o))
        return broken(o, SEAM_RULE_signal_after_callback, SEAM_NOUN_thread, w->thread);
    if (w->handler_stack == SEAM_STACK_own)
        return broken(o, SEAM_RULE_signal_off_stack, SEAM_NOUN_thread, w->thread);
    saw(o, SEAM_NOUN_thread, w->thread, w->handler_stack != SEAM_STACK_none);
    return true;
}
