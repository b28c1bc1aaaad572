/* What seam puts into an audited program, C half: every crossing comes by here.
 *
 * The stubs that cgo wrote call seam_audit_enter and seam_audit_leave (rewrite.c has put the calls
 * in). At a point that the schedule names, the thread waits here while the collector goroutine
 * (collector.go) runs the collector and the finalizers. The waiting thread is inside a C call, so
 * its goroutine's stack neither moves nor shrinks, and it never calls Go. Crossings made meanwhile,
 * by finalizers above all, pass straight through, or nothing would ever end.
 *
 * Always true: without a channel every function returns at once; a frame on the thread's list has a
 * higher stack address than all frames after it. Not here: names of program counters, verdicts.
 *
 * To add a check: one function called by check_arguments, one kind in channel.h. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "seam_audit_channel.h"

/* Present when the program was built with AddressSanitizer. */
#define MAYBE __attribute__((weak))
MAYBE int __asan_address_is_poisoned(void const volatile *address);
MAYBE const char *__asan_locate_address(void *address, char *name, size_t name_size, void **region,
                                        size_t *region_size);
MAYBE size_t __asan_get_free_stack(void *address, void **trace, size_t size, int *thread);
MAYBE void __asan_set_error_report_callback(void (*callback)(const char *));
MAYBE int __sanitizer_install_malloc_and_free_hooks(void (*malloced)(const volatile void *, size_t),
                                                    void (*freed)(const volatile void *));

static struct seam_audit_channel *channel;

/* --- crossings under way ---------------------------------------------------------------------- */

enum { DEPTH_MAX = 64 };

struct frame {
    const char *function;
    char *address; /* of the stub's stack frame */
    uint64_t site;
    uint32_t hit;
    int forced;
    uint32_t n;
    uint64_t pc[SEAM_AUDIT_FRAMES];
};

static __thread struct frame frames[DEPTH_MAX];
static __thread int depth;

/* Calls that a panic has left are below this one's address, and gone. */
static struct frame *push(const char *function, char *address) {
    while (depth > 0 && frames[depth - 1].address <= address)
        depth--;
    if (depth == DEPTH_MAX)
        return NULL;
    frames[depth].function = function;
    frames[depth].address = address;
    return &frames[depth++];
}

static struct frame *top(void) { return depth > 0 ? &frames[depth - 1] : NULL; }

/* Go keeps frame pointers on amd64 and arm64: the saved one, then the return address. The stub's
 * own saved frame pointer is that of runtime.cgocall, because asmcgocall changes the stack and not
 * the frame pointer; its return address is in the Go half of the stub, which is left out. */
static void walk(struct frame *frame) {
    uint64_t *at = *(uint64_t **)frame->address;
    int skipped = 0;
    frame->n = 0;
    while (frame->n < SEAM_AUDIT_FRAMES && at != NULL && ((uintptr_t)at & 7) == 0) {
        uint64_t *next = (uint64_t *)at[0];
        if (skipped++ > 0)
            frame->pc[frame->n++] = at[1];
        if (next <= at || (char *)next - (char *)at > (1 << 20))
            break;
        at = next;
    }
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

static void copy_frame(struct seam_audit_crossing *to, const struct frame *frame) {
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
            __atomic_add_fetch(&channel->sites, 1, __ATOMIC_RELAXED);
            break;
        }
        if (empty == site)
            break;
    }
    return __atomic_add_fetch(&sites[i].hits, 1, __ATOMIC_RELAXED);
}

/* --- where C memory was born and freed -------------------------------------------------------- */

enum { BLOCKS_MAX = 1 << 15, LIVE_MAX = 1 << 20 };

/* The last events of an address; a later block takes the place of an earlier one. */
struct block {
    uintptr_t address;
    int has_birth, has_death;
    struct seam_audit_crossing birth, death;
};

/* A live block that was born in a crossing: open addressing, and a full table forgets. */
struct live {
    uintptr_t address; /* 0: empty, 1: was removed */
    uint32_t birth;    /* index in the channel */
};

