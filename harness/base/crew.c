#define _GNU_SOURCE
#include "base/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/options.h"
#include "base/process.h"

void *seam_crew_share(size_t size) {
    void *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory != MAP_FAILED)
        return memory;
    seam_fail("cannot share memory: %s", strerror(errno));
    return NULL;
}

bool seam_crew_jobs(const char *option, int *jobs) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int fallback = cores < 1 ? 1 : cores > SEAM_JOBS_MAX ? SEAM_JOBS_MAX : (int)cores;
    return seam_option_range("--jobs", option, fallback, 1, SEAM_JOBS_MAX, jobs);
}

/* --- signals ---------------------------------------------------------------------------------- */

static const int handled[] = {SIGINT, SIGTERM, SIGHUP};
enum { N_HANDLED = sizeof handled / sizeof *handled };

/* What the handler needs: the running processes (0: none), and what they leave behind. */
static volatile pid_t processes[SEAM_JOBS_MAX];
static volatile bool are_leaders; /* each of them leads a process group */
static const char *volatile left_behind;
static bool is_handling;

/* First nothing may run that still writes files; then they are removed. Only what is safe in a
 * handler is called here: system calls, and what makes nothing but those. */
static void on_signal(int number) {
    seam_process_stop();
    for (int i = 0; i < SEAM_JOBS_MAX; i++)
        if (processes[i] > 0)
            kill(are_leaders ? -processes[i] : processes[i], SIGTERM);
    for (int i = 0; i < SEAM_JOBS_MAX; i++)
        if (processes[i] > 0)
            waitpid(processes[i], NULL, 0);
    if (left_behind != NULL)
        seam_remove_tree(left_behind);
    _exit(128 + number);
}

void seam_crew_clean_up(const char *directory) {
    left_behind = directory;
    for (int i = 0; i < N_HANDLED && !is_handling; i++)
        signal(handled[i], on_signal);
    is_handling = true;
}

static void block_signals(sigset_t *before) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < N_HANDLED; i++)
        sigaddset(&set, handled[i]);
    sigprocmask(SIG_BLOCK, &set, before);
}

/* In a worker: what it runs ends with it. */
static void end_worker(int number) {
    seam_process_stop();
    _exit(128 + number);
}

/* In a worker. */
static void set_handlers(const struct seam_crew *crew) {
    for (int i = 0; i < N_HANDLED; i++)
        if (crew->stop != NULL)
            signal(handled[i], handled[i] == SIGTERM ? crew->stop : SIG_IGN);
        else if (is_handling)
            signal(handled[i], end_worker);
}

/* --- the queue -------------------------------------------------------------------------------- */

/* In memory that the parent and the workers share. */
struct queue {
    int next;              /* the first task not yet taken */
    int at[SEAM_JOBS_MAX]; /* the task that each process has, or had last */
    struct seam_crew_task tasks[];
};

struct run {
    const struct seam_crew *crew;
    struct queue *queue;
    int pending; /* a task that waits for a process; -1: none */
    int running; /* processes */
    int told;    /* tasks */
    enum seam_crew_end worst;
};

/* The next task; crew->tasks or more if there is none. */
static int take(struct queue *queue) {
    return __atomic_fetch_add(&queue->next, 1, __ATOMIC_RELAXED);
}

static void close_queue(const struct seam_crew *crew, struct queue *queue) {
    __atomic_store_n(&queue->next, crew->tasks, __ATOMIC_RELAXED);
}

static void set_end(struct seam_crew_task *task, enum seam_crew_end end) {
    __atomic_store_n(&task->end, end, __ATOMIC_RELEASE);
}

static enum seam_crew_end end_of(const struct seam_crew_task *task) {
    return __atomic_load_n(&task->end, __ATOMIC_ACQUIRE);
}

/* --- a worker --------------------------------------------------------------------------------- */

static int own_slot;

int seam_crew_worker(void) { return own_slot; }

/* Does this task, and those after it; the status of the process. */
static int work(const struct seam_crew *crew, struct queue *queue, int slot) {
    for (int task = queue->at[slot]; task < crew->tasks; task = take(queue)) {
        queue->at[slot] = task;
        queue->tasks[task].worker = slot;
        set_end(&queue->tasks[task], SEAM_CREW_running);
        bool ok = crew->work(crew->context, task);
        if (!ok)
            close_queue(crew, queue);
        if (!ok || crew->is_alone) /* the parent says what became of it */
            return ok ? SEAM_OK : SEAM_USAGE;
        set_end(&queue->tasks[task], SEAM_CREW_done);
    }
    return SEAM_OK;
}

static void become_worker(const struct run *run, int slot, pid_t parent, const sigset_t *mask) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (run->crew->has_groups)
        setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(SEAM_USAGE);
    own_slot = slot;
    set_handlers(run->crew);
    sigprocmask(SIG_SETMASK, mask, NULL);
    if (null > STDIN_FILENO) {
        dup2(null, STDIN_FILENO);
        close(null);
    }
    _exit(work(run->crew, run->queue, slot));
}

/* --- the parent ------------------------------------------------------------------------------- */

