/* Two scenarios made into one: for crossover, and for hiding one among the steps of others. */
#ifndef SEAM_SPLICE_H
#define SEAM_SPLICE_H

#include "language/scenario.h"

/* `whole` with the steps [from, end) of `part` before its step `at`, run on the thread that is
 * running there. What has no room is left out. The release is that of `whole`; `to` is neither. */
void seam_splice(struct seam_scenario *to, const struct seam_scenario *whole, int at,
                 const struct seam_scenario *part, int from, int end);

/* For LLVMFuzzerCustomCrossOver: a beginning of one scenario, some steps of another, and the rest
 * of the first, in at most `room` bytes of `out`. The size; 0 without room for a header. The same
 * seed gives the same result. */
size_t seam_cross_over(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
                       uint8_t *out, size_t room, unsigned seed);

#endif
