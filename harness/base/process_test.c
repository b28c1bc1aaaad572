/* Promises about the commands of others: one that hangs, prints without end, or leaves a child that
 * holds its output open does not block seam, and nothing of it keeps running. */
#define _GNU_SOURCE
#include "base/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/expect.h"

static char text[4096];

static const char *const *shell(const char *script) {
    static const char *argv[] = {"sh", "-c", NULL, NULL};
    argv[2] = script;
    return argv;
}

/* The process that wrote its number into a file is gone, soon at the latest. */
static void expect_gone(const char *file) {
    FILE *in = fopen(file, "r");
    int pid = 0;
    bool is_gone = in != NULL && fscanf(in, "%d", &pid) == 1;
    for (int i = 0; is_gone && i < 100 && kill(pid, 0) == 0; i++)
        usleep(20000);
    expect_true(is_gone && kill(pid, 0) != 0 && errno == ESRCH);
    if (in != NULL)
        fclose(in);
}

static void an_answer_is_what_was_printed_to_standard_output(void) {
    expect_true(seam_process_read(shell("echo one; echo two; echo no >&2"), text, sizeof text));
    expect_text(text, "one\ntwo\n");
    expect_true(!seam_process_read(shell("echo one; exit 3"), text, sizeof text));
    expect_text(text, "one\n");
    expect_true(!seam_process_read((const char *const[]){"no-such-command", NULL}, text, 8));
}

/* A machine may have nothing but a C compiler and Go on PATH. */
static void words_before_the_command_are_its_environment(void) {
    char text[64];
    const char *const argv[] = {"SEAM_ONE=a=b", "TWO=", "/bin/sh", "-c", "echo $SEAM_ONE,$TWO,$0=x",
                                "NOT=THIS",     NULL};
    setenv("TWO", "before", 1);
    expect_true(seam_process_read(argv, text, sizeof text));
    expect_text(text, "a=b,,NOT=THIS=x\n");
    expect_true(getenv("SEAM_ONE") == NULL);
    expect_text(getenv("TWO"), "before");
}

static void an_answer_without_end_is_no_answer(void) {
    double begin = seam_now();
    expect_true(!seam_process_read(shell("echo $$ > endless; yes"), text, sizeof text));
    expect_int(strlen(text), sizeof text - 1);
    expect_true(seam_now() - begin < SEAM_PROCESS_QUESTION / 2.0);
    expect_gone("endless");
}

static void a_child_that_holds_the_output_holds_up_nobody(void) {
    double begin = seam_now();
    expect_true(
        seam_process_read(shell("sleep 1000 & echo $! > holder; echo said"), text, sizeof text));
    expect_text(text, "said\n");
    expect_true(seam_now() - begin < SEAM_PROCESS_QUESTION / 2.0);
    expect_gone("holder");
    /* In a session of its own it is out of reach, and still not waited for. */
    expect_true(seam_process_read(shell("setsid sleep 5 & echo said"), text, sizeof text));
    expect_text(text, "said\n");
    expect_true(seam_now() - begin < SEAM_PROCESS_QUESTION / 2.0);
}

static void what_is_late_is_ended_with_all_that_it_started(void) {
    const struct seam_process_place place = {.output = "log"};
    expect_int(seam_process_run(shell("sleep 1000 & echo $! > late; wait"),
                                &(struct seam_process_place){.output = "log", .seconds = 1}),
               SEAM_PROCESS_LATE);
    expect_gone("late");
    expect_int(seam_process_run(shell("exit 7"), &place), 7);
    expect_int(seam_process_run(shell("kill -9 $$"), &place), 128 + 9);
    expect_int(seam_process_run((const char *const[]){"no-such-command", NULL}, &place), 127);
}

static void input_and_output_are_files(void) {
    const struct seam_process_place place = {.directory = "/", .input = "/proc/self/comm"};
    expect_int(seam_process_run(shell("read word && [ $word = sh ] && [ $PWD = / ]"), &place), 0);
    expect_int(
        seam_process_run(shell("read word && exit 1; exit 0"), &(struct seam_process_place){0}), 0);
}

/* A command of the user's own, which is only asked, may be one that gains privileges. */
static void what_is_run_leaves_no_core_and_gains_no_privileges(void) {
    const char *const *gains = shell("grep -q '^NoNewPrivs:.*1' /proc/self/status");
    expect_int(seam_process_run(gains, &(struct seam_process_place){0}), 0);
    expect_int(seam_process_run(shell("test $(ulimit -c) = 0 && test $(ulimit -H -c) = 0"),
                                &(struct seam_process_place){0}),
               0);
    expect_true(seam_process_read(shell("grep '^NoNewPrivs:' /proc/self/status"), text, 4096));
    expect_contains(text, "0\n");
}

static void on_alarm(int number) {
    (void)number;
    seam_process_stop();
}

static void a_signal_handler_can_end_all_that_runs(void) {
    const struct seam_process_place place = {.output = "log"};
    signal(SIGALRM, on_alarm);
    alarm(1);
    expect_int(seam_process_run(shell("sleep 1000 & echo $! > stopped; wait"), &place), 128 + 9);
    expect_gone("stopped");
}

int main(void) {
    const char *where = getenv("TEST_TMPDIR");
    if (where != NULL && chdir(where) != 0)
        return 2;
    an_answer_is_what_was_printed_to_standard_output();
    words_before_the_command_are_its_environment();
    an_answer_without_end_is_no_answer();
    a_child_that_holds_the_output_holds_up_nobody();
    what_is_late_is_ended_with_all_that_it_started();
    input_and_output_are_files();
    what_is_run_leaves_no_core_and_gains_no_privileges();
    a_signal_handler_can_end_all_that_runs();
    return expect_status();
}
