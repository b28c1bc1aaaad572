/* What bridge.c provides to Go. */
#ifndef SEAM_GO_MANAGED_H
#define SEAM_GO_MANAGED_H

#include "managed.h"

struct seam_go_block {
    seam_handle handle;
    void *memory;
    size_t size;
    enum seam_managed_error error;
};

/* A new block, zeroed. With user data other than 0, its destructor is seam_go_freed. */
struct seam_go_block seam_go_alloc(struct seam_managed *context, size_t size, uintptr_t user);

/* The block of a handle that was made elsewhere. */
struct seam_go_block seam_go_adopt(struct seam_managed *context, seam_handle handle);

seam_managed_destructor seam_go_destruct;

/* In Go (callback.go). */
extern void seam_go_freed(void *memory, size_t size, uintptr_t user);

#endif
