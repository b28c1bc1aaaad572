#include "language/scenario.h"

#include <string.h>

#include "base/check.h"

enum { PINS_MAX = 16 };

void seam_scope_init(struct seam_scope *scope, int release) {
    memset(scope, 0, sizeof *scope);
    scope->release = release;
    scope->born[SEAM_NOUN_thread] = 1; /* t0 */
    scope->bound[SEAM_NOUN_thread] = 1;
}

const struct seam_frame *seam_scope_frame(const struct seam_scope *scope, int any) {
    for (int i = scope->depth - 1; i >= 0; i--)
        if (scope->frames[i].arg == any && scope->frames[i].thread == scope->thread)
            return &scope->frames[i];
    return NULL;
}

/* Objects whose words are plain pointers. */
static unsigned wrappers(const struct seam_scope *scope) {
    return scope->shaped[SEAM_SHAPE_node] | scope->shaped[SEAM_SHAPE_array];
}

static bool is_open_arg(const struct seam_scope *scope, enum seam_kind kind, int any) {
    const struct seam_frame *frame = seam_scope_frame(scope, any);
    if (frame == NULL || any == SEAM_NO_ARG)
        return false;
    enum seam_noun noun = seam_any_noun(any);
    bool is_pointer = noun == SEAM_NOUN_go && frame->form != SEAM_FORM_uintptr;
    if (kind == SEAM_KIND_kept_arg)
        return noun != SEAM_NOUN_local;
    if (kind == SEAM_KIND_go_arg)
        return is_pointer;
    if (kind == SEAM_KIND_heap_arg)
        return is_pointer && !(scope->globals >> seam_any_number(any) & 1);
    if (kind == SEAM_KIND_wrapper_arg)
        return is_pointer && (wrappers(scope) >> seam_any_number(any) & 1);
    return true;
}

/* The steps that it takes to return from all calls, if `thread` is running: a return each, and a
 * switch to each other thread that has some. */
static int closing_steps(const struct seam_scope *scope, int thread) {
    int n = scope->depth;
    for (int t = 0; t < SEAM_THREAD_MAX; t++)
        n += t != thread && scope->depths[t] > 0;
    return n;
}

/* The threads that may be switched to now, as bits. */
static unsigned others(const struct seam_scope *scope) {
    unsigned fits = 0;
    for (int t = 0; t < SEAM_THREAD_MAX; t++)
        if (t != scope->thread && !(scope->ended >> t & 1) &&
            scope->n_steps + 1 + closing_steps(scope, t) <= SEAM_STEPS_MAX)
            fits |= 1u << t;
    return fits;
}

/* The objects that fit a kind which names one, as bits. */
static unsigned fitting(const struct seam_scope *scope, enum seam_kind kind) {
    unsigned bound = scope->bound[seam_kind_rows[kind].noun];
    switch (kind) {
    case SEAM_KIND_node:
        return bound & ~(unsigned)scope->shaped[SEAM_SHAPE_data];
    case SEAM_KIND_wrapper:
        return bound & wrappers(scope);
    case SEAM_KIND_data:
        return bound & scope->shaped[SEAM_SHAPE_data];
    case SEAM_KIND_full:
        return bound & ~(unsigned)scope->shaped[SEAM_SHAPE_array];
    case SEAM_KIND_block:
        return bound & ~(unsigned)scope->borrowed;
    case SEAM_KIND_heap_go:
        return bound & ~(unsigned)scope->globals;
    case SEAM_KIND_mapped:
        return bound & scope->mapped;
    case SEAM_KIND_other_thread:
        return bound & others(scope);
    default:
        return bound;
    }
}

/* Nouns whose numbers are names of things that must exist. */
static bool names_a_thing(enum seam_noun noun) {
    return noun == SEAM_NOUN_go || noun == SEAM_NOUN_c || noun == SEAM_NOUN_pinner ||
           noun == SEAM_NOUN_handle || noun == SEAM_NOUN_thread || noun == SEAM_NOUN_callback ||
           noun == SEAM_NOUN_weak;
}

/* Does the release have this choice? True for nouns without choices. */
static bool is_there(const struct seam_scope *scope, enum seam_noun noun, int number) {
    if (scope->release == 0)
        return true;
    const struct seam_choice_row *choice = seam_choice(noun, number);
    return choice == NULL || choice->since <= scope->release;
}

