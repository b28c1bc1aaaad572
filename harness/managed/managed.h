/* Reference-counted C memory behind handles: the answer to "who frees this?".
 *
 * Memory belongs to a context, and is known by a handle, a number. A handle that is stale, released
 * twice, forged or of another context is an error with a name and never undefined behaviour; so is
 * a counter that is full, a size that is too big, and running out of memory. Everything may be
 * called from many threads; nothing but the first allocation of a thread, and every 32nd that finds
 * no slot free, takes a lock.
 *
 * Always true: a handle that was given out once is never given out again; a block's destructor runs
 * once, when its last reference is released; no lock is held while it runs. Not here: collecting
 * cycles (use weak handles), and calls from signal handlers.
 *
 * This file and managed.c are all of it; they need libc and nothing of seam. */
#ifndef SEAM_MANAGED_H
#define SEAM_MANAGED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Each error and its sentence. Where two apply, the first is returned. */
#define SEAM_MANAGED_ERRORS(X)                                                                     \
    X(ok, "no error")                                                                              \
    X(null_handle, "the handle is 0")                                                              \
    X(foreign_handle, "the handle belongs to another context")                                     \
    X(forged_handle, "this context never gave out that handle")                                    \
    X(stale_handle, "the block was released")                                                      \
    X(released_twice, "the block was already released")                                            \
    X(dying, "the block was released, and its destructor has not finished")                        \
    X(weak_handle, "the handle is weak: upgrade it first")                                         \
    X(counted_handle, "the handle is not weak: use retain")                                        \
    X(too_many_references, "the reference count is full")                                          \
    X(shared, "the block has other references")                                                    \
    X(busy, "the block is being resized")                                                          \
    X(zero_size, "the size is zero")                                                               \
    X(size_overflow, "the size is too big")                                                        \
    X(bad_alignment, "the alignment is not a power of two up to 65536")                            \
    X(limit_reached, "the block would exceed the context's limit")                                 \
    X(too_many_blocks, "the handle table is full")                                                 \
    X(out_of_memory, "out of memory")

enum seam_managed_error {
#define SEAM_MANAGED_ERROR(name, text) SEAM_MANAGED_##name,
    SEAM_MANAGED_ERRORS(SEAM_MANAGED_ERROR)
#undef SEAM_MANAGED_ERROR
};

/* 0 is not a handle. A counted handle holds references; a weak one holds none. Both are plain
 * numbers: copy them, send them to other threads, keep them in Go. */
typedef uint64_t seam_handle;

struct seam_managed; /* a context */

/* Gets the block's memory, its size and the argument given at allocation, when no reference is
 * left: the block's own handle returns `dying`. It has to return, and may call anything here but
 * destroy. A block that it releases is destructed after it, not inside it, so chains of any length
 * are fine. */
typedef void seam_managed_destructor(void *memory, size_t size, void *argument);

/* A misuse: which function of this header received which handle, and what is wrong with it. */
typedef void seam_managed_misuse(struct seam_managed *context, const char *function,
                                 seam_handle handle, enum seam_managed_error error, void *argument);

/* All 0 is the default. */
struct seam_managed_options {
    uint32_t number; /* 1 to 1023, part of every handle; 0: the process's next, then 1 again */
    uint32_t references_max;  /* per block; 0: 2^32 - 3 */
    uint32_t blocks_max;      /* at a time; 0: 2^26 */
    uint32_t generations_max; /* blocks allocated in one slot before it is given up; 0: 2^27 - 1 */
    size_t cached_max; /* released blocks up to this size, at most 1024, are kept for reuse; 0: the
                          default, which is 1024, and none in debug builds and under
                          AddressSanitizer; SEAM_MANAGED_NOT_CACHED: none */
    void *(*allocate)(size_t align, size_t size, void *argument); /* NULL: malloc */
    void (*free)(void *memory, void *argument);                   /* NULL: free */
    void *argument;                                               /* of these two */
};

#define SEAM_MANAGED_NOT_CACHED SIZE_MAX

/* A new context, owned by the caller, or NULL without memory. Options may be NULL. */
struct seam_managed *seam_managed_create(const struct seam_managed_options *options);

/* End a context that no other thread uses any more. Blocks that are still alive are leaks: their
 * destructors run and their memory is freed. Returns their number; a debug build reports them. */
size_t seam_managed_destroy(struct seam_managed *context);

/* A new block with one reference, uninitialised. `align` is a power of two, or 0 for that of
 * malloc; the destructor may be NULL. */
enum seam_managed_error seam_managed_alloc(struct seam_managed *context, size_t size, size_t align,
                                           seam_managed_destructor *destructor, void *argument,
                                           seam_handle *handle);

/* Add a reference, for a caller that holds one. */
enum seam_managed_error seam_managed_retain(struct seam_managed *context, seam_handle handle);

/* Drop a reference; the last one runs the destructor and frees. */
enum seam_managed_error seam_managed_release(struct seam_managed *context, seam_handle handle);

/* Where the block is, and its size (may be NULL): valid until the caller's own reference is
 * released or the block is resized. Borrowed: never free it. */
enum seam_managed_error seam_managed_get(struct seam_managed *context, seam_handle handle,
                                         void **memory, size_t *size);

/* Resize a block of which the caller holds the only reference; it may move, the handle stays. After
 * an error it is as it was. */
enum seam_managed_error seam_managed_realloc(struct seam_managed *context, seam_handle handle,
                                             size_t size);

/* A weak handle of a block to which the caller has a reference. It is never released. */
enum seam_managed_error seam_managed_weak(struct seam_managed *context, seam_handle handle,
                                          seam_handle *weak);

/* Add a reference from a weak handle, if the block still exists; if not, the error is stale_handle
 * or dying, which is not a misuse; nor is busy, while its only holder resizes it. */
enum seam_managed_error seam_managed_upgrade(struct seam_managed *context, seam_handle weak,
                                             seam_handle *handle);

/* Blocks and bytes alive (dying included); exact while no other thread changes them. Looks at every
 * slot: not for a fast path. */
void seam_managed_live(struct seam_managed *context, size_t *count, size_t *bytes);

/* Live bytes never exceed `bytes`: alloc and realloc return limit_reached. SIZE_MAX removes the
 * limit. Blocks allocated or resized while the first limit is being set may stay uncounted. Costs
 * two shared counter updates per block. */
void seam_managed_set_limit(struct seam_managed *context, size_t bytes);

/* Report misuses to a function (NULL: not at all, or in a debug build on standard error). Call it
 * before other threads use the context. */
void seam_managed_on_misuse(struct seam_managed *context, seam_managed_misuse *report,
                            void *argument);

/* Free what the calling thread keeps for reuse. */
void seam_managed_trim(struct seam_managed *context);

/* Print one line for every live block; in a debug build with the stack of its allocation. */
void seam_managed_report(struct seam_managed *context, FILE *out);

/* The error's name, and its sentence; static. */
const char *seam_managed_error_name(enum seam_managed_error error);
const char *seam_managed_error_text(enum seam_managed_error error);

#endif
