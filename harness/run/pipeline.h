/* The pipeline: one scenario through oracle, model and judge.
 *
 * Everything that compares the witnesses does it here: fuzz targets, stress, matrix, replay,
 * verify, mutants, and the tests of the witnesses. Compiled once more by those that bring witnesses
 * of their own (mutants, canary_test). Not here: where a scenario comes from (generate/), real Go
 * (case.h). */
#ifndef SEAM_PIPELINE_H
#define SEAM_PIPELINE_H

#include "judge/report.h"

/* Fill the traces and the judgement from `it->scenario`; do oracle and model agree? Until that is
 * known, the verdict is `crashed` and the traces are what there is of them, for an assertion's
 * report. */
bool seam_pipeline_run(struct seam_case *it);

/* The same, with the invariants of the oracle's world checked after every step; `before`, if not
 * NULL, is called before each witness. */
bool seam_pipeline_run_checked(struct seam_case *it, void (*before)(void));

#endif
