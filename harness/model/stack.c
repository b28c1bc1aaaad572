#include "model/stack.h"

#include "model/plant.h"

void stack_init(struct stack *stack, int thread) {
    word base = STACK_BASE + (word)thread * STACK_ROOM;
    *stack = (struct stack){.first = base, .base = base, .is_pointer = (1u << FRAME_SLOT) - 1};
}

void stack_set(struct stack *stack, int slot, word value, bool is_pointer) {
    stack->slots[slot] = value;
    stack->is_pointer &= ~(1u << slot);
    stack->is_pointer |= (uint32_t)is_pointer << slot;
}

bool stack_move(struct stack *stack) {
    enum { MIN_LEGAL_POINTER = 4096 };
    for (int i = 0; i < STACK_SLOTS; i++)
        if ((stack->is_pointer >> i & 1) && stack->slots[i] != 0 &&
            stack->slots[i] < MIN_LEGAL_POINTER)
            return false;
    if (!SEAM_PLANTED(stack_does_not_move))
        stack->base += STACK_BYTES;
    return true;
}

bool stack_was(const struct stack *stack, word address) {
    return address >= stack->first && address < stack->base + STACK_BYTES;
}

bool stack_is(const struct stack *stack, word address) {
    return address >= stack->base && address < stack->base + STACK_BYTES;
}
