/* seam stress: random scenarios in many processes; oracle against model, and against real Go.
 *
 * Worker i of n takes the scenarios i, i + n, i + 2n, ...; counts are sums, so the table does not
 * depend on n. A worker that dies is a finding: its scenario is under way in the shared counters.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case.h"
#include "crew.h"
#include "flavors.h"
#include "process.h"
#include "random.h"
#include "verbs.h"

/* What one worker has done; in memory shared with the parent. */
struct counters {
    uint64_t runs, legal, steps, next_index;
    uint64_t verdicts[SEAM_VERDICTS], go_verdicts[SEAM_VERDICTS];
    uint64_t go_stopped, go_cut, outcomes;
    uint64_t rules[SEAM_RULES];
};

struct stress {
    long long seed, runs;
    int jobs;
    const char *out, *fresh, *model;
    int release; /* of --model; with real Go, its own */
    struct seam_go_options go_options;
    struct counters *counters;
};

/* --- a worker --------------------------------------------------------------------------------- */

static bool write_finding(const struct stress *stress, const struct seam_case *it, uint64_t index,
                          const struct seam_go_case *go) {
    char *name = seam_format("%llu", (unsigned long long)index);
    char *origin = seam_format("seam stress --seed=%lld, scenario %s", stress->seed, name);
    bool ok = seam_case_write(it, go, stress->out, name, origin);
    free(origin);
    free(name);
    return ok;
}

static void count_rules(struct counters *counters, const struct seam_trace *trace) {
    for (int i = 0; i < trace->n; i++)
        if (trace->events[i].kind == SEAM_EVENT_broken)
            counters->rules[trace->events[i].what]++;
    counters->legal += seam_first_broken(trace) == NULL;
}

static bool run_in_go(const struct stress *stress, struct counters *counters,
                      struct seam_go_set *set, const struct seam_case *it, uint64_t index) {
    static struct seam_go_case go;
    if (stress->fresh != NULL)
        seam_go_restart(set->go[0]);
    if (!seam_case_run_go(it, set->go[0], set->version, &go))
        return false;
    counters->go_verdicts[go.judgement.verdict]++;
    counters->go_stopped += go.prediction.stopped != NULL;
    counters->go_cut += go.prediction.stopped == NULL && go.prediction.limit < it->program.n_steps;
    counters->outcomes += seam_case_hash(it, &go.outcome, index);
    return go.judgement.verdict == SEAM_VERDICT_agreed || write_finding(stress, it, index, &go);
}

static bool work(void *context, int worker) {
    const struct stress *stress = context;
    struct counters *counters = &stress->counters[worker];
    static struct seam_case it;
    struct seam_go_set set = {0};
    if (seam_go_wanted(&stress->go_options) &&
        !seam_go_set_open(&stress->go_options, 1 << SEAM_FLAVOR_plain, &set))
        return false;
    if (set.n > 0 && stress->fresh == NULL)
        seam_go_survive_reports(set.go[0]);
    int release = set.n > 0 ? seam_go_minor(set.go[0]) : stress->release;
    bool ok = true;
    for (uint64_t i = (uint64_t)worker; ok && i < (uint64_t)stress->runs;
         i += (uint64_t)stress->jobs) {
        counters->next_index = i;
        seam_random_program(&it.program, (uint64_t)stress->seed, i, release);
        seam_case_run(&it);
        counters->runs++;
        counters->steps += (uint64_t)it.program.n_steps;
        counters->verdicts[it.judgement.verdict]++;
        count_rules(counters, &it.expected);
        if (it.judgement.verdict != SEAM_VERDICT_agreed)
            ok = write_finding(stress, &it, i, NULL);
        if (ok && set.n > 0)
            ok = run_in_go(stress, counters, &set, &it, i);
    }
    seam_go_set_close(&set);
    return ok;
}

/* --- the parent ------------------------------------------------------------------------------- */

static void add(struct counters *sum, const struct counters *one) {
    sum->runs += one->runs;
    sum->legal += one->legal;
    sum->steps += one->steps;
    sum->go_stopped += one->go_stopped;
    sum->go_cut += one->go_cut;
    sum->outcomes += one->outcomes;
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

static void show_progress(void *context, double seconds, bool last) {
    const struct stress *stress = context;
    struct counters sum = sum_of(stress);
    bool terminal = isatty(STDERR_FILENO);
    fprintf(stderr, "%s%llu of %lld scenarios, %.0f/s, %llu disagreements%s", terminal ? "\r" : "",
            (unsigned long long)sum.runs, stress->runs, (double)sum.runs / seconds,
            (unsigned long long)disagreements(&sum), terminal && !last ? "" : "\n");
}

static void tell_death(void *context, int worker, int signal) {
    const struct stress *stress = context;
    seam_fail("the worker died by signal %d in scenario %llu of seed %lld", signal,
              (unsigned long long)stress->counters[worker].next_index, stress->seed);
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
    stress->counters = seam_crew_share(sizeof *stress->counters * (size_t)stress->jobs);
    if (stress->counters == NULL)
        return SEAM_USAGE;
    enum seam_crew_end end =
        seam_crew_run(&(struct seam_crew){stress->jobs, stress, work, show_progress, tell_death});
    struct counters sum = sum_of(stress);
    if (end == SEAM_CREW_failed)
        return SEAM_USAGE;
    (json ? print_json : print_table)(stress, &sum);
    return end == SEAM_CREW_done && disagreements(&sum) == 0 ? SEAM_OK : SEAM_FOUND;
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
        !seam_crew_jobs(jobs, &stress.jobs) ||
        !seam_option_release("--model", stress.model, &stress.release))
        return SEAM_USAGE;
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
