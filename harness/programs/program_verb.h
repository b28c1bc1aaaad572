/* A set of programs on the Go releases of this machine: options, workers, comparison with its
 * table.
 *
 * Worker processes build and run the programs and leave the results in shared memory; what is
 * printed comes in the order of the table. Not here: how a program is built (program_run.c), what
 * its end means (program.c), how a set prints (its verb). */
#ifndef SEAM_PROGRAM_VERB_H
#define SEAM_PROGRAM_VERB_H

#include "base/options.h"
#include "base/private.h"
#include "programs/program.h"

struct seam_program_verb {
    const struct seam_program_set *set;  /* given by the verb, all else zero */
    const char *verbose, *json, *update; /* NULL, if not asked for */
    const char *expected_path;           /* NULL: the table that is compiled in */
    bool is_named;                       /* subjects were chosen by name */
    bool chosen[SEAM_PROGRAMS_MAX];
    struct seam_program_table table; /* filled by the run */

    /* For program_verb.c. */
    int jobs, seconds_max;
    struct seam_workspace workspace;
    const char *where[SEAM_OPTION_MANY + 1]; /* of the releases */
    int n_where;
    struct seam_program_tree trees[SEAM_PROGRAM_RELEASES_MAX];
    char *expected;
    struct seam_program_verb_shared *shared;
};

/* Take the options that all sets have, and choose what the words name that are left, or all. False
 * after an error. */
bool seam_program_verb_parse(struct seam_program_verb *verb, int argc, char **argv,
                             bool (*choose)(struct seam_program_verb *verb, const char *name));

/* Choose the programs of a subject, or all if it is NULL. False if there are none. */
bool seam_program_verb_choose(struct seam_program_verb *verb, const char *subject);
bool seam_program_verb_is_chosen(const struct seam_program_verb *verb, const char *subject);

/* Run what is chosen, print, and compare with the table or write it. An exit status. */
int seam_program_verb_run(struct seam_program_verb *verb,
                          void (*print)(const struct seam_program_verb *));

#endif
