/* The source tree as the checks of style see it: every file of the project, those that people write
 * cut into code and passages of prose.
 *
 * Not a compiler: it knows comments and literals, nothing of meaning. Always true: `code` has the
 * length and the lines of `text`, with blanks where comments and the insides of literals were. To
 * read another kind of file: kind_of() and cut() in tree.c. */
#ifndef SEAM_STYLE_TREE_H
#define SEAM_STYLE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum style_kind {
    STYLE_OTHER, /* only its name counts: scenarios, reports, what a command wrote */
    STYLE_C,
    STYLE_TABLE, /* .def */
    STYLE_GO,
    STYLE_DOCUMENT, /* .md */
    STYLE_BUILD,    /* also the scripts: comments begin with # */
};

enum style_prose { STYLE_COMMENT = 1, STYLE_STRING = 2, STYLE_PARAGRAPH = 4 };

/* A comment, a string with the strings that follow it directly, or a paragraph of a document. Lines
 * are separated as in the file, without what marks a comment. */
struct style_passage {
    enum style_prose prose;
    int line;
    char *text;
};

struct style_file {
    char path[160]; /* from the root of the tree */
    enum style_kind kind;
    char *text, *code; /* NULL in STYLE_OTHER */
    struct style_passage *passages;
    int passages_n;
};

enum { STYLE_FILES_MAX = 8192 };
struct style_tree { /* static: it is large */
    struct style_file files[STYLE_FILES_MAX];
    int n;
};

/* Read every file of the project below a directory; false after an error was printed. */
bool style_tree_read(struct style_tree *tree, const char *root);

/* Add one file with this text, as the samples do. */
void style_tree_add(struct style_tree *tree, const char *path, const char *text);

void style_tree_release(struct style_tree *tree);

/* The file of exactly that path, or NULL. Borrowed. */
const struct style_file *style_tree_find(const struct style_tree *tree, const char *path);

/* Is it one of the tables that quote what is wrong: samples, phrases? */
bool style_is_samples(const struct style_file *file);

/* Does the path end like that? */
bool style_ends_with(const char *path, const char *end);

/* The length of the word (letters, digits, underscores) here. */
size_t style_word(const char *text);

/* Go to the next line of a text: fill the line, without its end, and its length; false at the end
 * of the text. */
bool style_next_line(const char **text, const char **line, size_t *size);

/* What the checks find: printed as it is found, and counted. */
struct style_faults {
    FILE *out; /* NULL: only count */
    const char *check;
    int n;
};
__attribute__((format(printf, 4, 5))) void style_fault(struct style_faults *faults,
                                                       const struct style_file *file, int line,
                                                       const char *format, ...);

#endif
