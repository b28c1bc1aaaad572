/* The mutator of a scenario target for AFL++: load it as AFL_CUSTOM_MUTATOR_LIBRARY.
 *
 * The same code as under libFuzzer (generate/mutate.h), behind the three functions that AFL++ looks
 * for; AFL++'s own mutations of bytes go on beside it, unless AFL_CUSTOM_MUTATOR_ONLY=1. Each
 * target has its own, compiled with its family. */
#include <stdlib.h>

#include "generate/mutate.h"

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
static const char family = TEXT(SEAM_FAMILY)[0];

enum { ROUNDS_MAX = 7 };

struct afl_mutator {
    unsigned seed;
    uint8_t out[SEAM_BYTES_MAX];
};

void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(void *data, uint8_t *input, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t room);
void afl_custom_deinit(void *data);

void *afl_custom_init(void *afl, unsigned seed) {
    (void)afl;
    struct afl_mutator *mutator = calloc(1, sizeof *mutator);
    if (mutator != NULL)
        mutator->seed = seed;
    return mutator;
}

size_t afl_custom_fuzz(void *data, uint8_t *input, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t room) {
    struct afl_mutator *mutator = data;
    *out = mutator->out;
    if (room > sizeof mutator->out)
        room = sizeof mutator->out;
    unsigned seed = mutator->seed++ * 2654435761u;
    size = seam_mutate_pair(input, size, other, other_size, mutator->out, room, seed, family);
    /* AFL++ asks once for each run, where libFuzzer goes on from what it made before. */
    for (unsigned left = seed >> 16 & ROUNDS_MAX; left > 0; left--)
        size = seam_mutate(mutator->out, size, room, seed + left, family);
    return size;
}

void afl_custom_deinit(void *data) { free(data); }
