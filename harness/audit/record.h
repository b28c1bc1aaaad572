/* What seam audit --json prints: the record of an audit, one JSON object on each line.
 *
 * Always true: the first line says what was audited, with what and how; the last one has the
 * totals, also when nothing was found. The keys of each type of line are listed in README.md, and a
 * test compares. A key keeps its meaning; whoever changes one raises SEAM_JSON_SCHEMA
 * (base/json.h). To add one: here, and a row there. */
#ifndef SEAM_AUDIT_RECORD_H
#define SEAM_AUDIT_RECORD_H

#include "audit/export.h"
#include "audit/origin.h"
#include "audit/sites.h"

/* All borrowed. */
struct seam_record_start {
    const struct seam_audit_origin *origin;
    const struct seam_audit_plan *plan;
    const char *schedule, *at; /* as given; NULL: the default, and none */
    const uint64_t *seed;      /* of a random schedule; NULL: it is not random */
    char *const *patterns;     /* the n packages, as given */
    int n;
};

struct seam_record_totals {
    int tests, findings, lost, skipped, status;
    uint64_t crossings, sites, forced;
};

void seam_record_begin(FILE *out, const struct seam_record_start *start);

/* The findings of a test; a line more if it, or a whole package, was lost or skipped. */
void seam_record_test(FILE *out, const struct seam_export_test *test);

/* With --list: a test, or a line that calls C. */
void seam_record_listed(FILE *out, const char *package, const char *test);
void seam_record_site(FILE *out, const struct seam_audit_site *site);

void seam_record_end(FILE *out, const struct seam_record_totals *totals);

#endif
