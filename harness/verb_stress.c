/* seam stress: random scenarios in many processes; oracle against model, and against real Go.
 *
 * Worker i of n takes the scenarios i, i + n, i + 2n, ...; counts are sums, so the table does not
 * depend on n. A worker that dies is a finding: its scenario is under way in the shared counters.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "case.h"
#include "flavors.h"
#include "hash.h"
#include "input.h"
#include "random.h"
#include "text.h"
#include "verbs.h"

enum { JOBS_MAX = 64 };

/* What one worker has done; in memory shared with the parent. */
struct counters {
    uint64_t runs, legal, steps, next_index;
    uint64_t verdicts[SEAM_VERDICTS], go_verdicts[SEAM_VERDICTS];
    uint64_t go_stopped, go_cut, outcomes;
    uint64_t rules[SEAM_RULES];
    int failed; /* the environment failed: the parent exits with 2 */
};

struct stress {
    long long seed, runs, jobs;
    const char *out, *fresh, *model;
    int release; /* of --model; with real Go, its own */
    struct seam_go_options go_options;
    struct counters *counters;
};

/* --- a worker --------------------------------------------------------------------------------- */

/* Write a disagreement as a scenario with its story in comments. */
static bool write_finding(const struct stress *stress, const struct seam_case *it, uint64_t index,
                          const struct seam_judgement *judgement, const struct seam_go_case *go) {
    static char text[SEAM_TEXT_MAX];
    char *path = NULL, *bytes = NULL;
    size_t size;
    FILE *memory = open_memstream(&bytes, &size);
    if (memory == NULL ||
        asprintf(&path, "%s/%s-%llu.seam", stress->out, seam_verdict_name(judgement->verdict),
                 (unsigned long long)index) < 0)
        return false;
    fprintf(memory, "# seam stress --seed=%lld, scenario %llu: %s at step %d\n", stress->seed,
            (unsigned long long)index, seam_verdict_name(judgement->verdict), judgement->step + 1);
    if (go != NULL) {
        fputs("# ", memory);
        seam_report_go(memory, go);
    }
    seam_text_print(&it->program, text);
    fputs(text, memory);
    fclose(memory);
    bool ok = seam_output_write(path, bytes, size);
    if (ok)
        fprintf(stderr, "\n%s: seam replay %s\n", seam_verdict_name(judgement->verdict), path);
    free(path);
    free(bytes);
    return ok;
}

static void count_rules(struct counters *counters, const struct seam_trace *trace) {
    for (int i = 0; i < trace->n; i++)
        if (trace->events[i].kind == SEAM_EVENT_broken)
            counters->rules[trace->events[i].what]++;
    counters->legal += seam_first_broken(trace) == NULL;
}

/* A number for what real Go did with a scenario, to be added up. */
static uint64_t hash_outcome(const struct seam_outcome *outcome, uint64_t index) {
    uint64_t hash = seam_hash(SEAM_HASH_SEED, &index, sizeof index);
    hash = seam_hash(hash, &outcome->how, sizeof outcome->how);
    hash = seam_hash(hash, &outcome->step, sizeof outcome->step);
    hash = seam_hash(hash, outcome->message, strlen(outcome->message));
    return seam_hash(hash, outcome->trace.events,
                     (size_t)outcome->trace.n * sizeof *outcome->trace.events);
}

static bool run_in_go(const struct stress *stress, struct counters *counters,
                      struct seam_go_set *set, const struct seam_case *it, uint64_t index) {
    static struct seam_go_case go;
    struct seam_go *executor = set->go[0];
    go.version = set->version;
    go.flavor = seam_go_flavor(executor);
    go.prediction = seam_predict(&it->program, &it->observed, go.flavor);
    if (stress->fresh != NULL)
        seam_go_restart(executor);
    if (!seam_go_run(executor, &it->program, go.prediction.limit, &go.outcome)) {
        seam_fail("the Go executor cannot be started any more");
        return false;
    }
    go.judgement = seam_judge_go(&it->observed, &go.prediction, &go.outcome);
    counters->go_verdicts[go.judgement.verdict]++;
    counters->go_stopped += go.prediction.stopped != NULL;
    counters->go_cut += go.prediction.stopped == NULL && go.prediction.limit < it->program.n_steps;
    counters->outcomes += hash_outcome(&go.outcome, index);
    return go.judgement.verdict == SEAM_VERDICT_agreed ||
           write_finding(stress, it, index, &go.judgement, &go);
}

