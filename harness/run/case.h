/* A case on real Go, and what is kept of a disagreement. Both witnesses: pipeline.h. */
#ifndef SEAM_CASE_H
#define SEAM_CASE_H

#include "judge/report.h"
#include "realgo/gorun.h"

/* Predict, run and judge it in an open executor; `version` is borrowed by the result. False after
 * an error was printed: no executor can be started any more. */
bool seam_case_run_go(const struct seam_case *it, struct seam_go *go, const char *version,
                      struct seam_go_case *result);

/* A number for what real Go did with a scenario, to be added up; `index` tells scenarios apart. */
uint64_t seam_case_hash(const struct seam_case *it, const struct seam_outcome *outcome,
                        uint64_t index);

/* Write a disagreement as a scenario with its story in comments, DIRECTORY/VERDICT-NAME.seam. It is
 * the two witnesses' if `go` is NULL. `origin` says where the scenario comes from. False after an
 * error was printed. */
bool seam_case_write(const struct seam_case *it, const struct seam_go_case *go,
                     const char *directory, const char *name, const char *origin);

#endif
