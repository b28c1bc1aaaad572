/* The model: a simulated Go side with a real C side, driven by a scenario.
 *
 * It executes ops, never facts, and shares nothing with the oracle above scenario.h. Its trace has
 * the findings of Go's checkers as simulated (cgocheck, ASan, the runtime itself) and those of a
 * watch that sees everything, each with the checkers that detect it: so one run predicts what every
 * flavor of real Go does. The design of the machine is in machine.h. */
#ifndef SEAM_MODEL_H
#define SEAM_MODEL_H

#include "language/scenario.h"
#include "rules/trace.h"

/* Fill `trace`. All C memory of the run is freed when this returns; nothing is kept between runs.
 */
void seam_model_run(const struct seam_scenario *scenario, struct seam_trace *trace);

#endif
