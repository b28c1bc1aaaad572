/* Promise: what real Go does with a scenario does not depend on what ran before it in the process,
 * nor on whether a sanitizer's report ends the process or only the scenario.
 *
 * The same scenarios, many a process and each in a process of its own, in one and in two jobs: the
 * tables, with the hash of all outcomes, are the same; and what a process does but once, and did in
 * the midst of a scenario, it does before. Arguments: seam, an executor, its release, its flavor,
 * how many scenarios, and files with scenarios that were disturbed. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>

#include "base/expect.h"
#include "base/format.h"
#include "base/process.h"

static char **arguments;
static char batched[1 << 14], fresh[1 << 14], alone[1 << 14];

static void stress(const char *jobs, const char *how, char *table, size_t size) {
    char *options[] = {
        seam_format("--executor=%s", arguments[1]), seam_format("--go-minor=%s", arguments[2]),
        seam_format("--flavor=%s", arguments[3]), seam_format("--runs=%s", arguments[4])};
    const char *const argv[] = {arguments[0], "stress",   "--seed=5", options[0],
                                options[1],   options[2], options[3], jobs,
                                "--json",     how,        NULL};
    expect_true(seam_process_read(argv, table, size));
    for (int i = 0; i < 4; i++)
        free(options[i]);
}

/* In a process that has run nothing before. */
static void replay(const char *file) {
    char *options[] = {seam_format("--executor=%s", arguments[1]),
                       seam_format("--go-minor=%s", arguments[2]),
                       seam_format("--flavor=%s", arguments[3])};
    const char *const argv[] = {arguments[0], "replay", options[0], options[1],
                                options[2],   file,     NULL};
    static char report[1 << 14];
    seam_process_read(argv, report, sizeof report); /* it fails: a rule is broken */
    expect_contains(report, ": as predicted");
    for (int i = 0; i < 3; i++)
        free(options[i]);
}

/* The user's own settings of Go and ASan, which no executor may inherit. */
static void have_settings(void) {
    setenv("GODEBUG", "cgocheck=0", 1);
    setenv("GOGC", "1", 1);
    setenv("ASAN_OPTIONS", "exitcode=0", 1);
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fprintf(stderr, "usage: batch_test SEAM EXECUTOR GO_MINOR FLAVOR RUNS FILE...\n");
        return 2;
    }
    arguments = argv + 1;
    have_settings();
    stress("--jobs=2", NULL, batched, sizeof batched);
    if (strncmp(batched, "SKIP:", 5) == 0) {
        fputs(batched, stdout);
        return 0;
    }
    stress("--jobs=1", NULL, alone, sizeof alone);
    stress("--jobs=2", "--fresh", fresh, sizeof fresh);
    expect_text(fresh, batched);
    expect_text(alone, batched);
    char *all = seam_format("\"agreed\":[%s,%s]", argv[5], argv[5]);
    expect_contains(batched, all);
    free(all);
    for (int i = 6; i < argc; i++)
        replay(argv[i]);
    return expect_status();
}
