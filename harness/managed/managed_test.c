/* Promise: who frees this has one answer. Every misuse of a handle is an error with a name, nothing
 * overflows, a failure changes nothing, and a destructor may do what it likes. (Random operations:
 * reference.c; threads: rounds.c.) */
#define _DEFAULT_SOURCE
#include "managed/managed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/expect.h"

static void expect_same(enum seam_managed_error actual, enum seam_managed_error wanted, int line) {
    expect_report(actual == wanted, __FILE__, line, "the answer", seam_managed_error_name(actual),
                  seam_managed_error_name(wanted));
}
#define expect_error(actual, wanted) expect_same((actual), SEAM_MANAGED_##wanted, __LINE__)

static struct seam_managed *context;
static seam_handle block;

static void *memory_of(seam_handle handle) {
    void *memory;
    expect_error(seam_managed_get(context, handle, &memory, NULL), ok);
    return memory;
}

static seam_handle born(size_t size) {
    seam_handle handle;
    expect_error(seam_managed_alloc(context, size, 0, NULL, NULL, &handle), ok);
    return handle;
}

static void each_misuse_has_a_name(void) {
    struct seam_managed *other = seam_managed_create(NULL);
    seam_handle weak, again;
    void *memory;
    block = born(10);
    expect_error(seam_managed_retain(other, block), foreign_handle);
    expect_error(seam_managed_retain(context, 0), null_handle);
    expect_error(seam_managed_retain(context, block + 1), forged_handle);
    expect_error(seam_managed_retain(context, block + (UINT64_C(1) << 26)), forged_handle);
    expect_error(seam_managed_weak(context, block, &weak), ok);
    expect_error(seam_managed_retain(context, weak), weak_handle);
    expect_error(seam_managed_upgrade(context, block, &again), counted_handle);
    expect_error(seam_managed_upgrade(context, weak, &again), ok);
    expect_true(again == block);
    expect_error(seam_managed_realloc(context, block, 20), shared);
    expect_error(seam_managed_release(context, block), ok);
    expect_error(seam_managed_release(context, block), ok);
    expect_error(seam_managed_release(context, block), released_twice);
    expect_error(seam_managed_get(context, block, &memory, NULL), stale_handle);
    expect_true(memory == NULL);
    expect_error(seam_managed_upgrade(context, weak, &again), stale_handle);
    expect_int(seam_managed_destroy(other), 0);
}

static void sizes_and_alignments_are_checked(void) {
    expect_error(seam_managed_alloc(context, 0, 0, NULL, NULL, &block), zero_size);
    expect_error(seam_managed_alloc(context, SIZE_MAX, 0, NULL, NULL, &block), size_overflow);
    expect_error(seam_managed_alloc(context, PTRDIFF_MAX, 0, NULL, NULL, &block), size_overflow);
    expect_error(seam_managed_alloc(context, 1, 24, NULL, NULL, &block), bad_alignment);
    expect_error(seam_managed_alloc(context, 1, 131072, NULL, NULL, &block), bad_alignment);
    expect_true(block == 0);
    for (size_t align = 1; align <= 65536; align *= 2) {
        expect_error(seam_managed_alloc(context, 3, align, NULL, NULL, &block), ok);
        expect_true((uintptr_t)memory_of(block) % align == 0);
        expect_error(seam_managed_release(context, block), ok);
    }
}

static void a_failed_resize_changes_nothing(void) {
    block = born(100);
    memset(memory_of(block), 'x', 100);
    seam_managed_set_limit(context, 150);
    expect_error(seam_managed_realloc(context, block, 151), limit_reached);
    expect_error(seam_managed_realloc(context, block, 0), zero_size);
    expect_int(((char *)memory_of(block))[99], 'x');
    expect_error(seam_managed_realloc(context, block, 150), ok);
    expect_int(((char *)memory_of(block))[99], 'x');
    expect_error(seam_managed_release(context, block), ok);
    block = born(150); /* the limit has forgotten nothing */
    expect_error(seam_managed_release(context, block), ok);
    seam_managed_set_limit(context, SIZE_MAX);
}

static void a_full_count_stays_full(void) {
    struct seam_managed *all = context;
    context = seam_managed_create(&(struct seam_managed_options){.references_max = 3});
    block = born(1);
    expect_error(seam_managed_retain(context, block), ok);
    expect_error(seam_managed_retain(context, block), ok);
    expect_error(seam_managed_retain(context, block), too_many_references);
    for (int i = 0; i < 3; i++)
        expect_error(seam_managed_release(context, block), ok);
    expect_error(seam_managed_release(context, block), released_twice);
    expect_int(seam_managed_destroy(context), 0);
    context = all;
}

/* A slot that has run out of generations is never used again. */
static void no_handle_comes_back(void) {
    struct seam_managed *all = context;
    context =
        seam_managed_create(&(struct seam_managed_options){.generations_max = 2, .blocks_max = 4});
    seam_handle seen[8];
    for (int i = 0; i < 8; i++) {
        seen[i] = born(1);
        for (int k = 0; k < i; k++)
            expect_true(seen[k] != seen[i]);
        expect_error(seam_managed_release(context, seen[i]), ok);
    }
    expect_error(seam_managed_alloc(context, 1, 0, NULL, NULL, &block), too_many_blocks);
    expect_int(seam_managed_destroy(context), 0);
    context = all;
}

static int refusals;
static void *refuse(size_t align, size_t size, void *argument) {
    (void)argument;
    return refusals-- > 0 ? NULL : aligned_alloc(align, (size + align - 1) / align * align);
}
static void give_back(void *memory, void *argument) {
    (void)argument;
    free(memory);
}

