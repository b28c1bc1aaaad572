#define _GNU_SOURCE
#include "programs/program_verb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crew.h"
#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "base/print.h"
#include "base/sandbox.h"
#include "realgo/gobuild.h"

enum { PROGRESS_SECONDS = 2 };

/* Where programs are built and run; what a killed seam left there, the next one removes. */
#define WORKSPACE "seam-programs"

/* In memory that the workers share. */
struct seam_program_verb_shared {
    struct seam_program_results results[SEAM_PROGRAM_RELEASES_MAX];
};

/* --- options ---------------------------------------------------------------------------------- */

/* How many releases are named; -1 after an error. */
static int count_releases(const char *const *where, const char *name) {
    int n = 0;
    while (where[n] != NULL)
        n++;
    if (n <= SEAM_PROGRAM_RELEASES_MAX)
        return n;
    seam_fail("%s takes at most %d releases", name, SEAM_PROGRAM_RELEASES_MAX);
    return -1;
}

/* The words left are argv[1..n]. */
static bool take_options(struct seam_program_verb *verb, int argc, char **argv, int *n) {
    const char *timeout = NULL, *jobs = NULL;
    struct seam_sandbox_options sandbox = {0};
    const struct seam_option options[] = {{"--verbose", &verb->verbose},
                                          {"--json", &verb->json},
                                          {"--expected=", &verb->expected_path},
                                          {"--update", &verb->update},
                                          {"--timeout=", &timeout},
                                          {"--jobs=", &jobs},
                                          SEAM_SANDBOX_OPTIONS(sandbox),
                                          {"--go=...", verb->where},
                                          {NULL, NULL}};
    *n = seam_options(argc, argv, options);
    return *n >= 0 && (verb->n_where = count_releases(verb->where, argv[0])) >= 0 &&
           seam_option_timeout(timeout, 60, &verb->seconds_max) &&
           seam_crew_jobs(jobs, &verb->jobs) && seam_sandbox_open(&sandbox);
}

bool seam_program_verb_choose(struct seam_program_verb *verb, const char *subject) {
    bool found = false;
    for (int i = 0; i < verb->set->n_programs; i++)
        if (subject == NULL || strcmp(verb->set->programs[i].subject, subject) == 0)
            found = verb->chosen[i] = true;
    return found;
}

bool seam_program_verb_parse(struct seam_program_verb *verb, int argc, char **argv,
                             bool (*choose)(struct seam_program_verb *verb, const char *name)) {
    int n;
    if (!take_options(verb, argc, argv, &n))
        return false;
    verb->is_named = n > 0;
    for (int i = 1; i <= n; i++)
        if (!choose(verb, argv[i]))
            return false;
    return n > 0 || seam_program_verb_choose(verb, NULL);
}

bool seam_program_verb_is_chosen(const struct seam_program_verb *verb, const char *subject) {
    for (int i = 0; i < verb->set->n_programs; i++)
        if (verb->chosen[i] && strcmp(verb->set->programs[i].subject, subject) == 0)
            return true;
    return false;
}

/* Where --update writes; owned by the caller. */
static char *path_of_table(const struct seam_program_verb *verb) {
    const char *name = verb->set->name;
    return verb->expected_path != NULL ? seam_format("%s", verb->expected_path)
                                       : seam_format("corpus/%s/%s.expected", name, name);
}

/* Read the expected table; with --update it may not be there yet. */
static bool read_expected(struct seam_program_verb *verb) {
    if (verb->expected_path == NULL && verb->update == NULL) {
        verb->expected = seam_format("%s", seam_program_expected_here(verb->set));
        return true;
    }
    size_t size;
    char *path = path_of_table(verb);
    bool ok = seam_file_read(path, SEAM_TEXT_FILE_MAX, &verb->expected, &size);
    if (!ok && verb->update != NULL && errno == ENOENT) {
        verb->expected = seam_format("%s", "");
        ok = true;
    } else if (!ok)
        seam_fail("%s: %s; expected a table that seam %s --update wrote", path, strerror(errno),
                  verb->set->name);
    ok = ok && seam_program_expected_check(verb->set, path, verb->expected);
    free(path);
    return ok;
}

