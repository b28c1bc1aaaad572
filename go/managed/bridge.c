/* The component, and what Go adds to it: one crossing for a new block, and destructors that are Go
 * functions. */
#include "managed.c"

#include "bridge.h"

struct seam_go_block seam_go_alloc(struct seam_managed *context, size_t size, uintptr_t user) {
    struct seam_go_block block = {0};
    void *memory;
    block.error = seam_managed_alloc(context, size, 0, user != 0 ? seam_go_destruct : NULL,
                                     (void *)user, &block.handle);
    if (block.error != SEAM_MANAGED_ok)
        return block;
    seam_managed_get(context, block.handle, &memory, NULL);
    block.memory = memset(memory, 0, size);
    block.size = size;
    return block;
}

struct seam_go_block seam_go_adopt(struct seam_managed *context, seam_handle handle) {
    struct seam_go_block block = {.handle = handle};
    block.error = seam_managed_get(context, handle, &block.memory, &block.size);
    return block;
}

/* The user data is a number all the way; only here, in C, it passes as a pointer. */
void seam_go_destruct(void *memory, size_t size, void *argument) {
    seam_go_freed(memory, size, (uintptr_t)argument);
}
