#include "language/scenario.h"

#include <string.h>

#include "base/check.h"
#include "language/bytes.h"

void seam_scope_init(struct seam_scope *scope, int release) {
    memset(scope, 0, sizeof *scope);
    scope->release = release;
    scope->born[SEAM_NOUN_thread] = 1; /* t0 */
    scope->bound[SEAM_NOUN_thread] = 1;
}

/* The innermost open call of the current thread with this argument, or NULL. */
static const struct seam_frame *frame_of(const struct seam_scope *scope, int any) {
    for (int i = scope->depth - 1; i >= 0; i--)
        if (scope->frames[i].arg == any && scope->frames[i].thread == scope->thread)
            return &scope->frames[i];
    return NULL;
}

/* The steps that it takes to return from all calls, if `thread` is running: a return each, and a
 * switch to each other thread that has some. */
static int closing_steps(const struct seam_scope *scope, int thread) {
    int n = scope->depth;
    for (int t = 0; t < SEAM_THREAD_MAX; t++)
        n += t != thread && scope->depths[t] > 0;
    return n;
}

/* --- what fits an operand --------------------------------------------------------------------- */

/* The objects of its noun that fit a kind, as bits: the column `fits`. For the argument of an open
 * call, whose frame it is then, the objects that it may be. */
#define UNUSED __attribute__((unused))
#define FITS(name)                                                                                 \
    static unsigned fits_##name(UNUSED const struct seam_scope *scope,                             \
                                UNUSED const struct seam_frame *frame)

enum { EVERYTHING = ~0 };

FITS(all) { return EVERYTHING; }
FITS(data) { return scope->shaped[SEAM_SHAPE_data]; }
FITS(pointers) { return ~fits_data(scope, frame); }
FITS(wrappers) { return scope->shaped[SEAM_SHAPE_node] | scope->shaped[SEAM_SHAPE_array]; }
FITS(buffers) { return ~(unsigned)scope->shaped[SEAM_SHAPE_array]; }
FITS(heap) { return ~(unsigned)scope->globals; }
FITS(blocks) { return ~(unsigned)scope->borrowed; }
FITS(mapped) { return scope->mapped; }
FITS(kept) { return seam_any_noun(frame->arg) != SEAM_NOUN_local ? EVERYTHING : 0; }

FITS(pointer) {
    bool is_go = seam_any_noun(frame->arg) == SEAM_NOUN_go;
    return is_go && frame->form != SEAM_FORM_uintptr ? EVERYTHING : 0;
}

/* The threads that may be switched to now. */
FITS(others) {
    unsigned fits = 0;
    for (int t = 0; t < SEAM_THREAD_MAX; t++)
        if (t != scope->thread && !(scope->ended >> t & 1) &&
            scope->n_steps + 1 + closing_steps(scope, t) <= SEAM_STEPS_MAX)
            fits |= 1u << t;
    return fits;
}

FITS(heap_pointer) { return fits_pointer(scope, frame) & fits_heap(scope, frame); }
FITS(wrapper_pointer) { return fits_pointer(scope, frame) & fits_wrappers(scope, frame); }

static unsigned fitting(const struct seam_scope *scope, enum seam_kind kind,
                        const struct seam_frame *frame) {
    static unsigned (*const columns[SEAM_KINDS])(const struct seam_scope *,
                                                 const struct seam_frame *) = {
#define KIND(name, role, noun, fits, doc) fits_##fits,
#include "language/ops.def"
#undef KIND
    };
    return columns[kind](scope, frame);
}

/* The born objects that fit a kind, as bits. */
static unsigned fitting_born(const struct seam_scope *scope, enum seam_kind kind) {
    return scope->bound[seam_kind_rows[kind].noun] & fitting(scope, kind, NULL);
}

static bool is_open_arg(const struct seam_scope *scope, enum seam_kind kind, int any) {
    const struct seam_frame *frame = frame_of(scope, any);
    if (frame == NULL || any == SEAM_NO_ARG)
        return false;
    return fitting(scope, kind, frame) >> seam_any_number(any) & 1;
}

/* Does the release have this choice? True for nouns without choices. */
static bool is_there(const struct seam_scope *scope, enum seam_noun noun, int number) {
    if (scope->release == 0 || seam_noun_rows[noun].nature != SEAM_NATURE_CHOICE)
        return true;
    return seam_choice(noun, number)->since <= scope->release;
}

