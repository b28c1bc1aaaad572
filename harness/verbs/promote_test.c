/* Promise: `seam promote` puts a finding into a corpus as the tests there want it, whole or not at
 * all, and replaces nothing; what it cannot finish, those tests name.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

/* Without pinning it is broken; a pin makes it legal, and so does leaving out the store. */
#define STORES "g0 = go_new data\nc0 = malloc clean\nstore c0[0] = g0\nfree c0\n"

/* A corpus has a scenario at least. */
static void make_corpus(void) {
    must(mkdir("corpus", 0777) == 0 && mkdir("corpus/keeps", 0777) == 0 &&
             mkdir("corpus/breaks", 0777) == 0,
         "mkdir");
    write_text("corpus/keeps/legal.seam", LEGAL);
}

static void read_text(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY);
    must(fd >= 0, path);
    read_back(fd, text, size);
}

static void expect_report_is(const char *path) {
    seam("replay", "--expect", path);
    expect_text(out, "1 scenario, all as expected\n");
    expect_int(status, 0);
}

static void a_finding_gets_a_report_and_a_legal_twin(void) {
    static char text[4096];
    make_corpus();
    write_text("found.seam", STORES);
    seam("promote", "--name=plain", "found.seam");
    expect_int(status, 0);
    expect_text(err, "");
    expect_text(out, "corpus/breaks/go-pointer-in-c-memory/plain.seam\n"
                     "corpus/breaks/go-pointer-in-c-memory/plain.report\n"
                     "corpus/keeps/go-pointer-in-c-memory-plain.seam\n"
                     "corpus/keeps/go-pointer-in-c-memory-plain.report\n");
    expect_report_is("corpus/breaks/go-pointer-in-c-memory/plain.seam");
    expect_report_is("corpus/keeps/go-pointer-in-c-memory-plain.seam");
    read_text("corpus/breaks/go-pointer-in-c-memory/plain.seam", text, sizeof text);
    expect_text(text, "# Found by fuzzing.\n" STORES);
    read_text("corpus/breaks/go-pointer-in-c-memory/plain.report", text, sizeof text);
    expect_contains(text, "seam replay corpus/breaks/go-pointer-in-c-memory/plain.seam\n");
    read_text("corpus/keeps/go-pointer-in-c-memory-plain.seam", text, sizeof text);
    expect_text(text,
                "# breaks/go-pointer-in-c-memory/plain.seam without step 3, store c0[0] = g0.\n"
                "g0 = go_new data\nc0 = malloc clean\nfree c0\n");
}

/* The name of a finding without one comes from its steps: not from its file, not from the clock. */
static void the_same_finding_gives_the_same_files(void) {
    static char first[sizeof out];
    make_corpus();
    write_text("found.seam", "# by a fuzzer\n" STORES);
    seam("promote", "found.seam");
    expect_int(status, 0);
    strcpy(first, out);
    expect_contains(out, "corpus/breaks/go-pointer-in-c-memory/fuzz-");
    must(rename("corpus", "before") == 0, "rename");
    make_corpus();
    seam("encode", "found.seam", "-o", "crash-1234");
    seam("promote", "crash-1234");
    expect_text(out, first);
}

static void what_breaks_no_rule_is_kept(void) {
    make_corpus();
    write_text("found.seam", "g0 = go_new data\nlook g0\n");
    seam("promote", "--name=looks", "found.seam");
    expect_text(out, "corpus/keeps/looks.seam\ncorpus/keeps/looks.report\n");
    expect_report_is("corpus/keeps/looks.seam");
}

