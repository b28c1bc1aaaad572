/* Which tests skipped themselves, by what a verbose run printed: what skips itself was not looked
 * at, and the report says so.
 *
 * Not here: tests that were left out because they fail (hunt.h). */
#ifndef SEAM_AUDIT_SKIPS_H
#define SEAM_AUDIT_SKIPS_H

#include <stdbool.h>

enum { SEAM_SKIPS_WHY = 160 };

struct seam_skips {
    bool whole;               /* the test itself */
    int parts;                /* how many of its subtests */
    char why[SEAM_SKIPS_WHY]; /* what the first of them logged last; "": nothing */
};

/* Read the output of `test`, run with -test.v. */
void seam_skips_read(const char *output, const char *test, struct seam_skips *skips);

/* Is there more in `a` than in `b`? */
bool seam_skips_more(const struct seam_skips *a, const struct seam_skips *b);

#endif
