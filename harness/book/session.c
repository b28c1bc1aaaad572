#define _GNU_SOURCE
#include "book/session.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "realgo/gobuild.h"

enum { JOBS_MAX = 64, EXPECTED_MAX = 1 << 20, PROGRESS_SECONDS = 2 };

/* In memory that the workers share. */
struct seam_session_shared {
    int next, done;
    struct seam_trial_results results[SEAM_TRIAL_RELEASES_MAX];
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
static int take_releases(struct seam_session *session, int argc, char **argv) {
    int n = 0;
    for (int i = 0; i < argc; i++) {
        bool is_word = strcmp(argv[i], "--go") == 0 && i + 1 < argc;
        if (!is_word && strncmp(argv[i], "--go=", 5) != 0) {
            argv[n++] = argv[i];
            continue;
        }
        if (session->n_where == SEAM_TRIAL_RELEASES_MAX) {
            seam_fail("%s takes %d releases at most", argv[0], SEAM_TRIAL_RELEASES_MAX);
            return -1;
        }
        session->where[session->n_where++] = is_word ? argv[++i] : argv[i] + 5;
    }
    return n;
}

/* The words left are argv[1..n]. */
static bool take_options(struct seam_session *session, int argc, char **argv, int *n) {
    const char *timeout = NULL, *jobs = NULL;
    const struct seam_option options[] = {{"--verbose", &session->verbose},
                                          {"--json", &session->json},
                                          {"--expected=", &session->expected_path},
                                          {"--update", &session->update},
                                          {"--timeout=", &timeout},
                                          {"--jobs=", &jobs},
                                          {"--go=", NULL}, /* taken before; for suggestions */
                                          {NULL, NULL}};
    int words = take_releases(session, argc, argv);
    *n = words < 0 ? -1 : seam_options(words, argv, options);
    if (*n < 0 || !seam_option_number("--timeout", timeout, 60, &session->seconds_max) ||
        !seam_option_number("--jobs", jobs, sysconf(_SC_NPROCESSORS_ONLN), &session->jobs))
        return false;
    session->jobs = session->jobs < 1 ? 1 : session->jobs > JOBS_MAX ? JOBS_MAX : session->jobs;
    return true;
}

bool seam_session_choose(struct seam_session *session, const char *subject) {
    bool found = false;
    for (int i = 0; i < session->book->n_trials; i++)
        if (subject == NULL || strcmp(session->book->trials[i].subject, subject) == 0)
            found = session->chosen[i] = true;
    return found;
}

bool seam_session_parse(struct seam_session *session, int argc, char **argv,
                        bool (*choose)(struct seam_session *session, const char *name)) {
    int n;
    if (!take_options(session, argc, argv, &n))
        return false;
    session->is_named = n > 0;
    for (int i = 1; i <= n; i++)
        if (!choose(session, argv[i]))
            return false;
    return n > 0 || seam_session_choose(session, NULL);
}

bool seam_session_is_chosen(const struct seam_session *session, const char *subject) {
    for (int i = 0; i < session->book->n_trials; i++)
        if (session->chosen[i] && strcmp(session->book->trials[i].subject, subject) == 0)
            return true;
    return false;
}

/* Where --update writes; owned by the caller. */
static char *path_of_table(const struct seam_session *session) {
    const char *name = session->book->name;
    return session->expected_path != NULL ? seam_format("%s", session->expected_path)
                                          : seam_format("corpus/%s/%s.expected", name, name);
}

/* Read the expected table; with --update it may not be there yet. */
static bool read_expected(struct seam_session *session) {
    if (session->expected_path == NULL && session->update == NULL) {
        session->expected = seam_format("%s", seam_trial_expected_here(session->book));
        return true;
    }
    size_t size;
    char *path = path_of_table(session);
    bool ok = seam_file_read(path, EXPECTED_MAX, &session->expected, &size);
    if (!ok && session->update != NULL && errno == ENOENT) {
        session->expected = seam_format("%s", "");
        ok = true;
    } else if (!ok)
        seam_fail("%s: %s; name the table that seam %s --update wrote", path, strerror(errno),
                  session->book->name);
    ok = ok && seam_trial_expected_check(session->book, path, session->expected);
    free(path);
    return ok;
}

/* --- releases --------------------------------------------------------------------------------- */

static bool has_release(const struct seam_session *session, const struct seam_go_release *release) {
    for (int r = 0; r < session->table.n_releases; r++)
        if (session->table.releases[r].minor == release->minor)
            return true;
    return false;
}

/* The named releases, or the oldest and the newest; in the order of their numbers. */
static bool find_releases(struct seam_session *session) {
    char error[SEAM_GO_ERROR];
    struct seam_go_release found[SEAM_TRIAL_RELEASES_MAX];
    int n = session->n_where;
    bool ok = true;
    for (int i = 0; ok && i < n; i++)
        ok = seam_go_find(session->where[i], &found[i], error);
    if (n == 0) {
        n = 2;
        ok = seam_go_find_oldest(&found[0], error) && seam_go_find(NULL, &found[1], error);
    }
    for (int minor = 0; ok && minor < 100; minor++)
        for (int i = 0; i < n; i++)
            if (found[i].minor == minor && !has_release(session, &found[i]))
                session->table.releases[session->table.n_releases++] = found[i];
    if (!ok)
        seam_fail("%s", error);
    return ok;
}

static bool open_labs(struct seam_session *session) {
    char error[SEAM_GO_ERROR];
    const char *base = getenv("TMPDIR");
    char *work = seam_format("%s/seam-%s-XXXXXX", base != NULL && *base == '/' ? base : "/tmp",
                             session->book->name);
    if (mkdtemp(work) == NULL) {
        seam_fail("cannot make %s: %s; set TMPDIR to a writable directory", work, strerror(errno));
        free(work);
        return false;
    }
    work_directory = work;
    for (int r = 0; r < session->table.n_releases; r++) {
        session->labs[r].seconds_max = (int)session->seconds_max;
        if (!seam_trial_lab_open(&session->labs[r], session->book, work,
                                 &session->table.releases[r], error)) {
            seam_fail("%s", error);
            return false;
        }
    }
    return true;
}

static void close_labs(struct seam_session *session) {
    for (int r = 0; r < session->table.n_releases; r++)
        seam_trial_lab_close(&session->labs[r]);
    if (work_directory != NULL)
        seam_remove_tree(work_directory);
    free((char *)(uintptr_t)work_directory);
    work_directory = NULL;
}

/* --- workers ---------------------------------------------------------------------------------- */

/* One piece of work of a stage. */
typedef void piece(struct seam_session *session, int i);

static bool is_tried(const struct seam_session *session, int r, int trial) {
    return session->chosen[trial] &&
           seam_trial_applies(&session->book->trials[trial], session->table.releases[r].minor);
}

static void build_piece(struct seam_session *session, int i) {
    seam_trial_build(&session->labs[i / SEAM_TRIAL_BUILDS], i % SEAM_TRIAL_BUILDS, session->chosen);
}

static void try_piece(struct seam_session *session, int i) {
    int trial = i % session->book->n_trials, r = i / session->book->n_trials;
    if (is_tried(session, r, trial))
        seam_trial_try(&session->labs[r], &session->book->trials[trial],
                       &session->shared->results[r].part[trial]);
}

static void work(struct seam_session *session, piece *do_piece, int n) {
    for (;;) {
        int i = __atomic_fetch_add(&session->shared->next, 1, __ATOMIC_RELAXED);
        if (i >= n)
            return;
        do_piece(session, i);
        __atomic_fetch_add(&session->shared->done, 1, __ATOMIC_RELAXED);
    }
}

static int start_workers(struct seam_session *session, piece *do_piece, int n) {
    int started = 0;
    fflush(NULL);
    for (int i = 0; i < session->jobs && i < n; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            signal(SIGINT, SIG_DFL);
            signal(SIGTERM, SIG_DFL);
            work(session, do_piece, n);
            _exit(0);
        }
        workers[i] = pid;
        started += pid > 0;
    }
    return started;
}

