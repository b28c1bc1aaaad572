/* A directory of scenarios, read once: every *.seam below it, in the order of their names. */
#ifndef SEAM_CORPUS_H
#define SEAM_CORPUS_H

#include "language/scenario.h"

struct seam_corpus_entry {
    char *name; /* below the directory; owned by the corpus */
    struct seam_scenario scenario;
};

struct seam_corpus {
    int n;
    struct seam_corpus_entry *entries;
    uint64_t hash; /* of names and scenarios; comments do not count */
};

/* Read it. False after an error was printed; then nothing is to be freed. */
bool seam_corpus_read(const char *directory, struct seam_corpus *corpus);
void seam_corpus_free(struct seam_corpus *corpus);

#endif
