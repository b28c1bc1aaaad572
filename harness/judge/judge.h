/* Expected against observed: the verdict.
 *
 * Two comparisons, both exact. The oracle's trace against the model's: every rule, step, object,
 * value and checker must be the same. And the model's trace, reduced to what one flavor of real Go
 * can observe, against what that Go did (predict.h). The first difference decides. */
#ifndef SEAM_JUDGE_H
#define SEAM_JUDGE_H

#include "language/scenario.h"
#include "rules/trace.h"

enum seam_verdict {
    SEAM_VERDICT_none, /* nothing was compared; counts as a disagreement */
    SEAM_VERDICT_agreed,
    SEAM_VERDICT_missed,      /* broken, and a checker that promised to detect it did not */
    SEAM_VERDICT_false_alarm, /* not broken here, but a checker reports it */
    SEAM_VERDICT_wrong_rule,  /* broken and detected, but as another rule or elsewhere */
    SEAM_VERDICT_wrong_value, /* a value, a finalizer or a collection differs */
    SEAM_VERDICT_crashed,     /* the run crashed in a way that nothing explains */
    SEAM_VERDICT_hang,        /* the run timed out */
    SEAM_VERDICTS,
};

struct seam_judgement {
    enum seam_verdict verdict;
    int step;                          /* of the first difference */
    const struct seam_event *expected; /* borrowed from the traces; NULL: nothing there */
    const struct seam_event *observed;
};

/* Compare an oracle's trace with a model's. */
struct seam_judgement seam_judge(const struct seam_trace *expected,
                                 const struct seam_trace *observed);

const char *seam_verdict_name(enum seam_verdict verdict);

/* What a scenario is about: the first event that breaks a rule; if none does, the first legal step
 * that a checker refuses; NULL if there is neither. */
const struct seam_event *seam_first_broken(const struct seam_trace *trace);

#endif
