/* From a step of a scenario to the facts it causes at the boundary.
 *
 * The facts are those of the step's row in ops.def with the operands filled in; then, for every Go
 * variable that no later step names, that it is dead. The oracle is told nothing else. */
#ifndef SEAM_FACT_H
#define SEAM_FACT_H

#include "language/scenario.h"

enum { SEAM_STEP_FACTS_MAX = 1 + SEAM_ROW_FACTS + SEAM_OPERANDS_MAX };

/* Fill `facts` with what step number `step` causes, in order; their number is returned. */
int seam_facts_of_step(const struct seam_scenario *scenario, int step,
                       struct seam_fact facts[SEAM_STEP_FACTS_MAX]);

#endif
