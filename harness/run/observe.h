/* The pipeline for a reader: both witnesses, with what their books say between two steps.
 *
 * For seam replay --timeline and --html. Not for those that run many scenarios: it takes a hundred
 * times as long as pipeline.h, and gives the same traces. */
#ifndef SEAM_OBSERVE_H
#define SEAM_OBSERVE_H

#include "judge/report.h"
#include "rules/state.h"

/* Fill the traces, the judgement and the books from `it->scenario`; do oracle and model agree? */
bool seam_observe(struct seam_case *it, struct seam_books *oracle, struct seam_books *model);

#endif