/* --- releases --------------------------------------------------------------------------------- */

static bool has_release(const struct seam_program_verb *verb,
                        const struct seam_go_release *release) {
    for (int r = 0; r < verb->table.n_releases; r++)
        if (verb->table.releases[r].minor == release->minor)
            return true;
    return false;
}

/* The named releases, or the oldest and the newest; in the order of their numbers. */
static bool find_releases(struct seam_program_verb *verb) {
    char error[SEAM_GO_ERROR];
    struct seam_go_release found[SEAM_PROGRAM_RELEASES_MAX];
    int n = verb->n_where;
    bool ok = true;
    for (int i = 0; ok && i < n; i++)
        ok = seam_go_find(verb->where[i], &found[i], error);
    if (n == 0) {
        n = 2;
        ok = seam_go_find_oldest(&found[0], error) && seam_go_find(NULL, &found[1], error);
    }
    for (int minor = 0; ok && minor < 100; minor++)
        for (int i = 0; i < n; i++)
            if (found[i].minor == minor && !has_release(verb, &found[i]))
                verb->table.releases[verb->table.n_releases++] = found[i];
    if (!ok)
        seam_fail("%s", error);
    return ok;
}

static bool open_trees(struct seam_program_verb *verb) {
    char error[SEAM_GO_ERROR];
    const char *base = seam_workspace_base();
    seam_workspace_sweep(base, WORKSPACE);
    if (!seam_workspace_open(&verb->workspace, base, WORKSPACE)) {
        seam_fail("cannot make a directory in %s: %s; set TMPDIR to a writable directory", base,
                  strerror(errno));
        return false;
    }
    seam_crew_clean_up(verb->workspace.path);
    if (!seam_private_runs(verb->workspace.path)) {
        seam_fail("%s is mounted noexec, so no program can run there; set TMPDIR to a directory "
                  "where programs can run",
                  base);
        return false;
    }
    for (int r = 0; r < verb->table.n_releases; r++) {
        verb->trees[r].seconds_max = verb->seconds_max;
        if (!seam_program_tree_open(&verb->trees[r], verb->set, verb->workspace.path,
                                    &verb->table.releases[r], error)) {
            seam_fail("%s", error);
            return false;
        }
    }
    return true;
}

static void close_trees(struct seam_program_verb *verb) {
    for (int r = 0; r < verb->table.n_releases; r++)
        seam_program_tree_close(&verb->trees[r]);
    seam_crew_clean_up(NULL);
    seam_workspace_close(&verb->workspace);
}

/* --- workers ---------------------------------------------------------------------------------- */

static bool is_tried(const struct seam_program_verb *verb, int r, int program) {
    return verb->chosen[program] &&
           seam_program_applies(&verb->set->programs[program], verb->table.releases[r].minor);
}

static bool build_task(void *context, int i) {
    const struct seam_program_verb *verb = context;
    seam_program_build(&verb->trees[i / SEAM_PROGRAM_BUILDS], i % SEAM_PROGRAM_BUILDS,
                       verb->chosen);
    return true;
}

static bool try_task(void *context, int i) {
    struct seam_program_verb *verb = context;
    int program = i % verb->set->n_programs, r = i / verb->set->n_programs;
    if (is_tried(verb, r, program))
        seam_program_try(&verb->trees[r], &verb->set->programs[program],
                         &verb->shared->results[r].part[program]);
    return true;
}

struct stage {
    const char *what; /* for who waits */
    int tasks, told;
    struct seam_program_verb *verb;
    bool (*work)(void *verb, int task);
};

static bool work(void *context, int task) {
    const struct stage *stage = context;
    return stage->work(stage->verb, task);
}

static void show_progress(void *context, const struct seam_crew_progress *progress) {
    struct stage *stage = context;
    if (!progress->is_last && progress->done != stage->told)
        fprintf(stderr, "seam: %s: %d of %d\n", stage->what, stage->told = progress->done,
                stage->tasks);
}

