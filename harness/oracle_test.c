/* Oracle and model, written apart, agree: about every small scenario, and about random large ones.
 *
 * The oracle runs with the invariants of its world checked after every fact. */
#include "oracle.h"

#include "expect.h"
#include "judge.h"
#include "model/model.h"
#include "random.h"
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

/* Numbers that stand for all: one word, one value, one global; every object, every choice. */
static bool is_enough(enum seam_noun noun, int number) {
    bool counts = noun == SEAM_NOUN_word || noun == SEAM_NOUN_value || noun == SEAM_NOUN_count ||
                  noun == SEAM_NOUN_slot;
    return !counts || number == 0;
}

static void extend(const struct seam_scope *scope, int steps);

/* Fill in operand number `i` and those behind it in every way, then go on with the next step. */
static void fill_operands(const struct seam_scope *scope, struct seam_step step, int i, int steps) {
    const struct seam_op_row *row = &seam_op_rows[step.op];
    if (i == row->n_operands) {
        struct seam_scope next = *scope, closed;
        seam_program_append(&program, &next, step);
        closed = next;
        seam_program_close(&program, &closed);
        expect_agreement(&program);
        extend(&next, steps - 1);
        return;
    }
    enum seam_kind kind = (enum seam_kind)row->kinds[i];
    enum seam_noun noun = (enum seam_noun)seam_kind_rows[kind].noun;
    for (int number = 0; number < seam_noun_rows[noun].range; number++)
        if (is_enough(noun, number) && seam_scope_accepts(scope, kind, number)) {
            step.operand[i] = (uint8_t)number;
            fill_operands(scope, step, i + 1, steps);
        }
}

/* Put every possible step behind the program, up to that many. */
static void extend(const struct seam_scope *scope, int steps) {
    for (int op = 0; op < SEAM_OPS && steps > 0; op++)
        if (seam_scope_has_room(scope, (enum seam_op)op))
            fill_operands(scope, (struct seam_step){(uint8_t)op, {0}}, 0, steps);
}

/* The releases at which something changes that a scenario can see. */
static const int releases[] = {0, 19, 21, 22, 23, 24};
enum { N_RELEASES = sizeof releases / sizeof *releases };

/* Put every possible step behind this beginning, whose calls stay open. */
static void extend_text_in(const char *beginning, int steps, int release) {
    static struct seam_program begun;
    struct seam_text_error error = {0, 0, ""};
    struct seam_scope scope;
    expect_true(seam_text_parse(&begun, beginning, strlen(beginning), &error));
    expect_text(error.message, "");
    if (release != 0 && seam_program_since(&begun) > release)
        return;
    seam_scope_init(&scope, release);
    for (int s = 0; s < begun.n_steps; s++)
        if (seam_op_rows[begun.steps[s].op].side != SEAM_SIDE_OUT)
            seam_program_append(&program, &scope, begun.steps[s]);
    extend(&scope, steps);
}

static void extend_text(const char *beginning, int steps) {
    for (int i = 0; i < N_RELEASES; i++)
        extend_text_in(beginning, steps, releases[i]);
}

static void they_agree_about_every_scenario_of_three_steps(void) { extend_text("", 3); }

static void they_agree_about_any_two_steps_inside_a_call(void) {
    extend_text("g0 = go_new node\n"
                "g1 = go_new data\n"
                "link g0[0] = g1\n"
                "c0 = malloc clean\n"
                "p0 = pinner\n"
                "h0 = handle g1\n"
                "call element g0\n"
                "  call uintptr g1\n",
                2);
}

static void they_agree_about_any_two_steps_when_a_finalizer_is_due(void) {
    extend_text("g0 = go_new node\n"
                "g1 = go_new array\n"
                "c0 = malloc dirty\n"
                "c1 = borrow c0\n"
                "link_c g0[0] = c0\n"
                "link g0[1] = g1\n"
                "finalizer g0 frees c0\n"
                "call_c c1\n"
                "  drop g0\n"
                "  gc\n",
                2);
}

static void they_agree_about_any_two_steps_with_pins(void) {
    extend_text("g0 = go_new node\n"
                "g1 = go_new node\n"
                "g2 = go_new data\n"
                "link g0[0] = g1\n"
                "link g1[0] = g2\n"
                "p0 = pinner\n"
                "pin p0 g1\n"
                "c0 = malloc clean\n"
                "store c0[0] = g1\n",
                2);
}

static void they_agree_about_any_two_steps_with_what_c_kept(void) {
    extend_text("g0 = go_new data\n"
                "c0 = mmap\n"
                "c1 = lib_child c0\n"
                "call uintptr g0\n"
                "  c_retain r0 = g0\n"
                "  gc\n"
                "  reuse\n"
                "  munmap c0\n",
                2);
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
    they_agree_about_any_two_steps_inside_a_call();
    they_agree_about_any_two_steps_when_a_finalizer_is_due();
    they_agree_about_any_two_steps_with_pins();
    they_agree_about_any_two_steps_with_what_c_kept();
    they_agree_about_random_scenarios_which_break_every_rule();
    the_same_scenario_has_the_same_trace_always();
    printf("%ld scenarios\n", n_programs);
    return expect_status();
}
