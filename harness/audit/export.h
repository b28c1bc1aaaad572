/* The result of an audit for other programs: SARIF for code scanning, JUnit XML for CI. */
#ifndef SEAM_AUDIT_EXPORT_H
#define SEAM_AUDIT_EXPORT_H

#include "audit/hunt.h"

/* A test and what became of it; all borrowed. A package that was lost as a whole has no name, and a
 * result that says lost. */
struct seam_export_test {
    const char *package, *name;
    const char *said; /* lost, left out: why */
    const struct seam_hunt_result *result;
    int n;                                                   /* findings that are to be reported */
    const struct seam_finding *findings[SEAM_HUNT_FINDINGS]; /* and the commands that */
    char *commands[SEAM_HUNT_FINDINGS];                      /* reproduce them */
};

/* SARIF 2.1.0 (OASIS). Files under the current directory are named relative to it, as code scanning
 * wants them. */
void seam_export_sarif(FILE *out, const struct seam_export_test *tests, int n);

/* JUnit XML: a suite for each package, a failure for each test with findings, an error for each
 * test or package that was lost; tests that fail without a schedule are skipped. */
void seam_export_junit(FILE *out, const struct seam_export_test *tests, int n);

#endif
