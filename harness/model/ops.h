/* What the operations of the model share: their prototypes, from the table, and small helpers.
 *
 * A body does to the machine what the operation does to a process, and reports what a checker or
 * the watch detects meanwhile. It returns false when the run ends there. It has the operands of
 * its row by name, as o->go; they exist (scenario.h). A missing body does not link.
 *
 * Bodies of Go memory, pins, handles and callbacks are in ops_go.c, of C memory in ops_c.c, of
 * calls and what C does with its arguments in ops_call.c, of threads and time in ops_time.c, of the
 * process as a whole in ops_process.c. */
#ifndef SEAM_MODEL_OPS_H
#define SEAM_MODEL_OPS_H

#include "model/machine.h"

#define OP(number, name, ...) bool seam_model_##name(struct machine *m, const uint8_t *operands);
#include "language/ops.def"
#undef OP

#define UNUSED __attribute__((unused))
#define BODY(name)                                                                                 \
    static bool body_##name(struct machine *, const struct seam_op_##name *);                      \
    bool seam_model_##name(struct machine *m, const uint8_t *operands) {                           \
        return body_##name(m, (const void *)operands);                                             \
    }                                                                                              \
    static bool body_##name(UNUSED struct machine *m, UNUSED const struct seam_op_##name *o)

enum { SENTINEL = 1 }; /* the pointer that C returns as a sentinel, and recognises as one */

/* A new goroutine or C thread of the machine, not running. */
void ops_start_thread(struct machine *m, bool is_c);

/* The innermost call of the current thread is over, having returned or not. */
bool ops_leave(struct machine *m, bool returned);

static inline void saw(struct machine *m, enum seam_noun noun, int number, word value) {
    seam_trace_add(m->trace, SEAM_EVENT_value, m->step, seam_any(noun, number), (uint32_t)value);
}

static inline word go_word(struct machine *m, int go, int index) {
    return machine_go(m, go) + (word)index * 8;
}

static inline word c_word(struct machine *m, int c, int index) {
    return m->c_pointer[c] + (word)index * 8;
}

/* The buffer of the C block that a pointer points into. */
static inline word c_buffer(struct machine *m, word pointer) {
    return cmem_base(&m->cmem, cmem_block_at(&m->cmem, pointer)) + SEAM_WORDS * 8;
}

static inline int c_block(struct machine *m, int c) {
    return cmem_block_at(&m->cmem, m->c_pointer[c]);
}

static inline void born_go(struct machine *m, int go, enum seam_shape shape, bool global) {
    stack_set(&m->threads[0].stack, go, heap_new(&m->heap, shape, global), true);
}

static inline enum seam_shape shape_of(struct machine *m, int go) {
    struct place place;
    heap_place(&m->heap, machine_go(m, go), &place);
    return (enum seam_shape)place.span->shape;
}

static inline void born_c(struct machine *m, int c, enum seam_fill fill,
                          enum seam_allocator allocator) {
    int block = cmem_new(&m->cmem, fill, allocator);
    m->c_pointer[c] = cmem_base(&m->cmem, block);
}

/* C calls Go, and that returns: up to Go 1.24 the runtime takes note of it as if no Go code were
 * above (cgocallbackg). */
static inline void ops_called_back(struct machine *m) { m->threads[m->thread].in_c = true; }

static inline struct stack *stack(struct machine *m) { return &m->threads[m->thread].stack; }

/* Is it one past the end of a Go object? */
static inline bool is_end(struct machine *m, word pointer) {
    struct place place;
    return heap_place(&m->heap, pointer, &place) &&
           place.offset == heap_size((enum seam_shape)place.span->shape);
}

/* C reads or writes one word at a pointer that may be nil, uninitialised, Go's or C's. A
 * cursor at its end is not followed. */
static inline bool follow(struct machine *m, word pointer) {
    if (pointer == 0 || pointer == SENTINEL || pointer == SEAM_DIRTY || is_end(m, pointer))
        return true;
    if (!machine_access(m, pointer))
        return false;
    word value = machine_load(m, pointer);
    machine_store(m, pointer, value);
    return true;
}

#endif
