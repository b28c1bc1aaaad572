/* Hide findings among legal steps, shrink them, and check what is left: the table of ci/shrink.
 *
 *   haystack --corpus=DIR [--runs=N] [--seed=N] [--jobs=N] [--rules]
 *   haystack --corpus=DIR --runs=N --go[=DIR]
 *
 * DIR holds a folder for each rule, with scenarios that break it. Each finding is one of them among
 * random legal steps, SEAM_STEPS_MAX in all; the rules take turns. With --go the finding is what
 * real Go does. Exit status 1 if one is not kept, or not minimal, or took longer than a second of
 * processor time in more than one case in twenty. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/check.h"
#include "base/crew.h"
#include "base/format.h"
#include "base/options.h"
#include "generate/corpus.h"
#include "run/case.h"
#include "run/pipeline.h"
#include "shrink/haystack.h"
#include "shrink/shrink.h"

enum { PERCENT = 95, MICROSECONDS_MAX = 1000000 };

/* What became of a finding; in memory shared with the parent. */
struct result {
    bool is_done, is_kept, is_minimal;
    bool is_same; /* as what the needle alone shrinks to */
    int rule, steps, needle_steps;
    long runs, go_runs;
    long microseconds;
};

struct haystack {
    struct seam_corpus corpus;
    int *needles; /* which scenarios of the corpus are hidden, in turns */
    int n_needles, n_rules;
    long long seed, runs;
    bool is_go;
    int flavors; /* of real Go, as bits */
    struct seam_go_options go_options;
    struct seam_go_set set; /* of a worker */
    struct result *results;
};

/* --- needles ---------------------------------------------------------------------------------- */

/* Does the model say that real Go stops there, in a flavor that is asked? */
static bool has_stop(const struct haystack *hay, const struct seam_scenario *scenario) {
    static struct seam_case it;
    it.scenario = *scenario;
    seam_pipeline_run(&it);
    for (int f = 0; f < SEAM_FLAVORS; f++)
        if ((hay->flavors >> f & 1) &&
            seam_predict(&it.scenario, &it.observed, (enum seam_flavor)f).stopped != NULL)
            return true;
    return false;
}

/* The scenarios whose headline is a rule, one rule after the other: the first of each, then the
 * second of each. With real Go, those that it detects. */
static void choose_needles(struct haystack *it) {
    int of_rule[SEAM_RULES] = {0};
    bool *taken = calloc((size_t)it->corpus.n, sizeof *taken);
    it->needles = calloc((size_t)it->corpus.n, sizeof *it->needles);
    seam_assert(taken != NULL && it->needles != NULL);
    for (int round = 0, n_before = -1; n_before < it->n_needles; round++) {
        n_before = it->n_needles;
        for (int i = 0; i < it->corpus.n; i++) {
            const struct seam_scenario *scenario = &it->corpus.entries[i].scenario;
            struct seam_headline headline = seam_headline_of(scenario);
            if (taken[i] || headline.noun < 0 || of_rule[headline.rule] > round ||
                (it->is_go && (scenario->release != 0 || !has_stop(it, scenario))))
                continue;
            taken[i] = true;
            it->n_rules += of_rule[headline.rule]++ == 0;
            it->needles[it->n_needles++] = i;
        }
    }
    free(taken);
}

/* --- one finding ------------------------------------------------------------------------------ */

