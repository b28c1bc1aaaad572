/* mutants: run every mutant of the two witnesses, one at a time, and see whether a test kills it.
 *
 *   --corpus=DIR   its reports are the first test; default corpus
 *   --runs=N       random scenarios, the second; default 300000
 *   --steps=N      every scenario up to that many steps, the third; default 3
 *   --known=FILE   the mutants that no test can kill, each with the reason
 *   --only=TEXT    the mutants whose name contains it;  --every=N  all rules, and one of N places
 *   --jobs=N       processes;  --brief  print survivors only
 *
 * A mutant is killed when oracle and model disagree about a scenario, when a report of the corpus
 * is another, when it crashes, and when a scenario takes a second. Each has a process of its own.
 * Ends with 1 if one survives that is not known, and if a known one is killed. Not a test of the
 * plumbing around the witnesses. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/crew.h"
#include "base/file.h"
#include "base/options.h"
#include "generate/corpus.h"
#include "generate/random.h"
#include "generate/small_scope.h"
#include "judge/report.h"
#include "language/text.h"
#include "model/heap.h"
#include "mutants/mutants.h"
#include "run/pipeline.h"

int seam_mutant;

enum killer { KILLER_none, KILLER_corpus, KILLER_random, KILLER_small, KILLERS };

/* What a mutant's process is doing, or has found; in memory shared with the parent. */
struct result {
    enum killer killer; /* none: it survived */
    long scenario;      /* the number of the one under way */
    bool is_over;       /* the tests are */
    bool is_finished;   /* the process is */
    const char *how;
    double seconds;
};

struct mutants {
    const char *corpus_name, *known_name, *only, *brief;
    long long runs, steps, every;
    int n, jobs;
    int *wanted, n_wanted, told; /* the mutants that are run, and how many were reported */
    struct seam_corpus corpus;
    char **reports; /* of the corpus */
    char *known;
    struct result *results;
};

/* ASan's reports of mutants are not read by anyone. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0:symbolize=0:detect_stack_use_after_return=0:malloc_context_size=0:"
           "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}

/* --- names ------------------------------------------------------------------------------------ */

static void name_place(const struct seam_mutant_place *place, char *name, size_t size) {
    int before = 1;
    for (const struct seam_mutant_place *other = seam_mutant_places; other < place; other++)
        before += strcmp(other->file, place->file) == 0 &&
                  strcmp(other->function, place->function) == 0 &&
                  strcmp(other->change, place->change) == 0 &&
                  strcmp(other->text, place->text) == 0;
    int n = snprintf(name, size, "%s %s %s: %s", place->file, place->function, place->change,
                     place->text);
    if (before > 1 && n < (int)size)
        snprintf(name + n, size - (size_t)n, " #%d", before);
}

/* The name of a mutant, which does not change with the lines above it. */
static void name_mutant(int mutant, char *name, size_t size) {
    char rule[48];
    if (mutant >= SEAM_MUTANTS_PLACES) {
        name_place(&seam_mutant_places[mutant - SEAM_MUTANTS_PLACES], name, size);
        return;
    }
    bool oracle = mutant <= SEAM_MUTANTS_MODEL_RULES;
    int number = mutant - (oracle ? SEAM_MUTANTS_ORACLE_RULES : SEAM_MUTANTS_MODEL_RULES);
    snprintf(name, size, "rules.def %s missing: %s", oracle ? "oracle" : "model",
             seam_rule_name((enum seam_rule)number, rule));
}

/* --- the tests, in a mutant's process --------------------------------------------------------- */

static struct mutants mutants;
static struct result *result; /* of this process */

/* This many scenarios may take a second of processor time. */
static void count_scenario(void) {
    enum { SCENARIOS = 256 };
    if (result->scenario++ % SCENARIOS == 0)
        setitimer(ITIMER_VIRTUAL, &(struct itimerval){{0, 0}, {1, 0}}, NULL);
}

/* What a witness does not initialise has another value each time, the address of the model's first
 * object among them: other words are pointers to nothing, and do no harm. */
static __attribute__((noinline)) void soil_stack(void) {
    static const word values[] = {0, 0xaaaaaaaaaaaaaaaa, 0x0101010101010101, UINT64_MAX, HEAP_BASE};
    volatile word room[4 * 1024];
    word value = values[(unsigned)result->scenario % (sizeof values / sizeof *values)];
    for (size_t i = 0; i < sizeof room / sizeof *room; i++)
        room[i] = value;
}

static bool agrees(struct seam_case *it) {
    count_scenario();
    bool ok = seam_pipeline_run_checked(it, soil_stack);
    if (!ok)
        result->how = seam_verdict_name(it->judgement.verdict);
    return ok;
}

static bool visit(void *context, const struct seam_scenario *scenario) {
    static struct seam_case it;
    (void)context;
    it.scenario = *scenario;
    return agrees(&it);
}

