#define _GNU_SOURCE
#include "seam_audit_rethread.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "seam_audit_entries.h"
#include "seam_audit_state.h"
#include "seam_audit_thread.h"
#include "seam_audit_underway.h"

enum { TAKE_MILLISECONDS = 1000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct seam_audit_rethread shared;

static int lost_by; /* number of the thread; 0: the goroutine's next call has been seen */

static enum seam_audit_rethread_state state(void) {
    return (enum seam_audit_rethread_state)__atomic_load_n(&shared.state, __ATOMIC_ACQUIRE);
}

static void set_state(enum seam_audit_rethread_state to) {
    __atomic_store_n(&shared.state, (int32_t)to, __ATOMIC_RELEASE);
}

/* --- the thread that loses its goroutine ------------------------------------------------------ */

static bool ask(void) {
    pthread_mutex_lock(&lock);
    bool is_free = state() == SEAM_RETHREAD_at_rest;
    if (is_free) {
        snprintf(shared.path, sizeof shared.path, "/proc/self/task/%d/stat",
                 seam_audit_thread_id());
        set_state(SEAM_RETHREAD_wanted);
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return is_free;
}

/* Who does not get the processor in time, or another one, keeps its goroutine. */
static bool is_taken(void) {
    for (int i = 0; i < TAKE_MILLISECONDS * 20; i++) {
        if (state() == SEAM_RETHREAD_taken)
            return true;
        seam_audit_pause(10);
    }
    int32_t still = SEAM_RETHREAD_wanted;
    return !__atomic_compare_exchange_n(&shared.state, &still, SEAM_RETHREAD_none, 0,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

bool seam_audit_lose_processor(void) { return ask() && is_taken(); }

void seam_audit_lose_goroutine(const struct crossing *crossing) {
    struct seam_audit_channel *channel = seam_audit_shared;
    seam_audit_record(&channel->before_rethread, crossing);
    memset(&channel->after_rethread, 0, sizeof channel->after_rethread);
    __atomic_store_n(&lost_by, seam_audit_thread_number(), __ATOMIC_RELEASE);
    set_state(SEAM_RETHREAD_left);
}

/* The same goroutine has the same outermost call. */
void seam_audit_note_rethreaded(const struct crossing *crossing) {
    int by = __atomic_load_n(&lost_by, __ATOMIC_ACQUIRE);
    const struct seam_audit_crossing *before = &seam_audit_shared->before_rethread;
    if (by == 0 || by == seam_audit_thread_number() || crossing->n == 0 || before->n == 0 ||
        crossing->pc[crossing->n - 1] != before->pc[before->n - 1] ||
        !__atomic_compare_exchange_n(&lost_by, &by, 0, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return;
    seam_audit_record(&seam_audit_shared->after_rethread, crossing);
}

/* --- the goroutine that takes the processor --------------------------------------------------- */

struct seam_audit_rethread *seam_audit_rethread(void) {
    return &shared;
}

/* Does the goroutine wait for work? */
_Bool seam_audit_rethread_is_ready(void) {
    pthread_mutex_lock(&lock);
    bool is = state() != SEAM_RETHREAD_none;
    pthread_mutex_unlock(&lock);
    return is;
}

/* Wait until some thread wants to lose its goroutine. */
void seam_audit_await_rethread(void) {
    pthread_mutex_lock(&lock);
    if (state() == SEAM_RETHREAD_none)
        set_state(SEAM_RETHREAD_at_rest);
    while (state() != SEAM_RETHREAD_wanted)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}
