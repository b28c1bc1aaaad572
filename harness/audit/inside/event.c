/* What is forced at a crossing: the collector with the finalizers, the goroutine's stack to move,
 * the write barrier to be on, and another thread.
 *
 * The collector runs on a goroutine of its own (collector.go) that waits here, and so does what
 * takes the processor when a goroutine is to change threads. Moving the stack is work for the
 * crossing goroutine itself, so C calls Go back for it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "seam_audit_inside.h"
#include "seam_audit_mover.h"

/* --- the collector ---------------------------------------------------------------------------- */

enum { STUCK_SECONDS = 20, MEET_SECONDS = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int wanted;
static int helpers; /* goroutines of ours that wait here for work */

void seam_audit_pause(int microseconds);
void seam_audit_pause(int microseconds) {
    struct timespec pause = {0, microseconds * 1000L};
    nanosleep(&pause, NULL);
}

/* Wait until so many threads wait here, but not for ever: there may not be as many. */
void seam_audit_meet(int n);
void seam_audit_meet(int n) {
    static int met;
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += MEET_SECONDS;
    pthread_mutex_lock(&lock);
    met++;
    pthread_cond_broadcast(&changed);
    while (met < n && pthread_cond_timedwait(&changed, &lock, &end) == 0)
        ;
    pthread_mutex_unlock(&lock);
}

int seam_audit_collecting;
struct seam_audit_point seam_audit_last_point;

static void keep(const struct seam_audit_point *point) {
    struct seam_audit_channel *channel = seam_audit_shared;
    uint64_t i = __atomic_fetch_add(&channel->injections, 1, __ATOMIC_RELAXED);
    if (i < SEAM_AUDIT_POINTS) {
        channel->forced[i] = *point;
        channel->n_forced = (uint32_t)i + 1;
    }
}

/* --- calls of other threads ------------------------------------------------------------------- */

/* The threads that are in C. With one P the collector has done its work when they are there, where
 * the system may have taken the processor from them; what they do next, to free something above
 * all, must not depend on that. */
enum { GUESTS_MAX = 64, GUEST_MILLISECONDS = 1000, GUEST_NANOSECONDS = 2000000 };
static int guests[GUESTS_MAX]; /* ids of threads; 0: none */

static int own_id(void) {
    static __thread int id;
    if (id == 0)
        id = (int)syscall(SYS_gettid);
    return id;
}

static void replace_guest(int from, int to) {
    for (int i = 0; i < GUESTS_MAX; i++) {
        int seen = from;
        if (__atomic_load_n(&guests[i], __ATOMIC_RELAXED) == from &&
            __atomic_compare_exchange_n(&guests[i], &seen, to, 0, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return;
    }
}

void seam_audit_let_in(void) { replace_guest(0, own_id()); }

void seam_audit_let_out(void) { replace_guest(own_id(), 0); }

/* The state of a thread, as proc(5) has it: R, S, D, ... */
static char state_of(int id) {
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    const char *at = strrchr(text, ')');
    return at != NULL && at[1] == ' ' ? at[2] : 'X';
}

/* The processor's time that a thread has had, in nanoseconds: the clock of a thread by its id is
 * made as the kernel makes it (linux/posix-timers.h, CPUCLOCK_SCHED of CPUCLOCK_PERTHREAD). */
static int64_t time_of(int id) {
    struct timespec t = {0, 0};
    clock_gettime((clockid_t)(~(unsigned)id << 3 | 6), &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A guest while it is waited for. */
struct guest {
    int id;
    int64_t until; /* of its own time */
};

/* Those who came last are given their time here. */
static int has_busy_guest(struct guest known[GUESTS_MAX]) {
    int busy = 0;
    for (int i = 0; i < GUESTS_MAX; i++) {
        int id = __atomic_load_n(&guests[i], __ATOMIC_RELAXED);
        if (id == 0 || id == own_id())
            continue;
        if (known[i].id != id)
            known[i] = (struct guest){id, time_of(id) + GUEST_NANOSECONDS};
        busy |= time_of(id) < known[i].until && state_of(id) == 'R';
    }
    return busy;
}

/* Until they have returned, or wait for something, or have had time enough to come to either. */
static void wait_for_guests(void) {
    struct guest known[GUESTS_MAX] = {{0, 0}};
    for (int i = 0; i < GUEST_MILLISECONDS * 10 && has_busy_guest(known); i++)
        seam_audit_pause(100);
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
    wait_for_guests();
    seam_audit_check_retained();
    __atomic_store_n(&seam_audit_collecting, 0, __ATOMIC_RELEASE);
}

/* How many goroutines of ours wait for work: nothing can be forced before. */
int seam_audit_helpers(void);
int seam_audit_helpers(void) {
    pthread_mutex_lock(&lock);
    int n = helpers;
    pthread_mutex_unlock(&lock);
    return n;
}

/* The last collection is done, and so many handles were alive; wait until a crossing wants another
 * one. In one call, so that the goroutine is not in the queue when the crossing goes on. */
void seam_audit_wait(long handles);
void seam_audit_wait(long handles) {
    static int has_begun;
    seam_audit_shared->handles = handles;
    pthread_mutex_lock(&lock);
    helpers += !has_begun;
    has_begun = 1;
    wanted = 0;
    pthread_cond_broadcast(&changed);
    while (!wanted)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

/* --- the stack and the write barrier ---------------------------------------------------------- */

/* The write barrier is on as long as a collection marks. With one P that is until the goroutine
 * that goes on has to wait; or until the system, which is busy, has kept the processor from its
 * thread so long that the runtime takes the P away (runtime/proc.go, retake). So the end of the
 * marking is put off: it needs the semaphore worldsema (runtime/mgc.go, gcMarkDone), which
 * collector.go holds meanwhile. */
enum { TURNS_MAX = 100, LOOKS_MAX = 5000, MARK_MILLISECONDS = 1000 };

static int marked_for; /* the thread whose goroutine goes on, until any next call; 0: none */
static int is_marking; /* until the collection has ended */

/* Should the marking not end yet? A goroutine asks that makes room for all others between. When
 * ours has had its turns and has made no call, it waits for something. */
int seam_audit_keeps_marking(int looks);
int seam_audit_keeps_marking(int looks) {
    static int turns;
    int thread = __atomic_load_n(&marked_for, __ATOMIC_ACQUIRE);
    turns = looks > 0 ? turns : 0;
    if (thread == 0 || turns == TURNS_MAX || looks == LOOKS_MAX)
        return 0;
    if (thread == own_id() || state_of(thread) != 'R')
        turns++;
    else
        seam_audit_pause(20); /* it is still on its way back to Go */
    return 1;
}

void seam_audit_has_marked(void);
void seam_audit_has_marked(void) { __atomic_store_n(&is_marking, 0, __ATOMIC_RELEASE); }

void seam_audit_end_marking(void) {
    for (int i = 0; i < MARK_MILLISECONDS * 20 && __atomic_load_n(&is_marking, __ATOMIC_ACQUIRE);
         i++)
        seam_audit_pause(50);
}

static int find_bias(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size;
    *(uintptr_t *)data = info->dlpi_addr; /* the program comes first */
    return 1;
}

uintptr_t seam_audit_bias(void) {
    uintptr_t bias = 0;
    dl_iterate_phdr(find_bias, &bias);
    return bias;
}

/* Two variables of Go's runtime; NULL if they are not known. */
static uint32_t *variable(uint64_t address) {
    return (uint32_t *)(address != 0 ? seam_audit_bias() + address : 0);
}

uint32_t *seam_audit_worldsema(void);
uint32_t *seam_audit_worldsema(void) { return variable(seam_audit_shared->symbols.worldsema); }

uint32_t *seam_audit_gcphase(void);
uint32_t *seam_audit_gcphase(void) { return variable(seam_audit_shared->symbols.gcphase); }

void crosscall2(void (*function)(void *), void *argument, int size, size_t context);
void _seam_audit_call(void *);

/* Call Go back on this thread's goroutine. */
static void call_go(enum seam_audit_phase phase) {
    struct {
        intptr_t phase;
    } argument = {phase};
    crosscall2(_seam_audit_call, &argument, sizeof argument, 0);
}

/* --- the thread ------------------------------------------------------------------------------- */

/* How a goroutine changes threads: while its thread is still in C, another goroutine takes the
 * processor and keeps it. The thread comes back to Go and finds none, puts the goroutine into the
 * queue, and sleeps (runtime/proc.go, exitsyscall). Then the other one makes room, and its own
 * thread runs what is in the queue. A goroutine that is locked to its thread wakes that up instead,
 * so nothing happens to it. */
enum { TAKE_MILLISECONDS = 1000 };

static struct seam_audit_mover mover;

static int moved_from; /* number of the thread; 0: the next call has been seen */

static enum seam_audit_mover_state mover_state(void) {
    return (enum seam_audit_mover_state)__atomic_load_n(&mover.state, __ATOMIC_ACQUIRE);
}

struct seam_audit_mover *seam_audit_mover_begin(void);
struct seam_audit_mover *seam_audit_mover_begin(void) {
    return &mover;
}

/* Wait until some thread wants to lose its goroutine. */
void seam_audit_mover_wait(void);
void seam_audit_mover_wait(void) {
    pthread_mutex_lock(&lock);
    if (mover_state() == SEAM_MOVER_none) {
        __atomic_store_n(&mover.state, SEAM_MOVER_at_rest, __ATOMIC_RELEASE);
        helpers++;
    }
    while (mover_state() != SEAM_MOVER_wanted)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

/* Who does not get the processor in time, or another one, is not moved. */
static int is_taken(void) {
    for (int i = 0; i < TAKE_MILLISECONDS * 20; i++) {
        if (mover_state() == SEAM_MOVER_taken)
            return 1;
        seam_audit_pause(10);
    }
    int32_t still = SEAM_MOVER_wanted;
    return !__atomic_compare_exchange_n(&mover.state, &still, SEAM_MOVER_none, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED);
}

static void change_thread(const struct seam_audit_point *point, const struct frame *frame) {
    pthread_mutex_lock(&lock);
    int is_free = mover_state() == SEAM_MOVER_at_rest;
    if (is_free) {
        snprintf(mover.path, sizeof mover.path, "/proc/self/task/%d/stat", own_id());
        __atomic_store_n(&mover.state, SEAM_MOVER_wanted, __ATOMIC_RELEASE);
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    if (!is_free || !is_taken())
        return;
    keep(point);
    seam_audit_copy_frame(&seam_audit_shared->moved, frame);
    memset(&seam_audit_shared->moved_next, 0, sizeof seam_audit_shared->moved_next);
    __atomic_store_n(&moved_from, seam_audit_thread(), __ATOMIC_RELEASE);
    __atomic_store_n(&mover.state, SEAM_MOVER_left, __ATOMIC_RELEASE);
}

/* The same goroutine has the same outermost call. */
void seam_audit_arrived(const struct frame *frame) {
    __atomic_store_n(&marked_for, 0, __ATOMIC_RELEASE);
    int from = __atomic_load_n(&moved_from, __ATOMIC_ACQUIRE);
    const struct seam_audit_crossing *moved = &seam_audit_shared->moved;
    if (from == 0 || from == seam_audit_thread() || frame->n == 0 || moved->n == 0 ||
        frame->pc[frame->n - 1] != moved->pc[moved->n - 1] ||
        !__atomic_compare_exchange_n(&moved_from, &from, 0, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return;
    seam_audit_copy_frame(&seam_audit_shared->moved_next, frame);
}

void seam_audit_force(const struct seam_audit_point *point, const struct frame *frame) {
    switch ((enum seam_audit_phase)point->phase) {
    case SEAM_PHASE_move: /* it may collect */
        keep(point);
        seam_audit_last_point = *point;
        call_go(SEAM_PHASE_move);
        return;
    case SEAM_PHASE_mark:
        keep(point);
        __atomic_store_n(&marked_for, own_id(), __ATOMIC_RELEASE);
        __atomic_store_n(&is_marking, 1, __ATOMIC_RELEASE);
        call_go(SEAM_PHASE_mark);
        seam_audit_open_window();
        return;
    case SEAM_PHASE_thread:
        change_thread(point, frame);
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
