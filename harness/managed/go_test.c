/* Promise: package managed is safe from Go. Its own tests pass under the race detector on the
 * oldest and the newest release of this machine, and on the newest seam audit finds nothing with
 * the collector forced at every crossing.
 *
 * Arguments: seam, the directory go/, GOROOTs (or None). */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/format.h"
#include "base/process.h"
#include "realgo/gobuild.h"

static char *seam, *go_directory, *log_file;
static char out[1 << 16];

/* Run a command in go/: it ends with status 0. */
static void expect_success(const char *const argv[]) {
    const struct seam_process_place place = {go_directory, NULL, log_file, 0};
    int status = seam_process_run(argv, &place);
    FILE *in = fopen(log_file, "r");
    size_t n = in != NULL ? fread(out, 1, sizeof out - 1, in) : 0;
    out[n] = '\0';
    if (in != NULL)
        fclose(in);
    expect_int(status, 0);
    if (status != 0)
        fputs(out, stderr);
}

static void its_tests_pass(const char *root) {
    char *go = seam_format("%s/bin/go", root);
    const char *const argv[] = {go, "test", "-count=1", "-race", "./managed", NULL};
    expect_success(argv);
    expect_contains(out, "ok");
    free(go);
}

static void the_audit_finds_nothing(const char *root) {
    char *go = seam_format("--go=%s", root);
    const char *const argv[] = {seam, "audit", go, "--schedule=every", "./managed", NULL};
    expect_success(argv);
    expect_contains(out, ": 0 findings");
    expect_contains(out, "11 tests, ");
    free(go);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: managed_go_test SEAM GO_DIRECTORY GOROOT...\n");
        return 2;
    }
    if (strcmp(argv[3], "None") == 0) {
        puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
        return 0;
    }
    const char *base = getenv("TEST_TMPDIR");
    seam = realpath(argv[1], NULL);
    go_directory = realpath(argv[2], NULL);
    log_file = seam_format("%s/managed-go-test.%d", base != NULL ? base : "/tmp", (int)getpid());
    setenv("CC", seam_go_c_compiler(), 1);
    setenv("GOTOOLCHAIN", "local", 1);
    setenv("GOFLAGS", "-mod=mod", 1);
    setenv("GOPROXY", "off", 1);
    char error[SEAM_GO_ERROR];
    expect_true(seam_go_ensure_build_cache(error));
    for (int i = 3; i < argc; i++)
        its_tests_pass(argv[i]);
    the_audit_finds_nothing(argv[argc - 1]);
    unlink(log_file);
    free(seam);
    free(go_directory);
    free(log_file);
    return expect_status();
}
