/* Hold every README of the tree to what it says, or write into it what its commands print.
 *
 *     readme [--go] [--update] README.md [PROGRAM...]
 *     readme --put=COMMAND README.md <OUTPUT
 *
 * README.md is the one at the top: the tree is where it really is. PROGRAMs are found by the
 * commands of the blocks by their names. --go: the blocks that need Go, instead of those that do
 * not. --put: what a measurement printed goes into the block of that name, on whichever page it is.
 * ci/readme builds what is needed and calls this. */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "readme/page.h"
#include "readme/review.h"

enum { PAGES_MAX = 200, PAGE_MAX = 1 << 20 };

static struct {
    char *paths[PAGES_MAX], *text[PAGES_MAX];
    int count;
} pages;

static char *join(const char *directory, const char *name) {
    return *directory != '\0' ? seam_format("%s/%s", directory, name) : seam_format("%s", name);
}

/* Not what is hidden, nor what Bazel links at the top. */
static int wanted(const struct dirent *entry) {
    return entry->d_name[0] != '.' && strncmp(entry->d_name, "bazel-", 6) != 0;
}

/* Read every README.md below root/directory. */
static void find_pages(const char *root, const char *directory) {
    struct dirent **entries;
    char *full = join(root, directory);
    int count = scandir(full, &entries, wanted, alphasort);
    for (int i = 0; i < count; i++) {
        char *path = join(directory, entries[i]->d_name), *file = join(root, path);
        size_t size;
        if (entries[i]->d_type == DT_DIR) {
            find_pages(root, path);
        } else if (strcmp(entries[i]->d_name, "README.md") == 0 && pages.count < PAGES_MAX &&
                   seam_file_read(file, PAGE_MAX, &pages.text[pages.count], &size)) {
            pages.paths[pages.count++] = strdup(path);
        }
        free(path);
        free(file);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    free(full);
}

static bool write_page(const char *root, int page, const char *text) {
    char *file = join(root, pages.paths[page]);
    bool written = strcmp(text, pages.text[page]) == 0 || seam_file_write(file, text, strlen(text));
    if (written && strcmp(text, pages.text[page]) != 0)
        printf("readme: %s is written\n", pages.paths[page]);
    free(file);
    return written;
}

/* Put standard input into the block of that name. */
static int put(const char *root, const char *command) {
    static char content[PAGE_MAX];
    content[fread(content, 1, sizeof content - 1, stdin)] = '\0';
    if (*content == '\0')
        return seam_fail("'%s' printed nothing", command);
    for (int i = 0; i < pages.count; i++) {
        const char *at = pages.text[i];
        struct seam_block block;
        while (seam_block_next(pages.text[i], &at, &block)) {
            if (block.kind != SEAM_BLOCK_MEASURED || strcmp(block.command, command) != 0)
                continue;
            char *text = seam_block_replace(pages.text[i], &block, content);
            bool written = write_page(root, i, text);
            free(text);
            return written ? SEAM_OK : SEAM_USAGE;
        }
    }
    return seam_fail("no README has a block '<!-- begin: %s -->'", command);
}

static int review_all(const char *root, bool go, bool update) {
    struct seam_review review = {.root = root, .go = go, .out = stdout};
    bool written = true;
    for (int i = 0; i < pages.count; i++) {
        char *text = NULL;
        seam_review_page(&review, pages.paths[i], pages.text[i], update ? &text : NULL);
        if (!go && strcmp(pages.paths[i], "README.md") == 0)
            seam_review_top(&review, pages.text[i], pages.paths, pages.count);
        if (update)
            written = write_page(root, i, text) && written;
        free(text);
    }
    printf("%d page%s, %d block%s: %d complaint%s\n", pages.count,
           seam_plural((unsigned)pages.count), review.blocks, seam_plural((unsigned)review.blocks),
           review.complaints, seam_plural((unsigned)review.complaints));
    return review.complaints == 0 && written ? SEAM_OK : SEAM_FOUND;
}

/* Put the programs' folders in front of PATH. */
static void find_on_path(char *const programs[], int count) {
    for (int i = 0; i < count; i++) {
        char program[PATH_MAX];
        if (realpath(programs[i], program) == NULL)
            continue;
        *strrchr(program, '/') = '\0';
        char *path = seam_format("%s:%s", program, getenv("PATH"));
        setenv("PATH", path, 1);
        free(path);
    }
}

int main(int argc, char **argv) {
    const char *go = NULL, *update = NULL, *command = NULL;
    char root[PATH_MAX];
    const struct seam_option options[] = {
        {"--go[=", &go}, {"--update", &update}, {"--put=", &command}, {NULL, NULL}};
    int operands = seam_options(argc, argv, options);
    if (go != NULL && strcmp(go, "None") == 0) {
        puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
        return SEAM_OK;
    }
    if (operands < 1)
        return operands < 0 ? SEAM_USAGE
                            : seam_fail("readme [--go] [--update] README.md [PROGRAM...]");
    if (realpath(argv[1], root) == NULL)
        return seam_fail("there is no %s", argv[1]);
    *strrchr(root, '/') = '\0';
    find_pages(root, "");
    find_on_path(argv + 2, operands - 1);
    return command != NULL ? put(root, command) : review_all(root, go != NULL, update != NULL);
}
