/* seam advice: judge what tutorials say of cgo, by programs on the Go releases of this machine.
 *
 * Worker processes build and run the programs and leave the results in shared memory; what is
 * printed comes in the order of the table. Not here: how a program is built (advice_run.c), what
 * its end means (advice.c). */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "advice.h"
#include "input.h"
#include "nearest.h"
#include "options.h"
#include "process.h"
#include "verbs.h"

enum { JOBS_MAX = 64, EXPECTED_MAX = 1 << 20, PROGRESS_SECONDS = 2 };

struct shared {
    int next, done;
    struct seam_advice_results results[SEAM_ADVICE_RELEASES_MAX];
};

struct advice {
    const char *verbose, *json, *expected_path, *update, *timeout, *jobs_text;
    long long jobs, seconds_max;
    const char *where[SEAM_ADVICE_RELEASES_MAX];
    int n_where;
    struct seam_advice_table table;
    struct seam_advice_lab labs[SEAM_ADVICE_RELEASES_MAX];
    bool chosen[SEAM_ADVICE_PARTS_MAX];
    bool is_named; /* claims were chosen by name */
    char *expected;
    struct shared *shared;
};

/* Ctrl-C leaves nothing behind. What a worker runs dies with it (prctl). */
static const char *work_directory;
static pid_t workers[JOBS_MAX];

static void on_signal(int number) {
    for (int i = 0; i < JOBS_MAX; i++)
        if (workers[i] > 0) {
            kill(workers[i], SIGKILL);
            waitpid(workers[i], NULL, 0);
        }
    if (work_directory != NULL)
        seam_remove_tree(work_directory);
    _exit(128 + number);
}

/* --- options ---------------------------------------------------------------------------------- */

/* --go may be given several times, which seam_options does not know. The number of words left, or
 * -1 after an error. */
static int take_releases(struct advice *advice, int argc, char **argv) {
    int n = 0;
    for (int i = 0; i < argc; i++) {
        bool is_word = strcmp(argv[i], "--go") == 0 && i + 1 < argc;
        if (!is_word && strncmp(argv[i], "--go=", 5) != 0) {
            argv[n++] = argv[i];
            continue;
        }
        if (advice->n_where == SEAM_ADVICE_RELEASES_MAX) {
            seam_fail("advice takes %d releases at most", SEAM_ADVICE_RELEASES_MAX);
            return -1;
        }
        advice->where[advice->n_where++] = is_word ? argv[++i] : argv[i] + 5;
    }
    return n;
}

static const char *claim_id(int i) { return seam_advice_claims[i].id; }

/* Choose the parts of a claim, by its id or its word. */
static bool choose(struct advice *advice, const char *name) {
    const struct seam_advice_claim *claim = seam_advice_claims;
    while (claim->id != NULL && strcmp(claim->id, name) != 0 && strcmp(claim->word, name) != 0)
        claim++;
    if (claim->id == NULL) {
        int n = 0;
        while (claim_id(n) != NULL)
            n++;
        seam_fail("no claim '%.40s'; they are %s to %s, as in: seam advice %s (or %s)", name,
                  claim_id(0), claim_id(n - 1), claim_id(0), seam_advice_claims[0].word);
        return false;
    }
    for (int i = 0; i < seam_advice_n_parts(); i++)
        if (strcmp(seam_advice_parts[i].claim, claim->id) == 0)
            advice->chosen[i] = true;
    return true;
}

static bool is_chosen(const struct advice *advice, const struct seam_advice_claim *claim) {
    for (int i = 0; i < seam_advice_n_parts(); i++)
        if (advice->chosen[i] && strcmp(seam_advice_parts[i].claim, claim->id) == 0)
            return true;
    return false;
}

static bool parse(struct advice *advice, int argc, char **argv) {
    const struct seam_option options[] = {{"--verbose", &advice->verbose},
                                          {"--json", &advice->json},
                                          {"--expected=", &advice->expected_path},
                                          {"--update", &advice->update},
                                          {"--timeout=", &advice->timeout},
                                          {"--jobs=", &advice->jobs_text},
                                          {"--go=", NULL}, /* taken before; for suggestions */
                                          {NULL, NULL}};
    int words = take_releases(advice, argc, argv);
    int n = words < 0 ? -1 : seam_options(words, argv, options);
    if (n < 0 || !seam_option_number("--timeout", advice->timeout, 60, &advice->seconds_max) ||
        !seam_option_number("--jobs", advice->jobs_text, sysconf(_SC_NPROCESSORS_ONLN),
                            &advice->jobs))
        return false;
    advice->jobs = advice->jobs < 1 ? 1 : advice->jobs > JOBS_MAX ? JOBS_MAX : advice->jobs;
    advice->is_named = n > 0;
    for (int i = 1; i <= n; i++)
        if (!choose(advice, argv[i]))
            return false;
    for (int i = 0; i < seam_advice_n_parts() && n == 0; i++)
        advice->chosen[i] = true;
    return true;
}

