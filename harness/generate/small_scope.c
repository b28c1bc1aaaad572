#include "generate/small_scope.h"

#include <string.h>

const char *const seam_small_scope_beginnings[] = {
    "g0 = go_new node\n"
    "g1 = go_new data\n"
    "link g0[0] = g1\n"
    "c0 = malloc clean\n"
    "p0 = pinner\n"
    "h0 = handle g1\n"
    "call element g0\n"
    "  call uintptr g1\n",

    "g0 = go_new node\n"
    "g1 = go_new array\n"
    "c0 = malloc dirty\n"
    "c1 = borrow c0\n"
    "link_c g0[0] = c0\n"
    "link g0[1] = g1\n"
    "finalizer g0 frees c0\n"
    "call_c c1\n"
    "  drop g0\n"
    "  gc\n",

    "g0 = go_new node\n"
    "g1 = go_new node\n"
    "g2 = go_new data\n"
    "link g0[0] = g1\n"
    "link g1[0] = g2\n"
    "p0 = pinner\n"
    "pin p0 g1\n"
    "c0 = malloc clean\n"
    "store c0[0] = g1\n",

    "g0 = go_new data\n"
    "c0 = mmap\n"
    "c1 = lib_child c0\n"
    "call uintptr g0\n"
    "  c_retain r0 = g0\n"
    "  gc\n"
    "  reuse\n"
    "  munmap c0\n",

    "g0 = global node\n"
    "p0 = pinner\n"
    "pin p0 g0\n"
    "c0 = malloc clean\n"
    "store c0[0] = g0\n",

    "lock_thread\n"
    "g0 = go_new data\n"
    "c0 = lib_bound\n"
    "finalizer g0 frees c0\n"
    "drop g0\n"
    "gc\n",
    NULL,
};

/* The current state: the scenario so far, and what is bound after it. */
struct growth {
    const struct seam_small_scope *small;
    struct seam_scenario scenario;
};

/* Of the shapes: no pointers, plain ones, and boxes; of the forms: one for each way of cgo's check.
 */
static bool is_typical(enum seam_noun noun, int number) {
    if (noun == SEAM_NOUN_shape)
        return number == SEAM_SHAPE_data || number == SEAM_SHAPE_node || number == SEAM_SHAPE_funcs;
    if (noun == SEAM_NOUN_form)
        return number == SEAM_FORM_pointer || number == SEAM_FORM_element ||
               number == SEAM_FORM_cast || number == SEAM_FORM_uintptr;
    if (noun == SEAM_NOUN_any)
        return seam_any_number(number) < 2;
    return number < 2;
}

static bool is_enough(const struct seam_small_scope *small, enum seam_noun noun, int number) {
    bool counts = noun == SEAM_NOUN_word || noun == SEAM_NOUN_value || noun == SEAM_NOUN_count ||
                  noun == SEAM_NOUN_slot;
    return counts ? number == 0 : !small->few || is_typical(noun, number);
}

static bool extend(struct growth *growth, const struct seam_scope *scope, int steps);

/* Fill in operand `i` and the following ones in every way, then continue with the next step. */
static bool fill_operands(struct growth *growth, const struct seam_scope *scope,
                          struct seam_step step, int i, int steps) {
    const struct seam_op_row *row = &seam_op_rows[step.op];
    if (i == row->n_operands) {
        struct seam_scope next = *scope, closed;
        seam_scenario_append(&growth->scenario, &next, step);
        closed = next;
        seam_scenario_close(&growth->scenario, &closed);
        return growth->small->visit(growth->small->context, &growth->scenario) &&
               extend(growth, &next, steps - 1);
    }
    enum seam_kind kind = (enum seam_kind)row->kinds[i];
    enum seam_noun noun = (enum seam_noun)seam_kind_rows[kind].noun;
    for (int number = 0; number < seam_noun_rows[noun].range; number++) {
        if (!is_enough(growth->small, noun, number) || !seam_scope_accepts(scope, kind, number))
            continue;
        step.operand[i] = (uint8_t)number;
        if (!fill_operands(growth, scope, step, i + 1, steps))
            return false;
    }
    return true;
}

static bool extend(struct growth *growth, const struct seam_scope *scope, int steps) {
    char family = growth->small->family;
    for (int op = 0; op < SEAM_OPS && steps > 0; op++) {
        bool wanted = family == '\0' || strchr(seam_op_rows[op].family, family) != NULL;
        if (wanted && seam_scope_has_room(scope, (enum seam_op)op) &&
            !fill_operands(growth, scope, (struct seam_step){(uint8_t)op, {0}}, 0, steps))
            return false;
    }
    return true;
}

bool seam_small_scope_run(const struct seam_small_scope *small,
                          const struct seam_scenario *beginning) {
    struct growth growth = {.small = small};
    struct seam_scope scope;
    seam_scope_init(&scope, small->release);
    for (int s = 0; beginning != NULL && s < beginning->n_steps; s++)
        if (seam_op_rows[beginning->steps[s].op].side != SEAM_SIDE_OUT)
            seam_scenario_append(&growth.scenario, &scope, beginning->steps[s]);
    return extend(&growth, &scope, small->steps);
}
