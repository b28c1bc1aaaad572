/* Every way in which two runs can differ has its verdict. */
#include "judge/judge.h"
#include "judge/symptom.h"

#include "base/expect.h"
#include "judge/predict.h"
#include "language/op.h"

enum { STORE = SEAM_RULE_go_pointer_in_c_memory, LEAK = SEAM_RULE_c_memory_leak };

/* A trace of one event, detected by the checkers that promise to; kind -1: an empty trace. */
static struct seam_trace trace_of(int kind, int step, int what, uint32_t value) {
    struct seam_trace trace = {.n = 0};
    if (kind >= 0)
        seam_trace_add(&trace, (enum seam_event_kind)kind, step, what, value);
    if (kind == SEAM_EVENT_broken && what != SEAM_RULE_none)
        trace.events[0].seen = seam_rule_rows[what].seen;
    return trace;
}

static const char *verdict(struct seam_trace expected, struct seam_trace observed) {
    return seam_verdict_name(seam_judge(&expected, &observed).verdict);
}

static void the_first_difference_between_oracle_and_model_decides(void) {
    struct seam_trace nothing = trace_of(-1, 0, 0, 0);
    struct seam_trace store = trace_of(SEAM_EVENT_broken, 3, STORE, 0);
    struct seam_trace value = trace_of(SEAM_EVENT_value, 3, 0, 7);
    expect_text(verdict(nothing, nothing), "agreed");
    expect_text(verdict(store, store), "agreed");
    expect_text(verdict(store, nothing), "missed");
    expect_text(verdict(nothing, store), "false-alarm");
    expect_text(verdict(store, trace_of(SEAM_EVENT_broken, 3, LEAK, 0)), "wrong-rule");
    expect_text(verdict(store, trace_of(SEAM_EVENT_broken, 3, STORE, 1)), "wrong-rule");
    expect_text(verdict(store, trace_of(SEAM_EVENT_broken, 4, STORE, 0)), "missed");
    expect_text(verdict(trace_of(SEAM_EVENT_broken, 4, STORE, 0), store), "false-alarm");
    expect_text(verdict(store, trace_of(SEAM_EVENT_broken, 3, SEAM_RULE_none, 0)), "false-alarm");
    expect_text(verdict(value, trace_of(SEAM_EVENT_value, 3, 0, 8)), "wrong-value");
    expect_text(verdict(value, nothing), "wrong-value");
    expect_text(
        verdict(trace_of(SEAM_EVENT_collected, 3, 0, 1), trace_of(SEAM_EVENT_collected, 3, 0, 3)),
        "wrong-value");
}

static void a_checker_that_promised_must_see_and_no_other_may(void) {
    struct seam_trace store = trace_of(SEAM_EVENT_broken, 3, STORE, 0), model = store;
    model.events[0].seen = 0;
    expect_text(verdict(store, model), "missed");
    model.events[0].seen = SEAM_SEEN_CGOCHECK2 | SEAM_SEEN_ASAN;
    expect_text(verdict(store, model), "false-alarm");
}

static void the_first_broken_rule_is_found(void) {
    struct seam_trace trace = trace_of(SEAM_EVENT_value, 0, 0, 7);
    expect_true(seam_first_broken(&trace) == NULL);
    seam_trace_add(&trace, SEAM_EVENT_broken, 1, LEAK, 0);
    seam_trace_add(&trace, SEAM_EVENT_broken, 2, STORE, 0);
    expect_int(seam_first_broken(&trace)->what, LEAK);
}

static void what_is_broken_comes_before_what_is_refused(void) {
    struct seam_trace trace = trace_of(SEAM_EVENT_broken, 1, SEAM_RULE_refused_field, 0);
    seam_trace_add(&trace, SEAM_EVENT_broken, 2, SEAM_RULE_refused_pin, 0);
    expect_int(seam_first_broken(&trace)->what, SEAM_RULE_refused_field);
    seam_trace_add(&trace, SEAM_EVENT_broken, 3, STORE, 0);
    seam_trace_add(&trace, SEAM_EVENT_broken, 4, LEAK, 0);
    expect_int(seam_first_broken(&trace)->what, STORE);
}

/* --- real Go ---------------------------------------------------------------------------------- */

static struct seam_scenario scenario = {.n_steps = 6};

