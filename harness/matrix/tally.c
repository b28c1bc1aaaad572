#define _GNU_SOURCE
#include "matrix/tally.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "judge/symptom.h"
#include "run/case.h"

const char *seam_sight_name(enum seam_sight sight) {
    static const char *const names[SEAM_SIGHTS] = {"caught", "silent", "cut", "alarm"};
    return names[sight];
}

/* --- counting --------------------------------------------------------------------------------- */

static bool is_seen_as(const struct seam_event *event, const struct seam_outcome *outcome) {
    return event->what != SEAM_RULE_none && outcome->how == SEAM_HOW_stopped &&
           outcome->symptom != SEAM_SYMPTOM_none &&
           seam_symptom_fits(seam_rule_rows[event->what].symptom, outcome->symptom);
}

/* The breach at this step that explains why real Go stopped there, or NULL. */
static const struct seam_event *find_reason(const struct seam_trace *expected, int step,
                                            const struct seam_outcome *outcome) {
    for (int i = 0; i < expected->n; i++) {
        const struct seam_event *event = &expected->events[i];
        if (event->kind == SEAM_EVENT_broken && event->step == step && is_seen_as(event, outcome))
            return event;
    }
    return NULL;
}

/* Has a rule been broken before this event? The first breach of a rule is the one that counts. */
static bool is_repeated(const struct seam_trace *trace, const struct seam_event *event) {
    for (const struct seam_event *e = trace->events; e < event; e++)
        if (e->kind == SEAM_EVENT_broken && e->what == event->what)
            return true;
    return false;
}

/* What LeakSanitizer made of a leak; SEAM_SIGHTS if it should have looked, and could not. */
static enum seam_sight sight_of_leak(const struct seam_event *event,
                                     const struct seam_outcome *outcome) {
    if (outcome->leaks == SEAM_LEAKS_unseen)
        return SEAM_SIGHTS;
    return outcome->leaked >> seam_any_number((int)event->value) & 1 ? SEAM_SIGHT_caught
                                                                     : SEAM_SIGHT_silent;
}

static void count_leaks(struct seam_tally *tally, const struct seam_trace *expected,
                        const struct seam_outcome *outcome) {
    for (int i = 0; i < expected->n; i++) {
        const struct seam_event *event = &expected->events[i];
        if (event->kind != SEAM_EVENT_broken ||
            !(seam_rule_rows[event->what].seen & SEAM_SEEN_LEAKS))
            continue;
        enum seam_sight sight = sight_of_leak(event, outcome);
        if (sight != SEAM_SIGHTS)
            tally->sights[event->what][sight]++;
        return;
    }
}

static void count_sights(struct seam_tally *tally, const struct seam_case *it,
                         const struct seam_go_case *go) {
    const struct seam_trace *expected = &it->expected;
    const struct seam_outcome *outcome = &go->outcome;
    bool finished = outcome->how == SEAM_HOW_finished, reached = false, explained = finished;
    bool whole = finished && go->prediction.limit == it->scenario.n_steps;
    /* What is found at the end of a scenario belongs after its last step. */
    int end = whole ? SEAM_STEPS_MAX + 1 : finished ? go->prediction.limit : outcome->step;
    const struct seam_event *reason = finished ? NULL : find_reason(expected, end, outcome);
    for (int i = 0; i < expected->n; i++) {
        const struct seam_event *event = &expected->events[i];
        if (event->kind != SEAM_EVENT_broken || event->step > end)
            continue;
        /* A run is cut off before a step, so what else is wrong there did not happen. */
        if (finished && event->step == end && seam_rule_rows[event->what].fate != SEAM_FATE_ENDS)
            continue;
        bool passed = event->step < end || (reason != NULL && event < reason);
        bool hidden = event->step == end && reason != NULL && event > reason;
        reached = true;
        explained = explained || event->step == end;
        bool is_leak = seam_rule_rows[event->what].seen & SEAM_SEEN_LEAKS;
        if (!hidden && !is_leak && !is_repeated(expected, event))
            tally->sights[event->what][passed            ? SEAM_SIGHT_silent
                                       : finished        ? SEAM_SIGHT_cut
                                       : event == reason ? SEAM_SIGHT_caught
                                                         : SEAM_SIGHT_alarm]++;
    }
    if (whole)
        count_leaks(tally, expected, outcome);
    if (!explained)
        tally->sights[SEAM_RULE_none][SEAM_SIGHT_alarm]++;
    else if (!reached)
        tally->sights[SEAM_RULE_none][SEAM_SIGHT_silent]++;
}

void seam_tally_count(struct seam_tally *tally, const struct seam_case *it,
                      const struct seam_go_case *go, uint64_t index) {
    tally->scenarios++;
    tally->legal += seam_first_broken(&it->expected) == NULL;
    tally->witnesses += it->judgement.verdict != SEAM_VERDICT_agreed;
    tally->stopped += go->prediction.stopped != NULL;
    tally->cut += go->prediction.stopped == NULL && go->prediction.limit < it->scenario.n_steps;
    bool is_unjudged = go->judgement.verdict == SEAM_VERDICT_agreed &&
                       seam_leak_is_unjudged(&it->observed, &go->outcome);
    tally->skipped += is_unjudged;
    tally->verdicts[go->judgement.verdict] += !is_unjudged;
    tally->outcomes += seam_case_hash(it, &go->outcome, index);
    count_sights(tally, it, go);
}

