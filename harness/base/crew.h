/* One job done by several processes: start them, show progress, wait, name the one that died.
 *
 * A crew's processes share memory with the parent only through seam_crew_share. They end when the
 * parent does, however it ends. Not for programs of others: process.h. */
#ifndef SEAM_CREW_H
#define SEAM_CREW_H

#include <stdbool.h>
#include <stddef.h>

enum { SEAM_JOBS_MAX = 64 };

struct seam_crew {
    int jobs; /* at most SEAM_JOBS_MAX */
    void *context;
    /* In the process of a worker, counted from 0: false if the environment failed. */
    bool (*work)(void *context, int worker);
    /* In the parent, now and then, and once at the end. */
    void (*progress)(void *context, double seconds, bool last);
    /* In the parent: a worker was ended by a signal. */
    void (*died)(void *context, int worker, int signal);
};

enum seam_crew_end { SEAM_CREW_done, SEAM_CREW_died, SEAM_CREW_failed };

/* Run it. `failed`: a worker, or the start of one, met an environment that does not work, and an
 * error was printed. `died`: one was ended by a signal, and told so. */
enum seam_crew_end seam_crew_run(const struct seam_crew *crew);

/* Zeroed memory that a crew and its parent share; NULL after an error was printed. Never freed. */
void *seam_crew_share(size_t size);

/* --jobs=N, one a core without it. False after an error was printed. */
bool seam_crew_jobs(const char *option, int *jobs);

/* Seconds of a clock that only goes forward. */
double seam_now(void);

#endif
