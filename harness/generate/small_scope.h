/* Every scenario up to a size: what random ones may miss by chance is not missed here.
 *
 * Small ones are enough to show most mistakes (Jackson and Damon, 1996), and where they are all
 * tried, nothing is left to a generator. Numbers that are interchangeable are reduced to one: one
 * word, one value, one count and one C variable are enough; every object and every choice is tried.
 * Not random, and not for fuzzing. Always true: a scenario is visited once, with its calls closed,
 * in an order that does not depend on the machine. */
#ifndef SEAM_SMALL_SCOPE_H
#define SEAM_SMALL_SCOPE_H

#include "language/scenario.h"

/* Beginnings from which a few steps reach what they could not reach from nothing: open calls, a
 * queued finalizer, pins, what C kept. As text; the last is NULL. */
extern const char *const seam_small_scope_beginnings[];

struct seam_small_scope {
    int release; /* 0: what any release has */
    int steps;   /* at most this many after the beginning */
    char family; /* of ops.def; 0: every operation */
    bool few; /* the reduced set of operands: two objects of a kind, and choices that differ most */
    /* Called with each scenario, borrowed until it returns; false ends everything. */
    bool (*visit)(void *context, const struct seam_scenario *scenario);
    void *context;
};

/* Append every possible sequence of steps to `beginning`, whose calls stay open, up to that many.
 * False if `visit` ended it. */
bool seam_small_scope_run(const struct seam_small_scope *small,
                          const struct seam_scenario *beginning);

#endif
