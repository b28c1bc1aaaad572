/* What one flavor of real Go did with a scenario, and what the model says it should have done.
 *
 * The model's trace holds the findings of all checkers; the first one that this flavor's checkers
 * detect is where real Go must stop. Before a step that no checker of the flavor detects and that
 * makes what follows undefined, the run is cut off: seam never lets a process corrupt itself
 * undetected. */
#ifndef SEAM_PREDICT_H
#define SEAM_PREDICT_H

#include <stddef.h>

#include "judge/judge.h"
#include "rules/flavor.h"

enum seam_how {
    SEAM_HOW_unknown,  /* it was not run */
    SEAM_HOW_finished, /* all steps up to the limit were done */
    SEAM_HOW_stopped,  /* Go panicked or threw, a sanitizer or a signal ended the process */
    SEAM_HOW_hung,     /* no answer in time; the process was killed */
};

/* Did LeakSanitizer look for C memory that nothing points to? */
enum seam_leaks {
    SEAM_LEAKS_unasked, /* not in this flavor or release, or the run did not come to its end */
    SEAM_LEAKS_unseen,  /* it should have, but cannot run on this machine */
    SEAM_LEAKS_seen,
};

struct seam_outcome {
    enum seam_how how;
    int step;                  /* the step that did not end, if not finished */
    enum seam_symptom symptom; /* what the message means, if stopped; none: not recognised */
    char message[200];         /* the line that says so, without addresses */
    struct seam_trace trace;   /* values, queued and ran; never broken or collected */
    enum seam_leaks leaks;
    uint32_t leaked; /* the blocks that it named, as bits */
};

struct seam_prediction {
    int limit;                        /* run only the steps before this one */
    const struct seam_event *stopped; /* the finding that stops it; NULL: it finishes */
};

/* What the model's trace means for a flavor. The result borrows from `model`. */
struct seam_prediction seam_predict(const struct seam_scenario *scenario,
                                    const struct seam_trace *model, enum seam_flavor flavor);

/* The blocks that LeakSanitizer names when the scenario is over, as bits. */
uint32_t seam_predict_leaks(const struct seam_trace *model);

/* Has LeakSanitizer looked, and not named one of them? */
bool seam_leak_is_missed(const struct seam_trace *model, const struct seam_outcome *outcome);

/* Should it have named one, and cannot run? Then nobody can say that the run agrees. */
bool seam_leak_is_unjudged(const struct seam_trace *model, const struct seam_outcome *outcome);

/* Compare a prediction with what happened. The judgement borrows from both. */
struct seam_judgement seam_judge_go(const struct seam_trace *model,
                                    const struct seam_prediction *prediction,
                                    const struct seam_outcome *outcome);

#endif