static struct block *blocks;
static struct live *live;
static pthread_mutex_t blocks_lock = PTHREAD_MUTEX_INITIALIZER; /* for both, and births */

/* Has anything been freed by a finalizer that was forced to run? */
static int forced_deaths;

static struct block *block_of(uintptr_t address) {
    return &blocks[(address >> 4) * 0x9e3779b97f4a7c15ULL >> 49];
}

static struct live *find_live(uintptr_t address, int insert) {
    uint64_t i = (address >> 4) * 0x9e3779b97f4a7c15ULL >> 44;
    struct live *removed = NULL;
    for (int tries = 0; tries < 64; tries++, i = (i + 1) % LIVE_MAX) {
        if (live[i].address == address)
            return &live[i];
        if (live[i].address == 1 && removed == NULL)
            removed = &live[i];
        if (live[i].address == 0)
            return !insert ? NULL : removed != NULL ? removed : &live[i];
    }
    return insert ? removed : NULL;
}

static struct seam_audit_birth *birth_of(const struct frame *frame) {
    for (uint64_t tries = 0, i = frame->site % SEAM_AUDIT_BIRTHS; tries < SEAM_AUDIT_BIRTHS;
         tries++, i = (i + 1) % SEAM_AUDIT_BIRTHS) {
        struct seam_audit_birth *birth = &channel->births[i];
        if (birth->site == frame->site)
            return birth;
        if (birth->site == 0) {
            static uint64_t order;
            birth->site = frame->site;
            birth->order = ++order;
            copy_frame(&birth->crossing, frame);
            return birth;
        }
    }
    return NULL;
}

static void count_birth(uintptr_t address, const struct frame *frame) {
    struct seam_audit_birth *birth = birth_of(frame);
    struct live *it = birth != NULL ? find_live(address, 1) : NULL;
    if (it == NULL)
        return;
    it->address = address;
    it->birth = (uint32_t)(birth - channel->births);
    birth->blocks++;
}

static void count_death(uintptr_t address) {
    struct live *it = find_live(address, 0);
    if (it == NULL)
        return;
    it->address = 1;
    channel->births[it->birth].blocks--;
}

/* All of C's heap lies between these. Outside, an address may not even have a shadow. */
static uintptr_t heap_begin = UINTPTR_MAX, heap_end;

static void note_heap(uintptr_t from, uintptr_t to) {
    if (from < __atomic_load_n(&heap_begin, __ATOMIC_RELAXED))
        __atomic_store_n(&heap_begin, from, __ATOMIC_RELAXED);
    if (to > __atomic_load_n(&heap_end, __ATOMIC_RELAXED))
        __atomic_store_n(&heap_end, to, __ATOMIC_RELAXED);
}

static int is_near_heap(const void *pointer) {
    return (uintptr_t)pointer >= __atomic_load_n(&heap_begin, __ATOMIC_RELAXED) &&
           (uintptr_t)pointer < __atomic_load_n(&heap_end, __ATOMIC_RELAXED);
}

static void malloced(const volatile void *memory, size_t size) {
    struct frame *frame = top();
    note_heap((uintptr_t)memory, (uintptr_t)memory + size);
    if (frame == NULL || channel == NULL || memory == NULL)
        return;
    pthread_mutex_lock(&blocks_lock);
    struct block *block = block_of((uintptr_t)memory);
    block->address = (uintptr_t)memory;
    block->has_birth = 1;
    block->has_death = 0;
    copy_frame(&block->birth, frame);
    count_birth((uintptr_t)memory, frame);
    pthread_mutex_unlock(&blocks_lock);
}

static void freed(const volatile void *memory) {
    struct frame *frame = top();
    if (channel == NULL || memory == NULL)
        return;
    pthread_mutex_lock(&blocks_lock);
    count_death((uintptr_t)memory);
    if (frame != NULL) {
        struct block *block = block_of((uintptr_t)memory);
        if (block->address != (uintptr_t)memory)
            block->has_birth = 0;
        block->address = (uintptr_t)memory;
        block->has_death = 1;
        copy_frame(&block->death, frame);
        if (frame->forced)
            __atomic_store_n(&forced_deaths, 1, __ATOMIC_RELAXED);
    }
    pthread_mutex_unlock(&blocks_lock);
}

