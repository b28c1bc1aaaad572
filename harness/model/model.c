/* One run of the model: the machine, the table of its operations, and what is left at the end. Who
 * wants to see the machine between two steps has a loop of his own, in observe.c. */
#include "model/model.h"

#include <string.h>

#include "model/ops.h"

static bool (*const bodies[SEAM_OPS])(struct machine *, const uint8_t *) = {
#define OP(number, name, ...) [number] = seam_model_##name,
#include "language/ops.def"
#undef OP
};

void machine_begin(struct machine *m, const struct seam_scenario *scenario,
                   struct seam_trace *trace) {
    heap_init(&m->heap, scenario);
    cmem_init(&m->cmem);
    memset(m->handle, 0, sizeof m->handle);
    memset(m->global, 0, sizeof m->global);
    memset(m->weak, 0, sizeof m->weak);
    memset(m->callbacks, 0, sizeof m->callbacks);
    memset(&m->pool, 0, sizeof m->pool);
    memset(m->locks, 0, sizeof m->locks);
    m->lib_is_ready = m->has_handler = false;
    m->environment = (struct environment){.value = SEAM_ENV_UNSET, .go = SEAM_ENV_UNSET};
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        m->pinners[p].n = 0;
    m->depth = m->n_specials = m->n_queue = 0;
    m->trace = trace;
    trace->n = 0;
    m->n_threads = m->thread = 0;
    m->n_os = 1; /* 0 is none */
    ops_start_thread(m, false);
}

/* Variables that no later step names are dead: their slots are cleared. */
static void forget_variables(struct machine *m, uint32_t go, uint32_t pinners) {
    for (uint32_t dead = go | pinners << PINNER_SLOT; dead != 0; dead &= dead - 1)
        m->threads[0].stack.slots[__builtin_ctz(dead)] = 0;
}

static bool frees(const struct special *list, int n, word c) {
    for (int i = 0; i < n; i++)
        if (list[i].c == c)
            return true;
    return false;
}

/* LeakSanitizer knows memory from malloc, and looks for pointers to it. They are looked for once.
 */
static bool leak_is_seen(struct machine *m, int block, bool *is_known, uint32_t *reachable) {
    if (!*is_known) {
        machine_settle(m);
        *reachable = watch_reachable(m);
    }
    *is_known = true;
    return m->cmem.blocks[block].allocator != SEAM_ALLOCATOR_mmap && !(*reachable >> block & 1);
}

/* What is left when the scenario is over: C memory that will never be freed, and handles. */
static void find_leaks(struct machine *m) {
    bool is_known = false;
    uint32_t reachable = 0;
    for (int i = 0; i < m->cmem.n; i++) {
        word base = cmem_base(&m->cmem, i);
        const struct cblock *block = &m->cmem.blocks[i];
        /* A special gives back the owner's reference, none that was shared. */
        bool is_left_to_special =
            frees(m->specials, m->n_specials, base) || frees(m->queue, m->n_queue, base);
        int held = is_left_to_special ? cmem_shared(block) : block->references[SEAM_OWNER_go];
        if (block->freed || held <= 0)
            continue;
        if (leak_is_seen(m, i, &is_known, &reachable))
            machine_found(m, SEAM_RULE_c_memory_leak, machine_name(m, base), SEAM_SEEN_LEAKS);
        else
            machine_found(m, SEAM_RULE_c_memory_leak_hidden, machine_name(m, base), SEAM_SEEN_NONE);
    }
    for (int h = 0; h < SEAM_HANDLE_MAX; h++)
        if (m->handle[h] != 0)
            machine_found(m, SEAM_RULE_handle_leak, seam_any(SEAM_NOUN_handle, h), SEAM_SEEN_NONE);
}

static inline bool step(struct machine *m, const struct seam_scenario *scenario) {
    const struct seam_step *step = &scenario->steps[m->step];
    uint8_t side = seam_op_rows[step->op].side;
    if ((side == SEAM_SIDE_GO || side == SEAM_SIDE_IN) && machine_call(m) != NULL)
        ops_called_back(m);
    bool goes_on = bodies[step->op](m, step->operand);
    forget_variables(m, scenario->last_go[m->step], scenario->last_pinner[m->step]);
    return goes_on;
}

bool machine_step(struct machine *m) { return step(m, m->heap.scenario); }

void seam_model_run(const struct seam_scenario *scenario, struct seam_trace *trace) {
    struct machine machine;
    bool goes_on = true;
    machine_begin(&machine, scenario, trace);
    for (machine.step = 0; goes_on && machine.step < scenario->n_steps; machine.step++)
        goes_on = step(&machine, scenario);
    if (goes_on)
        find_leaks(&machine);
    cmem_end(&machine.cmem);
}
