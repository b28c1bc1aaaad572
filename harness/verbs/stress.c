/* seam stress: many scenarios in many processes; oracle against model, and against real Go.
 *
 * They are random; or half of them come from a corpus and are mutated; or they are all scenarios up
 * to a number of steps. Worker i of n takes the scenarios i, i + n, i + 2n, ...; counts are sums,
 * so the table does not depend on n. A worker that dies is a finding: its scenario is under way in
 * the shared counters. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/crew.h"
#include "base/format.h"
#include "base/json.h"
#include "generate/corpus.h"
#include "generate/mutate.h"
#include "generate/random.h"
#include "generate/small_scope.h"
#include "language/scenario_file.h"
#include "oracle/oracle.h"
#include "realgo/go_options.h"
#include "run/case.h"
#include "run/pipeline.h"
#include "verbs/verbs.h"

/* What one worker has done; in memory shared with the parent. */
struct counters {
    uint64_t runs, legal, steps, next_index;
    uint64_t verdicts[SEAM_VERDICTS], go_verdicts[SEAM_VERDICTS];
    uint64_t go_stopped, go_cut, go_unseen, outcomes;
    uint64_t rules[SEAM_RULES], ops[SEAM_OPS];
};

/* A rule or an operation that is met less often counts as untested. */
enum { COVERED = 1000 };

/* For --exhaustive; five steps take hours. */
enum { STEPS_MAX = 16 };

struct stress {
    long long seed, runs;
    int jobs;
    const char *out, *fresh, *model, *coverage, *corpus_name, *family, *few;
    int release; /* of --model; with real Go, its own */
    int steps;   /* of --exhaustive; 0: random scenarios */
    struct seam_corpus corpus;
    bool (*breaks)[SEAM_RULES]; /* which rules each scenario of the corpus breaks, or none */
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
    bool is_unjudged = go.judgement.verdict == SEAM_VERDICT_agreed &&
                       seam_leak_is_unjudged(&it->observed, &go.outcome);
    counters->go_unseen += is_unjudged;
    counters->go_verdicts[go.judgement.verdict] += !is_unjudged;
    counters->go_stopped += go.prediction.stopped != NULL;
    counters->go_cut += go.prediction.stopped == NULL && go.prediction.limit < it->scenario.n_steps;
    counters->outcomes += seam_case_hash(it, &go.outcome, index);
    return go.judgement.verdict == SEAM_VERDICT_agreed || write_finding(stress, it, index, &go);
}

/* The corpus scenario to be mutated next: each rule in its turn, so that none is left to chance. */
static const struct seam_scenario *choose(const struct stress *stress, uint64_t number) {
    uint64_t rule = (number + 1) % SEAM_RULES, n = (uint64_t)stress->corpus.n,
             first = number / SEAM_RULES % n, i = first;
    while (!stress->breaks[i][rule] && (i = (i + 1) % n) != first)
        continue;
    return &stress->corpus.entries[i].scenario;
}

/* Scenario `index` of the seed. With a corpus, every second one is from there, at first as it is.
 */
static void make_scenario(const struct stress *stress, struct seam_scenario *scenario,
                          uint64_t index, int release) {
    uint64_t number = index / 2, n = (uint64_t)stress->corpus.n;
    if (n == 0 || index % 2 == 0) {
        seam_random_scenario(scenario, (uint64_t)stress->seed, index, release);
        return;
    }
    const struct seam_scenario *from =
        number < n ? &stress->corpus.entries[number].scenario : choose(stress, number);
    uint8_t bytes[SEAM_BYTES_MAX];
    size_t size = seam_scenario_encode(from, bytes);
    if (number >= n)
        size =
            seam_mutate(bytes, size, sizeof bytes,
                        (unsigned)(stress->seed * 1000003 + (long long)index), "pot"[number % 3]);
    seam_scenario_decode(scenario, bytes, size, release != 0 ? release : from->release);
}

/* The state of a worker. */
struct shift {
    const struct stress *stress;
    struct counters *counters;
    struct seam_go_set set;
    int worker;
    uint64_t index; /* of the next scenario, of all workers' */
    bool ok;
    struct seam_case it;
};

