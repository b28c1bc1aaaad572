/* Promise: a harness that says "clean" can find bugs. Each planted bug of model/plants.def makes
 * oracle and model disagree within a million random scenarios; without one, they agree. */
#include "base/expect.h"
#include "generate/random.h"
#include "model/plant.h"
#include "run/pipeline.h"

static const char *const names[] = {
    "none",
#define PLANT(name, target, doc) #name,
#include "model/plants.def"
#undef PLANT
};
enum { PLANTS = sizeof names / sizeof *names };

/* The first scenario in which they disagree, or -1. */
static long hunt(long runs) {
    static struct seam_case it;
    for (long i = 0; i < runs; i++) {
        seam_random_scenario(&it.scenario, 2, (uint64_t)i, 0);
        if (!seam_pipeline_run(&it))
            return i;
    }
    return -1;
}

int main(void) {
    seam_planted = SEAM_PLANT_none;
    expect_int(hunt(20000), -1);
    for (int plant = 1; plant < PLANTS; plant++) {
        seam_planted = (enum seam_plant)plant;
        long found = hunt(1000000);
        printf("%-32s found in scenario %ld\n", names[plant], found);
        expect_report(found >= 0, __FILE__, __LINE__, names[plant], "not found", "found");
    }
    return expect_status();
}