static void tell_history(struct seam_audit_finding *finding, uintptr_t address) {
    pthread_mutex_lock(&blocks_lock);
    const struct block *block = block_of(address);
    if (block->address == address) {
        finding->has_birth = (uint32_t)block->has_birth;
        finding->has_death = (uint32_t)block->has_death;
        finding->birth = block->birth;
        finding->death = block->death;
    }
    pthread_mutex_unlock(&blocks_lock);
}

/* --- findings --------------------------------------------------------------------------------- */

static struct seam_audit_point last_point;

static int is_known(enum seam_audit_kind kind, uint64_t site) {
    for (uint32_t i = 0; i < channel->n_findings && i < SEAM_AUDIT_FINDINGS; i++)
        if (channel->findings[i].kind == kind && channel->findings[i].site == site)
            return 1;
    return 0;
}

/* A new finding, to be filled in; NULL if there are enough, or the same one is there. */
static struct seam_audit_finding *find(enum seam_audit_kind kind) {
    if (top() != NULL && is_known(kind, top()->site))
        return NULL;
    uint32_t i = __atomic_fetch_add(&channel->n_findings, 1, __ATOMIC_RELAXED);
    if (i >= SEAM_AUDIT_FINDINGS)
        return NULL;
    struct seam_audit_finding *finding = &channel->findings[i];
    finding->kind = kind;
    finding->point = last_point;
    finding->site = top() != NULL ? top()->site : 0;
    copy_frame(&finding->crossing, top());
    return finding;
}

/* AddressSanitizer is about to end the process. */
static void on_report(const char *text) {
    if (channel == NULL)
        return;
    strncpy(channel->report, text, sizeof channel->report - 1);
    struct seam_audit_finding *finding = find(SEAM_AUDIT_sanitizer);
    const char *at = strstr(text, " on address 0x");
    if (finding == NULL || at == NULL)
        return;
    char name[8];
    void *region = NULL;
    size_t size = 0;
    uintptr_t address = (uintptr_t)strtoull(at + 12, NULL, 16);
    __asan_locate_address((void *)address, name, sizeof name, &region, &size);
    tell_history(finding, (uintptr_t)region);
}

/* If the address is in C memory that was freed: the block's first address, else 0. */
static uintptr_t freed_block(const void *pointer) {
    char name[8];
    void *region = NULL, *trace[1];
    size_t size = 0;
    int thread;
    if (!is_near_heap(pointer) || !__asan_address_is_poisoned(pointer))
        return 0;
    void *address = (void *)(uintptr_t)pointer;
    const char *where = __asan_locate_address(address, name, sizeof name, &region, &size);
    if (where == NULL || strcmp(where, "heap") != 0)
        return 0;
    return __asan_get_free_stack(address, trace, 1, &thread) > 0 ? (uintptr_t)region : 0;
}

/* Memory that a forced finalizer freed, held by memory that is passed: only then is it sure that
 * nobody meant the word to be stale. */
static int freed_by_finalizer(uintptr_t block) {
    pthread_mutex_lock(&blocks_lock);
    const struct block *it = block_of(block);
    int by = it->address == block && it->has_death && it->death.forced;
    pthread_mutex_unlock(&blocks_lock);
    return by;
}

enum { INSIDE_MAX = 64 }; /* words looked at */

/* Read words that another thread may be freeing or unmapping right now: the kernel says no where a
 * load would end the process. How many could be read. */
