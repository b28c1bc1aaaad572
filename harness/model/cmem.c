#include "model/cmem.h"

#include "base/check.h"
#include "peer/peer.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#else
#define HAS_ASAN 0
#define __asan_address_is_poisoned(address) ((void)(address), 0)
#endif

void cmem_init(struct cmem *cmem) { cmem->n = 0; }

void cmem_end(struct cmem *cmem) {
    for (struct cblock *block = cmem->blocks; block < cmem->blocks + cmem->n; block++)
        if (!block->freed || !HAS_ASAN)
            seam_peer_free(block->memory, block->allocator);
    cmem->n = 0;
}

int cmem_new(struct cmem *cmem, enum seam_fill fill, enum seam_allocator allocator) {
    seam_assert(cmem->n < SEAM_C_MAX);
    cmem->blocks[cmem->n] = (struct cblock){.memory = seam_peer_new(fill, allocator),
                                            .allocator = (uint8_t)allocator,
                                            .references = {[SEAM_OWNER_go] = 1}};
    return cmem->n++;
}

void cmem_transfer(struct cblock *block, enum seam_owner to) {
    if (cmem_owner(block) == to)
        return;
    block->references[cmem_owner(block)]--;
    block->references[to]++;
}

void cmem_free(struct cmem *cmem, int block) {
    struct cblock *b = &cmem->blocks[block];
    seam_assert(!b->freed);
    b->freed = true;
    if (HAS_ASAN)
        seam_peer_free(b->memory, b->allocator);
}

int cmem_block_at(const struct cmem *cmem, word address) {
    for (int i = 0; i < cmem->n; i++)
        if (address - cmem_base(cmem, i) < SEAM_BLOCK_BYTES)
            return i;
    return -1;
}

bool cmem_accessible(const struct cmem *cmem, word address) {
    int block = cmem_block_at(cmem, address);
    seam_assert(block >= 0);
    bool accessible = !cmem->blocks[block].freed;
    if (HAS_ASAN)
        seam_assert(accessible == !__asan_address_is_poisoned((void *)(uintptr_t)address));
    return accessible;
}