static long microseconds(void) {
    long n = 0;
    for (int who = 0; who < 2; who++) {
        struct rusage used;
        getrusage(who == 0 ? RUSAGE_SELF : RUSAGE_CHILDREN, &used);
        n += (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000L + used.ru_utime.tv_usec +
             used.ru_stime.tv_usec;
    }
    return n;
}

static bool has_headline(void *context, const struct seam_scenario *scenario) {
    return seam_headline_equal(seam_headline_of(scenario), *(struct seam_headline *)context);
}

/* What one flavor of real Go did: where the model says it stops, and what it said. */
struct stop {
    struct haystack *it;
    enum seam_flavor flavor;
    struct seam_headline predicted;
    enum seam_verdict verdict;
    enum seam_symptom symptom;
};

static bool find_stop(struct stop *stop, const struct seam_scenario *scenario) {
    static struct seam_case it;
    static struct seam_go_case go;
    it.scenario = *scenario;
    it.scenario.release = seam_go_minor(stop->it->set.go[0]);
    seam_pipeline_run(&it);
    for (int i = 0; i < stop->it->set.n; i++)
        if (seam_go_flavor(stop->it->set.go[i]) == stop->flavor &&
            !seam_case_run_go(&it, stop->it->set.go[i], stop->it->set.version, &go))
            return false;
    const struct seam_event *event = go.prediction.stopped;
    stop->predicted = (struct seam_headline){SEAM_VERDICT_agreed, event != NULL ? event->what : 0,
                                             event != NULL ? (int)event->value / 16 : -1};
    stop->verdict = go.judgement.verdict;
    stop->symptom = go.outcome.symptom;
    return true;
}

static bool has_stop_of(void *context, const struct seam_scenario *scenario) {
    const struct stop *wanted = context;
    struct stop stop = *wanted;
    return find_stop(&stop, scenario) && seam_headline_equal(stop.predicted, wanted->predicted) &&
           stop.verdict == wanted->verdict && stop.symptom == wanted->symptom;
}

static void check(struct haystack *it, const struct seam_shrink *shrink, struct result *result) {
    struct seam_headline headline = seam_headline_of(&shrink->scenario);
    struct stop stop = {.it = it, .flavor = shrink->class.flavor};
    if (it->is_go && !find_stop(&stop, &shrink->scenario))
        return;
    bool (*is_same)(void *, const struct seam_scenario *) = it->is_go ? has_stop_of : has_headline;
    void *what = it->is_go ? (void *)&stop : &headline;
    result->is_kept = is_same(what, &shrink->best);
    result->is_minimal = shrink->is_minimal && seam_is_minimal(&shrink->best, is_same, what);
}

/* Does the needle alone shrink to the same scenario? */
static bool is_canonical(const struct seam_shrink *shrink, const struct seam_scenario *needle) {
    static struct seam_shrink alone;
    alone = (struct seam_shrink){.scenario = *needle, .go = shrink->go};
    return seam_shrink_run(&alone) == SEAM_SHRINK_done &&
           seam_scenario_equal(&alone.best, &shrink->best);
}

/* A needle that this seed cannot hide gets another seed. */
static bool work(void *context, int task) {
    struct haystack *it = context;
    struct result *result = &it->results[task];
    static struct seam_shrink shrink;
    const struct seam_scenario *needle =
        &it->corpus.entries[it->needles[task % it->n_needles]].scenario;
    if (it->is_go && it->set.n == 0 && !seam_go_set_open(&it->go_options, it->flavors, &it->set))
        return false;
    shrink = (struct seam_shrink){.go = &it->set};
    uint64_t seed = (uint64_t)it->seed * 1000003 + (uint64_t)task;
    while (!seam_hide(needle, seed, &shrink.scenario) ||
           (it->is_go && !has_stop(it, &shrink.scenario)))
        seed += 1000000007;
    long before = microseconds();
    if (seam_shrink_run(&shrink) != SEAM_SHRINK_done)
        return true;
    result->microseconds = microseconds() - before;
    result->rule = seam_headline_of(needle).rule;
    result->needle_steps = needle->n_steps;
    result->steps = shrink.best.n_steps;
    result->runs = shrink.runs;
    result->go_runs = shrink.go_runs;
    check(it, &shrink, result);
    result->is_same = !it->is_go && is_canonical(&shrink, needle);
    return result->is_done = true;
}

/* --- the table -------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return x < y ? -1 : x > y;
}

/* Median, 95th percentile and largest of one column. */
struct spread {
    long median, high, most;
};

static struct spread spread_of(const struct haystack *it, long (*column)(const struct result *)) {
    long *values = calloc((size_t)it->runs, sizeof *values), n = 0;
    seam_assert(values != NULL);
    for (long i = 0; i < it->runs; i++)
        if (it->results[i].is_done)
            values[n++] = column(&it->results[i]);
    qsort(values, (size_t)n, sizeof *values, by_value);
    struct spread spread = {0, 0, 0};
    if (n > 0)
        spread = (struct spread){values[n / 2], values[(n * PERCENT - 1) / 100], values[n - 1]};
    free(values);
    return spread;
}

static long steps_of(const struct result *result) { return result->steps; }
static long runs_of(const struct result *result) { return result->runs; }
static long go_runs_of(const struct result *result) { return result->go_runs; }
static long time_of(const struct result *result) { return result->microseconds; }

static void print_row(const char *what, struct spread spread, double unit, int digits) {
    printf("%-36s %10.*f %10.*f %10.*f\n", what, digits, (double)spread.median / unit, digits,
           (double)spread.high / unit, digits, (double)spread.most / unit);
}

static void print_rules(const struct haystack *it) {
    char name[48];
    for (int rule = 1; rule < SEAM_RULES; rule++) {
        int n = 0, kept = 0, minimal = 0;
        for (long i = 0; i < it->runs; i++) {
            const struct result *result = &it->results[i];
            if (!result->is_done || result->rule != rule)
                continue;
            n++;
            kept += result->is_kept;
            minimal += result->is_minimal;
        }
        if (n > 0)
            printf("%-36s %4d kept %4d minimal %4d\n", seam_rule_name((enum seam_rule)rule, name),
                   n, kept, minimal);
    }
}

static bool print_table(const struct haystack *it) {
    long n = 0, kept = 0, minimal = 0, same = 0;
    for (long i = 0; i < it->runs; i++) {
        same += it->results[i].is_same;
        n += it->results[i].is_done;
        kept += it->results[i].is_kept;
        minimal += it->results[i].is_minimal;
    }
    struct spread time = spread_of(it, time_of);
    printf("%ld finding%s of %d rule%s, %d step%s each:\n", n, seam_plural((unsigned long long)n),
           it->n_rules, seam_plural((unsigned)it->n_rules), SEAM_STEPS_MAX,
           seam_plural(SEAM_STEPS_MAX));
    printf("  class kept in %ld, 1-minimal in %ld of %lld\n", kept, minimal, it->runs);
    if (!it->is_go)
        printf("  the same result as without the legal steps in %ld of %lld\n", same, it->runs);
    putchar('\n');
    printf("%-36s %10s %10s %10s\n", "", "median", "95 in 100", "most");
    print_row("steps that are left", spread_of(it, steps_of), 1, 0);
    print_row("runs of oracle and model", spread_of(it, runs_of), 1, 0);
    if (it->is_go)
        print_row("runs of real Go", spread_of(it, go_runs_of), 1, 0);
    print_row(it->is_go ? "milliseconds, without those of Go" : "milliseconds of processor time",
              time, 1000, 1);
    return kept == it->runs && minimal == it->runs && (it->is_go || time.high <= MICROSECONDS_MAX);
}

static void tell_end(void *context, int task, const struct seam_crew_task *how) {
    const struct haystack *it = context;
    if (how->end == SEAM_CREW_died)
        seam_fail("finding %d (%s): killed by signal %d", task,
                  it->corpus.entries[it->needles[task % it->n_needles]].name, how->signal);
}

static void show_progress(void *context, const struct seam_crew_progress *progress) {
    const struct haystack *it = context;
    bool terminal = isatty(STDERR_FILENO);
    fprintf(stderr, "%s%d of %lld findings%s", terminal ? "\r" : "", progress->done, it->runs,
            terminal && !progress->is_last ? "" : "\n");
}

int main(int argc, char **argv) {
    static struct haystack it;
    const char *corpus = NULL, *runs = NULL, *seed = NULL, *jobs = NULL, *rules = NULL;
    const struct seam_option options[] = {SEAM_GO_OPTIONS(it.go_options),
                                          {"--corpus=", &corpus},
                                          {"--runs=", &runs},
                                          {"--seed=", &seed},
                                          {"--jobs=", &jobs},
                                          {"--rules", &rules},
                                          {NULL, NULL}};
    int n_jobs;
    if (seam_options(argc, argv, options) != 0 || corpus == NULL)
        return seam_fail("haystack needs --corpus=DIR; see haystack_main.c");
    if (!seam_option_count("--runs", runs, 1000, &it.runs) ||
        !seam_option_number("--seed", seed, 1, &it.seed) || !seam_crew_jobs(jobs, &n_jobs) ||
        !seam_corpus_read(corpus, &it.corpus))
        return SEAM_USAGE;
    it.is_go = seam_go_wanted(&it.go_options);
    if (it.go_options.executor != NULL && seam_go_skipped(it.go_options.executor))
        return SEAM_OK;
    it.flavors = (1 << SEAM_FLAVOR_race) - 1;
    if (it.go_options.flavor != NULL)
        it.flavors = 1 << seam_flavor_find(it.go_options.flavor);
    choose_needles(&it);
    it.results = seam_crew_share(sizeof *it.results * (size_t)it.runs);
    if (it.results == NULL || it.n_needles == 0)
        return SEAM_USAGE;
    enum seam_crew_end end = seam_crew_run(&(struct seam_crew){.jobs = n_jobs,
                                                               .tasks = (int)it.runs,
                                                               .context = &it,
                                                               .work = work,
                                                               .ended = tell_end,
                                                               .progress = show_progress});
    if (end > SEAM_CREW_died)
        return SEAM_USAGE;
    if (rules != NULL)
        print_rules(&it);
    return print_table(&it) && end == SEAM_CREW_done ? SEAM_OK : SEAM_FOUND;
}