/* Run the scenario in `it`; false if the environment failed. */
static bool run_one(struct shift *shift, uint64_t index) {
    struct counters *counters = shift->counters;
    struct seam_case *it = &shift->it;
    counters->next_index = index;
    seam_pipeline_run(it);
    counters->runs++;
    counters->steps += (uint64_t)it->scenario.n_steps;
    counters->verdicts[it->judgement.verdict]++;
    count_rules(counters, &it->expected);
    for (int s = 0; s < it->scenario.n_steps; s++)
        counters->ops[it->scenario.steps[s].op]++;
    return (it->judgement.verdict == SEAM_VERDICT_agreed ||
            write_finding(shift->stress, it, index, NULL)) &&
           (shift->set.n == 0 || run_in_go(shift->stress, counters, &shift->set, it, index));
}

/* One of all scenarios up to a size: is it this worker's? */
static bool visit(void *context, const struct seam_scenario *scenario) {
    struct shift *shift = context;
    uint64_t index = shift->index++;
    if (index % (uint64_t)shift->stress->jobs != (uint64_t)shift->worker)
        return true;
    shift->it.scenario = *scenario;
    shift->ok = run_one(shift, index);
    return shift->ok;
}

static struct seam_small_scope small_scope(const struct stress *stress, int release) {
    return (struct seam_small_scope){.release = release,
                                     .steps = stress->steps,
                                     .family = stress->family != NULL ? stress->family[0] : '\0',
                                     .few = stress->few != NULL};
}

static bool work(void *context, int worker) {
    const struct stress *stress = context;
    static struct shift shift;
    shift = (struct shift){
        .stress = stress, .counters = &stress->counters[worker], .worker = worker, .ok = true};
    if (seam_go_wanted(&stress->go_options) &&
        !seam_go_set_open(&stress->go_options, 1 << SEAM_FLAVOR_plain, &shift.set))
        return false;
    if (shift.set.n > 0 && stress->fresh == NULL)
        seam_go_survive_reports(shift.set.go[0]);
    int release = shift.set.n > 0 ? seam_go_minor(shift.set.go[0]) : stress->release;
    if (stress->steps > 0) {
        struct seam_small_scope small = small_scope(stress, release);
        small.visit = visit;
        small.context = &shift;
        seam_small_scope_run(&small, NULL);
    }
    for (uint64_t i = (uint64_t)worker;
         stress->steps == 0 && shift.ok && i < (uint64_t)stress->runs;
         i += (uint64_t)stress->jobs) {
        make_scenario(stress, &shift.it.scenario, i, release);
        shift.ok = run_one(&shift, i);
    }
    seam_go_set_close(&shift.set);
    return shift.ok;
}

/* --- the parent ------------------------------------------------------------------------------- */

static void add(struct counters *sum, const struct counters *one) {
    sum->runs += one->runs;
    sum->legal += one->legal;
    sum->steps += one->steps;
    sum->go_stopped += one->go_stopped;
    sum->go_cut += one->go_cut;
    sum->go_unseen += one->go_unseen;
    sum->outcomes += one->outcomes;
    for (int v = 0; v < SEAM_VERDICTS; v++) {
        sum->verdicts[v] += one->verdicts[v];
        sum->go_verdicts[v] += one->go_verdicts[v];
    }
    for (int r = 1; r < SEAM_RULES; r++)
        sum->rules[r] += one->rules[r];
    for (int o = 0; o < SEAM_OPS; o++)
        sum->ops[o] += one->ops[o];
}

static struct counters sum_of(const struct stress *stress) {
    struct counters sum = {0};
    for (int i = 0; i < stress->jobs; i++)
        add(&sum, &stress->counters[i]);
    return sum;
}

static uint64_t disagreements(const struct counters *sum) {
    uint64_t n = 0;
    for (int v = 0; v < SEAM_VERDICTS; v++)
        n += v == SEAM_VERDICT_agreed ? 0 : sum->verdicts[v] + sum->go_verdicts[v];
    return n;
}

static void show_progress(void *context, const struct seam_crew_progress *progress) {
    const struct stress *stress = context;
    struct counters sum = sum_of(stress);
    bool terminal = isatty(STDERR_FILENO);
    uint64_t n = disagreements(&sum);
    fprintf(stderr, "%s%llu of %lld scenario%s, %.0f/s, %llu disagreement%s%s",
            terminal ? "\r" : "", (unsigned long long)sum.runs, stress->runs,
            seam_plural((unsigned long long)stress->runs), (double)sum.runs / progress->seconds,
            (unsigned long long)n, seam_plural(n), terminal && !progress->is_last ? "" : "\n");
}

