#include "readme/paths.h"

#include <ctype.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/format.h"
#include "readme/page.h"

static const char *const tops[] = {"harness/", "go/", "corpus/", "ci/", "targets/"};

static bool exists(const char *directory, const char *name) {
    glob_t found;
    char *path = seam_format("%s/%s", directory, name);
    bool is = glob(path, 0, NULL, &found) == 0;
    if (is)
        globfree(&found);
    free(path);
    return is;
}

static bool in_path(int c) { return isalnum(c) || (c != '\0' && strchr("_-./*", c) != NULL); }

/* A part in capitals stands for another name. */
static bool is_pattern(const char *path) {
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        size_t capitals = strspn(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (capitals > 0 && strchr("/.", part[capitals]) != NULL)
            return strncmp(part, "README", 6) != 0 && strncmp(part, "BUILD", 5) != 0;
    }
    return false;
}

/* Paths of the tree in one line. */
static void check_words(const char *root, const char *line, int number, seam_missing *missing,
                        void *context) {
    for (const char *at = line; *at != '\0'; at++) {
        if (at > line && (in_path(at[-1]) || at[-1] == '$' || at[-1] == '~'))
            continue;
        for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
            if (strncmp(at, tops[i], strlen(tops[i])) != 0)
                continue;
            size_t length = 0;
            while (in_path(at[length]))
                length++;
            while (at[length - 1] == '.')
                length--;
            char *path = seam_format("%.*s", (int)length, at);
            if (!is_pattern(path) && !exists(root, path))
                missing(context, number, path);
            free(path);
        }
    }
}

/* Links of one line that lead to files of the tree. */
static void check_links(const char *directory, const char *line, int number, seam_missing *missing,
                        void *context) {
    for (const char *at = line; (at = strstr(at, "](")) != NULL;) {
        at += 2;
        size_t length = strcspn(at, ")#");
        char *target = seam_format("%.*s", (int)length, at);
        if (length > 0 && strstr(target, "://") == NULL && !exists(directory, target))
            missing(context, number, target);
        free(target);
    }
}

void seam_paths_check(const char *root, const char *path, const char *page, seam_missing *missing,
                      void *context) {
    const char *slash = strrchr(path, '/');
    char *directory = seam_format("%s/%.*s", root, slash != NULL ? (int)(slash - path) : 0, path);
    const char *at = page;
    struct seam_block block;
    bool more = seam_block_next(page, &at, &block);
    int number = 1;
    for (const char *line = page; *line != '\0'; number++) {
        const char *end = strchr(line, '\n');
        size_t length = end != NULL ? (size_t)(end - line) : strlen(line);
        while (more && line >= block.body + block.size)
            more = seam_block_next(page, &at, &block);
        if ((!more || line < block.body) && strncmp(line, "<!--", 4) != 0) {
            char *text = seam_format("%.*s", (int)length, line);
            check_words(root, text, number, missing, context);
            check_links(directory, text, number, missing, context);
            free(text);
        }
        line += length + (end != NULL);
    }
    free(directory);
}
