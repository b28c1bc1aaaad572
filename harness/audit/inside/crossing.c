/* Conduct the crossings of an audited program. Everything else here is a mechanism or a decision;
 * in which order they take part is written in this file only.
 *
 * One call from Go to C, in order of time. The stubs are cgo's, with our calls in them (rewrite.c).
 *
 *   Go     calls C.f; the runtime changes to the system's stack and runs f's stub
 *   stub   seam_audit_enter     push the crossing, walk Go's stack to here, count the site's hit;
 *                               what the crossing before began is over: marking may end, dirty
 *                               memory is looked at, a goroutine is seen on its new thread
 *          seam_audit_move      only if f may call Go back: point `move`, Go's stack is moved
 *          either of the two    point `enter`: collect, with the arguments ready; check them:
 *                               freed, or do they hold what was freed?
 *   C      f                    each malloc and free is noted (memory.c)
 *          seam_audit_callback  f calls Go back: a crossing inside this one, up to its own leave
 *   stub   seam_audit_leave     point `leave`: which arguments does C hold? collect; which still?
 *                               check the arguments: freed meanwhile? Then pop the crossing
 *          seam_audit_resume    only if f may call Go back: point `mark` or point `thread`
 *   Go     goes on, with the write barrier on or on another thread, to its next call: the top
 *
 * A point is passed, and at those that the schedule wants (points.c) something is forced. Not here:
 * names of program counters, verdicts (the parent has them). */
#define _GNU_SOURCE
#include <stddef.h>

#include "seam_audit_arguments.h"
#include "seam_audit_collector.h"
#include "seam_audit_entries.h"
#include "seam_audit_finding.h"
#include "seam_audit_guests.h"
#include "seam_audit_marking.h"
#include "seam_audit_memory.h"
#include "seam_audit_points.h"
#include "seam_audit_retained.h"
#include "seam_audit_rethread.h"
#include "seam_audit_state.h"
#include "seam_audit_underway.h"

/* --- what is forced --------------------------------------------------------------------------- */

void crosscall2(void (*function)(void *), void *argument, int size, size_t context);
void _seam_audit_in_go(void *);

/* Call Go back, to do this on the goroutine that this thread runs (crossing.go). */
static void do_in_go(enum seam_audit_phase phase) {
    struct {
        intptr_t phase;
    } argument = {phase};
    crosscall2(_seam_audit_in_go, &argument, sizeof argument, 0);
}

/* It may run the collector too. */
static void move_stack(const struct seam_audit_point *point) {
    seam_audit_note_forced(point);
    seam_audit_last_point = *point;
    do_in_go(SEAM_PHASE_move);
}

/* If the collector does not finish, `collecting` stays true, so that nothing is forced in this
 * process again. */
static void collect(const struct seam_audit_point *point, const struct crossing *crossing) {
    if (__atomic_exchange_n(&seam_audit_collecting, true, __ATOMIC_ACQ_REL))
        return;
    seam_audit_note_forced(point);
    seam_audit_last_point = *point;
    if (point->phase == SEAM_PHASE_leave)
        seam_audit_search_retained(crossing);
    if (!seam_audit_run_collector()) {
        seam_audit_new_finding(SEAM_AUDIT_stuck, crossing);
        return;
    }
    seam_audit_wait_for_guests();
    seam_audit_check_retained();
    __atomic_store_n(&seam_audit_collecting, false, __ATOMIC_RELEASE);
}

static void begin_marking(const struct seam_audit_point *point) {
    seam_audit_note_forced(point);
    seam_audit_note_marking();
    do_in_go(SEAM_PHASE_mark);
    seam_audit_open_window();
}

static void change_thread(const struct seam_audit_point *point, const struct crossing *crossing) {
    if (!seam_audit_lose_processor())
        return;
    seam_audit_note_forced(point);
    seam_audit_lose_goroutine(crossing);
}

