/* Promise: what shrinks is this finding and no other: a disagreement keeps what either side says, a
 * crash its place, and whatever dies on the way takes nothing with it. */
#define _GNU_SOURCE
#include "shrink/shrink.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/expect.h"
#include "language/text.h"
#include "run/pipeline.h"

static struct seam_shrink shrink;
static char text[SEAM_TEXT_MAX];

static void expect_shrunk(const char *from, void (*run)(struct seam_case *), const char *class,
                          const char *to) {
    struct seam_text_error error = {0, 0, ""};
    char *words;
    size_t size;
    shrink = (struct seam_shrink){.run = run};
    expect_true(seam_text_parse(&shrink.scenario, from, strlen(from), &error));
    expect_int(seam_shrink_run(&shrink), SEAM_SHRINK_done);
    expect_true(shrink.is_minimal);
    FILE *out = open_memstream(&words, &size);
    seam_class_print(out, &shrink.class);
    fclose(out);
    expect_text(words, class);
    free(words);
    seam_text_print(&shrink.best, text);
    expect_text(text, to);
}

static bool has(const struct seam_scenario *scenario, enum seam_op op) {
    for (int s = 0; s < scenario->n_steps; s++)
        if (scenario->steps[s].op == op)
            return true;
    return false;
}

/* Two assertions that do not hold, in one process: after a pin and a collection, and after a
 * closed handle. */
static void die(struct seam_case *it) {
    seam_assert(!has(&it->scenario, SEAM_OP_pin) || !has(&it->scenario, SEAM_OP_gc));
    seam_assert(!has(&it->scenario, SEAM_OP_look));
    seam_pipeline_run(it);
}

static void a_crash_keeps_its_place(void) {
    expect_shrunk("g0 = go_new data\n"
                  "g1 = go_new node\n"
                  "p0 = pinner\n"
                  "p1 = pinner\n"
                  "pin p1 g1\n"
                  "look g0\n"
                  "gc\n"
                  "unpin p1\n",
                  die,
                  "CRASHED: signal 6: harness/shrink/shrink_test.c:44: seam bug: "
                  "!has(&it->scenario, SEAM_OP_pin) || !has(&it->scenario, SEAM_OP_gc) does not "
                  "hold",
                  "g0 = go_new data\n"
                  "p0 = pinner\n"
                  "pin p0 g0\n"
                  "gc\n");
    expect_shrunk("g0 = go_new data\n"
                  "g1 = go_new node\n"
                  "p0 = pinner\n"
                  "pin p0 g0\n"
                  "look g1\n",
                  die,
                  "CRASHED: signal 6: harness/shrink/shrink_test.c:45: seam bug: "
                  "!has(&it->scenario, SEAM_OP_look) does not hold",
                  "g0 = go_new data\n"
                  "look g0\n");
}

/* A rule is broken; some candidates crash. */
static void what_dies_on_the_way_takes_nothing_with_it(void) {
    expect_shrunk("g0 = go_new data\n"
                  "g1 = go_new data\n"
                  "c0 = malloc clean\n"
                  "c1 = malloc clean\n"
                  "store c1[1] = g1\n"
                  "p0 = pinner\n",
                  die, "BROKEN go-pointer-in-c-memory (Go object)",
                  "g0 = go_new data\n"
                  "c0 = malloc clean\n"
                  "store c0[0] = g0\n");
}

/* A model that is silent about double-free where something was pinned, and calls a use after free
 * something else. */
static void misjudge(struct seam_case *it) {
    seam_pipeline_run(it);
    for (int i = 0; i < it->observed.n; i++) {
        struct seam_event *event = &it->observed.events[i];
        if (event->kind != SEAM_EVENT_broken)
            continue;
        if (event->what == SEAM_RULE_double_free && has(&it->scenario, SEAM_OP_pinner))
            it->observed.n = i;
        if (event->what == SEAM_RULE_use_after_free)
            event->what = SEAM_RULE_wrong_thread;
    }
    it->judgement = seam_judge(&it->expected, &it->observed);
}

static void a_disagreement_keeps_what_both_sides_say(void) {
    expect_shrunk("c0 = malloc clean\n"
                  "p0 = pinner\n"
                  "c1 = malloc dirty\n"
                  "free c1\n"
                  "free c1\n",
                  misjudge, "DISAGREEMENT missed: oracle double-free (C block), model nothing",
                  "c0 = malloc clean\n"
                  "p0 = pinner\n"
                  "free c0\n"
                  "free c0\n");
    expect_shrunk("c0 = malloc clean\n"
                  "p0 = pinner\n"
                  "c1 = malloc dirty\n"
                  "free c0\n"
                  "look_c c0\n"
                  "free c1\n"
                  "free c1\n",
                  misjudge,
                  "DISAGREEMENT wrong-rule: oracle use-after-free (C block), model wrong-thread (C "
                  "block)",
                  "c0 = malloc clean\n"
                  "free c0\n"
                  "look_c c0\n");
}

/* The first finding is the headline: another rule does not take its place. */
static void another_rule_is_another_finding(void) {
    expect_shrunk("c0 = malloc clean\n"
                  "g0 = go_new data\n"
                  "free c0\n"
                  "free c0\n"
                  "c1 = malloc clean\n"
                  "store c1[0] = g0\n",
                  NULL, "BROKEN double-free (C block)",
                  "c0 = malloc clean\n"
                  "free c0\n"
                  "free c0\n");
}

static void the_release_stays_where_it_matters_and_goes_where_it_does_not(void) {
    expect_shrunk("go 1.21\n"
                  "p0 = pinner\n"
                  "c0 = malloc clean\n"
                  "c1 = malloc dirty\n"
                  "pin_c p0 c1\n"
                  "look_c c0\n"
                  "free c0\n"
                  "free c1\n",
                  NULL, "FALSE ALARM refused-pin (C block)",
                  "go 1.21\n"
                  "c0 = malloc clean\n"
                  "p0 = pinner\n"
                  "pin_c p0 c0\n"
                  "free c0\n");
    expect_shrunk("go 1.21\n"
                  "c0 = malloc clean\n"
                  "free c0\n"
                  "free c0\n",
                  NULL, "BROKEN double-free (C block)",
                  "c0 = malloc clean\n"
                  "free c0\n"
                  "free c0\n");
}

static void what_finds_nothing_is_not_shrunk(void) {
    shrink = (struct seam_shrink){.run = NULL};
    expect_int(seam_shrink_run(&shrink), SEAM_SHRINK_nothing);
}

int main(void) {
    a_crash_keeps_its_place();
    what_dies_on_the_way_takes_nothing_with_it();
    a_disagreement_keeps_what_both_sides_say();
    another_rule_is_another_finding();
    the_release_stays_where_it_matters_and_goes_where_it_does_not();
    what_finds_nothing_is_not_shrunk();
    return expect_status();
}
