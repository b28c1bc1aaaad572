/* What is forced at a crossing: the collector with the finalizers, the goroutine's stack to move,
 * and the write barrier to be on.
 *
 * The collector runs on a goroutine of its own (collector.go) that waits here. Moving the stack is
 * work for the crossing goroutine itself, so C calls Go back for it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "seam_audit_inside.h"

/* --- the collector ---------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int wanted;

int seam_audit_collecting;
struct seam_audit_point seam_audit_last_point;

enum { STUCK_SECONDS = 20 };

static void keep(const struct seam_audit_point *point) {
    struct seam_audit_channel *channel = seam_audit_shared;
    uint64_t i = __atomic_fetch_add(&channel->injections, 1, __ATOMIC_RELAXED);
    if (i < SEAM_AUDIT_POINTS) {
        channel->forced[i] = *point;
        channel->n_forced = (uint32_t)i + 1;
    }
}

/* False if it did not end in time. */
static int wait_for_collector(void) {
    struct timespec start, end;
    clock_gettime(CLOCK_REALTIME, &start);
    end = start;
    end.tv_sec += STUCK_SECONDS;
    pthread_mutex_lock(&lock);
    wanted = 1;
    pthread_cond_broadcast(&changed);
    int late = 0;
    while (wanted && !late)
        late = pthread_cond_timedwait(&changed, &lock, &end) != 0;
    pthread_mutex_unlock(&lock);
    clock_gettime(CLOCK_REALTIME, &end);
    seam_audit_shared->waited_ns += (uint64_t)(end.tv_sec - start.tv_sec) * 1000000000 +
                                    (uint64_t)end.tv_nsec - (uint64_t)start.tv_nsec;
    return !late;
}

static void collect(const struct seam_audit_point *point, const struct frame *frame) {
    if (__atomic_exchange_n(&seam_audit_collecting, 1, __ATOMIC_ACQ_REL))
        return;
    keep(point);
    seam_audit_last_point = *point;
    if (point->phase == SEAM_PHASE_leave)
        seam_audit_search_retained(frame);
    if (!wait_for_collector()) { /* `collecting` stays set: never again in this process */
        seam_audit_find(SEAM_AUDIT_stuck);
        return;
    }
    seam_audit_check_retained();
    __atomic_store_n(&seam_audit_collecting, 0, __ATOMIC_RELEASE);
}

/* Wait until a crossing wants a collection. */
int seam_audit_wait(void);
int seam_audit_wait(void) {
    pthread_mutex_lock(&lock);
    while (!wanted)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return 1;
}

/* The collection is done, and so many handles are alive. */
void seam_audit_done(long handles);
void seam_audit_done(long handles) {
    seam_audit_shared->handles = handles;
    pthread_mutex_lock(&lock);
    wanted = 0;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void seam_audit_pause(int microseconds);
void seam_audit_pause(int microseconds) {
    struct timespec pause = {0, microseconds * 1000L};
    nanosleep(&pause, NULL);
}

/* --- the stack and the write barrier ---------------------------------------------------------- */

void crosscall2(void (*function)(void *), void *argument, int size, size_t context);
void _seam_audit_call(void *);

/* Call Go back on this thread's goroutine. */
static void call_go(enum seam_audit_phase phase) {
    struct {
        intptr_t phase;
    } argument = {phase};
    crosscall2(_seam_audit_call, &argument, sizeof argument, 0);
}

void seam_audit_force(const struct seam_audit_point *point, const struct frame *frame) {
    switch ((enum seam_audit_phase)point->phase) {
    case SEAM_PHASE_move:
        keep(point);
        call_go(SEAM_PHASE_move);
        return;
    case SEAM_PHASE_mark:
        keep(point);
        call_go(SEAM_PHASE_mark);
        seam_audit_open_window();
        return;
    case SEAM_PHASE_enter:
    case SEAM_PHASE_leave:
        collect(point, frame);
        return;
    case SEAM_PHASES:
        return;
    }
}

/* --- the beginning ---------------------------------------------------------------------------- */

/* The child of a fork has no collector. */
static void in_child(void) { seam_audit_shared = NULL; }

/* 1 if this process is audited. Some object of Go's heap says where that is. */
int seam_audit_open(const void *go_object);
int seam_audit_open(const void *go_object) {
    const char *path = getenv(SEAM_AUDIT_VARIABLE);
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return 0;
    struct seam_audit_channel *it =
        mmap(NULL, sizeof *it, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    int32_t nobody = 0;
    if (it == MAP_FAILED || it->version != SEAM_AUDIT_VERSION ||
        !__atomic_compare_exchange_n(&it->pid, &nobody, (int32_t)getpid(), 0, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED))
        return 0;
    pthread_atfork(NULL, NULL, in_child);
    seam_audit_shared = it;
    seam_audit_watch_retained(go_object);
    seam_audit_watch_reports();
    seam_audit_watch_memory();
    return 1;
}

/* An address of the Go heap where no object is. */
void seam_audit_set_stale(uintptr_t pointer);
void seam_audit_set_stale(uintptr_t pointer) {
    __atomic_store_n(&seam_audit_stale_pointer, pointer, __ATOMIC_RELAXED);
}
