/* Findings, put together from what a run of a test left behind in its channel and its output: names
 * from call.h, the rule from classify.h, the id from identity.h.
 *
 * Not here: which runs there are (hunt.h), and which rule fits what was seen. */
#ifndef SEAM_AUDIT_GATHER_H
#define SEAM_AUDIT_GATHER_H

#include "audit/finding.h"
#include "audit/plan.h"
#include "audit/run.h"

/* Make findings of what one run has left in its channel and its output. Their number, at most
 * `max`. A run that passed silently has none. */
int seam_findings_of(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                     struct seam_finding *findings, int max);

/* Make a finding of memory that `runs` more runs of a test left behind: blocks of C born in one
 * crossing, or handles if that is NULL. */
void seam_finding_of_leak(const struct seam_audit_plan *plan, const char *program,
                          const struct seam_audit_crossing *birth, long blocks, int runs,
                          struct seam_finding *finding);

/* A test fails when goroutines change threads and nothing else is forced, as in this run: name the
 * calls. */
void seam_finding_of_rethread(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                              struct seam_finding *finding);

#endif
