/* What LeakSanitizer says of the blocks that a scenario has left.
 *
 * It looks for pointers in what is in use: the C library's globals, the stacks of threads, Go's
 * heap (the runtime registers it from Go 1.25 on), and the blocks that these lead to. So the
 * executor itself has no pointer to a block (bridge.c hides them), and before the question Go has
 * collected twice and the dead frames of all threads are wiped. Where it cannot run, the process
 * ends here, and the parent knows that from `look`.
 *
 * Not what is legal: which leaks it must name is the judge's business. */
#define _GNU_SOURCE
#include "bridge.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- what the stacks of threads still have of functions that returned ------------------------- */

static _Thread_local int works, wiped;
static int n_threads, n_wiped, round;

void seam_leaks_thread_works(void) {
    n_threads += !works;
    works = 1;
}

void seam_leaks_thread_ends(void) {
    n_threads -= works;
    works = 0;
}

int seam_leaks_threads(void) { return n_threads; }

void seam_leaks_begin(void) {
    round++;
    n_wiped = 0;
}

int seam_leaks_unwiped(void) { return n_threads - n_wiped; }

/* The stack of this thread below here, and the registers that calls need not keep. */
__attribute__((noinline, no_sanitize("address"))) void seam_leaks_wipe(void) {
    n_wiped += works && wiped != round;
    wiped = round;
    volatile uintptr_t dead[8192];
    for (int i = 0; i < 8192; i++)
        dead[i] = 0;
#ifdef __x86_64__
    __asm__ volatile("pxor %%xmm0, %%xmm0; pxor %%xmm1, %%xmm1; pxor %%xmm2, %%xmm2;"
                     "pxor %%xmm3, %%xmm3; pxor %%xmm4, %%xmm4; pxor %%xmm5, %%xmm5;"
                     "pxor %%xmm6, %%xmm6; pxor %%xmm7, %%xmm7; pxor %%xmm8, %%xmm8;"
                     "pxor %%xmm9, %%xmm9; pxor %%xmm10, %%xmm10; pxor %%xmm11, %%xmm11;"
                     "pxor %%xmm12, %%xmm12; pxor %%xmm13, %%xmm13; pxor %%xmm14, %%xmm14;"
                     "pxor %%xmm15, %%xmm15" ::
                         : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
                           "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
#endif
}

/* --- LeakSanitizer ---------------------------------------------------------------------------- */

#ifdef SEAM_ASAN
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>

/* A line for each object, of LSAN_OPTIONS=report_objects=1: "0x602000000010 (32 bytes)". */
static uint32_t blocks_in(const char *line) {
    unsigned long address, size;
    uint32_t set = 0;
    if (sscanf(line, "0x%lx (%lu bytes)", &address, &size) != 2)
        return 0;
    for (int c = 0; c < SEAM_C_MAX; c++)
        if (seam_c_is_left(c) && (uintptr_t)seam_c_pointer(c) - address < size)
            set |= 1u << c;
    return set;
}

static uint32_t blocks_of_report(int report) {
    static char text[1 << 18];
    ssize_t size = pread(report, text, sizeof text - 1, 0);
    uint32_t set = 0;
    text[size > 0 ? size : 0] = '\0';
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        set |= blocks_in(line);
    }
    return set;
}

static void look(struct seam_channel *channel) {
    static int report = -1;
    if (report < 0)
        report = memfd_create("seam-leaks", MFD_CLOEXEC);
    if (report < 0 || ftruncate(report, 0) != 0)
        return;
    lseek(report, 0, SEEK_SET);
    channel->look = SEAM_LOOK_began;
    __sanitizer_set_report_fd((void *)(uintptr_t)report);
    seam_leaks_wipe();
    int has_leaks = __lsan_do_recoverable_leak_check();
    __sanitizer_set_report_fd((void *)STDERR_FILENO);
    channel->leaked = has_leaks ? blocks_of_report(report) : 0;
    channel->look = SEAM_LOOK_done;
}
#else
static void look(struct seam_channel *channel) { (void)channel; }
#endif

void seam_leaks_look(struct seam_channel *channel) {
    int left = 0;
    for (int c = 0; c < SEAM_C_MAX; c++)
        left += seam_c_is_left(c);
    seam_calls_are_over();
    channel->leaked = 0;
    if (left > 0)
        look(channel);
    else
        channel->look = SEAM_LOOK_done;
}
