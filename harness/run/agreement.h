/* The property of the scenario targets: oracle and model agree about every input.
 *
 * A target is one line: which family of operations its mutator draws (family column of ops.def).
 * Any file means the same to all of them. */
#ifndef SEAM_AGREEMENT_H
#define SEAM_AGREEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "generate/mutate.h"

/* Decode, run both, compare; on a disagreement print the full report and abort. */
void seam_require_agreement(const uint8_t *data, size_t size);

#define SEAM_AGREEMENT_TARGET(family)                                                              \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);                                  \
    size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);    \
    size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other,    \
                                     size_t other_size, uint8_t *out, size_t room, unsigned seed); \
                                                                                                   \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {                                 \
        seam_require_agreement(data, size);                                                        \
        return 0;                                                                                  \
    }                                                                                              \
                                                                                                   \
    size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {   \
        return seam_mutate(data, size, max_size, seed, family);                                    \
    }                                                                                              \
                                                                                                   \
    size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other,    \
                                     size_t other_size, uint8_t *out, size_t room,                 \
                                     unsigned seed) {                                              \
        return seam_mutate_pair(one, one_size, other, other_size, out, room, seed, family);        \
    }

#endif
