/* The rules of the boundary by their numbers, and what shows each of them.
 *
 * rules.def has what a scenario can break. This table has every rule: those that scenarios show,
 * and those of the compiler, of go vet and of the process, which small Go programs show
 * (corpus/programs/). A rule without a scenario or a program fails programs_test. Not here: running
 * the programs (program_verb.h), printing (programs_report.c). */
#ifndef SEAM_PROGRAMS_H
#define SEAM_PROGRAMS_H

#include "programs/program.h"

struct seam_programs_rule {
    const char *id;
    int since, until; /* Go minor releases in which it is so; 0: no bound */
    const char *words, *source, *fix;
};

/* A scenario that shows a rule, as a path in corpus/ without .seam. */
struct seam_programs_scenario {
    const char *rule, *path;
};

/* Each ends with a row whose first pointer is NULL. */
extern const struct seam_programs_rule seam_programs_rules[];
extern const struct seam_programs_scenario seam_programs_scenarios[];

/* The programs: a program's subject is the id of its rule. */
extern const struct seam_program_set seam_programs_set;

/* A rule by its number, in letters of either case; NULL if there is none. */
const struct seam_programs_rule *seam_programs_rule_find(const char *id);

/* What was measured, compiled in: of all programs, on all releases that are in the table. */
void seam_programs_measured(struct seam_program_table *table);

/* One word for what was seen: refused, warns, panic, throw, signal, report, ...; "-" if the program
 * is not of that release. */
const char *seam_programs_word(const struct seam_program *program,
                               const struct seam_program_result *result, int minor);

/* --- printing (programs_report.c) ------------------------------------------------------------- */

/* The head of a table rule x release, and the lines of one rule. */
void seam_programs_print_head(FILE *out, const struct seam_program_table *table);
void seam_programs_print_lines(FILE *out, const struct seam_program_table *table,
                               const struct seam_programs_rule *rule);

/* The whole rule, with what was seen. */
void seam_programs_print_text(FILE *out, const struct seam_program_table *table,
                              const struct seam_programs_rule *rule);

/* One object on one line:
 * {"id":s,"words":s,"source":s,"fix":s,"scenarios":[s],"programs":[{"part":s,
 * "program":s,"mode":s,"statement":s,"releases":[{"go":s,"word":s,"outcome":s,"evidence":s}]}]}. */
void seam_programs_print_json(FILE *out, const struct seam_program_table *table,
                              const struct seam_programs_rule *rule);

/* The table of all rules and what shows them, as Markdown. */
void seam_programs_print_list(FILE *out);

#endif