static bool passes_corpus(void) {
    static struct seam_case it;
    for (int i = 0; i < mutants.corpus.n; i++) {
        char *path = NULL, *report = NULL;
        size_t size;
        it.scenario = mutants.corpus.entries[i].scenario;
        if (!agrees(&it))
            return false;
        seam_assert(asprintf(&path, "corpus/%s", mutants.corpus.entries[i].name) >= 0);
        FILE *memory = open_memstream(&report, &size);
        seam_assert(memory != NULL);
        seam_report_text(memory, &it, path, false);
        fclose(memory);
        bool is_same = strcmp(report, mutants.reports[i]) == 0;
        free(path);
        free(report);
        result->how = "report";
        if (!is_same)
            return false;
    }
    return true;
}

static bool passes_random(void) {
    static const int releases[] = {0, 19, 21, 22, 23, 24};
    static struct seam_case it;
    for (long long i = 0; i < mutants.runs; i++) {
        seam_random_scenario(&it.scenario, 2, (uint64_t)i,
                             releases[i % (int)(sizeof releases / sizeof *releases)]);
        if (!agrees(&it))
            return false;
    }
    return true;
}

static bool passes_small(void) {
    struct seam_small_scope small = {.steps = (int)mutants.steps, .visit = visit};
    static struct seam_scenario begun;
    if (!seam_small_scope_run(&small, NULL))
        return false;
    small.release = SEAM_RELEASE_OLDEST;
    if (!seam_small_scope_run(&small, NULL))
        return false;
    for (const char *const *text = seam_small_scope_beginnings; *text != NULL; text++) {
        struct seam_text_error error;
        small.release = 0;
        small.steps = (int)mutants.steps - 1;
        if (!seam_text_parse(&begun, *text, strlen(*text), &error) ||
            !seam_small_scope_run(&small, &begun))
            return false;
    }
    return true;
}

/* Run the tests until one fails; what is under way is in the result all the time. */
static void test(void) {
    static bool (*const tests[KILLERS])(void) = {NULL, passes_corpus, passes_random, passes_small};
    for (int killer = KILLER_corpus; killer < KILLERS; killer++) {
        result->killer = (enum killer)killer;
        result->scenario = 0;
        result->how = "";
        if (!tests[killer]()) {
            result->is_over = true;
            return;
        }
    }
    result->killer = KILLER_none;
    result->is_over = true;
}

/* --- the parent ------------------------------------------------------------------------------- */

static bool work(void *context, int task) {
    int nowhere = open("/dev/null", O_WRONLY);
    (void)context;
    dup2(nowhere, STDERR_FILENO);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    seam_mutant = mutants.wanted[task];
    result = &mutants.results[seam_mutant];
    test();
    return true;
}

static bool is_wanted(int mutant) {
    char name[400];
    if (mutant == 0)
        return true;
    name_mutant(mutant, name, sizeof name);
    return (mutant < SEAM_MUTANTS_PLACES || mutant % mutants.every == 0) &&
           (mutants.only == NULL || strstr(name, mutants.only) != NULL);
}

/* Is the name a whole line of the list of known ones? */
static bool is_known(const char *name) {
    size_t length = strlen(name);
    for (const char *p = mutants.known; (p = strstr(p, name)) != NULL; p++)
        if ((p == mutants.known || p[-1] == '\n') && (p[length] == '\n' || p[length] == '\0'))
            return true;
    return false;
}

static void print_killer(const struct result *it) {
    static const char *const killers[KILLERS] = {"", "", "random", "small"};
    if (it->killer == KILLER_corpus)
        printf("%-11s %s", it->how, mutants.corpus.entries[it->scenario - 1].name);
    else
        printf("%-11s %s scenario %ld", it->how, killers[it->killer], it->scenario - 1);
}

enum fate { FATE_killed, FATE_known, FATE_survived, FATE_stale, FATES };

struct tally {
    int fates[FATES], killers[KILLERS];
};

static enum fate print_result(int mutant) {
    const struct result *it = &mutants.results[mutant];
    char name[400];
    name_mutant(mutant, name, sizeof name);
    bool known = is_known(name);
    enum fate fate = it->killer != KILLER_none ? known ? FATE_stale : FATE_killed
                     : known                   ? FATE_known
                                               : FATE_survived;
    if (mutants.brief != NULL && fate != FATE_survived && fate != FATE_stale)
        return fate;
    int line =
        mutant >= SEAM_MUTANTS_PLACES ? seam_mutant_places[mutant - SEAM_MUTANTS_PLACES].line : 0;
    printf("%s\n    %4d  %6.3f s  ", name, line, it->seconds);
    if (it->killer != KILLER_none)
        print_killer(it);
    else
        printf("SURVIVES%s", known ? ", as is known" : "");
    printf("%s\n", fate == FATE_stale ? ": BUT IS KNOWN AS A SURVIVOR" : "");
    return fate;
}

