/* The reference implementation: which cgo rules does a scenario break, and where?
 *
 * Reads facts, never ops: a new op changes nothing here. Shares no state and no code with the model
 * above scenario.h; the two are compared, and a shared mistake would be invisible. Small enough to
 * be checked by eye against Go's documentation. */
#ifndef SEAM_ORACLE_H
#define SEAM_ORACLE_H

#include "language/scenario.h"
#include "rules/trace.h"

/* Fill `trace` with every broken rule in order, and with what must be observed meanwhile. The run
 * stops after the first rule whose fate is ENDS. */
void seam_oracle_run(const struct seam_scenario *scenario, struct seam_trace *trace);

/* The same, with the invariants of the oracle's world checked after every step. */
void seam_oracle_run_checked(const struct seam_scenario *scenario, struct seam_trace *trace);

#endif
