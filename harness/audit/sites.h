/* The places in a package's source that call into C, without running anything. */
#ifndef SEAM_AUDIT_SITES_H
#define SEAM_AUDIT_SITES_H

#include "audit/plan.h"

struct seam_audit_site {
    const char *package, *file; /* borrowed; the file without its directory */
    int line;
    const char *function;
};

/* Tell of each call of a C function in the package's Go files, in the order of names and lines.
 * Which functions are C's is looked up in the program that was built, so C.int(x) is not a call; a
 * function that the linker has dropped is not listed. */
void seam_sites_each(const struct seam_audit_package *package,
                     void (*use)(void *context, const struct seam_audit_site *site), void *context);

#endif
