/* Promise: a clean run of the managed-memory component means something. Each planted bug of
 * plants.def is found by the reference or by threads in a few seconds; without one, nothing
 * is; and a scheduled round is reproduced. Each hunt is a process of its own, since a finding
 * aborts.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/expect.h"
#include "managed/hooks.h"
#include "managed/reference.h"
#include "managed/rounds.h"

#if defined __SANITIZE_THREAD__
#define HAS_TSAN 1
#elif defined __has_feature
#if __has_feature(thread_sanitizer)
#define HAS_TSAN 1
#endif
#endif
#ifdef HAS_TSAN
enum { IS_TSAN = 1 };
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "halt_on_error=1"; }
#else
enum { IS_TSAN = 0 };
#endif

static const struct {
    const char *name, *target;
} plants[] = {
    {"none", "managed"},
    {"none", "managed_stress"},
#define PLANT(name, target, doc) {#name, #target},
#include "managed/plants.def"
#undef PLANT
};

static const enum seam_managed_plant numbers[] = {
    SEAM_MANAGED_PLANT_none,
    SEAM_MANAGED_PLANT_none,
#define PLANT(name, target, doc) SEAM_MANAGED_PLANT_##name,
#include "managed/plants.def"
#undef PLANT
};

static void hunt_alone(int rounds) {
    static uint64_t bytes[128];
    uint64_t random = 1;
    for (int i = 0; i < rounds; i++) {
        for (size_t k = 0; k < sizeof bytes / sizeof *bytes; k++)
            bytes[k] = seam_managed_random(&random);
        seam_managed_check((const uint8_t *)bytes, sizeof bytes);
    }
}

/* Only rounds that can be reproduced: what this test says may not depend on luck. */
static void hunt_with_threads(int rounds) {
    for (int i = 0; i < rounds; i++)
        seam_managed_round_run(1, 2 * (uint64_t)i + 1, 3);
}

/* Does the hunt end badly? */
static bool is_found(int plant, int rounds) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(0);
        seam_managed_planted = numbers[plant];
        (strcmp(plants[plant].target, "managed") == 0 ? hunt_alone : hunt_with_threads)(rounds);
        _exit(0);
    }
    int status = 0;
    expect_true(child > 0 && waitpid(child, &status, 0) == child);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static void a_scheduled_round_comes_again(void) {
    uint64_t first = seam_managed_round_run(7, 3, 2).answers;
    expect_true(first != 0);
    expect_true(first == seam_managed_round_run(7, 3, 2).answers);
    expect_true(first != seam_managed_round_run(7, 5, 2).answers);
}

int main(void) {
    for (int i = 0; i < (int)(sizeof plants / sizeof *plants); i++) {
        bool is_bug = strcmp(plants[i].name, "none") != 0;
        if (strcmp(plants[i].name, "release_unordered") == 0 && !IS_TSAN)
            continue; /* nothing goes wrong on this processor, and only TSan knows it could */
        bool found = is_found(i, is_bug ? 3000 : 200);
        printf("%-20s %-16s %s\n", plants[i].name, plants[i].target,
               found ? "found" : "no finding");
        expect_report(found == is_bug, __FILE__, __LINE__, plants[i].name,
                      found ? "found" : "no finding", is_bug ? "found" : "no finding");
    }
    a_scheduled_round_comes_again();
    return expect_status();
}
