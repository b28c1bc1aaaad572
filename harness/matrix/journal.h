/* The finished part of a long run: a text file that only grows, one line per chunk of scenarios.
 *
 * If the run is killed at any time, only the last line may be incomplete; the next run drops it.
 * The first line says for which seam and seed it was made; with another one it starts over. Not
 * here: which chunks there are (verbs/matrix.c), and what the numbers mean (tally.h). */
#ifndef SEAM_JOURNAL_H
#define SEAM_JOURNAL_H

#include "matrix/tally.h"
#include "rules/flavor.h"

/* Scenarios that one worker runs in one go. A cell is a release and a flavor. */
struct seam_chunk {
    char release[24]; /* go1.27.4 */
    enum seam_flavor flavor;
    char source[32]; /* "random", or the corpus by its hash; no blanks */
    uint64_t first, count;
};

struct seam_journal {
    int fd;
};

/* Open DIRECTORY/journal, or make it, and report every chunk in it. `identity` is words without a
 * newline. False after an error was printed. Only one run at a time has it open. */
bool seam_journal_open(struct seam_journal *journal, const char *directory, const char *identity,
                       void (*tell)(void *context, const struct seam_chunk *chunk,
                                    const struct seam_tally *tally),
                       void *context);

/* Append a chunk; workers of one crew may do so at once. False after an error was printed. */
bool seam_journal_add(struct seam_journal *journal, const struct seam_chunk *chunk,
                      const struct seam_tally *tally);

void seam_journal_close(struct seam_journal *journal);

#endif