bool seam_scope_accepts(const struct seam_scope *scope, enum seam_kind kind, int number) {
    const struct seam_kind_row *row = &seam_kind_rows[kind];
    const struct seam_noun_row *noun = &seam_noun_rows[row->noun];
    if (number >= noun->range)
        return false;
    if (row->role == SEAM_ROLE_BIRTH)
        return number == scope->born[row->noun];
    if (noun->nature == SEAM_NATURE_ARGUMENT)
        return is_open_arg(scope, kind, number);
    if (noun->nature == SEAM_NATURE_BORN)
        return fitting_born(scope, kind) >> number & 1;
    return is_there(scope, (enum seam_noun)row->noun, number);
}

/* --- room for a step -------------------------------------------------------------------------- */

/* What a fact needs to happen here: the table NEEDS. */
static bool needs_unwind(const struct seam_scope *scope) {
    return scope->depths[scope->thread] > 0;
}

static bool needs_goexit(const struct seam_scope *scope) { return scope->thread != 0; }

bool seam_scope_has_room_for(const struct seam_scope *scope, enum seam_fact_kind fact) {
    static bool (*const needs[SEAM_FACTS])(const struct seam_scope *) = {
#define NEEDS(fact, what) [SEAM_FACT_##fact] = needs_##fact,
#include "language/facts.def"
#undef NEEDS
    };
    static const uint8_t limits[SEAM_FACTS] = {
#define LIMIT(fact, most, doc) [SEAM_FACT_##fact] = most,
#include "language/facts.def"
#undef LIMIT
    };
    return (limits[fact] == 0 || scope->happened[fact] < limits[fact]) &&
           (needs[fact] == NULL || needs[fact](scope));
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
    for (int i = 0; row->is_limited && i < row->n_facts; i++)
        if (!seam_scope_has_room_for(scope, (enum seam_fact_kind)row->facts[i].kind))
            return false;
    return true;
}

/* --- what a step changes ---------------------------------------------------------------------- */

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

/* A call begins, with this argument. */
static void enter(struct seam_scope *scope, int arg, int form) {
    scope->frames[scope->depth++] =
        (struct seam_frame){(uint8_t)arg, (uint8_t)form, (uint8_t)scope->thread};
    scope->depths[scope->thread]++;
}

static uint16_t bit(int number) { return (uint16_t)(1u << number); }

/* What a fact changes: the table BINDS. */
#define BIND(name)                                                                                 \
    static void body_##name(struct seam_scope *, const struct seam_fact_##name *);                 \
    static void bind_##name(struct seam_scope *scope, const uint8_t *args) {                       \
        body_##name(scope, (const void *)args);                                                    \
    }                                                                                              \
    static void body_##name(struct seam_scope *scope, UNUSED const struct seam_fact_##name *f)

BIND(born_go) { scope->shaped[f->shape] |= bit(f->go); }

BIND(born_global) {
    scope->globals |= bit(f->go);
    scope->shaped[f->shape] |= bit(f->go);
}

BIND(born_c) { scope->mapped |= f->allocator == SEAM_ALLOCATOR_mmap ? bit(f->c) : 0; }
BIND(borrow) { scope->borrowed |= bit(f->c); }
BIND(turn) { scope->thread = f->thread; }
BIND(enter_go) { enter(scope, seam_any(SEAM_NOUN_go, f->go), f->form); }
BIND(enter_c) { enter(scope, seam_any(SEAM_NOUN_c, f->c), SEAM_FORM_uintptr); }
BIND(enter_local) { enter(scope, seam_any(SEAM_NOUN_local, f->local), SEAM_FORM_uintptr); }
BIND(enter_handle) { enter(scope, SEAM_NO_ARG, SEAM_FORM_uintptr); }
BIND(enter_handle_pointer) { enter(scope, SEAM_NO_ARG, SEAM_FORM_uintptr); }
BIND(enter_sentinel) { enter(scope, SEAM_NO_ARG, SEAM_FORM_uintptr); }
BIND(enter_protected) { enter(scope, SEAM_NO_ARG, SEAM_FORM_uintptr); }
BIND(leave) { leave(scope); }
BIND(unwind) { leave(scope); }

BIND(goexit) {
    while (scope->depths[scope->thread] > 0)
        leave(scope);
    scope->ended |= bit(scope->thread);
    scope->thread = 0;
}