static bool work(const struct stress *stress, struct counters *counters, uint64_t first) {
    static struct seam_case it;
    struct seam_go_set set = {0};
    if (seam_go_wanted(&stress->go_options) &&
        !seam_go_set_open(&stress->go_options, 1 << SEAM_FLAVOR_plain, &set))
        return false;
    int release = set.n > 0 ? seam_go_minor(set.go[0]) : stress->release;
    bool ok = true;
    for (uint64_t i = first; ok && i < (uint64_t)stress->runs; i += (uint64_t)stress->jobs) {
        counters->next_index = i;
        seam_random_program(&it.program, (uint64_t)stress->seed, i, release);
        seam_case_run(&it);
        counters->runs++;
        counters->steps += (uint64_t)it.program.n_steps;
        counters->verdicts[it.judgement.verdict]++;
        count_rules(counters, &it.expected);
        if (it.judgement.verdict != SEAM_VERDICT_agreed)
            ok = write_finding(stress, &it, i, &it.judgement, NULL);
        if (ok && set.n > 0)
            ok = run_in_go(stress, counters, &set, &it, i);
    }
    seam_go_set_close(&set);
    return ok;
}

/* --- the parent ------------------------------------------------------------------------------- */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void add(struct counters *sum, const struct counters *one) {
    sum->runs += one->runs;
    sum->legal += one->legal;
    sum->steps += one->steps;
    sum->go_stopped += one->go_stopped;
    sum->go_cut += one->go_cut;
    sum->outcomes += one->outcomes;
    sum->failed |= one->failed;
    for (int v = 0; v < SEAM_VERDICTS; v++) {
        sum->verdicts[v] += one->verdicts[v];
        sum->go_verdicts[v] += one->go_verdicts[v];
    }
    for (int r = 0; r < SEAM_RULES; r++)
        sum->rules[r] += one->rules[r];
}

static struct counters sum_of(const struct stress *stress) {
    struct counters sum = {0};
    for (int i = 0; i < stress->jobs; i++)
        add(&sum, &stress->counters[i]);
    return sum;
}

static uint64_t disagreements(const struct counters *sum) {
    uint64_t n = 0;
    for (int v = SEAM_VERDICT_agreed + 1; v < SEAM_VERDICTS; v++)
        n += sum->verdicts[v] + sum->go_verdicts[v];
    return n;
}

static void show_progress(const struct stress *stress, double start, bool last) {
    struct counters sum = sum_of(stress);
    double seconds = now() - start;
    bool terminal = isatty(STDERR_FILENO);
    fprintf(stderr, "%s%llu of %lld scenarios, %.0f/s, %llu disagreements%s", terminal ? "\r" : "",
            (unsigned long long)sum.runs, stress->runs, (double)sum.runs / seconds,
            (unsigned long long)disagreements(&sum), terminal && !last ? "" : "\n");
}

/* Wait for all workers; false if one of them died. */
static bool wait_all(struct stress *stress, const pid_t *workers) {
    double start = now(), shown = start;
    bool ok = true;
    for (int left = (int)stress->jobs; left > 0;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid > 0) {
            left--;
            int i = 0;
            while (i < stress->jobs && workers[i] != pid)
                i++;
            if (WIFSIGNALED(status)) {
                seam_fail("the worker died by signal %d in scenario %llu of seed %lld",
                          WTERMSIG(status), (unsigned long long)stress->counters[i].next_index,
                          stress->seed);
                ok = false;
            } else if (WEXITSTATUS(status) != 0) {
                stress->counters[i].failed = 1;
            }
            continue;
        }
        usleep(20000);
        if (now() - shown > (isatty(STDERR_FILENO) ? 0.5 : 10)) {
            shown = now();
            show_progress(stress, start, false);
        }
    }
    show_progress(stress, start, true);
    return ok;
}

static void print_table(const struct stress *stress, const struct counters *sum) {
    char name[48];
    printf("seed %lld: %llu scenarios, %llu steps, %llu keep all rules\n\n%-34s %12s\n",
           stress->seed, (unsigned long long)sum->runs, (unsigned long long)sum->steps,
           (unsigned long long)sum->legal, "broken rule", "times");
    for (int r = 0; r < SEAM_RULES; r++)
        printf("%-34s %12llu\n", seam_rule_name((enum seam_rule)r, name),
               (unsigned long long)sum->rules[r]);
    bool go = seam_go_wanted(&stress->go_options);
    printf("\n%-34s %12s%s\n", "verdict", "model", go ? "      real Go" : "");
    for (int v = 0; v < SEAM_VERDICTS; v++) {
        printf("%-34s %12llu", seam_verdict_name((enum seam_verdict)v),
               (unsigned long long)sum->verdicts[v]);
        if (go)
            printf(" %12llu", (unsigned long long)sum->go_verdicts[v]);
        putchar('\n');
    }
    if (go)
        printf("\nreal Go stopped in %llu, cut off before undefined behaviour in %llu; hash of all "
               "outcomes %016llx\n",
               (unsigned long long)sum->go_stopped, (unsigned long long)sum->go_cut,
               (unsigned long long)sum->outcomes);
}

