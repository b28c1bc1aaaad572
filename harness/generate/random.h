/* Random scenarios from a seed: the same seed and index give the same scenario everywhere.
 *
 * Swarm testing (Groce et al., ISSTA 2012): each scenario draws its operations from a small random
 * subset of all, so that no operation drowns the others, and its operands mostly from the first few
 * objects, so that they meet. Not for fuzzing: engines mutate bytes. */
#ifndef SEAM_RANDOM_H
#define SEAM_RANDOM_H

#include "language/scenario.h"

/* Fill `scenario` with scenario number `index` of this seed, using only operations of that Go
 * release (0: all). */
void seam_random_scenario(struct seam_scenario *scenario, uint64_t seed, uint64_t index,
                          int release);

#endif
