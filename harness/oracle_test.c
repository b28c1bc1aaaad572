/* Oracle and model, written apart, agree: about every small scenario, and about random large ones.
 *
 * The oracle runs with the invariants of its world checked after every fact. */
#include "oracle.h"

#include "expect.h"
#include "judge.h"
#include "model/model.h"
#include "random.h"
#include "small_scope.h"
#include "text.h"

enum { RANDOM_PROGRAMS = 300000 };

static struct seam_program program;
static struct seam_trace expected, observed;
static long n_programs;
static bool seen_rules[SEAM_RULES];

/* Run the program in both; print it if they disagree. */
static void expect_agreement(const struct seam_program *it) {
    static char text[SEAM_TEXT_MAX];
    seam_oracle_run_checked(it, &expected);
    seam_model_run(it, &observed);
    struct seam_judgement judgement = seam_judge(&expected, &observed);
    expect_text(seam_verdict_name(judgement.verdict), "agreed");
    n_programs++;
    for (int i = 0; i < expected.n; i++)
        if (expected.events[i].kind == SEAM_EVENT_broken)
            seen_rules[expected.events[i].what] = true;
    if (judgement.verdict != SEAM_VERDICT_agreed) {
        seam_text_print(it, text);
        fprintf(stderr, "%s", text);
    }
}

/* --- every scenario up to a size -------------------------------------------------------------- */

/* The releases at which something changes that a scenario can see. */
static const int releases[] = {0, 19, 21, 22, 23, 24};
enum { N_RELEASES = sizeof releases / sizeof *releases };

static bool visit(void *context, const struct seam_program *it) {
    (void)context;
    expect_agreement(it);
    return true;
}

static void they_agree_about_every_scenario_of_three_steps(void) {
    for (int i = 0; i < N_RELEASES; i++)
        seam_small_scope_run(
            &(struct seam_small_scope){.release = releases[i], .steps = 3, .visit = visit}, NULL);
}

static void they_agree_about_every_scenario_of_four_steps_of_a_family(void) {
    for (const char *family = "pot"; *family != '\0'; family++)
        seam_small_scope_run(
            &(struct seam_small_scope){.steps = 4, .family = *family, .few = true, .visit = visit},
            NULL);
}

static void they_agree_about_any_two_steps_behind_a_beginning(void) {
    for (const char *const *text = seam_small_scope_beginnings; *text != NULL; text++) {
        struct seam_text_error error = {0, 0, ""};
        expect_true(seam_text_parse(&program, *text, strlen(*text), &error));
        expect_text(error.message, "");
        struct seam_program begun = program;
        for (int i = 0; i < N_RELEASES; i++)
            if (releases[i] == 0 || seam_program_since(&begun) <= releases[i])
                seam_small_scope_run(
                    &(struct seam_small_scope){.release = releases[i], .steps = 2, .visit = visit},
                    &begun);
    }
}

/* --- random scenarios ------------------------------------------------------------------------- */

static void they_agree_about_random_scenarios_which_break_every_rule(void) {
    char name[48];
    for (uint64_t i = 0; i < RANDOM_PROGRAMS; i++) {
        seam_random_program(&program, 2, i, releases[i % N_RELEASES]);
        expect_agreement(&program);
    }
    for (int rule = 0; rule < SEAM_RULES; rule++) {
        if (!seen_rules[rule])
            expect_text(seam_rule_name((enum seam_rule)rule, name), "broken by some scenario");
    }
}

static void the_same_scenario_has_the_same_trace_always(void) {
    static struct seam_trace again;
    for (uint64_t i = 0; i < 1000; i++) {
        seam_random_program(&program, 3, i, 0);
        memset(&expected, 0x55, sizeof expected);
        memset(&again, 0xaa, sizeof again);
        seam_oracle_run(&program, &expected);
        seam_oracle_run_checked(&program, &again);
        expect_int(expected.n, again.n);
        expect_int(memcmp(expected.events, again.events, (size_t)again.n * sizeof again.events[0]),
                   0);
    }
}

int main(void) {
    they_agree_about_every_scenario_of_three_steps();
    they_agree_about_every_scenario_of_four_steps_of_a_family();
    they_agree_about_any_two_steps_behind_a_beginning();
    printf("%ld small scenarios\n", n_programs);
    they_agree_about_random_scenarios_which_break_every_rule();
    the_same_scenario_has_the_same_trace_always();
    printf("%ld scenarios\n", n_programs);
    return expect_status();
}
