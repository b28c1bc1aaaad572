/* Threads that use one context of the managed-memory component, in rounds.
 *
 * A round is decided by its seed and number: what each thread does, and, in every second round,
 * also which thread continues at each point of the component where two could meet (hooks.h), so
 * that the round can be reproduced. In the others the threads run free, with a yield here and
 * there. What one thread leaves to others, new handles aside, it leaves in relaxed atomics: so
 * ThreadSanitizer sees no order but the component's own, in both kinds of rounds.
 *
 * Checked: no reference lost and none too many, every destructor once and after the last use,
 * content and place of each block, no answer but the possible ones, nothing left over. One process
 * runs one round at a time. */
#ifndef SEAM_MANAGED_ROUNDS_H
#define SEAM_MANAGED_ROUNDS_H

#include <stdbool.h>
#include <stdint.h>

enum { SEAM_MANAGED_THREADS_MAX = 16, SEAM_MANAGED_ROUND_OPS = 400 };

/* Run a round; aborts with its number at the first thing that is wrong. Fills the number of
 * operations and, for a round that can be reproduced, a hash of all answers (otherwise 0). */
struct seam_managed_round {
    uint64_t ops, answers;
};
struct seam_managed_round seam_managed_round_run(uint64_t seed, uint64_t number, int threads);

/* The next of a series of random numbers. */
uint64_t seam_managed_random(uint64_t *state);

#endif