static void without_memory_nothing_breaks(void) {
    struct seam_managed *all = context;
    struct seam_managed_options options = {.allocate = refuse, .free = give_back};
    refusals = 1;
    expect_true(seam_managed_create(&options) == NULL);
    context = seam_managed_create(&options);
    for (int i = 1; i < 6; i++) {
        refusals = i;
        enum seam_managed_error error;
        while ((error = seam_managed_alloc(context, 10, 0, NULL, NULL, &block)) != SEAM_MANAGED_ok)
            expect_error(error, out_of_memory);
        refusals = 2;
        expect_error(seam_managed_realloc(context, block, 5000), out_of_memory);
        refusals = 0;
        expect_error(seam_managed_release(context, block), ok);
    }
    expect_int(seam_managed_destroy(context), 0);
    context = all;
}

/* --- destructors ------------------------------------------------------------------------------ */

static int destructed;

static void release_next(void *memory, size_t size, void *argument) {
    (void)size, (void)argument;
    seam_handle next = *(seam_handle *)memory;
    destructed++;
    if (next != 0)
        expect_error(seam_managed_release(context, next), ok);
}

static void a_chain_of_any_length_is_released(void) {
    enum { LENGTH = 300000 };
    seam_handle next = 0;
    for (int i = 0; i < LENGTH; i++) {
        expect_error(seam_managed_alloc(context, sizeof next, 0, release_next, NULL, &block), ok);
        *(seam_handle *)memory_of(block) = next;
        next = block;
    }
    destructed = 0;
    expect_error(seam_managed_release(context, block), ok);
    expect_int(destructed, LENGTH);
}

static void use_own_handle(void *memory, size_t size, void *argument) {
    (void)memory, (void)size;
    seam_handle own = *(seam_handle *)argument, more;
    destructed++;
    expect_error(seam_managed_retain(context, own), dying);
    expect_error(seam_managed_release(context, own), dying);
    expect_error(seam_managed_alloc(context, 50, 0, NULL, NULL, &more), ok);
    expect_error(seam_managed_release(context, more), ok);
}

static void a_destructor_may_call_back(void) {
    destructed = 0;
    expect_error(seam_managed_alloc(context, 8, 0, use_own_handle, &block, &block), ok);
    expect_error(seam_managed_release(context, block), ok);
    expect_int(destructed, 1);
}

static void what_leaks_is_destructed_and_counted(void) {
    struct seam_managed *all = context;
    context = seam_managed_create(NULL);
    seam_handle inner;
    expect_error(seam_managed_alloc(context, 8, 0, release_next, NULL, &inner), ok);
    memset(memory_of(inner), 0, 8);
    expect_error(seam_managed_alloc(context, 8, 0, release_next, NULL, &block), ok);
    memset(memory_of(block), 0, 8);
    destructed = 0;
    expect_int(seam_managed_destroy(context), 2);
    expect_int(destructed, 2);
    context = all;
}

static void the_report_names_what_is_alive(void) {
    char *text = NULL;
    size_t size, count, bytes;
    block = born(77);
    FILE *out = open_memstream(&text, &size);
    seam_managed_report(context, out);
    fclose(out);
    expect_contains(text, "77 bytes, 1 reference");
    free(text);
    seam_managed_live(context, &count, &bytes);
    expect_int(count, 1);
    expect_int(bytes, 77);
    expect_error(seam_managed_release(context, block), ok);
}

/* --- misuse is reported, and in a debug build with its story ---------------------------------- */

static char reported[200];
static void report(struct seam_managed *of, const char *function, seam_handle handle,
                   enum seam_managed_error error, void *argument) {
    expect_true(of == context && handle == block && argument == reported);
    snprintf(reported, sizeof reported, "%.40s: %.150s", function, seam_managed_error_text(error));
}

static void misuse_is_reported(void) {
    block = born(1);
    expect_error(seam_managed_release(context, block), ok);
    seam_managed_on_misuse(context, report, reported);
    expect_error(seam_managed_release(context, block), released_twice);
    expect_text(reported, "release: the block was already released");
    seam_managed_on_misuse(context, NULL, NULL);
}

/* Threads come and go, and take over what earlier ones left. */
static void *work(void *argument) {
    (void)argument;
    for (int i = 0; i < 100; i++) {
        seam_handle handle;
        if (seam_managed_alloc(context, 64, 0, NULL, NULL, &handle) == SEAM_MANAGED_ok)
            seam_managed_release(context, handle);
    }
    return NULL;
}

static void threads_leave_nothing(void) {
    size_t count, bytes;
    for (int i = 0; i < 50; i++) {
        pthread_t threads[4];
        for (int k = 0; k < 4; k++)
            expect_int(pthread_create(&threads[k], NULL, work, NULL), 0);
        for (int k = 0; k < 4; k++)
            expect_int(pthread_join(threads[k], NULL), 0);
    }
    seam_managed_live(context, &count, &bytes);
    expect_int(count, 0);
}

int main(void) {
    context = seam_managed_create(NULL);
    each_misuse_has_a_name();
    sizes_and_alignments_are_checked();
    a_failed_resize_changes_nothing();
    a_full_count_stays_full();
    no_handle_comes_back();
    without_memory_nothing_breaks();
    a_chain_of_any_length_is_released();
    a_destructor_may_call_back();
    what_leaks_is_destructed_and_counted();
    the_report_names_what_is_alive();
    misuse_is_reported();
    threads_leave_nothing();
    expect_int(seam_managed_destroy(context), 0);
    return expect_status();
}
