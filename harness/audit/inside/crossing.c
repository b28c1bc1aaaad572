/* Every crossing of an audited program comes by here.
 *
 * The stubs that cgo wrote call seam_audit_enter, seam_audit_leave and seam_audit_resume (rewrite.c
 * has put the calls in). At a point that the schedule names, the thread waits in force() while the
 * collector goroutine runs the collector and the finalizers; it is inside a C call then, so its
 * goroutine's stack neither moves nor shrinks. Crossings made meanwhile, by finalizers above all,
 * pass straight through, or nothing would ever end.
 *
 * Always true: a frame on the thread's list has a higher stack address than all frames after it.
 * Not here: names of program counters, verdicts. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "seam_audit_inside.h"

struct seam_audit_channel *seam_audit_shared;

/* --- crossings under way ---------------------------------------------------------------------- */

static __thread struct frame frames[DEPTH_MAX];
static __thread int depth;

struct frame *seam_audit_top(void) {
    return depth > 0 ? &frames[depth - 1] : NULL;
}

int seam_audit_thread(void) {
    static int threads;
    static __thread int number;
    if (number == 0)
        number = __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
    return number;
}

static void pop(void) {
    const struct frame *frame = &frames[--depth];
    seam_audit_return_pointers(frame);
    if (depth == 0)
        seam_audit_let_out();
}

/* Calls that a panic has left are below this one's address, and gone. */
static struct frame *push(const char *function, const void *const *arguments, int n,
                          char *address) {
    while (depth > 0 && frames[depth - 1].address <= address)
        pop();
    if (depth == DEPTH_MAX)
        return NULL;
    if (depth == 0)
        seam_audit_let_in();
    struct frame *frame = &frames[depth++];
    frame->function = function;
    frame->address = address;
    frame->forced = frame->filled = frame->is_finalizer = 0;
    frame->n_arguments = n < ARGUMENTS_MAX ? n : ARGUMENTS_MAX;
    for (int i = 0; i < frame->n_arguments; i++)
        frame->arguments[i] = arguments[i];
    return frame;
}

/* Where the runtime calls finalizers and cleanups from: the call below the outermost one. What
 * marks in the background queues finalizers too, so they may run at any time. */
static uint64_t finalizer_callers[2];

/* Go keeps frame pointers on amd64 and arm64: the saved one, then the return address. The stub's
 * own saved frame pointer is that of runtime.cgocall, because asmcgocall changes the stack and not
 * the frame pointer; its return address is in the Go half of the stub. */
static void walk(struct frame *frame) {
    uint64_t *at = *(uint64_t **)frame->address;
    frame->n = 0;
    while (frame->n < SEAM_AUDIT_FRAMES && at != NULL && ((uintptr_t)at & 7) == 0) {
        uint64_t *next = (uint64_t *)at[0];
        frame->pc[frame->n++] = at[1];
        if (next <= at || (char *)next - (char *)at > (1 << 20))
            break;
        at = next;
    }
}

static uint64_t caller_of(const struct frame *frame) {
    return frame->n >= 2 && frame->n < SEAM_AUDIT_FRAMES ? frame->pc[frame->n - 2] : 0;
}

static int is_by_finalizer(const struct frame *frame) {
    uint64_t caller = caller_of(frame);
    return caller != 0 && (caller == finalizer_callers[0] || caller == finalizer_callers[1]);
}

/* Called by a finalizer (0) or a cleanup (1) of our own. */
void seam_audit_note_caller(int which);
void seam_audit_note_caller(int which) {
    struct frame here = {.address = __builtin_frame_address(0)};
    walk(&here);
    finalizer_callers[which] = caller_of(&here);
}

static uint64_t hash_site(const struct frame *frame) {
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char *p = frame->function; *p != '\0'; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3ULL;
    for (uint32_t i = 0; i < frame->n; i++)
        hash = (hash ^ frame->pc[i]) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
    return hash != 0 ? hash : 1;
}

