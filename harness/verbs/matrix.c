/* seam matrix: random scenarios and a corpus on every release and flavor of real Go, and the two
 * tables of it (matrix.h).
 *
 * A cell is a release and a flavor. Its scenarios are cut into chunks, the same for every number of
 * jobs; a worker (crew.h) skips one that is in the journal (journal.h), and appends another when it
 * is done. So a run can be killed and resumed, and the tables are the same. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/crew.h"
#include "base/file.h"
#include "base/format.h"
#include "generate/corpus.h"
#include "generate/random.h"
#include "matrix/journal.h"
#include "matrix/matrix.h"
#include "oracle/oracle.h"
#include "realgo/go_options.h"
#include "run/case.h"
#include "run/pipeline.h"
#include "verbs/verbs.h"

enum { CHUNK = 500, RUNS = 20000, QUICK_RUNS = 5000, CELLS_MAX = SEAM_OPTION_MANY * SEAM_FLAVORS };
enum { WRITTEN_MAX = 100 /* disagreements that a worker writes; all are counted */ };

struct options {
    const char *go[SEAM_OPTION_MANY + 1], *flavor[SEAM_OPTION_MANY + 1],
        *executor[SEAM_OPTION_MANY + 1];
    const char *seed, *runs, *jobs, *timeout, *quick, *corpus, *state, *out;
    struct seam_sandbox_options sandbox;
};

/* How to open a cell's executor: a release to build with, or a ready-made program. */
struct source {
    struct seam_go_release release;
    const char *program; /* borrowed from argv; NULL: build */
};

struct unit {
    struct seam_chunk chunk;
    int cell;
    bool done, corpus;
};

/* What a worker shares with the parent; its tallies, one per cell, are kept elsewhere. */
struct worker {
    int unit;
    uint64_t index; /* the scenario under way */
    uint64_t scenarios, disagreed;
};

struct shared {
    struct worker workers[SEAM_JOBS_MAX];
};

struct matrix_run {
    struct seam_matrix matrix;
    struct seam_matrix_cell cells[CELLS_MAX];
    struct source sources[CELLS_MAX];
    struct seam_corpus corpus;
    struct unit *units;
    int n_units, jobs, timeout;
    uint64_t resumed; /* scenarios in the journal */
    const char *out;
    struct seam_journal journal;
    struct shared *shared;
    struct seam_tally *tallies; /* shared: of worker w and cell c at w * matrix.n + c */
};

/* --- a worker --------------------------------------------------------------------------------- */