static void a_flavor_stops_where_its_first_checker_looks(void) {
    struct seam_trace model = trace_of(SEAM_EVENT_broken, 3, STORE, 0);
    expect_true(seam_predict(&scenario, &model, SEAM_FLAVOR_plain).stopped == NULL);
    expect_int(seam_predict(&scenario, &model, SEAM_FLAVOR_plain).limit, 6);
    expect_true(seam_predict(&scenario, &model, SEAM_FLAVOR_cgocheck2).stopped == model.events);
}

static void a_run_is_cut_off_before_what_nobody_would_see(void) {
    struct seam_trace model = trace_of(SEAM_EVENT_broken, 3, SEAM_RULE_use_after_free, 0);
    expect_int(seam_predict(&scenario, &model, SEAM_FLAVOR_plain).limit, 3);
    expect_true(seam_predict(&scenario, &model, SEAM_FLAVOR_asan).stopped == model.events);
}

/* The verdict about what cgocheck2 did, when it should stop at step 3 with a finding. */
static const char *go_verdict(enum seam_how how, int step, enum seam_symptom symptom) {
    struct seam_trace model = trace_of(SEAM_EVENT_broken, 3, STORE, 0);
    struct seam_prediction prediction = seam_predict(&scenario, &model, SEAM_FLAVOR_cgocheck2);
    struct seam_outcome outcome = {.how = how, .step = step, .symptom = symptom};
    return seam_verdict_name(seam_judge_go(&model, &prediction, &outcome).verdict);
}

static void what_real_go_does_is_held_against_the_prediction(void) {
    expect_text(go_verdict(SEAM_HOW_stopped, 3, SEAM_SYMPTOM_cgo_store), "agreed");
    expect_text(go_verdict(SEAM_HOW_finished, 6, SEAM_SYMPTOM_none), "missed");
    expect_text(go_verdict(SEAM_HOW_stopped, 2, SEAM_SYMPTOM_cgo_store), "wrong-rule");
    expect_text(go_verdict(SEAM_HOW_stopped, 3, SEAM_SYMPTOM_checkptr), "wrong-rule");
    expect_text(go_verdict(SEAM_HOW_stopped, 3, SEAM_SYMPTOM_none), "crashed");
    expect_text(go_verdict(SEAM_HOW_hung, 3, SEAM_SYMPTOM_none), "hang");
}

static void real_go_must_see_the_values_of_the_model(void) {
    struct seam_trace model = trace_of(SEAM_EVENT_value, 3, 0, 7);
    struct seam_prediction prediction = seam_predict(&scenario, &model, SEAM_FLAVOR_plain);
    struct seam_outcome outcome = {.how = SEAM_HOW_finished, .step = 6, .trace = model};
    expect_int(seam_judge_go(&model, &prediction, &outcome).verdict, SEAM_VERDICT_agreed);
    outcome.trace.events[0].value = 8;
    expect_int(seam_judge_go(&model, &prediction, &outcome).verdict, SEAM_VERDICT_wrong_value);
    outcome.trace.n = 0;
    expect_int(seam_judge_go(&model, &prediction, &outcome).verdict, SEAM_VERDICT_wrong_value);
}

/* The verdict where LeakSanitizer named this set of blocks, and c1 is leaked and c2 is, unseen. */
static const char *leak_verdict(enum seam_leaks leaks, uint32_t leaked) {
    struct seam_trace model =
        trace_of(SEAM_EVENT_broken, 6, LEAK, (uint32_t)seam_any(SEAM_NOUN_c, 1));
    model.events[0].seen = SEAM_SEEN_LEAKS;
    seam_trace_add(&model, SEAM_EVENT_broken, 6, SEAM_RULE_c_memory_leak_hidden,
                   (uint32_t)seam_any(SEAM_NOUN_c, 2));
    struct seam_prediction prediction = seam_predict(&scenario, &model, SEAM_FLAVOR_asan);
    struct seam_outcome outcome = {
        .how = SEAM_HOW_finished, .step = 6, .leaks = leaks, .leaked = leaked};
    expect_true(prediction.stopped == NULL);
    expect_int(seam_predict_leaks(&model), 1 << 1);
    expect_int(seam_leak_is_missed(&model, &outcome),
               leaks == SEAM_LEAKS_seen && !(leaked >> 1 & 1));
    return seam_verdict_name(seam_judge_go(&model, &prediction, &outcome).verdict);
}

