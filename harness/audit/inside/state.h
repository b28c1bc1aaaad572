/* What all files here read: the channel to `seam audit`, whether a forced collection is under way,
 * the last point at which something was forced, and where the program lies in memory.
 *
 * These files are compiled among those of runtime/cgo, with the audited program's compiler, under
 * the names seam_audit_*, which is how they include each other: C and libc only, and every
 * symbol that the linker sees begins with seam_audit_. Always true: without a channel every
 * function returns at once, so a program that runs outside an audit behaves as if nothing was
 * added. Includes go one way; crossing.c and attach.c are above all the others.
 *
 * To force something new: a phase in channel.h, a mechanism in a file of its own, a case in
 * crossing.c. To check something new: a kind in channel.h, a file that makes the finding, and a
 * line in crossing.c. */
#ifndef SEAM_AUDIT_STATE_H
#define SEAM_AUDIT_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "seam_audit_channel.h"

/* NULL: this process is not audited. */
extern struct seam_audit_channel *seam_audit_shared;

/* Written by the crossing that forces a collection, and by nobody else while it is true. */
extern bool seam_audit_collecting;

/* The last point at which something that may collect was forced; site 0: none. */
extern struct seam_audit_point seam_audit_last_point;

static inline bool seam_audit_is_collecting(void) {
    return __atomic_load_n(&seam_audit_collecting, __ATOMIC_ACQUIRE);
}

/* Where the program is loaded, relative to the addresses in its file. */
uintptr_t seam_audit_bias(void);

#endif
