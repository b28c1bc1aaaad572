/* A goroutine's stack of the model: typed slots that move as a whole when the stack grows.
 *
 * Slot i holds Go variable g_i, slot PINNER_SLOT + i the variable p_i; calls push two slots each,
 * the argument and a local variable. Only slots marked as pointers are roots, and only they are
 * checked when the stack moves, as runtime.adjustpointers does. */
#ifndef SEAM_MODEL_STACK_H
#define SEAM_MODEL_STACK_H

#include "model/heap.h"

enum {
    PINNER_SLOT = SEAM_GO_MAX,
    FRAME_SLOT = PINNER_SLOT + SEAM_PINNER_MAX,
    FRAME_SLOTS = 2,
    STACK_SLOTS = FRAME_SLOT + FRAME_SLOTS * SEAM_DEPTH_MAX,
    STACK_BYTES = 4096,
    STACK_ROOM = 1 << 20, /* for all the places of one stack */
};
#define STACK_BASE 0xc800000000ULL

struct stack {
    word first, base; /* where it was at first, and where it is now */
    word slots[STACK_SLOTS];
    uint32_t is_pointer; /* bits: the slot's type is a pointer */
};

void stack_init(struct stack *stack, int thread);

/* Set a slot and its type. */
void stack_set(struct stack *stack, int slot, word value, bool is_pointer);

/* Move the stack. False if a pointer slot holds a value that cannot be a pointer. */
bool stack_move(struct stack *stack);

/* Is this an address in a stack of the goroutine, now or earlier? In the present one? */
bool stack_was(const struct stack *stack, word address);
bool stack_is(const struct stack *stack, word address);

static inline word stack_address(const struct stack *stack, int slot) {
    return stack->base + (word)slot * 8;
}

#endif
