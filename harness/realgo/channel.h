/* The memory that the parent (gorun.c) and an executor process (go/) share.
 *
 * The parent writes a scenario and a limit and sends one byte down the executor's standard input;
 * the executor writes events as they happen and answers one byte on SEAM_ANSWER_FD. When the
 * executor dies, what it had done is still here. Both sides are compiled from the same sources, and
 * `version` makes sure of it. */
#ifndef SEAM_CHANNEL_H
#define SEAM_CHANNEL_H

#include "language/scenario.h"
#include "rules/trace.h"

enum { SEAM_ANSWER_FD = 3, SEAM_CHANNEL_FD = 4 };
enum { SEAM_CHANNEL_VERSION = sizeof(struct seam_scenario) + SEAM_OPS * 131 + SEAM_RULES + 1 };

/* Has LeakSanitizer been asked? If the process ends when that has begun, it cannot run. */
enum seam_look { SEAM_LOOK_none, SEAM_LOOK_began, SEAM_LOOK_done };

struct seam_channel {
    int32_t version; /* written by the executor when it is ready */
    int32_t goes_on; /* written before it starts: what ASan reports ends the scenario only */
    int32_t limit;   /* run the steps below this one */
    int32_t looks;   /* then ask LeakSanitizer */
    struct seam_scenario scenario;

    int32_t step;    /* the step under way; limit when all are done */
    int32_t stopped; /* a recovered panic, or a report, ended the run; its text is in `message` */
    int32_t look;    /* enum seam_look */
    uint32_t leaked; /* the blocks that LeakSanitizer named, as bits */
    int32_t retire;  /* the process wants to be replaced before the next scenario */

    int64_t collections; /* gc steps of this run, and the microseconds in them */
    int64_t collecting;
    int64_t answering; /* microseconds of processor time, from question to answer */
    char message[200];
    struct seam_trace trace;
};

#endif