/* Share n pieces out to workers and wait; what takes long is told. False after an error. */
static bool run_stage(struct seam_session *session, piece *do_piece, int n, const char *what) {
    session->shared->next = session->shared->done = 0;
    int left = start_workers(session, do_piece, n), told = -1;
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
        int done = session->shared->done;
        if (ticks % (50 * PROGRESS_SECONDS) == 0 && done != told)
            fprintf(stderr, "seam: %s: %d of %d\n", what, told = done, n);
    }
    return true;
}

/* --- the end ---------------------------------------------------------------------------------- */

/* What the machine lacks: one line, and no table. */
static bool is_usable(const struct seam_session *session) {
    for (int r = 0; r < session->table.n_releases; r++)
        for (int i = 0; i < session->book->n_trials; i++)
            if (session->shared->results[r].part[i].is_broken) {
                seam_fail("%s", session->shared->results[r].part[i].evidence);
                return false;
            }
    return true;
}

/* Tell how a part differs from the table; is there a difference? A release that the table does not
 * know cannot differ, but what could not be seen is always told. */
static bool tell_difference(const struct seam_session *session, int r, int i) {
    const struct seam_trial *trial = &session->book->trials[i];
    const struct seam_trial_result *result = &session->shared->results[r].part[i];
    struct seam_trial_result expected =
        seam_trial_expected(session->expected, trial, session->table.releases[r].minor);
    bool is_known = expected.outcome != SEAM_TRIAL_unknown;
    bool is_same =
        expected.outcome == result->outcome && strcmp(expected.evidence, result->evidence) == 0;
    if (result->outcome != SEAM_TRIAL_unknown && (!is_known || is_same))
        return false;
    fprintf(stderr, "seam: %s %s with %s: %s: %s\n", trial->subject, trial->part,
            session->table.releases[r].version, seam_trial_outcome_name(result->outcome),
            result->evidence[0] != '\0' ? result->evidence : "not tried");
    if (is_known)
        fprintf(stderr, "      expected %s: %s\n", seam_trial_outcome_name(expected.outcome),
                expected.evidence);
    return true;
}

