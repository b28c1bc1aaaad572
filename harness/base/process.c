#define _GNU_SOURCE
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/format.h"
#include "base/sandbox.h"

enum { CANNOT_START = 127, SIGNALLED = 128 };

/* Process groups that run now, for seam_process_stop; 0: none. One process runs few at once. */
static volatile pid_t groups[8];
enum { GROUPS = sizeof groups / sizeof *groups };

static void replace_group(pid_t from, pid_t to) {
    int i = 0;
    while (i < GROUPS && groups[i] != from)
        i++;
    if (i < GROUPS)
        groups[i] = to;
}

void seam_process_stop(void) {
    for (int i = 0; i < GROUPS; i++)
        if (groups[i] > 0)
            kill(-groups[i], SIGKILL);
}

/* --- starting --------------------------------------------------------------------------------- */

/* NAME=VALUE, with a name as Go and C compilers have them. */
static bool is_assignment(const char *word) {
    size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return n > 0 && word[n] == '=';
}

/* In the child. argv's strings are not written to: the types of putenv and execvp are older than
 * const. */
static void become(const char *const argv[], const char *directory) {
    signal(SIGXFSZ, SIG_DFL);
    while (argv[1] != NULL && is_assignment(argv[0]))
        putenv((char *)(uintptr_t)*argv++);
    if (directory == NULL || chdir(directory) == 0)
        execvp(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(STDERR_FILENO, "cannot start %s: %s\n", argv[0], strerror(errno));
    _exit(CANNOT_START);
}

/* In the child: descriptors become 0, 1 and 2, whichever of those they are already. */
static bool redirect(int in, int out, int error) {
    return in >= 0 && out >= 0 && error >= 0 && dup2(in, STDIN_FILENO) >= 0 &&
           dup2(out, STDOUT_FILENO) >= 0 && dup2(error, STDERR_FILENO) >= 0;
}

/* In the child: as the place says, or the two outputs to the descriptors that are given. */
static bool go_to(const struct seam_process_place *place, int out, int error) {
    const char *input = place != NULL ? place->input : NULL;
    int in = open(input != NULL ? input : "/dev/null", O_RDONLY | O_CLOEXEC);
    if (place != NULL && place->output != NULL)
        out = error = open(place->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return redirect(in, out, error);
}

/* A child in a process group of its own, which ends with us; its id, or -1. Without a place it is a
 * question, which goes to the user's own commands as they are: some gain privileges when they
 * start. */
static pid_t start(const char *const argv[], const struct seam_process_place *place, int out,
                   int error) {
    pid_t parent = getpid();
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        if (!go_to(place, out, error))
            _exit(CANNOT_START);
        if (place != NULL)
            seam_sandbox_enter(place->confinement);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(CANNOT_START);
        become(argv, place != NULL ? place->directory : NULL);
    }
    if (pid > 0) {
        setpgid(pid, pid); /* whichever is first */
        replace_group(0, pid);
    }
    return pid;
}

/* What the child left running ends with it, or with the time. */
static int finish(pid_t pid, bool ended, int status) {
    kill(-pid, SIGKILL);
    if (!ended)
        waitpid(pid, &status, 0);
    replace_group(pid, 0);
    if (!ended)
        return SEAM_PROCESS_LATE;
    return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

/* --- waiting ---------------------------------------------------------------------------------- */

/* Has the child ended? One that cannot be waited for has. */
static bool has_ended(pid_t pid, int *status) {
    pid_t ended = waitpid(pid, status, WNOHANG);
    if (ended < 0 && errno != EINTR)
        *status = CANNOT_START << 8;
    return ended > 0 || (ended < 0 && errno != EINTR);
}

int seam_process_run(const char *const argv[], const struct seam_process_place *place) {
    int seconds = place->seconds > 0 ? place->seconds : SEAM_PROCESS_BUILD;
    struct timespec pause = {0, 500000};
    if (place->confinement != 0)
        seam_sandbox_record(argv, place->directory, place->confinement);
    pid_t pid = start(argv, place, STDOUT_FILENO, STDERR_FILENO);
    int status = 0;
    bool ended = false;
    if (pid < 0)
        return CANNOT_START;
    for (double end = seam_now() + seconds; !ended && seam_now() < end;) {
        ended = has_ended(pid, &status);
        if (!ended)
            nanosleep(&pause, NULL);
        pause.tv_nsec = pause.tv_nsec < 20000000 ? pause.tv_nsec * 2 : pause.tv_nsec;
    }
    return finish(pid, ended, status);
}

/* Read what is there now; false at the end, or when nothing more fits. */
static bool read_some(int fd, char *text, size_t size, size_t *used) {
    ssize_t n;
    while (*used + 1 < size && (n = read(fd, text + *used, size - 1 - *used)) != 0) {
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        *used += (size_t)n;
    }
    return false;
}

/* Read until the child has ended, whoever else holds its output; false if it did not, or prints
 * more than fits. */
static bool read_answer(pid_t pid, int fd, char *text, size_t size, int *status) {
    size_t used = 0;
    bool ended = false, more = true;
    for (double end = seam_now() + SEAM_PROCESS_QUESTION; !ended && seam_now() < end;) {
        poll(&(struct pollfd){more ? fd : -1, POLLIN, 0}, 1, 10);
        ended = has_ended(pid, status); /* first: what it said before is in the pipe */
        more = more && read_some(fd, text, size, &used);
        if (used + 1 == size)
            break;
    }
    text[used] = '\0';
    return ended && used + 1 < size;
}

bool seam_process_read(const char *const argv[], char *text, size_t size) {
    int ends[2], status = 0;
    text[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    pid_t pid = start(argv, NULL, ends[1], null);
    close(null);
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    bool ok = pid > 0 && read_answer(pid, ends[0], text, size, &status);
    close(ends[0]);
    return pid > 0 && finish(pid, ok, status) == 0 && ok;
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
