/* Promise: the tables of a matrix are the same bytes however its work was split, interrupted and
 * resumed, and real Go does what is promised in every cell.
 *
 * Arguments: seam, and MINOR,FLAVOR,FILE for each cell; it runs where corpus/ is. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"

enum { CELLS_MAX = 16 };

static const char *seam, *cells[CELLS_MAX + 1];
static char *top;

/* Run a matrix in DIRECTORY; its exit status. */
static int run(const char *directory, const char *jobs) {
    const char *argv[CELLS_MAX + 12] = {seam,       "matrix",          "--runs=300",
                                        "--seed=3", "--corpus=corpus", jobs};
    char *out = seam_format("--out=%s", directory), *state = seam_format("--state=%s", directory);
    char *log = seam_format("%s/log", directory), *executors[CELLS_MAX];
    int n = 6, i = 0;
    argv[n++] = out;
    argv[n++] = state;
    for (; cells[i] != NULL; i++)
        argv[n++] = executors[i] = seam_format("--executor=%s", cells[i]);
    seam_make_directories(log);
    int status = seam_process_run(argv, &(struct seam_process_place){.output = log});
    while (i > 0)
        free(executors[--i]);
    free(log);
    free(state);
    free(out);
    return status;
}

static char *read_file(const char *directory, const char *name) {
    char *path = seam_format("%s/%s", directory, name), *text;
    size_t size;
    if (!seam_file_read(path, 1 << 24, &text, &size))
        text = seam_format("no %s", name);
    free(path);
    return text;
}

static void expect_same(const char *a, const char *b) {
    static const char *const names[] = {"conformance.txt", "conformance.json", "blindspots.txt",
                                        "blindspots.json", "blindspots.html"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *one = read_file(a, names[i]), *two = read_file(b, names[i]);
        expect_true(strncmp(one, "no ", 3) != 0);
        expect_text(one, two);
        free(one);
        free(two);
    }
}

/* Leave of a journal what a run that was killed in its n-th chunk leaves. */
static void cut_journal(const char *directory, int lines) {
    char *path = seam_format("%s/journal", directory), *text = read_file(directory, "journal");
    char *end = text;
    for (int i = 0; i < lines && end != NULL; i++)
        end = strchr(end + 1, '\n');
    expect_true(end != NULL);
    expect_int(truncate(path, end != NULL ? end - text + 20 : 0), 0);
    free(text);
    free(path);
}

static int count(const char *text, const char *part) {
    int n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

static void test_split(int n_cells) {
    char *one = seam_format("%s/one", top), *two = seam_format("%s/two", top);
    expect_int(run(one, "--jobs=1"), 0);
    expect_int(run(two, "--jobs=2"), 0);
    expect_same(one, two);
    cut_journal(two, 1 + n_cells);
    expect_int(run(two, "--jobs=2"), 0);
    char *log = read_file(two, "log");
    expect_contains(log, "seam: resuming after ");
    free(log);
    expect_same(one, two);
    /* Nothing is left to do; and no scenario disagreed. */
    expect_int(run(one, "--jobs=1"), 0);
    expect_same(one, two);
    char *json = read_file(one, "conformance.json");
    expect_int(count(json, "\"disagreed\":0"), n_cells);
    free(json);
    free(two);
    free(one);
}

int main(int argc, char **argv) {
    int n = 0;
    if (argc < 3 || argc - 2 > CELLS_MAX) {
        fprintf(stderr, "usage: matrix_go_test SEAM MINOR,FLAVOR,FILE...\n");
        return 2;
    }
    seam = argv[1];
    const char *tmp = getenv("TEST_TMPDIR");
    top = seam_format("%s/seam-matrix-go-%d", tmp != NULL ? tmp : "/tmp", (int)getpid());
    for (int i = 2; i < argc; i++) {
        if (strncmp(argv[i], "None,", 5) == 0) {
            puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
            return 0;
        }
        cells[n++] = argv[i];
    }
    test_split(n);
    seam_remove_tree(top);
    return expect_status();
}
