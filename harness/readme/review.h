/* Hold a README to what it says: each block is what its command prints, no measured block was
 * edited, what it names exists.
 *
 * Commands are run by a shell at the top of the tree; what they need is on PATH. To hold the pages
 * to one thing more, add it to seam_review_page. */
#ifndef SEAM_README_REVIEW_H
#define SEAM_README_REVIEW_H

#include <stdbool.h>
#include <stdio.h>

struct seam_review {
    const char *root; /* the top of the tree, borrowed */
    bool go;          /* the blocks that need Go, and only those */
    FILE *out;        /* where complaints go, one a line: FILE:LINE: what */
    int blocks, complaints;
};

/* Review one page, `path` under the root. With `updated`, blocks that differ are not complaints:
 * *updated is filled with the page as it should be (owned by the caller). */
void seam_review_page(struct seam_review *review, const char *path, const char *page,
                      char **updated);

/* The page at the top of the tree: how long it may be, and that it links each of `paths`. */
void seam_review_top(struct seam_review *review, const char *page, char *const paths[], int count);

#endif
