/* How far shrinking can be trusted: findings hidden among legal steps, and a check of what is left
 * that shares nothing with the search.
 *
 * Not for users: haystack_main.c, for ci/shrink and its test. */
#ifndef SEAM_HAYSTACK_H
#define SEAM_HAYSTACK_H

#include "judge/report.h"

/* What a scenario is about, as its report says in the first line. */
struct seam_headline {
    enum seam_verdict verdict;
    int rule, noun; /* noun: of the object; -1: nothing is broken */
};
struct seam_headline seam_headline_of(const struct seam_scenario *scenario);

static inline bool seam_headline_equal(struct seam_headline a, struct seam_headline b) {
    return a.verdict == b.verdict && a.rule == b.rule && a.noun == b.noun;
}

/* Hide `needle` among the steps of random legal scenarios, with names renumbered, so that its
 * headline stays. False if that seed does not give one of SEAM_STEPS_MAX steps. */
bool seam_hide(const struct seam_scenario *needle, uint64_t seed, struct seam_scenario *hay);

/* Is there no step without which `is_same` is still true of what remains? Each is removed from the
 * text, with the lines that the parser then refuses, and from the bytes. */
bool seam_is_minimal(const struct seam_scenario *scenario,
                     bool (*is_same)(void *context, const struct seam_scenario *less),
                     void *context);

#endif
