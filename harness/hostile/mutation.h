/* Mutated inputs for parsers: what a disk, an editor or an attacker makes of a good file.
 *
 * The same seed gives the same input everywhere. Not for scenarios that should stay meaningful
 * (generate/mutate.h), and not guided by coverage (targets/). */
#ifndef SEAM_MUTATION_H
#define SEAM_MUTATION_H

#include <stddef.h>
#include <stdint.h>

/* The next of a sequence of numbers; `state` is any number at first. */
uint64_t seam_mutation_next(uint64_t *state);

/* Change `size` bytes in place, with room for `max`, in one to eight ways; the new size. */
size_t seam_mutation_make(char *bytes, size_t size, size_t max, uint64_t seed);

#endif
