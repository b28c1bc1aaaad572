#define _GNU_SOURCE
#include "seam_audit_underway.h"

#include <string.h>

#include "seam_audit_entries.h"
#include "seam_audit_state.h"

__thread struct seam_audit_underway seam_audit_underway;

/* --- where it comes from ---------------------------------------------------------------------- */

/* Go keeps frame pointers on amd64 and arm64: the saved one, then the return address. The stub's
 * own saved frame pointer is that of runtime.cgocall, because asmcgocall changes the stack and not
 * the frame pointer; its return address is in the Go half of the stub. */
static void walk_stack(struct crossing *crossing) {
    uint64_t *at = *(uint64_t **)crossing->address;
    crossing->n = 0;
    while (crossing->n < SEAM_AUDIT_FRAMES && at != NULL && ((uintptr_t)at & 7) == 0) {
        uint64_t *next = (uint64_t *)at[0];
        crossing->pc[crossing->n++] = at[1];
        if (next <= at || (char *)next - (char *)at > (1 << 20))
            break;
        at = next;
    }
}

static void copy_stack(struct crossing *crossing, const struct crossing *around) {
    crossing->n = around != NULL ? around->n : 0;
    if (around != NULL)
        memcpy(crossing->pc, around->pc, sizeof crossing->pc[0] * crossing->n);
}

/* From the function and the stack; never 0. */
static uint64_t hash_site(const struct crossing *crossing) {
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char *p = crossing->function; *p != '\0'; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3ULL;
    for (uint32_t i = 0; i < crossing->n; i++)
        hash = (hash ^ crossing->pc[i]) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
    return hash != 0 ? hash : 1;
}

/* --- finalizers ------------------------------------------------------------------------------- */

/* Where the runtime calls finalizers (0) and cleanups (1) from: the call below the outermost one.
 * What marks in the background queues finalizers too, so they may run at any time. */
static uint64_t finalizer_callers[2];

static uint64_t caller_of(const struct crossing *crossing) {
    return crossing->n >= 2 && crossing->n < SEAM_AUDIT_FRAMES ? crossing->pc[crossing->n - 2] : 0;
}

static bool is_by_finalizer(const struct crossing *crossing) {
    uint64_t caller = caller_of(crossing);
    return caller != 0 && (caller == finalizer_callers[0] || caller == finalizer_callers[1]);
}

/* Called by a finalizer (0) or a cleanup (1) of our own. */
void seam_audit_set_finalizer(int which) {
    struct crossing here = {.address = __builtin_frame_address(0)};
    walk_stack(&here);
    finalizer_callers[which] = caller_of(&here);
}

/* --- beginning and end ------------------------------------------------------------------------ */

struct crossing *seam_audit_push(const char *function, const void *const *arguments, int n,
                                 char *address, bool is_callback) {
    const struct crossing *around = seam_audit_innermost();
    struct seam_audit_underway *it = &seam_audit_underway;
    if (it->depth == SEAM_AUDIT_DEPTH)
        return NULL;
    struct crossing *crossing = &it->all[it->depth++];
    crossing->function = function;
    crossing->address = address;
    crossing->n_arguments = n < SEAM_AUDIT_ARGUMENTS ? n : SEAM_AUDIT_ARGUMENTS;
    for (int i = 0; i < crossing->n_arguments; i++)
        crossing->arguments[i] = arguments[i];
    if (is_callback)
        copy_stack(crossing, around);
    else
        walk_stack(crossing);
    crossing->site = hash_site(crossing);
    crossing->filled = false;
    crossing->is_finalizer =
        seam_audit_shared->schedule != SEAM_SCHEDULE_none && is_by_finalizer(crossing);
    crossing->by_collection = crossing->is_finalizer || seam_audit_is_collecting();
    return crossing;
}

const struct crossing *seam_audit_pop(void) {
    struct seam_audit_underway *it = &seam_audit_underway;
    return &it->all[--it->depth];
}

/* --- the record ------------------------------------------------------------------------------- */

void seam_audit_record(struct seam_audit_crossing *to, const struct crossing *crossing) {
    memset(to, 0, sizeof *to);
    if (crossing == NULL)
        return;
    strncpy(to->function, crossing->function, sizeof to->function - 1);
    memcpy(to->pc, crossing->pc, sizeof to->pc[0] * crossing->n);
    to->n = crossing->n;
    to->by_collection = crossing->by_collection;
}
