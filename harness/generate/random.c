#include "generate/random.h"

enum { SUBSET_MAX = 16, LENGTH_MAX = 48 };

/* splitmix64: Steele, Lea and Flood, OOPSLA 2014. */
static uint64_t next(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/* Most operands are small numbers, so that steps refer to the same objects. */
static uint8_t operand_byte(uint64_t bits) {
    return (uint8_t)((bits & 3) != 0 ? (bits >> 2) % 3 : bits >> 8);
}

void seam_random_scenario(struct seam_scenario *scenario, uint64_t seed, uint64_t index,
                          int release) {
    uint64_t state = seed * 0xd1342543de82ef95ULL + index, bits = next(&state);
    uint8_t subset[SUBSET_MAX], bytes[LENGTH_MAX * SEAM_STEP_BYTES];
    /* Nothing happens without objects and time, so these are always included. */
    int n = 0, size = 6 + (int)((bits >> 8) % (SUBSET_MAX - 5));
    subset[n++] = SEAM_OP_go_new;
    subset[n++] = (bits & 1) != 0 ? SEAM_OP_malloc : SEAM_OP_go_new;
    subset[n++] = (bits & 2) != 0 ? SEAM_OP_gc : SEAM_OP_call;
    while (n < size)
        subset[n++] = (uint8_t)(next(&state) % SEAM_OPS);
    int length = 4 + (int)((bits >> 32) % (LENGTH_MAX - 3));
    for (int i = 0; i < length; i++) {
        uint64_t word = next(&state);
        uint8_t *step = bytes + i * SEAM_STEP_BYTES;
        step[0] = subset[(word >> 56) % (unsigned)n];
        for (int k = 0; k < SEAM_OPERANDS_MAX; k++)
            step[1 + k] = operand_byte(word >> (16 * k));
    }
    seam_scenario_decode_steps(scenario, bytes, (size_t)length * SEAM_STEP_BYTES, release);
}
