#include "oracle/observe.h"

#include <string.h>

#include "oracle/fact.h"
#include "oracle/facts.h"

static const bool asks[SEAM_FACTS][SEAM_RULES] = {
#define ASKS(fact, rule) [SEAM_FACT_##fact][SEAM_RULE_##rule] = true,
#include "oracle/asks.def"
#undef ASKS
};

bool seam_oracle_asks(enum seam_fact_kind fact, enum seam_rule rule) { return asks[fact][rule]; }

/* --- the world in the rows of state.def ------------------------------------------------------- */

struct sink {
    const struct world *world;
    struct seam_state *state;
    int subject; /* an <any> */
};

static void add(const struct sink *sink, enum seam_state_row_name row, uint32_t value) {
    seam_state_add(sink->state, row, sink->subject, 0, value);
}

static void add_if(const struct sink *sink, enum seam_state_row_name row, bool is_so) {
    if (is_so)
        add(sink, row, 1);
}

static void add_number(const struct sink *sink, enum seam_state_row_name row, uint32_t value) {
    if (value != 0)
        add(sink, row, value);
}

static uint32_t value_of_ref(int ref) {
    return ref == REF_DIRTY  ? SEAM_STATE_DIRTY
           : ref == REF_MARK ? SEAM_STATE_SENTINEL
           : ref == REF_END  ? SEAM_STATE_PAST_END
                             : (uint32_t)ref;
}

static void add_ref(const struct sink *sink, enum seam_state_row_name row, int index, int ref) {
    if (ref != REF_NIL)
        seam_state_add(sink->state, row, sink->subject, index, value_of_ref(ref));
}

static void add_words(const struct sink *sink, const uint8_t refs[SEAM_WORDS]) {
    for (int i = 0; i < SEAM_WORDS; i++)
        add_ref(sink, SEAM_STATE_word, i, refs[i]);
}

/* The Go objects that a collection would free, or queue the finalizers of; none, if it would only
 * stop at a Pinner. */
static uint16_t unreachable(const struct world *world) {
    struct world now = *world;
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        if (now.n_pinned[p] > 0 && !(now.pinner_variable >> p & 1))
            return 0;
    now.pooled_before = now.pooled;
    now.pooled = 0;
    return (uint16_t)(now.go_born & ~now.go_collected & ~world_live(&now));
}

static void describe_go(struct sink *sink, uint16_t dead) {
    const struct world *w = sink->world;
    for (int go = 0; go < SEAM_GO_MAX; go++) {
        if (!(w->go_born >> go & 1))
            continue;
        sink->subject = seam_any(SEAM_NOUN_go, go);
        add(sink, SEAM_STATE_shape, w->go[go].shape);
        add_if(sink, SEAM_STATE_collected, w->go_collected >> go & 1);
        add_if(sink, SEAM_STATE_reused, w->go_reused >> go & 1);
        if (w->go_collected >> go & 1)
            continue;
        add_if(sink, SEAM_STATE_global, w->go_global >> go & 1);
        add_if(sink, SEAM_STATE_variable, w->go_variable >> go & 1);
        add_if(sink, SEAM_STATE_unreachable, dead >> go & 1);
        add_if(sink, SEAM_STATE_pooled, w->pooled >> go & 1);
        add_if(sink, SEAM_STATE_victim, w->pooled_before >> go & 1);
        if (w->go[go].finalizer != REF_NIL)
            add(sink, SEAM_STATE_finalizer, (uint32_t)seam_any(SEAM_NOUN_c, w->go[go].finalizer));
        for (int i = 0, n = 0; i < w->n_cleanups; i++)
            if (w->cleanups[i].go == go)
                seam_state_add(sink->state, SEAM_STATE_cleanup, sink->subject, n++,
                               (uint32_t)seam_any(SEAM_NOUN_c, w->cleanups[i].c));
        add_words(sink, w->go[go].refs);
        add_number(sink, SEAM_STATE_buffer, w->go[go].buffer);
    }
}

