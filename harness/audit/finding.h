/* A finding of an audit: which rule, which call, which memory, what freed it, and how to reproduce
 * it.
 *
 * gather.h puts it together. finding_report.c prints it.
 *
 * Plain memory with fixed sizes, because findings cross from worker processes to the parent. */
#ifndef SEAM_AUDIT_FINDING_H
#define SEAM_AUDIT_FINDING_H

#include <stdbool.h>
#include <stdio.h>

#include "audit/call.h"
#include "audit/classify.h"
#include "audit/inside/channel.h"

/* How many points a finding may need; without --shrink=thorough, SEAM_PROOF_FEW. */
enum { SEAM_PROOF_POINTS = 64, SEAM_PROOF_FEW = 8 };

/* The random schedules in which findings are counted force one crossing in that many. */
enum { SEAM_SPARSENESS = 4 };

struct seam_finding {
    char id[17];          /* the same cause has the same id, in every run and every test */
    enum seam_rule rule;  /* SEAM_RULE_none: no rule matched, see `said` */
    char said[SEAM_SAID]; /* what a sanitizer, Go or the test printed; "" if seam detected it */
    int argument, offset; /* as in channel.h */
    bool inside;          /* the freed memory is not the argument, but what it points to holds it */
    bool retained;     /* it is about an argument that C has kept: in the block of `birth`, or in */
    char holder[64];   /* this variable */
    char output[4096]; /* what a process printed that failed or hung without a rule */
    struct seam_audit_call guilty, birth, death;

    struct seam_audit_point proof[SEAM_PROOF_POINTS]; /* the points that are enough */
    int n_proof;
    bool is_shrunk;        /* false: more points are needed than `proof` can hold */
    int shown, schedules;  /* in how many of how many random schedules it showed; 0: not asked */
    int replayed, replays; /* how many of how many further runs with these points reproduced it */
};

/* The report for people; `reproduce` is the command that reproduces it. */
void seam_finding_text(FILE *out, const struct seam_finding *finding, const char *test,
                       const char *reproduce, bool color);

/* The same as one JSON object, without a newline. */
void seam_finding_json(FILE *out, const struct seam_finding *finding, const char *package,
                       const char *test, const char *reproduce);

#endif
