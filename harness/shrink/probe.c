#define _GNU_SOURCE
#include "shrink/probe.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/options.h"

enum { ANSWER_MS = 10000, WORDS_SIZE = 200, SAID_MAX = 1 << 16 };

struct seam_probe {
    void (*run)(void *memory);
    void *memory;
    size_t size;
    int errors; /* a file in memory: its standard error */
    pid_t pid;  /* 0: none runs */
    int to, from;
    char words[WORDS_SIZE];
};

/* --- the process ------------------------------------------------------------------------------ */

/* A signal from the terminal is for the parent, which decides when the last question was asked. */
static _Noreturn void serve(const struct seam_probe *probe, int in, int out) {
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP};
    const struct rlimit no_core = {0, 0};
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    setrlimit(RLIMIT_CORE, &no_core);
    dup2(probe->errors, STDERR_FILENO);
    dup2(probe->errors, STDOUT_FILENO);
    while (read(in, &byte, 1) == 1) {
        probe->run(probe->memory);
        if (write(out, "", 1) != 1)
            break;
    }
    _exit(0);
}

static bool start(struct seam_probe *probe) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0)
        return false;
    if (pipe2(from, O_CLOEXEC) != 0) {
        close(to[0]);
        close(to[1]);
        return false;
    }
    fflush(NULL);
    if (ftruncate(probe->errors, 0) == 0)
        lseek(probe->errors, 0, SEEK_SET);
    probe->pid = fork();
    if (probe->pid == 0) {
        close(to[1]);
        close(from[0]);
        serve(probe, to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    probe->to = to[1];
    probe->from = from[0];
    if (probe->pid > 0)
        return true;
    probe->pid = 0;
    close(to[1]);
    close(from[0]);
    return false;
}

/* Its end, as waitpid tells it. */
static int stop(struct seam_probe *probe, int number) {
    int how = 0;
    if (number != 0)
        kill(probe->pid, number);
    while (waitpid(probe->pid, &how, 0) < 0 && errno == EINTR) {}
    close(probe->to);
    close(probe->from);
    probe->pid = 0;
    return how;
}

/* --- last words ------------------------------------------------------------------------------- */

/* How much a line tells: a sanitizer's summary names the place, its error only the kind. */
static int weight(const char *line) {
    static const char *const telling[] = {"ERROR: ", "runtime error: ", "seam bug: ", "SUMMARY: "};
    for (int i = sizeof telling / sizeof *telling - 1; i >= 0; i--)
        if (strstr(line, telling[i]) != NULL)
            return i + 1;
    return 0;
}

/* Copy a line without what differs between two scenarios with the same mistake: process ids,
 * addresses, and the numbers in what UBSan says of a value. */
static void copy_words(char *to, size_t size, const char *line) {
    const char *value = strstr(line, "runtime error: ");
    size_t n = 0;
    if (strncmp(line, "==", 2) == 0 && strstr(line + 2, "==") != NULL)
        line = strstr(line + 2, "==") + 2;
    for (; *line != '\0' && n + 1 < size; line++) {
        bool is_address = strncmp(line, "0x", 2) == 0;
        if (is_address)
            line += 1 + strspn(line + 2, "0123456789abcdef");
        else if (value == NULL || line < value || !isdigit((unsigned char)*line))
            to[n++] = *line;
    }
    to[n] = '\0';
}

static void note_words(struct seam_probe *probe, int how, bool is_late) {
    static char said[SAID_MAX];
    char *saved = NULL, line[WORDS_SIZE - 40] = "";
    int best = -1;
    ssize_t n = pread(probe->errors, said, sizeof said - 1, 0);
    said[n > 0 ? n : 0] = '\0';
    for (char *p = strtok_r(said, "\n", &saved); p != NULL; p = strtok_r(NULL, "\n", &saved))
        if (weight(p) > best) {
            best = weight(p);
            copy_words(line, sizeof line, p);
        }
    if (is_late)
        snprintf(probe->words, WORDS_SIZE, "no answer within %d s", ANSWER_MS / 1000);
    else if (WIFSIGNALED(how))
        snprintf(probe->words, WORDS_SIZE, "signal %d%s%s", WTERMSIG(how),
                 *line != '\0' ? ": " : "", line);
    else
        snprintf(probe->words, WORDS_SIZE, "exit status %d%s%s", WEXITSTATUS(how),
                 *line != '\0' ? ": " : "", line);
}

/* --- the interface ---------------------------------------------------------------------------- */

struct seam_probe *seam_probe_open(void (*run)(void *memory), size_t size) {
    struct seam_probe *probe = calloc(1, sizeof *probe);
    seam_assert(probe != NULL);
    probe->run = run;
    probe->size = size;
    probe->errors = memfd_create("seam-probe", MFD_CLOEXEC);
    probe->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    signal(SIGPIPE, SIG_IGN);
    if (probe->errors >= 0 && probe->memory != MAP_FAILED)
        return probe;
    seam_fail("cannot share memory with a process: %s", strerror(errno));
    if (probe->errors >= 0)
        close(probe->errors);
    free(probe);
    return NULL;
}

void *seam_probe_memory(struct seam_probe *probe) { return probe->memory; }

enum seam_probe_end seam_probe_ask(struct seam_probe *probe) {
    char byte;
    if (probe->pid == 0 && !start(probe)) {
        seam_fail("cannot start a process: %s", strerror(errno));
        return SEAM_PROBE_failed;
    }
    struct pollfd answer = {probe->from, POLLIN, 0};
    int ready = 1;
    if (write(probe->to, "", 1) == 1)
        do
            ready = poll(&answer, 1, ANSWER_MS);
        while (ready < 0 && errno == EINTR);
    if (ready > 0 && read(probe->from, &byte, 1) == 1)
        return SEAM_PROBE_answered;
    int how = stop(probe, ready == 0 ? SIGKILL : 0);
    note_words(probe, how, ready == 0);
    return SEAM_PROBE_died;
}

const char *seam_probe_words(const struct seam_probe *probe) { return probe->words; }

void seam_probe_close(struct seam_probe *probe) {
    if (probe->pid != 0)
        stop(probe, SIGKILL);
    munmap(probe->memory, probe->size);
    close(probe->errors);
    free(probe);
}
