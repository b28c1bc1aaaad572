#include "judge/judge.h"

#include <stddef.h>

const char *seam_verdict_name(enum seam_verdict verdict) {
    static const char *const names[SEAM_VERDICTS] = {
        "none", "agreed", "missed", "false-alarm", "wrong-rule", "wrong-value", "crashed", "hang"};
    return names[verdict];
}

const struct seam_event *seam_first_broken(const struct seam_trace *trace) {
    const struct seam_event *refused = NULL;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++) {
        if (e->kind != SEAM_EVENT_broken)
            continue;
        if (seam_rule_rows[e->what].fate != SEAM_FATE_REFUSED)
            return e;
        if (refused == NULL)
            refused = e;
    }
    return refused;
}

static bool is_broken(const struct seam_event *event) {
    return event != NULL && event->kind == SEAM_EVENT_broken;
}

static bool is_same(const struct seam_event *a, const struct seam_event *b) {
    return a->kind == b->kind && a->step == b->step && a->what == b->what && a->value == b->value;
}

/* Two events at the same place differ: what does it mean? */
static enum seam_verdict difference(const struct seam_event *expected,
                                    const struct seam_event *observed) {
    if (is_broken(expected) && is_broken(observed) && expected->step == observed->step)
        return observed->what == SEAM_RULE_none ? SEAM_VERDICT_false_alarm
                                                : SEAM_VERDICT_wrong_rule;
    bool expected_first =
        observed == NULL || (expected != NULL && expected->step <= observed->step);
    if (is_broken(expected) && (expected_first || !is_broken(observed)))
        return SEAM_VERDICT_missed;
    if (is_broken(observed))
        return SEAM_VERDICT_false_alarm;
    return SEAM_VERDICT_wrong_value;
}

struct seam_judgement seam_judge(const struct seam_trace *expected,
                                 const struct seam_trace *observed) {
    for (int i = 0; i < expected->n || i < observed->n; i++) {
        const struct seam_event *e = i < expected->n ? &expected->events[i] : NULL;
        const struct seam_event *o = i < observed->n ? &observed->events[i] : NULL;
        if (e == NULL || o == NULL || !is_same(e, o))
            return (struct seam_judgement){difference(e, o), e != NULL ? e->step : o->step, e, o};
        if (!is_broken(e))
            continue;
        int promised = seam_rule_rows[e->what].seen;
        if (o->seen != promised)
            return (struct seam_judgement){(promised & ~o->seen) != 0 ? SEAM_VERDICT_missed
                                                                      : SEAM_VERDICT_false_alarm,
                                           e->step, e, o};
    }
    return (struct seam_judgement){SEAM_VERDICT_agreed, 0, NULL, NULL};
}