static void describe_c(struct sink *sink) {
    const struct world *w = sink->world;
    for (int c = 0; c < w->c_born; c++) {
        sink->subject = seam_any(SEAM_NOUN_c, c);
        if (w->c_borrowed >> c & 1) {
            add(sink, SEAM_STATE_borrowed, (uint32_t)seam_any(SEAM_NOUN_c, w->c[c].parent));
            continue;
        }
        add(sink, SEAM_STATE_block, w->c[c].allocator);
        add_if(sink, SEAM_STATE_freed, w->c_freed >> c & 1);
        if (w->c_freed >> c & 1)
            continue;
        add(sink, SEAM_STATE_owner, w->c[c].owner);
        add_number(sink, SEAM_STATE_shared, w->c[c].shared);
        if (w->c[c].needs != REF_NIL)
            add(sink, SEAM_STATE_needs, (uint32_t)seam_any(SEAM_NOUN_c, w->c[c].needs));
        add_if(sink, SEAM_STATE_bound, w->c[c].os != OS_ANY);
        add_words(sink, w->c[c].refs);
        add_number(sink, SEAM_STATE_buffer, w->c[c].buffer);
    }
}

static void describe_holders(struct sink *sink) {
    const struct world *w = sink->world;
    for (int p = 0; p < SEAM_PINNER_MAX; p++) {
        sink->subject = seam_any(SEAM_NOUN_pinner, p);
        add_if(sink, SEAM_STATE_lost, w->n_pinned[p] > 0 && !(w->pinner_variable >> p & 1));
        for (int i = 0; i < w->n_pinned[p]; i++)
            add_ref(sink, SEAM_STATE_pin, i, seam_any(SEAM_NOUN_go, w->pinned[p][i]));
    }
    for (int h = 0; h < SEAM_HANDLE_MAX; h++) {
        sink->subject = seam_any(SEAM_NOUN_handle, h);
        if (w->handle_live >> h & 1)
            add(sink, SEAM_STATE_handle, (uint32_t)seam_any(SEAM_NOUN_go, w->handle[h]));
    }
    for (int k = 0; k < SEAM_CALLBACK_MAX; k++) {
        const struct world_callback *callback = &w->callback[k];
        sink->subject = seam_any(SEAM_NOUN_callback, k);
        if (callback->is_registered)
            add(sink, SEAM_STATE_callback,
                (uint32_t)seam_any(callback->has_handle ? SEAM_NOUN_handle : SEAM_NOUN_c,
                                   callback->data));
    }
    for (int i = 0; i < SEAM_WEAK_MAX; i++) {
        sink->subject = seam_any(SEAM_NOUN_weak, i);
        if (w->weak_live >> i & 1)
            add(sink, SEAM_STATE_weak, (uint32_t)seam_any(SEAM_NOUN_go, w->weak[i]));
    }
    for (int r = 0; r < SEAM_SLOT_MAX; r++) {
        sink->subject = seam_any(SEAM_NOUN_slot, r);
        add_ref(sink, SEAM_STATE_slot, 0, w->slot[r]);
    }
    for (int i = 0; i < SEAM_LOCK_MAX; i++) {
        sink->subject = seam_any(SEAM_NOUN_lock, i);
        add_if(sink, SEAM_STATE_taken, w->locked >> i & 1);
    }
}

/* The calls that are open on a thread, and the local variables that are their arguments. */
static int describe_calls(struct sink *sink, int thread) {
    const struct world *w = sink->world;
    int n = 0, self = sink->subject;
    for (int i = 0; i < w->depth; i++) {
        const struct world_frame *frame = &w->frames[i];
        if (frame->thread != thread)
            continue;
        bool is_go = frame->arg != SEAM_NO_ARG && world_is_go(frame->arg);
        seam_state_add(sink->state, SEAM_STATE_call, self, n++,
                       seam_state_call(frame->arg, is_go ? frame->form : 0, frame->is_protected,
                                       frame->is_bad_pointer));
        if (frame->arg == SEAM_NO_ARG || seam_any_noun(frame->arg) != SEAM_NOUN_local)
            continue;
        int local = seam_any_number(frame->arg);
        sink->subject = frame->arg;
        add(sink, SEAM_STATE_local, w->local[local]);
        add_if(sink, SEAM_STATE_stale, w->local_stale >> local & 1);
    }
    sink->subject = self;
    return n;
}

