/* The report that lies beside a scenario of a corpus. */
#ifndef SEAM_BESIDE_H
#define SEAM_BESIDE_H

#include "judge/report.h"

/* X.seam has its report in X.report. Owned by the caller; NULL if memory is exhausted. */
char *seam_beside_path(const char *path);

/* The report of a case that was run, as the file beside `path` has it: it names the scenario from
 * the last "corpus/" on, as every checkout does. Owned by the caller; NULL if memory is exhausted.
 */
char *seam_beside_report(const struct seam_case *it, const char *path, size_t *size);

#endif