static int read_words(uintptr_t from, uintptr_t end, uintptr_t words[INSIDE_MAX]) {
    size_t n = (end - from) / sizeof *words;
    struct iovec here = {words, (n < INSIDE_MAX ? n : INSIDE_MAX) * sizeof *words};
    struct iovec there = {(void *)from, here.iov_len};
    ssize_t size = process_vm_readv(channel->pid, &here, 1, &there, 1, 0);
    return size > 0 ? (int)((size_t)size / sizeof *words) : 0;
}

/* The end of the live block of C memory that the address is in, or 0. */
static uintptr_t end_of_block(const void *pointer) {
    char name[8];
    void *region = NULL;
    size_t size = 0;
    if (!is_near_heap(pointer) || __asan_address_is_poisoned(pointer))
        return 0;
    const char *where =
        __asan_locate_address((void *)(uintptr_t)pointer, name, sizeof name, &region, &size);
    return where != NULL && strcmp(where, "heap") == 0 ? (uintptr_t)region + size : 0;
}

static void check_inside(const void *pointer, int argument) {
    uintptr_t words[INSIDE_MAX], end = end_of_block(pointer);
    /* free() does not look at what it frees. */
    if (end == 0 || ((uintptr_t)pointer & 7) != 0 || strcmp(top()->function, "free") == 0)
        return;
    int n = read_words((uintptr_t)pointer, end, words);
    for (int i = 0; i < n; i++) {
        uintptr_t block = freed_block((const void *)words[i]);
        if (block == 0 || !freed_by_finalizer(block))
            continue;
        struct seam_audit_finding *finding = find(SEAM_AUDIT_freed_inside);
        if (finding != NULL) {
            finding->argument = (uint32_t)argument;
            finding->offset = (uint32_t)i * 8;
            tell_history(finding, block);
        }
        return;
    }
}

static void check_arguments(const void *const *arguments, int n) {
    if (__asan_address_is_poisoned == NULL)
        return;
    for (int i = 0; i < n; i++) {
        uintptr_t block = freed_block(arguments[i]);
        if (block == 0) {
            if (__atomic_load_n(&forced_deaths, __ATOMIC_RELAXED))
                check_inside(arguments[i], i + 1);
            continue;
        }
        struct seam_audit_finding *finding = find(SEAM_AUDIT_freed_argument);
        if (finding != NULL) {
            finding->argument = (uint32_t)i + 1;
            tell_history(finding, block);
        }
    }
}

/* --- collections ------------------------------------------------------------------------------ */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int wanted;
static int collecting; /* atomic: a forced collection is under way */

enum { STUCK_SECONDS = 20 };

static void force(const struct seam_audit_point *point) {
    if (__atomic_exchange_n(&collecting, 1, __ATOMIC_ACQ_REL))
        return;
    last_point = *point;
    uint64_t i = __atomic_fetch_add(&channel->injections, 1, __ATOMIC_RELAXED);
    if (i < SEAM_AUDIT_POINTS) {
        channel->forced[i] = *point;
        channel->n_forced = (uint32_t)i + 1;
    }
    struct timespec until, start;
    clock_gettime(CLOCK_REALTIME, &start);
    until = start;
    until.tv_sec += STUCK_SECONDS;
    pthread_mutex_lock(&lock);
    wanted = 1;
    pthread_cond_broadcast(&changed);
    int late = 0;
    while (wanted && !late)
        late = pthread_cond_timedwait(&changed, &lock, &until) != 0;
    pthread_mutex_unlock(&lock);
    clock_gettime(CLOCK_REALTIME, &until);
    channel->waited_ns += (uint64_t)(until.tv_sec - start.tv_sec) * 1000000000 +
                          (uint64_t)until.tv_nsec - (uint64_t)start.tv_nsec;
    if (late) /* `collecting` stays set: never again in this process */
        find(SEAM_AUDIT_stuck);
    else
        __atomic_store_n(&collecting, 0, __ATOMIC_RELEASE);
}

static int is_given(const struct seam_audit_point *point) {
    for (uint32_t i = 0; i < channel->n_points && i < SEAM_AUDIT_POINTS; i++)
        if (memcmp(&channel->points[i], point, sizeof *point) == 0)
            return 1;
    return 0;
}

