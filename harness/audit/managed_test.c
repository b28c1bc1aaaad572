/* Promise: package managed is safe from Go. Its own tests pass under the race detector on the
 * oldest and the newest release of this machine, and on the newest seam audit finds nothing with
 * the collector forced at every crossing.
 *
 * Arguments: seam, the newest GOROOT (or None), the directory go/, the oldest GOROOT. */
#define _GNU_SOURCE
#include "audit/audit_expect.h"
#include "realgo/gobuild.h"

/* `go test -race` of a release. */
static void its_tests_pass(const char *root) {
    char *go = seam_format("%s/bin/go", root), *log = seam_format("%s/log", audit_work);
    const char *const argv[] = {go, "test", "-count=1", "-race", "./managed", NULL};
    audit_status = seam_process_run(
        argv, &(struct seam_process_place){.directory = audit_data, .output = log});
    audit_read(log);
    expect_audit(0, "ok");
    free(log);
    free(go);
}

static void the_audit_finds_nothing(void) {
    AUDIT(audit_data, "--schedule=every", "./managed");
    expect_int(audit_status, 0);
    expect_summary(11, -1, -1, -1, 0);
    if (audit_status != 0)
        fputs(audit_out, stderr);
}

int main(int argc, char **argv) {
    audit_open(argc, argv, "managed-test");
    setenv("CC", seam_go_c_compiler(), 1);
    setenv("GOTOOLCHAIN", "local", 1);
    setenv("GOPROXY", "off", 1);
    char error[SEAM_GO_ERROR];
    expect_true(seam_go_ensure_build_cache(error));
    its_tests_pass(argv[2]);
    if (strcmp(argv[2], argv[4]) != 0)
        its_tests_pass(argv[4]);
    the_audit_finds_nothing();
    return audit_close();
}
