/* A call from Go to C, with names: what a raw crossing of the channel, or a stack that Go printed,
 * means to the person who wrote the package.
 *
 * Frames of the runtime, of the testing package and of what Go's tools wrote are left out: they
 * tell the user nothing. Not here: what is wrong with the call (classify.h). */
#ifndef SEAM_AUDIT_CALL_H
#define SEAM_AUDIT_CALL_H

#include <stdbool.h>

#include "audit/inside/channel.h"
#include "audit/plan.h"
#include "audit/symbol.h"

enum { SEAM_CALL_FRAMES = 6 };

struct seam_audit_call {
    char function[SEAM_AUDIT_FUNCTION]; /* of C; "": Go code, or nothing if there are no frames */
    struct seam_symbol frames[SEAM_CALL_FRAMES]; /* of the user's code, innermost first */
    int n;
    bool by_finalizer;
};

/* Name a crossing of a program of the plan. */
void seam_call_name(const struct seam_audit_plan *plan, const char *program,
                    const struct seam_audit_crossing *from, struct seam_audit_call *to);

/* Add the user's frames of the first stack that Go printed when it died and that has some. */
void seam_call_read(const struct seam_audit_plan *plan, const char *text,
                    struct seam_audit_call *call);

/* Calls of the same C function from the same line. */
bool seam_call_is_same(const struct seam_audit_call *a, const struct seam_audit_call *b);

/* Calls that begin in the same Go function: for calls of finalizers, in the same finalizer. */
bool seam_call_has_same_root(const struct seam_audit_call *a, const struct seam_audit_call *b);

#endif
