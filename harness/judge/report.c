#include "judge/report.h"

#include <string.h>

#include "base/json.h"
#include "base/print.h"
#include "judge/notes.h"
#include "language/text.h"

enum { NOTE_COLUMN = 34 };

static const char *bold = "\033[1m", *red = "\033[31m", *green = "\033[32m", *reset = "\033[0m";

static const char *paint(bool color, const char *code) { return color ? code : ""; }

/* --- the step table --------------------------------------------------------------------------- */

static void print_steps(FILE *out, const struct seam_case *it, bool color) {
    const struct seam_event *guilty = seam_first_broken(&it->expected);
    struct seam_indent state = {0};
    int untold = seam_first_untold(&it->scenario, &it->expected);
    for (int s = 0; s < untold; s++) {
        const struct seam_step *step = &it->scenario.steps[s];
        struct seam_notes notes;
        char line[SEAM_LINE_MAX];
        bool is_guilty = guilty != NULL && guilty->step == s;
        int indent = 2 * seam_indent(&state, step);
        seam_notes_of_step(&it->scenario, &it->expected, s, &notes);
        seam_text_print_step(step, line);
        int width = fprintf(out, "%s%s %3d  %*s%s%s", paint(color && is_guilty, bold),
                            is_guilty ? ">" : " ", s + 1, indent, "", line,
                            paint(color && is_guilty, reset));
        if (color && is_guilty)
            width -= (int)(strlen(bold) + strlen(reset));
        if (notes.n > 0)
            fprintf(out, "%*s# %s", width < NOTE_COLUMN ? NOTE_COLUMN - width : 1, "", notes.text);
        fputc('\n', out);
    }
    if (untold < it->scenario.n_steps) {
        int width = fprintf(out, "  %3d to %d", untold + 1, it->scenario.n_steps);
        fprintf(out, "%*s# not reached either\n", NOTE_COLUMN - width, "");
    }
    if (guilty != NULL && guilty->step == it->scenario.n_steps) {
        struct seam_notes notes = {"", 0};
        seam_notes_add(&notes, guilty);
        fprintf(out, "> end%*s# %s\n", NOTE_COLUMN - 5, "", notes.text);
    }
}

/* --- the text --------------------------------------------------------------------------------- */

/* What the checkers of a rule do: a refusal is a false alarm. */
static const char *how(const struct seam_rule_row *rule) {
    return rule->fate == SEAM_FATE_REFUSED ? "raised" : "detected";
}

static bool is_repetition(const struct seam_trace *trace, int i) {
    for (int k = 0; k < i; k++)
        if (trace->events[k].kind == SEAM_EVENT_broken &&
            trace->events[k].what == trace->events[i].what &&
            trace->events[k].value == trace->events[i].value)
            return true;
    return false;
}

static void print_also_broken(FILE *out, const struct seam_case *it,
                              const struct seam_event *first) {
    char name[48], object[8], step[24], list[64];
    const struct seam_trace *trace = &it->expected;
    for (int i = 0; i < trace->n; i++) {
        const struct seam_event *event = &trace->events[i];
        if (event->kind != SEAM_EVENT_broken || event == first || is_repetition(trace, i))
            continue;
        const struct seam_rule_row *rule = &seam_rule_rows[event->what];
        fprintf(out, "Also: %s at %s (%s; %s by: %s)\n",
                seam_rule_name((enum seam_rule)event->what, name),
                seam_step_name(&it->scenario, event->step, step),
                seam_object_name((int)event->value, object), how(rule),
                seam_checker_names(rule->seen, list));
    }
}

/* Is there anything that only the end of the process shows? */
static bool has_leak(const struct seam_trace *trace) {
    for (int i = 0; i < trace->n; i++)
        if (trace->events[i].kind == SEAM_EVENT_broken && trace->events[i].seen & SEAM_SEEN_LEAKS)
            return true;
    return false;
}

