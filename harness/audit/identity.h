/* When are two findings the same? In one run, when they have one cause; in different runs, when
 * they have one id.
 *
 * Ids stand in users' files of known findings (suppress.h) and in the fingerprints of code
 * scanning: what goes into one may not change. */
#ifndef SEAM_AUDIT_IDENTITY_H
#define SEAM_AUDIT_IDENTITY_H

#include "audit/finding.h"

/* Fill the id from the rule, the calls and what was said. */
void seam_finding_set_id(struct seam_finding *finding);

/* Is the last of these n + 1 findings about memory that an earlier one is about as well, freed by
 * the same call, however it was used afterwards; or has it the same id? */
bool seam_finding_is_repeated(const struct seam_finding *findings, int n);

#endif
