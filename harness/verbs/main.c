/* The program seam: find the verb, run it. See verbs.def. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/names.h"
#include "base/crew.h"
#include "base/format.h"
#include "base/nearest.h"
#include "base/options.h"
#include "base/version.h"
#include "base/words.h"
#include "verbs/verbs.h"

static const struct {
    const char *name, *arguments, *doc, *options;
    int (*run)(int argc, char **argv);
} verbs[] = {
#define VERB(name, arguments, doc, options) {#name, arguments, doc, options, seam_verb_##name},
#include "verbs/verbs.def"
#undef VERB
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static const char *verb_name(int i) { return i < VERBS ? verbs[i].name : NULL; }

static int help(void) {
    printf("seam finds memory and lifetime bugs at the boundary between Go and C.\n\n");
    for (int i = 0; i < VERBS; i++)
        printf("  seam %-8s %-12s %s\n", verbs[i].name, verbs[i].arguments, verbs[i].doc);
    printf("\nRun seam VERB --help for its options; of one that is given twice, the last value "
           "counts.\n"
           "Exit status: 0 nothing found, 1 a finding, 2 bad usage or environment.\n");
    return SEAM_OK;
}

static int verb_help(int i) {
    printf("usage: seam %s %s%s\n\n%s.\n%s%s", verbs[i].name,
           strchr(verbs[i].options, '-') == verbs[i].options + 2 ? "[OPTIONS] " : "",
           verbs[i].arguments, verbs[i].doc, verbs[i].options[0] != '\0' ? "\n" : "",
           verbs[i].options);
    return SEAM_OK;
}

static bool asks_for_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run(int argc, char **argv) {
    if (argc < 2)
        return seam_fail("no verb given; see seam --help");
    if (asks_for_help(argv[1]) || strcmp(argv[1], "help") == 0)
        return help();
    if (strcmp(argv[1], "--version") == 0) {
        puts("seam " SEAM_VERSION);
        return SEAM_OK;
    }
    for (int i = 0; i < VERBS; i++)
        if (strcmp(argv[1], verbs[i].name) == 0) {
            bool asks = argc > 2 && asks_for_help(argv[2]);
            return asks ? verb_help(i) : verbs[i].run(argc - 1, argv + 1);
        }
    return seam_fail("unknown verb '%.40s'; did you mean %s? See seam --help", argv[1],
                     verbs[seam_nearest(argv[1], strlen(argv[1]), verb_name)].name);
}

/* `bazel run` starts a program somewhere else; the names of files are the caller's. */
static bool go_to_caller(void) {
    const char *here = getenv("BUILD_WORKING_DIRECTORY");
    return here == NULL || chdir(here) == 0;
}

/* Go is given a link to seam as its C compiler (audit/plan.h): seam-cc ARGUMENTS is seam cc
 * COMPILER ARGUMENTS. */
static int run_as_compiler(int argc, char **argv) {
    const char *compiler = getenv(SEAM_CC_COMPILER);
    char **given = compiler != NULL ? seam_words_split(compiler) : NULL;
    int n = 0;
    while (given != NULL && given[n] != NULL)
        n++;
    char **words = calloc((size_t)(n + argc) + 1, sizeof *words);
    if (n == 0 || words == NULL)
        return seam_fail("%s: only seam audit calls seam by this name, with a C compiler in "
                         "$" SEAM_CC_COMPILER "; see seam cc --help",
                         argv[0]);
    words[0] = (char[]){"cc"};
    memcpy(words + 1, given, (size_t)n * sizeof *words);
    memcpy(words + 1 + n, argv + 1, (size_t)(argc - 1) * sizeof *words);
    return seam_verb_cc(n + argc, words);
}

static bool is_called(const char *path, const char *name) {
    return strcmp(seam_base_name(path), name) == 0;
}

/* A file that is opened must not become standard output because that was closed. */
static bool open_standard_files(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            return false;
    return true;
}

/* A full disk is not success, and neither is a file that grows too large. Whoever started seam may
 * not have waited for children; seam does. */
int main(int argc, char **argv) {
    if (!open_standard_files())
        return SEAM_USAGE;
    if (argc > 0 && is_called(argv[0], SEAM_CC_NAME))
        return run_as_compiler(argc, argv);
    if (!go_to_caller())
        return seam_fail("cannot go to $BUILD_WORKING_DIRECTORY: %s", strerror(errno));
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    seam_crew_clean_up(NULL);
    int status = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout))
        return seam_fail("standard output: cannot write: %s", strerror(errno));
    return status;
}
