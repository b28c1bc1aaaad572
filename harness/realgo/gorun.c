/* An executor's processes: a pipe and shared memory to each (channel.h), deaths, restarts.
 *
 * Not here: building executors (gobuild.c); what a symptom means (judge/symptom.c). A dead process
 * is replaced by one that was started before; `start` is the only place that waits for one. */
#define _GNU_SOURCE
#include "realgo/gorun.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/sandbox.h"
#include "judge/symptom.h"
#include "realgo/channel.h"

enum { START_TIMEOUT_MS = 20000, PATH_SIZE = 512 };

/* One process and what it shares with this one. */
struct process {
    struct seam_channel *channel;
    int channel_fd, stderr_fd;
    pid_t pid;  /* 0: none */
    bool alive; /* launched, and not ended by us; `to` and `from` are open */
    bool ready; /* it has said so */
    int to, from;
};

/* From the first death on there are two processes: a spare starts while the other one runs. */
struct seam_go {
    char path[PATH_SIZE];
    int minor;
    enum seam_flavor flavor;
    unsigned confinement; /* bits of base/sandbox.h */
    int timeout_ms;
    bool goes_on;             /* follows what ASan reports */
    bool cannot_look;         /* LeakSanitizer has failed */
    const char **environment; /* of the processes; ends with NULL */
    struct process both[2], *now;
    struct seam_go_cost cost;
};

/* --- the process ------------------------------------------------------------------------------ */

#define ASAN_OPTIONS "ASAN_OPTIONS=symbolize=0:abort_on_error=0:color=never:print_legend=0"
#define GODEBUG "GODEBUG=asyncpreemptoff=1,gcshrinkstackoff=1"

static bool looks_for_leaks(const struct seam_go *go) {
    return seam_flavor_sees_leaks(go->flavor, go->minor) && !go->cannot_look;
}

