/* What is checked at a crossing: its arguments when it begins and ends, and what AddressSanitizer
 * says when it stops the process.
 *
 * Only what is sure is told. A word that happens to look like a pointer to freed memory is a
 * finding where a finalizer that was forced to run has freed it, and nowhere else. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "seam_audit_inside.h"

/* --- findings --------------------------------------------------------------------------------- */

static int is_known(enum seam_audit_kind kind, uint64_t site) {
    const struct seam_audit_channel *channel = seam_audit_shared;
    for (uint32_t i = 0; i < channel->n_findings && i < SEAM_AUDIT_FINDINGS; i++)
        if (channel->findings[i].kind == kind && channel->findings[i].site == site)
            return 1;
    return 0;
}

struct seam_audit_finding *seam_audit_find_in(enum seam_audit_kind kind, const struct frame *call) {
    if (call != NULL && is_known(kind, call->site))
        return NULL;
    uint32_t i = __atomic_fetch_add(&seam_audit_shared->n_findings, 1, __ATOMIC_RELAXED);
    if (i >= SEAM_AUDIT_FINDINGS)
        return NULL;
    struct seam_audit_finding *finding = &seam_audit_shared->findings[i];
    finding->kind = kind;
    finding->point = seam_audit_last_point;
    finding->site = call != NULL ? call->site : 0;
    seam_audit_copy_frame(&finding->crossing, call);
    return finding;
}

struct seam_audit_finding *seam_audit_find(enum seam_audit_kind kind) {
    return seam_audit_find_in(kind, seam_audit_top());
}

/* AddressSanitizer is about to end the process. */
static void on_report(const char *text) {
    struct seam_audit_channel *channel = seam_audit_shared;
    if (channel == NULL)
        return;
    strncpy(channel->report, text, sizeof channel->report - 1);
    const char *error = strstr(text, "ERROR: AddressSanitizer");
    const char *at = error != NULL ? strstr(error, " 0x") : NULL; /* the first one is it */
    uintptr_t address = at != NULL ? (uintptr_t)strtoull(at + 1, NULL, 16) : 0;
    if (seam_audit_is_retained(address)) /* told already */
        return;
    struct seam_audit_finding *finding = seam_audit_find(SEAM_AUDIT_sanitizer);
    if (finding == NULL || address == 0)
        return;
    char name[8];
    void *region = NULL;
    size_t size = 0;
    const char *where = __asan_locate_address((void *)address, name, sizeof name, &region, &size);
    if (seam_audit_is_go_pointer((const void *)address))
        finding->place = SEAM_PLACE_go_heap;
    else if (where != NULL && strcmp(where, "heap") == 0)
        finding->place = SEAM_PLACE_c_heap;
    seam_audit_tell_history(finding, (uintptr_t)region);
}

void seam_audit_watch_reports(void) {
    if (__asan_set_error_report_callback != NULL)
        __asan_set_error_report_callback(on_report);
}

/* --- arguments -------------------------------------------------------------------------------- */

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

/* Memory that a forced finalizer freed, held by memory that is passed: only then is it sure that
 * nobody meant the word to be stale. */
static void check_inside(const struct frame *frame, int argument) {
    const void *pointer = frame->arguments[argument];
    uintptr_t words[INSIDE_MAX], end = seam_audit_end_of_block(pointer);
    /* free() does not look at what it frees. */
    if (end == 0 || ((uintptr_t)pointer & 7) != 0 || strcmp(frame->function, "free") == 0)
        return;
    int n = read_words((uintptr_t)pointer, end, words);
    for (int i = 0; i < n; i++) {
        uintptr_t block = seam_audit_freed_block((const void *)words[i]);
        if (block == 0 || !seam_audit_freed_by_finalizer(block))
            continue;
        struct seam_audit_finding *finding = seam_audit_find(SEAM_AUDIT_freed_inside);
        if (finding != NULL) {
            finding->argument = (uint32_t)argument + 1;
            finding->offset = (uint32_t)i * 8;
            seam_audit_tell_history(finding, block);
        }
        return;
    }
}

static void tell_freed(enum seam_audit_kind kind, int argument, uintptr_t block) {
    struct seam_audit_finding *finding = seam_audit_find(kind);
    if (finding == NULL)
        return;
    finding->argument = (uint32_t)argument + 1;
    seam_audit_tell_history(finding, block);
}

void seam_audit_check_enter(const struct frame *frame) {
    if (__asan_address_is_poisoned == NULL)
        return;
    for (int i = 0; i < frame->n_arguments; i++) {
        uintptr_t block = seam_audit_freed_block(frame->arguments[i]);
        if (block != 0)
            tell_freed(SEAM_AUDIT_freed_argument, i, block);
        else if (seam_audit_any_forced_death())
            check_inside(frame, i);
    }
}

/* What a call was given and frees itself is its own affair; what a finalizer or a call on another
 * thread frees meanwhile is not. A call made during a collection may be a finalizer's own. */
void seam_audit_check_leave(const struct frame *frame) {
    if (__asan_address_is_poisoned == NULL)
        return;
    for (int i = 0; i < frame->n_arguments; i++) {
        uintptr_t block = seam_audit_freed_block(frame->arguments[i]);
        if (block != 0 && (seam_audit_freed_elsewhere(block) ||
                           (!frame->forced && seam_audit_freed_by_finalizer(block))))
            tell_freed(SEAM_AUDIT_freed_during, i, block);
    }
}