static void tell_end(void *context, int worker, const struct seam_crew_task *how) {
    const struct stress *stress = context;
    if (how->end == SEAM_CREW_died)
        seam_fail("a worker was killed by signal %d in scenario %llu of seed %lld", how->signal,
                  (unsigned long long)stress->counters[worker].next_index, stress->seed);
}

/* How many rules and operations were not met often enough? */
static int uncovered(const struct counters *sum) {
    int n = 0;
    for (int r = 1; r < SEAM_RULES; r++)
        n += sum->rules[r] < COVERED;
    for (int o = 0; o < SEAM_OPS; o++)
        n += sum->ops[o] < COVERED;
    return n;
}

static void print_coverage(const struct counters *sum) {
    char name[48];
    printf("\n%-34s %12s\n", "operation", "steps");
    for (int o = 0; o < SEAM_OPS; o++)
        printf("%-34s %12llu\n", seam_op_rows[o].name, (unsigned long long)sum->ops[o]);
    putchar('\n');
    for (int r = 1; r < SEAM_RULES; r++)
        if (sum->rules[r] < COVERED)
            printf("not often enough: the rule %s\n", seam_rule_name((enum seam_rule)r, name));
    for (int o = 0; o < SEAM_OPS; o++)
        if (sum->ops[o] < COVERED)
            printf("not often enough: the operation %s\n", seam_op_rows[o].name);
    printf("rules and operations met fewer than %d times: %d of %d\n", COVERED, uncovered(sum),
           SEAM_RULES - 1 + SEAM_OPS);
}

static void print_heading(const struct stress *stress) {
    if (stress->steps == 0)
        printf("seed %lld", stress->seed);
    else
        printf("every scenario of %d step%s%s%s%s", stress->steps,
               seam_plural((unsigned)stress->steps), stress->family != NULL ? " of family " : "",
               stress->family != NULL ? stress->family : "",
               stress->few != NULL ? ", few operands" : "");
}

