#include "peer/peer.h"

#include <stdlib.h>

#include "base/check.h"

enum { LIB_HEADER_WORDS = 2 };
#define LIB_MAGIC 0x11b5ea5011b5ea50ULL

uint64_t *seam_peer_new(enum seam_fill fill, enum seam_allocator allocator) {
    int header = allocator == SEAM_ALLOCATOR_lib ? LIB_HEADER_WORDS : 0;
    uint64_t *block = calloc((size_t)(header + SEAM_BLOCK_WORDS), sizeof *block);
    seam_assert(block != NULL);
    for (int i = 0; i < header; i++)
        block[i] = LIB_MAGIC;
    for (int i = 0; i < SEAM_BLOCK_WORDS && fill == SEAM_FILL_dirty; i++)
        block[header + i] = SEAM_DIRTY;
    return block + header;
}

void seam_peer_free(void *pointer, enum seam_allocator allocator) {
    uint64_t *block = pointer;
    free(allocator == SEAM_ALLOCATOR_lib ? block - LIB_HEADER_WORDS : block);
}
