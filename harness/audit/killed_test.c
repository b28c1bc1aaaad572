/* Promise: an audit that is killed half-way ends what it has started and removes what it has
 * written; if it cannot, the next audit does.
 *
 * Arguments: seam, a GOROOT (or None), testdata. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/wait.h>

#include "audit/audit_expect.h"

static bool wait_for_file(const char *path) {
    for (int i = 0; i < 6000 && access(path, R_OK) != 0; i++)
        usleep(20000);
    return access(path, R_OK) == 0;
}

/* A zombie has ended: who should have waited for it may be gone. */
static bool has_ended(int pid) {
    char *path = seam_format("/proc/%d/stat", pid);
    audit_read(path);
    const char *state = strrchr(audit_out, ')');
    free(path);
    return state == NULL || state[2] == 'Z';
}

static bool ends(int pid) {
    for (int i = 0; i < 500 && !has_ended(pid); i++)
        usleep(20000);
    return has_ended(pid);
}

static pid_t start_audit(const char *directory) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (chdir(directory) == 0 && freopen("/dev/null", "w", stderr) != NULL)
            execl(audit_seam, audit_seam, "audit", audit_go_option, "--jobs=1", ".", (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* Kill the audit when its test, which never ends, says who it is and who its child is. */
static void kill_half_way(int number, bool is_removed) {
    char *directory = seam_format("%s/endless", audit_data);
    char *pids = seam_format("%s/pids.%d", audit_work, number);
    int test_pid = 0, child = 0, ended = 0;
    setenv("PIDS", pids, 1);
    pid_t pid = start_audit(directory);
    expect_true(wait_for_file(pids));
    audit_read(pids);
    expect_int(sscanf(audit_out, "%d %d", &test_pid, &child), 2);
    expect_int(audit_directories_left(), 1);
    kill(pid, number);
    expect_true(waitpid(pid, &ended, 0) == pid);
    if (is_removed)
        expect_int(WIFEXITED(ended) ? WEXITSTATUS(ended) : 0, 128 + number);
    expect_true(ends(test_pid));
    if (is_removed)
        expect_true(ends(child));
    else if (child > 0)
        kill(child, SIGKILL); /* a test's own child is out of reach for who is killed at once */
    expect_int(audit_directories_left(), is_removed ? 0 : 1);
    free(pids);
    free(directory);
}

static void whoever_is_told_to_end_leaves_nothing(void) {
    kill_half_way(SIGINT, true);
    kill_half_way(SIGTERM, true);
    kill_half_way(SIGHUP, true);
}

static void the_next_audit_removes_what_a_killed_one_left(void) {
    kill_half_way(SIGKILL, false);
    audit_module("clean");
    expect_int(audit_status, 0);
    expect_summary(1, 1, 1, 4, 0);
    expect_int(audit_directories_left(), 0);
}

int main(int argc, char **argv) {
    audit_open(argc, argv, "killed-test");
    whoever_is_told_to_end_leaves_nothing();
    the_next_audit_removes_what_a_killed_one_left();
    return audit_close();
}
