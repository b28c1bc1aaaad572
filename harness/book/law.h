/* The rules of the boundary by their numbers, and what shows each of them.
 *
 * rules.def has what a scenario can break. This table has every rule: those that scenarios show,
 * and those of the compiler, of go vet and of the process, which small Go programs show
 * (corpus/programs/). A rule with nothing behind it fails law_test. Not here: running the programs
 * (session.h), printing (law_report.c). */
#ifndef SEAM_LAW_H
#define SEAM_LAW_H

#include "book/trial.h"

struct seam_law {
    const char *id;
    int since, until; /* Go minor releases in which it is so; 0: no bound */
    const char *words, *source, *fix;
};

/* A scenario that shows a rule, as a path in corpus/ without .seam. */
struct seam_law_scenario {
    const char *law, *path;
};

/* Each ends with a row whose first pointer is NULL. */
extern const struct seam_law seam_laws[];
extern const struct seam_law_scenario seam_law_scenarios[];

/* The programs: a trial's subject is the id of its rule. */
extern const struct seam_trial_book seam_law_book;

/* A rule by its number, in letters of either case; NULL if there is none. */
const struct seam_law *seam_law_find(const char *id);

/* What was measured, compiled in: of all trials, on all releases that are in the table. */
void seam_law_measured(struct seam_trial_table *table);

/* One word for what was seen: refused, warns, panic, throw, signal, report, ...; "-" if the trial
 * is not of that release. */
const char *seam_law_word(const struct seam_trial *trial, const struct seam_trial_result *result,
                          int minor);

/* --- printing (law_report.c) ------------------------------------------------------------------ */

/* The head of a table rule x release, and the lines of one rule. */
void seam_law_print_head(FILE *out, const struct seam_trial_table *table);
void seam_law_print_lines(FILE *out, const struct seam_trial_table *table,
                          const struct seam_law *law);

/* The whole rule, with what was seen. */
void seam_law_print_text(FILE *out, const struct seam_trial_table *table,
                         const struct seam_law *law);

/* One object on one line:
 * {"id":s,"words":s,"source":s,"fix":s,"scenarios":[s],"programs":[{"part":s,
 * "program":s,"mode":s,"statement":s,"releases":[{"go":s,"word":s,"outcome":s,"evidence":s}]}]}. */
void seam_law_print_json(FILE *out, const struct seam_trial_table *table,
                         const struct seam_law *law);

/* The table of all rules and what shows them, as Markdown. */
void seam_law_print_list(FILE *out);

#endif
