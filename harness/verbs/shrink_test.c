/* Promise: `seam shrink` writes the smallest scenario with the same finding, whole or not at all,
 * and says in one line why it cannot.
 *
 * Arguments: seam, an executor that never answers, and one that lies. */
#define _GNU_SOURCE
#include <signal.h>
#include <time.h>

#include "verbs/cli_expect.h"

static char hanging[4096], lying[4096];

/* Twenty steps of which three are needed, with names of its own. */
#define NOISY                                                                                      \
    "go 1.24\n"                                                                                    \
    "t1 = goroutine\n"                                                                             \
    "g5 = go_new data\n"                                                                           \
    "c7 = malloc dirty\n"                                                                          \
    "g9 = go_new strings  # stored, and not pinned\n"                                              \
    "look g5\n"                                                                                    \
    "lib_init\n"                                                                                   \
    "on t1\n"                                                                                      \
    "call field g5\n"                                                                              \
    "  c_write g5 = 77\n"                                                                          \
    "  c8 = malloc clean\n"                                                                        \
    "  store c8[2] = g9\n"                                                                         \
    "  c_touch c8\n"                                                                               \
    "return\n"                                                                                     \
    "on t0\n"                                                                                      \
    "look g9\n"                                                                                    \
    "free c7\n"                                                                                    \
    "keep_alive g5\n"                                                                              \
    "free c8\n"

#define RENAMED                                                                                    \
    "go 1.24\n"                                                                                    \
    "t3 = goroutine\n"                                                                             \
    "g1 = go_new data\n"                                                                           \
    "c1 = malloc dirty\n"                                                                          \
    "g2 = go_new strings\n"                                                                        \
    "look g1\n"                                                                                    \
    "lib_init\n"                                                                                   \
    "on t3\n"                                                                                      \
    "call field g1\n"                                                                              \
    "c_write g1 = 77\n"                                                                            \
    "c2 = malloc clean\n"                                                                          \
    "store c2[2] = g2\n"                                                                           \
    "c_touch c2\n"                                                                                 \
    "return\n"                                                                                     \
    "on t0\n"                                                                                      \
    "look g2\n"                                                                                    \
    "free c1\n"                                                                                    \
    "keep_alive g1\n"                                                                              \
    "free c2\n"

#define SMALLEST                                                                                   \
    "# BROKEN go-pointer-in-c-memory (Go object)\n"                                                \
    "# 1-minimal: each of 3 steps is needed\n"                                                     \
    "g0 = go_new data\n"                                                                           \
    "c0 = malloc clean\n"                                                                          \
    "store c0[0] = g0\n"

static void read_file(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY);
    must(fd >= 0, path);
    read_back(fd, text, size);
}

static void the_smallest_scenario_with_the_finding_is_printed(void) {
    write_text("a.seam", NOISY);
    seam("shrink", "a.seam");
    expect_int(status, 0);
    expect_text(out, SMALLEST);
    expect_contains(err, "a.seam: 18 steps to 3, 1-minimal, ");
    expect_contains(err, " runs: BROKEN go-pointer-in-c-memory (Go object)\n");
}

static void the_same_scenario_gives_the_same_result_however_it_is_written(void) {
    write_text("b.seam", RENAMED);
    seam("encode", "b.seam", "-o", "b");
    seam("shrink", "b.seam");
    expect_text(out, SMALLEST);
    seam("shrink", "b");
    expect_text(out, SMALLEST);
}

static void the_finding_that_is_meant_can_be_named(void) {
    write_text("a.seam", "g0 = go_new data\nc0 = malloc clean\nstore c0[0] = g0\ngc\nfree c0\n"
                         "look_c c0\n");
    seam("shrink", "--rule=use-after-free", "a.seam");
    expect_int(status, 0);
    expect_text(out, "# BROKEN use-after-free (C block)\n"
                     "# 1-minimal: each of 3 steps is needed\n"
                     "c0 = malloc clean\n"
                     "free c0\n"
                     "look_c c0\n");
    seam("shrink", "--rule=double-free", "a.seam");
    expect_refused("seam: a.seam: does not break double-free, or the witnesses disagree; see seam "
                   "replay a.seam\n");
    seam("shrink", "--rule=duble-free", "a.seam");
    expect_refused("seam: unknown rule 'duble-free'; seam rules lists them\n");
    seam("shrink", "--rule=double-free", "--go", "a.seam");
    expect_refused("seam: --rule is for what the model shows; leave out --go\n");
}