/* Share the tasks out to workers and wait; what takes long is told. False after an error. A worker
 * that dies leaves its program unknown. */
static bool run_stage(struct seam_program_verb *verb, bool (*do_task)(void *verb, int task),
                      int tasks, const char *what) {
    struct stage stage = {what, tasks, -1, verb, do_task};
    return seam_crew_run(&(struct seam_crew){.jobs = verb->jobs,
                                             .tasks = tasks,
                                             .context = &stage,
                                             .work = work,
                                             .progress = show_progress,
                                             .interval = PROGRESS_SECONDS}) <= SEAM_CREW_died;
}

/* --- the end ---------------------------------------------------------------------------------- */

/* If the machine lacks something, say so in one line and print no table. */
static bool is_usable(const struct seam_program_verb *verb) {
    for (int r = 0; r < verb->table.n_releases; r++)
        for (int i = 0; i < verb->set->n_programs; i++)
            if (verb->shared->results[r].part[i].is_broken) {
                seam_fail("%s", verb->shared->results[r].part[i].evidence);
                return false;
            }
    return true;
}

/* Print how a part differs from the table; is there a difference? A release that the table does not
 * know cannot differ, but what could not be measured is always reported. */
static bool tell_difference(const struct seam_program_verb *verb, int r, int i) {
    const struct seam_program *program = &verb->set->programs[i];
    const struct seam_program_result *result = &verb->shared->results[r].part[i];
    struct seam_program_result expected =
        seam_program_expected(verb->expected, program, verb->table.releases[r].minor);
    bool is_known = expected.outcome != SEAM_PROGRAM_unknown;
    bool is_same =
        expected.outcome == result->outcome && strcmp(expected.evidence, result->evidence) == 0;
    if (result->outcome != SEAM_PROGRAM_unknown && (!is_known || is_same))
        return false;
    fprintf(stderr, "seam: %s %s with %s: %s: ", program->subject, program->part,
            verb->table.releases[r].version, seam_program_outcome_name(result->outcome));
    seam_print_line(stderr, result->evidence[0] != '\0' ? result->evidence : "not run");
    if (is_known) {
        fprintf(stderr, "\n      expected %s: ", seam_program_outcome_name(expected.outcome));
        seam_print_line(stderr, expected.evidence);
    }
    fputc('\n', stderr);
    return true;
}

static int compare(const struct seam_program_verb *verb) {
    int differences = 0;
    for (int r = 0; r < verb->table.n_releases; r++)
        for (int i = 0; i < verb->set->n_programs; i++)
            if (is_tried(verb, r, i))
                differences += tell_difference(verb, r, i);
    return differences > 0 ? SEAM_FOUND : SEAM_OK;
}

static int update(const struct seam_program_verb *verb) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return seam_fail("out of memory");
    seam_program_expected_write(out, verb->set, verb->expected, &verb->table);
    fclose(out);
    char *path = path_of_table(verb);
    bool ok = seam_file_write(path, text, size);
    free(path);
    free(text);
    return ok ? SEAM_OK : SEAM_USAGE;
}

static int run(struct seam_program_verb *verb, void (*print)(const struct seam_program_verb *)) {
    verb->shared = seam_crew_share(sizeof *verb->shared);
    if (verb->shared == NULL)
        return SEAM_USAGE;
    verb->table.results = verb->shared->results;
    seam_crew_clean_up(NULL);
    bool ok =
        open_trees(verb) &&
        run_stage(verb, build_task, verb->table.n_releases * SEAM_PROGRAM_BUILDS, "building") &&
        run_stage(verb, try_task, verb->table.n_releases * verb->set->n_programs, "running");
    close_trees(verb);
    if (!ok || !is_usable(verb))
        return SEAM_USAGE;
    print(verb);
    return verb->update != NULL ? update(verb) : compare(verb);
}

int seam_program_verb_run(struct seam_program_verb *verb,
                          void (*print)(const struct seam_program_verb *)) {
    int status = SEAM_USAGE;
    if (read_expected(verb) && find_releases(verb))
        status = run(verb, print);
    free(verb->expected);
    return status;
}
