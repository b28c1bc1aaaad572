/* Steps of one scenario copied into another, under the names that their objects have there.
 *
 * What crossover and shrinking have in common: a step is meant, not its bytes. Objects are numbered
 * by birth, so a step that moves is renamed; a step that needs what was not copied (an object, the
 * call that it returns from) is left out, or bound to something else that fits.
 *
 * Always true: the result is a scenario, whatever was left out, and decoding what it is encoded to
 * gives it back. Not here: which steps to copy. */
#ifndef SEAM_COPY_H
#define SEAM_COPY_H

#include "language/scenario.h"

enum { SEAM_NO_CALL = 0xff, SEAM_NAMES_MAX = 16 };

/* A scenario that is copied from, and what became of its steps so far. */
struct seam_source {
    const struct seam_scenario *scenario; /* borrowed */
    bool binds; /* a name that is not there is bound to the first object that fits; else left out */
    uint8_t names[SEAM_NOUNS]
                 [16]; /* what an object is called in the copy, plus one; 0: not there */
    bool copied[SEAM_STEPS_MAX];
    uint8_t thread[SEAM_STEPS_MAX]; /* on which each step runs */
    uint8_t call[SEAM_STEPS_MAX];   /* the step that began the call which each ends, or: */
};

/* Begin to copy from `scenario`, whose steps may be out of order: what makes no sense at its place
 * is not copied. */
void seam_source_open(struct seam_source *source, const struct seam_scenario *scenario);

/* Append its step `s` to `to`, of which `scope` is the end. False, and nothing was appended, if
 * something is missing that it needs. Ask for steps in their order. */
bool seam_source_copy(struct seam_source *source, int s, struct seam_scenario *to,
                      struct seam_scope *scope);

#endif
