/* What lies beside a scenario: its report in a corpus, its page. */
#ifndef SEAM_BESIDE_H
#define SEAM_BESIDE_H

#include "judge/report.h"

/* X.seam has its report in X.report, and its page in X.html. Owned by the caller; NULL if memory is
 * exhausted. */
char *seam_beside_path(const char *path, const char *extension);

/* How what lies beside a scenario names it in every checkout: from the last "corpus/" on, or
 * without directory. Borrowed from `path`. */
const char *seam_beside_name(const char *path);

/* The report of a case that was run, as the file beside `path` has it. Owned by the caller; NULL if
 * memory is exhausted. */
char *seam_beside_report(const struct seam_case *it, const char *path, size_t *size);

#endif
