/* Promises about the sandbox of an audit: a test that needs what it denies is told as skipped, with
 * what it needs and how to give it, and never as clean; every other test is audited as before; and
 * where the kernel refuses a sandbox, all of them are.
 *
 * Arguments: seam, a GOROOT (or None), testdata. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "audit/audit_expect.h"

enum { LANDLOCK_CREATE_RULESET = 444 };

static char *confined; /* the module, where a test may not write */

static void expect_missing(const char *part) { expect_true(strstr(audit_out, part) == NULL); }

/* A service that lives as long as this process; the tests hear where it is. */
static void serve(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    expect_int(bind(fd, (struct sockaddr *)&address, size), 0);
    expect_int(listen(fd, 100), 0);
    expect_int(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    char *text = seam_format("127.0.0.1:%d", ntohs(address.sin_port));
    setenv("CONFINED_ADDRESS", text, 1);
    free(text);
}

/* Can this machine do it? If not, only the rest is checked. */
static bool is_possible(void) {
    AUDIT(confined, "--sandbox=on", "--test=TestWritesThere", ".");
    bool is = strstr(audit_out, "is not possible here") == NULL;
    expect_int(audit_status, is ? 0 : 2);
    if (!is)
        printf("not checked: %s", audit_out);
    return is;
}

static void what_a_test_needs_is_told(void) {
    AUDIT(confined, ".");
    expect_audit(0, "8 tests, 3 crossings at 3 sites");
    expect_contains(audit_out, "skipped: m TestDials fails in the sandbox: it uses the "
                               "network; run with --network\n");
    expect_contains(audit_out, "skipped: m TestWritesHere fails in the sandbox: it "
                               "writes outside of its temporary directory; run with "
                               "--sandbox=off\n");
    expect_contains(audit_out, "skipped: m TestIsSilent fails in the sandbox: network "
                               "or writing; run with --network or --sandbox=off\n");
    expect_contains(audit_out, "skipped: m TestWritesMuch fails in the sandbox: it "
                               "writes a file of more than 4 GiB; run with --sandbox=off\n");
    expect_contains(audit_out, "skipped: m TestSkips skips itself in the sandbox: it uses the "
                               "network; run with --network\n");
    expect_contains(audit_out, "skipped: m TestSkipsParts skips 1 of its subtests: no license\n");
    expect_contains(audit_out, ": 0 findings; 6 tests skipped, as said above\n");
    expect_missing("TestDialsItself");
    expect_missing("TestWritesThere");
    expect_missing("incomplete");
}

static void what_it_is_given_it_has(void) {
    AUDIT(confined, "--network", ".");
    expect_audit(0, "skipped: m TestWritesHere");
    expect_missing("TestDials");
    expect_missing("TestSkips ");
    AUDIT(confined, "--sandbox=off", ".");
    expect_audit(0, "8 tests, ");
    expect_contains(audit_out, "skipped: m TestSkipsParts skips 1 of its subtests: no license\n");
    expect_contains(audit_out, ": 0 findings; 1 test skipped, as said above\n");
}

/* Where nothing was looked at, nothing is clean. */
static void who_only_skips_is_not_clean(void) {
    AUDIT(confined, "--test=TestSkips", ".");
    expect_audit(2, "nothing was audited: every test was skipped, for the reason above");
    AUDIT(confined, "--json", "--test=TestSkipsParts", ".");
    expect_audit(0, "{\"type\":\"skipped\",\"package\":\"m\",\"test\":\"TestSkipsParts\",\"why\":"
                    "\"skips 1 of its subtests: no license\"}");
    expect_contains(audit_out, "\"skipped\":1,\"status\":0}");
}

/* Then nothing runs outside of it, not even to compare. */
static void who_insists_gets_nothing_else(void) {
    AUDIT(confined, "--sandbox=on", "--test=TestWritesHere", ".");
    expect_audit(2, "skipped: m TestWritesHere fails even when nothing is forced: ");
    expect_contains(audit_out, "permission denied");
}

static void each_run_is_recorded(void) {
    char *record = seam_format("%s/record", audit_work);
    char *option = seam_format("--record=%s", record);
    AUDIT(confined, "--test=TestWritesThere", option, ".");
    expect_int(audit_status, 0);
    audit_read(record);
    expect_contains(audit_out, "\"-test.run=^TestWritesThere$\"");
    expect_contains(audit_out, "\"core_bytes\":0,\"file_bytes\":4294967296,");
    expect_contains(audit_out, "\"data_bytes\":null,\"resident_bytes\":");
    expect_contains(audit_out, "\"network\":\"loopback\",");
    char *directory = seam_format("\"directory\":\"%s\"", confined);
    expect_contains(audit_out, directory);
    free(directory);
    free(option);
    free(record);
}

/* From now on, as in many a container. */
static void refuse(long call, int code) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)code),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    expect_int(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    expect_int(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static void where_it_is_refused_all_goes_on(void) {
    refuse(SYS_unshare, EPERM);
    refuse(LANDLOCK_CREATE_RULESET, ENOSYS);
    AUDIT(confined, ".");
    expect_audit(0, "seam: the sandbox is incomplete: tests can reach the network (unshare: ");
    expect_contains(audit_out, "skipped: m TestWritesMuch");
    expect_missing("TestDials");
    expect_missing("TestWritesHere");
    AUDIT(confined, "--sandbox=on", ".");
    expect_audit(2, "seam: --sandbox=on is not possible here: tests can reach the network");
}

int main(int argc, char **argv) {
    audit_open(argc, argv, "confined-test");
    char *temporary = seam_format("%s/tmp", audit_work), *copy = audit_copy("confined", "confined");
    confined = realpath(copy, NULL);
    expect_true(confined != NULL && mkdir(temporary, 0700) == 0);
    setenv("TMPDIR", temporary, 1);
    serve();
    if (is_possible()) {
        what_a_test_needs_is_told();
        what_it_is_given_it_has();
        who_only_skips_is_not_clean();
        who_insists_gets_nothing_else();
        each_run_is_recorded();
    }
    where_it_is_refused_all_goes_on();
    free(confined);
    free(copy);
    free(temporary);
    return audit_close();
}
