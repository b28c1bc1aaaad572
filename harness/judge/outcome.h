/* What one flavor of real Go did with a scenario, and what the model says it should have done.
 *
 * A flavor is a way to build and run Go; it decides which checkers look. The model's trace holds
 * the findings of all checkers; the first one that this flavor's checkers see is where real Go must
 * stop. Before a step that no checker of the flavor sees, but after which nothing is well defined,
 * the run is cut off: seam never lets a process corrupt itself unseen. */
#ifndef SEAM_OUTCOME_H
#define SEAM_OUTCOME_H

#include <stddef.h>

#include "judge.h"

enum seam_flavor {
    SEAM_FLAVOR_plain,     /* go build: runtime, cgocheck=1 */
    SEAM_FLAVOR_cgocheck2, /* GODEBUG=cgocheck=2 up to Go 1.20, then GOEXPERIMENT=cgocheck2 */
    SEAM_FLAVOR_asan,      /* go build -asan, with checkptr */
    SEAM_FLAVOR_race,      /* go build -race, with checkptr */
    SEAM_FLAVORS,
};

const char *seam_flavor_name(enum seam_flavor flavor);

/* The flavor of that name, or SEAM_FLAVORS. */
enum seam_flavor seam_flavor_find(const char *name);

/* The checkers (enum seam_checker bits) that look in this flavor. */
int seam_flavor_checkers(enum seam_flavor flavor);

enum seam_how {
    SEAM_HOW_finished, /* all steps up to the limit were done */
    SEAM_HOW_stopped,  /* Go panicked or threw, a sanitizer or a signal ended the process */
    SEAM_HOW_hung,     /* no answer in time; the process was killed */
};

struct seam_outcome {
    enum seam_how how;
    int step;                  /* the step that did not end, if not finished */
    enum seam_symptom symptom; /* what the message means, if stopped; none: not recognised */
    char message[200];         /* the line that says so, without addresses */
    struct seam_trace trace;   /* values, queued and ran; never broken or collected */
};

struct seam_prediction {
    int limit;                        /* run the steps below this one only */
    const struct seam_event *stopped; /* the finding that stops it; NULL: it finishes */
};

/* What the model's trace means for a flavor. The result borrows from `model`. */
struct seam_prediction seam_predict(const struct seam_program *program,
                                    const struct seam_trace *model, enum seam_flavor flavor);

/* Compare a prediction with what happened. The judgement borrows from both. */
struct seam_judgement seam_judge_go(const struct seam_trace *model,
                                    const struct seam_prediction *prediction,
                                    const struct seam_outcome *outcome);

/* What a line that Go, a sanitizer or libc printed means; none if it is not known. */
enum seam_symptom seam_symptom_of_line(const char *line);

/* Is what was observed the symptom that a rule's row expects? */
bool seam_symptom_fits(enum seam_symptom expected, enum seam_symptom observed);

/* Copy a line, up to its newline, without what differs between two runs: process ids,
 * addresses, registers and the number of the thread. `to` has `size` bytes and is terminated. */
void seam_copy_stable(char *to, size_t size, const char *line);

#endif
