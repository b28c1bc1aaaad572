/* Promise: oracle and model agree, on every small scenario and on many large ones, and every rule
 * is broken by some. */
#include <stdlib.h>

#include "expect.h"
#include "judge.h"
#include "model/model.h"
#include "oracle.h"
#include "random.h"
#include "text.h"

static struct seam_program program;
static struct seam_trace expected, observed;
static long runs, broken[SEAM_RULES];

static void run(void) {
    static char text[SEAM_TEXT_MAX];
    runs++;
    seam_oracle_run_checked(&program, &expected);
    seam_model_run(&program, &observed);
    struct seam_judgement judgement = seam_judge(&expected, &observed);
    for (int i = 0; i < expected.n; i++)
        if (expected.events[i].kind == SEAM_EVENT_broken)
            broken[expected.events[i].what]++;
    if (judgement.verdict != SEAM_VERDICT_agreed) {
        seam_text_print(&program, text);
        fprintf(stderr, "%s at step %d of\n%s", seam_verdict_name(judgement.verdict),
                judgement.step + 1, text);
    }
    expect_true(judgement.verdict == SEAM_VERDICT_agreed);
}

/* What the operations have to work with. */
struct prelude {
    int n;
    struct seam_step steps[6];
};
static const struct prelude preludes[] = {
    {5,
     {{SEAM_OP_go_new, {0, SEAM_SHAPE_node}},
      {SEAM_OP_malloc, {0, SEAM_FILL_clean}},
      {SEAM_OP_pinner, {0}},
      {SEAM_OP_handle, {0, 0}},
      {SEAM_OP_call, {SEAM_FORM_pointer, 0}}}},
    {5,
     {{SEAM_OP_go_new, {0, SEAM_SHAPE_data}},
      {SEAM_OP_go_new, {1, SEAM_SHAPE_array}},
      {SEAM_OP_link, {1, 0, 0}},
      {SEAM_OP_malloc, {0, SEAM_FILL_dirty}},
      {SEAM_OP_finalizer, {1, 0}}}},
    {6,
     {{SEAM_OP_go_new, {0, SEAM_SHAPE_node}},
      {SEAM_OP_go_new, {1, SEAM_SHAPE_node}},
      {SEAM_OP_link, {0, 0, 1}},
      {SEAM_OP_link, {1, 0, 0}},
      {SEAM_OP_pinner, {0}},
      {SEAM_OP_pin, {0, 1}}}},
};
enum { PRELUDES = sizeof preludes / sizeof *preludes };

/* Run the prelude and then these operations, the last one with this first operand. */
static void run_behind(const struct prelude *prelude, const int *ops, int n, int operand) {
    uint8_t bytes[(6 + 3) * SEAM_STEP_BYTES] = {0};
    for (int i = 0; i < prelude->n; i++) {
        bytes[i * SEAM_STEP_BYTES] = prelude->steps[i].op;
        memcpy(bytes + i * SEAM_STEP_BYTES + 1, prelude->steps[i].operand, SEAM_OPERANDS_MAX);
    }
    for (int i = 0; i < n; i++)
        bytes[(prelude->n + i) * SEAM_STEP_BYTES] = (uint8_t)ops[i];
    bytes[(prelude->n + n - 1) * SEAM_STEP_BYTES + 1] = (uint8_t)operand;
    seam_program_decode(&program, bytes, (size_t)(prelude->n + n) * SEAM_STEP_BYTES, 0);
    run();
}

/* All sequences of three operations on the first objects, and all pairs with each first operand of
 * the second, behind each prelude. */
static void every_small_scenario_agrees(void) {
    int ops[3];
    for (int p = 0; p < PRELUDES; p++)
        for (ops[0] = 0; ops[0] < SEAM_OPS; ops[0]++)
            for (ops[1] = 0; ops[1] < SEAM_OPS; ops[1]++) {
                for (ops[2] = 0; ops[2] < SEAM_OPS; ops[2]++)
                    run_behind(&preludes[p], ops, 3, 0);
                for (int operand = 0; operand < SEAM_FORMS; operand++)
                    run_behind(&preludes[p], ops, 2, operand);
            }
}

static void random_scenarios_agree(void) {
    for (uint64_t i = 0; i < 200000; i++) {
        seam_random_program(&program, 11, i, 0);
        run();
    }
}

static void every_rule_is_broken_by_some(void) {
    char name[48];
    for (int rule = 0; rule < SEAM_RULES; rule++)
        if (broken[rule] == 0)
            expect_text(seam_rule_name((enum seam_rule)rule, name), "broken by some scenario");
    expect_true(runs > 0);
}

int main(void) {
    every_small_scenario_agrees();
    random_scenarios_agree();
    every_rule_is_broken_by_some();
    printf("%ld scenarios\n", runs);
    return expect_status();
}
