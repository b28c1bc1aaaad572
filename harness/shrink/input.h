/* Shrink an input that is not a scenario: the bytes with which a fuzz target dies.
 *
 * Its class is how it dies, as in class.h: the same words. Bytes are removed, from halves down to
 * single ones, and the others become small numbers. */
#ifndef SEAM_INPUT_H
#define SEAM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seam_input {
    void (*run)(const uint8_t *bytes, size_t size); /* what dies */
    uint8_t *bytes;                                 /* in and out; borrowed */
    size_t size;                                    /* in and out */
    char words[200];                                /* out: how it dies */
    long runs;                                      /* out */
    bool is_minimal;                                /* out: false if it was stopped (stop.h) */
};

enum seam_input_end {
    SEAM_INPUT_done,
    SEAM_INPUT_lives,    /* nothing dies of it */
    SEAM_INPUT_unstable, /* what is left is harmless in a process of its own */
    SEAM_INPUT_failed,   /* an error was printed */
};

enum seam_input_end seam_input_shrink(struct seam_input *it);

#endif
