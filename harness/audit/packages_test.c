/* Promise: whatever a package is like, seam audit says so in clear words, audits what can be
 * audited, writes nothing into the package's tree and leaves nothing behind.
 *
 * Arguments: seam, a GOROOT (or None), testdata. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "audit/audit_expect.h"

/* TestOne makes one call, so there are four points. */
static void expect_one_clean_test(void) {
    expect_int(audit_status, 0);
    expect_summary(1, 1, 1, 4, 0);
    if (audit_status != 0)
        fputs(audit_out, stderr);
}

static void a_package_with_a_test_is_audited(void) {
    audit_module("clean");
    expect_one_clean_test();
    audit_module("mixed"); /* C++ beside it stays as it is */
    expect_one_clean_test();
}

static void a_space_in_its_path_changes_nothing(void) {
    char *directory = audit_copy("clean", "with space");
    AUDIT(directory, "--jobs=1", ".");
    expect_one_clean_test();
    free(directory);
}

static void what_is_missing_is_named(void) {
    audit_module("no-cgo");
    expect_audit(2, "not use cgo");
    audit_module("no-tests");
    expect_audit(2, "no tests");
    audit_module("no-library");
    expect_audit(2, "no-such-library");
}

static void what_does_not_compile_is_told_in_the_words_of_the_compiler(void) {
    audit_module("bad-test");
    expect_audit(2, "m_test.go:3:9: undefined: y");
    audit_module("bad-c");
    expect_audit(2, "m.go:3:10: error: expected expression");
}

static void a_test_that_fails_anyway_is_no_finding(void) {
    audit_module("failing");
    expect_audit(2, "m_test.go:5: no");
    expect_contains(audit_out, "TestOne");
    expect_contains(audit_out, "nothing was audited: every test was skipped");
    expect_summary(1, -1, -1, -1, 0);
}

/* The runtime takes the processor from a goroutine that computes for 10 ms, and from one that a
 * busy machine keeps waiting so long. */
static void the_write_barrier_stays_on_however_long_go_takes(void) {
    audit_module("slow");
    expect_audit(1, "FOUND dirty-c-memory");
    expect_contains(audit_out, "10 of 10 runs");
}

/* Two packages with cgo under one without, a build tag, a vendored module, an old language version.
 */
static void what_a_test_imports_is_audited(void) {
    char *directory = seam_format("%s/imports", audit_data);
    setenv("GOFLAGS", "-mod=vendor", 1);
    AUDIT(directory, "--tags=wanted", "./p");
    setenv("GOFLAGS", "-mod=mod", 1);
    expect_int(audit_status, 0);
    expect_summary(1, 2, 2, 8, 0);
    free(directory);
}

static void a_program_is_audited_as_well(void) {
    char *directory = seam_format("%s/program", audit_data);
    AUDIT(directory, "--run", "."); /* one() and its own name: status 0 */
    expect_one_clean_test();
    free(directory);
}

/* Another seam may be by now where the compiler's link leads, or nothing. In a cache of its own:
 * other tests may be using theirs. */
static void the_compiler_is_the_seam_that_runs(void) {
    char *cache = seam_format("%s/cache", audit_work);
    char *pattern = seam_format("%s/cc-*/seam-cc", cache);
    glob_t links;
    setenv("SEAM_CACHE", cache, 1);
    audit_module("clean");
    expect_one_clean_test();
    expect_int(glob(pattern, 0, NULL, &links), 0);
    expect_int(links.gl_pathc, 1);
    expect_int(unlink(links.gl_pathv[0]), 0);
    expect_int(symlink("/bin/false", links.gl_pathv[0]), 0);
    audit_module("failing"); /* not built yet with this compiler */
    unsetenv("SEAM_CACHE");
    expect_audit(2, "m_test.go:5: no");
    globfree(&links);
    free(pattern);
    free(cache);
}

/* --- the tree --------------------------------------------------------------------------------- */

/* The names and contents of everything in a directory, as one number. */
static char *checksum(const char *directory) {
    static const char script[] = "find \"$0\" | sort; find \"$0\" -type f -exec cksum {} + | sort";
    char text[4096];
    const char *const argv[] = {"sh", "-c", script, directory, NULL};
    expect_true(seam_process_read(argv, text, sizeof text));
    return strdup(text);
}

static void the_tree_is_not_touched_and_nothing_is_left(void) {
    char *directory = audit_copy("clean", "clean");
    char *before = checksum(directory);
    AUDIT(directory, "--jobs=1", ".");
    expect_one_clean_test();
    char *after = checksum(directory);
    expect_text(after, before);
    expect_int(audit_directories_left(), 0);
    free(after);
    free(before);
    free(directory);
}

/* Root may write anywhere but to what is mounted read-only. Only this process and its children see
 * that. */
static bool forbid_writing(const char *directory) {
    if (geteuid() != 0)
        return chmod(directory, 0555) == 0;
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount(directory, directory, NULL, MS_BIND, NULL) == 0 &&
           mount(NULL, directory, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) == 0;
}

static void a_tree_is_audited_that_cannot_be_written_to(void) {
    enum { CANNOT_FORBID = 77 };
    char *directory = audit_copy("clean", "read-only"), *file = seam_format("%s/x", directory);
    int ended;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (!forbid_writing(directory))
            _exit(CANNOT_FORBID);
        expect_true(open(file, O_WRONLY | O_CREAT, 0666) < 0);
        AUDIT(directory, "--jobs=1", ".");
        expect_one_clean_test();
        fflush(NULL);
        _exit(expect_status());
    }
    expect_true(waitpid(pid, &ended, 0) == pid && WIFEXITED(ended));
    if (WEXITSTATUS(ended) == CANNOT_FORBID)
        printf("SKIP: this system lets root mount nothing, so no tree is read-only here: %s\n",
               strerror(errno));
    else
        expect_int(WEXITSTATUS(ended), 0);
    expect_int(chmod(directory, 0755), 0);
    free(file);
    free(directory);
}

int main(int argc, char **argv) {
    audit_open(argc, argv, "packages-test");
    a_package_with_a_test_is_audited();
    a_space_in_its_path_changes_nothing();
    what_is_missing_is_named();
    what_does_not_compile_is_told_in_the_words_of_the_compiler();
    a_test_that_fails_anyway_is_no_finding();
    the_write_barrier_stays_on_however_long_go_takes();
    what_a_test_imports_is_audited();
    a_program_is_audited_as_well();
    the_compiler_is_the_seam_that_runs();
    the_tree_is_not_touched_and_nothing_is_left();
    a_tree_is_audited_that_cannot_be_written_to();
    return audit_close();
}
