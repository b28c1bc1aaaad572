/* A finding in the channel: made here, filled in by who has found it. */
#ifndef SEAM_AUDIT_FINDING_H
#define SEAM_AUDIT_FINDING_H

#include "seam_audit_underway.h"

/* A new finding of this crossing, which may be NULL: the parent reads it from now on. NULL if there
 * are enough of them, or one of this kind at this site. */
struct seam_audit_finding *seam_audit_new_finding(enum seam_audit_kind kind,
                                                  const struct crossing *crossing);

#endif
