#define _GNU_SOURCE
#include "base/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/options.h"

double seam_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void *seam_crew_share(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        return memory;
    seam_fail("cannot share memory: %s", strerror(errno));
    return NULL;
}

bool seam_crew_jobs(const char *option, int *jobs) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long long wanted;
    if (!seam_option_number("--jobs", option,
                            cores < 1               ? 1
                            : cores > SEAM_JOBS_MAX ? SEAM_JOBS_MAX
                                                    : cores,
                            &wanted))
        return false;
    if (wanted < 1 || wanted > SEAM_JOBS_MAX) {
        seam_fail("--jobs is from 1 to %d", SEAM_JOBS_MAX);
        return false;
    }
    *jobs = (int)wanted;
    return true;
}

static bool start(const struct seam_crew *crew, pid_t *workers) {
    pid_t parent = getpid();
    fflush(stdout);
    for (int i = 0; i < crew->jobs; i++) {
        workers[i] = fork();
        if (workers[i] < 0) {
            seam_fail("cannot start a worker: %s", strerror(errno));
            return false;
        }
        if (workers[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != parent)
                _exit(SEAM_USAGE);
            fclose(stdin);
            _exit(crew->work(crew->context, i) ? SEAM_OK : SEAM_USAGE);
        }
    }
    return true;
}

/* What the end of one process means for the crew. */
static enum seam_crew_end reap(const struct seam_crew *crew, const pid_t *workers, pid_t pid,
                               int status) {
    int i = 0;
    while (i < crew->jobs && workers[i] != pid)
        i++;
    if (i == crew->jobs)
        return SEAM_CREW_done;
    if (WIFSIGNALED(status)) {
        crew->died(crew->context, i, WTERMSIG(status));
        return SEAM_CREW_died;
    }
    return WEXITSTATUS(status) == 0 ? SEAM_CREW_done : SEAM_CREW_failed;
}

enum seam_crew_end seam_crew_run(const struct seam_crew *crew) {
    pid_t workers[SEAM_JOBS_MAX];
    double begin = seam_now(), shown = begin;
    enum seam_crew_end end = SEAM_CREW_done;
    if (!start(crew, workers))
        return SEAM_CREW_failed;
    for (int left = crew->jobs; left > 0;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid > 0) {
            enum seam_crew_end one = reap(crew, workers, pid, status);
            end = one > end ? one : end;
            left--;
            continue;
        }
        usleep(20000);
        if (seam_now() - shown > (isatty(STDERR_FILENO) ? 0.5 : 10)) {
            shown = seam_now();
            crew->progress(crew->context, shown - begin, false);
        }
    }
    crew->progress(crew->context, seam_now() - begin, true);
    return end;
}
