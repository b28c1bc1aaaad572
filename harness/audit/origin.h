/* What an audit was made of: the compiler, the module and the commit, and when it began. So that
 * who has only its record (record.h) can do the same again.
 *
 * Not here: what Go itself says of a package (plan.h). */
#ifndef SEAM_AUDIT_ORIGIN_H
#define SEAM_AUDIT_ORIGIN_H

#include <stdbool.h>

#include "realgo/gobuild.h"

/* Owned strings; NULL: there is none. */
struct seam_audit_origin {
    char *compiler;   /* the first line of what it says of its version */
    char *module;     /* of the current directory */
    char *commit;     /* of the current directory, if it is in a checkout of git */
    bool is_modified; /* files of git's differ from that commit */
    char start[32];   /* RFC 3339, in UTC; of $SOURCE_DATE_EPOCH if that is set */
};

/* Fill in the start; false after an error was printed. */
bool seam_origin_start(struct seam_audit_origin *origin);

/* Ask the C compiler, Go and git for the rest; who does not answer is left out. */
void seam_origin_find(struct seam_audit_origin *origin, const struct seam_go_release *go);

void seam_origin_free(struct seam_audit_origin *origin);

#endif
