/* What a report promises about a run on which the witnesses, or real Go, disagree.
 *
 * Not here: reports on which all agree; those are the .report files of the corpus. */
#define _GNU_SOURCE
#include "judge/report.h"

#include <stdlib.h>

#include "base/expect.h"
#include "language/text.h"

static struct seam_case it;

static void read_scenario(const char *text) {
    struct seam_text_error error;
    it = (struct seam_case){0};
    expect_true(seam_text_parse(&it.scenario, text, strlen(text), &error));
}

static void both_saw(enum seam_event_kind kind, int step, int what, uint32_t value) {
    seam_trace_add(&it.expected, kind, step, what, value);
    seam_trace_add(&it.observed, kind, step, what, value);
}

/* The report from the verdict on; the caller frees. */
static char *judged(void) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    it.judgement = seam_judge(&it.expected, &it.observed);
    seam_report_text(out, &it, NULL, false);
    fclose(out);
    const char *verdict = strstr(text, "DISAGREEMENT");
    memmove(text, verdict != NULL ? verdict : text, strlen(verdict != NULL ? verdict : text) + 1);
    return text;
}

static void expect_judged(const char *wanted) {
    char *text = judged();
    expect_text(text, wanted);
    free(text);
}

static void a_wrong_value_shows_both_traces_side_by_side(void) {
    read_scenario("g0 = go_new data\nlook g0\ngc\nlook g0\n");
    both_saw(SEAM_EVENT_value, 1, seam_any(SEAM_NOUN_go, 0), 0);
    both_saw(SEAM_EVENT_collected, 2, 0, 0);
    seam_trace_add(&it.expected, SEAM_EVENT_value, 3, seam_any(SEAM_NOUN_go, 0), 0);
    seam_trace_add(&it.observed, SEAM_EVENT_value, 3, seam_any(SEAM_NOUN_go, 0),
                   SEAM_VALUE_UNKNOWN);
    expect_judged("DISAGREEMENT: wrong-value at step 4.\n"
                  "             oracle                                         model\n"
                  "  step 2     g0 holds 0                                     g0 holds 0\n"
                  "  step 3     nothing collected                              nothing collected\n"
                  "> step 4     g0 holds 0                                     g0: unspecified "
                  "value\n");
}

static void a_missed_rule_names_rule_object_and_checkers(void) {
    read_scenario("c0 = malloc clean\nfree c0\nfree c0\n");
    seam_trace_add(&it.expected, SEAM_EVENT_broken, 2, SEAM_RULE_double_free,
                   (uint32_t)seam_any(SEAM_NOUN_c, 0));
    expect_judged("DISAGREEMENT: missed at step 3.\n"
                  "             oracle                                         model\n"
                  "> step 3     c0: double-free (asan)                         nothing more\n");
}

static void what_go_should_have_said_stands_beside_what_it_said(void) {
    char *text = NULL;
    size_t size;
    struct seam_event expected = {SEAM_EVENT_value, 3, (uint8_t)seam_any(SEAM_NOUN_go, 0), 0, 7},
                      observed = expected;
    observed.value = 9;
    struct seam_go_case go = {.version = "go1.27.4",
                              .outcome.how = SEAM_HOW_finished,
                              .judgement = {SEAM_VERDICT_wrong_value, 3, &expected, &observed}};
    FILE *out = open_memstream(&text, &size);
    seam_report_go(out, &go);
    fclose(out);
    expect_text(text, "go1.27.4 plain: finished without a report: wrong-value; predicted at step "
                      "4: g0 holds 7; Go: g0 holds 9\n");
    free(text);
}

static void what_go_printed_does_not_speak_to_the_terminal(void) {
    char *text = NULL;
    size_t size;
    struct seam_go_case go = {.version = "go1.27.4",
                              .outcome = {.how = SEAM_HOW_stopped, .message = "a\x1b[2J\nb\xff"},
                              .judgement = {.verdict = SEAM_VERDICT_agreed}};
    FILE *out = open_memstream(&text, &size);
    seam_report_go(out, &go);
    fclose(out);
    expect_text(text, "go1.27.4 plain: stopped at step 1 (a\\x1b[2J\\nb\\xff): as predicted\n");
    free(text);
}

int main(void) {
    a_wrong_value_shows_both_traces_side_by_side();
    a_missed_rule_names_rule_object_and_checkers();
    what_go_should_have_said_stands_beside_what_it_said();
    what_go_printed_does_not_speak_to_the_terminal();
    return expect_status();
}
