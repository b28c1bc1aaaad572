/* The checks: each reads the tree and says what it finds. What a check promises is its row in
 * checks.def, and what proves it are its samples in samples.def. */
#ifndef SEAM_STYLE_CHECKS_H
#define SEAM_STYLE_CHECKS_H

#include "style/tree.h"

#define CHECK(name, promise)                                                                       \
    void style_check_##name(const struct style_tree *tree, struct style_faults *faults);
#include "style/checks.def"
#undef CHECK

/* Print what each room includes, and what each file of a room. */
void style_print_graph(FILE *out, const struct style_tree *tree);

/* The rows of phrases.def. */
struct style_phrase {
    int prose; /* where it must not stand: enum style_prose, together */
    const char *pattern, *legal, *instead, *bad, *good;
};
extern const struct style_phrase style_phrases[];
extern const int style_phrases_n;

/* Would that text be found by that phrase? */
bool style_phrase_finds(const struct style_phrase *phrase, const char *text);

#endif
