/* Promises about packages that fight back: nothing is told as clean that was not looked at, one
 * package does not end the audit of others, no limit drops a package or a test in silence, and what
 * a test prints or does to its surroundings makes no finding that is not one.
 *
 * Arguments: seam, a GOROOT (or None), testdata. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit_expect.h"
#include "realgo/gobuild.h"

#define MODULE "example.com/Nasty/Mod"

static char *hostile; /* a copy that tests may write into */

static void expect_missing(const char *part) { expect_true(strstr(audit_out, part) == NULL); }

/* Each line begins with what became of a package or a test, and has the reason behind it. */
static void what_was_not_looked_at_is_told(void) {
    AUDIT(hostile, "--timeout=5", "--replays=1", "./...");
    expect_audit(1, "FOUND changed-behaviour"); /* hostmsg: the rest went on */
    expect_contains(audit_out, "in TestB)");
    expect_contains(audit_out,
                    "lost: " MODULE "/panicinit: its test program cannot list its tests: "
                    "panic: no");
    expect_contains(audit_out,
                    "lost: " MODULE "/cmalloc: its test program cannot list its tests: ");
    expect_contains(audit_out, "lost: " MODULE "/cscribff TestB: the test program wrote over");
    expect_contains(audit_out, "lost: " MODULE "/cscrib01 TestB: the test program wrote over");
    expect_contains(audit_out, "lost: " MODULE "/gscrib TestB: the test program wrote over");
    expect_contains(audit_out, "lost: " MODULE "/gtrunc TestB: the test program wrote over");
    expect_contains(audit_out, "lost: " MODULE "/rmout TestB: the test removed the file");
    expect_contains(audit_out, "skipped: " MODULE "/hang TestHang");
    expect_contains(audit_out, "skipped: " MODULE "/killgroup TestB");
    expect_contains(audit_out, "skipped " MODULE "/nocgo: it does not use cgo");
    expect_contains(audit_out, "skipped " MODULE "/notests: it has no tests");
    expect_contains(audit_out, " of what was to be audited are lost");
    expect_contains(audit_out, ": 1 finding; 2 tests skipped, as said above\n");
    expect_missing("\033[");            /* of a test's */
    expect_missing("<script>alert(1)"); /* no test is called so */
    expect_contains(audit_out, "\\x1b[31mred\\x1b[0m \\xff\\xfe \\x01");
}

/* A kernel that keeps signals inside of the sandbox keeps the worker alive. */
static void a_test_that_kills_its_parent_is_audited_or_lost(void) {
    enum { CREATE_RULESET = 444, ASK_VERSION = 1, WITH_SIGNALS = 6 };
    static const char lost[] = "lost: " MODULE "/killparent TestB: its worker died by signal 9";
    bool keeps_signals = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION) >= WITH_SIGNALS;
    AUDIT(hostile, "./killparent");
    expect_audit(keeps_signals ? 0 : 2, keeps_signals ? "2 tests, 22 crossings" : lost);
    AUDIT(hostile, "--sandbox=off", "./killparent");
    expect_audit(2, lost);
}

static void what_is_lost_is_status_2(void) {
    AUDIT(hostile, "./gtrunc");
    expect_audit(2, "1 of what was to be audited is lost");
    AUDIT(hostile, "./panicinit", "./plainok");
    expect_audit(2, "1 test, ");
    AUDIT(hostile, "./no-such-package", "./plainok");
    expect_audit(2, "lost: ");
    expect_contains(audit_out, "no-such-package");
    expect_contains(audit_out, "1 test, ");
}

/* Nothing of what cgo did not write is taken for what it wrote. */
static void the_users_tree_stays_as_it_is(void) {
    static const char *const wanted[] = {"cgo2name.go", "cgo2name_test.go", "seam_audit_mine.c",
                                         "user.cgo2.c", NULL};
    char *directory = seam_format("%s/cgo2name", hostile), **files;
    AUDIT(hostile, "./cgo2name");
    expect_audit(0, ": 0 findings");
    files = seam_file_list(directory, "");
    for (int i = 0; i == 0 || files[i - 1] != NULL; i++)
        if (files[i] == NULL || wanted[i] == NULL)
            expect_true(files[i] == NULL && wanted[i] == NULL);
        else
            expect_text(strrchr(files[i], '/') + 1, wanted[i]);
    seam_file_list_free(files);
    free(directory);
}

