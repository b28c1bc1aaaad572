#define _GNU_SOURCE
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/format.h"

enum { CANNOT_START = 127, SIGNALLED = 128 };

/* In the child. argv's strings are not written to: execvp's type is older than const. */
static void become(const char *const argv[], const char *directory) {
    if (directory == NULL || chdir(directory) == 0)
        execvp(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(STDERR_FILENO, "cannot start %s: %s\n", argv[0], strerror(errno));
    _exit(CANNOT_START);
}

static int wait_for(pid_t pid) {
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return CANNOT_START;
    return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

/* In the child. */
static bool redirect(const struct seam_process_place *place) {
    int in = place->input != NULL ? open(place->input, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    int out = place->output != NULL
                  ? open(place->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
                  : STDOUT_FILENO;
    if (in < 0 || out < 0)
        return false;
    return dup2(in, STDIN_FILENO) >= 0 &&
           (place->output == NULL ||
            (dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0));
}

int seam_process_run(const char *const argv[], const struct seam_process_place *place) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (!redirect(place))
            _exit(CANNOT_START);
        become(argv, place->directory);
    }
    return pid < 0 ? CANNOT_START : wait_for(pid);
}

/* Wait until the process ends, or so many seconds; false if they are over. */
static bool wait_within(pid_t pid, int seconds, int *status) {
    struct timespec now, pause = {0, 500000};
    clock_gettime(CLOCK_MONOTONIC, &now);
    time_t end = now.tv_sec + seconds;
    while (waitpid(pid, status, WNOHANG) == 0) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > end)
            return false;
        nanosleep(&pause, NULL);
        pause.tv_nsec = pause.tv_nsec < 20000000 ? pause.tv_nsec * 2 : pause.tv_nsec;
    }
    return true;
}

int seam_process_run_within(const char *const argv[], const struct seam_process_place *place,
                            int seconds) {
    int status = 0;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!redirect(place))
            _exit(CANNOT_START);
        become(argv, place->directory);
    }
    if (pid < 0)
        return CANNOT_START;
    setpgid(pid, pid); /* whoever is first */
    bool ended = wait_within(pid, seconds, &status);
    kill(-pid, SIGKILL); /* also what it left running */
    if (!ended)
        waitpid(pid, NULL, 0);
    return !ended ? -1 : WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Read to the end, also of what does not fit, so that the writer is not stopped. */
static void read_all(int fd, char *text, size_t size) {
    char rest[512];
    size_t used = 0;
    for (;;) {
        bool fits = used + 1 < size;
        ssize_t n = fits ? read(fd, text + used, size - 1 - used) : read(fd, rest, sizeof rest);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        if (fits)
            used += (size_t)n;
    }
    text[used] = '\0';
}

bool seam_process_read(const char *const argv[], char *text, size_t size) {
    int ends[2];
    text[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(ends[1], STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        become(argv, NULL);
    }
    close(ends[1]);
    if (pid > 0)
        read_all(ends[0], text, size);
    close(ends[0]);
    return pid > 0 && wait_for(pid) == 0;
}

bool seam_process_exists(const char *command) {
    const char *path = getenv("PATH");
    char *copy = seam_format("%s", path != NULL ? path : "/usr/bin:/bin"), *saved = NULL;
    bool found = false;
    for (char *directory = strtok_r(copy, ":", &saved); directory != NULL && !found;
         directory = strtok_r(NULL, ":", &saved)) {
        char *file = seam_format("%s/%s", directory, command);
        found = access(file, X_OK) == 0;
        free(file);
    }
    free(copy);
    return found;
}
