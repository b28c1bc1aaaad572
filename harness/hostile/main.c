/* Promise: whatever is wrong with seam's files, options, surroundings or Go, it ends with status 0,
 * 1 or 2, says in one line what is wrong and what to do, and leaves nothing behind.
 *
 * Prints how many cases were tried and kept, and each broken one.
 *
 * Arguments: SEAM; --every=N: only each Nth case, and none that is slow; --only=TEXT: only cases of
 * that family; --jobs=N. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crew.h"
#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "base/private.h"
#include "hostile/case.h"

struct result {
    bool is_broken;
    char why[HOSTILE_WHY];
};

struct all {
    struct hostile_case *cases; /* owned */
    int n, room, every, seen, kept;
    const char *only;
    char *seam;
    struct result *results; /* shared */
    struct seam_workspace work;
};

static void take(void *context, const struct hostile_case *it) {
    struct all *all = context;
    if (all->only != NULL && strcmp(all->only, it->family) != 0)
        return;
    if (all->seen++ % all->every != 0 || (it->is_slow && all->every > 1))
        return;
    if (all->n == all->room) {
        all->room = 2 * all->room + 256;
        all->cases = realloc(all->cases, (size_t)all->room * sizeof *all->cases);
        if (all->cases == NULL)
            exit(seam_fail("out of memory"));
    }
    all->cases[all->n++] = *it;
}

static bool work(void *context, int task) {
    struct all *all = context;
    struct result *result = &all->results[task];
    char *directory = seam_format("%s/%d", all->work.path, task);
    bool ok = mkdir(directory, 0755) == 0;
    if (ok) {
        result->is_broken =
            hostile_try(&all->cases[task], all->seam, directory, result->why) != NULL;
        ok = chdir("/") == 0 && seam_remove_tree(directory);
    }
    free(directory);
    return ok;
}

static void ended(void *context, int task, const struct seam_crew_task *how) {
    struct all *all = context;
    bool ok = how->end == SEAM_CREW_done && !all->results[task].is_broken;
    all->kept += ok;
    if (ok)
        return;
    printf("BROKEN ");
    hostile_print(&all->cases[task]);
    printf("\n    %s\n", how->end == SEAM_CREW_done ? all->results[task].why : "the test died");
}

static int run(struct all *all, int jobs) {
    hostile_cases(take, all);
    all->results = seam_crew_share((size_t)(all->n + 1) * sizeof *all->results);
    if (all->results == NULL)
        return SEAM_USAGE;
    seam_workspace_sweep(seam_workspace_base(), "seam-hostile");
    if (!seam_workspace_open(&all->work, seam_workspace_base(), "seam-hostile"))
        return seam_fail("%s: %s; set TMPDIR", seam_workspace_base(), strerror(errno));
    seam_crew_clean_up(all->work.path);
    struct seam_crew crew = {.jobs = jobs,
                             .tasks = all->n,
                             .context = all,
                             .is_alone = true,
                             .work = work,
                             .ended = ended};
    seam_crew_run(&crew);
    seam_workspace_close(&all->work);
    printf("%d tried, %d kept\n", all->n, all->kept);
    free(all->cases);
    return all->kept == all->n ? SEAM_OK : SEAM_FOUND;
}

int main(int argc, char **argv) {
    struct all all = {0};
    const char *every = NULL, *jobs_option = NULL;
    const struct seam_option options[] = {
        {"--every=", &every}, {"--only=", &all.only}, {"--jobs=", &jobs_option}, {NULL, NULL}};
    int jobs, n = seam_options(argc, argv, options);
    all.seam = n == 1 ? realpath(argv[1], NULL) : NULL;
    if (n < 0)
        return SEAM_USAGE;
    if (all.seam == NULL)
        return seam_fail("one word is expected: the path of seam");
    if (!seam_option_range("--every", every, 1, 1, 1 << 20, &all.every) ||
        !seam_crew_jobs(jobs_option, &jobs))
        return SEAM_USAGE;
    int status = run(&all, jobs);
    free(all.seam);
    return status;
}
