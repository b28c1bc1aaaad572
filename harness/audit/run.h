/* Run a test program once, under a schedule, and see how it ended. */
#ifndef SEAM_AUDIT_RUN_H
#define SEAM_AUDIT_RUN_H

#include <stdbool.h>

#include "audit/inside/channel.h"
#include "rules/flavor.h"

enum seam_audit_end {
    SEAM_END_unknown, /* it was not run */
    SEAM_END_passed,
    SEAM_END_failed, /* the tests say so, or the process died */
    SEAM_END_hung,   /* it was stopped; its stacks are in the output */
};

struct seam_audit_run {
    const char *program, *directory;
    const char *test;       /* its name; NULL: list the tests, or it is not a test program */
    char *const *arguments; /* further words for the program, NULL-ended; NULL: none */
    bool is_program;        /* no test program: it gets these words and no others */
    int count;              /* how often the test runs in the process; 0: once */
    bool is_verbose;        /* it prints which tests skip themselves */
    bool scribbles;         /* what was freed is overwritten, by Go's collector and by malloc */
    const char *output;     /* the file that takes what it prints */
    double seconds_max;
    unsigned confinement; /* bits of base/sandbox.h */
    struct seam_audit_channel
        *channel;             /* filled with a schedule, then with what happened; NULL: none */
    const char *channel_path; /* the file by which it is exchanged */

    enum seam_audit_end end; /* results */
    const char *lost;        /* why nothing can be said of it, borrowed; NULL: it can */
    double seconds;
    double busy_seconds; /* of the processor: the same on a machine that others use too */
};

/* How the programs of a flavor are confined. */
unsigned seam_audit_confinement(enum seam_flavor flavor);

/* Run it. What it says of itself is believed only as far as exchange.h checks it. */
void seam_audit_run(struct seam_audit_run *run);

/* Stop the program that runs, with all that it has started, and this process. A signal handler. */
void seam_audit_stop(int number);

#endif
