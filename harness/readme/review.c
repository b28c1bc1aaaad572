#define _GNU_SOURCE
#include "readme/review.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "readme/page.h"
#include "readme/paths.h"

enum { OUTPUT_MAX = 1 << 20, TOP_LINES_MAX = 200, SECONDS_MAX = 600, CANNOT_START = 127 };

__attribute__((format(printf, 4, 5))) static void
complain(struct seam_review *review, const char *path, int line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(review->out, "%s:%d: ", path, line);
    vfprintf(review->out, format, arguments);
    fputc('\n', review->out);
    va_end(arguments);
    review->complaints++;
}

/* What a shell command prints on both streams; owned by the caller. NULL if it cannot be had. */
static char *run_command(const char *root, const char *command) {
    const char *temporary = getenv("TMPDIR");
    char *output = seam_format("%s/seam-readme-XXXXXX", temporary != NULL ? temporary : "/tmp");
    char *text = NULL;
    size_t size;
    int file = mkstemp(output);
    if (file >= 0) {
        close(file);
        const char *const argv[] = {"sh", "-c", command, NULL};
        struct seam_process_place place = {
            .directory = root, .output = output, .seconds = SECONDS_MAX};
        int status = seam_process_run(argv, &place);
        if (status < 0 || status == CANNOT_START ||
            !seam_file_read(output, OUTPUT_MAX, &text, &size))
            text = NULL;
        unlink(output);
    }
    free(output);
    return text;
}

static void trim(char *text) {
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        text[--length] = '\0';
}

/* Where two texts begin to differ: that line of each. */
static void complain_difference(struct seam_review *review, const char *path,
                                const struct seam_block *block, const char *is, const char *shown) {
    while (*is != '\0' && *shown != '\0') {
        size_t length = strcspn(is, "\n");
        if (length != strcspn(shown, "\n") || memcmp(is, shown, length) != 0)
            break;
        is += length + (is[length] == '\n');
        shown += length + (shown[length] == '\n');
    }
    complain(review, path, block->line,
             "not what '%s' prints (ci/readme --update writes it)\n  page  %.*s\n  print %.*s",
             block->command, (int)strcspn(shown, "\n"), shown, (int)strcspn(is, "\n"), is);
}

/* A quoted block; returns the page with what its command prints, or NULL if it is that already. */
static char *review_quote(struct seam_review *review, const char *path, const char *page,
                          const struct seam_block *block, bool update) {
    char *is = run_command(review->root, block->command);
    char *shown = seam_block_content(block), *updated = NULL;
    review->blocks++;
    if (is == NULL || *is == '\0') {
        complain(review, path, block->line, "'%s' cannot be run, or prints nothing",
                 block->command);
    } else {
        trim(is);
        trim(shown);
        if (strcmp(is, shown) != 0 && update)
            updated = seam_block_replace(page, block, is);
        else if (strcmp(is, shown) != 0)
            complain_difference(review, path, block, is, shown);
    }
    free(is);
    free(shown);
    return updated;
}

/* Is there such a verb? */
static bool has_verb(struct seam_review *review, const char *verb) {
    char *help =
        seam_format("seam %.*s --help >/dev/null && echo yes", (int)strcspn(verb, " "), verb);
    char *text = run_command(review->root, help);
    bool has = text != NULL && strcmp(text, "yes\n") == 0;
    free(help);
    free(text);
    return has;
}

/* Can this command still write its block? A script of ci/ by ci/readme, a verb by itself; the
 * variables of `env NAME=VALUE seam VERB` are not looked at. */
static bool can_write(struct seam_review *review, const char *command) {
    const char *seam = strncmp(command, "env ", 4) == 0 ? strstr(command, " seam ") : NULL;
    seam = seam != NULL ? seam + 1 : command;
    if (strncmp(seam, "seam ", 5) == 0)
        return has_verb(review, seam + 5);
    char *path = seam_format("%s/%.*s", review->root, (int)strcspn(command, " ,"), command);
    char *text = NULL;
    size_t size;
    bool can = strncmp(command, "ci/", 3) == 0 && seam_file_read(path, OUTPUT_MAX, &text, &size) &&
               strstr(text, "ci/readme") != NULL;
    free(path);
    free(text);
    return can;
}

static void review_measured(struct seam_review *review, const char *path,
                            const struct seam_block *block) {
    char hash[20];
    char *shown = seam_block_content(block);
    seam_block_hash(block->command, shown, hash);
    review->blocks++;
    if (block->end_size == 0)
        complain(review, path, block->line, "has no <!-- end -->");
    else if (block->size == 0)
        complain(review, path, block->line, "is empty: '%s' was never run for it", block->command);
    else if (strcmp(hash, block->hash) != 0)
        complain(review, path, block->line,
                 "was edited by hand: only '%s' writes this block (see ci/README.md)",
                 block->command);
    if (!can_write(review, block->command))
        complain(review, path, block->line, "no command of this tree writes '%s'", block->command);
    free(shown);
}

struct place {
    struct seam_review *review;
    const char *path;
};

static void missing(void *context, int line, const char *name) {
    struct place *place = context;
    complain(place->review, place->path, line, "there is no %s", name);
}

void seam_review_page(struct seam_review *review, const char *path, const char *page,
                      char **updated) {
    char *text = strdup(page);
    const char *at = text;
    struct seam_block block;
    while (seam_block_next(text, &at, &block)) {
        if (block.kind == SEAM_BLOCK_MEASURED) {
            if (!review->go)
                review_measured(review, path, &block);
            continue;
        }
        if ((block.kind == SEAM_BLOCK_GO) != review->go)
            continue;
        char *better = review_quote(review, path, text, &block, updated != NULL);
        if (better == NULL)
            continue;
        at = better + (block.body - text);
        free(text);
        text = better;
    }
    if (!review->go) {
        struct place place = {review, path};
        seam_paths_check(review->root, path, text, missing, &place);
    }
    if (updated != NULL)
        *updated = text;
    else
        free(text);
}

void seam_review_top(struct seam_review *review, const char *page, char *const paths[], int count) {
    int lines = 0;
    for (const char *c = page; *c != '\0'; c++)
        lines += *c == '\n';
    if (lines > TOP_LINES_MAX)
        complain(review, "README.md", lines, "has more than %d lines", TOP_LINES_MAX);
    for (int i = 0; i < count; i++) {
        char *link = seam_format("](%s)", paths[i]);
        if (strcmp(paths[i], "README.md") != 0 && strstr(page, link) == NULL)
            complain(review, "README.md", lines, "has no link to %s", paths[i]);
        free(link);
    }
}