static void each_leak_that_is_seen_must_be_named_and_no_other_block(void) {
    expect_text(leak_verdict(SEAM_LEAKS_seen, 1 << 1), "agreed");
    expect_text(leak_verdict(SEAM_LEAKS_seen, 0), "missed");
    expect_text(leak_verdict(SEAM_LEAKS_seen, 1 << 2), "missed");
    expect_text(leak_verdict(SEAM_LEAKS_seen, 1 << 1 | 1 << 2), "false-alarm");
    expect_text(leak_verdict(SEAM_LEAKS_seen, 1 << 1 | 1 << 0), "false-alarm");
    expect_text(leak_verdict(SEAM_LEAKS_unseen, 0), "agreed");
    expect_text(leak_verdict(SEAM_LEAKS_unasked, 0), "agreed");
}

static void leaks_are_looked_for_by_asan_from_the_release_on_that_the_rule_names(void) {
    int since = 0;
    expect_int(sscanf(seam_checker_name(SEAM_SEEN_LEAKS), "asan from Go 1.%d", &since), 1);
    expect_true(seam_flavor_sees_leaks(SEAM_FLAVOR_asan, since));
    expect_true(!seam_flavor_sees_leaks(SEAM_FLAVOR_asan, since - 1));
    expect_true(!seam_flavor_sees_leaks(SEAM_FLAVOR_race, since));
}

static void a_legal_scenario_may_not_be_stopped(void) {
    struct seam_trace model = trace_of(-1, 0, 0, 0);
    struct seam_prediction prediction = seam_predict(&scenario, &model, SEAM_FLAVOR_asan);
    struct seam_outcome outcome = {
        .how = SEAM_HOW_stopped, .step = 2, .symptom = SEAM_SYMPTOM_asan_double_free};
    expect_int(seam_judge_go(&model, &prediction, &outcome).verdict, SEAM_VERDICT_false_alarm);
}

/* Messages as the releases from 1.19 to 1.27 print them. */
static void the_messages_of_go_and_asan_are_understood(void) {
    static const struct {
        const char *line;
        enum seam_symptom symptom;
    } known[] = {
        {"panic: runtime error: cgo argument has Go pointer to unpinned Go pointer",
         SEAM_SYMPTOM_cgo_argument},
        {"panic: runtime error: cgo argument has Go pointer to Go pointer",
         SEAM_SYMPTOM_cgo_argument},
        {"panic: runtime error: cgo result has Go pointer", SEAM_SYMPTOM_cgo_result},
        {"fatal error: unpinned Go pointer stored into non-Go memory", SEAM_SYMPTOM_cgo_store},
        {"fatal error: checkptr: pointer arithmetic result points to invalid allocation",
         SEAM_SYMPTOM_checkptr},
        {"fatal error: invalid pointer found on stack", SEAM_SYMPTOM_bad_stack_pointer},
        {"panic: runtime/cgo: misuse of an invalid Handle", SEAM_SYMPTOM_handle},
        {"==7==ERROR: AddressSanitizer: attempting double-free on 0x602000000010",
         SEAM_SYMPTOM_asan_double_free},
        {"goroutine 1 [running]:", SEAM_SYMPTOM_none},
        {"", SEAM_SYMPTOM_none},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        expect_int(seam_symptom_of_line(known[i].line), known[i].symptom);
}

static void flavors_are_found_by_name(void) {
    for (int f = 0; f < SEAM_FLAVORS; f++)
        expect_int(seam_flavor_find(seam_flavor_name((enum seam_flavor)f)), f);
    expect_int(seam_flavor_find("msan"), SEAM_FLAVORS);
}

int main(void) {
    the_first_difference_between_oracle_and_model_decides();
    a_checker_that_promised_must_see_and_no_other_may();
    the_first_broken_rule_is_found();
    what_is_broken_comes_before_what_is_refused();
    a_flavor_stops_where_its_first_checker_looks();
    a_run_is_cut_off_before_what_nobody_would_see();
    what_real_go_does_is_held_against_the_prediction();
    real_go_must_see_the_values_of_the_model();
    each_leak_that_is_seen_must_be_named_and_no_other_block();
    leaks_are_looked_for_by_asan_from_the_release_on_that_the_rule_names();
    a_legal_scenario_may_not_be_stopped();
    the_messages_of_go_and_asan_are_understood();
    flavors_are_found_by_name();
    return expect_status();
}
