/* A README as text with blocks that a command wrote.
 *
 * Three kinds, each under a comment that a reader does not see:
 *
 *     <!-- run: COMMAND -->      what a shell command prints at the top of the tree
 *     <!-- go: COMMAND -->       the same of a command that needs Go
 *     <!-- begin: COMMAND -->    a measurement, down to <!-- end: HASH -->
 *
 * The first two are compared with what the command prints. A measurement is another one each time,
 * so a hash over command and content shows that nobody edited it.
 *
 * A block is the text below its comment that is indented by four spaces, fenced, or a table of
 * Markdown. A first line "$ ..." is the command as a reader types it, and not part of the output.
 *
 * Not here: running the commands (review.c), files and links (paths.c). A new kind is a row in
 * page.c. */
#ifndef SEAM_README_PAGE_H
#define SEAM_README_PAGE_H

#include <stdbool.h>
#include <stddef.h>

enum seam_block_kind { SEAM_BLOCK_RUN, SEAM_BLOCK_GO, SEAM_BLOCK_MEASURED };

/* `body` is borrowed from the page, whole lines, without the fences and the line of the prompt. */
struct seam_block {
    enum seam_block_kind kind;
    char command[600];
    char hash[20]; /* what the end of a measured block says; empty if it has no end */
    int line;      /* of the comment, counted from 1 */
    bool fenced;
    const char *body;
    size_t size;
    size_t end_size; /* of a measured block: of its end, which follows the body */
};

/* The first block at or after *at, which moves behind it; false if there is none. `page` is the
 * whole text. */
bool seam_block_next(const char *page, const char **at, struct seam_block *block);

/* What the block shows, as its command printed it. Owned by the caller. */
char *seam_block_content(const struct seam_block *block);

/* The hash that the end of a measured block must have. */
void seam_block_hash(const char *command, const char *content, char hash[20]);

/* The page with this content in the block. Lines are indented unless the block is fenced, or the
 * content is a table of Markdown. Owned by the caller. */
char *seam_block_replace(const char *page, const struct seam_block *block, const char *content);

#endif