bool seam_scope_accepts(const struct seam_scope *scope, enum seam_kind kind, int number) {
    const struct seam_kind_row *row = &seam_kind_rows[kind];
    if (number >= seam_noun_rows[row->noun].range)
        return false;
    if (row->role == SEAM_ROLE_BIRTH)
        return number == scope->born[row->noun];
    if (row->noun == SEAM_NOUN_any)
        return is_open_arg(scope, kind, number);
    if (!names_a_thing((enum seam_noun)row->noun))
        return is_there(scope, (enum seam_noun)row->noun, number);
    return fitting(scope, kind) >> number & 1;
}

/* Is there room for what this fact makes? */
static bool fact_has_room(const struct seam_scope *scope, enum seam_fact_kind fact) {
    switch (fact) {
    case SEAM_FACT_grow:
        return scope->grows < SEAM_GROW_MAX;
    case SEAM_FACT_cleanup:
        return scope->cleanups < SEAM_CLEANUP_MAX;
    case SEAM_FACT_pin:
        return scope->pins < PINS_MAX;
    case SEAM_FACT_migrate:
        return scope->migrations < SEAM_MIGRATE_MAX;
    case SEAM_FACT_born_global:
        return __builtin_popcount(scope->globals) < SEAM_GLOBAL_MAX;
    case SEAM_FACT_unwind:
        return scope->depths[scope->thread] > 0;
    case SEAM_FACT_goexit:
        return scope->thread != 0;
    default:
        return true;
    }
}

bool seam_scope_has_room(const struct seam_scope *scope, enum seam_op op) {
    const struct seam_op_row *row = &seam_op_rows[op];
    if (scope->release != 0 && row->since > scope->release)
        return false;
    int opens = row->side == SEAM_SIDE_IN, closes = row->side == SEAM_SIDE_OUT;
    if (opens ? scope->depth == SEAM_DEPTH_MAX : closes && scope->depths[scope->thread] == 0)
        return false;
    /* Every open call needs room for its return. What a switch needs depends on its operand. */
    int after = closing_steps(scope, scope->thread) + opens - closes;
    bool turns = row->n_facts > 0 && row->facts[0].kind == SEAM_FACT_turn;
    if (!turns && scope->n_steps + 1 + after > SEAM_STEPS_MAX)
        return false;
    for (int i = 0; i < row->n_facts; i++)
        if (!fact_has_room(scope, (enum seam_fact_kind)row->facts[i].kind))
            return false;
    return true;
}

static int value_of(const struct seam_step *step, uint8_t arg) {
    return arg >= SEAM_OPERAND ? step->operand[arg - SEAM_OPERAND] : arg;
}

/* The innermost call of the current thread is over. */
static void leave(struct seam_scope *scope) {
    int i = scope->depth - 1;
    while (scope->frames[i].thread != scope->thread)
        i--;
    scope->depth--;
    scope->depths[scope->thread]--;
    memmove(&scope->frames[i], &scope->frames[i + 1],
            (size_t)(scope->depth - i) * sizeof *scope->frames);
}

