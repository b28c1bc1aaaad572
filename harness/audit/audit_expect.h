/* What the tests of the audit share: running `seam audit` in a directory, and reading what it said.
 *
 * Each test is one process, with a temporary directory of its own in which seam works too; so what
 * a run printed is in one place, and what it leaves behind is seen. Not here: what is expected of
 * the wrappers of go/audit (expected.h). */
#ifndef SEAM_AUDIT_EXPECT_H
#define SEAM_AUDIT_EXPECT_H

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"

static char *audit_seam, *audit_go, *audit_go_option;
static char *audit_data; /* the modules, or the directory go/ */
static char *audit_work; /* of the test */
static char audit_out[1 << 20];
static int audit_status;

/* --- beginning and end ------------------------------------------------------------------------ */

/* Arguments: seam, a GOROOT (or None), a directory. Without a Go, say so and end. */
static inline void audit_open(int argc, char **argv, const char *name) {
    if (argc < 4) {
        fprintf(stderr, "usage: %s SEAM GOROOT DIRECTORY\n", name);
        exit(2);
    }
    if (strcmp(argv[2], "None") == 0) {
        puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
        exit(0);
    }
    const char *base = getenv("TEST_TMPDIR");
    audit_seam = realpath(argv[1], NULL);
    audit_go = argv[2];
    audit_go_option = seam_format("--go=%s", argv[2]);
    audit_data = realpath(argv[3], NULL);
    audit_work = seam_format("%s/%s-XXXXXX", base != NULL ? base : "/tmp", name);
    expect_true(mkdtemp(audit_work) != NULL && audit_seam != NULL && audit_data != NULL);
    setenv("TMPDIR", audit_work, 1);
    setenv("GOFLAGS", "-mod=mod", 1);
}

static inline int audit_close(void) {
    expect_true(seam_remove_tree(audit_work));
    free(audit_seam);
    free(audit_go_option);
    free(audit_data);
    free(audit_work);
    return expect_status();
}

/* --- running ---------------------------------------------------------------------------------- */

static inline void audit_read(const char *path) {
    FILE *in = fopen(path, "r");
    size_t n = in != NULL ? fread(audit_out, 1, sizeof audit_out - 1, in) : 0;
    audit_out[n] = '\0';
    if (in != NULL)
        fclose(in);
}

/* Run seam audit in a directory with these words, the last one NULL; standard output and error are
 * in audit_out. */
static inline void audit_run(const char *directory, const char *const *words) {
    const char *argv[64] = {audit_seam, "audit", audit_go_option};
    for (int i = 0; words[i] != NULL && i < 60; i++)
        argv[3 + i] = words[i];
    char *output = seam_format("%s/output", audit_work);
    audit_status = seam_process_run(
        argv, &(struct seam_process_place){.directory = directory, .output = output});
    audit_read(output);
    free(output);
}

#define AUDIT(directory, ...) audit_run(directory, (const char *const[]){__VA_ARGS__, NULL})

/* The last run ended with a status and said this. */
static inline void expect_audit(int status, const char *part) {
    expect_int(audit_status, status);
    expect_contains(audit_out, part);
    if (audit_status != status)
        fputs(audit_out, stderr);
}

/* The numbers of the last line of a report: how many tests, crossings, sites, points and findings.
 */
static inline void expect_summary(int tests, int crossings, int sites, int points, int findings) {
    const char *at = strstr(audit_out, " crossing");
    const long wanted[] = {tests, crossings, sites, points, findings};
    expect_true(at != NULL);
    while (at != NULL && at > audit_out && at[-1] != '\n')
        at--;
    for (size_t i = 0; at != NULL && i < sizeof wanted / sizeof *wanted; i++) {
        while (*at != '\n' && *at != '\0' && !isdigit((unsigned char)*at))
            at++;
        char *end;
        long number = strtol(at, &end, 10);
        at = end;
        if (wanted[i] >= 0)
            expect_int(number, wanted[i]);
    }
}

/* --- modules ---------------------------------------------------------------------------------- */

/* A copy of a module of testdata, under another name, that may be written to; the caller frees its
 * path. */
static inline char *audit_copy(const char *module, const char *name) {
    char *from = seam_format("%s/%s", audit_data, module);
    char *to = seam_format("%s/%s", audit_work, name);
    const char *const argv[] = {"cp", "-RL", from, to, NULL};
    expect_int(seam_process_run(argv, &(struct seam_process_place){0}), 0);
    free(from);
    return to;
}

/* Audit a module of testdata. */
static inline void audit_module(const char *module) {
    char *directory = seam_format("%s/%s", audit_data, module);
    AUDIT(directory, "--jobs=1", ".");
    free(directory);
}

static inline void audit_write(const char *name, const char *text) {
    char *path = seam_format("%s/%s", audit_work, name);
    FILE *file = fopen(path, "w");
    expect_true(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    free(path);
}

/* Work directories of audits that are still there. */
static inline int audit_directories_left(void) {
    char *pattern = seam_format("%s/seam-audit-*", audit_work);
    glob_t left;
    int n = glob(pattern, 0, NULL, &left) == 0 ? (int)left.gl_pathc : 0;
    globfree(&left);
    free(pattern);
    return n;
}

#endif
