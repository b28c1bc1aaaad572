/* Promises of the worker pool: every task has one end, which is reported; a crash affects no other
 * task; and nothing is left behind by a kill. */
#define _GNU_SOURCE
#include "base/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/options.h"

/* The system's fork, but that some calls of it fail: as bits, the next call first. */
static unsigned failing;
pid_t fork(void) {
    bool fails = failing & 1;
    failing >>= 1;
    errno = EAGAIN;
    return fails ? -1 : (pid_t)syscall(SYS_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L);
}

/* Memory that is taken while a handler runs, as its blocked signal shows, ends this process with a
 * status of its own. */
enum { TAKES_MEMORY = 99 };
static bool watches_memory;
static void taken(const volatile void *at, size_t size) {
    sigset_t blocked;
    (void)at, (void)size;
    if (watches_memory && sigprocmask(SIG_BLOCK, NULL, &blocked) == 0 &&
        (sigismember(&blocked, SIGTERM) || sigismember(&blocked, SIGINT) ||
         sigismember(&blocked, SIGHUP)))
        _exit(TAKES_MEMORY);
}

/* A sanitizer has malloc and a hook in it; else this is it. */
int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t),
                                              void (*)(const volatile void *))
    __attribute__((weak));
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define IS_SANITIZED 1
#elif defined __has_feature
#define IS_SANITIZED                                                                               \
    (__has_feature(address_sanitizer) || __has_feature(memory_sanitizer) ||                        \
     __has_feature(thread_sanitizer))
#else
#define IS_SANITIZED 0
#endif
#if !IS_SANITIZED
extern void *__libc_malloc(size_t size);
void *malloc(size_t size) {
    taken(NULL, size);
    return __libc_malloc(size);
}
#endif

static void given_back(const volatile void *at) { (void)at; }

enum { TASKS = 20, CRASHING = 3, FAILING = 5 };

static struct shared {
    int runs[TASKS]; /* how often each task was begun */
    pid_t pids[TASKS];
    int workers[TASKS];
    bool was_stopped;
    int shows; /* of progress */
} * shared;

/* What was reported to the parent. */
static struct told {
    int n[TASKS], all;
    struct seam_crew_task how[TASKS];
} told;

static void keep(void *context, int task, const struct seam_crew_task *how) {
    (void)context;
    told.n[task]++;
    told.all++;
    told.how[task] = *how;
}

static bool begin(void *context, int task) {
    (void)context;
    shared->pids[task] = getpid();
    shared->workers[task] = seam_crew_worker();
    __atomic_fetch_add(&shared->runs[task], 1, __ATOMIC_RELAXED);
    return true;
}

static bool crash(void *context, int task) {
    if (begin(context, task) && task == CRASHING)
        raise(SIGKILL);
    return true;
}

static bool fail(void *context, int task) { return begin(context, task) && task != FAILING; }

static struct seam_crew new_crew(bool (*work)(void *, int)) {
    memset(shared, 0, sizeof *shared);
    memset(&told, 0, sizeof told);
    failing = 0; /* the call that was to fail last may never have been made */
    return (struct seam_crew){.jobs = 3, .tasks = TASKS, .work = work, .ended = keep};
}

/* --- every task has one end ------------------------------------------------------------------- */

static void every_task_runs_once_and_is_told_once(bool is_alone) {
    struct seam_crew crew = new_crew(begin);
    crew.is_alone = is_alone;
    expect_int(seam_crew_run(&crew), SEAM_CREW_done);
    for (int i = 0; i < TASKS; i++) {
        expect_int(shared->runs[i], 1);
        expect_int(told.n[i], 1);
        expect_int(told.how[i].end, SEAM_CREW_done);
        expect_true(shared->pids[i] != getpid());
        expect_true(shared->workers[i] == told.how[i].worker && shared->workers[i] < crew.jobs);
        for (int k = 0; k < i && is_alone; k++)
            expect_true(shared->pids[i] != shared->pids[k]);
    }
}

static void what_crashes_takes_no_other_task_with_it(bool is_alone, int jobs) {
    struct seam_crew crew = new_crew(crash);
    crew.is_alone = is_alone;
    crew.jobs = jobs;
    expect_int(seam_crew_run(&crew), SEAM_CREW_died);
    for (int i = 0; i < TASKS; i++)
        expect_int(told.how[i].end, i == CRASHING ? SEAM_CREW_died : SEAM_CREW_done);
    expect_int(told.how[CRASHING].signal, SIGKILL);
    expect_int(told.all, TASKS);
}

static void behind_a_failure_no_task_is_begun(void) {
    struct seam_crew crew = new_crew(fail);
    crew.jobs = 1;
    expect_int(seam_crew_run(&crew), SEAM_CREW_unstarted);
    for (int i = 0; i < TASKS; i++) {
        expect_int(told.how[i].end, i < FAILING    ? SEAM_CREW_done
                                    : i == FAILING ? SEAM_CREW_failed
                                                   : SEAM_CREW_unstarted);
        expect_int(shared->runs[i], i <= FAILING);
    }
    expect_int(told.all, TASKS);
}

/* --- processes that cannot be had ------------------------------------------------------------- */

static void without_any_process_every_task_is_unstarted(void) {
    struct seam_crew crew = new_crew(begin);
    failing = 1;
    expect_int(seam_crew_run(&crew), SEAM_CREW_unstarted);
    for (int i = 0; i < TASKS; i++)
        expect_int(told.how[i].end, SEAM_CREW_unstarted);
    expect_int(told.all, TASKS);
}

