/* What the model's memory holds between two steps, in the rows of rules/state.def: its heap,
 * stacks, pins, handles and queues. Not for fuzzing: it tries a collection a step, on a copy.
 *
 * Always true: nothing here changes the machine. To add what a reader should see of it: a row in
 * state.def, a line in observe.c. */
#ifndef SEAM_MODEL_OBSERVE_H
#define SEAM_MODEL_OBSERVE_H

#include "model/model.h"
#include "rules/state.h"

/* The same as seam_model_run; fills the states of `books` as well. */
void seam_model_observe(const struct seam_scenario *scenario, struct seam_trace *trace,
                        struct seam_books *books);

#endif
