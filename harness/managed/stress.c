/* managed_stress: random work on the managed-memory component, until something is wrong or time is
 * up.
 *
 * With one thread, operations against the reference (reference.h), as the fuzz target; with more,
 * rounds of threads (rounds.h), best under ThreadSanitizer. Everything is decided by the seed,
 * except how free threads meet. Exit status: 0 no finding, 2 bad usage; a finding aborts. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/options.h"
#include "managed/reference.h"
#include "managed/rounds.h"

static const char help[] =
    "usage: managed_stress [OPTIONS]\n"
    "  --seed=N      what happens (default 1)\n"
    "  --ops=N       stop after so many operations (default 1000000; 0: no end)\n"
    "  --seconds=N   stop after that time (default 0: no end)\n"
    "  --threads=N   1: compare every answer with the reference; 2 to 16: threads that meet\n"
    "                (default 2)\n"
    "  --round=N     only that round of the seed\n"
    "The even rounds of several threads run free; the odd ones are decided by the seed.\n";

const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "halt_on_error=1"; }
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "quarantine_size_mb=8"; }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Round `number` with one thread: random bytes for the reference, long and short. */
static struct seam_managed_round check_round(uint64_t seed, uint64_t number) {
    static uint64_t bytes[SEAM_MANAGED_STEPS_MAX * SEAM_MANAGED_STEP_BYTES / 8];
    uint64_t random = seed * 0xd1342543de82ef95ULL + number;
    size_t steps = number % 2 == 0 ? SEAM_MANAGED_STEPS_MAX : 256;
    for (size_t i = 0; i < steps * SEAM_MANAGED_STEP_BYTES / 8; i++)
        bytes[i] = seam_managed_random(&random);
    return (struct seam_managed_round){
        .ops = seam_managed_check((const uint8_t *)bytes, steps * SEAM_MANAGED_STEP_BYTES)};
}

struct stress {
    long long seed, ops, seconds, threads, round;
};

static void run(const struct stress *it, bool only_one) {
    double start = now(), shown = start, time = start;
    uint64_t ops = 0, answers = 0, round = only_one ? (uint64_t)it->round : 0, rounds = 0;
    do {
        struct seam_managed_round done =
            it->threads == 1 ? check_round((uint64_t)it->seed, round)
                             : seam_managed_round_run((uint64_t)it->seed, round, (int)it->threads);
        ops += done.ops;
        answers = answers * 31 + done.answers;
        round++;
        rounds++;
        time = now();
        if (time - shown > 5) {
            shown = time;
            fprintf(stderr, "operations %llu, rounds %llu, %.0f/s\n", (unsigned long long)ops,
                    (unsigned long long)rounds, (double)ops / (time - start));
        }
    } while (!only_one && (it->ops == 0 || ops < (uint64_t)it->ops) &&
             (it->seconds == 0 || time - start < (double)it->seconds));
    fprintf(stderr, "%.0f s, %.0f/s\n", time - start, (double)ops / (time - start));
    printf("seed %lld, threads %lld, operations %llu, rounds %llu, answers %016llx: no finding\n",
           it->seed, it->threads, (unsigned long long)ops, (unsigned long long)rounds,
           (unsigned long long)answers);
}

int main(int argc, char **argv) {
    const char *seed = NULL, *ops = NULL, *seconds = NULL, *threads = NULL, *round = NULL,
               *wants_help = NULL;
    const struct seam_option options[] = {{"--seed=", &seed},
                                          {"--ops=", &ops},
                                          {"--seconds=", &seconds},
                                          {"--threads=", &threads},
                                          {"--round=", &round},
                                          {"--help", &wants_help},
                                          {NULL, NULL}};
    struct stress it;
    argv[0] = (char[]){"managed_stress"};
    int n = seam_options(argc, argv, options);
    if (wants_help != NULL) {
        fputs(help, stdout);
        return SEAM_OK;
    }
    if (n != 0)
        return n < 0 ? SEAM_USAGE : seam_fail("managed_stress takes no FILE; see --help");
    if (!seam_option_number("--seed", seed, 1, &it.seed) ||
        !seam_option_number("--seconds", seconds, 0, &it.seconds) ||
        !seam_option_number("--ops", ops, seconds != NULL ? 0 : 1000000, &it.ops) ||
        !seam_option_number("--threads", threads, 2, &it.threads) ||
        !seam_option_number("--round", round, 0, &it.round))
        return SEAM_USAGE;
    if (it.threads < 1 || it.threads > SEAM_MANAGED_THREADS_MAX)
        return seam_fail("--threads must be from 1 to %d", SEAM_MANAGED_THREADS_MAX);
    run(&it, round != NULL);
    return SEAM_OK;
}