static void apply_facts(struct seam_scope *scope, const struct seam_step *step) {
    static void (*const binds[SEAM_FACTS])(struct seam_scope *, const uint8_t *) = {
#define BINDS(fact) [SEAM_FACT_##fact] = bind_##fact,
#include "language/facts.def"
#undef BINDS
    };
    const struct seam_op_row *row = &seam_op_rows[step->op];
    for (int i = 0; i < row->n_facts; i++) {
        struct seam_fact fact = seam_fact_of_step(&row->facts[i], step);
        scope->happened[fact.kind]++;
        if (binds[fact.kind] != NULL)
            binds[fact.kind](scope, fact.arg);
    }
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
    apply_facts(scope, &step);
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

/* The number that a byte is, folded into `ranges`, if it fits here, else the next one, wrapping
 * around, that does, else -1. */
static int resolve(const struct seam_scope *scope, enum seam_kind kind, int byte,
                   const uint16_t ranges[SEAM_NOUNS]) {
    const struct seam_kind_row *row = &seam_kind_rows[kind];
    const struct seam_noun_row *noun = &seam_noun_rows[row->noun];
    if (row->role == SEAM_ROLE_BIRTH)
        return scope->born[row->noun] < noun->range ? scope->born[row->noun] : -1;
    int number = byte % ranges[row->noun];
    if (noun->nature == SEAM_NATURE_ARGUMENT)
        return resolve_argument(scope, kind, number);
    if (noun->nature != SEAM_NATURE_BORN)
        return is_there(scope, (enum seam_noun)row->noun, number) ? number : -1;
    unsigned fits = fitting_born(scope, kind), from = fits >> number << number;
    return fits == 0 ? -1 : __builtin_ctz(from != 0 ? from : fits);
}

/* A byte as one of n operations. Almost every one is, and needs no division: decoding is hot. */
static uint8_t fold_op(int byte, int n) { return (uint8_t)(byte < n ? byte : byte % n); }

static void decode_steps(struct seam_scenario *scenario, const uint8_t *bytes, size_t size,
                         const struct seam_vocabulary *vocabulary, int release) {
    struct seam_scope scope;
    seam_scope_init(&scope, release);
    for (size_t at = 0; at < size && scope.n_steps < SEAM_STEPS_MAX; at += SEAM_STEP_BYTES) {
        struct seam_step step = {fold_op(bytes[at], vocabulary->ops), {0}};
        const struct seam_op_row *row = &seam_op_rows[step.op];
        bool fits = seam_scope_has_room(&scope, (enum seam_op)step.op);
        for (int i = 0; fits && i < row->n_operands; i++) {
            size_t from = at + 1 + (size_t)i;
            int number = resolve(&scope, (enum seam_kind)row->kinds[i],
                                 from < size ? bytes[from] : 0, vocabulary->ranges);
            fits = number >= 0;
            step.operand[i] = (uint8_t)number;
        }
        if (fits)
            seam_scenario_append(scenario, &scope, step);
    }
    seam_scenario_close(scenario, &scope);
}

void seam_scenario_decode(struct seam_scenario *scenario, const uint8_t *bytes, size_t size,
                          int release) {
    struct seam_bytes_header header;
    seam_bytes_read_header(bytes, size, &header);
    size = header.fault == SEAM_BYTES_FINE ? size - header.size : 0;
    decode_steps(scenario, size > 0 ? bytes + header.size : NULL, size, &header.vocabulary,
                 release != 0 ? release : header.release);
}

void seam_scenario_decode_steps(struct seam_scenario *scenario, const uint8_t *steps, size_t size,
                                int release) {
    decode_steps(scenario, steps, size, &seam_vocabulary, release);
}

size_t seam_scenario_encode(const struct seam_scenario *scenario, uint8_t bytes[SEAM_BYTES_MAX]) {
    uint8_t *to = bytes + SEAM_HEADER_BYTES;
    seam_bytes_write_header(bytes, scenario->release);
    for (int s = 0; s < scenario->n_steps; s++, to += SEAM_STEP_BYTES) {
        to[0] = scenario->steps[s].op;
        memcpy(to + 1, scenario->steps[s].operand, SEAM_OPERANDS_MAX);
    }
    return (size_t)(to - bytes);
}

int seam_indent(struct seam_indent *state, const struct seam_step *step) {
    int depth = state->scope.depths[state->scope.thread];
    apply_facts(&state->scope, step);
    return depth - (seam_op_rows[step->op].side == SEAM_SIDE_OUT);
}

bool seam_scenario_equal(const struct seam_scenario *a, const struct seam_scenario *b) {
    return a->n_steps == b->n_steps && a->release == b->release &&
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