/* Is there a task to be begun? It waits in `pending`. */
static bool claim(struct run *run) {
    if (run->pending < 0 &&
        __atomic_load_n(&run->queue->next, __ATOMIC_RELAXED) < run->crew->tasks) {
        int task = take(run->queue);
        run->pending = task < run->crew->tasks ? task : -1;
    }
    return run->pending >= 0;
}

/* Start a process with the pending task; false with errno if there cannot be one now. */
static bool start(struct run *run) {
    int slot = 0;
    sigset_t before;
    pid_t parent = getpid();
    while (processes[slot] != 0)
        slot++;
    run->queue->at[slot] = run->pending;
    fflush(NULL);
    block_signals(&before);
    pid_t pid = fork();
    if (pid == 0)
        become_worker(run, slot, parent, &before);
    if (pid > 0) {
        if (run->crew->has_groups)
            setpgid(pid, pid); /* whichever is first */
        processes[slot] = pid;
        run->pending = -1;
        run->running++;
    }
    int why = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = why;
    return pid > 0;
}

/* Keep as many processes running as are allowed. If none can be started, give up. */
static void start_some(struct run *run) {
    while (run->running < run->crew->jobs && claim(run))
        if (!start(run)) {
            if (run->running > 0)
                return; /* one of them ends, and then there is room */
            seam_fail("cannot start a worker: %s", strerror(errno));
            run->pending = -1;
            close_queue(run->crew, run->queue);
        }
}

/* A process has ended: what does it mean for the task that it had? */
static void finish(struct run *run, int slot, int status, const struct rusage *usage) {
    struct seam_crew_task *task = &run->queue->tasks[run->queue->at[slot]];
    processes[slot] = 0;
    run->running--;
    if (end_of(task) == SEAM_CREW_done)
        return;
    if (run->crew->is_alone)
        task->seconds = (double)usage->ru_utime.tv_sec + (double)usage->ru_utime.tv_usec * 1e-6;
    task->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    set_end(task, task->signal != 0          ? SEAM_CREW_died
                  : WEXITSTATUS(status) != 0 ? SEAM_CREW_failed
                                             : SEAM_CREW_done);
}

/* Has a process ended? */
static bool reap(struct run *run) {
    int status;
    struct rusage usage;
    bool has_ended = false;
    for (int slot = 0; slot < SEAM_JOBS_MAX; slot++)
        if (processes[slot] > 0 &&
            wait4(processes[slot], &status, WNOHANG, &usage) == processes[slot]) {
            finish(run, slot, status, &usage);
            has_ended = true;
        }
    return has_ended;
}

/* Tell of the tasks that have ended since; `is_told` has one flag a task. */
static void tell(struct run *run, bool *is_told) {
    const struct seam_crew *crew = run->crew;
    for (int i = 0; i < crew->tasks; i++) {
        const struct seam_crew_task *task = &run->queue->tasks[i];
        enum seam_crew_end end = end_of(task);
        if (is_told[i] || end <= SEAM_CREW_running)
            continue;
        is_told[i] = true;
        run->told++;
        run->worst = end > run->worst ? end : run->worst;
        if (crew->ended != NULL)
            crew->ended(crew->context, i, task);
    }
}

static void show(const struct run *run, double seconds, bool is_last) {
    if (run->crew->progress != NULL)
        run->crew->progress(run->crew->context,
                            &(struct seam_crew_progress){seconds, run->told, is_last});
}

/* Start, wait and tell until nothing runs and nothing is left. */
static void run_all(struct run *run, bool *is_told) {
    const struct seam_crew *crew = run->crew;
    double begin = seam_now(), shown = begin;
    double interval = crew->interval > 0 ? crew->interval : isatty(STDERR_FILENO) ? 0.5 : 10;
    enum { SHORTEST = 500, LONGEST = 20000 }; /* microseconds */
    useconds_t pause = SHORTEST;
    for (start_some(run); run->running > 0; start_some(run)) {
        bool has_ended = reap(run);
        tell(run, is_told);
        pause = has_ended ? SHORTEST : pause < LONGEST ? 2 * pause : pause;
        if (!has_ended)
            usleep(pause);
        if (seam_now() - shown > interval)
            show(run, (shown = seam_now()) - begin, false);
    }
    for (int i = 0; i < crew->tasks; i++)
        if (end_of(&run->queue->tasks[i]) <= SEAM_CREW_running)
            set_end(&run->queue->tasks[i], SEAM_CREW_unstarted);
    tell(run, is_told);
    show(run, seam_now() - begin, true);
}

enum seam_crew_end seam_crew_run(const struct seam_crew *crew) {
    size_t n = (size_t)crew->tasks,
           size = sizeof(struct queue) + n * (sizeof(struct seam_crew_task) + sizeof(bool));
    struct run run = {
        .crew = crew, .queue = seam_crew_share(size), .pending = -1, .worst = SEAM_CREW_done};
    if (run.queue == NULL)
        return SEAM_CREW_failed;
    are_leaders = crew->has_groups;
    run_all(&run, (bool *)(run.queue->tasks + n));
    munmap(run.queue, size);
    return run.worst;
}