void seam_audit_copy_frame(struct seam_audit_crossing *to, const struct frame *frame) {
    memset(to, 0, sizeof *to);
    if (frame == NULL)
        return;
    strncpy(to->function, frame->function, sizeof to->function - 1);
    memcpy(to->pc, frame->pc, sizeof to->pc[0] * frame->n);
    to->n = frame->n;
    to->forced = (uint32_t)frame->forced;
}

/* --- sites ------------------------------------------------------------------------------------ */

enum { SITES_MAX = 1 << 16 };

static struct {
    uint64_t site;
    uint32_t hits;
} sites[SITES_MAX];

/* Count a crossing of this site; which one it is, from 1. Sites beyond the table share a count. */
static uint32_t count_site(uint64_t site) {
    uint64_t i = site % SITES_MAX, tries = 0;
    for (; tries < 64; tries++, i = (i + 1) % SITES_MAX) {
        uint64_t empty = 0;
        if (__atomic_load_n(&sites[i].site, __ATOMIC_RELAXED) == site)
            break;
        if (__atomic_compare_exchange_n(&sites[i].site, &empty, site, 0, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED)) {
            __atomic_add_fetch(&seam_audit_shared->sites, 1, __ATOMIC_RELAXED);
            break;
        }
        if (empty == site)
            break;
    }
    return __atomic_add_fetch(&sites[i].hits, 1, __ATOMIC_RELAXED);
}

/* --- points ----------------------------------------------------------------------------------- */

static int is_given(const struct seam_audit_point *point) {
    for (uint32_t i = 0; i < seam_audit_shared->n_points && i < SEAM_AUDIT_POINTS; i++)
        if (memcmp(&seam_audit_shared->points[i], point, sizeof *point) == 0)
            return 1;
    return 0;
}

static int chosen(const struct seam_audit_point *point) {
    switch ((enum seam_audit_schedule)seam_audit_shared->schedule) {
    case SEAM_SCHEDULE_none:
        return 0;
    case SEAM_SCHEDULE_every:
        return 1;
    case SEAM_SCHEDULE_sites:
        return point->hit <= seam_audit_shared->number;
    case SEAM_SCHEDULE_nth:
        return point->hit % seam_audit_shared->number == 0;
    case SEAM_SCHEDULE_random: {
        uint64_t z = seam_audit_shared->seed + point->site * 3 + point->hit * 2 + point->phase;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL; /* splitmix64's last steps */
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return (z ^ (z >> 31)) % seam_audit_shared->number == 0;
    }
    case SEAM_SCHEDULE_at:
        return is_given(point);
    case SEAM_SCHEDULE_last:
        return (point->phase == SEAM_PHASE_enter || point->phase == SEAM_PHASE_leave) &&
               (seam_audit_shared->crossings >= seam_audit_shared->number ||
                seam_audit_shared->crossings % seam_audit_shared->seed == 0);
    }
    return 0;
}

/* One crossing ends with the write barrier on or on another thread, not with both: a goroutine that
 * is moved waits, and the collection is over by then. A schedule that names no points takes turns;
 * dirty memory, if the call has given any, is looked at before the thread. */
static int is_turn_of(enum seam_audit_phase phase, uint32_t hit, int filled) {
    if (seam_audit_shared->schedule == SEAM_SCHEDULE_at || phase < SEAM_PHASE_mark)
        return 1;
    int marks = hit % 4 == 2 || (hit % 2 == 1 && filled);
    return (phase == SEAM_PHASE_mark) == marks;
}

int seam_audit_will_mark(const struct frame *frame) {
    struct seam_audit_point point = {frame->site, frame->hit, SEAM_PHASE_mark};
    return !frame->is_finalizer && !__atomic_load_n(&seam_audit_collecting, __ATOMIC_ACQUIRE) &&
           chosen(&point) && is_turn_of(SEAM_PHASE_mark, frame->hit, 1);
}

