#define _GNU_SOURCE
#include "seam_audit_sanitizer.h"

#include <stdlib.h>
#include <string.h>

#include "seam_audit_asan.h"
#include "seam_audit_finding.h"
#include "seam_audit_memory.h"
#include "seam_audit_retained.h"
#include "seam_audit_state.h"

/* The address that a report is about is the first one in it; 0: none. */
static uintptr_t address_of(const char *report) {
    const char *error = strstr(report, "ERROR: AddressSanitizer");
    const char *at = error != NULL ? strstr(error, " 0x") : NULL;
    return at != NULL ? (uintptr_t)strtoull(at + 1, NULL, 16) : 0;
}

static void on_report(const char *text) {
    struct seam_audit_channel *channel = seam_audit_shared;
    if (channel == NULL)
        return;
    strncpy(channel->report, text, sizeof channel->report - 1);
    uintptr_t address = address_of(text);
    if (seam_audit_is_retained(address)) /* told already */
        return;
    struct seam_audit_finding *finding =
        seam_audit_new_finding(SEAM_AUDIT_sanitizer, seam_audit_innermost());
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
