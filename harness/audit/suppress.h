/* Findings that the user knows and has a reason to live with: a file with an id and the reason on
 * each line; empty lines and lines that begin with # are ignored. */
#ifndef SEAM_AUDIT_SUPPRESS_H
#define SEAM_AUDIT_SUPPRESS_H

#include <stdbool.h>

enum { SEAM_SUPPRESSIONS_MAX = 256 };

struct seam_suppressions {
    char ids[SEAM_SUPPRESSIONS_MAX][9];
    int n;
};

/* Read the file; NULL: there is none. False after a one-line error was printed. */
bool seam_suppressions_read(const char *path, struct seam_suppressions *suppressions);

bool seam_is_suppressed(const struct seam_suppressions *suppressions, const char *id);

#endif