static void pass(const struct frame *frame, enum seam_audit_phase phase) {
    struct seam_audit_point point = {frame->site, frame->hit, phase};
    if (!frame->is_finalizer && !__atomic_load_n(&seam_audit_collecting, __ATOMIC_ACQUIRE) &&
        chosen(&point) && is_turn_of(phase, frame->hit, frame->filled))
        seam_audit_force(&point, frame);
}

static void arrive(struct frame *frame) {
    frame->is_finalizer =
        seam_audit_shared->schedule != SEAM_SCHEDULE_none && is_by_finalizer(frame);
    frame->forced =
        frame->is_finalizer || __atomic_load_n(&seam_audit_collecting, __ATOMIC_ACQUIRE);
    frame->site = hash_site(frame);
    frame->hit = count_site(frame->site);
    __atomic_add_fetch(&seam_audit_shared->crossings, 1, __ATOMIC_RELAXED);
    frame->deaths = seam_audit_deaths();
    seam_audit_arrived(frame);
    seam_audit_close_window(frame);
}

static void run_c(const struct frame *frame) {
    pass(frame, SEAM_PHASE_enter);
    seam_audit_check_enter(frame);
    seam_audit_pass_pointers(frame);
}

/* --- called by the stubs ---------------------------------------------------------------------- */

/* The crossing that this thread has just left. */
static __thread struct frame left;

/* Before the C function runs: its name, its arguments (0 where they are no pointers), the stub's
 * stack frame, and whether the goroutine's stack may move: then seam_audit_move comes next. */
void seam_audit_enter(const char *function, const void *const *arguments, int n, void *address,
                      int moves);
void seam_audit_enter(const char *function, const void *const *arguments, int n, void *address,
                      int moves) {
    struct frame *frame = seam_audit_shared != NULL ? push(function, arguments, n, address) : NULL;
    if (frame == NULL)
        return;
    walk(frame);
    arrive(frame);
    if (!moves)
        run_c(frame);
}

/* Called by the stub between two looks at where the stack is. */
void seam_audit_move(void *address);
void seam_audit_move(void *address) {
    const struct frame *frame = seam_audit_top();
    if (seam_audit_shared == NULL || frame == NULL || frame->address != address)
        return;
    pass(frame, SEAM_PHASE_move);
    run_c(frame);
}

/* Before C calls a Go function back. C may have no frame pointers, so the site is that of the call
 * that Go made. */
void seam_audit_callback(const char *function, const void *const *arguments, int n, void *address);
void seam_audit_callback(const char *function, const void *const *arguments, int n, void *address) {
    struct frame *frame = seam_audit_shared != NULL ? push(function, arguments, n, address) : NULL;
    if (frame == NULL)
        return;
    const struct frame *caller = frame > frames ? frame - 1 : NULL;
    frame->n = caller != NULL ? caller->n : 0;
    if (caller != NULL)
        memcpy(frame->pc, caller->pc, sizeof frame->pc[0] * frame->n);
    arrive(frame);
    run_c(frame);
}

void seam_audit_leave(void *address);
void seam_audit_leave(void *address) {
    while (depth > 0 && frames[depth - 1].address < (char *)address)
        pop();
    struct frame *frame = seam_audit_top();
    if (seam_audit_shared == NULL || frame == NULL || frame->address != address)
        return;
    pass(frame, SEAM_PHASE_leave);
    seam_audit_check_leave(frame);
    left = *frame;
    pop();
}

/* When nothing is left to do in the stub but to return to Go. */
void seam_audit_resume(void);
void seam_audit_resume(void) {
    if (seam_audit_shared == NULL || left.function == NULL)
        return;
    pass(&left, SEAM_PHASE_mark);
    if (depth == 0) /* in a callback the goroutine is locked to the thread */
        pass(&left, SEAM_PHASE_thread);
    left.function = NULL;
}