/* What each build flavor of real Go will do, as the model predicts it. */
static void print_predictions(FILE *out, const struct seam_case *it) {
    for (int f = 0; f < SEAM_FLAVORS; f++) {
        struct seam_prediction p = seam_predict(&it->scenario, &it->observed, (enum seam_flavor)f);
        fprintf(out, "%s%-10s", f == 0 ? "Go:   " : "      ",
                seam_flavor_name((enum seam_flavor)f));
        if (p.stopped != NULL)
            fprintf(out, "stops at step %d\n", p.stopped->step + 1);
        else if (p.limit < it->scenario.n_steps)
            fprintf(out, "reports nothing; undefined behaviour from step %d on\n", p.limit + 1);
        else if (f == SEAM_FLAVOR_asan && has_leak(&it->observed))
            fputs("from Go 1.25 reports a leak at exit\n", out);
        else
            fputs("reports nothing\n", out);
    }
}

/* --- disagreements ---------------------------------------------------------------------------- */

enum { SIDE_COLUMN = 46, EVENTS_BEFORE = 2, EVENTS_AFTER = 4 };

/* Where the traces differ first, as an index into both. */
static int first_difference(const struct seam_case *it) {
    const struct seam_judgement *j = &it->judgement;
    return (int)(j->expected != NULL ? j->expected - it->expected.events
                                     : j->observed - it->observed.events);
}

/* The two traces side by side, around their first difference. */
static void print_traces(FILE *out, const struct seam_case *it) {
    const struct seam_trace *expected = &it->expected, *observed = &it->observed;
    int at = first_difference(it), from = at > EVENTS_BEFORE ? at - EVENTS_BEFORE : 0;
    int end = expected->n > observed->n ? expected->n : observed->n;
    char step[24], left[128], right[128];
    fprintf(out, "  %-10s %-*s %s\n", "", SIDE_COLUMN, "oracle", "model");
    for (int i = from; i < end && i < at + EVENTS_AFTER; i++) {
        const struct seam_trace *one = i < expected->n ? expected : observed;
        seam_side_words(expected, i, false, left);
        seam_side_words(observed, i, true, right);
        fprintf(out, "%s %-10s %-*s %s\n", i == at ? ">" : " ",
                seam_step_name(&it->scenario, one->events[i].step, step), SIDE_COLUMN, left, right);
    }
}

static void print_judgement(FILE *out, const struct seam_case *it) {
    const struct seam_judgement *j = &it->judgement;
    char step[24];
    if (j->verdict == SEAM_VERDICT_agreed) {
        fputs("The model agrees.\n", out);
        return;
    }
    fprintf(out, "DISAGREEMENT: %s at %s.\n", seam_verdict_name(j->verdict),
            seam_step_name(&it->scenario, j->step, step));
    print_traces(out, it);
}

/* --- the whole report ------------------------------------------------------------------------- */

void seam_report_head(FILE *out, const struct seam_case *it, bool color) {
    const struct seam_event *first = seam_first_broken(&it->expected);
    char name[48], list[64];
    if (it->scenario.n_steps == 0) {
        fputs("EMPTY: the scenario has no steps\n", out);
        return;
    }
    if (first == NULL) {
        fprintf(out, "%s%sKEEPS all rules%s\n", paint(color, bold), paint(color, green),
                paint(color, reset));
        return;
    }
    const struct seam_rule_row *rule = &seam_rule_rows[first->what];
    fprintf(out, "%s%s%s %s%s   (%s by: %s)\n", paint(color, bold), paint(color, red),
            rule->fate == SEAM_FATE_REFUSED ? "FALSE ALARM" : "BROKEN",
            seam_rule_name((enum seam_rule)first->what, name), paint(color, reset), how(rule),
            seam_checker_names(rule->seen, list));
}

void seam_report_tail(FILE *out, const struct seam_case *it, const char *words) {
    const struct seam_event *first = seam_first_broken(&it->expected);
    if (first != NULL) {
        const struct seam_rule_row *rule = &seam_rule_rows[first->what];
        seam_print_wrapped(out, "Rule: ", rule->words);
        fprintf(out, "      [%s]\n", rule->source);
        seam_print_wrapped(out, "Fix:  ", rule->fix);
        print_also_broken(out, it, first);
        print_predictions(out, it);
    }
    print_judgement(out, it);
    if (words != NULL)
        fprintf(out, "Replay: seam replay %s\n", words);
}

