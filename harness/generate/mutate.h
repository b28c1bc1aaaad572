/* Mutate a scenario by its steps, not by its bytes: the result has only steps that mean something.
 *
 * For the engines' own mutators (LLVMFuzzerCustomMutator, afl_custom_fuzz). Inserts, removes,
 * moves, copies and changes steps. A new step mostly belongs to the family of the target, so each
 * target explores its own vocabulary, while any file means the same to all targets and to `seam
 * replay`; but each target can reach every rule. Bytes that have no
 * header of today's (bytes.h) get one; now and then it names another release of Go. */
#ifndef SEAM_MUTATE_H
#define SEAM_MUTATE_H

#include "language/scenario.h"

/* Change `bytes` (`size` of them, room for `size_max`) in place; the new size. `family` is a letter
 * of the family column of ops.def. The same seed gives the same result. Without room for a header:
 * nothing. */
size_t seam_mutate(uint8_t *bytes, size_t size, size_t size_max, unsigned seed, char family);

/* The same for two inputs, where an engine asks for one that is made of both: mostly it is a
 * mutation of `one`, and sometimes steps of `other` are spliced into it. `out` has `room` bytes. */
size_t seam_mutate_pair(const uint8_t *one, size_t one_size, const uint8_t *other,
                        size_t other_size, uint8_t *out, size_t room, unsigned seed, char family);

#endif
