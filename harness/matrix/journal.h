/* What of a long run is done: a text file that only grows, one line a finished chunk of scenarios.
 *
 * Killed at any time it is whole but for its last line, which is dropped by the next run. Its first
 * line says for which seam and seed it was made; in front of another one it starts anew. Not here:
 * which chunks there are (verbs/matrix.c), and what the numbers mean (tally.h). */
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

/* Open DIRECTORY/journal, or make it, and tell of every chunk in it. `identity` is words without a
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
