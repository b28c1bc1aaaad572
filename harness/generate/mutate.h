/* Mutate a scenario by its steps, not by its bytes: the result has only steps that mean something.
 *
 * For LLVMFuzzerCustomMutator. Inserts, removes, moves, copies and changes steps; every new step
 * belongs to the family of the target, so each target explores its own vocabulary, while any file
 * means the same to all targets and to `seam replay`. The header stays as it is; bytes that have
 * none of today's (bytes.h) get one, and keep their scenario. */
#ifndef SEAM_MUTATE_H
#define SEAM_MUTATE_H

#include "language/scenario.h"

/* Change `bytes` (`size` of them, room for `size_max`) in place; the new size. `family` is a letter
 * of the family column of ops.def. The same seed gives the same result. Without room for a header:
 * nothing. */
size_t seam_mutate(uint8_t *bytes, size_t size, size_t size_max, unsigned seed, char family);

#endif
