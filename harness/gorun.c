#define _GNU_SOURCE
#include "gorun.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "check.h"

enum { START_TIMEOUT_MS = 20000, RUN_TIMEOUT_MS = 10000, PATH_SIZE = 512 };

struct seam_go {
    char path[PATH_SIZE];
    int minor;
    enum seam_flavor flavor;
    int timeout_ms;
    struct seam_channel *channel;
    int channel_fd, stderr_fd;
    pid_t pid; /* 0: not running */
    int to, from;
};

/* --- the process ------------------------------------------------------------------------------ */

/* The recipe for a deterministic runtime: one P, no preemption by signals, no collector of its own,
 * stacks that only grow. */
static void set_environment(const struct seam_go *go) {
    bool by_environment = go->flavor == SEAM_FLAVOR_cgocheck2 && go->minor <= 20;
    setenv("GODEBUG",
           by_environment ? "asyncpreemptoff=1,gcshrinkstackoff=1,cgocheck=2"
                          : "asyncpreemptoff=1,gcshrinkstackoff=1",
           1);
    setenv("GOMAXPROCS", "1", 1);
    setenv("GOGC", "off", 1);
    setenv("GOTRACEBACK", "none", 1);
    unsetenv("GOMEMLIMIT");
    setenv("ASAN_OPTIONS", "detect_leaks=0:symbolize=0:abort_on_error=0", 1);
}

/* In the child: standard input is the parent's request pipe, the rest as channel.h says. */
static void become_executor(const struct seam_go *go, int in, int out) {
    int null = open("/dev/null", O_WRONLY);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(go->stderr_fd, STDERR_FILENO);
    dup2(out, SEAM_ANSWER_FD);
    dup2(go->channel_fd, SEAM_CHANNEL_FD);
    set_environment(go);
    execl(go->path, go->path, (char *)NULL);
    dprintf(STDERR_FILENO, "cannot start %s: %s\n", go->path, strerror(errno));
    _exit(127);
}