/* The crossing reaches one of its points: force what the schedule wants there. */
static void pass(const struct crossing *crossing, enum seam_audit_phase phase) {
    struct seam_audit_point point = {crossing->site, crossing->hit, phase};
    if (!seam_audit_is_wanted(&point, crossing))
        return;
    switch (phase) {
    case SEAM_PHASE_move:
        move_stack(&point);
        return;
    case SEAM_PHASE_enter:
    case SEAM_PHASE_leave:
        collect(&point, crossing);
        return;
    case SEAM_PHASE_mark:
        begin_marking(&point);
        return;
    case SEAM_PHASE_thread:
        change_thread(&point, crossing);
        return;
    case SEAM_PHASES:
        return;
    }
}

/* --- a crossing's own time -------------------------------------------------------------------- */

/* The innermost crossing is over. */
static const struct crossing *end(void) {
    seam_audit_return_pointers(seam_audit_innermost());
    const struct crossing *over = seam_audit_pop();
    if (seam_audit_innermost() == NULL)
        seam_audit_let_out();
    return over;
}

/* Remove crossings that a panic has left: their stubs are below this address. */
static void end_below(const char *address) {
    for (const struct crossing *it; (it = seam_audit_innermost()) != NULL && it->address < address;)
        end();
}

/* A crossing begins, and what was forced at the end of the last one is over. NULL: it is not
 * audited. */
static struct crossing *begin(const char *function, const void *const *arguments, int n,
                              char *address, bool is_callback) {
    if (seam_audit_shared == NULL)
        return NULL;
    end_below(address + 1);
    if (seam_audit_innermost() == NULL)
        seam_audit_let_in();
    struct crossing *crossing = seam_audit_push(function, arguments, n, address, is_callback);
    if (crossing == NULL)
        return NULL;
    crossing->hit = seam_audit_count_hit(crossing->site);
    crossing->deaths = seam_audit_deaths();
    seam_audit_release_marking();
    seam_audit_note_rethreaded(crossing);
    /* Dirty words are looked at when the marking ends, and the process may be over before. */
    if (seam_audit_close_window(crossing))
        seam_audit_wait_for_marking();
    return crossing;
}

/* The function is about to run. */
static void depart(const struct crossing *crossing) {
    pass(crossing, SEAM_PHASE_enter);
    seam_audit_check_before(crossing);
    seam_audit_pass_pointers(crossing);
}

/* The innermost crossing, if it is the one of this stub. */
static const struct crossing *crossing_of(const void *address) {
    const struct crossing *crossing = seam_audit_shared != NULL ? seam_audit_innermost() : NULL;
    return crossing != NULL && crossing->address == address ? crossing : NULL;
}

/* --- called by the stubs ---------------------------------------------------------------------- */

/* Before the C function runs: its name, its arguments (NULL where one is not a pointer), the
 * stub's stack frame, and whether Go's stack may be moved: then seam_audit_move comes next. */
void seam_audit_enter(const char *function, const void *const *arguments, int n, void *address,
                      _Bool may_move) {
    const struct crossing *crossing = begin(function, arguments, n, address, false);
    if (crossing != NULL && !may_move)
        depart(crossing);
}

/* Called by the stub between two looks at where the stack is. */
void seam_audit_move(void *address) {
    const struct crossing *crossing = crossing_of(address);
    if (crossing == NULL)
        return;
    pass(crossing, SEAM_PHASE_move);
    depart(crossing);
}

/* Before C calls a Go function back. */
void seam_audit_callback(const char *function, const void *const *arguments, int n, void *address) {
    const struct crossing *crossing = begin(function, arguments, n, address, true);
    if (crossing != NULL)
        depart(crossing);
}

/* The crossing that this thread has left last, until it resumes Go; no other one begins on this
 * thread meanwhile. NULL: none. */
static __thread const struct crossing *left;

/* The function is done. */
void seam_audit_leave(void *address) {
    end_below(address);
    const struct crossing *crossing = crossing_of(address);
    if (crossing == NULL)
        return;
    pass(crossing, SEAM_PHASE_leave);
    seam_audit_check_after(crossing);
    left = end();
}

/* When nothing is left to do in the stub but to return to Go. */
void seam_audit_resume(void) {
    if (seam_audit_shared == NULL || left == NULL)
        return;
    pass(left, SEAM_PHASE_mark);
    if (seam_audit_innermost() == NULL) /* in a callback the goroutine is locked to the thread */
        pass(left, SEAM_PHASE_thread);
    left = NULL;
}