static void describe_threads(struct sink *sink, int n_threads) {
    const struct world *w = sink->world;
    for (int t = 0; t < n_threads; t++) {
        const struct world_thread *thread = &w->threads[t];
        sink->subject = seam_any(SEAM_NOUN_thread, t);
        add(sink, SEAM_STATE_thread, thread->is_c ? SEAM_THREAD_c : SEAM_THREAD_goroutine);
        add_if(sink, SEAM_STATE_running, w->thread == t);
        add_number(sink, SEAM_STATE_locked, thread->locks);
        bool stays = describe_calls(sink, t) > 0 || thread->is_c || thread->locks > 0;
        if (stays && w->error[thread->os] >= 0) /* another thread has another variable */
            add(sink, SEAM_STATE_error, (uint32_t)w->error[thread->os]);
    }
}

static void describe_process(struct sink *sink) {
    const struct world *w = sink->world;
    sink->subject = SEAM_STATE_PROCESS;
    for (int i = 0; i < w->n_queue; i++)
        seam_state_add(sink->state, SEAM_STATE_queue, SEAM_STATE_PROCESS, i,
                       seam_state_queued(w->queue[i].go, w->queue[i].c, w->queue_keeps[i]));
    add_if(sink, SEAM_STATE_library, w->lib_is_ready);
    if (w->env_go != SEAM_ENV_UNSET)
        add(sink, SEAM_STATE_env_go, (uint32_t)w->env_go);
    if (w->env_c != SEAM_ENV_UNSET)
        add(sink, SEAM_STATE_env_c, (uint32_t)w->env_c);
    add_if(sink, SEAM_STATE_env_kept, w->env_kept != SEAM_ENV_UNSET);
    add_if(sink, SEAM_STATE_env_moved, w->env_kept != SEAM_ENV_UNSET && w->env_is_set_since);
    add_number(sink, SEAM_STATE_handler, w->handler_stack);
}

static void describe(const struct world *world, int n_threads, struct seam_state *state) {
    struct sink sink = {.world = world, .state = state};
    state->n = 0;
    describe_threads(&sink, n_threads);
    describe_go(&sink, unreachable(world));
    describe_c(&sink);
    describe_holders(&sink);
    describe_process(&sink);
    seam_state_sort(state);
}

/* --- the rules that are asked about ----------------------------------------------------------- */

enum { ANY = -1 };

static bool has(const struct seam_state *state, enum seam_state_row_name row, int value) {
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++)
        if (i->row == row && (value == ANY || i->value == (uint32_t)value))
            return true;
    return false;
}

/* Is there anything that makes it a question? */
static bool is_in_question(int rule, const struct seam_state *state) {
    bool is_limited = false, is_there = false;
#define ONLY(name, row, value)                                                                     \
    if (rule == SEAM_RULE_##name) {                                                                \
        is_limited = true;                                                                         \
        is_there = is_there || has(state, SEAM_STATE_##row, value);                                \
    }
#include "oracle/asks.def"
#undef ONLY
    return is_there || !is_limited;
}

/* --- a run ------------------------------------------------------------------------------------ */

static bool step(struct oracle *o, const struct seam_scenario *scenario, struct seam_books *books,
                 int *n_threads) {
    struct seam_fact list[SEAM_STEP_FACTS_MAX];
    int n = seam_facts_of_step(scenario, o->step, list);
    bool goes_on = true;
    for (int i = 0; i < n && goes_on; i++) {
        for (int rule = 0; rule < SEAM_RULES; rule++)
            books->asked[o->step][rule] |=
                asks[list[i].kind][rule] && is_in_question(rule, &books->states[o->step]);
        *n_threads += list[i].kind == SEAM_FACT_thread;
        goes_on = oracle_apply(o, &list[i]);
    }
    describe(&o->world, *n_threads, &books->states[books->n++]);
    return goes_on;
}

void seam_oracle_observe(const struct seam_scenario *scenario, struct seam_trace *trace,
                         struct seam_books *books) {
    struct oracle oracle = {.step = 0}; /* the world does not set what no fact has named yet */
    int n_threads = 1;
    memset(books->asked, 0, sizeof books->asked);
    oracle_begin(&oracle, scenario, trace);
    describe(&oracle.world, n_threads, &books->states[0]);
    books->n = 1;
    for (oracle.step = 0; oracle.step < scenario->n_steps; oracle.step++)
        if (!step(&oracle, scenario, books, &n_threads))
            return;
    memcpy(books->asked[oracle.step], asks[SEAM_FACT_end], sizeof asks[SEAM_FACT_end]);
    oracle_apply(&oracle, &(struct seam_fact){.kind = SEAM_FACT_end});
}
