#include "oracle/fact.h"

static int add_deaths(uint32_t mask, enum seam_fact_kind kind, struct seam_fact *facts, int n) {
    for (; mask != 0; mask &= mask - 1)
        facts[n++] = (struct seam_fact){(uint8_t)kind, {(uint8_t)__builtin_ctz(mask)}};
    return n;
}

int seam_facts_of_step(const struct seam_scenario *scenario, int step,
                       struct seam_fact facts[SEAM_STEP_FACTS_MAX]) {
    const struct seam_step *s = &scenario->steps[step];
    const struct seam_op_row *row = &seam_op_rows[s->op];
    int n = 0;
    if (row->side == SEAM_SIDE_GO || row->side == SEAM_SIDE_IN)
        facts[n++] = (struct seam_fact){SEAM_FACT_in_go, {0}};
    for (int i = 0; i < row->n_facts; i++)
        facts[n++] = seam_fact_of_step(&row->facts[i], s);
    n = add_deaths(scenario->last_go[step], SEAM_FACT_dead_go, facts, n);
    return add_deaths(scenario->last_pinner[step], SEAM_FACT_dead_pinner, facts, n);
}
