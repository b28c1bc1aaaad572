/* Promise: a page that says anything else than its commands print does not pass.
 *
 * Each wrong page stands beside its right twin. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/expect.h"
#include "readme/page.h"
#include "readme/review.h"

static char said[4000];

static void write_text(const char *path, const char *text) {
    FILE *out = fopen(path, "w");
    expect_true(out != NULL && fputs(text, out) >= 0 && fclose(out) == 0);
}

/* How many complaints there are about this page; what they are is in `said`. */
static int complaints(const char *page, bool go) {
    FILE *out = fmemopen(said, sizeof said, "w");
    struct seam_review review = {.root = ".", .go = go, .out = out};
    seam_review_page(&review, "part/README.md", page, NULL);
    fclose(out);
    return review.complaints;
}

static void test_quote(void) {
    expect_int(
        complaints("<!-- run: echo a; echo; echo '  b' -->\n\n    a\n\n      b\n\nmore\n", false),
        0);
    expect_int(complaints("<!-- run: echo a; echo b -->\n    $ show\n    a\n    b\n", false), 0);
    expect_int(complaints("<!-- run: echo a -->\n```\n$ show\na\n```\nmore\n", false), 0);
    expect_int(complaints("<!-- run: echo '|a|'; echo '|b|' -->\n|a|\n|b|\nmore\n", false), 0);
    expect_int(complaints("<!-- run: echo '|a|'; echo '|b|' -->\n|a|\n|c|\nmore\n", false), 1);
    expect_int(complaints("<!-- run: echo a >&2 -->\n    a\n", false), 0);
    expect_int(complaints("text\n\n<!-- run: echo a; echo b -->\n    a\n    c\n", false), 1);
    expect_contains(said, "part/README.md:3: not what 'echo a; echo b' prints");
    expect_contains(said, "page  c\n  print b\n");
    expect_int(complaints("<!-- run: echo a; echo b -->\n    a\n", false), 1);
    expect_int(complaints("<!-- run: true -->\n    a\n", false), 1);
}

/* A block that needs Go is looked at when Go is there, and only then. */
static void test_go(void) {
    const char *page = "<!-- go: echo a -->\n    b\n\n<!-- run: echo a -->\n    b\n";
    expect_int(complaints(page, true), 1);
    expect_contains(said, "part/README.md:1:");
    expect_int(complaints(page, false), 1);
    expect_contains(said, "part/README.md:4:");
}

static void expect_updated(const char *page, const char *wanted) {
    char *updated = NULL;
    struct seam_review review = {.root = ".", .out = stdout};
    seam_review_page(&review, "README.md", page, &updated);
    expect_text(updated, wanted);
    expect_int(review.complaints, 0);
    free(updated);
}

static void test_update(void) {
    expect_updated("a\n<!-- run: printf 'x\\n\\ny\\n' -->\n    $ show\n    old\n\nz\n",
                   "a\n<!-- run: printf 'x\\n\\ny\\n' -->\n    $ show\n    x\n\n    y\n\nz\n");
    expect_updated("<!-- run: echo x -->\n```\nold\n```\n<!-- run: echo y -->\n    old\n    old\n",
                   "<!-- run: echo x -->\n```\nx\n```\n<!-- run: echo y -->\n    y\n");
    expect_updated("<!-- run: echo x -->\n    x\n\nz\n", "<!-- run: echo x -->\n    x\n\nz\n");
}

/* A measured block passes as it was put, and not with one figure changed, nor under another
 * command. */
static void test_measured(void) {
    const char *page = "a\n<!-- begin: ci/measure all -->\n<!-- end -->\nb\n", *at = page;
    struct seam_block block;
    expect_true(seam_block_next(page, &at, &block));
    expect_text(block.command, "ci/measure all");
    char *put = seam_block_replace(page, &block, "name  17 /s\n\nlast  4 /s\n");
    expect_contains(put, "all -->\n    name  17 /s\n\n    last  4 /s\n<!-- end: ");
    expect_int(complaints(put, false), 0);
    char *table = seam_block_replace(page, &block, "| name | 17 |\n");
    expect_contains(table, "\n| name | 17 |\n");
    expect_int(complaints(table, false), 0);
    strstr(table, "17")[1] = '8';
    expect_int(complaints(table, false), 1);
    expect_contains(said, "part/README.md:2: was edited by hand");
    memcpy(strstr(put, "all"), "one", 3);
    expect_int(complaints(put, false), 1);
    free(put);
    free(table);
    expect_int(complaints("<!-- begin: ci/measure -->\n    17 /s\n", false), 1);
    expect_contains(said, "has no <!-- end -->");
    expect_int(complaints("<!-- begin: ci/measure -->\n<!-- end -->\n", false), 1);
    expect_contains(said, "is empty");
}

/* Nobody could write this block again. */
static void test_command_gone(void) {
    static const char *const gone[] = {"ci/gone", "ci/unable", "seam GONE", "make table"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        char page[200], hash[20];
        seam_block_hash(gone[i], "17\n", hash);
        snprintf(page, sizeof page, "<!-- begin: %s -->\n    17\n<!-- end: %s -->\n", gone[i],
                 hash);
        expect_int(complaints(page, false), 1);
        expect_contains(said, "no command of this tree writes");
    }
}

static void test_paths(void) {
    expect_int(
        complaints("`ci/measure`, ci/m*e, [a](../ci/measure), [b](other.md#c) and [d](#e).\n"
                   "corpus/RULE/x.seam, bazel-bin/ci/gone, https://x.org/ci/gone, [f](https://g)\n",
                   false),
        0);
    expect_int(complaints("see `ci/gone`.\n", false), 1);
    expect_contains(said, "part/README.md:1: there is no ci/gone");
    expect_int(complaints("a\n[a](gone.md)\n", false), 1);
    expect_contains(said, "part/README.md:2: there is no gone.md");
    expect_int(complaints("ci/g*\n", false), 1);
    expect_int(complaints("<!-- run: echo ci/gone -->\n    ci/gone\n\nci/gone\n", false), 1);
}

static void test_top(void) {
    static char long_page[500];
    char *const paths[] = {"README.md", "part/README.md"};
    struct seam_review review = {.root = ".", .out = fmemopen(said, sizeof said, "w")};
    seam_review_top(&review, "[part](part/README.md)\n", paths, 2);
    expect_int(review.complaints, 0);
    seam_review_top(&review, "part/README.md\n", paths, 2);
    expect_int(review.complaints, 1);
    memset(long_page, '\n', 200);
    seam_review_top(&review, long_page, paths, 1);
    expect_int(review.complaints, 1);
    memset(long_page, '\n', 201);
    seam_review_top(&review, long_page, paths, 1);
    expect_int(review.complaints, 2);
    fclose(review.out);
}

int main(void) {
    char work[] = "/tmp/seam-review-XXXXXX";
    expect_true(mkdtemp(work) != NULL && chdir(work) == 0);
    expect_true(mkdir("ci", 0777) == 0 && mkdir("part", 0777) == 0);
    write_text("ci/measure", "sh ci/readme --measure\n");
    write_text("ci/unable", "echo 17\n");
    write_text("part/other.md", "\n");
    test_quote();
    test_go();
    test_update();
    test_measured();
    test_command_gone();
    test_paths();
    test_top();
    return expect_status();
}
