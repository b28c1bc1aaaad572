/* Oracle and model, written apart, agree: about every small scenario, random large ones, and the
 * corpus. Together they reach every line and branch of the oracle (ci/coverage).
 *
 * The oracle runs with the invariants of its world checked after every fact. */
#include "oracle/oracle.h"

#include "base/expect.h"
#include "generate/corpus.h"
#include "generate/random.h"
#include "generate/small_scope.h"
#include "language/text.h"
#include "run/pipeline.h"

enum { RANDOM_SCENARIOS = 600000 };

static struct seam_scenario scenario;
static long n_scenarios;
static bool seen_rules[SEAM_RULES];

/* Run the scenario in both; print it if they disagree. */
static void expect_agreement(const struct seam_scenario *it) {
    static char text[SEAM_TEXT_MAX];
    static struct seam_case the_case;
    the_case.scenario = *it;
    bool agreed = seam_pipeline_run_checked(&the_case, NULL);
    expect_text(seam_verdict_name(the_case.judgement.verdict), "agreed");
    n_scenarios++;
    for (int i = 0; i < the_case.expected.n; i++)
        if (the_case.expected.events[i].kind == SEAM_EVENT_broken)
            seen_rules[the_case.expected.events[i].what] = true;
    if (!agreed) {
        seam_text_print(it, text);
        fprintf(stderr, "%s", text);
    }
}

/* --- every scenario up to a size -------------------------------------------------------------- */

/* On the oldest and the newest release here; ci/small-scope continues with four steps, and five of
 * a family. */
static const int ends[] = {SEAM_RELEASE_OLDEST, SEAM_RELEASE_NEWEST};
enum { N_ENDS = sizeof ends / sizeof *ends };

static bool visit(void *context, const struct seam_scenario *it) {
    (void)context;
    expect_agreement(it);
    return true;
}

static void they_agree_about_every_scenario_of_three_steps(void) {
    long before = n_scenarios;
    for (int i = 0; i < N_ENDS; i++)
        seam_small_scope_run(
            &(struct seam_small_scope){.release = ends[i], .steps = 3, .visit = visit}, NULL);
    printf("%ld of three steps at most\n", n_scenarios - before);
}

static void they_agree_about_any_two_steps_behind_a_beginning(void) {
    long before = n_scenarios;
    for (const char *const *text = seam_small_scope_beginnings; *text != NULL; text++) {
        struct seam_text_error error = {0, 0, ""};
        expect_true(seam_text_parse(&scenario, *text, strlen(*text), &error));
        expect_text(error.message, "");
        struct seam_scenario begun = scenario;
        for (int i = 0; i < N_ENDS; i++)
            if (seam_scenario_since(&begun) <= ends[i])
                seam_small_scope_run(
                    &(struct seam_small_scope){.release = ends[i], .steps = 2, .visit = visit},
                    &begun);
    }
    printf("%ld of two steps after a beginning\n", n_scenarios - before);
}

/* --- random scenarios ------------------------------------------------------------------------- */

/* The releases at which something changes that a scenario can see; 0 is what any release has. */
static const int releases[] = {0, 19, 21, 22, 23, 24, 25, 26};
enum { N_RELEASES = sizeof releases / sizeof *releases };

static void they_agree_about_random_scenarios_which_break_every_rule(void) {
    char name[48];
    for (uint64_t i = 0; i < RANDOM_SCENARIOS; i++) {
        seam_random_scenario(&scenario, 2, i, releases[i % N_RELEASES]);
        expect_agreement(&scenario);
    }
    for (int rule = 1; rule < SEAM_RULES; rule++) {
        if (!seen_rules[rule])
            expect_text(seam_rule_name((enum seam_rule)rule, name), "broken by some scenario");
    }
    printf("%d random ones\n", RANDOM_SCENARIOS);
}

static void the_same_scenario_has_the_same_trace_always(void) {
    static struct seam_trace expected, again;
    for (uint64_t i = 0; i < 1000; i++) {
        seam_random_scenario(&scenario, 3, i, 0);
        memset(&expected, 0x55, sizeof expected);
        memset(&again, 0xaa, sizeof again);
        seam_oracle_run(&scenario, &expected);
        seam_oracle_run_checked(&scenario, &again);
        expect_int(expected.n, again.n);
        expect_int(memcmp(expected.events, again.events, (size_t)again.n * sizeof again.events[0]),
                   0);
    }
}

/* --- scenarios that people wrote -------------------------------------------------------------- */

static void they_agree_about_the_corpus(void) {
    struct seam_corpus corpus;
    bool is_read = seam_corpus_read("corpus", &corpus);
    expect_true(is_read && corpus.n > 0);
    if (!is_read)
        return;
    for (int i = 0; i < corpus.n; i++)
        expect_agreement(&corpus.entries[i].scenario);
    printf("scenarios of the corpus: %d\n", corpus.n);
    seam_corpus_free(&corpus);
}

/* breaks/RULE/STORY.seam breaks that rule, keeps/STORY.seam none. */
static void a_place_in_the_corpus_says_what_a_scenario_does(void) {
    static struct seam_case it;
    struct seam_corpus corpus;
    bool is_read = seam_corpus_read("corpus", &corpus);
    int n = 0;
    for (int i = 0; is_read && i < corpus.n; i++) {
        char name[48], *path = corpus.entries[i].name, *rule = strchr(path, '/') + 1;
        bool keeps = strncmp(path, "keeps/", 6) == 0, is_broken = false;
        size_t size = strcspn(rule, "/");
        if (!keeps && strncmp(path, "breaks/", 7) != 0)
            continue;
        it.scenario = corpus.entries[i].scenario;
        seam_pipeline_run(&it);
        for (int k = 0; k < it.expected.n; k++) {
            const struct seam_event *event = &it.expected.events[k];
            if (event->kind != SEAM_EVENT_broken)
                continue;
            seam_rule_name((enum seam_rule)event->what, name);
            is_broken =
                is_broken || keeps || (strlen(name) == size && strncmp(rule, name, size) == 0);
        }
        if (is_broken == keeps)
            fprintf(stderr, "%s\n", path);
        expect_true(is_broken != keeps);
        n++;
    }
    expect_true(n > 0);
    if (is_read)
        seam_corpus_free(&corpus);
}

/* Not in parts: all of them together break every rule. */
int main(void) {
    they_agree_about_every_scenario_of_three_steps();
    they_agree_about_any_two_steps_behind_a_beginning();
    they_agree_about_random_scenarios_which_break_every_rule();
    the_same_scenario_has_the_same_trace_always();
    they_agree_about_the_corpus();
    a_place_in_the_corpus_says_what_a_scenario_does();
    return expect_status();
}