static void what_is_smallest_stays_as_it_is(void) {
    write_text("a.seam", SMALLEST);
    seam("shrink", "a.seam");
    expect_text(out, SMALLEST);
}

static void text_or_bytes_is_what_the_name_says(void) {
    static char text[4096];
    write_text("a.seam", NOISY);
    seam("shrink", "a.seam", "-o", "small.seam");
    expect_int(status, 0);
    expect_text(out, "");
    read_file("small.seam", text, sizeof text);
    expect_text(text, SMALLEST);
    seam("shrink", "a.seam", "-o", "small");
    expect_int(status, 0);
    seam("print", "small");
    expect_text(out, strchr(strchr(SMALLEST, '\n') + 1, '\n') + 1);
}

static void nothing_is_overwritten_or_half_written(void) {
    write_text("a.seam", NOISY);
    write_text("out.seam", "mine\n");
    seam("shrink", "a.seam", "-o", "out.seam");
    expect_refused("seam: out.seam: exists; choose another name with -o, or remove it\n");
    seam("shrink", "a.seam", "-o", ".");
    expect_refused("seam: .: exists; choose another name with -o, or remove it\n");
    seam("shrink", "a.seam", "-o", "nowhere/out.seam");
    expect_refused("seam: nowhere/out.seam: cannot be written: No such file or directory; choose "
                   "another place with -o\n");
    expect_int(files_in("."), 2);
    seam_to("/dev/full", "shrink", "a.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: standard output: cannot write: No space left on device\n");
}

static void what_has_no_finding_is_refused(void) {
    write_text("legal.seam", LEGAL);
    write_text("typo.seam", "g0 = go_mew data\n");
    write_text("empty.seam", "# nothing\n");
    seam("shrink", "legal.seam");
    expect_refused("seam: legal.seam: finds nothing, so there is nothing to shrink; see seam "
                   "replay legal.seam\n");
    seam("shrink", "empty.seam", "-o", "out.seam");
    expect_refused("seam: empty.seam: finds nothing, so there is nothing to shrink; see seam "
                   "replay empty.seam\n");
    seam("shrink", "typo.seam");
    expect_refused("seam: typo.seam:1:6: unknown operation 'go_mew'; did you mean: <new_go> = "
                   "go_new <shape>\n");
    seam("shrink", "missing.seam");
    expect_refused("seam: missing.seam: No such file or directory; name a scenario file, text or "
                   "bytes\n");
    seam("shrink");
    expect_refused("seam: shrink needs one FILE; see seam shrink --help\n");
    expect_int(access("out.seam", F_OK), -1);
}

static void without_go_it_is_said_what_to_name(void) {
    static char option[4200];
    write_text("a.seam", NOISY);
    seam("shrink", "--go=nowhere", "a.seam");
    expect_refused("seam: no Go in nowhere: bin/go is not there or does not run; name a GOROOT "
                   "such as /usr/lib/go-1.23\n");
    seam("shrink", "--flavor=asan", "a.seam");
    expect_refused("seam: --flavor needs --go or --executor; see seam shrink --help\n");
    snprintf(option, sizeof option, "--executor=%s", hanging);
    write_text("new.seam", "g0 = go_new data\nw0 = weak g0\ncleanup_self g0\n");
    seam("shrink", "new.seam", option, "--go-minor=20", "--flavor=plain");
    expect_refused("seam: new.seam: uses operations that exist only since Go 1.24, and was not run "
                   "on go1.20\n");
}

/* What --executor= names, of Go 1.27. */
static const char *const *go_words(const char *executor, const char *path) {
    static const char *words[] = {
        "seam", "shrink", NULL, "--go-minor=27", "--flavor=plain", NULL, NULL, NULL, NULL, NULL};
    static char option[4200];
    snprintf(option, sizeof option, "--executor=%s", executor);
    words[2] = option;
    words[5] = path;
    words[6] = "--timeout=300";
    return words;
}

