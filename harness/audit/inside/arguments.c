/* Only what is sure is told. A word that happens to look like a pointer to freed memory is a
 * finding where a finalizer that was forced to run has freed it, and nowhere else. */
#define _GNU_SOURCE
#include "seam_audit_arguments.h"

#include <string.h>
#include <sys/uio.h>

#include "seam_audit_asan.h"
#include "seam_audit_finding.h"
#include "seam_audit_memory.h"
#include "seam_audit_state.h"

enum { INSIDE_MAX = 64 }; /* words looked at */

/* Read words that another thread may be freeing or unmapping right now: the kernel says no where a
 * load would end the process. How many could be read. */
static int read_words(uintptr_t from, uintptr_t end, uintptr_t words[INSIDE_MAX]) {
    size_t n = (end - from) / sizeof *words;
    struct iovec here = {words, (n < INSIDE_MAX ? n : INSIDE_MAX) * sizeof *words};
    struct iovec there = {(void *)from, here.iov_len};
    ssize_t size = process_vm_readv(seam_audit_shared->pid, &here, 1, &there, 1, 0);
    return size > 0 ? (int)((size_t)size / sizeof *words) : 0;
}

static void tell(enum seam_audit_kind kind, const struct crossing *crossing, int argument,
                 int offset, uintptr_t block) {
    struct seam_audit_finding *finding = seam_audit_new_finding(kind, crossing);
    if (finding == NULL)
        return;
    finding->argument = (uint32_t)argument + 1;
    finding->offset = (uint32_t)offset;
    seam_audit_tell_history(finding, block);
}

/* Memory that a forced finalizer freed, held by memory that is passed: only then is it sure that
 * nobody meant the word to be stale. */
static void check_inside(const struct crossing *crossing, int argument) {
    const void *pointer = crossing->arguments[argument];
    uintptr_t words[INSIDE_MAX], end = seam_audit_end_of_block(pointer);
    /* free() does not look at what it frees. */
    if (end == 0 || ((uintptr_t)pointer & 7) != 0 || strcmp(crossing->function, "free") == 0)
        return;
    int n = read_words((uintptr_t)pointer, end, words);
    for (int i = 0; i < n; i++) {
        uintptr_t block = seam_audit_freed_block((const void *)words[i]);
        if (block != 0 && seam_audit_freed_by_collection(block)) {
            tell(SEAM_AUDIT_freed_inside, crossing, argument, i * 8, block);
            return;
        }
    }
}

void seam_audit_check_before(const struct crossing *crossing) {
    if (__asan_address_is_poisoned == NULL)
        return;
    for (int i = 0; i < crossing->n_arguments; i++) {
        uintptr_t block = seam_audit_freed_block(crossing->arguments[i]);
        if (block != 0)
            tell(SEAM_AUDIT_freed_argument, crossing, i, 0, block);
        else if (seam_audit_any_freed_by_collection())
            check_inside(crossing, i);
    }
}

/* What a call was given and frees itself is its own affair; what a finalizer or a call on another
 * thread frees meanwhile is not. A call made during a collection may be a finalizer's own. */
void seam_audit_check_after(const struct crossing *crossing) {
    if (__asan_address_is_poisoned == NULL)
        return;
    for (int i = 0; i < crossing->n_arguments; i++) {
        uintptr_t block = seam_audit_freed_block(crossing->arguments[i]);
        if (block != 0 && (seam_audit_freed_elsewhere(block) ||
                           (!crossing->by_collection && seam_audit_freed_by_collection(block))))
            tell(SEAM_AUDIT_freed_during, crossing, i, 0, block);
    }
}
