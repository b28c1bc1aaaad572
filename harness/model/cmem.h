/* C memory of the model: real blocks from peer.c, and the ownership contract about them.
 *
 * Every access of the model goes through cmem_accessible first, so that a bad one becomes a finding
 * instead of a crash. Built with ASan, ASan itself is asked, and must agree. Otherwise a freed
 * block stays allocated until the run is over, so that its address is not used again. */
#ifndef SEAM_MODEL_CMEM_H
#define SEAM_MODEL_CMEM_H

#include "model/heap.h"

struct cblock {
    word *memory;
    uint8_t allocator;
    uint8_t references[SEAM_OWNERS]; /* of each side; C has none but the owner's */
    bool freed;
    int os;     /* the OS thread it belongs to, or 0 */
    word needs; /* its parent, whose memory is read when it is freed, or 0 */
};

struct cmem {
    int n;
    struct cblock blocks[SEAM_C_MAX];
};

void cmem_init(struct cmem *cmem);

/* Free what is left, really. */
void cmem_end(struct cmem *cmem);

/* A new block with one reference, which is Go's; its index. */
int cmem_new(struct cmem *cmem, enum seam_fill fill, enum seam_allocator allocator);

/* The owner's reference moves to this side, if it is not there. */
void cmem_transfer(struct cblock *block, enum seam_owner to);

/* The side that may free the block. */
static inline enum seam_owner cmem_owner(const struct cblock *block) {
    return block->references[SEAM_OWNER_c] > 0 ? SEAM_OWNER_c : SEAM_OWNER_go;
}

/* The references that Go has beyond the owner's. */
static inline int cmem_shared(const struct cblock *block) {
    return block->references[SEAM_OWNER_go] - (cmem_owner(block) == SEAM_OWNER_go);
}

/* Free a block that is not freed yet. */
void cmem_free(struct cmem *cmem, int block);

/* The block that an address points into, freed or not, or -1. */
int cmem_block_at(const struct cmem *cmem, word address);

/* May the eight bytes at this address, inside a block, be accessed? */
bool cmem_accessible(const struct cmem *cmem, word address);

static inline word cmem_base(const struct cmem *cmem, int block) {
    return (word)(uintptr_t)cmem->blocks[block].memory;
}

#endif
