/* The Go heap of the model: spans of equal slots, with mark bits, pin counts and poison; and the
 * two segments of package variables, with and without pointers.
 *
 * Addresses are numbers of a simulated address space, in Go's own range; Go pointers are such
 * numbers. Slots are never used twice in a run, as the Go executor sees to it on the real heap.
 * Poison is what `go build -asan` does: a slot is accessible from its allocation to its sweep, and
 * what follows the object in its slot never is. */
#ifndef SEAM_MODEL_HEAP_H
#define SEAM_MODEL_HEAP_H

#include "language/scenario.h"

typedef uint64_t word;

enum {
    SPAN_SLOTS = 4,
    SPANS_MAX = SEAM_GO_MAX, /* no two objects may fit in one */
    BOXES_MAX = SEAM_STEPS_MAX,
    SLOT_BYTES = 64,
    SPAN_BYTES = 8192,
    OBJECT_WORDS = SEAM_WORDS + 1,
};
#define HEAP_BASE 0xc000000000ULL

#define BOX_BASE 0xc600000000ULL

/* Where an object lies: in the heap, in .data or .bss, or in .noptrdata or .noptrbss. */
enum segment { SEGMENT_heap, SEGMENT_data, SEGMENT_noptr };

struct span {
    uint8_t shape, segment;
    uint8_t n_used;
    uint8_t freed, marked, reused; /* bits per slot */
    uint8_t id[SPAN_SLOTS];
    uint8_t pins[SPAN_SLOTS];
    word words[SPAN_SLOTS][OBJECT_WORDS];
};

struct heap {
    const struct seam_scenario *scenario; /* for its release */
    int n_spans, n_objects, n_boxes;
    struct span spans[SPANS_MAX];
    word boxes[BOXES_MAX];    /* closures, maps and channels: what each of them holds */
    word object[SEAM_GO_MAX]; /* base address of the n-th allocation */
};

/* A place in the heap: a slot of a span. */
struct place {
    struct span *span;
    int slot;
    int offset; /* bytes after the object's base */
};

void heap_init(struct heap *heap, const struct seam_scenario *scenario);

/* The address of a new zeroed object, or package variable. */
word heap_new(struct heap *heap, enum seam_shape shape, bool global);

/* A word of an object of that shape that must lead to `value`: the value itself, or the address of
 * a new closure, map or channel that holds it. */
word heap_box(struct heap *heap, enum seam_shape shape, word value);

/* What the box at this address holds, or the address itself if it is none. */
word heap_unbox(const struct heap *heap, word address);

/* Is the address inside a span, and which slot is it? Freed slots are found too. */
bool heap_place(struct heap *heap, word address, struct place *place);

/* Is it a pointer to an object that is allocated now? */
bool heap_find(struct heap *heap, word address, struct place *place);

/* May these eight bytes be accessed? */
bool heap_accessible(struct heap *heap, word address);

/* The word at an address inside an object. */
word *heap_word(struct heap *heap, word address);

/* How many leading words of an object are pointers, and its size in bytes. */
int heap_pointers(enum seam_shape shape);
int heap_size(enum seam_shape shape);

/* cgoIsGoPointer and isPinned of the runtime; the second only for what the first says yes to. */
bool heap_is_go(struct heap *heap, word address);
bool heap_is_pinned(struct heap *heap, word address);
bool heap_is_unpinned(struct heap *heap, word address); /* a Go pointer, and not pinned */

#endif