/* One step, and nothing is left without it. */
static void a_twin_that_is_not_legal_yet_fails_the_tests(void) {
    make_corpus();
    write_text("found.seam", "c0 = malloc clean\n");
    seam("promote", "--name=alone", "found.seam");
    expect_int(status, 0);
    expect_contains(out, "corpus/keeps/c-memory-leak-alone.seam\nNo step can be left out");
    expect_int(access("corpus/keeps/c-memory-leak-alone.report", F_OK), -1);
    seam("replay", "--expect", "corpus/keeps/c-memory-leak-alone.seam");
    expect_int(status, 2);
    expect_contains(err, "c-memory-leak-alone.report: no report beside the scenario");
}

static void nothing_is_replaced(void) {
    make_corpus();
    write_text("found.seam", STORES);
    write_text("other.seam", STORES "gc\n");
    write_text("corpus/keeps/go-pointer-in-c-memory-plain.report", "mine\n");
    seam("promote", "--name=plain", "found.seam");
    expect_refused("seam: corpus/keeps/go-pointer-in-c-memory-plain.report: exists; choose another "
                   "name with --name\n");
    expect_int(files_in("corpus/breaks"), 0);
    seam("promote", "--name=other", "found.seam");
    expect_int(status, 0);
    seam("promote", "--name=again", "found.seam");
    expect_refused(
        "seam: found.seam: is corpus/breaks/go-pointer-in-c-memory/other.seam already\n");
    seam("promote", "--name=other", "other.seam");
    expect_int(status, 2);
    expect_contains(err, "other.seam: exists; choose another name with --name\n");
}

static void half_a_promotion_is_taken_back(void) {
    make_corpus();
    write_text("found.seam", STORES);
    must(unlink("corpus/keeps/legal.seam") == 0 && rmdir("corpus/keeps") == 0, "rmdir");
    write_text("corpus/keeps", "not a directory\n");
    write_text("corpus/legal.seam", LEGAL);
    seam("promote", "found.seam");
    expect_int(status, 2);
    expect_contains(err, "corpus/keeps");
    expect_int(files_in("corpus/breaks"), 0);
}

static void what_is_wrong_is_told(void) {
    make_corpus();
    write_text("found.seam", STORES);
    write_text("bad.seam", "g0 = go_new dta\n");
    write_text("empty.seam", "");
    seam("promote");
    expect_refused("seam: promote needs one FILE; see seam promote --help\n");
    seam("promote", "found.seam", "bad.seam");
    expect_refused("seam: promote needs one FILE; see seam promote --help\n");
    seam("promote", "bad.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: bad.seam:1:");
    seam("promote", "empty.seam");
    expect_refused("seam: empty.seam: the scenario has no steps, so it shows nothing; see seam "
                   "replay\n");
    seam("promote", "--name=../x", "found.seam");
    expect_refused("seam: --name=../x: a name has letters, digits and dashes, 60 at most, as in "
                   "--name=free-twice\n");
    seam("promote", "--corpus=none", "found.seam");
    expect_int(status, 2);
    expect_int(files_in("corpus/breaks"), 0);
}

static void what_is_not_in_the_corpus_is_named(void) {
    make_corpus();
    write_text("found.seam", STORES);
    write_text("same.seam", "# as bytes or as text\n" LEGAL);
    seam("promote", "--check", "same.seam");
    expect_text(out, "");
    expect_int(status, 0);
    seam("promote", "--check", "same.seam", "found.seam");
    expect_text(out, "found.seam: is not in corpus; seam promote puts it there\n");
    expect_int(status, 1);
    seam("promote", "found.seam");
    seam("promote", "--check", "same.seam", "found.seam");
    expect_int(status, 0);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(a_finding_gets_a_report_and_a_legal_twin);
    PROMISE(the_same_finding_gives_the_same_files);
    PROMISE(what_breaks_no_rule_is_kept);
    PROMISE(a_twin_that_is_not_legal_yet_fails_the_tests);
    PROMISE(nothing_is_replaced);
    PROMISE(half_a_promotion_is_taken_back);
    PROMISE(what_is_wrong_is_told);
    PROMISE(what_is_not_in_the_corpus_is_named);
    return cli_close();
}