/* Processor time of this process, in microseconds. */
static uint64_t own_time(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* One scenario of a chunk, already in `it`. */
static bool run_one(struct matrix_run *run, const struct unit *unit, struct worker *worker,
                    struct seam_go *executor, struct seam_case *it, struct seam_tally *tally) {
    static struct seam_go_case go;
    const struct seam_matrix_cell *cell = &run->cells[unit->cell];
    uint64_t begin = own_time() + seam_go_cost(executor).answering;
    seam_pipeline_run(it);
    if (!seam_case_run_go(it, executor, cell->release, &go))
        return false;
    if (seam_first_broken(&it->expected) == NULL)
        tally->cost.legal += own_time() + seam_go_cost(executor).answering - begin;
    seam_tally_count(tally, it, &go, worker->index);
    worker->scenarios++;
    bool witnesses = it->judgement.verdict != SEAM_VERDICT_agreed;
    if (!witnesses && go.judgement.verdict == SEAM_VERDICT_agreed)
        return true;
    if (worker->disagreed++ >= WRITTEN_MAX)
        return true;
    char *name = seam_format("%s-%s-%s%" PRIu64, cell->release, seam_flavor_name(cell->flavor),
                             unit->corpus ? "corpus-" : "", worker->index);
    char *origin =
        unit->corpus
            ? seam_format("seam matrix, corpus %s", run->corpus.entries[worker->index].name)
            : seam_format("seam matrix --seed=%" PRIu64 ", %s, scenario %" PRIu64, run->matrix.seed,
                          cell->release, worker->index);
    bool ok = seam_case_write(it, witnesses ? NULL : &go, run->out, name, origin);
    free(origin);
    free(name);
    return ok;
}

static bool run_chunk(struct matrix_run *run, const struct unit *unit, struct worker *worker,
                      struct seam_go *executor, struct seam_tally *tally) {
    static struct seam_case it;
    int minor = run->cells[unit->cell].minor;
    struct seam_go_cost before = seam_go_cost(executor);
    uint64_t begin = own_time();
    const struct seam_chunk *chunk = &unit->chunk;
    for (uint64_t i = chunk->first; i < chunk->first + chunk->count; i++) {
        worker->index = i;
        if (!unit->corpus)
            seam_random_scenario(&it.scenario, run->matrix.seed, i, minor);
        else
            it.scenario = run->corpus.entries[i].scenario;
        it.scenario.release = minor;
        if (seam_scenario_since(&it.scenario) > minor)
            tally->skipped++;
        else if (!run_one(run, unit, worker, executor, &it, tally))
            return false;
    }
    struct seam_go_cost after = seam_go_cost(executor);
    tally->cost.all += own_time() - begin + after.processor - before.processor;
    tally->cost.starts += after.starts - before.starts;
    tally->cost.starting += after.starting - before.starting;
    tally->cost.collections += after.collections - before.collections;
    tally->cost.collecting += after.collecting - before.collecting;
    return true;
}

static struct seam_go *open_cell(const struct matrix_run *run, int cell,
                                 void (*progress)(const char *)) {
    const struct source *source = &run->sources[cell];
    char error[SEAM_GO_ERROR];
    enum seam_flavor flavor = run->cells[cell].flavor;
    struct seam_go *go =
        source->program != NULL
            ? seam_go_open_executor(source->program, run->cells[cell].minor, flavor, error)
            : seam_go_open(&source->release, flavor, progress, error);
    if (go == NULL) {
        seam_fail("%s", error);
        return NULL;
    }
    seam_go_set_timeout(go, run->timeout);
    seam_go_survive_reports(go);
    return go;
}

/* One unit. The executor stays open for the next one; it ends with this process. */
static bool work(void *context, int u) {
    static struct seam_go *executor;
    static int open = -1;
    struct matrix_run *run = context;
    const struct unit *unit = &run->units[u];
    int w = seam_crew_worker();
    struct seam_tally tally = {0};
    if (unit->done)
        return true;
    run->shared->workers[w].unit = u;
    if (open != unit->cell) {
        if (executor != NULL)
            seam_go_close(executor);
        executor = open_cell(run, open = unit->cell, NULL);
    }
    if (executor == NULL || !run_chunk(run, unit, &run->shared->workers[w], executor, &tally) ||
        (run->journal.fd >= 0 && !seam_journal_add(&run->journal, &unit->chunk, &tally)))
        return false;
    seam_tally_add(&run->tallies[w * run->matrix.n + unit->cell], &tally);
    return true;
}

/* --- the plan --------------------------------------------------------------------------------- */

static void plan_cell(struct matrix_run *run, int cell) {
    struct unit unit = {.cell = cell};
    const struct seam_matrix_cell *it = &run->cells[cell];
    memcpy(unit.chunk.release, it->release, sizeof unit.chunk.release);
    unit.chunk.flavor = it->flavor;
    if (run->corpus.n > 0) {
        unit.corpus = true;
        unit.chunk.count = (uint64_t)run->corpus.n;
        snprintf(unit.chunk.source, sizeof unit.chunk.source, "corpus-%016" PRIx64,
                 run->corpus.hash);
        run->units[run->n_units++] = unit;
    }
    unit.corpus = false;
    strcpy(unit.chunk.source, "random");
    for (uint64_t first = 0; first < run->matrix.runs; first += CHUNK) {
        uint64_t left = run->matrix.runs - first;
        unit.chunk.first = first;
        unit.chunk.count = left < CHUNK ? left : CHUNK;
        run->units[run->n_units++] = unit;
    }
}

static bool plan(struct matrix_run *run) {
    uint64_t chunks = run->matrix.runs / CHUNK + 2;
    run->units = calloc((size_t)run->matrix.n * chunks, sizeof *run->units);
    if (run->units == NULL || chunks > (uint64_t)INT32_MAX / CELLS_MAX) {
        seam_fail("--runs is too large for this machine's memory");
        return false;
    }
    for (int cell = 0; cell < run->matrix.n; cell++)
        plan_cell(run, cell);
    run->shared = seam_crew_share(sizeof *run->shared);
    run->tallies =
        seam_crew_share(sizeof *run->tallies * (size_t)run->jobs * (size_t)run->matrix.n);
    return run->shared != NULL && run->tallies != NULL;
}

/* Where a chunk of this cell must stand in the plan, if it is there at all. */
static struct unit *unit_at(const struct matrix_run *run, int cell,
                            const struct seam_chunk *chunk) {
    int each = run->n_units / run->matrix.n, first = run->corpus.n > 0;
    bool random = strcmp(chunk->source, "random") == 0;
    uint64_t at = random ? (uint64_t)first + chunk->first / CHUNK : 0;
    return at < (uint64_t)each ? &run->units[cell * each + (int)at] : NULL;
}

/* A chunk in the journal: of this plan, or of another one and of no use here. */
static void take(void *context, const struct seam_chunk *chunk, const struct seam_tally *tally) {
    struct matrix_run *run = context;
    for (int cell = 0; cell < run->matrix.n; cell++) {
        struct seam_matrix_cell *it = &run->cells[cell];
        if (it->flavor != chunk->flavor || strcmp(it->release, chunk->release) != 0)
            continue;
        struct unit *unit = unit_at(run, cell, chunk);
        if (unit == NULL || unit->done || unit->chunk.first != chunk->first ||
            unit->chunk.count != chunk->count || strcmp(unit->chunk.source, chunk->source) != 0)
            return;
        unit->done = true;
        run->resumed += chunk->count;
        seam_tally_add(&it->tally, tally);
    }
}

/* Results of another program, of other tables, or of another seed are not these. */
static bool open_journal(struct matrix_run *run, const char *directory) {
    uint64_t program;
    run->journal.fd = -1;
    if (directory == NULL)
        return true;
    if (!seam_file_hash("/proc/self/exe", &program)) {
        seam_fail("/proc/self/exe: cannot read; is /proc mounted?");
        return false;
    }
    char *identity =
        seam_format("--seed=%" PRIu64 " program=%016" PRIx64, run->matrix.seed, program);
    bool ok = seam_journal_open(&run->journal, directory, identity, take, run);
    if (ok && run->resumed > 0)
        fprintf(stderr, "seam: resuming after %" PRIu64 " scenarios in %s/journal\n", run->resumed,
                directory);
    free(identity);
    return ok;
}

/* --- the parent ------------------------------------------------------------------------------- */

static void show_progress(void *context, const struct seam_crew_progress *progress) {
    const struct matrix_run *run = context;
    uint64_t done = 0, disagreed = 0, all = 0;
    int cell = 0;
    for (int i = 0; i < run->jobs; i++) {
        const struct worker *worker = &run->shared->workers[i];
        done += worker->scenarios;
        disagreed += worker->disagreed;
        cell = run->units[worker->unit].cell > cell ? run->units[worker->unit].cell : cell;
    }
    for (int u = 0; u < run->n_units; u++)
        all += run->units[u].chunk.count;
    bool terminal = isatty(STDERR_FILENO);
    fprintf(stderr,
            "%scell %d of %d (%s %s): %" PRIu64 " of %" PRIu64 " scenarios, %.0f/s, %" PRIu64
            " disagreements%s",
            terminal ? "\r\033[K" : "", cell + 1, run->matrix.n, run->cells[cell].release,
            seam_flavor_name(run->cells[cell].flavor), run->resumed + done, all,
            (double)done / progress->seconds, disagreed,
            terminal && !progress->is_last ? "" : "\n");
}

static void tell_end(void *context, int u, const struct seam_crew_task *how) {
    const struct matrix_run *run = context;
    const struct unit *unit = &run->units[u];
    const struct worker *worker = &run->shared->workers[how->worker];
    if (how->end != SEAM_CREW_died)
        return;
    seam_fail("a worker was killed by signal %d in scenario %" PRIu64
              " of %s, %s %s, seed %" PRIu64,
              how->signal, worker->index, unit->chunk.source, unit->chunk.release,
              seam_flavor_name(unit->chunk.flavor), run->matrix.seed);
}

/* The oldest release whose operations can break each rule, as far as the corpus knows. */
static void find_since(struct matrix_run *run) {
    static struct seam_trace trace;
    bool known[SEAM_RULES] = {false};
    for (int i = 0; i < run->corpus.n; i++) {
        const struct seam_scenario *scenario = &run->corpus.entries[i].scenario;
        int since = seam_scenario_since(scenario);
        seam_oracle_run(scenario, &trace);
        for (int e = 0; e < trace.n; e++) {
            int rule = trace.events[e].what;
            if (trace.events[e].kind != SEAM_EVENT_broken)
                continue;
            if (!known[rule] || since < run->matrix.since[rule])
                run->matrix.since[rule] = since;
            known[rule] = true;
        }
    }
}

static double per(uint64_t sum, uint64_t n, double unit) {
    return n > 0 ? (double)sum / (double)n / unit : 0;
}

/* Time differs from run to run, so it is not part of the tables. */
static void print_cost(const struct matrix_run *run) {
    fprintf(stderr, "\n%-10s %-10s %12s %12s %10s %12s %12s %14s\n", "release", "flavor",
            "/s of core", "legal only", "restarts", "ms each", "collections", "us each");
    for (int i = 0; i < run->matrix.n; i++) {
        const struct seam_tally *t = &run->cells[i].tally;
        const struct seam_tally_cost *c = &t->cost;
        fprintf(stderr, "%-10s %-10s %12.0f %12.0f %10" PRIu64 " %12.2f %12" PRIu64 " %14.0f\n",
                run->cells[i].release, seam_flavor_name(run->cells[i].flavor),
                per(t->scenarios, c->all, 1e-6), per(t->legal, c->legal, 1e-6), c->starts,
                per(c->starting, c->starts, 1e3), c->collections,
                per(c->collecting, c->collections, 1));
    }
}

static bool write_table(const struct matrix_run *run, const char *name,
                        void (*print)(FILE *out, const struct seam_matrix *matrix)) {
    char *bytes = NULL, *path = seam_format("%s/%s", run->out, name);
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    seam_assert(out != NULL);
    print(out, &run->matrix);
    fclose(out);
    bool ok = seam_file_write(path, bytes, size);
    free(path);
    free(bytes);
    return ok;
}

static int finish(struct matrix_run *run) {
    for (int w = 0; w < run->jobs; w++)
        for (int c = 0; c < run->matrix.n; c++)
            seam_tally_add(&run->cells[c].tally, &run->tallies[w * run->matrix.n + c]);
    print_cost(run);
    seam_matrix_conformance_text(stdout, &run->matrix);
    if (!write_table(run, "conformance.txt", seam_matrix_conformance_text) ||
        !write_table(run, "conformance.json", seam_matrix_conformance_json) ||
        !write_table(run, "blindspots.txt", seam_matrix_blindspots_text) ||
        !write_table(run, "blindspots.json", seam_matrix_blindspots_json) ||
        !write_table(run, "blindspots.html", seam_matrix_html))
        return SEAM_USAGE;
    uint64_t findings = seam_matrix_findings(&run->matrix);
    printf("\n%" PRIu64 " finding%s. Which checker detects which rule: %s/blindspots.html, .txt "
           "and .json\n",
           findings, seam_plural(findings), run->out);
    return findings == 0 ? SEAM_OK : SEAM_FOUND;
}

/* Build every executor before the workers all want to. */
static bool build(const struct matrix_run *run) {
    for (int cell = 0; cell < run->matrix.n; cell++) {
        struct seam_go *go = open_cell(run, cell, seam_go_progress);
        if (go == NULL)
            return false;
        seam_go_close(go);
    }
    return true;
}

static bool fail_out(const char *path) {
    seam_fail("--out=%s: cannot write there: %s; choose another place", path, strerror(errno));
    return false;
}

/* Could it be made? Whoever chose a wrong place hears it before anything is built. */
static bool can_make(const char *path) {
    char *there = seam_format("%s", path), *slash;
    while (access(there, F_OK) != 0 && errno == ENOENT && (slash = strrchr(there, '/')) != NULL)
        *slash = '\0';
    bool is_root = *there == '\0', is_here = access(there, F_OK) != 0 && errno == ENOENT;
    char *inside = seam_format("%s/.", is_root ? "" : is_here ? "." : there);
    bool ok = access(inside, W_OK | X_OK) == 0 || fail_out(path);
    free(inside);
    free(there);
    return ok;
}

/* The last thing before the work: a start that fails leaves no directory. */
static bool make_out(const char *path) {
    char *inside = seam_format("%s/", path);
    bool ok = (seam_make_directories(inside) && access(path, W_OK) == 0) || fail_out(path);
    free(inside);
    return ok;
}

static int run_all(struct matrix_run *run, const char *state) {
    fprintf(stderr,
            "seam: seed %" PRIu64 ", %d cell%s, with %" PRIu64 " random scenarios and %d of the "
            "corpus in each\n",
            run->matrix.seed, run->matrix.n, seam_plural((unsigned)run->matrix.n), run->matrix.runs,
            run->corpus.n);
    if (!build(run) || !plan(run) || !open_journal(run, state) || !make_out(run->out))
        return SEAM_USAGE;
    find_since(run);
    enum seam_crew_end end = seam_crew_run(&(struct seam_crew){.jobs = run->jobs,
                                                               .tasks = run->n_units,
                                                               .context = run,
                                                               .work = work,
                                                               .ended = tell_end,
                                                               .progress = show_progress});
    int status = end == SEAM_CREW_done   ? finish(run)
                 : end == SEAM_CREW_died ? SEAM_FOUND
                                         : SEAM_USAGE;
    seam_journal_close(&run->journal);
    free(run->units);
    return status;
}

/* --- which cells ------------------------------------------------------------------------------ */

/* Flavors as bits; all of them without --flavor. 0 after an error was printed. */
static int wanted_flavors(const char *const *names) {
    int wanted = 0;
    for (; *names != NULL; names++) {
        enum seam_flavor flavor;
        if (!seam_flavor_option(*names, &flavor))
            return 0;
        wanted |= 1 << flavor;
    }
    return wanted != 0 ? wanted : (1 << SEAM_FLAVORS) - 1;
}

/* Oldest first, the cells of one release together, its flavors in their own order. */
static int compare(const struct seam_matrix_cell *a, const struct seam_matrix_cell *b) {
    int versions = strcmp(a->release, b->release);
    return a->minor != b->minor ? a->minor - b->minor
           : versions != 0      ? versions
                                : (int)a->flavor - (int)b->flavor;
}

/* A cell that is there already is not added twice. */
static void add_cell(struct matrix_run *run, const struct source *source, enum seam_flavor flavor) {
    struct seam_matrix_cell cell = {.minor = source->release.minor, .flavor = flavor};
    int at = 0, n = run->matrix.n;
    strcpy(cell.release, source->release.version);
    while (at < n && compare(&run->cells[at], &cell) < 0)
        at++;
    if (at < n && compare(&run->cells[at], &cell) == 0)
        return;
    memmove(&run->cells[at + 1], &run->cells[at], (size_t)(n - at) * sizeof cell);
    memmove(&run->sources[at + 1], &run->sources[at], (size_t)(n - at) * sizeof *source);
    run->cells[at] = cell;
    run->sources[at] = *source;
    run->matrix.n++;
}

/* With --quick, the oldest and the newest of them only. */
static bool add_releases(struct matrix_run *run, const struct options *options, int flavors) {
    struct source found[SEAM_OPTION_MANY];
    char error[SEAM_GO_ERROR];
    int n = 0, oldest = 0, newest = 0;
    do {
        found[n].program = NULL;
        if (!seam_go_find(options->go[n], &found[n].release, error)) {
            seam_fail("%s", error);
            return false;
        }
        oldest = found[n].release.minor < found[oldest].release.minor ? n : oldest;
        newest = found[n].release.minor > found[newest].release.minor ? n : newest;
    } while (options->go[n++] != NULL && options->go[n] != NULL);
    for (int i = 0; i < n; i++)
        for (int f = 0; f < SEAM_FLAVORS; f++)
            if ((flavors >> f & 1) != 0 && (options->quick == NULL || i == oldest || i == newest))
                add_cell(run, &found[i], (enum seam_flavor)f);
    return true;
}

/* --executor=MINOR,FLAVOR,FILE */
static bool add_executor(struct matrix_run *run, const char *text) {
    struct source source = {.release = {.minor = 0}};
    char flavor_name[16];
    int used = 0;
    unsigned long long minor;
    size_t size = strcspn(text, ",");
    if (!seam_digits(text, size, 99, &minor) ||
        sscanf(text + size, ",%15[^,],%n", flavor_name, &used) != 1 || used == 0) {
        seam_fail("--executor needs MINOR,FLAVOR,FILE, such as 27,asan,./executor, not '%s'", text);
        return false;
    }
    enum seam_flavor flavor;
    if (!seam_flavor_option(flavor_name, &flavor))
        return false;
    source.release.minor = (int)minor;
    source.program = text + size + used;
    snprintf(source.release.version, sizeof source.release.version, "go1.%d", source.release.minor);
    if (!seam_go_skipped(source.program))
        add_cell(run, &source, flavor);
    return true;
}

static bool choose_cells(struct matrix_run *run, const struct options *options) {
    int flavors = wanted_flavors(options->flavor);
    if (flavors == 0)
        return false;
    if (options->executor[0] == NULL)
        return add_releases(run, options, flavors);
    for (const char *const *text = options->executor; *text != NULL; text++)
        if (!add_executor(run, *text))
            return false;
    return true;
}

static bool read_numbers(struct matrix_run *run, const struct options *options) {
    long long seed, runs;
    if (!seam_option_number("--seed", options->seed, 1, &seed) ||
        !seam_option_count("--runs", options->runs, options->quick != NULL ? QUICK_RUNS : RUNS,
                           &runs) ||
        !seam_option_timeout(options->timeout, SEAM_GO_TIMEOUT, &run->timeout) ||
        !seam_crew_jobs(options->jobs, &run->jobs))
        return false;
    run->matrix.seed = (uint64_t)seed;
    run->matrix.runs = (uint64_t)runs;
    return true;
}

int seam_verb_matrix(int argc, char **argv) {
    static struct options it = {.out = "."};
    static struct matrix_run run;
    const struct seam_option options[] = {{"--go=...", it.go},
                                          {"--flavor=...", it.flavor},
                                          {"--executor=...", it.executor},
                                          {"--seed=", &it.seed},
                                          {"--runs=", &it.runs},
                                          {"--jobs=", &it.jobs},
                                          {"--timeout=", &it.timeout},
                                          {"--quick", &it.quick},
                                          {"--corpus=", &it.corpus},
                                          {"--state=", &it.state},
                                          {"--out=", &it.out},
                                          SEAM_SANDBOX_OPTIONS(it.sandbox),
                                          {NULL, NULL}};
    int n = seam_options(argc, argv, options);
    if (n != 0)
        return n < 0 ? SEAM_USAGE : seam_fail("matrix takes no FILE; see seam matrix --help");
    run.out = it.out;
    run.matrix.cells = run.cells;
    if (!can_make(it.out) || !seam_sandbox_open(&it.sandbox) || !read_numbers(&run, &it) ||
        !choose_cells(&run, &it) ||
        (it.corpus != NULL && !seam_corpus_read(it.corpus, &run.corpus)))
        return SEAM_USAGE;
    run.matrix.corpus = run.corpus.n;
    int status = run.matrix.n > 0 ? run_all(&run, it.state) : SEAM_OK;
    seam_corpus_free(&run.corpus);
    return status;
}