/* The facts that change what is bound. */
static void apply_fact(struct seam_scope *scope, const struct seam_fact_row *fact,
                       const struct seam_step *step) {
    int a = value_of(step, fact->arg[0]), b = value_of(step, fact->arg[1]);
    struct seam_frame frame = {SEAM_NO_ARG, SEAM_FORM_uintptr, (uint8_t)scope->thread};
    switch (fact->kind) {
    case SEAM_FACT_born_global:
        scope->globals |= (uint16_t)(1u << a);
        scope->shaped[b] |= (uint16_t)(1u << a);
        return;
    case SEAM_FACT_born_go:
        scope->shaped[b] |= (uint16_t)(1u << a);
        return;
    case SEAM_FACT_born_c:
        scope->mapped |= (uint16_t)((value_of(step, fact->arg[2]) == SEAM_ALLOCATOR_mmap) << a);
        return;
    case SEAM_FACT_borrow:
        scope->borrowed |= (uint16_t)(1u << a);
        return;
    case SEAM_FACT_grow:
        scope->grows++;
        return;
    case SEAM_FACT_cleanup:
        scope->cleanups++;
        return;
    case SEAM_FACT_pin:
        scope->pins++;
        return;
    case SEAM_FACT_leave:
    case SEAM_FACT_unwind:
        leave(scope);
        return;
    case SEAM_FACT_thread:
        scope->c_threads |= (uint16_t)((b == SEAM_THREAD_c) << a);
        return;
    case SEAM_FACT_turn:
        scope->thread = a;
        return;
    case SEAM_FACT_migrate:
        scope->migrations++;
        return;
    case SEAM_FACT_goexit:
        while (scope->depths[scope->thread] > 0)
            leave(scope);
        scope->ended |= (uint16_t)(1u << scope->thread);
        scope->thread = 0;
        return;
    case SEAM_FACT_enter_go:
        frame.arg = (uint8_t)seam_any(SEAM_NOUN_go, a);
        frame.form = (uint8_t)b;
        break;
    case SEAM_FACT_enter_c:
        frame.arg = (uint8_t)seam_any(SEAM_NOUN_c, a);
        break;
    case SEAM_FACT_enter_local:
        frame.arg = (uint8_t)seam_any(SEAM_NOUN_local, a);
        break;
    case SEAM_FACT_enter_handle:
    case SEAM_FACT_enter_handle_pointer:
    case SEAM_FACT_enter_sentinel:
    case SEAM_FACT_enter_protected:
        break;
    default:
        return;
    }
    scope->frames[scope->depth++] = frame;
    scope->depths[scope->thread]++;
}

void seam_scenario_append(struct seam_scenario *scenario, struct seam_scope *scope,
                          struct seam_step step) {
    const struct seam_op_row *row = &seam_op_rows[step.op];
    for (int i = 0; i < row->n_operands; i++) {
        const struct seam_kind_row *kind = &seam_kind_rows[row->kinds[i]];
        uint16_t bit = (uint16_t)(1u << (step.operand[i] % 16));
        if (kind->role == SEAM_ROLE_BIRTH) {
            scope->born[kind->noun]++;
            scope->bound[kind->noun] |= bit;
        } else if (kind->role == SEAM_ROLE_GONE) {
            scope->bound[kind->noun] &= (uint16_t)~bit;
        }
    }
    for (int i = 0; i < row->n_facts; i++)
        apply_fact(scope, &row->facts[i], &step);
    scenario->steps[scope->n_steps++] = step;
}

/* Walk backwards: the first time a name is met is its last use. */
static void find_last_uses(struct seam_scenario *scenario) {
    uint16_t seen[SEAM_NOUNS] = {0};
    for (int s = scenario->n_steps - 1; s >= 0; s--) {
        const struct seam_op_row *row = &seam_op_rows[scenario->steps[s].op];
        uint16_t last[SEAM_NOUNS] = {0};
        for (int i = 0; i < row->n_operands; i++) {
            const struct seam_kind_row *kind = &seam_kind_rows[row->kinds[i]];
            if (kind->role == SEAM_ROLE_PLAIN)
                continue;
            uint16_t bit = (uint16_t)(1u << scenario->steps[s].operand[i]);
            last[kind->noun] |= bit & (uint16_t)~seen[kind->noun];
        }
        seen[SEAM_NOUN_go] |= last[SEAM_NOUN_go];
        seen[SEAM_NOUN_pinner] |= last[SEAM_NOUN_pinner];
        scenario->last_go[s] = last[SEAM_NOUN_go];
        scenario->last_pinner[s] = (uint8_t)last[SEAM_NOUN_pinner];
    }
}

void seam_scenario_close(struct seam_scenario *scenario, struct seam_scope *scope) {
    while (scope->depth > 0) {
        struct seam_step step = {SEAM_OP_return, {0}};
        if (scope->depths[scope->thread] == 0)
            step = (struct seam_step){SEAM_OP_on, {scope->frames[scope->depth - 1].thread}};
        seam_scenario_append(scenario, scope, step);
    }
    scenario->n_steps = scope->n_steps;
    scenario->release = scope->release;
    find_last_uses(scenario);
}

