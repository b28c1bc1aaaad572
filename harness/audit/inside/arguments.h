/* Check what a C function is given: memory that was freed, or that is freed while it runs. */
#ifndef SEAM_AUDIT_ARGUMENTS_H
#define SEAM_AUDIT_ARGUMENTS_H

#include "seam_audit_underway.h"

/* The crossing is the innermost one: before its function runs, and after. */
void seam_audit_check_before(const struct crossing *crossing);
void seam_audit_check_after(const struct crossing *crossing);

#endif