/* Is it a variable that set_environment sets or leaves out? */
static bool is_ours(const char *variable) {
    static const char *const names[] = {
        "GODEBUG=",    "GOMAXPROCS=",   "GOGC=",        "GOTRACEBACK=",
        "GOMEMLIMIT=", "ASAN_OPTIONS=", "LSAN_OPTIONS="};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* The recipe for a deterministic runtime: one P, no preemption by signals, no collector of its own,
 * stacks that only grow. Where LeakSanitizer looks, no stack of a goroutine that has ended is kept
 * for the next one: whatever it holds would count. The other variables are the user's; the strings
 * are not owned. */
static void set_environment(struct seam_go *go) {
    bool by_environment = go->flavor == SEAM_FLAVOR_cgocheck2 && go->minor <= 20;
    bool looks = seam_flavor_sees_leaks(go->flavor, go->minor);
    size_t n = 0;
    while (environ[n] != NULL)
        n++;
    free(go->environment);
    go->environment = calloc(n + 7, sizeof *go->environment);
    seam_assert(go->environment != NULL);
    const char **to = go->environment;
    *to++ = by_environment ? GODEBUG ",cgocheck=2"
            : looks        ? GODEBUG ",adaptivestackstart=0"
                           : GODEBUG;
    *to++ = "GOMAXPROCS=1";
    *to++ = "GOGC=off";
    *to++ = "GOTRACEBACK=none";
    /* Only the first line of a report is read. */
    *to++ = go->goes_on ? ASAN_OPTIONS ":halt_on_error=0:suppress_equal_pcs=0" : ASAN_OPTIONS;
    *to++ = looks ? "LSAN_OPTIONS=detect_leaks=1:report_objects=1" : "LSAN_OPTIONS=detect_leaks=0";
    for (size_t i = 0; i < n; i++)
        if (!is_ours(environ[i]))
            *to++ = environ[i];
}

/* In the child, whose memory is the parent's: standard input is the parent's request pipe, the rest
 * as channel.h says. */
static void become_executor(const struct seam_go *go, const struct process *process, int in,
                            int out) {
    int null = open("/dev/null", O_WRONLY);
    dup2(in, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(process->stderr_fd, STDERR_FILENO);
    dup2(out, SEAM_ANSWER_FD);
    dup2(process->channel_fd, SEAM_CHANNEL_FD);
    seam_sandbox_enter(go->confinement);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execve(go->path, (char *[]){(char *)(uintptr_t)go->path, NULL},
           (char **)(uintptr_t)go->environment);
    dprintf(STDERR_FILENO, "cannot start %s: %s\n", go->path, strerror(errno));
    _exit(127);
}

/* vfork: one scenario in five ends its process, and fork copies page tables for each. A function of
 * its own, because what is in registers there may be lost. */
static pid_t spawn(const struct seam_go *go, const struct process *process, int in, int out) {
    pid_t pid = vfork();
    if (pid == 0)
        become_executor(go, process, in, out);
    return pid;
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
static int wait_answer(const struct process *process, int timeout_ms) {
    struct pollfd answer = {process->from, POLLIN, 0};
    char byte;
    int ready;
    do
        ready = poll(&answer, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return -1;
    return read(process->from, &byte, 1) == 1 ? 1 : 0;
}

/* End it, without waiting until it is gone. What it has said stays. */
static void dismiss(struct process *process) {
    if (!process->alive)
        return;
    close(process->to);
    close(process->from);
    kill(process->pid, SIGKILL);
    process->alive = process->ready = false;
}

static uint64_t microseconds_of(const struct timeval *t) {
    return (uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_usec;
}

static void reap(struct seam_go *go, struct process *process) {
    struct rusage used = {0};
    if (process->pid != 0)
        while (wait4(process->pid, NULL, 0, &used) < 0 && errno == EINTR) {}
    process->pid = 0;
    go->cost.processor += microseconds_of(&used.ru_utime) + microseconds_of(&used.ru_stime);
}

/* Start a process; it will say when it is ready. */
static bool launch(struct seam_go *go, struct process *process) {
    int to[2], from[2];
    reap(go, process);
    if (!high_pipe(to) || !high_pipe(from) || ftruncate(process->stderr_fd, 0) != 0)
        return false;
    lseek(process->stderr_fd, 0, SEEK_SET);
    process->channel->version = 0;
    process->channel->goes_on = go->goes_on;
    process->pid = spawn(go, process, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    process->to = to[1];
    process->from = from[0];
    process->alive = process->pid > 0;
    process->ready = false;
    if (process->alive)
        return true;
    process->pid = 0;
    close(to[1]);
    close(from[0]);
    return false;
}

static uint64_t microseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static struct process *other_of(struct seam_go *go) { return &go->both[go->now == go->both]; }

/* Have a process that is ready, and after a death another one on its way. */
static bool start(struct seam_go *go) {
    struct process *process = go->now, *other = other_of(go);
    if (process->ready)
        return true;
    uint64_t begin = microseconds();
    if (!process->alive && !launch(go, process))
        return false;
    if (wait_answer(process, START_TIMEOUT_MS) != 1 ||
        process->channel->version != SEAM_CHANNEL_VERSION) {
        dismiss(process);
        return false;
    }
    process->ready = true;
    go->cost.starts++;
    if (go->cost.starts > 1 && !other->alive && !launch(go, other))
        return false;
    go->cost.starting += microseconds() - begin;
    return true;
}

/* The process that runs is done; the next scenario gets the other one. */
static void change(struct seam_go *go) {
    dismiss(go->now);
    go->now = other_of(go);
}

/* --- what the process said -------------------------------------------------------------------- */

/* Find the line that says why the process died; without one, the first line. */
static void read_last_words(const struct process *process, struct seam_outcome *outcome) {
    static char text[1 << 16];
    ssize_t size = pread(process->stderr_fd, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    outcome->symptom = SEAM_SYMPTOM_none;
    seam_copy_stable(outcome->message, sizeof outcome->message, "exited silently");
    char *saved = NULL;
    bool first = true;
    for (char *line = strtok_r(text, "\n", &saved); line != NULL;
         line = strtok_r(NULL, "\n", &saved)) {
        enum seam_symptom symptom = seam_symptom_of_line(line);
        if (first || symptom != SEAM_SYMPTOM_none || strncmp(line, "fatal error:", 12) == 0 ||
            strstr(line, "ERROR: ") != NULL)
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

static bool share(struct process *process) {
    struct seam_channel *channel = MAP_FAILED;
    process->channel_fd = high_memory_file("seam-channel");
    process->stderr_fd = high_memory_file("seam-stderr");
    if (process->channel_fd >= 0 && process->stderr_fd >= 0 &&
        ftruncate(process->channel_fd, sizeof *channel) == 0)
        channel =
            mmap(NULL, sizeof *channel, PROT_READ | PROT_WRITE, MAP_SHARED, process->channel_fd, 0);
    process->channel = channel == MAP_FAILED ? NULL : channel;
    return process->channel != NULL;
}

static struct seam_go *open_at(const char *path, int minor, enum seam_flavor flavor,
                               unsigned confinement, char error[SEAM_GO_ERROR]) {
    struct seam_go *go = calloc(1, sizeof *go);
    seam_assert(go != NULL && strlen(path) < sizeof go->path);
    strcpy(go->path, path);
    go->minor = minor;
    go->flavor = flavor;
    go->confinement = confinement | SEAM_FREQUENT;
    go->timeout_ms = SEAM_GO_TIMEOUT;
    go->now = go->both;
    seam_sandbox_record((const char *const[]){go->path, NULL}, NULL, confinement);
    signal(SIGPIPE, SIG_IGN);
    if (!share(&go->both[0]) || !share(&go->both[1])) {
        snprintf(error, SEAM_GO_ERROR, "cannot share memory with the executor: %s",
                 strerror(errno));
        free(go);
        return NULL;
    }
    set_environment(go);
    if (!start(go)) {
        struct seam_outcome outcome;
        read_last_words(go->now, &outcome);
        snprintf(error, SEAM_GO_ERROR,
                 "the Go executor %.120s does not start: %.120s; build one with seam executor",
                 path, outcome.message);
        seam_go_close(go);
        return NULL;
    }
    return go;
}

/* How it was built, its flavor need not tell. */
struct seam_go *seam_go_open_executor(const char *path, int minor, enum seam_flavor flavor,
                                      char error[SEAM_GO_ERROR]) {
    return open_at(path, minor, flavor, SEAM_CONFINED | SEAM_SANITIZED, error);
}

struct seam_go *seam_go_open(const struct seam_go_release *release, enum seam_flavor flavor,
                             void (*progress)(const char *what), char error[SEAM_GO_ERROR]) {
    char *path = seam_go_ensure_executor(release, flavor, progress, error);
    unsigned how = SEAM_CONFINED | (seam_go_maps_shadow(flavor) ? SEAM_SANITIZED : 0);
    struct seam_go *go = path != NULL ? open_at(path, release->minor, flavor, how, error) : NULL;
    free(path);
    return go;
}

int seam_go_minor(const struct seam_go *go) { return go->minor; }
enum seam_flavor seam_go_flavor(const struct seam_go *go) { return go->flavor; }

void seam_go_set_timeout(struct seam_go *go, int milliseconds) { go->timeout_ms = milliseconds; }

/* Processor time of a process that is not reaped yet. */
static uint64_t processor_time(const struct process *process) {
    clockid_t clock;
    struct timespec t = {0, 0};
    if (process->pid == 0 || clock_getcpuclockid(process->pid, &clock) != 0 ||
        clock_gettime(clock, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

struct seam_go_cost seam_go_cost(const struct seam_go *go) {
    struct seam_go_cost cost = go->cost;
    cost.processor += processor_time(&go->both[0]) + processor_time(&go->both[1]);
    return cost;
}

void seam_go_restart(struct seam_go *go) { change(go); }

void seam_go_survive_reports(struct seam_go *go) {
    go->goes_on = true;
    set_environment(go);
    if (go->flavor == SEAM_FLAVOR_asan)
        change(go);
}

void seam_go_close(struct seam_go *go) {
    for (struct process *process = go->both; process < go->both + 2; process++) {
        dismiss(process);
        reap(go, process);
        munmap(process->channel, sizeof *process->channel);
        close(process->channel_fd);
        close(process->stderr_fd);
    }
    free(go->environment);
    free(go);
}

static void copy_scenario(struct seam_scenario *to, const struct seam_scenario *from) {
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

/* What an answer means, or that there is none. A checker that spoke before the process died has
 * been heard. */
static void read_answer(const struct seam_go *go, int answer, struct seam_outcome *outcome) {
    const struct seam_channel *channel = go->now->channel;
    if (answer >= 0 && channel->stopped) {
        outcome->how = SEAM_HOW_stopped;
        seam_copy_stable(outcome->message, sizeof outcome->message, channel->message);
        outcome->symptom = seam_symptom_of_line(channel->message);
    } else if (answer == 1) {
        outcome->how = SEAM_HOW_finished;
    } else if (answer == 0) {
        outcome->how = SEAM_HOW_stopped;
        read_last_words(go->now, outcome);
    } else {
        outcome->how = SEAM_HOW_hung;
        snprintf(outcome->message, sizeof outcome->message, "no answer within %d ms",
                 go->timeout_ms);
    }
}

static void name_leaks(struct seam_outcome *outcome) {
    int n = 0;
    for (int c = 0; c < SEAM_C_MAX; c++)
        if (outcome->leaked >> c & 1)
            n += snprintf(outcome->message + n, sizeof outcome->message - (size_t)n, "%s c%d",
                          n == 0 ? "LeakSanitizer: detected memory leaks:" : ",", c);
}

/* LeakSanitizer ends the process if it cannot run; then the scenario was over, and it is not asked
 * again. */
static void read_leaks(struct seam_go *go, int answer, struct seam_outcome *outcome) {
    const struct seam_channel *channel = go->now->channel;
    outcome->leaked = 0;
    if (answer == 0 && channel->look == SEAM_LOOK_began) {
        outcome->how = SEAM_HOW_finished;
        outcome->symptom = SEAM_SYMPTOM_none;
        go->cannot_look = true;
    }
    bool whole = outcome->how == SEAM_HOW_finished && channel->limit == channel->scenario.n_steps;
    outcome->leaks = go->cannot_look && whole ? SEAM_LEAKS_unseen : SEAM_LEAKS_unasked;
    if (outcome->leaks == SEAM_LEAKS_unseen)
        strcpy(outcome->message, "LeakSanitizer cannot run here, leaks are not judged");
    if (answer != 1 || channel->look != SEAM_LOOK_done)
        return;
    outcome->leaks = SEAM_LEAKS_seen;
    outcome->leaked = channel->leaked & ((1u << SEAM_C_MAX) - 1);
    name_leaks(outcome);
}

bool seam_go_run(struct seam_go *go, const struct seam_scenario *scenario, int limit,
                 struct seam_outcome *outcome) {
    if (!start(go))
        return false;
    struct process *process = go->now;
    struct seam_channel *channel = process->channel;
    copy_scenario(&channel->scenario, scenario);
    channel->limit = limit;
    channel->looks = looks_for_leaks(go) && limit == scenario->n_steps;
    channel->step = channel->stopped = 0;
    channel->look = SEAM_LOOK_none;
    channel->trace.n = 0;
    channel->collections = channel->collecting = channel->answering = 0;
    int answer = write(process->to, "", 1) == 1 ? wait_answer(process, go->timeout_ms) : 0;
    copy_trace(&outcome->trace, &channel->trace);
    outcome->step = channel->step;
    outcome->symptom = SEAM_SYMPTOM_none;
    outcome->message[0] = '\0';
    read_answer(go, answer, outcome);
    read_leaks(go, answer, outcome);
    go->cost.collections += (uint64_t)channel->collections;
    go->cost.collecting += (uint64_t)channel->collecting;
    go->cost.answering += (uint64_t)channel->answering;
    if (answer != 1 || channel->retire)
        change(go);
    return true;
}