static void print_table(const struct stress *stress, const struct counters *sum) {
    char name[48];
    print_heading(stress);
    printf(": %llu scenario%s, %llu step%s, %llu keep all rules\n\n%-34s %12s\n",
           (unsigned long long)sum->runs, seam_plural(sum->runs), (unsigned long long)sum->steps,
           seam_plural(sum->steps), (unsigned long long)sum->legal, "broken rule", "times");
    for (int r = 1; r < SEAM_RULES; r++)
        printf("%-34s %12llu\n", seam_rule_name((enum seam_rule)r, name),
               (unsigned long long)sum->rules[r]);
    bool go = seam_go_wanted(&stress->go_options);
    printf("\n%-34s %12s%s\n", "verdict", "model", go ? "      real Go" : "");
    for (int v = SEAM_VERDICT_agreed; v < SEAM_VERDICTS; v++) {
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
    if (sum->go_unseen > 0)
        printf("not judged: the leaks of %llu scenario%s, as LeakSanitizer cannot run here\n",
               (unsigned long long)sum->go_unseen, seam_plural(sum->go_unseen));
    if (stress->coverage != NULL)
        print_coverage(sum);
}

static void print_json(const struct stress *stress, const struct counters *sum) {
    char name[48];
    seam_json_open_alone(stdout, "stress");
    printf(",\"seed\":%lld,\"runs\":%llu,\"legal\":%llu,\"outcomes\":\"%016llx\",\"verdicts\":{",
           stress->seed, (unsigned long long)sum->runs, (unsigned long long)sum->legal,
           (unsigned long long)sum->outcomes);
    for (int v = SEAM_VERDICT_agreed; v < SEAM_VERDICTS; v++)
        printf("%s\"%s\":[%llu,%llu]", v > SEAM_VERDICT_agreed ? "," : "",
               seam_verdict_name((enum seam_verdict)v), (unsigned long long)sum->verdicts[v],
               (unsigned long long)sum->go_verdicts[v]);
    printf("},\"rules\":{");
    for (int r = 1; r < SEAM_RULES; r++)
        printf("%s\"%s\":%llu", r > 0 ? "," : "", seam_rule_name((enum seam_rule)r, name),
               (unsigned long long)sum->rules[r]);
    printf("}}\n");
}

static int run(struct stress *stress, bool json) {
    stress->counters = seam_crew_share(sizeof *stress->counters * (size_t)stress->jobs);
    if (stress->counters == NULL)
        return SEAM_USAGE;
    enum seam_crew_end end = seam_crew_run(&(struct seam_crew){.jobs = stress->jobs,
                                                               .tasks = stress->jobs,
                                                               .context = stress,
                                                               .is_alone = true,
                                                               .work = work,
                                                               .ended = tell_end,
                                                               .progress = show_progress});
    struct counters sum = sum_of(stress);
    if (end > SEAM_CREW_died)
        return SEAM_USAGE;
    (json ? print_json : print_table)(stress, &sum);
    bool ok = end == SEAM_CREW_done && disagreements(&sum) == 0 &&
              (stress->coverage == NULL || uncovered(&sum) == 0);
    return ok ? SEAM_OK : SEAM_FOUND;
}

static bool count_one(void *context, const struct seam_scenario *scenario) {
    (void)scenario;
    ++*(long long *)context;
    return true;
}

/* Read the corpus, if there is one, and see what it breaks; false after an error was printed. */
static bool read_corpus(struct stress *stress) {
    static struct seam_trace trace;
    if (stress->corpus_name == NULL)
        return true;
    if (!seam_corpus_read(stress->corpus_name, &stress->corpus))
        return false;
    stress->breaks = calloc((size_t)stress->corpus.n, sizeof *stress->breaks);
    seam_assert(stress->breaks != NULL);
    for (int i = 0; i < stress->corpus.n; i++) {
        seam_oracle_run(&stress->corpus.entries[i].scenario, &trace);
        stress->breaks[i][SEAM_RULE_none] = seam_first_broken(&trace) == NULL;
        for (int k = 0; k < trace.n; k++)
            if (trace.events[k].kind == SEAM_EVENT_broken)
                stress->breaks[i][trace.events[k].what] = true;
    }
    return true;
}

/* What --exhaustive, --family and --few ask for; false after an error was printed. */
static bool set_scope(struct stress *stress) {
    const char *family = stress->family;
    if (family != NULL && (strlen(family) != 1 || strchr("pot", family[0]) == NULL)) {
        seam_fail("--family must be p (pointers), o (ownership) or t (time), not '%s'", family);
        return false;
    }
    if (stress->steps == 0 && (family != NULL || stress->few != NULL)) {
        seam_fail("--family and --few need --exhaustive=N");
        return false;
    }
    struct seam_small_scope small = small_scope(stress, stress->release);
    small.visit = count_one;
    small.context = &stress->runs;
    if (stress->steps > 0) {
        stress->runs = 0;
        seam_small_scope_run(&small, NULL);
    }
    return true;
}

int seam_verb_stress(int argc, char **argv) {
    struct stress stress = {.out = "."};
    const char *seed = NULL, *runs = NULL, *jobs = NULL, *json = NULL, *exhaustive = NULL;
    const struct seam_option options[] = {SEAM_GO_OPTIONS(stress.go_options),
                                          {"--seed=", &seed},
                                          {"--runs=", &runs},
                                          {"--jobs=", &jobs},
                                          {"--out=", &stress.out},
                                          {"--fresh", &stress.fresh},
                                          {"--json", &json},
                                          {"--model=", &stress.model},
                                          {"--corpus=", &stress.corpus_name},
                                          {"--coverage", &stress.coverage},
                                          {"--exhaustive=", &exhaustive},
                                          {"--family=", &stress.family},
                                          {"--few", &stress.few},
                                          {NULL, NULL}};
    int n = seam_options(argc, argv, options);
    if (n != 0)
        return n < 0 ? SEAM_USAGE : seam_fail("stress takes no FILE; see seam stress --help");
    if (!seam_option_number("--seed", seed, 1, &stress.seed) ||
        !seam_option_count("--runs", runs, 100000, &stress.runs) ||
        !seam_crew_jobs(jobs, &stress.jobs) ||
        !seam_option_range("--exhaustive", exhaustive, 0, 1, STEPS_MAX, &stress.steps) ||
        !seam_option_release("--model", stress.model, &stress.release) || !set_scope(&stress) ||
        !read_corpus(&stress))
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
