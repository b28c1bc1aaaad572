/* Go programs that show whether a statement holds, and what is expected of them on each release.
 *
 * A set is a table of programs, with the folder in corpus/ where they lie and the table of what
 * they did. There are two: the advice (advice.def) and the rules' programs (programs.def). What was
 * seen follows from what a program did, never from the release. Not here: what a set says about it
 * (advice.h, programs.h), options and workers (program_verb.h). */
#ifndef SEAM_PROGRAM_H
#define SEAM_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/embed.h"
#include "realgo/gobuild.h"

/* How a program is built and run (program_run.c). */
enum seam_program_mode {
    SEAM_PROGRAM_plain,
    SEAM_PROGRAM_cgocheck2,  /* GODEBUG=cgocheck=2 in the environment, on every release */
    SEAM_PROGRAM_experiment, /* GOEXPERIMENT=cgocheck2 when it is built */
    SEAM_PROGRAM_stores,     /* the one of the two that works: from Go 1.21 the experiment */
    SEAM_PROGRAM_asan,       /* go build -asan */
    SEAM_PROGRAM_leaks,      /* the same, where AddressSanitizer looks for leaks */
    SEAM_PROGRAM_race,       /* go build -race */
    SEAM_PROGRAM_tsan,       /* C with -fsanitize=thread, Go without -race */
    SEAM_PROGRAM_checkptr,   /* go build -gcflags=-d=checkptr */
    SEAM_PROGRAM_unchecked,  /* GODEBUG=cgocheck=0 in the environment */
    SEAM_PROGRAM_invalidptr, /* GODEBUG=invalidptr=0 */
    SEAM_PROGRAM_finalizers, /* GODEBUG=checkfinalizers=1 */
    SEAM_PROGRAM_arenas,     /* GOEXPERIMENT=arenas */
    SEAM_PROGRAM_compile,    /* not run: what go build says */
    SEAM_PROGRAM_alone,      /* the same of what would stop go build also for others */
    SEAM_PROGRAM_vet,        /* not run: what go vet says */
    SEAM_PROGRAM_escapes,    /* not run: what go build -gcflags=-m says */
    SEAM_PROGRAM_cgo386,     /* not run: does it compile for 32 bits? */
    SEAM_PROGRAM_cgo64,      /* the same for 64 bits */
};

/* When it is detected: by the compiler, by go vet, or at run time. */
enum seam_program_stage { SEAM_PROGRAM_COMPILES, SEAM_PROGRAM_VETS, SEAM_PROGRAM_RUNS };
enum seam_program_stage seam_program_stage(enum seam_program_mode mode);
const char *seam_program_mode_name(enum seam_program_mode mode);

enum seam_program_judge { SEAM_PROGRAM_says, SEAM_PROGRAM_told, SEAM_PROGRAM_quiet };

/* One statement, and the program that shows whether it holds. Several may share a folder: the
 * program is told which part it is to play, up to a '/'; what follows tells modes of it apart. */
struct seam_program {
    bool counts;                         /* false for what is only worth knowing */
    int since;                           /* the first minor release it is tried on; 0 for all */
    const char *subject, *part, *folder; /* claim or rule, the name, the folder below the set's */
    enum seam_program_mode mode;
    enum seam_program_judge judge;
    const char *text, *statement;
};

struct seam_program_set {
    const char *name; /* the verb, the folder in corpus/, and the table in it: NAME.expected */
    const struct seam_program *programs;
    int n_programs;
    const struct seam_embedded *files; /* the files in corpus/ */
};

enum { SEAM_PROGRAMS_MAX = 512, SEAM_PROGRAM_EVIDENCE = 240 };

/* --- what was seen ---------------------------------------------------------------------------- */

enum seam_program_outcome {
    SEAM_PROGRAM_unknown, /* not looked at, or nothing could be seen: the evidence says why */
    SEAM_PROGRAM_fails,
    SEAM_PROGRAM_holds,
};

const char *seam_program_outcome_name(enum seam_program_outcome outcome);

struct seam_program_result {
    enum seam_program_outcome outcome;
    bool is_broken; /* the machine lacks something; the evidence says what */
    char evidence[SEAM_PROGRAM_EVIDENCE];
};

/* How a program ended, and all that it, its compiler or its runtime said. */
struct seam_program_end {
    bool is_stopped; /* it did not compile, or did not end with status 0 */
    bool is_late;    /* it did not end in time, and was killed */
    const char *output;
};

/* Judge a program by its end. */
void seam_program_judge(const struct seam_program *program, const struct seam_program_end *end,
                        struct seam_program_result *result);

/* What was seen of all programs of a set, in their order, on each release. */
struct seam_program_results {
    struct seam_program_result part[SEAM_PROGRAMS_MAX];
};

enum { SEAM_PROGRAM_RELEASES_MAX = 16 };

struct seam_program_table {
    int n_releases;
    struct seam_go_release releases[SEAM_PROGRAM_RELEASES_MAX]; /* by their numbers */
    const struct seam_program_results *results;                 /* one a release; borrowed */
};

/* --- what is expected ------------------------------------------------------------------------- */

/* The expected results, as text: lines `SUBJECT PART 1.MINOR OUTCOME EVIDENCE`, # comments. Find
 * the one of a program on Go 1.`minor`; outcome unknown if there is none. */
struct seam_program_result seam_program_expected(const char *text,
                                                 const struct seam_program *program, int minor);

/* The table that is compiled in. */
const char *seam_program_expected_here(const struct seam_program_set *set);

/* All that the compiled-in table says: the releases that are in it, and what was seen on each,
 * which is filled into `results` (as many as there may be releases) and borrowed by the table. */
void seam_program_measured(const struct seam_program_set *set, struct seam_program_results *results,
                           struct seam_program_table *table);

/* Is each line of the table one? False after an error with its line was printed. */
bool seam_program_expected_check(const struct seam_program_set *set, const char *path,
                                 const char *text);

/* Write the table `text` once more, with these results in place of its own for the releases. */
void seam_program_expected_write(FILE *out, const struct seam_program_set *set, const char *text,
                                 const struct seam_program_table *table);

/* --- running (program_run.c) ------------------------------------------------------------------ */

/* A set on one release: its sources, what was built of them, and what that said. */
struct seam_program_tree {
    const struct seam_program_set *set;
    char *work; /* a private directory, owned */
    int seconds_max;
    struct seam_go_release release;
};

/* Make the tree of a release below the directory `work`: the sources, as a module of that release.
 * False with a one-line `error`. */
bool seam_program_tree_open(struct seam_program_tree *tree, const struct seam_program_set *set,
                            const char *work, const struct seam_go_release *release,
                            char error[SEAM_GO_ERROR]);
void seam_program_tree_close(struct seam_program_tree *tree);

/* Programs are built many at once, in a few ways. Build all that the chosen programs need in this
 * way; those that do not compile are seam_program_try's to tell. */
enum { SEAM_PROGRAM_BUILDS = 9 };
void seam_program_build(const struct seam_program_tree *tree, int build, const bool *chosen);

/* Is it tried on this release? */
bool seam_program_applies(const struct seam_program *program, int minor);

/* Build a program (if it is not built), run it, and judge. */
void seam_program_try(const struct seam_program_tree *tree, const struct seam_program *program,
                      struct seam_program_result *result);

#endif
