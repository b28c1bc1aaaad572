/* What tutorials say of cgo, judged by programs that try it on real Go.
 *
 * The claims and their parts are in advice.def, the programs in corpus/advice/; both are compiled
 * in. Verdicts follow from what the programs do, never from the version of Go. Not here: building
 * and running the programs (advice_run.c), printing (advice_report.c), options (verb_advice.c). */
#ifndef SEAM_ADVICE_H
#define SEAM_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "gorun.h"

/* How a program is built and run. */
enum seam_advice_mode {
    SEAM_ADVICE_plain,
    SEAM_ADVICE_cgocheck2,  /* GODEBUG=cgocheck=2 in the environment, on every release */
    SEAM_ADVICE_experiment, /* GOEXPERIMENT=cgocheck2 when it is built */
    SEAM_ADVICE_asan,       /* go build -asan */
    SEAM_ADVICE_leaks,      /* the same, where AddressSanitizer looks for leaks */
    SEAM_ADVICE_escapes,    /* not run: what go build -gcflags=-m says */
    SEAM_ADVICE_cgo386,     /* not run: does it compile for 32 bits? */
    SEAM_ADVICE_cgo64,      /* the same for 64 bits */
};

enum seam_advice_judge { SEAM_ADVICE_says, SEAM_ADVICE_told, SEAM_ADVICE_quiet };

struct seam_advice_claim {
    const char *id, *word, *claim, *instead;
};

/* One statement; `counts` is false for what the claim does not say. */
struct seam_advice_part {
    bool counts;
    const char *claim, *part, *program; /* the id, the name, the folder in corpus/advice/ */
    enum seam_advice_mode mode;
    enum seam_advice_judge judge;
    const char *text, *statement;
};

/* Each ends with a row whose first pointer is NULL. */
extern const struct seam_advice_claim seam_advice_claims[];
extern const struct seam_advice_part seam_advice_parts[];

enum { SEAM_ADVICE_PARTS_MAX = 128, SEAM_ADVICE_EVIDENCE = 240 };

int seam_advice_n_parts(void);

/* --- what was seen ---------------------------------------------------------------------------- */

enum seam_advice_outcome {
    SEAM_ADVICE_unknown, /* not looked at, or nothing could be seen: the evidence says why */
    SEAM_ADVICE_fails,
    SEAM_ADVICE_holds,
};

const char *seam_advice_outcome_name(enum seam_advice_outcome outcome);

struct seam_advice_result {
    enum seam_advice_outcome outcome;
    bool is_broken; /* the machine lacks something; the evidence says what */
    char evidence[SEAM_ADVICE_EVIDENCE];
};

/* How a program ended, and all that it, its compiler or its runtime said. */
struct seam_advice_end {
    bool is_stopped; /* it did not compile, or did not end with status 0 */
    bool is_late;    /* it did not end in time, and was killed */
    const char *output;
};

/* Judge a part from its program's end. */
void seam_advice_judge(const struct seam_advice_part *part, const struct seam_advice_end *end,
                       struct seam_advice_result *result);

/* --- verdicts --------------------------------------------------------------------------------- */

enum seam_advice_verdict {
    SEAM_ADVICE_UNKNOWN,
    SEAM_ADVICE_TRUE,    /* all parts that count hold */
    SEAM_ADVICE_FALSE,   /* none does */
    SEAM_ADVICE_IN_PART, /* some do */
    SEAM_ADVICE_DEPENDS, /* on the release: a part that counts differs */
};

const char *seam_advice_verdict_name(enum seam_advice_verdict verdict);

/* What was seen of all parts, in their order, on each release. */
struct seam_advice_results {
    struct seam_advice_result part[SEAM_ADVICE_PARTS_MAX];
};

enum { SEAM_ADVICE_RELEASES_MAX = 16 };

struct seam_advice_table {
    int n_releases;
    struct seam_go_release releases[SEAM_ADVICE_RELEASES_MAX]; /* by their numbers */
    const struct seam_advice_results *results;                 /* one a release; borrowed */
};

/* The verdict on a claim, by its id: on all releases, and on one. */
enum seam_advice_verdict seam_advice_verdict(const struct seam_advice_table *table,
                                             const char *claim);
enum seam_advice_verdict seam_advice_verdict_on(const struct seam_advice_table *table, int release,
                                                const char *claim);

/* --- what is expected ------------------------------------------------------------------------- */

/* The expected results, as text: lines `CLAIM PART MINOR OUTCOME EVIDENCE`, # comments. Find the
 * one of a part on Go 1.`minor`; outcome unknown if there is none. */
struct seam_advice_result seam_advice_expected(const char *text,
                                               const struct seam_advice_part *part, int minor);

/* The table that is compiled in. */
const char *seam_advice_expected_here(void);

/* Is each line of the table one? False after an error with its line was printed. */
bool seam_advice_expected_check(const char *path, const char *text);

/* Write the table `text` once more, with these results in place of its own for the releases. */
void seam_advice_expected_write(FILE *out, const char *text, const struct seam_advice_table *table);

/* --- printing (advice_report.c) --------------------------------------------------------------- */

/* A claim with its verdict, what was seen and what to do; with what was seen of each of its parts
 * if `all_parts`. */
void seam_advice_print_text(FILE *out, const struct seam_advice_table *table,
                            const struct seam_advice_claim *claim, bool all_parts);

/* One object on one line: {"id":s,"word":s,"claim":s,"verdict":s,"instead":s,"releases":[{"go":s,
 * "verdict":s,"parts":[{"part":s,"statement":s,"counts":b,"outcome":s,"evidence":s}]}]}. */
void seam_advice_print_json(FILE *out, const struct seam_advice_table *table,
                            const struct seam_advice_claim *claim);

/* --- running (advice_run.c) ------------------------------------------------------------------- */

struct seam_advice_lab {
    char *work; /* a private directory, owned */
    int seconds_max;
    struct seam_go_release release;
};

/* Make the lab of a release below the directory `work`: the sources, as a module of that release.
 * False with a one-line `error`. */
bool seam_advice_lab_open(struct seam_advice_lab *lab, const char *work,
                          const struct seam_go_release *release, char error[SEAM_GO_ERROR]);
void seam_advice_lab_close(struct seam_advice_lab *lab);

/* Programs are built many at once, in a few ways. Build all that the chosen parts need in this way;
 * those that do not compile are seam_advice_try's to tell. */
enum { SEAM_ADVICE_BUILDS = 3 };
void seam_advice_build(const struct seam_advice_lab *lab, int build, const bool *chosen);

/* Build (if it is not built) and run the program of a part, and judge. */
void seam_advice_try(const struct seam_advice_lab *lab, const struct seam_advice_part *part,
                     struct seam_advice_result *result);

#endif
