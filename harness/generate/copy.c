#include "generate/copy.h"

#include <string.h>

/* --- where steps run -------------------------------------------------------------------------- */

/* The calls that are open at a point, of each thread, as the steps that began them. */
struct course {
    int thread;
    int depth[SEAM_THREAD_MAX];
    uint8_t open[SEAM_THREAD_MAX][SEAM_STEPS_MAX];
};

static bool causes(const struct seam_op_row *row, enum seam_fact_kind kind) {
    for (int i = 0; i < row->n_facts; i++)
        if (row->facts[i].kind == kind)
            return true;
    return false;
}

/* Note where step `s` runs and which call it ends. In steps that were moved around there may be a
 * return without a call: it is taken to end itself, so it is never copied. */
static void follow(struct course *course, struct seam_source *source, int s) {
    const struct seam_step *step = &source->scenario->steps[s];
    const struct seam_op_row *row = &seam_op_rows[step->op];
    int *depth = &course->depth[course->thread];
    source->thread[s] = (uint8_t)course->thread;
    source->call[s] = SEAM_NO_CALL;
    if (row->side == SEAM_SIDE_IN) {
        course->open[course->thread][(*depth)++] = (uint8_t)s;
    } else if (row->side == SEAM_SIDE_OUT || causes(row, SEAM_FACT_unwind)) {
        source->call[s] = *depth > 0 ? course->open[course->thread][--*depth] : (uint8_t)s;
    } else if (causes(row, SEAM_FACT_turn)) {
        course->thread = step->operand[0];
    } else if (causes(row, SEAM_FACT_goexit)) {
        *depth = 0;
        course->thread = 0;
    }
}

void seam_source_open(struct seam_source *source, const struct seam_scenario *scenario) {
    struct course course = {0};
    memset(source, 0, sizeof *source);
    source->scenario = scenario;
    source->names[SEAM_NOUN_thread][0] = 1;
    for (int s = 0; s < scenario->n_steps; s++)
        follow(&course, source, s);
}

/* --- names ------------------------------------------------------------------------------------ */

/* What the object is called in the copy, or -1. */
static int name_of(const struct seam_source *source, enum seam_noun noun, int number) {
    if (noun != SEAM_NOUN_any)
        return seam_noun_rows[noun].nature == SEAM_NATURE_BORN ? source->names[noun][number] - 1
                                                               : number;
    int name = name_of(source, seam_any_noun(number), seam_any_number(number));
    return name < 0 ? -1 : seam_any(seam_any_noun(number), name);
}

static void give_name(struct seam_source *source, enum seam_noun noun, int number, int name) {
    if (noun == SEAM_NOUN_any) {
        if (seam_any_noun(number) == seam_any_noun(name))
            give_name(source, seam_any_noun(number), seam_any_number(number),
                      seam_any_number(name));
    } else if (seam_noun_rows[noun].nature == SEAM_NATURE_BORN) {
        source->names[noun][number] = (uint8_t)(name + 1);
    }
}

/* The first number that fits the kind here, or -1. */
static int first_fit(const struct seam_scope *scope, enum seam_kind kind) {
    for (int n = 0; n < seam_noun_rows[seam_kind_rows[kind].noun].range; n++)
        if (seam_scope_accepts(scope, kind, n))
            return n;
    return -1;
}

/* The operand as it is in the copy, or -1. From here on its object is called so. */
static int translate(struct seam_source *source, const struct seam_scope *scope,
                     enum seam_kind kind, int number) {
    const struct seam_kind_row *row = &seam_kind_rows[kind];
    enum seam_noun noun = (enum seam_noun)row->noun;
    bool is_new = row->role == SEAM_ROLE_BIRTH;
    int name = is_new ? scope->born[noun] : name_of(source, noun, number);
    bool is_bound = !is_new && name < 0 && source->binds;
    if (is_bound)
        name = first_fit(scope, kind);
    if (name < 0 || !seam_scope_accepts(scope, kind, name))
        return -1;
    if (is_bound || is_new)
        give_name(source, noun, number, name);
    return name;
}

bool seam_source_copy(struct seam_source *source, int s, struct seam_scenario *to,
                      struct seam_scope *scope) {
    struct seam_step step = source->scenario->steps[s];
    const struct seam_op_row *row = &seam_op_rows[step.op];
    uint8_t before[SEAM_NOUNS][SEAM_NAMES_MAX];
    if ((source->call[s] != SEAM_NO_CALL && !source->copied[source->call[s]]) ||
        !seam_scope_has_room(scope, (enum seam_op)step.op))
        return false;
    memcpy(before, source->names, sizeof before);
    for (int i = 0; i < row->n_operands; i++) {
        int name = translate(source, scope, (enum seam_kind)row->kinds[i], step.operand[i]);
        if (name < 0) {
            memcpy(source->names, before, sizeof before);
            return false;
        }
        step.operand[i] = (uint8_t)name;
    }
    seam_scenario_append(to, scope, step);
    return source->copied[s] = true;
}