static void tell(struct tally *tally, int mutant) {
    tally->killers[mutants.results[mutant].killer] += mutant > 0;
    if (mutant > 0)
        tally->fates[print_result(mutant)]++;
    fflush(stdout);
}

/* A mutant's process has ended. Results are printed in order. */
static void finish(void *context, int task, const struct seam_crew_task *how) {
    struct tally *tally = context;
    struct result *it = &mutants.results[mutants.wanted[task]];
    it->is_finished = true;
    it->seconds = how->seconds;
    if (!it->is_over)
        it->how = how->signal == SIGVTALRM ? "hang" : "crash";
    while (mutants.told < mutants.n_wanted &&
           mutants.results[mutants.wanted[mutants.told]].is_finished)
        tell(tally, mutants.wanted[mutants.told++]);
}

/* Let all live that are wanted, several at a time. */
static void run_all(struct tally *tally) {
    mutants.wanted = calloc((size_t)mutants.n, sizeof *mutants.wanted);
    seam_assert(mutants.wanted != NULL);
    for (int mutant = 0; mutant < mutants.n; mutant++)
        if (is_wanted(mutant))
            mutants.wanted[mutants.n_wanted++] = mutant;
    enum seam_crew_end end = seam_crew_run(&(struct seam_crew){.jobs = mutants.jobs,
                                                               .tasks = mutants.n_wanted,
                                                               .context = tally,
                                                               .is_alone = true,
                                                               .work = work,
                                                               .ended = finish});
    seam_assert(end != SEAM_CREW_unstarted);
    free(mutants.wanted);
}

static int print_sums(const struct tally *tally) {
    const int *fates = tally->fates, *killers = tally->killers;
    int killed = fates[FATE_killed] + fates[FATE_stale];
    printf("mutants %d: %d killed (%d by the corpus, %d more by random scenarios, %d more by small "
           "ones), %d survive as is known, %d survive\n",
           killed + killers[KILLER_none], killed, killers[KILLER_corpus], killers[KILLER_random],
           killers[KILLER_small], fates[FATE_known], fates[FATE_survived]);
    if (mutants.results[0].killer != KILLER_none) {
        printf("without a mutant: ");
        print_killer(&mutants.results[0]);
        printf("; the table means nothing\n");
        return SEAM_FOUND;
    }
    return killed > 0 && fates[FATE_survived] + fates[FATE_stale] == 0 ? SEAM_OK : SEAM_FOUND;
}

static bool read_reports(void) {
    mutants.reports = calloc((size_t)mutants.corpus.n, sizeof *mutants.reports);
    seam_assert(mutants.reports != NULL);
    for (int i = 0; i < mutants.corpus.n; i++) {
        const char *name = mutants.corpus.entries[i].name;
        char *path = NULL;
        size_t size;
        seam_assert(asprintf(&path, "%s/%.*s.report", mutants.corpus_name,
                             (int)(strrchr(name, '.') - name), name) >= 0);
        bool ok = seam_file_read(path, SEAM_TEXT_FILE_MAX, &mutants.reports[i], &size);
        if (!ok)
            seam_fail("%s: no report beside the scenario", path);
        free(path);
        if (!ok)
            return false;
    }
    return true;
}

int main(int argc, char **argv) {
    const char *runs = NULL, *steps = NULL, *every = NULL, *jobs = NULL;
    mutants = (struct mutants){.corpus_name = "corpus", .known = ""};
    const struct seam_option options[] = {{"--corpus=", &mutants.corpus_name},
                                          {"--runs=", &runs},
                                          {"--steps=", &steps},
                                          {"--known=", &mutants.known_name},
                                          {"--only=", &mutants.only},
                                          {"--every=", &every},
                                          {"--jobs=", &jobs},
                                          {"--brief", &mutants.brief},
                                          {NULL, NULL}};
    size_t size;
    if (seam_options(argc, argv, options) != 0 ||
        !seam_option_number("--runs", runs, 300000, &mutants.runs) ||
        !seam_option_number("--steps", steps, 3, &mutants.steps) ||
        !seam_option_number("--every", every, 1, &mutants.every) || mutants.every < 1 ||
        !seam_crew_jobs(jobs, &mutants.jobs) ||
        !seam_corpus_read(mutants.corpus_name, &mutants.corpus) || !read_reports())
        return SEAM_USAGE;
    if (mutants.known_name != NULL &&
        !seam_file_read(mutants.known_name, SEAM_TEXT_FILE_MAX, &mutants.known, &size))
        return seam_fail("%s cannot be read", mutants.known_name);
    for (mutants.n = SEAM_MUTANTS_PLACES;
         seam_mutant_places[mutants.n - SEAM_MUTANTS_PLACES].file != NULL;)
        mutants.n++;
    mutants.results = seam_crew_share((size_t)mutants.n * sizeof *mutants.results);
    if (mutants.results == NULL)
        return SEAM_USAGE;
    struct tally tally = {{0}, {0}};
    run_all(&tally);
    return print_sums(&tally);
}
