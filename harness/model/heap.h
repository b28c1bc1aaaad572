/* The Go heap of the model: spans of equal slots, with mark bits, pin counts and poison.
 *
 * Addresses are numbers of a simulated address space, in Go's own range; Go pointers are such
 * numbers. Slots are never used twice in a run, as the Go executor sees to it on the real heap.
 * Poison is what `go build -asan` does: a slot is accessible from its allocation to its sweep, and
 * what lies behind the object in its slot never is. */
#ifndef SEAM_MODEL_HEAP_H
#define SEAM_MODEL_HEAP_H

#include "op.h"

typedef uint64_t word;

enum {
    SPAN_SLOTS = 4,
    SPANS_MAX = SEAM_GO_MAX / SPAN_SLOTS + SEAM_SHAPES - 1,
    SLOT_BYTES = 64,
    SPAN_BYTES = 8192,
    OBJECT_WORDS = SEAM_WORDS + 1,
};
#define HEAP_BASE 0xc000000000ULL

struct span {
    uint8_t shape;
    uint8_t n_used;
    uint8_t freed, marked; /* bits per slot */
    uint8_t id[SPAN_SLOTS];
    uint8_t pins[SPAN_SLOTS];
    word words[SPAN_SLOTS][OBJECT_WORDS];
};

struct heap {
    int n_spans, n_objects;
    struct span spans[SPANS_MAX];
    word object[SEAM_GO_MAX]; /* base address of the n-th allocation */
};

/* A place in the heap: a slot of a span. */
struct place {
    struct span *span;
    int slot;
    int offset; /* bytes behind the object's base */
};

void heap_init(struct heap *heap);

/* The address of a new zeroed object. */
word heap_new(struct heap *heap, enum seam_shape shape);

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

bool heap_is_pinned(struct heap *heap, word address);

#endif