uint64_t seam_tally_disagreements(const struct seam_tally *tally) {
    uint64_t n = tally->witnesses;
    for (int v = 0; v < SEAM_VERDICTS; v++)
        n += v == SEAM_VERDICT_agreed ? 0 : tally->verdicts[v];
    return n;
}

/* --- numbers by name -------------------------------------------------------------------------- */

/* A tally is numbers only; the plain ones have names, the others are arrays of them. */
static const struct {
    const char *name;
    size_t offset;
} plain[] = {
#define NUMBER(name)                                                                               \
    { #name, offsetof(struct seam_tally, name) }
    NUMBER(scenarios),       NUMBER(legal),         NUMBER(skipped),
    NUMBER(stopped),         NUMBER(cut),           NUMBER(witnesses),
    NUMBER(outcomes),        NUMBER(cost.all),      NUMBER(cost.legal),
    NUMBER(cost.starts),     NUMBER(cost.starting), NUMBER(cost.collections),
    NUMBER(cost.collecting),
#undef NUMBER
};

enum { PLAIN = sizeof plain / sizeof *plain };

_Static_assert(sizeof(struct seam_tally) ==
                   (PLAIN + SEAM_VERDICTS + SEAM_RULES * SEAM_SIGHTS) * sizeof(uint64_t),
               "every number of a tally is printed, parsed and added");

static uint64_t *number_at(struct seam_tally *tally, int i) {
    return (uint64_t *)((char *)tally + plain[i].offset);
}

void seam_tally_add(struct seam_tally *sum, const struct seam_tally *one) {
    const uint64_t *from = (const uint64_t *)one;
    uint64_t *to = (uint64_t *)sum;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
}

/* Rules without a sight are left out; "end" says that the line is whole. */
void seam_tally_print(FILE *out, const struct seam_tally *tally) {
    struct seam_tally copy = *tally;
    char name[48];
    for (int i = 0; i < PLAIN; i++)
        fprintf(out, "%s=%" PRIu64 " ", plain[i].name, *number_at(&copy, i));
    for (int v = 0; v < SEAM_VERDICTS; v++)
        fprintf(out, "%s=%" PRIu64 " ", seam_verdict_name((enum seam_verdict)v),
                tally->verdicts[v]);
    for (int i = 1; i <= SEAM_RULES; i++) {
        int r = i % SEAM_RULES;
        const uint64_t *n = tally->sights[r];
        if (n[0] + n[1] + n[2] + n[3] > 0)
            fprintf(out, "rule.%s=%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 " ",
                    seam_rule_name((enum seam_rule)r, name), n[0], n[1], n[2], n[3]);
    }
    fputs("end", out);
}

static bool parse_rule(const char *word, struct seam_tally *tally) {
    char name[48];
    uint64_t n[SEAM_SIGHTS];
    if (sscanf(word, "rule.%47[^=]=%" SCNu64 ",%" SCNu64 ",%" SCNu64 ",%" SCNu64, name, &n[0],
               &n[1], &n[2], &n[3]) != 1 + SEAM_SIGHTS)
        return false;
    enum seam_rule rule = seam_rule_find(name);
    memcpy(tally->sights[rule], n, sizeof n);
    return rule != SEAM_RULE_none || strcmp(name, "none") == 0;
}

static bool parse_word(const char *word, struct seam_tally *tally) {
    const char *equals = strchr(word, '=');
    char *end;
    if (strncmp(word, "rule.", 5) == 0)
        return parse_rule(word, tally);
    if (equals == NULL)
        return false;
    size_t size = (size_t)(equals - word);
    uint64_t value = strtoull(equals + 1, &end, 10);
    for (int i = 0; i < PLAIN; i++)
        if (strncmp(word, plain[i].name, size) == 0 && plain[i].name[size] == '\0') {
            *number_at(tally, i) = value;
            return *end == '\0';
        }
    for (int v = 0; v < SEAM_VERDICTS; v++) {
        const char *name = seam_verdict_name((enum seam_verdict)v);
        if (strncmp(word, name, size) == 0 && name[size] == '\0') {
            tally->verdicts[v] = value;
            return *end == '\0';
        }
    }
    return false;
}

bool seam_tally_parse(const char *text, struct seam_tally *tally) {
    char *copy = strdup(text), *saved = NULL;
    bool ok = copy != NULL, ended = false;
    memset(tally, 0, sizeof *tally);
    for (char *word = ok ? strtok_r(copy, " ", &saved) : NULL; ok && word != NULL;
         word = strtok_r(NULL, " ", &saved)) {
        ok = !ended && (strcmp(word, "end") == 0 || parse_word(word, tally));
        ended = strcmp(word, "end") == 0;
    }
    free(copy);
    return ok && ended;
}
