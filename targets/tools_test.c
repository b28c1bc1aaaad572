/* Promise: beside each target stand the commands for a finding and for a corpus, and each does what
 * its name says.
 *
 * Arguments: the scripts pointer_passing_{shrink,explain,merge,coverage}, and managed_shrink and
 * managed_coverage. They are run as `bazel run` runs them: in the runfiles, for a caller who is
 * somewhere else. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

#define BROKEN_STEPS "c0 = malloc clean\nfree c0\nlook_c c0\n"

enum { SHRINK, EXPLAIN, MERGE, COVERAGE, MANAGED_SHRINK, MANAGED_COVERAGE, TOOLS };

static char runfiles[4096], tools[TOOLS][4096];

static void use(int tool, const char *one, const char *two, const char *three) {
    char here[4096];
    must(getcwd(here, sizeof here) != NULL, "getcwd");
    setenv("BUILD_WORKING_DIRECTORY", here, 1);
    must(chdir(runfiles) == 0, runfiles);
    strcpy(program, tools[tool]);
    run(NULL, (const char *const[]){program, one, two, three, NULL});
    must(chdir(here) == 0, here);
}

static void a_finding_is_shrunk_and_explained(void) {
    write_text("a.seam", "g0 = go_new data\ngc\n" BROKEN_STEPS);
    use(SHRINK, "a.seam", NULL, NULL);
    expect_int(status, 0);
    expect_contains(out, "\nc0 = malloc clean\nfree c0\nlook_c c0\n");
    use(SHRINK, "a.seam", "-o", "small");
    expect_int(status, 0);
    use(EXPLAIN, "small", NULL, NULL);
    expect_int(status, 1);
    expect_contains(out, "BROKEN use-after-free");
}

static void what_a_corpus_reaches_is_counted_and_what_not_is_named(void) {
    must(mkdir("few", 0777) == 0, "few");
    write_text("few/a.seam", BROKEN_STEPS);
    use(COVERAGE, "few", NULL, NULL);
    expect_int(status, 0);
    expect_contains(out, "1 file, 3 steps run\nrules           1 of ");
    expect_contains(out, "  not reached: double-free\n");
    expect_true(strstr(out, "not reached: use-after-free\n") == NULL);
    expect_contains(out, "Lines and branches need LLVM and bazel run --config=coverage "
                         "//targets:pointer_passing_coverage\n");
    use(COVERAGE, NULL, NULL, NULL);
    expect_contains(out, "\nrules          ");
    expect_true(strstr(out, "not reached") == NULL);
    use(MANAGED_COVERAGE, "few", NULL, NULL);
    expect_int(status, 0);
    use(COVERAGE, "nowhere", NULL, NULL);
    expect_int(status, 2);
    expect_contains(err, "seam: nowhere: No such file or directory\n");
}

/* Tests are built without an engine; ci/fuzz merges. */
static void merging_needs_an_engine_and_says_so(void) {
    must(mkdir("few", 0777) == 0, "few");
    use(MERGE, "out", "few", NULL);
    expect_refused("//targets:pointer_passing_merge: was built without an engine; add "
                   "--config=asan-libfuzzer to bazel run\n");
    use(MERGE, "out", NULL, NULL);
    expect_refused("usage: bazel run ... -- OUT DIR...\n");
    expect_int(files_in("."), 1);
}

static void what_is_no_finding_is_not_shrunk(void) {
    write_text("a", "harmless");
    write_text("b", "mine");
    use(MANAGED_SHRINK, "a", "-o", "out");
    expect_refused("seam: a: finds nothing, so there is nothing to shrink\n");
    use(MANAGED_SHRINK, "a", "-o", "b");
    expect_refused("seam: b: exists; choose another name with -o, or remove it\n");
    expect_int(files_in("."), 2);
}

int main(int argc, char **argv) {
    must(argc == 1 + TOOLS && getcwd(runfiles, sizeof runfiles) != NULL, "tools_test TOOLS");
    for (int i = 0; i < TOOLS; i++)
        must(realpath(argv[1 + i], tools[i]) != NULL, argv[1 + i]);
    cli_open(argc, argv);
    PROMISE(a_finding_is_shrunk_and_explained);
    PROMISE(what_a_corpus_reaches_is_counted_and_what_not_is_named);
    PROMISE(merging_needs_an_engine_and_says_so);
    PROMISE(what_is_no_finding_is_not_shrunk);
    return cli_close();
}
