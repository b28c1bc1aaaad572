/* The regression test of a finding: a Go test that fails until the bug is fixed, and needs no seam.
 *
 * It runs the test of the audited package again, built with AddressSanitizer, with a collection in
 * each call of the guilty C function: the audit's own way, for one function, in one file
 * (regress.txt). Nothing is written into the user's tree. Only what was seen to fail is kept; what
 * nothing but the audit can see or force has no such test, and the reason says so. */
#ifndef SEAM_AUDIT_REGRESS_H
#define SEAM_AUDIT_REGRESS_H

#include "audit/finding.h"
#include "audit/plan.h"

enum { SEAM_REGRESS_REASON = 300 };

/* Write directory/ID/regress_test.go and its go.mod, and run it. False with a one-line reason, and
 * nothing is left, if there is no such test. */
bool seam_regress_write(const struct seam_audit_plan *plan,
                        const struct seam_audit_package *package, const char *test,
                        const struct seam_finding *finding, const char *directory,
                        char reason[SEAM_REGRESS_REASON]);

#endif