static const char default_path[] = "corpus/advice/advice.expected";

/* Read the expected table; with --update it may not be there yet. */
static bool read_expected(struct advice *advice) {
    size_t size;
    const char *path = advice->expected_path;
    if (path == NULL && advice->update != NULL)
        path = default_path;
    if (path == NULL) {
        advice->expected = seam_format("%s", seam_advice_expected_here());
        return true;
    }
    if (!seam_input_slurp(path, EXPECTED_MAX, &advice->expected, &size)) {
        if (advice->update == NULL || errno != ENOENT) {
            seam_fail("%s: %s; name the table that seam advice --update wrote", path,
                      strerror(errno));
            return false;
        }
        advice->expected = seam_format("%s", "");
    }
    return seam_advice_expected_check(path, advice->expected);
}

/* --- releases --------------------------------------------------------------------------------- */

static bool has_release(const struct advice *advice, const struct seam_go_release *release) {
    for (int r = 0; r < advice->table.n_releases; r++)
        if (advice->table.releases[r].minor == release->minor)
            return true;
    return false;
}

/* The named releases, or the oldest and the newest; in the order of their numbers. */
static bool find_releases(struct advice *advice) {
    char error[SEAM_GO_ERROR];
    struct seam_go_release found[SEAM_ADVICE_RELEASES_MAX];
    int n = advice->n_where;
    bool ok = true;
    for (int i = 0; ok && i < n; i++)
        ok = seam_go_find(advice->where[i], &found[i], error);
    if (n == 0) {
        n = 2;
        ok = seam_go_find_oldest(&found[0], error) && seam_go_find(NULL, &found[1], error);
    }
    for (int minor = 0; ok && minor < 100; minor++)
        for (int i = 0; i < n; i++)
            if (found[i].minor == minor && !has_release(advice, &found[i]))
                advice->table.releases[advice->table.n_releases++] = found[i];
    if (!ok)
        seam_fail("%s", error);
    return ok;
}

static bool open_labs(struct advice *advice) {
    char error[SEAM_GO_ERROR];
    const char *base = getenv("TMPDIR");
    char *work = seam_format("%s/seam-advice-XXXXXX", base != NULL && *base == '/' ? base : "/tmp");
    if (mkdtemp(work) == NULL) {
        seam_fail("cannot make %s: %s; set TMPDIR to a writable directory", work, strerror(errno));
        free(work);
        return false;
    }
    work_directory = work;
    for (int r = 0; r < advice->table.n_releases; r++) {
        advice->labs[r].seconds_max = (int)advice->seconds_max;
        if (!seam_advice_lab_open(&advice->labs[r], work, &advice->table.releases[r], error)) {
            seam_fail("%s", error);
            return false;
        }
    }
    return true;
}

static void close_labs(struct advice *advice) {
    for (int r = 0; r < advice->table.n_releases; r++)
        seam_advice_lab_close(&advice->labs[r]);
    if (work_directory != NULL)
        seam_remove_tree(work_directory);
    free((char *)(uintptr_t)work_directory);
    work_directory = NULL;
}

/* --- workers ---------------------------------------------------------------------------------- */

/* One piece of work of a stage. */
typedef void piece(struct advice *advice, int i);

static void build_piece(struct advice *advice, int i) {
    seam_advice_build(&advice->labs[i / SEAM_ADVICE_BUILDS], i % SEAM_ADVICE_BUILDS,
                      advice->chosen);
}

static void try_piece(struct advice *advice, int i) {
    int part = i % seam_advice_n_parts(), r = i / seam_advice_n_parts();
    if (advice->chosen[part])
        seam_advice_try(&advice->labs[r], &seam_advice_parts[part],
                        &advice->shared->results[r].part[part]);
}

static void work(struct advice *advice, piece *do_piece, int n) {
    for (;;) {
        int i = __atomic_fetch_add(&advice->shared->next, 1, __ATOMIC_RELAXED);
        if (i >= n)
            return;
        do_piece(advice, i);
        __atomic_fetch_add(&advice->shared->done, 1, __ATOMIC_RELAXED);
    }
}

static int start_workers(struct advice *advice, piece *do_piece, int n) {
    int started = 0;
    fflush(NULL);
    for (int i = 0; i < advice->jobs && i < n; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            signal(SIGINT, SIG_DFL);
            signal(SIGTERM, SIG_DFL);
            work(advice, do_piece, n);
            _exit(0);
        }
        workers[i] = pid;
        started += pid > 0;
    }
    return started;
}