/* An argument of an open call that fits: this one, or the next one from some call on, or -1. */
static int resolve_argument(const struct seam_scope *scope, enum seam_kind kind, int any) {
    if (is_open_arg(scope, kind, any))
        return any;
    for (int i = 1; i <= scope->depth; i++) {
        int other = scope->frames[(any + i) % scope->depth].arg;
        if (is_open_arg(scope, kind, other))
            return other;
    }
    return -1;
}

/* The number itself if it fits here, else the next one, wrapping around, that does, else -1. */
static int resolve(const struct seam_scope *scope, enum seam_kind kind, int byte) {
    const struct seam_kind_row *row = &seam_kind_rows[kind];
    int range = seam_noun_rows[row->noun].range;
    if (row->role == SEAM_ROLE_BIRTH)
        return scope->born[row->noun] < range ? scope->born[row->noun] : -1;
    int number = byte % range;
    if (row->noun == SEAM_NOUN_any)
        return resolve_argument(scope, kind, number);
    if (!names_a_thing((enum seam_noun)row->noun))
        return is_there(scope, (enum seam_noun)row->noun, number) ? number : -1;
    unsigned fits = fitting(scope, kind), from = fits >> number << number;
    return fits == 0 ? -1 : __builtin_ctz(from != 0 ? from : fits);
}

void seam_scenario_decode(struct seam_scenario *scenario, const uint8_t *bytes, size_t size,
                          int release) {
    struct seam_scope scope;
    seam_scope_init(&scope, release);
    for (size_t at = 0; at < size && scope.n_steps < SEAM_STEPS_MAX; at += SEAM_STEP_BYTES) {
        struct seam_step step = {(uint8_t)(bytes[at] % SEAM_OPS), {0}};
        const struct seam_op_row *row = &seam_op_rows[step.op];
        bool fits = seam_scope_has_room(&scope, (enum seam_op)step.op);
        for (int i = 0; fits && i < row->n_operands; i++) {
            size_t from = at + 1 + (size_t)i;
            int number = resolve(&scope, row->kinds[i], from < size ? bytes[from] : 0);
            fits = number >= 0;
            step.operand[i] = (uint8_t)number;
        }
        if (fits)
            seam_scenario_append(scenario, &scope, step);
    }
    seam_scenario_close(scenario, &scope);
}

size_t seam_scenario_encode(const struct seam_scenario *scenario, uint8_t bytes[SEAM_BYTES_MAX]) {
    for (int s = 0; s < scenario->n_steps; s++) {
        bytes[s * SEAM_STEP_BYTES] = scenario->steps[s].op;
        memcpy(bytes + s * SEAM_STEP_BYTES + 1, scenario->steps[s].operand, SEAM_OPERANDS_MAX);
    }
    return (size_t)scenario->n_steps * SEAM_STEP_BYTES;
}

int seam_indent(struct seam_indent *state, const struct seam_step *step) {
    const struct seam_op_row *row = &seam_op_rows[step->op];
    int *depth = &state->depth[state->thread];
    *depth -= row->side == SEAM_SIDE_OUT;
    int indent = *depth;
    *depth += row->side == SEAM_SIDE_IN;
    for (int i = 0; i < row->n_facts; i++) {
        if (row->facts[i].kind == SEAM_FACT_unwind)
            --*depth;
        if (row->facts[i].kind == SEAM_FACT_turn)
            state->thread = step->operand[0];
        if (row->facts[i].kind == SEAM_FACT_goexit)
            *depth = state->thread = 0;
    }
    return indent;
}

bool seam_scenario_equal(const struct seam_scenario *a, const struct seam_scenario *b) {
    return a->n_steps == b->n_steps &&
           memcmp(a->steps, b->steps, (size_t)a->n_steps * sizeof *a->steps) == 0;
}

int seam_scenario_since(const struct seam_scenario *scenario) {
    int since = 0;
    for (int s = 0; s < scenario->n_steps; s++) {
        const struct seam_op_row *row = &seam_op_rows[scenario->steps[s].op];
        since = row->since > since ? row->since : since;
        for (int i = 0; i < row->n_operands; i++) {
            const struct seam_choice_row *choice = seam_choice(
                (enum seam_noun)seam_kind_rows[row->kinds[i]].noun, scenario->steps[s].operand[i]);
            since = choice != NULL && choice->since > since ? choice->since : since;
        }
    }
    return since;
}
