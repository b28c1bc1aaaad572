#define _GNU_SOURCE
#include "audit/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/exchange.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/format.h"
#include "base/sandbox.h"
#include "realgo/gobuild.h"

enum { QUIT_SECONDS = 5 }; /* for a hung program to print its stacks */

static size_t count_arguments(const struct seam_audit_run *run) {
    size_t n = 0;
    while (run->arguments != NULL && run->arguments[n] != NULL)
        n++;
    return n;
}

/* The words of the command; the last ones are the run's own arguments. */
static char **words_of(const struct seam_audit_run *run) {
    size_t n = 0, more = count_arguments(run);
    char **words = calloc(more + 6, sizeof *words);
    seam_assert(words != NULL);
    words[n++] = seam_format("%s", run->program);
    if (!run->is_program) {
        words[n++] = run->test != NULL ? seam_format("-test.run=^%s$", run->test)
                                       : seam_format("-test.list=.");
        words[n++] = seam_format("-test.count=%d", run->count > 0 ? run->count : 1);
        words[n++] = seam_format("-test.timeout=0");
        if (run->is_verbose)
            words[n++] = seam_format("-test.v");
    }
    if (more > 0)
        memcpy(words + n, run->arguments, more * sizeof *words);
    return words;
}

static void free_words(const struct seam_audit_run *run, char **words) {
    size_t n = 0;
    while (words[n] != NULL)
        n++;
    for (n -= count_arguments(run); n > 0; n--)
        free(words[n - 1]);
    free(words);
}

/* Freed memory is overwritten, in Go and in C: code that still reads it fails. AddressSanitizer
 * needs none of this. */
static void scribble(void) {
    const char *given = getenv("GODEBUG");
    char *debug =
        seam_format("%s%sclobberfree=1", given != NULL ? given : "", given != NULL ? "," : "");
    setenv("GODEBUG", debug, 1);
    setenv("MALLOC_PERTURB_", "165", 0);
    free(debug);
}

/* In the child: a process group of its own, so that what it starts can be stopped with it. */
static void become_test(const struct seam_audit_run *run, char *const *words, int output) {
    int null = open("/dev/null", O_RDONLY);
    const char *given = getenv("ASAN_OPTIONS");
    /* Symbolising takes the sanitizer longer than the rest of the test takes to finish and print
     * PASS. */
    char *asan = seam_format("detect_leaks=0:exitcode=66:detect_odr_violation=0:symbolize=0:%s",
                             given != NULL ? given : "");
    setpgid(0, 0);
    signal(SIGINT, SIG_DFL); /* what a worker does with them is its own affair */
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    dup2(null, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    setenv("ASAN_OPTIONS", asan, 1);
    /* With one P a collection takes a tenth of the time (80 us; its phases wait for no other core),
     * and a schedule is more often reproduced. $GOMAXPROCS overrides it. */
    setenv("GOMAXPROCS", "1", 0);
    if (run->channel != NULL &&
        run->channel->schedule != SEAM_SCHEDULE_none) { /* Go does not collect by itself */
        setenv("GOGC", "off", 0);
        setenv("GOMEMLIMIT", "512MiB", 0);
    }
    setenv("GOTRACEBACK", "all", 0); /* the runtime may find out on a thread of its own */
    if (run->scribbles)
        scribble();
    if (run->channel_path != NULL)
        setenv(SEAM_AUDIT_VARIABLE, run->channel_path, 1);
    if (chdir(run->directory) == 0) {
        seam_sandbox_enter(run->confinement);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execv(run->program, words);
    }
    dprintf(STDERR_FILENO, "cannot start %s: %s\n", run->program, strerror(errno));
    _exit(127);
}

unsigned seam_audit_confinement(enum seam_flavor flavor) {
    return SEAM_CONFINED | SEAM_WATCHED | (seam_go_maps_shadow(flavor) ? SEAM_SANITIZED : 0);
}

/* Wait until the process ends, the time is over, or its memory is too much; false if it has not
 * ended. */
static bool wait_until(pid_t pid, double end, int *status, struct rusage *usage) {
    for (useconds_t pause = 500; wait4(pid, status, WNOHANG, usage) == 0;
         pause = pause < 20000 ? pause * 2 : pause) {
        if (seam_now() > end || seam_sandbox_is_too_large(pid))
            return false;
        usleep(pause);
    }
    return true;
}

static volatile pid_t running; /* the group of the program that runs */

void seam_audit_stop(int number) {
    if (running > 0)
        kill(-running, SIGKILL);
    _exit(128 + number);
}

/* Wait for the test, and at the latest until its time is over. */
static void wait_for(struct seam_audit_run *run, pid_t pid, double end, struct rusage *usage) {
    int status = 0;
    run->end = SEAM_END_failed;
    if (!wait_until(pid, end, &status, usage)) {
        run->end = SEAM_END_hung;
        if (seam_now() <= end)
            run->lost = "it used more memory than seven eighths of what this machine has";
        kill(pid, SIGQUIT);
        if (!wait_until(pid, seam_now() + QUIT_SECONDS, &status, usage)) {
            kill(-pid, SIGKILL);
            waitpid(pid, &status, 0);
        }
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        run->end = SEAM_END_passed;
    }
}

/* What the program left of the files that it shares with us. */
static void receive(struct seam_audit_run *run, int output) {
    struct stat status;
    if (fstat(output, &status) != 0 || status.st_nlink == 0)
        run->lost = "the test removed the file with its own output";
    else if (run->channel != NULL && !seam_channel_receive(run->channel, run->channel_path))
        run->lost = "the test program wrote over the memory that it shares with seam: a wild write "
                    "in C, or a test that writes to files of others";
}

void seam_audit_run(struct seam_audit_run *run) {
    double start = seam_now();
    struct rusage usage = {0};
    char **words = words_of(run);
    seam_sandbox_record((const char *const *)words, run->directory, run->confinement);
    int output = open(run->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600);
    run->end = SEAM_END_failed;
    run->lost = NULL;
    bool ok =
        output >= 0 && (run->channel == NULL || seam_channel_send(run->channel, run->channel_path));
    fflush(NULL);
    pid_t pid = ok ? fork() : -1;
    if (pid == 0)
        become_test(run, words, output);
    if (pid > 0) {
        setpgid(pid, pid); /* whoever is first */
        running = pid;
        wait_for(run, pid, start + run->seconds_max, &usage);
        kill(-pid, SIGKILL); /* what it left running */
        running = 0;
        if (run->lost == NULL)
            receive(run, output);
    } else {
        run->lost = strerror(errno);
    }
    if (output >= 0)
        close(output);
    free_words(run, words);
    run->seconds = seam_now() - start;
    run->busy_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                        (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}
