/* Promise: `seam stress` says the same however many jobs it has, and what it did not meet.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

static void stress_says_the_same_with_any_number_of_jobs(void) {
    static const char *const jobs[] = {"--jobs=1", "--jobs=2", "--jobs=5"};
    static char first[sizeof out];
    for (int i = 0; i < 3; i++) {
        seam("stress", "--seed=7", "--runs=3000", jobs[i]);
        expect_int(status, 0);
        expect_contains(out, "seed 7: 3000 scenarios, ");
        if (i == 0)
            strcpy(first, out);
        expect_text(out, first);
    }
    seam("stress", "--seed=8", "--runs=3000");
    expect_true(strcmp(out + strlen("seed 7"), first + strlen("seed 7")) != 0);
    expect_int(files_in("."), 0);
}

static void stress_takes_every_scenario_up_to_a_size(void) {
    static char first[sizeof out];
    seam("stress", "--exhaustive=2", "--jobs=1");
    expect_int(status, 0);
    expect_contains(out, "every scenario of 2 steps: ");
    strcpy(first, out);
    seam("stress", "--exhaustive=2", "--jobs=3");
    expect_text(out, first);
    seam("stress", "--exhaustive=1", "--family=o", "--few", "--model=go1.19");
    expect_contains(out, "every scenario of 1 step of family o, few operands: ");
    seam("stress", "--exhaustive=1", "--family=x");
    expect_refused("seam: --family must be p (pointers), o (ownership) or t (time), not 'x'\n");
    seam("stress", "--few");
    expect_refused("seam: --family and --few need --exhaustive=N\n");
}

/* The first scenarios of a corpus are taken as they are, so few runs meet what it breaks, and no
 * more. */
static void stress_reports_what_was_not_met_often_enough(void) {
    must(mkdir("corpus", 0777) == 0, "corpus");
    write_text("corpus/a.seam", BROKEN);
    seam("stress", "--runs=2", "--corpus=corpus", "--coverage");
    expect_int(status, 1);
    expect_contains(out, "not often enough: the rule use-after-free\n");
    expect_contains(out, "not often enough: the operation gc\n");
    seam("stress", "--runs=6000", "--corpus=corpus", "--coverage");
    expect_true(strstr(out, "not often enough: the rule go-pointer-in-c-memory\n") == NULL);
    seam("stress", "--corpus=missing");
    expect_int(status, 2);
}

static void stress_wants_a_directory_for_what_it_finds(void) {
    seam("stress", "--out=missing", "--runs=1");
    expect_refused("seam: --out=missing: no such directory; make it first\n");
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(stress_says_the_same_with_any_number_of_jobs);
    PROMISE(stress_takes_every_scenario_up_to_a_size);
    PROMISE(stress_reports_what_was_not_met_often_enough);
    PROMISE(stress_wants_a_directory_for_what_it_finds);
    return cli_close();
}
