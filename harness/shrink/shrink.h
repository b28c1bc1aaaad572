/* Shrink a finding: the smallest scenario of the same class.
 *
 * The witnesses run in a process of their own (probe.h), so a finding may be that they die. With
 * real Go, the search begins in the model, as far as its prediction holds, and goes on in Go: a
 * candidate that the model predicts to end otherwise is of another class, and is not run there.
 *
 * Not here: the search (reduce.h), what a class is (class.h), options and files (verbs/shrink.c).
 */
#ifndef SEAM_SHRINK_H
#define SEAM_SHRINK_H

#include "realgo/go_options.h"
#include "shrink/class.h"

struct seam_shrink {
    /* In. */
    struct seam_scenario scenario;
    enum seam_rule rule;               /* the finding that is meant; none: the headline */
    struct seam_go_set *go;            /* borrowed; NULL, or n = 0: the witnesses only */
    void (*run)(struct seam_case *it); /* what is asked instead of the pipeline; NULL: that */
    void (*progress)(const struct seam_shrink *it); /* before each run; NULL: nothing */

    /* Out; valid from the first call of `progress` on. */
    struct seam_scenario best;
    struct seam_class class;
    long runs, go_runs;
    char words[SEAM_CLASS_WORDS]; /* broken: the flavor, and what it said */
    bool is_minimal;              /* false: it was stopped */
};

enum seam_shrink_end {
    SEAM_SHRINK_done,
    SEAM_SHRINK_nothing,  /* the scenario finds nothing; in Go: nothing that its flavors detect */
    SEAM_SHRINK_broken,   /* real Go does not even run the empty scenario: `words` */
    SEAM_SHRINK_unstable, /* real Go did something else the second time */
    SEAM_SHRINK_failed,   /* an error was printed; `best` is what there is */
};

enum seam_shrink_end seam_shrink_run(struct seam_shrink *it);

#endif