static int chosen(const struct seam_audit_point *point) {
    switch ((enum seam_audit_schedule)channel->schedule) {
    case SEAM_SCHEDULE_none:
        return 0;
    case SEAM_SCHEDULE_every:
        return 1;
    case SEAM_SCHEDULE_sites:
        return point->hit <= channel->number;
    case SEAM_SCHEDULE_nth:
        return point->hit % channel->number == 0;
    case SEAM_SCHEDULE_random: {
        uint64_t z = channel->seed + point->site * 3 + point->hit * 2 + point->phase;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL; /* splitmix64's last steps */
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return (z ^ (z >> 31)) % channel->number == 0;
    }
    case SEAM_SCHEDULE_at:
        return is_given(point);
    case SEAM_SCHEDULE_last:
        return channel->crossings >= channel->number;
    }
    return 0;
}

static void pass(struct frame *frame, enum seam_audit_phase phase) {
    struct seam_audit_point point = {frame->site, frame->hit, phase};
    if (!__atomic_load_n(&collecting, __ATOMIC_ACQUIRE) && chosen(&point))
        force(&point);
}

static void arrive(struct frame *frame, const void *const *arguments, int n) {
    frame->forced = __atomic_load_n(&collecting, __ATOMIC_ACQUIRE);
    frame->site = hash_site(frame);
    frame->hit = count_site(frame->site);
    __atomic_add_fetch(&channel->crossings, 1, __ATOMIC_RELAXED);
    pass(frame, SEAM_PHASE_enter);
    check_arguments(arguments, n);
}

/* --- called by the stubs ---------------------------------------------------------------------- */

/* Before the C function runs: its name, its arguments (0 where they are no pointers), and the
 * stub's stack frame. */
void seam_audit_enter(const char *function, const void *const *arguments, int n, void *address);
void seam_audit_enter(const char *function, const void *const *arguments, int n, void *address) {
    struct frame *frame = channel != NULL ? push(function, address) : NULL;
    if (frame == NULL)
        return;
    walk(frame);
    arrive(frame, arguments, n);
}

/* Before C calls a Go function back. C may have no frame pointers, so the site is that of the call
 * that Go made. */
void seam_audit_callback(const char *function, const void *const *arguments, int n, void *address);
void seam_audit_callback(const char *function, const void *const *arguments, int n, void *address) {
    struct frame *frame = channel != NULL ? push(function, address) : NULL;
    if (frame == NULL)
        return;
    const struct frame *caller = frame > frames ? frame - 1 : NULL;
    frame->n = caller != NULL ? caller->n : 0;
    memcpy(frame->pc, caller != NULL ? caller->pc : NULL, sizeof frame->pc[0] * frame->n);
    arrive(frame, arguments, n);
}

void seam_audit_leave(void *address);
void seam_audit_leave(void *address) {
    while (depth > 0 && frames[depth - 1].address < (char *)address)
        depth--;
    struct frame *frame = top();
    if (channel == NULL || frame == NULL || frame->address != address)
        return;
    pass(frame, SEAM_PHASE_leave);
    depth--;
}

/* --- called by the collector goroutine -------------------------------------------------------- */

/* The child of a fork has no collector. */
static void in_child(void) { channel = NULL; }

/* Memory that is zero and costs nothing until it is used. */
static void *table(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* 1 if this process is audited. */
int seam_audit_open(void);
int seam_audit_open(void) {
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
    blocks = table(sizeof *blocks * BLOCKS_MAX);
    live = table(sizeof *live * LIVE_MAX);
    if (blocks == NULL || live == NULL)
        return 0;
    pthread_atfork(NULL, NULL, in_child);
    channel = it;
    if (__asan_set_error_report_callback != NULL)
        __asan_set_error_report_callback(on_report);
    if (__sanitizer_install_malloc_and_free_hooks != NULL)
        __sanitizer_install_malloc_and_free_hooks(malloced, freed);
    return 1;
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
    channel->handles = handles;
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
