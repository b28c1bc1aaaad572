/* Promise: a debug build reports the history of a misused block, overwrites what is freed, and
 * reports leaks at exit. */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/expect.h"
#include "managed/managed.h"

static char text[1 << 16];

/* What a process prints to standard error that does this, and then exits. */
static void run(void (*act)(void)) {
    int ends[2];
    expect_int(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        act();
        exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], text + n, sizeof text - 1 - n)) > 0;)
        n += (size_t)got;
    text[n] = '\0';
    close(ends[0]);
    expect_true(waitpid(child, NULL, 0) == child);
}

static void release_twice(void) {
    struct seam_managed *context = seam_managed_create(NULL);
    seam_handle block;
    seam_managed_alloc(context, 40, 0, NULL, NULL, &block);
    seam_managed_release(context, block);
    seam_managed_release(context, block);
    seam_managed_destroy(context);
}

static void leak(struct seam_managed *context) {
    seam_handle block;
    seam_managed_alloc(context, 40, 0, NULL, NULL, &block);
}

static void leak_and_destroy(void) {
    struct seam_managed *context = seam_managed_create(NULL);
    leak(context);
    seam_managed_destroy(context);
}

static struct seam_managed *forgotten; /* reachable, so that LeakSanitizer stays quiet */
static void leak_and_exit(void) { leak(forgotten = seam_managed_create(NULL)); }

static unsigned char *freed;
static void keep(void *memory, void *argument) {
    (void)argument;
    freed = memory;
}
static void *allocate(size_t align, size_t size, void *argument) {
    (void)argument;
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static void what_is_freed_is_overwritten(void) {
    struct seam_managed *context =
        seam_managed_create(&(struct seam_managed_options){.allocate = allocate, .free = keep});
    seam_handle block;
    void *memory;
    seam_managed_alloc(context, 40, 0, NULL, NULL, &block);
    seam_managed_get(context, block, &memory, NULL);
    memset(memory, 'x', 40);
    seam_managed_release(context, block);
    expect_true(freed == memory && freed[0] == 0xdb && freed[39] == 0xdb);
    _exit(expect_status()); /* nothing was freed: no leak report */
}

int main(void) {
    run(release_twice);
    expect_contains(text, "the block was already released");
    expect_contains(text, "allocated");
    expect_contains(text, "released");
    run(leak_and_destroy);
    expect_contains(text, "40 bytes, 1 reference");
    expect_contains(text, "allocated");
    run(leak_and_exit);
    expect_contains(text, "40 bytes, 1 reference");
    what_is_freed_is_overwritten();
}
