#include "model/observe.h"

#include <string.h>

#include "model/ops.h"
#include "peer/peer.h"

struct sink {
    struct machine *m; /* not changed: what looks into it wants it without const */
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

/* What a word that is not nil leads to: the C pointer of the scenario that is just this, else the
 * object that it points into. */
static uint32_t value_of(struct machine *m, word value) {
    if (value == SEAM_DIRTY)
        return SEAM_STATE_DIRTY;
    if (value == SENTINEL)
        return SEAM_STATE_SENTINEL;
    if (is_end(m, value))
        return SEAM_STATE_PAST_END;
    for (int c = 0; c < SEAM_C_MAX; c++)
        if (m->c_pointer[c] == value)
            return (uint32_t)seam_any(SEAM_NOUN_c, c);
    return (uint32_t)machine_name(m, value);
}

static void add_word(const struct sink *sink, enum seam_state_row_name row, int index, word value) {
    if (value != 0)
        seam_state_add(sink->state, row, sink->subject, index, value_of(sink->m, value));
}

/* --- Go memory -------------------------------------------------------------------------------- */

/* The Go objects that a collection would free, or queue the finalizers of: it is tried on a copy,
 * which has the same C memory, but a collection does not touch that. */
static uint32_t unreachable(const struct machine *m) {
    struct machine copy = *m;
    struct seam_trace trace = {.n = 0};
    uint32_t dead = 0;
    copy.trace = &trace;
    if (!machine_collect(&copy))
        return 0;
    for (const struct seam_event *e = trace.events; e < trace.events + trace.n; e++)
        dead |= e->kind == SEAM_EVENT_collected ? e->value : 1u << e->what;
    return dead;
}

static void describe_specials(const struct sink *sink, word object) {
    const struct machine *m = sink->m;
    for (int i = 0, n = 0; i < m->n_specials; i++) {
        const struct special *special = &m->specials[i];
        bool is_cleanup = special->kind == SPECIAL_cleanup;
        if (special->object == object)
            seam_state_add(sink->state, is_cleanup ? SEAM_STATE_cleanup : SEAM_STATE_finalizer,
                           sink->subject, is_cleanup ? n++ : 0, value_of(sink->m, special->c));
    }
}

static void describe_object(struct sink *sink, int go, bool is_dead) {
    struct machine *m = sink->m;
    word object = machine_go(m, go);
    struct place place;
    heap_place(&m->heap, object, &place);
    bool is_freed = place.span->freed >> place.slot & 1;
    enum seam_shape shape = (enum seam_shape)place.span->shape;
    sink->subject = seam_any(SEAM_NOUN_go, go);
    add(sink, SEAM_STATE_shape, shape);
    add_if(sink, SEAM_STATE_collected, is_freed);
    add_if(sink, SEAM_STATE_reused, place.span->reused >> place.slot & 1);
    if (is_freed)
        return;
    add_if(sink, SEAM_STATE_global, place.span->segment != SEGMENT_heap);
    add_if(sink, SEAM_STATE_variable, m->threads[0].stack.slots[go] != 0);
    add_if(sink, SEAM_STATE_unreachable, is_dead);
    add_if(sink, SEAM_STATE_pooled, m->pool.objects[go] != 0);
    add_if(sink, SEAM_STATE_victim, m->pool.victims[go] != 0);
    describe_specials(sink, object);
    for (int i = 0; i < heap_pointers(shape); i++)
        add_word(sink, SEAM_STATE_word, i, place.span->words[place.slot][i]);
    if (shape != SEAM_SHAPE_array)
        add_number(sink, SEAM_STATE_buffer, (uint32_t)place.span->words[place.slot][SEAM_WORDS]);
}

/* --- C memory --------------------------------------------------------------------------------- */

static void describe_block(struct sink *sink, const struct cblock *block) {
    add(sink, SEAM_STATE_block, block->allocator);
    add_if(sink, SEAM_STATE_freed, block->freed);
    if (block->freed)
        return;
    add(sink, SEAM_STATE_owner, cmem_owner(block));
    add_number(sink, SEAM_STATE_shared, (uint32_t)cmem_shared(block));
    add_word(sink, SEAM_STATE_needs, 0, block->needs);
    add_if(sink, SEAM_STATE_bound, block->os != 0);
    for (int i = 0; i < SEAM_WORDS; i++)
        add_word(sink, SEAM_STATE_word, i, block->memory[i]);
    add_number(sink, SEAM_STATE_buffer, (uint32_t)block->memory[SEAM_WORDS]);
}

static void describe_c(struct sink *sink) {
    struct machine *m = sink->m;
    for (int c = 0; c < SEAM_C_MAX && m->c_pointer[c] != 0; c++) {
        int block = cmem_block_at(&m->cmem, m->c_pointer[c]);
        word base = cmem_base(&m->cmem, block);
        sink->subject = seam_any(SEAM_NOUN_c, c);
        if (m->c_pointer[c] == base)
            describe_block(sink, &m->cmem.blocks[block]);
        else
            add(sink, SEAM_STATE_borrowed, (uint32_t)machine_name(m, base));
    }
}

/* --- what refers to them ---------------------------------------------------------------------- */

static void describe_pinner(struct sink *sink, int p) {
    const struct pinner *pinner = &sink->m->pinners[p];
    sink->subject = seam_any(SEAM_NOUN_pinner, p);
    add_if(sink, SEAM_STATE_lost,
           pinner->n > 0 && sink->m->threads[0].stack.slots[PINNER_SLOT + p] == 0);
    for (int i = 0; i < pinner->n; i++)
        add_word(sink, SEAM_STATE_pin, i, pinner->refs[i]);
}

static void describe_callback(struct sink *sink, int k) {
    const struct callback *callback = &sink->m->callbacks[k];
    sink->subject = seam_any(SEAM_NOUN_callback, k);
    if (callback->is_registered)
        add(sink, SEAM_STATE_callback,
            (uint32_t)(callback->has_handle ? seam_any(SEAM_NOUN_handle, callback->handle)
                                            : seam_any(SEAM_NOUN_c, callback->name)));
}

static void describe_holders(struct sink *sink) {
    const struct machine *m = sink->m;
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        describe_pinner(sink, p);
    for (int k = 0; k < SEAM_CALLBACK_MAX; k++)
        describe_callback(sink, k);
    for (int h = 0; h < SEAM_HANDLE_MAX; h++) {
        sink->subject = seam_any(SEAM_NOUN_handle, h);
        add_word(sink, SEAM_STATE_handle, 0, m->handle[h]);
    }
    for (int i = 0; i < SEAM_WEAK_MAX; i++) {
        sink->subject = seam_any(SEAM_NOUN_weak, i);
        add_word(sink, SEAM_STATE_weak, 0, m->weak[i]);
    }
    for (int r = 0; r < SEAM_SLOT_MAX; r++) {
        sink->subject = seam_any(SEAM_NOUN_slot, r);
        add_word(sink, SEAM_STATE_slot, 0, m->global[r]);
    }
    for (int i = 0; i < SEAM_LOCK_MAX; i++) {
        sink->subject = seam_any(SEAM_NOUN_lock, i);
        add_if(sink, SEAM_STATE_taken, m->locks[i]);
    }
}

/* --- threads ---------------------------------------------------------------------------------- */

static void describe_call(struct sink *sink, const struct call *call, int index) {
    const struct stack *stack = &sink->m->threads[call->thread].stack;
    bool is_memory = call->name != SEAM_NO_ARG;
    bool is_go = is_memory && seam_any_noun(call->name) == SEAM_NOUN_go;
    bool is_integer = !is_memory && (stack->is_pointer >> call->slot & 1);
    int self = sink->subject;
    seam_state_add(sink->state, SEAM_STATE_call, self, index,
                   seam_state_call(call->name, is_go ? call->form : 0, call->catches, is_integer));
    if (!is_memory || seam_any_noun(call->name) != SEAM_NOUN_local)
        return;
    sink->subject = call->name;
    add(sink, SEAM_STATE_local, (uint32_t)stack->slots[call->slot + 1]);
    add_if(sink, SEAM_STATE_stale, !stack_is(stack, call->pointer));
    sink->subject = self;
}

static void describe_thread(struct sink *sink, int t) {
    const struct machine *m = sink->m;
    const struct thread *thread = &m->threads[t];
    int n = 0;
    sink->subject = seam_any(SEAM_NOUN_thread, t);
    add(sink, SEAM_STATE_thread, thread->is_c ? SEAM_THREAD_c : SEAM_THREAD_goroutine);
    add_if(sink, SEAM_STATE_running, m->thread == t);
    add_number(sink, SEAM_STATE_locked, (uint32_t)thread->locks);
    add_number(sink, SEAM_STATE_moved,
               (uint32_t)((thread->stack.base - thread->stack.first) / STACK_BYTES));
    for (int i = 0; i < m->depth; i++)
        if (m->calls[i].thread == t)
            describe_call(sink, &m->calls[i], n++);
    bool stays = thread->is_c || thread->locks > 0 || n > 0;
    if (stays && m->tls[thread->os] != TLS_UNSET) /* another thread has another variable */
        add(sink, SEAM_STATE_error, (uint32_t)(m->tls[thread->os] & ~TLS_OLD));
}

static void describe_process(struct sink *sink) {
    struct machine *m = sink->m;
    const struct environment *environment = &m->environment;
    sink->subject = SEAM_STATE_PROCESS;
    for (int i = 0; i < m->n_queue; i++) {
        int go = seam_any_number(machine_name(m, m->queue[i].object));
        int c = seam_any_number(machine_name(m, m->queue[i].c));
        seam_state_add(sink->state, SEAM_STATE_queue, SEAM_STATE_PROCESS, i,
                       seam_state_queued(go, c, m->queue[i].kind == SPECIAL_finalizer));
    }
    add_if(sink, SEAM_STATE_library, m->lib_is_ready);
    if (environment->go != SEAM_ENV_UNSET)
        add(sink, SEAM_STATE_env_go, (uint32_t)environment->go);
    if (environment->n != 0)
        add(sink, SEAM_STATE_env_c, (uint32_t)environment->value);
    add_if(sink, SEAM_STATE_env_kept, environment->kept != 0);
    add_if(sink, SEAM_STATE_env_moved,
           environment->kept != 0 && environment->kept != environment->n);
    if (m->has_handler)
        add(sink, SEAM_STATE_handler, m->on_stack ? SEAM_STACK_signal : SEAM_STACK_own);
}

/* --- a run ------------------------------------------------------------------------------------ */

static void describe(struct machine *m, struct seam_state *state) {
    struct sink sink = {.m = m, .state = state};
    uint32_t dead = unreachable(m);
    state->n = 0;
    for (int t = 0; t < m->n_threads; t++)
        describe_thread(&sink, t);
    for (int go = 0; go < m->heap.n_objects; go++)
        describe_object(&sink, go, dead >> go & 1);
    describe_c(&sink);
    describe_holders(&sink);
    describe_process(&sink);
    seam_state_sort(state);
}

void seam_model_observe(const struct seam_scenario *scenario, struct seam_trace *trace,
                        struct seam_books *books) {
    static struct machine machine;
    struct seam_trace again;
    bool goes_on = true;
    seam_model_run(scenario, trace);
    memset(&machine, 0, sizeof machine); /* what no operation has named yet is not set otherwise */
    memset(books->asked, 0, sizeof books->asked);
    machine_begin(&machine, scenario, &again);
    describe(&machine, &books->states[0]);
    books->n = 1;
    for (machine.step = 0; goes_on && machine.step < scenario->n_steps; machine.step++) {
        goes_on = machine_step(&machine);
        describe(&machine, &books->states[books->n++]);
    }
    cmem_end(&machine.cmem);
}
