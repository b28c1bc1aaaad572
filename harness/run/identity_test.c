/* Promise: services that group crashes by their stacks tell different disagreements apart, and one
 * disagreement is one bug to them however it was reached.
 *
 * Some planted bugs of the model are run into, each in a process of its own, and its stack is read
 * as ClusterFuzz reads it: the first three frames that are neither libc's nor a sanitizer's nor an
 * engine's, by function. */
#define _GNU_SOURCE
#include <glob.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/expect.h"
#include "language/text.h"
#include "model/plant.h"
#include "run/agreement.h"

enum { FRAMES = 3 };

static const struct {
    enum seam_plant plant;
    const char *scenario, *identity;
} cases[] = {
    {SEAM_PLANT_unref_frees_early, "c0 = malloc clean\nshare c0\nunref c0\nfree c0\n",
     "seam_false_alarm_freed_while_shared"},
    {SEAM_PLANT_lend_copies, "c0 = malloc clean\nc1 = borrow c0\nfree c1\n",
     "seam_missed_borrowed_freed"},
    {SEAM_PLANT_delete_keeps_handle, "g0 = go_new node\nh0 = handle g0\ndelete h0\nvalue h0\n",
     "seam_missed_handle_misuse"},
    {SEAM_PLANT_store_check_ignores_last_word,
     "g0 = go_new node\nc0 = malloc clean\nstore c0[2] = g0\nfree c0\n",
     "seam_wrong_rule_go_pointer_in_c_memory"},
};
enum { CASES = sizeof cases / sizeof *cases };

/* The child: run the scenario of a case, after some steps more. */
static void run(int number, const char *before) {
    static struct seam_scenario scenario;
    char text[256];
    uint8_t bytes[SEAM_BYTES_MAX];
    struct seam_text_error error = {0, 0, ""};
    snprintf(text, sizeof text, "%s%s", before, cases[number].scenario);
    expect_true(seam_text_parse(&scenario, text, strlen(text), &error));
    seam_planted = SEAM_PLANT_none;
    seam_require_agreement(bytes, seam_scenario_encode(&scenario, bytes));
    seam_planted = cases[number].plant;
    seam_require_agreement(bytes, seam_scenario_encode(&scenario, bytes));
}

/* What the child prints, and how it ended. */
static int run_child(int number, const char *before, char *out, size_t size) {
    int ends[2];
    char argument[8];
    snprintf(argument, sizeof argument, "%d", number);
    if (pipe(ends) != 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        execl("/proc/self/exe", "identity_test", argument, before, (char *)NULL);
        _exit(2);
    }
    close(ends[1]);
    size_t n = 0;
    ssize_t got;
    while (n + 1 < size && (got = read(ends[0], out + n, size - n - 1)) > 0)
        n += (size_t)got;
    out[n] = '\0';
    close(ends[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
}

/* Is a frame's function none of the program's own? */
static bool is_foreign(const char *function) {
    static const char *const prefixes[] = {"abort",  "raise",        "gsignal",
                                           "__",     "pthread_kill", "main",
                                           "_start", "fuzzer",       "LLVMFuzzer"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(function, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* The first own functions of the stack: of lines "    #N 0xADDRESS in FUNCTION FILE". */
static void read_stack(const char *report, char *state, size_t size) {
    int n = 0;
    state[0] = '\0';
    for (const char *p = report; n < FRAMES && (p = strstr(p, "\n    #")) != NULL; p++) {
        const char *end = strchr(p + 1, '\n'), *in = strstr(p, " in ");
        if (end == NULL || in == NULL || in > end)
            continue;
        int length = (int)strcspn(in + 4, " \n");
        if (is_foreign(in + 4) || strlen(state) + (size_t)length + 2 > size)
            continue;
        sprintf(state + strlen(state), "%s%.*s", n++ > 0 ? " " : "", length, in + 4);
    }
}

static void a_disagreement_is_told_by_its_name(void) {
    static char out[1 << 20];
    for (int i = 0; i < CASES; i++) {
        char line[128];
        int status = run_child(i, "", out, sizeof out);
        snprintf(line, sizeof line, "\nSUMMARY: seam: %s\nDEDUP_TOKEN: %s\n", cases[i].identity,
                 cases[i].identity);
        expect_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
        expect_contains(out, line);
    }
}

static void its_stack_is_its_own(void) {
    static char out[1 << 20];
    static char states[CASES][256];
    for (int i = 0; i < CASES; i++) {
        char other[256];
        run_child(i, "", out, sizeof out);
        read_stack(out, states[i], sizeof states[i]);
        expect_contains(states[i], cases[i].identity);
        expect_contains(states[i], "seam_require_agreement");
        run_child(i, "gc\n", out, sizeof out);
        read_stack(out, other, sizeof other);
        expect_text(other, states[i]);
        for (int j = 0; j < i; j++)
            expect_true(strcmp(states[i], states[j]) != 0);
    }
}

/* Frames have names if a sanitizer is there to print them, and finds its symbolizer. */
static bool has_stacks(void) {
#if defined __has_feature
#if __has_feature(address_sanitizer)
    glob_t found;
    bool there = glob("/usr/lib/llvm-*/bin/llvm-symbolizer", 0, NULL, &found) == 0;
    if (there) {
        setenv("ASAN_SYMBOLIZER_PATH", found.gl_pathv[found.gl_pathc - 1], 1);
        setenv("ASAN_OPTIONS", "handle_abort=1:symbolize=1", 1);
        globfree(&found);
    }
    return there;
#endif
#endif
    return false;
}

int main(int argc, char **argv) {
    if (argc == 3) {
        run(atoi(argv[1]), argv[2]);
        return 0;
    }
    a_disagreement_is_told_by_its_name();
    if (has_stacks())
        its_stack_is_its_own();
    else
        puts("skipped: stacks, which need clang's AddressSanitizer and llvm-symbolizer");
    return expect_status();
}