static void with_few_processes_every_task_is_done(void) {
    struct seam_crew crew = new_crew(begin);
    failing = 1 << 1;
    expect_int(seam_crew_run(&crew), SEAM_CREW_done);
    expect_int(told.all, TASKS);
}

/* --- progress --------------------------------------------------------------------------------- */

static struct seam_crew_progress last;

static void show(void *context, const struct seam_crew_progress *progress) {
    (void)context;
    shared->shows++;
    expect_true(progress->done >= last.done && !last.is_last);
    last = *progress;
}

/* As long as the parent needs to show progress, however busy the machine is; 60 s at most. */
static bool wait_for_progress(void *context, int task) {
    begin(context, task);
    for (int i = 0; i < 6000 && __atomic_load_n(&shared->shows, __ATOMIC_RELAXED) == 0; i++)
        usleep(10000);
    return true;
}

static void progress_ends_with_all_tasks(void) {
    struct seam_crew crew = new_crew(wait_for_progress);
    crew.progress = show;
    crew.interval = 0.01;
    expect_int(seam_crew_run(&crew), SEAM_CREW_done);
    expect_true(shared->shows > 1 && last.is_last);
    expect_int(last.done, TASKS);
}

/* --- whoever is killed ------------------------------------------------------------------------ */

static bool take_for_ever(void *context, int task) {
    while (begin(context, task))
        pause();
    return true;
}

static void stop(int number) {
    shared->was_stopped = true;
    _exit(number);
}

static bool is_gone(pid_t pid) {
    for (int i = 0; i < 500 && kill(pid, 0) == 0; i++)
        usleep(10000);
    return kill(pid, 0) != 0 && errno == ESRCH;
}

/* A seam with a running crew and a work directory, killed: how did it end? */
static int kill_crew(struct seam_crew *crew, const char *directory, int number) {
    int status;
    *crew = (struct seam_crew){.jobs = 2,
                               .tasks = 2,
                               .work = take_for_ever,
                               .stop = crew->stop,
                               .has_groups = crew->has_groups};
    memset(shared, 0, sizeof *shared);
    pid_t pid = fork();
    if (pid == 0) {
        seam_crew_clean_up(directory);
        watches_memory = true;
        if (__sanitizer_install_malloc_and_free_hooks != NULL)
            __sanitizer_install_malloc_and_free_hooks(taken, given_back);
        _exit((int)seam_crew_run(crew));
    }
    while (shared->pids[0] == 0 || shared->pids[1] == 0)
        usleep(1000);
    kill(pid, number);
    waitpid(pid, &status, 0);
    expect_true(is_gone(shared->pids[0]));
    expect_true(is_gone(shared->pids[1]));
    return status;
}

/* Directories in directories, and more names than one call tells of. */
static void make_tree(const char *top) {
    enum { DIRECTORIES = 3, FILES = 300 };
    char path[8192];
    for (int i = 0; i < DIRECTORIES * FILES; i++) {
        snprintf(path, sizeof path, "%s/%d", top, i / FILES);
        expect_true(i % FILES != 0 || mkdir(path, 0700) == 0);
        snprintf(path, sizeof path, "%s/%d/a name that is not very short %d", top, i / FILES, i);
        expect_int(mknod(path, S_IFREG | 0600, 0), 0);
    }
}

/* Also when it comes while memory is taken: the handler takes none. */
static void a_signal_ends_the_workers_and_removes_the_directory(struct seam_crew crew, int number) {
    const char *base = getenv("TEST_TMPDIR");
    char directory[4096];
    struct stat status;
    snprintf(directory, sizeof directory, "%s/crew-XXXXXX", base != NULL ? base : "/tmp");
    expect_true(mkdtemp(directory) != NULL);
    make_tree(directory);
    int end = kill_crew(&crew, directory, number);
    expect_true(WIFEXITED(end) && WEXITSTATUS(end) == 128 + number);
    expect_true(stat(directory, &status) != 0);
    expect_int(shared->was_stopped, crew.stop != NULL && !crew.has_groups);
}

static void kill_9_ends_the_workers(void) {
    struct seam_crew crew = {0};
    int end = kill_crew(&crew, NULL, SIGKILL);
    expect_true(WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL);
}

int main(void) {
    shared = seam_crew_share(sizeof *shared);
    if (shared == NULL)
        return SEAM_USAGE;
    every_task_runs_once_and_is_told_once(false);
    every_task_runs_once_and_is_told_once(true);
    what_crashes_takes_no_other_task_with_it(false, 3);
    what_crashes_takes_no_other_task_with_it(false, 1);
    what_crashes_takes_no_other_task_with_it(true, 3);
    behind_a_failure_no_task_is_begun();
    without_any_process_every_task_is_unstarted();
    with_few_processes_every_task_is_done();
    progress_ends_with_all_tasks();
    a_signal_ends_the_workers_and_removes_the_directory((struct seam_crew){0}, SIGTERM);
    a_signal_ends_the_workers_and_removes_the_directory((struct seam_crew){.stop = stop}, SIGINT);
    a_signal_ends_the_workers_and_removes_the_directory((struct seam_crew){.has_groups = true},
                                                        SIGHUP);
    kill_9_ends_the_workers();
    return expect_status();
}
