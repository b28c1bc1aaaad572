/* The blocks of a fuzzer's model: peer.h once more, without an allocator.
 *
 * malloc under AddressSanitizer is dear, and all that a scenario wants of it is up to SEAM_C_MAX
 * blocks of one size. They come from a ring of places; whatever in it is not allocated now is
 * poisoned, so ASan reports what it would report of malloc's blocks: use after free, overflow,
 * underflow. What free() would report, a double free, the wrong allocator, a pointer that it never
 * returned, is an assertion here.
 *
 * Always true: a place is used again after PLACES others, of which one scenario makes few. Not for
 * real Go, and not for tests: there it is malloc (peer.c). */
#include "peer/peer.h"

#include <sanitizer/asan_interface.h>
#include <string.h>

#include "base/check.h"

enum { PLACES = 64, REDZONE_WORDS = 4, HEADER_WORDS = 2 };
_Static_assert(PLACES > 2 * SEAM_C_MAX, "a freed block stays poisoned until its scenario is over");
#define LIB_MAGIC 0x11b5ea5011b5ea50ULL

struct place {
    uint64_t before[REDZONE_WORDS], header[HEADER_WORDS], block[SEAM_BLOCK_WORDS];
};

static struct place places[PLACES + 1]; /* the last one is only a redzone */
static enum { FREE, PLAIN, LIB } states[PLACES];
static unsigned next;

__attribute__((constructor)) static void poison_all(void) {
    ASAN_POISON_MEMORY_REGION(places, sizeof places);
}

uint64_t *seam_peer_new(enum seam_fill fill, enum seam_allocator allocator) {
    struct place *place = &places[next];
    seam_assert(states[next] == FREE);
    states[next] = allocator == SEAM_ALLOCATOR_lib ? LIB : PLAIN;
    next = (next + 1) % PLACES;
    if (allocator == SEAM_ALLOCATOR_lib) {
        ASAN_UNPOISON_MEMORY_REGION(place->header, sizeof place->header);
        place->header[0] = place->header[1] = LIB_MAGIC;
    }
    ASAN_UNPOISON_MEMORY_REGION(place->block, sizeof place->block);
    memset(place->block, fill == SEAM_FILL_dirty ? SEAM_DIRTY & 0xff : 0, sizeof place->block);
    return place->block;
}

void seam_peer_free(void *pointer, enum seam_allocator allocator) {
    size_t offset = (size_t)((char *)pointer - (char *)places), at = offset / sizeof *places;
    seam_assert(at < PLACES && pointer == places[at].block);
    seam_assert(states[at] == (allocator == SEAM_ALLOCATOR_lib ? LIB : PLAIN));
    states[at] = FREE;
    ASAN_POISON_MEMORY_REGION(&places[at], sizeof *places);
}
