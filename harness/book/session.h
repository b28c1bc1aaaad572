/* A book of trials on the Go releases of this machine: options, workers, comparison with its table.
 *
 * Worker processes build and run the programs and leave the results in shared memory; what is
 * printed comes in the order of the table. Not here: how a program is built (trial_run.c), what its
 * end means (trial.c), how a book prints (its verb). */
#ifndef SEAM_SESSION_H
#define SEAM_SESSION_H

#include "book/trial.h"

struct seam_session {
    const struct seam_trial_book *book;  /* given by the verb, all else zero */
    const char *verbose, *json, *update; /* NULL, if not asked for */
    const char *expected_path;           /* NULL: the table that is compiled in */
    bool is_named;                       /* subjects were chosen by name */
    bool chosen[SEAM_TRIALS_MAX];
    struct seam_trial_table table; /* filled by the run */

    /* For session.c. */
    int jobs, seconds_max;
    char *work; /* a temporary directory, owned */
    const char *where[SEAM_TRIAL_RELEASES_MAX];
    int n_where;
    struct seam_trial_lab labs[SEAM_TRIAL_RELEASES_MAX];
    char *expected;
    struct seam_session_shared *shared;
};

/* Take the options that all books have, and choose what the words name that are left, or all. False
 * after an error. */
bool seam_session_parse(struct seam_session *session, int argc, char **argv,
                        bool (*choose)(struct seam_session *session, const char *name));

/* Choose the trials of a subject, or all if it is NULL. False if there are none. */
bool seam_session_choose(struct seam_session *session, const char *subject);
bool seam_session_is_chosen(const struct seam_session *session, const char *subject);

/* Run what is chosen, print, and compare with the table or write it. An exit status. */
int seam_session_run(struct seam_session *session, void (*print)(const struct seam_session *));

#endif