/* Share n pieces out to workers and wait; what takes long is told. False after an error. */
static bool run_stage(struct advice *advice, piece *do_piece, int n, const char *what) {
    advice->shared->next = advice->shared->done = 0;
    int left = start_workers(advice, do_piece, n), told = -1;
    if (left == 0) {
        seam_fail("cannot start a process: %s", strerror(errno));
        return false;
    }
    for (int ticks = 1; left > 0; ticks++) {
        for (int i = 0; i < JOBS_MAX; i++)
            if (workers[i] > 0 && waitpid(workers[i], NULL, WNOHANG) == workers[i]) {
                workers[i] = 0;
                left--;
            }
        nanosleep(&(struct timespec){0, 20000000}, NULL);
        int done = advice->shared->done;
        if (ticks % (50 * PROGRESS_SECONDS) == 0 && done != told)
            fprintf(stderr, "seam: %s: %d of %d\n", what, told = done, n);
    }
    return true;
}

/* --- printing --------------------------------------------------------------------------------- */

static void print_all(const struct advice *advice) {
    bool wants_parts = advice->verbose != NULL || advice->is_named;
    for (const struct seam_advice_claim *claim = seam_advice_claims; claim->id != NULL; claim++)
        if (!is_chosen(advice, claim))
            continue;
        else if (advice->json != NULL)
            seam_advice_print_json(stdout, &advice->table, claim);
        else
            seam_advice_print_text(stdout, &advice->table, claim, wants_parts);
}

/* --- the end ---------------------------------------------------------------------------------- */

/* What the machine lacks: one line, and no table. */
static bool is_usable(const struct advice *advice) {
    for (int r = 0; r < advice->table.n_releases; r++)
        for (int i = 0; i < seam_advice_n_parts(); i++)
            if (advice->shared->results[r].part[i].is_broken) {
                seam_fail("%s", advice->shared->results[r].part[i].evidence);
                return false;
            }
    return true;
}

/* Tell how a part differs from the table; is there a difference? A release that the table does not
 * know cannot differ, but what could not be seen is always told. */
static bool tell_difference(const struct advice *advice, int r, int i) {
    const struct seam_advice_part *part = &seam_advice_parts[i];
    const struct seam_advice_result *result = &advice->shared->results[r].part[i];
    struct seam_advice_result expected =
        seam_advice_expected(advice->expected, part, advice->table.releases[r].minor);
    bool is_known = expected.outcome != SEAM_ADVICE_unknown;
    bool is_same =
        expected.outcome == result->outcome && strcmp(expected.evidence, result->evidence) == 0;
    if (result->outcome != SEAM_ADVICE_unknown && (!is_known || is_same))
        return false;
    fprintf(stderr, "seam: %s %s with %s: %s: %s\n", part->claim, part->part,
            advice->table.releases[r].version, seam_advice_outcome_name(result->outcome),
            result->evidence[0] != '\0' ? result->evidence : "not tried");
    if (is_known)
        fprintf(stderr, "      expected %s: %s\n", seam_advice_outcome_name(expected.outcome),
                expected.evidence);
    return true;
}

static int compare(const struct advice *advice) {
    int differences = 0;
    for (int r = 0; r < advice->table.n_releases; r++)
        for (int i = 0; i < seam_advice_n_parts(); i++)
            if (advice->chosen[i])
                differences += tell_difference(advice, r, i);
    return differences > 0 ? SEAM_FOUND : SEAM_OK;
}

static int update(const struct advice *advice) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return seam_fail("out of memory");
    seam_advice_expected_write(out, advice->expected, &advice->table);
    fclose(out);
    const char *path = advice->expected_path != NULL ? advice->expected_path : default_path;
    bool ok = seam_output_write(path, text, size);
    free(text);
    return ok ? SEAM_OK : SEAM_USAGE;
}

static int run(struct advice *advice) {
    advice->shared = mmap(NULL, sizeof *advice->shared, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (advice->shared == MAP_FAILED)
        return seam_fail("cannot share memory: %s", strerror(errno));
    advice->table.results = advice->shared->results;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    bool ok =
        open_labs(advice) &&
        run_stage(advice, build_piece, advice->table.n_releases * SEAM_ADVICE_BUILDS, "building") &&
        run_stage(advice, try_piece, advice->table.n_releases * seam_advice_n_parts(), "trying");
    close_labs(advice);
    if (!ok || !is_usable(advice))
        return SEAM_USAGE;
    print_all(advice);
    return advice->update != NULL ? update(advice) : compare(advice);
}

int seam_verb_advice(int argc, char **argv) {
    struct advice *advice = calloc(1, sizeof *advice);
    int status = SEAM_USAGE;
    if (advice == NULL)
        return seam_fail("out of memory");
    if (parse(advice, argc, argv) && read_expected(advice) && find_releases(advice))
        status = run(advice);
    free(advice->expected);
    free(advice);
    return status;
}
