/* The C side of the boundary: real memory from real allocators, shared by model and Go executor.
 *
 * The only file of seam that allocates C memory. A block is four words: three that can hold a
 * pointer and a buffer word. The library's allocator hides a header before what it returns, as
 * libraries with their own allocator do, so that mixing the two is an error that ASan names. */
#ifndef SEAM_PEER_H
#define SEAM_PEER_H

#include <stdint.h>

#include "language/op.h"

enum { SEAM_BLOCK_WORDS = SEAM_WORDS + 1, SEAM_BLOCK_BYTES = SEAM_BLOCK_WORDS * 8 };
enum { SEAM_BORROW_OFFSET = 16 }; /* where a borrowed pointer points into its block */

/* The structs of ops.def, LAYOUT. */
struct seam_natural {
    char c;
    int i;
    double last;
};
struct seam_packed {
    uint8_t a, b[3];
    uint32_t last;
} __attribute__((packed));
struct seam_bits {
    unsigned a : 3, b : 30;
    char last;
};
struct seam_united {
    int n;
    union {
        long l;
        char c;
    } u;
    short last;
};
struct seam_wide {
    int n;
    __extension__ __int128 last;
};
struct seam_aligned {
    char c;
    _Alignas(32) int last;
};
struct seam_flexible {
    int last;
    double data[];
};

/* Size, offset of the last field and alignment in one value, as the event of a layout has them. */
static inline uint32_t seam_layout_value(int size, int offset, int alignment) {
    return (uint32_t)(size << 16 | offset << 8 | alignment);
}

/* A new block; owned by the caller, freed with seam_peer_free and the same allocator. Dirty memory
 * holds SEAM_DIRTY in every word. Aborts when memory is exhausted. */
uint64_t *seam_peer_new(enum seam_fill fill, enum seam_allocator allocator);

/* Free any pointer with this allocator, right or wrong: ASan is the judge. */
void seam_peer_free(void *pointer, enum seam_allocator allocator);

#endif
