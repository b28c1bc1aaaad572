/* Programs that try something on real Go, and what is expected of them on each release.
 *
 * A book is a table of trials with a folder of programs in corpus/ and a table of what they did.
 * Books are the advice (advice.def) and the rules' programs (laws.def). What a trial saw
 * follows from what its program did, never from the release. Not here: what a book says about it,
 * options and workers (session.h). */
#ifndef SEAM_TRIAL_H
#define SEAM_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/embed.h"
#include "realgo/gobuild.h"

/* How a program is built and run (trial_run.c). */
enum seam_trial_mode {
    SEAM_TRIAL_plain,
    SEAM_TRIAL_cgocheck2,  /* GODEBUG=cgocheck=2 in the environment, on every release */
    SEAM_TRIAL_experiment, /* GOEXPERIMENT=cgocheck2 when it is built */
    SEAM_TRIAL_stores,     /* the one of the two that works: from Go 1.21 the experiment */
    SEAM_TRIAL_asan,       /* go build -asan */
    SEAM_TRIAL_leaks,      /* the same, where AddressSanitizer looks for leaks */
    SEAM_TRIAL_race,       /* go build -race */
    SEAM_TRIAL_tsan,       /* C with -fsanitize=thread, Go without -race */
    SEAM_TRIAL_checkptr,   /* go build -gcflags=-d=checkptr */
    SEAM_TRIAL_unchecked,  /* GODEBUG=cgocheck=0 in the environment */
    SEAM_TRIAL_invalidptr, /* GODEBUG=invalidptr=0 */
    SEAM_TRIAL_finalizers, /* GODEBUG=checkfinalizers=1 */
    SEAM_TRIAL_arenas,     /* GOEXPERIMENT=arenas */
    SEAM_TRIAL_compile,    /* not run: what go build says */
    SEAM_TRIAL_alone,      /* the same of what would stop go build also for others */
    SEAM_TRIAL_vet,        /* not run: what go vet says */
    SEAM_TRIAL_escapes,    /* not run: what go build -gcflags=-m says */
    SEAM_TRIAL_cgo386,     /* not run: does it compile for 32 bits? */
    SEAM_TRIAL_cgo64,      /* the same for 64 bits */
};

/* When it is seen: by whoever builds the program, by go vet, or when it runs. */
enum seam_trial_stage { SEAM_TRIAL_COMPILES, SEAM_TRIAL_VETS, SEAM_TRIAL_RUNS };
enum seam_trial_stage seam_trial_stage(enum seam_trial_mode mode);
const char *seam_trial_mode_name(enum seam_trial_mode mode);

enum seam_trial_judge { SEAM_TRIAL_says, SEAM_TRIAL_told, SEAM_TRIAL_quiet };

/* One statement, and the program that shows whether it holds.
 *
 * The program is told the part up to a '/': what follows tells parts of one program apart. */
struct seam_trial {
    bool counts;                          /* false for what is only worth knowing */
    int since;                            /* the first minor release it is tried on; 0 for all */
    const char *subject, *part, *program; /* claim or rule, the name, the folder below the book's */
    enum seam_trial_mode mode;
    enum seam_trial_judge judge;
    const char *text, *statement;
};

struct seam_trial_book {
    const char *name; /* the verb, the folder in corpus/, and the table in it: NAME.expected */
    const struct seam_trial *trials;
    int n_trials;
    const struct seam_embedded *files; /* what lies in corpus/ */
};

enum { SEAM_TRIALS_MAX = 512, SEAM_TRIAL_EVIDENCE = 240 };

/* --- what was seen ---------------------------------------------------------------------------- */

enum seam_trial_outcome {
    SEAM_TRIAL_unknown, /* not looked at, or nothing could be seen: the evidence says why */
    SEAM_TRIAL_fails,
    SEAM_TRIAL_holds,
};

const char *seam_trial_outcome_name(enum seam_trial_outcome outcome);

struct seam_trial_result {
    enum seam_trial_outcome outcome;
    bool is_broken; /* the machine lacks something; the evidence says what */
    char evidence[SEAM_TRIAL_EVIDENCE];
};

/* How a program ended, and all that it, its compiler or its runtime said. */
struct seam_trial_end {
    bool is_stopped; /* it did not compile, or did not end with status 0 */
    bool is_late;    /* it did not end in time, and was killed */
    const char *output;
};

/* Judge a trial from its program's end. */
void seam_trial_judge(const struct seam_trial *trial, const struct seam_trial_end *end,
                      struct seam_trial_result *result);

/* What was seen of all trials of a book, in their order, on each release. */
struct seam_trial_results {
    struct seam_trial_result part[SEAM_TRIALS_MAX];
};

enum { SEAM_TRIAL_RELEASES_MAX = 16 };

struct seam_trial_table {
    int n_releases;
    struct seam_go_release releases[SEAM_TRIAL_RELEASES_MAX]; /* by their numbers */
    const struct seam_trial_results *results;                 /* one a release; borrowed */
};

/* --- what is expected ------------------------------------------------------------------------- */

/* The expected results, as text: lines `SUBJECT PART 1.MINOR OUTCOME EVIDENCE`, # comments. Find
 * the one of a trial on Go 1.`minor`; outcome unknown if there is none. */
struct seam_trial_result seam_trial_expected(const char *text, const struct seam_trial *trial,
                                             int minor);

/* The table that is compiled in. */
const char *seam_trial_expected_here(const struct seam_trial_book *book);

/* All that the compiled-in table says: the releases that are in it, and what was seen on each,
 * which is filled into `results` (as many as there may be releases) and borrowed by the table. */
void seam_trial_measured(const struct seam_trial_book *book, struct seam_trial_results *results,
                         struct seam_trial_table *table);

/* Is each line of the table one? False after an error with its line was printed. */
bool seam_trial_expected_check(const struct seam_trial_book *book, const char *path,
                               const char *text);

/* Write the table `text` once more, with these results in place of its own for the releases. */
void seam_trial_expected_write(FILE *out, const struct seam_trial_book *book, const char *text,
                               const struct seam_trial_table *table);

/* --- running (trial_run.c) -------------------------------------------------------------------- */

struct seam_trial_lab {
    const struct seam_trial_book *book;
    char *work; /* a private directory, owned */
    int seconds_max;
    struct seam_go_release release;
};

/* Make the lab of a release below the directory `work`: the sources, as a module of that release.
 * False with a one-line `error`. */
bool seam_trial_lab_open(struct seam_trial_lab *lab, const struct seam_trial_book *book,
                         const char *work, const struct seam_go_release *release,
                         char error[SEAM_GO_ERROR]);
void seam_trial_lab_close(struct seam_trial_lab *lab);

/* Programs are built many at once, in a few ways. Build all that the chosen trials need in this
 * way; those that do not compile are seam_trial_try's to tell. */
enum { SEAM_TRIAL_BUILDS = 9 };
void seam_trial_build(const struct seam_trial_lab *lab, int build, const bool *chosen);

/* Is it tried on this release? */
bool seam_trial_applies(const struct seam_trial *trial, int minor);

/* Build (if it is not built) and run the program of a trial, and judge. */
void seam_trial_try(const struct seam_trial_lab *lab, const struct seam_trial *trial,
                    struct seam_trial_result *result);

#endif
