#include "model/heap.h"

#include <string.h>

#include "base/check.h"
#include "model/plant.h"

void heap_init(struct heap *heap, const struct seam_scenario *scenario) {
    heap->scenario = scenario;
    heap->n_spans = heap->n_objects = heap->n_boxes = 0;
}

int heap_pointers(enum seam_shape shape) { return shape == SEAM_SHAPE_data ? 0 : SEAM_WORDS; }

int heap_size(enum seam_shape shape) {
    return (shape == SEAM_SHAPE_array ? SEAM_WORDS : OBJECT_WORDS) * 8;
}

static int span_with_room(struct heap *heap, enum seam_shape shape, enum segment segment) {
    for (int i = 0; i < heap->n_spans; i++)
        if (heap->spans[i].shape == shape && heap->spans[i].segment == segment &&
            heap->spans[i].n_used < SPAN_SLOTS)
            return i;
    seam_assert(heap->n_spans < SPANS_MAX);
    struct span *span = &heap->spans[heap->n_spans];
    span->shape = (uint8_t)shape;
    span->segment = (uint8_t)segment;
    span->n_used = span->freed = span->marked = span->reused = 0;
    return heap->n_spans++;
}

word heap_new(struct heap *heap, enum seam_shape shape, bool global) {
    enum segment segment = heap_pointers(shape) > 0 ? SEGMENT_data : SEGMENT_noptr;
    int index = span_with_room(heap, shape, global ? segment : SEGMENT_heap);
    struct span *span = &heap->spans[index];
    int slot = span->n_used++;
    memset(span->words[slot], 0, sizeof span->words[slot]);
    span->pins[slot] = 0;
    span->id[slot] = (uint8_t)heap->n_objects;
    word address = HEAP_BASE + (word)index * SPAN_BYTES + (word)slot * SLOT_BYTES;
    heap->object[heap->n_objects++] = address;
    return address;
}

word heap_box(struct heap *heap, enum seam_shape shape, word value) {
    if (shape != SEAM_SHAPE_funcs && shape != SEAM_SHAPE_maps && shape != SEAM_SHAPE_chans)
        return value;
    seam_assert(heap->n_boxes < BOXES_MAX);
    heap->boxes[heap->n_boxes] = value;
    return BOX_BASE + (word)heap->n_boxes++ * SLOT_BYTES;
}

word heap_unbox(const struct heap *heap, word address) {
    word index = (address - BOX_BASE) / SLOT_BYTES;
    return index < (word)heap->n_boxes ? heap->boxes[index] : address;
}

bool heap_place(struct heap *heap, word address, struct place *place) {
    word index = (address - HEAP_BASE) / SPAN_BYTES;
    if (address < HEAP_BASE || index >= (word)heap->n_spans)
        return false;
    place->span = &heap->spans[index];
    place->slot = (int)((address - HEAP_BASE) % SPAN_BYTES / SLOT_BYTES);
    place->offset = (int)(address % SLOT_BYTES);
    return place->slot < place->span->n_used;
}

bool heap_find(struct heap *heap, word address, struct place *place) {
    return heap_place(heap, address, place) && !(place->span->freed >> place->slot & 1);
}

bool heap_accessible(struct heap *heap, word address) {
    struct place place;
    if (SEAM_PLANTED(sweep_does_not_poison))
        return heap_place(heap, address, &place) &&
               place.offset < heap_size((enum seam_shape)place.span->shape);
    return heap_find(heap, address, &place) &&
           place.offset < heap_size((enum seam_shape)place.span->shape);
}

word *heap_word(struct heap *heap, word address) {
    struct place place;
    seam_assert(heap_place(heap, address, &place) && place.offset % 8 == 0 &&
                place.offset < heap_size((enum seam_shape)place.span->shape));
    return &place.span->words[place.slot][place.offset / 8];
}

bool heap_is_go(struct heap *heap, word address) {
    struct place place;
    if (heap_unbox(heap, address) != address)
        return true;
    return heap_find(heap, address, &place) && place.span->segment != SEGMENT_noptr;
}

bool heap_is_pinned(struct heap *heap, word address) {
    struct place place;
    if (!heap_find(heap, address, &place))
        return false;
    if (place.span->segment == SEGMENT_data) /* what is not in the heap counts as pinned */
        return seam_scenario_is_from(heap->scenario, 21);
    return place.span->pins[place.slot] > 0;
}

bool heap_is_unpinned(struct heap *heap, word address) {
    return heap_is_go(heap, address) && !heap_is_pinned(heap, address);
}