static void no_package_is_dropped_however_many_there_are(void) {
    const char *words[62] = {NULL};
    for (int i = 0; i < 57; i++)
        words[i] = i < 56 ? "./nocgo" : "./hostmsg";
    audit_run(hostile, words);
    expect_audit(1, "FOUND changed-behaviour");
}

static void no_test_is_dropped_however_many_there_are(void) {
    enum { TESTS = 5000 };
    int listed = 0;
    char name[200] = "";
    char *file = seam_format("%s/plainok/many_test.go", hostile), *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fputs("package plainok\n\nimport \"testing\"\n\n", out);
    for (int i = 0; i < TESTS; i++)
        fprintf(out, "func TestMany%d(t *testing.T) { Add(1) }\n", i);
    fclose(out);
    expect_true(seam_file_write(file, text, size));
    memset(name, 'X', sizeof name - 1);
    char *long_file = seam_format("%s/longname/long_test.go", hostile),
         *long_text = seam_format("package longname\n\nimport \"testing\"\n\n"
                                  "func Test%s(t *testing.T) { Add(1) }\n",
                                  name);
    expect_true(seam_file_write(long_file, long_text, strlen(long_text)));
    AUDIT(hostile, "--list", "./plainok", "./longname");
    expect_int(audit_status, 0);
    for (const char *at = audit_out; (at = strstr(at, "/plainok TestMany")) != NULL; at++)
        listed++;
    expect_int(listed, TESTS);
    expect_contains(audit_out, "/plainok TestMany4999\n");
    char *line = seam_format("/longname Test%s\n", name);
    expect_contains(audit_out, line);
    AUDIT(hostile, "./longname");
    expect_audit(0, "1 test, ");
    free(line);
    free(long_text);
    free(long_file);
    expect_int(unlink(file), 0);
    free(text);
    free(file);
}

static void a_directory_may_have_any_name(void) {
    static const char *const names[] = {"a[b]c", "x*y?", "quote'd", "semi;colon $HOME"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *directory = audit_copy("clean", names[i]);
        AUDIT(directory, ".");
        expect_audit(0, "1 test, 1 crossing at 1 site");
        free(directory);
    }
}

/* As Go itself takes them. */
static void flags_and_compilers_are_those_of_the_user(void) {
    char *cc = seam_format("%s/my cc", audit_work), *quoted = seam_format("'%s' -m64", cc);
    char *with_variable = seam_format("env CC_OF_USER=1 %s", seam_go_c_compiler());
    char *script = seam_format("#!/bin/sh\nexec %s \"$@\"\n", seam_go_c_compiler());
    const char *before = getenv("CC");
    char *kept = seam_format("%s", before != NULL ? before : "");
    setenv("GOFLAGS", "-mod=mod -tags=special", 1);
    AUDIT(hostile, "./tagged");
    expect_audit(0, ": 0 findings");
    setenv("GOFLAGS", "-mod=mod", 1);
    AUDIT(hostile, "./tagged");
    expect_audit(2, "/tagged");
    setenv("CC", with_variable, 1);
    AUDIT(hostile, "./plainok");
    expect_audit(0, ": 0 findings");
    audit_write("my cc", script);
    expect_int(chmod(cc, 0755), 0);
    setenv("CC", quoted, 1);
    AUDIT(hostile, "./plainok");
    expect_audit(0, ": 0 findings");
    setenv("CC", "'gcc", 1);
    AUDIT(hostile, "./plainok");
    expect_int(audit_status, 2);
    if (kept[0] != '\0')
        setenv("CC", kept, 1);
    else
        unsetenv("CC");
    free(kept);
    free(script);
    free(with_variable);
    free(quoted);
    free(cc);
}

int main(int argc, char **argv) {
    audit_open(argc, argv, "hostile-test");
    hostile = audit_copy("hostile", "hostile");
    what_was_not_looked_at_is_told();
    a_test_that_kills_its_parent_is_audited_or_lost();
    what_is_lost_is_status_2();
    the_users_tree_stays_as_it_is();
    no_package_is_dropped_however_many_there_are();
    no_test_is_dropped_however_many_there_are();
    a_directory_may_have_any_name();
    flags_and_compilers_are_those_of_the_user();
    free(hostile);
    return audit_close();
}