void seam_report_text(FILE *out, const struct seam_case *it, const char *words, bool color) {
    seam_report_head(out, it, color);
    print_steps(out, it, color);
    seam_report_tail(out, it, words);
}

/* What real Go should have said, and what it said instead. */
static void print_go_difference(FILE *out, const struct seam_judgement *judgement) {
    const struct seam_event *expected = judgement->expected, *observed = judgement->observed;
    char left[128] = "no report", right[128] = "";
    if (expected != NULL)
        seam_event_words(expected, expected->seen, left);
    if (observed != NULL)
        seam_event_words(observed, observed->seen, right);
    fprintf(out, "; predicted at step %d: %s%s%s", judgement->step + 1, left,
            observed != NULL ? "; Go: " : "", right);
}

/* The message is Go's, or of whatever runs in its place. */
static void print_end(FILE *out, const struct seam_outcome *outcome) {
    fprintf(out, "%s at step %d (", outcome->how == SEAM_HOW_hung ? "hung" : "stopped",
            outcome->step + 1);
    seam_print_line(out, outcome->message);
    putc(')', out);
}

void seam_report_go(FILE *out, const struct seam_go_case *go) {
    fprintf(out, "%s %s: ", go->version, seam_flavor_name(go->flavor));
    const struct seam_outcome *outcome = &go->outcome;
    bool agreed = go->judgement.verdict == SEAM_VERDICT_agreed;
    if (outcome->how == SEAM_HOW_finished && outcome->message[0] == '\0')
        fputs("finished without a report", out);
    else if (outcome->how == SEAM_HOW_finished)
        fprintf(out, "finished (%s)", outcome->message);
    else
        print_end(out, outcome);
    fprintf(out, ": %s", agreed ? "as predicted" : seam_verdict_name(go->judgement.verdict));
    if (!agreed && go->judgement.verdict != SEAM_VERDICT_hang)
        print_go_difference(out, &go->judgement);
    fputc('\n', out);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void json_finding(FILE *out, const struct seam_event *event, const char *comma) {
    char name[48], object[8];
    fprintf(out, "%s{\"rule\":\"%s\",\"step\":%d,\"object\":\"%s\",\"seen\":[", comma,
            seam_rule_name((enum seam_rule)event->what, name), event->step + 1,
            seam_object_name((int)event->value, object));
    comma = "";
    for (int bit = 1; bit < 1 << SEAM_CHECKERS; bit <<= 1)
        if (seam_rule_rows[event->what].seen & bit) {
            fprintf(out, "%s\"%s\"", comma, seam_checker_name((enum seam_checker)bit));
            comma = ",";
        }
    fputs("]}", out);
}

void seam_report_json(FILE *out, const struct seam_case *it, const char *path,
                      const struct seam_go_case *go, int n_go) {
    static char text[SEAM_TEXT_MAX];
    seam_json_open_alone(out, "scenario");
    fputs(",\"file\":", out);
    seam_json_string(out, path);
    fprintf(out, ",\"verdict\":\"%s\",\"broken\":[", seam_verdict_name(it->judgement.verdict));
    const struct seam_event *first = seam_first_broken(&it->expected);
    if (first != NULL)
        json_finding(out, first, "");
    for (int i = 0; i < it->expected.n; i++)
        if (it->expected.events[i].kind == SEAM_EVENT_broken && &it->expected.events[i] != first)
            json_finding(out, &it->expected.events[i], ",");
    fputs("],\"go\":[", out);
    for (int i = 0; i < n_go; i++) {
        fprintf(out,
                "%s{\"version\":\"%s\",\"flavor\":\"%s\",\"verdict\":\"%s\",\"step\":%d,"
                "\"message\":",
                i > 0 ? "," : "", go[i].version, seam_flavor_name(go[i].flavor),
                seam_verdict_name(go[i].judgement.verdict), go[i].outcome.step + 1);
        seam_json_string(out, go[i].outcome.message);
        fputc('}', out);
    }
    fputs("],\"program\":", out);
    seam_text_print(&it->scenario, text);
    seam_json_string(out, text);
    fputs("}\n", out);
}
