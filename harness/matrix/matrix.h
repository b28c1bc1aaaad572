/* The two tables of a matrix: who agrees, and which checker detects which rule.
 *
 * Cells are releases times flavors. The conformance table compares what the model predicts with
 * what real Go did; the blind-spot table says for each rule and cell what was measured, beside what
 * rules.def promises. Both are made of tallies alone: no clock and no order of work reaches them.
 * No rule, operation or flavor is known here by name. The page for a browser: page.c. */
#ifndef SEAM_MATRIX_H
#define SEAM_MATRIX_H

#include "matrix/tally.h"
#include "rules/flavor.h"

struct seam_matrix_cell {
    char release[24]; /* go1.27.4 */
    int minor;        /* 27 */
    enum seam_flavor flavor;
    struct seam_tally tally;
};

/* Plain memory; the cells are borrowed. Cells of one release stand together, oldest first. */
struct seam_matrix {
    uint64_t seed, runs; /* random scenarios per cell */
    int corpus;          /* scenarios of a corpus per cell */
    int n;
    const struct seam_matrix_cell *cells;
    /* The oldest minor release that has the operations with which the corpus breaks the rule; 0:
     * any, or not known. */
    int since[SEAM_RULES];
};

/* What a cell of the blind-spot table says. */
enum seam_mark {
    SEAM_MARK_caught,  /* every time */
    SEAM_MARK_refused, /* every time, and it is legal: a known false alarm */
    SEAM_MARK_silent,  /* every time, and what follows is defined */
    SEAM_MARK_cut,     /* silent every time; what follows would not be defined */
    SEAM_MARK_mixed,   /* caught and silent */
    SEAM_MARK_alarm,   /* at least once, something else was reported */
    SEAM_MARK_unknown, /* no scenario reached it */
    SEAM_MARK_absent,  /* the release lacks the operations, or has no such rule */
    SEAM_MARKS,
};

/* `rule` may be SEAM_RULE_none: scenarios that break nothing. */
enum seam_mark seam_matrix_mark(const struct seam_matrix *matrix,
                                const struct seam_matrix_cell *cell, int rule);
const char *seam_mark_name(enum seam_mark mark);
const char *seam_mark_words(enum seam_mark mark);

/* How leaks are measured: a sentence for below the table. */
extern const char seam_matrix_leaks_words[];

/* Does rules.def promise that this cell's checkers detect the rule? */
bool seam_matrix_promised(const struct seam_matrix_cell *cell, int rule);

/* Is that what was measured? True also where nothing was. */
bool seam_matrix_kept(const struct seam_matrix *matrix, const struct seam_matrix_cell *cell,
                      int rule);

/* Cells of the blind-spot table that contradict a promise, plus scenarios that disagree. */
uint64_t seam_matrix_findings(const struct seam_matrix *matrix);

/* The cells of the release that begins at cell i: their number. */
int seam_matrix_release(const struct seam_matrix *matrix, int i);

void seam_matrix_conformance_text(FILE *out, const struct seam_matrix *matrix);
void seam_matrix_conformance_json(FILE *out, const struct seam_matrix *matrix);
void seam_matrix_blindspots_text(FILE *out, const struct seam_matrix *matrix);
void seam_matrix_blindspots_json(FILE *out, const struct seam_matrix *matrix);

/* One self-contained page: no script is needed to read it, and nothing is loaded. */
void seam_matrix_html(FILE *out, const struct seam_matrix *matrix);

#endif
