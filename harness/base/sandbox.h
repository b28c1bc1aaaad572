/* What a program of somebody else's is confined to: audited tests, executors, programs on real Go.
 *
 * One process of seam has one sandbox, which its workers inherit. It is prepared once
 * (seam_sandbox_open), and entered by each child between fork and exec: a few system calls, no
 * helper process, no ptrace.
 *
 * Always true: a child leaves no core file and gains no privileges, also when nothing was opened.
 * Never true: that an audit fails because a kernel refuses a part. The part is left out and said
 * once, unless the user insists on it with --sandbox=on.
 *
 * Not for builds, which need the network and Go's caches; they are only hardened. Not for what is
 * hostile and runs as root: least privilege, and no prison.
 *
 * To add a limit: one row in the table of sandbox.c. To add what may be written: one in
 * sandbox_files.c. */
#ifndef SEAM_SANDBOX_H
#define SEAM_SANDBOX_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/options.h"

/* --sandbox=auto|on|off, --network, --record=FILE; NULL: not given. */
struct seam_sandbox_options {
    const char *sandbox, *network, *record;
};

#define SEAM_SANDBOX_OPTIONS(o)                                                                    \
    {"--sandbox=", &(o).sandbox}, {"--network", &(o).network}, { "--record=", &(o).record }

/* How far a child is confined: bits. With none it is only hardened: no core file, no new
 * privileges. */
enum {
    SEAM_CONFINED = 1,  /* all that is in force */
    SEAM_SANITIZED = 2, /* built with AddressSanitizer or a race detector, which map terabytes of
                           shadow memory: no limit of memory that the kernel has suits it */
    SEAM_WATCHED = 4,   /* who waits for it looks at seam_sandbox_is_too_large */
    SEAM_FREQUENT = 8,  /* started by the thousand, and does not write below /proc/self: it enters
                           rules that were made once */
};

/* Prepare the sandbox for all children to come. False after an error was printed: bad usage, or
 * with --sandbox=on a kernel that refuses. What is not available is printed, too. If it is open
 * already, nothing happens. */
bool seam_sandbox_open(const struct seam_sandbox_options *options);

/* In a child that has one thread, also one of vfork. It clears PR_SET_PDEATHSIG, so that comes
 * after it. If a part that was there before is refused now, the child ends and says so. */
void seam_sandbox_enter(unsigned how);

/* May the children be run once without their confinement, to see what it changes? Not if there is
 * none, and not with --sandbox=on. */
bool seam_sandbox_may_compare(void);

/* Why a child may have failed, by what it printed: what it lacks, and the option that gives it.
 * Borrowed; NULL if nothing in the text is about that. */
const char *seam_sandbox_explain(const char *output);

/* Has a process more resident memory than it may? The kernel has no such limit, so who waits for it
 * asks. */
bool seam_sandbox_is_too_large(pid_t pid);

/* Write what is in force to `out`, as one JSON object. */
void seam_sandbox_json(FILE *out, unsigned how);

/* Before a start: append a line to the record, if one is kept. `arguments` end with NULL; the
 * directory may be NULL: here. */
void seam_sandbox_record(const char *const arguments[], const char *directory, unsigned how);

#endif
