/* The worker pool: tasks shared out to processes, several at a time.
 *
 * Everything that forks to run seam's own code does it here: stress, matrix, audit, the programs on
 * real Go, mutants. A task that crashes takes no other task with it, and its end is told. Processes
 * share memory with the parent only through seam_crew_share. They end when the parent does, however
 * it ends.
 *
 * Not for the commands of others (process.h), nor for executors (realgo/gorun.h), nor for a process
 * that answers questions until one kills it (shrink/probe.h). */
#ifndef SEAM_CREW_H
#define SEAM_CREW_H

#include <stdbool.h>
#include <stddef.h>

enum { SEAM_JOBS_MAX = 64 };

/* What became of a task; a larger one is worse. */
enum seam_crew_end {
    SEAM_CREW_waiting,
    SEAM_CREW_running,
    SEAM_CREW_done,
    SEAM_CREW_died,      /* a signal ended its process */
    SEAM_CREW_failed,    /* it met an environment that does not work; an error was printed */
    SEAM_CREW_unstarted, /* no process could be had for it, or another one failed before its turn */
};

struct seam_crew_task {
    enum seam_crew_end end;
    int signal;     /* died: which one */
    int worker;     /* the number of the process that had it (seam_crew_worker) */
    double seconds; /* of the processor in user mode; 0 unless the task has a process of its own */
};

struct seam_crew_progress {
    double seconds; /* since the start */
    int done;       /* tasks that have ended, in whatever way */
    bool is_last;   /* nothing runs any more */
};

/* The functions but `work` may be NULL. */
struct seam_crew {
    int jobs;  /* processes at once, at most SEAM_JOBS_MAX */
    int tasks; /* numbered from 0, begun in that order */
    void *context;
    bool is_alone;   /* each task has a process of its own; else a process takes task after task */
    bool has_groups; /* each process leads a process group, which a signal ends as a whole */

    /* In a worker's process: false if the environment failed. Then no further task is begun. */
    bool (*work)(void *context, int task);

    /* In a worker's process: a handler of SIGTERM, by which seam_crew_clean_up ends it. Other
     * signals of a terminal do not reach the worker then. */
    void (*stop)(int signal);

    /* In the parent: once for each task, soon after its end. */
    void (*ended)(void *context, int task, const struct seam_crew_task *how);

    /* In the parent: each half second on a terminal, each ten elsewhere (or each `interval`, if
     * that is not 0), and once at the end. */
    void (*progress)(void *context, const struct seam_crew_progress *progress);
    double interval;
};

/* Run all tasks; the worst of their ends. */
enum seam_crew_end seam_crew_run(const struct seam_crew *crew);

/* In a worker's process: its number, below `jobs`. No other one that runs has it; of one that has
 * ended, the next that is started may get it. */
int seam_crew_worker(void);

/* From now on SIGINT, SIGTERM and SIGHUP end the crew that runs, remove the directory (borrowed;
 * NULL: none) and end this process. */
void seam_crew_clean_up(const char *directory);

/* Zeroed memory that a crew and its parent share; NULL after an error was printed. Never freed. */
void *seam_crew_share(size_t size);

/* --jobs=N, one a core without it. False after an error was printed. */
bool seam_crew_jobs(const char *option, int *jobs);

#endif
