/* Mutants: the two witnesses with one mistake each, all in one program, chosen while it runs.
 *
 * The tool (tool.c) copies the sources of oracle and model and wraps every place that can be wrong
 * in one of the macros below; the normal build does not know of it. A mutant is a number: first
 * each row of rules.def, missing in the oracle; then each, missing in the model; then the places
 * that the tool found, in seam_mutant_places. 0 is none. */
#ifndef SEAM_MUTANTS_H
#define SEAM_MUTANTS_H

#include <stdbool.h>
#include <string.h>

#include "rules/rule.h"

extern int seam_mutant; /* the one that is alive */

enum {
    SEAM_MUTANTS_ORACLE_RULES = 0, /* the rule of number r is mutant r */
    SEAM_MUTANTS_MODEL_RULES = SEAM_MUTANTS_ORACLE_RULES + SEAM_RULES - 1,
    SEAM_MUTANTS_PLACES = SEAM_MUTANTS_MODEL_RULES + SEAM_RULES,
};

/* A place: where it is, what is done to it, to what. `text` is as in the source, on one line. */
struct seam_mutant_place {
    const char *file, *function;
    int line;
    const char *change, *text;
};
extern const struct seam_mutant_place seam_mutant_places[]; /* the last has a NULL file */

#define SEAM_MUTANT_IS(n) (seam_mutant == SEAM_MUTANTS_PLACES + (n))

/* negated: a condition is the opposite. */
#define SEAM_NEGATED(n, ...) (SEAM_MUTANT_IS(n) != !!(__VA_ARGS__))

/* dropped: an operand of && or || is not looked at. */
#define SEAM_DROPPED_AND(n, ...) (SEAM_MUTANT_IS(n) || (__VA_ARGS__))
#define SEAM_DROPPED_OR(n, ...) (!SEAM_MUTANT_IS(n) && (__VA_ARGS__))

/* deleted: a statement is not there. */
#define SEAM_DELETED(n, ...) ((void)(SEAM_MUTANT_IS(n) || ((void)(__VA_ARGS__), true)))

/* case: a label of a switch is not there; label i of the list is mutant n + i. */
#define SEAM_CASES(n, value, ...)                                                                  \
    seam_mutant_case(n, (int)(value), (const int[]){__VA_ARGS__},                                  \
                     (int)(sizeof(int[]){__VA_ARGS__} / sizeof(int)))
static inline int seam_mutant_case(int n, int value, const int *labels, int n_labels) {
    for (int i = 0; i < n_labels; i++)
        if (SEAM_MUTANT_IS(n + i) && labels[i] == value)
            return -1;
    return value;
}

/* What a mutant does not fill must not be right by chance, as a small variable often is that had
 * the same value in an earlier call. The large ones are main.c's. */
#define SEAM_UNSET(variable)                                                                       \
    ((void)(sizeof(variable) < 256 ? memset(&(variable), 0xaa, sizeof(variable)) : NULL))

/* rule: a rule is not reported, but ends the run as it would. First in the function that reports
 * the broken ones. */
#define SEAM_RULE_MUTANT(first, rule)                                                              \
    do                                                                                             \
        if ((rule) != SEAM_RULE_none && seam_mutant == (first) + (int)(rule))                      \
            return seam_rule_rows[rule].fate != SEAM_FATE_ENDS;                                    \
    while (0)

#endif