static int compare(const struct seam_session *session) {
    int differences = 0;
    for (int r = 0; r < session->table.n_releases; r++)
        for (int i = 0; i < session->book->n_trials; i++)
            if (is_tried(session, r, i))
                differences += tell_difference(session, r, i);
    return differences > 0 ? SEAM_FOUND : SEAM_OK;
}

static int update(const struct seam_session *session) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return seam_fail("out of memory");
    seam_trial_expected_write(out, session->book, session->expected, &session->table);
    fclose(out);
    char *path = path_of_table(session);
    bool ok = seam_file_write(path, text, size);
    free(path);
    free(text);
    return ok ? SEAM_OK : SEAM_USAGE;
}

static int run(struct seam_session *session, void (*print)(const struct seam_session *)) {
    session->shared = mmap(NULL, sizeof *session->shared, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (session->shared == MAP_FAILED)
        return seam_fail("cannot share memory: %s", strerror(errno));
    session->table.results = session->shared->results;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    bool ok = open_labs(session) &&
              run_stage(session, build_piece, session->table.n_releases * SEAM_TRIAL_BUILDS,
                        "building") &&
              run_stage(session, try_piece, session->table.n_releases * session->book->n_trials,
                        "trying");
    close_labs(session);
    if (!ok || !is_usable(session))
        return SEAM_USAGE;
    print(session);
    return session->update != NULL ? update(session) : compare(session);
}

int seam_session_run(struct seam_session *session, void (*print)(const struct seam_session *)) {
    int status = SEAM_USAGE;
    if (read_expected(session) && find_releases(session))
        status = run(session, print);
    free(session->expected);
    return status;
}
