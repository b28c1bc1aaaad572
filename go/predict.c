/* The oracle, for tests that run scenarios in their own process (check.go): what is safe to run,
 * and what must be observed. */
#include "judge/predict.c"
#include "bridge.h"
#include "judge/judge.c"
#include "judge/symptom.c"
#include "oracle/fact.c"
#include "oracle/facts_c.c"
#include "oracle/facts_call.c"
#include "oracle/facts_go.c"
#include "oracle/facts_process.c"
#include "oracle/facts_time.c"
#include "oracle/oracle.c"
#include "oracle/passing.c"
#include "oracle/world.c"
#include "rules/flavor.c"
#include "rules/rule.c"

/* The finding at which a plain process must not continue: something stops it, or what follows is
 * undefined. Fills the limit and the trace. */
void seam_oracle_limit(struct seam_channel *channel, struct seam_trace *expected) {
    seam_oracle_run(&channel->scenario, expected);
    for (int i = 0; i < expected->n; i++)
        if (expected->events[i].kind == SEAM_EVENT_broken)
            expected->events[i].seen = seam_rule_rows[expected->events[i].what].seen;
    struct seam_prediction prediction =
        seam_predict(&channel->scenario, expected, SEAM_FLAVOR_plain);
    channel->limit = prediction.stopped != NULL ? prediction.stopped->step : prediction.limit;
}

/* Did the run observe what it must? */
int seam_oracle_agrees(const struct seam_channel *channel, const struct seam_trace *expected) {
    struct seam_prediction prediction = {channel->limit, NULL};
    static struct seam_outcome outcome;
    outcome.how = channel->stopped ? SEAM_HOW_stopped : SEAM_HOW_finished;
    outcome.step = channel->step;
    outcome.symptom = seam_symptom_of_line(channel->message);
    outcome.trace = channel->trace;
    return seam_judge_go(expected, &prediction, &outcome).verdict == SEAM_VERDICT_agreed;
}
