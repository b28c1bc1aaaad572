/* What tutorials say about cgo, tested by programs on real Go.
 *
 * The claims and their parts are in advice.def, the programs in corpus/advice/; both are compiled
 * in. Verdicts follow from what the programs do, never from the version of Go. Not here: building,
 * running and judging the programs (program.h), printing (advice_report.c), options
 * (verbs/advice.c). */
#ifndef SEAM_ADVICE_H
#define SEAM_ADVICE_H

#include "programs/program.h"

struct seam_advice_claim {
    const char *id, *word, *claim, *instead;
};

/* Ends with a row whose first pointer is NULL. */
extern const struct seam_advice_claim seam_advice_claims[];

/* The parts of the claims: a program's subject is the id of its claim. */
extern const struct seam_program_set seam_advice_set;

/* --- verdicts --------------------------------------------------------------------------------- */

enum seam_advice_verdict {
    SEAM_ADVICE_UNKNOWN,
    SEAM_ADVICE_TRUE,    /* all parts that count hold */
    SEAM_ADVICE_FALSE,   /* none does */
    SEAM_ADVICE_IN_PART, /* some do */
    SEAM_ADVICE_DEPENDS, /* on the release: a part that counts differs */
};

const char *seam_advice_verdict_name(enum seam_advice_verdict verdict);

/* The verdict on a claim, by its id: on all releases, and on one. */
enum seam_advice_verdict seam_advice_verdict(const struct seam_program_table *table,
                                             const char *claim);
enum seam_advice_verdict seam_advice_verdict_on(const struct seam_program_table *table, int release,
                                                const char *claim);

/* --- printing (advice_report.c) --------------------------------------------------------------- */

/* A claim with its verdict, what was seen and what to do; with what was seen of each of its parts
 * if `all_parts`. */
void seam_advice_print_text(FILE *out, const struct seam_program_table *table,
                            const struct seam_advice_claim *claim, bool all_parts);

/* One object on one line: {"id":s,"word":s,"claim":s,"verdict":s,"instead":s,"releases":[{"go":s,
 * "verdict":s,"parts":[{"part":s,"statement":s,"counts":b,"outcome":s,"evidence":s}]}]}. */
void seam_advice_print_json(FILE *out, const struct seam_program_table *table,
                            const struct seam_advice_claim *claim);

#endif
