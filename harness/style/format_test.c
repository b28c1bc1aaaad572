/* Promise: clang-format and gofmt would change nothing.
 *
 * usage: format_test README.md
 *
 * As style_test, it reads the tree that README.md is the top of. A formatter that is not installed
 * is skipped, with a line that says so; the rulers that it must leave alone are style_test's. */
#define _GNU_SOURCE
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/process.h"
#include "style/tree.h"

static struct style_tree tree;

/* Is there a formatter, of the version that the tree is formatted with? Each major version of
 * clang-format breaks some lines in another place. */
static bool has_formatter(const char *command, const char *version) {
    char said[400] = "";
    const char *const ask[] = {command, "--version", NULL};
    if (seam_process_exists(command) &&
        (version == NULL ||
         (seam_process_read(ask, said, sizeof said) && strstr(said, version) != NULL)))
        return true;
    printf("SKIP: no %s%s%s on this machine\n", command, version != NULL ? " " : "",
           version != NULL ? version : "");
    expect_checks++;
    return false;
}

/* A formatter finds nothing to change in the files of one kind. They are named to it from the top
 * of the tree, where its configuration lies, and it names what it would change. */
static void expect_formatted(enum style_kind kind, const char *const command[]) {
    static const char *argv[STYLE_FILES_MAX + 8];
    char said[8000] = "";
    int n = 0, words = 0;
    for (; command[n] != NULL; n++)
        argv[n] = command[n];
    words = n;
    for (int i = 0; i < tree.n; i++)
        if (tree.files[i].kind == kind)
            argv[n++] = tree.files[i].path;
    argv[n] = NULL;
    expect_true(n > words);
    expect_true(seam_process_read(argv, said, sizeof said));
    expect_text(said, "");
}

int main(int argc, char **argv) {
    char path[PATH_MAX];
    if (argc != 2 || realpath(argv[1], path) == NULL || chdir(dirname(path)) != 0) {
        fprintf(stderr, "usage: format_test README.md\n");
        return 2;
    }
    expect_true(style_tree_read(&tree, "."));
    static const char *const clang_format[] = {"clang-format", "--dry-run", "-Werror", NULL};
    static const char *const gofmt[] = {"gofmt", "-l", NULL};
    if (has_formatter(clang_format[0], "version 14."))
        expect_formatted(STYLE_C, clang_format);
    if (has_formatter(gofmt[0], NULL))
        expect_formatted(STYLE_GO, gofmt);
    style_tree_release(&tree);
    return expect_status();
}