/* Descriptors far from those that the child's are moved to. */
static bool high_pipe(int ends[2]) {
    int low[2];
    if (pipe(low) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 10);
        close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

/* Wait for the one-byte answer. 1: it came, 0: the process has closed the pipe, -1: time-out. */
static int wait_answer(const struct seam_go *go, int timeout_ms) {
    struct pollfd answer = {go->from, POLLIN, 0};
    char byte;
    int ready;
    do
        ready = poll(&answer, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return -1;
    return read(go->from, &byte, 1) == 1 ? 1 : 0;
}

static void stop(struct seam_go *go) {
    if (go->pid == 0)
        return;
    close(go->to);
    close(go->from);
    kill(go->pid, SIGKILL);
    while (waitpid(go->pid, NULL, 0) < 0 && errno == EINTR) {}
    go->pid = 0;
}

static bool start(struct seam_go *go) {
    int to[2], from[2];
    if (!high_pipe(to) || !high_pipe(from) || ftruncate(go->stderr_fd, 0) != 0)
        return false;
    lseek(go->stderr_fd, 0, SEEK_SET);
    go->channel->version = 0;
    go->pid = fork();
    if (go->pid == 0)
        become_executor(go, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    go->to = to[1];
    go->from = from[0];
    if (go->pid < 0) {
        go->pid = 0;
        return false;
    }
    if (wait_answer(go, START_TIMEOUT_MS) == 1 && go->channel->version == SEAM_CHANNEL_VERSION)
        return true;
    stop(go);
    return false;
}

/* --- what the process said -------------------------------------------------------------------- */

/* Find the line that says why the process died; without one, the first line. */
static void read_last_words(const struct seam_go *go, struct seam_outcome *outcome) {
    static char text[1 << 16];
    ssize_t size = pread(go->stderr_fd, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    outcome->symptom = SEAM_SYMPTOM_none;
    seam_copy_stable(outcome->message, sizeof outcome->message, "died without a word");
    char *saved = NULL;
    bool first = true;
    for (char *line = strtok_r(text, "\n", &saved); line != NULL;
         line = strtok_r(NULL, "\n", &saved)) {
        enum seam_symptom symptom = seam_symptom_of_line(line);
        if (first || symptom != SEAM_SYMPTOM_none || strncmp(line, "fatal error:", 12) == 0)
            seam_copy_stable(outcome->message, sizeof outcome->message, line);
        first = false;
        outcome->symptom = symptom;
        if (symptom != SEAM_SYMPTOM_none)
            return;
    }
}

/* --- the interface ---------------------------------------------------------------------------- */

static int high_memory_file(const char *name) {
    int low = memfd_create(name, MFD_CLOEXEC);
    int high = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 10);
    if (low >= 0)
        close(low);
    return high;
}

struct seam_go *seam_go_open_executor(const char *path, int minor, enum seam_flavor flavor,
                                      char error[SEAM_GO_ERROR]) {
    struct seam_go *go = calloc(1, sizeof *go);
    seam_assert(go != NULL && strlen(path) < sizeof go->path);
    strcpy(go->path, path);
    go->minor = minor;
    go->flavor = flavor;
    go->timeout_ms = RUN_TIMEOUT_MS;
    go->channel_fd = high_memory_file("seam-channel");
    go->stderr_fd = high_memory_file("seam-stderr");
    signal(SIGPIPE, SIG_IGN);
    if (go->channel_fd >= 0 && go->stderr_fd >= 0 &&
        ftruncate(go->channel_fd, sizeof *go->channel) == 0)
        go->channel =
            mmap(NULL, sizeof *go->channel, PROT_READ | PROT_WRITE, MAP_SHARED, go->channel_fd, 0);
    if (go->channel == NULL || go->channel == MAP_FAILED) {
        snprintf(error, SEAM_GO_ERROR, "cannot share memory with the executor: %s",
                 strerror(errno));
        free(go);
        return NULL;
    }
    if (!start(go)) {
        struct seam_outcome outcome;
        read_last_words(go, &outcome);
        snprintf(error, SEAM_GO_ERROR, "the Go executor %.120s does not start: %.120s", path,
                 outcome.message);
        seam_go_close(go);
        return NULL;
    }
    return go;
}

int seam_go_minor(const struct seam_go *go) { return go->minor; }
enum seam_flavor seam_go_flavor(const struct seam_go *go) { return go->flavor; }

void seam_go_set_timeout(struct seam_go *go, int milliseconds) { go->timeout_ms = milliseconds; }

void seam_go_restart(struct seam_go *go) { stop(go); }

void seam_go_close(struct seam_go *go) {
    stop(go);
    munmap(go->channel, sizeof *go->channel);
    close(go->channel_fd);
    close(go->stderr_fd);
    free(go);
}

static void copy_program(struct seam_program *to, const struct seam_program *from) {
    size_t n = (size_t)from->n_steps;
    to->n_steps = from->n_steps;
    memcpy(to->steps, from->steps, n * sizeof *to->steps);
    memcpy(to->last_go, from->last_go, n * sizeof *to->last_go);
    memcpy(to->last_pinner, from->last_pinner, n * sizeof *to->last_pinner);
}

/* The executor may have died at any point, so nothing in the channel is trusted to be in range. */
static void copy_trace(struct seam_trace *to, const struct seam_trace *from) {
    to->n = from->n < 0 || from->n > SEAM_EVENTS_MAX ? 0 : from->n;
    memcpy(to->events, from->events, (size_t)to->n * sizeof *to->events);
}

bool seam_go_run(struct seam_go *go, const struct seam_program *program, int limit,
                 struct seam_outcome *outcome) {
    if (go->pid == 0 && !start(go))
        return false;
    struct seam_channel *channel = go->channel;
    copy_program(&channel->program, program);
    channel->limit = limit;
    channel->step = 0;
    channel->trace.n = 0;
    int answer = write(go->to, "", 1) == 1 ? wait_answer(go, go->timeout_ms) : 0;
    copy_trace(&outcome->trace, &channel->trace);
    outcome->step = channel->step;
    outcome->symptom = SEAM_SYMPTOM_none;
    outcome->message[0] = '\0';
    if (answer == 1) {
        outcome->how = channel->stopped ? SEAM_HOW_stopped : SEAM_HOW_finished;
        if (channel->stopped) {
            seam_copy_stable(outcome->message, sizeof outcome->message, channel->message);
            outcome->symptom = seam_symptom_of_line(channel->message);
        }
        if (channel->retire)
            stop(go);
        return true;
    }
    outcome->how = answer == 0 ? SEAM_HOW_stopped : SEAM_HOW_hung;
    stop(go);
    if (outcome->how == SEAM_HOW_stopped)
        read_last_words(go, outcome);
    else
        snprintf(outcome->message, sizeof outcome->message, "no answer within %d ms",
                 go->timeout_ms);
    return true;
}
