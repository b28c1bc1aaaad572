/* What is counted while scenarios run on one release and flavor of real Go.
 *
 * Counts are sums, so a tally does not depend on how its scenarios were split or in which order
 * they ran; only `cost`, which is time, differs from run to run, and no table is made of it.
 *
 * The heart is `sights`: what the checkers of a flavor made of each rule that a scenario breaks. A
 * breach counts where real Go reached it, also after an earlier one that no checker detects and
 * that leaves everything well defined. The row SEAM_RULE_none is of scenarios in which real Go came
 * to no breach at all. Nothing here knows a rule by name. */
#ifndef SEAM_TALLY_H
#define SEAM_TALLY_H

#include <stdio.h>

#include "judge/report.h"

enum seam_sight {
    SEAM_SIGHT_caught, /* real Go stopped there with the report that the rule expects */
    SEAM_SIGHT_silent, /* it continued */
    SEAM_SIGHT_cut,   /* nothing was reported, and the run was cut off: what follows is undefined */
    SEAM_SIGHT_alarm, /* it stopped there, or where nothing is wrong, with something else */
    SEAM_SIGHTS,
};

/* In microseconds: processor time of scenarios, as the machine may have other work; of what they
 * wait for the time that it takes. */
struct seam_tally_cost {
    uint64_t all, legal; /* of all scenarios, and of those that keep all rules */
    uint64_t starts, starting;
    uint64_t collections, collecting;
};

struct seam_tally {
    uint64_t scenarios, legal;
    uint64_t skipped;   /* scenarios with operations that this release lacks, or with leaks where
                           LeakSanitizer cannot run */
    uint64_t stopped;   /* real Go was predicted to stop */
    uint64_t cut;       /* cut off before undefined behaviour */
    uint64_t witnesses; /* oracle and model disagree */
    uint64_t verdicts[SEAM_VERDICTS];
    uint64_t outcomes; /* seam_case_hash of each, added up */
    uint64_t sights[SEAM_RULES][SEAM_SIGHTS];
    struct seam_tally_cost cost;
};

/* Count a scenario and what real Go did with it; `index` tells scenarios apart. */
void seam_tally_count(struct seam_tally *tally, const struct seam_case *it,
                      const struct seam_go_case *go, uint64_t index);

void seam_tally_add(struct seam_tally *sum, const struct seam_tally *one);

/* Scenarios in which anything disagrees. */
uint64_t seam_tally_disagreements(const struct seam_tally *tally);

/* As words on one line, without a newline, and back: false if the text is not a whole tally. */
void seam_tally_print(FILE *out, const struct seam_tally *tally);
bool seam_tally_parse(const char *text, struct seam_tally *tally);

const char *seam_sight_name(enum seam_sight sight);

#endif
