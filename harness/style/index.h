/* In how many files a word stands. */
#ifndef SEAM_STYLE_INDEX_H
#define SEAM_STYLE_INDEX_H

#include "style/tree.h"

struct style_entry {
    const char *word; /* borrowed from the tree, not terminated; NULL: free */
    size_t size;
    int files;                     /* that have it */
    const struct style_file *last; /* of them */
};

enum { STYLE_ENTRIES = 1 << 17 };
struct style_index { /* static: it is large */
    struct style_entry entries[STYLE_ENTRIES];
    int n;
};

/* Note the words of all code. Those of comments do not count; those of strings do, because a string
 * may be code that is compiled later, as what an audit writes. */
void style_index_fill(struct style_index *index, const struct style_tree *tree);

/* Note one word of a file. */
void style_index_note(struct style_index *index, const struct style_file *file, const char *word,
                      size_t size);

/* In how many files a word stands. */
int style_index_files(const struct style_index *index, const char *word, size_t size);

#endif
