#define _GNU_SOURCE
#include "book/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "realgo/gobuild.h"

enum { EXPECTED_MAX = 1 << 20, PROGRESS_SECONDS = 2 };

/* In memory that the workers share. */
struct seam_session_shared {
    struct seam_trial_results results[SEAM_TRIAL_RELEASES_MAX];
};

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
    if (*n < 0 || !seam_option_timeout(timeout, 60, &session->seconds_max) ||
        !seam_crew_jobs(jobs, &session->jobs))
        return false;
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
    seam_crew_clean_up(session->work = work);
    for (int r = 0; r < session->table.n_releases; r++) {
        session->labs[r].seconds_max = session->seconds_max;
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
    if (session->work != NULL)
        seam_remove_tree(session->work);
    seam_crew_clean_up(NULL);
    free(session->work);
    session->work = NULL;
}

/* --- workers ---------------------------------------------------------------------------------- */

static bool is_tried(const struct seam_session *session, int r, int trial) {
    return session->chosen[trial] &&
           seam_trial_applies(&session->book->trials[trial], session->table.releases[r].minor);
}

static bool build_task(void *context, int i) {
    const struct seam_session *session = context;
    seam_trial_build(&session->labs[i / SEAM_TRIAL_BUILDS], i % SEAM_TRIAL_BUILDS, session->chosen);
    return true;
}

static bool try_task(void *context, int i) {
    struct seam_session *session = context;
    int trial = i % session->book->n_trials, r = i / session->book->n_trials;
    if (is_tried(session, r, trial))
        seam_trial_try(&session->labs[r], &session->book->trials[trial],
                       &session->shared->results[r].part[trial]);
    return true;
}

struct stage {
    const char *what; /* for who waits */
    int tasks, told;
    struct seam_session *session;
    bool (*work)(void *session, int task);
};

static bool work(void *context, int task) {
    const struct stage *stage = context;
    return stage->work(stage->session, task);
}

static void show_progress(void *context, const struct seam_crew_progress *progress) {
    struct stage *stage = context;
    if (!progress->is_last && progress->done != stage->told)
        fprintf(stderr, "seam: %s: %d of %d\n", stage->what, stage->told = progress->done,
                stage->tasks);
}

/* Share the tasks out to workers and wait; what takes long is told. False after an error. A worker
 * that dies leaves its trial unknown. */
static bool run_stage(struct seam_session *session, bool (*do_task)(void *session, int task),
                      int tasks, const char *what) {
    struct stage stage = {what, tasks, -1, session, do_task};
    return seam_crew_run(&(struct seam_crew){.jobs = session->jobs,
                                             .tasks = tasks,
                                             .context = &stage,
                                             .work = work,
                                             .progress = show_progress,
                                             .interval = PROGRESS_SECONDS}) <= SEAM_CREW_died;
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
    session->shared = seam_crew_share(sizeof *session->shared);
    if (session->shared == NULL)
        return SEAM_USAGE;
    session->table.results = session->shared->results;
    seam_crew_clean_up(NULL);
    bool ok =
        open_labs(session) &&
        run_stage(session, build_task, session->table.n_releases * SEAM_TRIAL_BUILDS, "building") &&
        run_stage(session, try_task, session->table.n_releases * session->book->n_trials, "trying");
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
