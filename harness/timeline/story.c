#include "timeline/story.h"

#include <string.h>

#include "judge/notes.h"
#include "rules/flavor.h"

int seam_story_guilty(const struct seam_timeline *timeline) {
    const struct seam_event *first = seam_first_broken(&timeline->it->expected);
    return first != NULL ? first->step : -1;
}

const struct seam_state *seam_story_state(const struct seam_timeline *timeline, int step) {
    static struct seam_state states[2];
    static int turn;
    if (step >= timeline->oracle->n)
        return NULL;
    struct seam_state *state = &states[turn = !turn];
    *state = timeline->oracle->states[step];
    const struct seam_state *model = &timeline->model->states[step];
    for (int i = 0; step < timeline->model->n && i < model->n; i++)
        if (model->items[i].row == SEAM_STATE_moved)
            state->items[state->n++] = model->items[i];
    seam_state_sort(state);
    return state;
}

/* --- the rules that were asked about ---------------------------------------------------------- */

static bool is_broken(const struct seam_trace *trace, int step, int rule) {
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++)
        if (e->kind == SEAM_EVENT_broken && e->step == step && e->what == rule)
            return true;
    return false;
}

/* Can the rule be broken in the release that is meant? */
static bool exists(const struct seam_scenario *scenario, int rule) {
    const struct seam_rule_row *row = &seam_rule_rows[rule];
    int release = scenario->release != 0 ? scenario->release : SEAM_RELEASE_NEWEST;
    return release >= row->since && (row->until == 0 || release <= row->until);
}

const char *seam_story_kept(const struct seam_timeline *timeline, int step,
                            char out[SEAM_STORY_RULES]) {
    const struct seam_case *it = timeline->it;
    char name[48];
    size_t n = 0;
    out[0] = '\0';
    for (int rule = 1; rule < SEAM_RULES; rule++)
        if (timeline->oracle->asked[step][rule] && exists(&it->scenario, rule) &&
            !is_broken(&it->expected, step, rule) && n < SEAM_STORY_RULES)
            n += (size_t)snprintf(out + n, SEAM_STORY_RULES - n, "%s%s", n > 0 ? ", " : "",
                                  seam_rule_name((enum seam_rule)rule, name));
    return out;
}

const char *seam_story_broken(const struct seam_timeline *timeline, int step,
                              char out[SEAM_STORY_RULES]) {
    const struct seam_trace *trace = &timeline->it->expected;
    char name[48], checkers[64], note[128], object[8];
    size_t n = 0;
    out[0] = '\0';
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++) {
        if (e->kind != SEAM_EVENT_broken || e->step != step || n >= SEAM_STORY_RULES)
            continue;
        const struct seam_rule_row *row = &seam_rule_rows[e->what];
        snprintf(note, sizeof note, row->note, seam_object_name((int)e->value, object));
        n += (size_t)snprintf(out + n, SEAM_STORY_RULES - n, "%s%s: %s (%s by: %s)",
                              n > 0 ? "\n" : "", seam_rule_name((enum seam_rule)e->what, name),
                              note, row->fate == SEAM_FATE_REFUSED ? "raised" : "detected",
                              seam_checker_names(row->seen, checkers));
    }
    return out;
}

/* --- two sides -------------------------------------------------------------------------------- */

int seam_story_difference(const struct seam_timeline *timeline, struct seam_lines *oracle,
                          struct seam_lines *model) {
    const struct seam_books *a = timeline->oracle, *b = timeline->model;
    for (int s = 0; s < a->n && s < b->n; s++) {
        seam_lines_of_difference(&a->states[s], &b->states[s], oracle);
        seam_lines_of_difference(&b->states[s], &a->states[s], model);
        if (oracle->n > 0 || model->n > 0)
            return s;
    }
    return -1;
}

void seam_story_go(const struct seam_timeline *timeline, const struct seam_go_case *go,
                   char predicted[256], char real[512]) {
    const struct seam_prediction *p = &go->prediction;
    const struct seam_outcome *outcome = &go->outcome;
    char event[128], step[24];
    if (p->stopped != NULL) {
        seam_event_words(p->stopped, p->stopped->seen, event);
        snprintf(predicted, 256, "stops at step %d: %s", p->stopped->step + 1, event);
    } else if (p->limit < timeline->it->scenario.n_steps) {
        snprintf(predicted, 256, "reports nothing; cut off before step %d, which is undefined",
                 p->limit + 1);
    } else {
        snprintf(predicted, 256, "reports nothing");
    }
    if (outcome->how == SEAM_HOW_finished)
        snprintf(real, 512, "finished without a report");
    else
        snprintf(real, 512, "%s at %s: %s", outcome->how == SEAM_HOW_hung ? "hung" : "stopped",
                 seam_step_name(&timeline->it->scenario, outcome->step, step), outcome->message);
    const struct seam_judgement *j = &go->judgement;
    size_t n = strlen(real);
    if (j->verdict != SEAM_VERDICT_agreed && j->observed != NULL) {
        seam_event_words(j->observed, j->observed->seen, event);
        snprintf(real + n, 512 - n, "; first other event at step %d: %s", j->step + 1, event);
    }
}
