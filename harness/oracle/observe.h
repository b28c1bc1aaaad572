/* The oracle's books, for those who want to follow it: who owns, holds and pins what between two
 * steps, and which rules it asks about in each. Not for fuzzing: it copies a whole world a step.
 *
 * To add what a reader should see of the world: a row in rules/state.def, a line in observe.c. A
 * rule that a fact asks about is a row in asks.def. */
#ifndef SEAM_ORACLE_OBSERVE_H
#define SEAM_ORACLE_OBSERVE_H

#include "oracle/oracle.h"
#include "rules/state.h"

/* The same as seam_oracle_run; fills `books` as well. */
void seam_oracle_observe(const struct seam_scenario *scenario, struct seam_trace *trace,
                         struct seam_books *books);

/* Does the oracle ask about this rule at this fact? */
bool seam_oracle_asks(enum seam_fact_kind fact, enum seam_rule rule);

#endif
