/* The smallest scenario that still has a property: the search, which knows no finding.
 *
 * Scenarios are ordered: fewer steps first, then without a release, then with fewer steps inside of
 * calls and objects made earlier, then by their bytes, in which small numbers are the first
 * objects, the plain forms and the plain operations. A candidate is only ever exchanged for a
 * smaller one, so the search ends; which candidates are tried depends on nothing but the scenario,
 * so the result does too.
 *
 * Always true of what was not stopped: no step can be left out, neither alone nor with another one,
 * whatever happens to the steps that need it: whether they are left out too, or bound to another
 * object, or repaired as decoding repairs them.
 *
 * To add a simplification: one function that calls `attempt`, and its row in `passes`. */
#ifndef SEAM_REDUCE_H
#define SEAM_REDUCE_H

#include "language/scenario.h"

/* Scenarios that were tried, by their hashes. */
enum { SEAM_TRIED = 1 << 14 };

struct seam_reduction {
    /* Has this candidate (borrowed until it returns) the property? */
    bool (*keeps)(void *context, const struct seam_scenario *candidate);
    /* Asked before each of them: is there a reason to end now? */
    bool (*stops)(void *context);
    void *context;
    struct seam_scenario best; /* in: one that has the property; out: the smallest that was found */
    long runs;                 /* out: how often `keeps` was asked */
    bool is_stopped;           /* out: `stops` said so, and more might be left out */
    /* Private. */
    int n_tried;
    uint64_t tried[SEAM_TRIED];
};

void seam_reduce(struct seam_reduction *it);

#endif
