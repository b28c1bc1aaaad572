/* Promise: a planted bug is still this bug when its scenario is small. For each plant of
 * model/plants.def, the first random scenario in which oracle and model disagree is shrunk: what
 * either side says stays, nothing more can be left out, and the model without the plant agrees. */
#include "base/expect.h"
#include "generate/random.h"
#include "language/text.h"
#include "model/plant.h"
#include "run/pipeline.h"
#include "shrink/haystack.h"
#include "shrink/shrink.h"

static const char *const names[] = {
    "none",
#define PLANT(name, target, doc) #name,
#include "model/plants.def"
#undef PLANT
};
enum { PLANTS = sizeof names / sizeof *names, HUNT = 1000000, STEPS_MAX = 16 };

static struct seam_shrink shrink;
static struct seam_case it;

/* What both sides say first that differs; -1: nothing. */
struct difference {
    enum seam_verdict verdict;
    int kinds[2], whats[2];
};

static struct difference difference_of(const struct seam_scenario *scenario) {
    it.scenario = *scenario;
    seam_pipeline_run(&it);
    const struct seam_event *sides[] = {it.judgement.expected, it.judgement.observed};
    struct difference d = {it.judgement.verdict, {-1, -1}, {-1, -1}};
    for (int i = 0; i < 2; i++)
        if (sides[i] != NULL) {
            d.kinds[i] = sides[i]->kind;
            d.whats[i] = sides[i]->kind == SEAM_EVENT_broken ? sides[i]->what : 0;
        }
    return d;
}

static bool has_difference(void *context, const struct seam_scenario *less) {
    struct difference d = difference_of(less);
    return memcmp(&d, context, sizeof d) == 0;
}

static bool hunt(void) {
    for (uint64_t i = 0; i < HUNT; i++) {
        seam_random_scenario(&it.scenario, 2, i, 0);
        shrink.scenario = it.scenario;
        if (!seam_pipeline_run(&it))
            return true;
    }
    return false;
}

static void expect_shrunk(const char *name) {
    static char text[SEAM_TEXT_MAX];
    shrink = (struct seam_shrink){.run = NULL};
    expect_report(hunt(), __FILE__, __LINE__, name, "not found", "found");
    struct difference before = difference_of(&shrink.scenario);
    expect_int(seam_shrink_run(&shrink), SEAM_SHRINK_done);
    bool is_kept = has_difference(&before, &shrink.best);
    expect_report(is_kept, __FILE__, __LINE__, name, "another finding", "the same finding");
    expect_report(seam_is_minimal(&shrink.best, has_difference, &before), __FILE__, __LINE__, name,
                  "a step too many", "minimal");
    expect_true(shrink.best.n_steps <= STEPS_MAX);
    enum seam_plant plant = seam_planted;
    seam_planted = SEAM_PLANT_none;
    expect_int(difference_of(&shrink.best).verdict, SEAM_VERDICT_agreed);
    seam_planted = plant;
    seam_text_print(&shrink.best, text);
    printf("%s, %d to %d:\n%s", name, shrink.scenario.n_steps, shrink.best.n_steps, text);
}

int main(void) {
    for (int plant = 1; plant < PLANTS; plant++) {
        seam_planted = (enum seam_plant)plant;
        expect_shrunk(names[plant]);
    }
    return expect_status();
}