static void print_json(const struct stress *stress, const struct counters *sum) {
    char name[48];
    printf("{\"seed\":%lld,\"runs\":%llu,\"legal\":%llu,\"outcomes\":\"%016llx\",\"verdicts\":{",
           stress->seed, (unsigned long long)sum->runs, (unsigned long long)sum->legal,
           (unsigned long long)sum->outcomes);
    for (int v = 0; v < SEAM_VERDICTS; v++)
        printf("%s\"%s\":[%llu,%llu]", v > 0 ? "," : "", seam_verdict_name((enum seam_verdict)v),
               (unsigned long long)sum->verdicts[v], (unsigned long long)sum->go_verdicts[v]);
    printf("},\"rules\":{");
    for (int r = 0; r < SEAM_RULES; r++)
        printf("%s\"%s\":%llu", r > 0 ? "," : "", seam_rule_name((enum seam_rule)r, name),
               (unsigned long long)sum->rules[r]);
    printf("}}\n");
}

static int run(struct stress *stress, bool json) {
    pid_t workers[JOBS_MAX];
    stress->counters = mmap(NULL, sizeof *stress->counters * (size_t)stress->jobs,
                            PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (stress->counters == MAP_FAILED)
        return seam_fail("cannot share memory: %s", strerror(errno));
    fflush(stdout);
    for (int i = 0; i < stress->jobs; i++) {
        workers[i] = fork();
        if (workers[i] < 0)
            return seam_fail("cannot start a worker: %s", strerror(errno));
        if (workers[i] == 0) {
            fclose(stdin);
            _exit(work(stress, &stress->counters[i], (uint64_t)i) ? SEAM_OK : SEAM_USAGE);
        }
    }
    bool alive = wait_all(stress, workers);
    struct counters sum = sum_of(stress);
    if (sum.failed)
        return SEAM_USAGE;
    (json ? print_json : print_table)(stress, &sum);
    return alive && disagreements(&sum) == 0 ? SEAM_OK : SEAM_FOUND;
}

static long default_jobs(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > JOBS_MAX ? JOBS_MAX : cores;
}

int seam_verb_stress(int argc, char **argv) {
    struct stress stress = {.out = "."};
    const char *seed = NULL, *runs = NULL, *jobs = NULL, *json = NULL;
    const struct seam_option options[] = {SEAM_GO_OPTIONS(stress.go_options),
                                          {"--seed=", &seed},
                                          {"--runs=", &runs},
                                          {"--jobs=", &jobs},
                                          {"--out=", &stress.out},
                                          {"--fresh", &stress.fresh},
                                          {"--json", &json},
                                          {"--model=", &stress.model},
                                          {NULL, NULL}};
    int n = seam_options(argc, argv, options);
    if (n != 0)
        return n < 0 ? SEAM_USAGE : seam_fail("stress takes no FILE; see seam stress --help");
    if (!seam_option_number("--seed", seed, 1, &stress.seed) ||
        !seam_option_number("--runs", runs, 100000, &stress.runs) ||
        !seam_option_number("--jobs", jobs, default_jobs(), &stress.jobs) ||
        !seam_option_release("--model", stress.model, &stress.release))
        return SEAM_USAGE;
    if (stress.jobs < 1 || stress.jobs > JOBS_MAX)
        return seam_fail("--jobs is from 1 to %d", JOBS_MAX);
    struct stat status;
    if (stat(stress.out, &status) != 0 || !S_ISDIR(status.st_mode))
        return seam_fail("--out=%s: no such directory; make it first", stress.out);
    if (seam_go_wanted(&stress.go_options)) {
        /* Build once, before the workers all want to. */
        struct seam_go_set set;
        if (!seam_go_set_open(&stress.go_options, 1 << SEAM_FLAVOR_plain, &set))
            return SEAM_USAGE;
        bool none = set.n == 0;
        seam_go_set_close(&set);
        if (none)
            return SEAM_OK;
    }
    return run(&stress, json != NULL);
}