/* Legal, without a value that Go would have to read, and wrong on a Go that lies. */
#define LIED_ABOUT                                                                                 \
    "g0 = go_new data\n"                                                                           \
    "t1 = goroutine\n"                                                                             \
    "g1 = go_new node\n"                                                                           \
    "link g1[2] = g0\n"                                                                            \
    "on t1\n"                                                                                      \
    "call field g0\n"                                                                              \
    "  stack_grow\n"                                                                               \
    "  c_write g0 = 9\n"                                                                           \
    "return\n"                                                                                     \
    "on t0\n"                                                                                      \
    "keep_alive g1\n"                                                                              \
    "lib_init\n"                                                                                   \
    "gc\n"                                                                                         \
    "keep_alive g0\n"

static void a_disagreement_that_only_real_go_shows_is_shrunk_there(void) {
    write_text("a.seam", LIED_ABOUT);
    seam("shrink", "a.seam");
    expect_contains(err, "finds nothing");
    run(NULL, go_words(lying, "a.seam"));
    expect_int(status, 0);
    expect_text(out, "# real Go, plain: stopped, crashed; predicted: nothing: fatal error: the "
                     "stack is gone\n"
                     "# 1-minimal: each of 2 steps is needed\n"
                     "stack_grow\n"
                     "gc\n");
}

static void a_go_that_finds_nothing_or_never_answers_is_refused(void) {
    write_text("a.seam", "g0 = go_new data\nc0 = malloc clean\nstore c0[0] = g0\ngc\n");
    run(NULL, go_words(lying, "a.seam"));
    expect_refused("seam: a.seam: go1.27 detects nothing in it, and does as predicted; leave out "
                   "--go to shrink what the model shows\n");
    run(NULL, go_words(hanging, "a.seam"));
    expect_refused("seam: go1.27 does not even run the empty scenario (plain: no answer within "
                   "300 ms); try another one with --go=DIR\n");
}

/* Interrupt it after that time; its exit status. */
static int interrupt_after(int milliseconds, const char *const *words) {
    const struct timespec soon = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    int errors = open("errors", O_RDWR | O_CREAT | O_TRUNC, 0666);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(errors, STDERR_FILENO);
        execv(program, (char *const *)(uintptr_t)words);
        _exit(127);
    }
    close(errors);
    nanosleep(&soon, NULL);
    kill(pid, SIGINT);
    must(waitpid(pid, &status, 0) == pid, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The search takes a second; on a machine that has much to do it may begin late. */
static void whoever_interrupts_it_gets_the_smallest_so_far(void) {
    static char text[4096];
    const char **words = (const char **)(uintptr_t)go_words(lying, "a.seam");
    int how = 130;
    write_text("a.seam", LIED_ABOUT);
    words[7] = "-o";
    words[8] = "out.seam";
    for (int ms = 400; how == 130 && ms < 30000; ms *= 2)
        how = interrupt_after(ms, words);
    expect_int(how, 2);
    read_file("out.seam", text, sizeof text);
    expect_contains(text, "# not minimal: shrinking was interrupted\n");
    read_file("errors", text, sizeof text);
    expect_contains(text, "a.seam: 14 steps to ");
    expect_contains(text, "interrupted; seam shrink out.seam goes on");
    seam("print", "out.seam");
    expect_int(status, 0);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    must(argc > 3 && realpath(argv[2], hanging) != NULL && realpath(argv[3], lying) != NULL,
         "usage: shrink_test SEAM HANGING LYING");
    PROMISE(the_smallest_scenario_with_the_finding_is_printed);
    PROMISE(the_same_scenario_gives_the_same_result_however_it_is_written);
    PROMISE(the_finding_that_is_meant_can_be_named);
    PROMISE(what_is_smallest_stays_as_it_is);
    PROMISE(text_or_bytes_is_what_the_name_says);
    PROMISE(nothing_is_overwritten_or_half_written);
    PROMISE(what_has_no_finding_is_refused);
    PROMISE(without_go_it_is_said_what_to_name);
    PROMISE(a_disagreement_that_only_real_go_shows_is_shrunk_there);
    PROMISE(a_go_that_finds_nothing_or_never_answers_is_refused);
    PROMISE(whoever_interrupts_it_gets_the_smallest_so_far);
    return cli_close();
}
