#include "outcome.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    int checkers;
} flavors[SEAM_FLAVORS] = {
    {"plain", SEAM_SEEN_RUNTIME | SEAM_SEEN_CGOCHECK1},
    {"cgocheck2", SEAM_SEEN_RUNTIME | SEAM_SEEN_CGOCHECK1 | SEAM_SEEN_CGOCHECK2},
    {"asan", SEAM_SEEN_RUNTIME | SEAM_SEEN_CGOCHECK1 | SEAM_SEEN_CHECKPTR | SEAM_SEEN_ASAN},
    {"race", SEAM_SEEN_RUNTIME | SEAM_SEEN_CGOCHECK1 | SEAM_SEEN_CHECKPTR},
};

const char *seam_flavor_name(enum seam_flavor flavor) { return flavors[flavor].name; }

enum seam_flavor seam_flavor_find(const char *name) {
    int flavor = 0;
    while (flavor < SEAM_FLAVORS && strcmp(name, flavors[flavor].name) != 0)
        flavor++;
    return (enum seam_flavor)flavor;
}

int seam_flavor_checkers(enum seam_flavor flavor) { return flavors[flavor].checkers; }

struct seam_prediction seam_predict(const struct seam_program *program,
                                    const struct seam_trace *model, enum seam_flavor flavor) {
    for (int i = 0; i < model->n; i++) {
        const struct seam_event *event = &model->events[i];
        if (event->kind != SEAM_EVENT_broken)
            continue;
        if ((event->seen & seam_flavor_checkers(flavor)) != 0)
            return (struct seam_prediction){program->n_steps, event};
        if (event->what < SEAM_RULES && seam_rule_rows[event->what].fate == SEAM_FATE_ENDS)
            return (struct seam_prediction){event->step, NULL};
    }
    return (struct seam_prediction){program->n_steps, NULL};
}

/* What the messages of Go, ASan and libc mean; rules.md of the design lists them per release. */
enum seam_symptom seam_symptom_of_line(const char *line) {
    static const struct {
        const char *text;
        enum seam_symptom symptom;
    } known[] = {
        {"cgo argument has Go pointer to", SEAM_SYMPTOM_cgo_argument},
        {"argument of cgo function has Go pointer to", SEAM_SYMPTOM_cgo_argument},
        {"cgo result has Go pointer", SEAM_SYMPTOM_cgo_result},
        {"cgo result is unpinned Go pointer", SEAM_SYMPTOM_cgo_result},
        {"result of Go function", SEAM_SYMPTOM_cgo_result},
        {"Go pointer stored into non-Go memory", SEAM_SYMPTOM_cgo_store},
        {"can't happen", SEAM_SYMPTOM_cannot_happen},
        {"checkptr:", SEAM_SYMPTOM_checkptr},
        {"invalid pointer found on stack", SEAM_SYMPTOM_bad_stack_pointer},
        {"found bad pointer in Go heap", SEAM_SYMPTOM_bad_heap_pointer},
        {"found leaking pinned pointer", SEAM_SYMPTOM_pinner_leak},
        {"AddressSanitizer: use-after-poison", SEAM_SYMPTOM_asan_go_memory},
        {"AddressSanitizer: unknown-crash", SEAM_SYMPTOM_asan_go_memory},
        {"AddressSanitizer: heap-use-after-free", SEAM_SYMPTOM_asan_use_after_free},
        {"attempting double-free", SEAM_SYMPTOM_asan_double_free},
        {"attempting free on address which was not malloc", SEAM_SYMPTOM_asan_bad_free},
        {"alloc-dealloc-mismatch", SEAM_SYMPTOM_asan_bad_free},
        {"finalizer already set", SEAM_SYMPTOM_finalizer_set},
        {"nil pointer dereference", SEAM_SYMPTOM_nil_dereference},
        {"AddressSanitizer: heap-buffer-overflow", SEAM_SYMPTOM_asan_overflow},
        {"AddressSanitizer: SEGV", SEAM_SYMPTOM_fault},
        {"segmentation violation", SEAM_SYMPTOM_fault},
        {"unexpected signal during runtime execution", SEAM_SYMPTOM_fault},
        {"fatal error: fault", SEAM_SYMPTOM_fault},
        {"pointer not in allocated block", SEAM_SYMPTOM_finalizer_c},
        {"argument is not a pointer", SEAM_SYMPTOM_pin_value},
        {"gobytes: length out of range", SEAM_SYMPTOM_length},
        {"cleanup will never run", SEAM_SYMPTOM_cleanup_self},
        {"argument is not a Go pointer", SEAM_SYMPTOM_pin_c},
        {"internal lockOSThread error", SEAM_SYMPTOM_goexit},
        {"exited a goroutine internally locked to the OS thread", SEAM_SYMPTOM_goexit},
        {"Goexit called in a thread that was not created", SEAM_SYMPTOM_goexit},
        {"misuse of an invalid Handle", SEAM_SYMPTOM_handle},
        {"interface conversion:", SEAM_SYMPTOM_type_assertion},
        {"signal handler without SA_ONSTACK", SEAM_SYMPTOM_signal_stack},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strstr(line, known[i].text) != NULL)
            return known[i].symptom;
    return SEAM_SYMPTOM_none;
}

bool seam_symptom_fits(enum seam_symptom expected, enum seam_symptom observed) {
    if (expected == SEAM_SYMPTOM_cgo_argument_or_result)
        return observed == SEAM_SYMPTOM_cgo_argument || observed == SEAM_SYMPTOM_cgo_result;
    /* The wrapper that cgo writes for an exported function stores its result in the C frame before
     * it is checked (a.r0 = f(); _cgoCheckResult(a.r0)), so cgocheck2 speaks first. */
    if (expected == SEAM_SYMPTOM_cgo_result && observed == SEAM_SYMPTOM_cgo_store)
        return true;
    return expected == observed;
}

/* The next event that real Go can see, below a step; NULL if there is none. */
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
             (outcome->step != stopped->step || stopped->what >= SEAM_RULES ||
              !seam_symptom_fits(seam_rule_rows[stopped->what].symptom, outcome->symptom)))
        judgement.verdict = SEAM_VERDICT_wrong_rule;
    return judgement;
}

void seam_copy_stable(char *to, size_t size, const char *line) {
    size_t n = 0;
    if (strncmp(line, "==", 2) == 0 && strstr(line + 2, "==") != NULL)
        line = strstr(line + 2, "==") + 2;
    const char *registers = strstr(line, " (pc 0x");
    const char *end = registers != NULL ? registers : strstr(line, " in thread T");
    while (*line != '\0' && *line != '\n' && line != end && n + 4 < size) {
        if (strncmp(line, "0x", 2) == 0) {
            memcpy(to + n, "0x_", 3);
            n += 3;
            line += 2 + strspn(line + 2, "0123456789abcdef");
        } else {
            to[n++] = *line++;
        }
    }
    to[n] = '\0';
}
