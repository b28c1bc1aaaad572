#include "judge/predict.h"

#include <stddef.h>

#include "judge/symptom.h"

struct seam_prediction seam_predict(const struct seam_scenario *scenario,
                                    const struct seam_trace *model, enum seam_flavor flavor) {
    for (int i = 0; i < model->n; i++) {
        const struct seam_event *event = &model->events[i];
        if (event->kind != SEAM_EVENT_broken)
            continue;
        if ((event->seen & seam_flavor_checkers(flavor)) != 0)
            return (struct seam_prediction){scenario->n_steps, event};
        if (event->what != SEAM_RULE_none && seam_rule_rows[event->what].fate == SEAM_FATE_ENDS)
            return (struct seam_prediction){event->step, NULL};
    }
    return (struct seam_prediction){scenario->n_steps, NULL};
}

static bool is_leak(const struct seam_event *event) {
    return event->kind == SEAM_EVENT_broken && (event->seen & SEAM_SEEN_LEAKS) != 0;
}

uint32_t seam_predict_leaks(const struct seam_trace *model) {
    uint32_t set = 0;
    for (const struct seam_event *event = model->events; event < model->events + model->n; event++)
        if (is_leak(event))
            set |= 1u << seam_any_number((int)event->value);
    return set;
}

bool seam_leak_is_missed(const struct seam_trace *model, const struct seam_outcome *outcome) {
    return outcome->leaks == SEAM_LEAKS_seen && (seam_predict_leaks(model) & ~outcome->leaked) != 0;
}

bool seam_leak_is_unjudged(const struct seam_trace *model, const struct seam_outcome *outcome) {
    return outcome->leaks == SEAM_LEAKS_unseen && seam_predict_leaks(model) != 0;
}

/* The first block that LeakSanitizer should have named, or should not. */
static struct seam_judgement compare_leaks(const struct seam_trace *model,
                                           const struct seam_outcome *outcome) {
    uint32_t expected = seam_predict_leaks(model), missed = expected & ~outcome->leaked;
    for (const struct seam_event *event = model->events; event < model->events + model->n; event++)
        if (is_leak(event) && missed >> seam_any_number((int)event->value) & 1)
            return (struct seam_judgement){SEAM_VERDICT_missed, outcome->step, event, NULL};
    if (outcome->leaked & ~expected)
        return (struct seam_judgement){SEAM_VERDICT_false_alarm, outcome->step, NULL, NULL};
    return (struct seam_judgement){SEAM_VERDICT_agreed, outcome->step, NULL, NULL};
}

/* The next event that real Go can observe, before a step; NULL if there is none. */
static const struct seam_event *next_visible(const struct seam_trace *trace, int *i, int below) {
    while (*i < trace->n) {
        const struct seam_event *event = &trace->events[(*i)++];
        if (event->step < below && event->kind != SEAM_EVENT_broken &&
            event->kind != SEAM_EVENT_collected)
            return event;
    }
    return NULL;
}

static struct seam_judgement compare_values(const struct seam_trace *model,
                                            const struct seam_trace *real, int below) {
    for (int i = 0, j = 0;;) {
        const struct seam_event *e = next_visible(model, &i, below);
        const struct seam_event *o = next_visible(real, &j, below);
        if (e == NULL && o == NULL)
            return (struct seam_judgement){SEAM_VERDICT_agreed, 0, NULL, NULL};
        if (e == NULL || o == NULL || e->kind != o->kind || e->step != o->step ||
            e->what != o->what || (e->value != o->value && e->value != SEAM_VALUE_UNKNOWN))
            return (struct seam_judgement){SEAM_VERDICT_wrong_value, e != NULL ? e->step : o->step,
                                           e, o};
    }
}

struct seam_judgement seam_judge_go(const struct seam_trace *model,
                                    const struct seam_prediction *prediction,
                                    const struct seam_outcome *outcome) {
    if (outcome->how == SEAM_HOW_unknown)
        return (struct seam_judgement){SEAM_VERDICT_none, 0, NULL, NULL};
    const struct seam_event *stopped = prediction->stopped;
    int below = stopped != NULL ? stopped->step : prediction->limit;
    if (outcome->how != SEAM_HOW_finished && outcome->step < below)
        below = outcome->step;
    struct seam_judgement values = compare_values(model, &outcome->trace, below);
    if (values.verdict != SEAM_VERDICT_agreed)
        return values;
    struct seam_judgement judgement = {SEAM_VERDICT_agreed, outcome->step, stopped, NULL};
    if (outcome->how == SEAM_HOW_hung)
        judgement.verdict = SEAM_VERDICT_hang;
    else if (outcome->how == SEAM_HOW_finished && stopped != NULL)
        judgement.verdict = SEAM_VERDICT_missed;
    else if (outcome->how == SEAM_HOW_stopped && outcome->symptom == SEAM_SYMPTOM_none)
        judgement.verdict = SEAM_VERDICT_crashed;
    else if (outcome->how == SEAM_HOW_stopped && stopped == NULL)
        judgement.verdict = SEAM_VERDICT_false_alarm;
    else if (stopped != NULL &&
             (outcome->step != stopped->step || stopped->what == SEAM_RULE_none ||
              !seam_symptom_fits(seam_rule_rows[stopped->what].symptom, outcome->symptom)))
        judgement.verdict = SEAM_VERDICT_wrong_rule;
    else if (outcome->leaks == SEAM_LEAKS_seen)
        return compare_leaks(model, outcome);
    return judgement;
}
