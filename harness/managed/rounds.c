/* See rounds.h. An operation is one function, and a row of the table; `wave` runs them. */
#define _DEFAULT_SOURCE
#include "managed/rounds.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "managed/hooks.h"
#include "managed/managed.h"

enum {
    CELLS = 6, /* weak handles that all threads see */
    OWN = 6,   /* references that a thread holds */
    THREADS = SEAM_MANAGED_THREADS_MAX,
    WAVES = 2,
    BIRTHS = SEAM_MANAGED_ROUND_OPS,
    LIKELY_BIRTHS = 80, /* this many really happen */
    RECORDS = THREADS * WAVES * BIRTHS,
};

/* What is known of a block; all relaxed, so that it orders nothing. */
struct record {
    _Atomic seam_handle handle;
    _Atomic(void *) memory;
    _Atomic size_t size;
    atomic_int holders, deaths, was_resized;
};

/* What is in a block. Its holders write their own lane without any atomics. */
struct content {
    seam_handle self;
    uint32_t record;
    uint32_t lanes[THREADS];
};

struct worker {
    int number;
    uint64_t random, answers, n_ops;
    struct record *births, *next_birth;
    seam_handle own[OWN];
    int n_own;
};

static struct record records[RECORDS];
static _Atomic seam_handle cells[CELLS]; /* given on with what was written into the block */
static struct seam_managed *context, *other;
static struct worker workers[THREADS];
static _Thread_local struct worker *self; /* NULL: no worker */
static _Thread_local int depth;           /* of destructors */
static struct {
    uint64_t seed, number;
    int threads;
} current;

uint64_t seam_managed_random(uint64_t *state) { /* splitmix64 */
    uint64_t z = *state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

static unsigned below(struct worker *worker, unsigned n) {
    return (unsigned)(seam_managed_random(&worker->random) >> 33) % n;
}

/* --- who goes on ------------------------------------------------------------------------------ */

static atomic_int turn;              /* the worker that may run */
static atomic_uint at_work;          /* a bit for each worker that has not ended */
static _Atomic uint64_t turn_random; /* used by whose turn it is */

static void wait_for_turn(int number) {
    for (int spins = 0; atomic_load_explicit(&turn, memory_order_relaxed) != number; spins++)
        if (spins > 100)
            sched_yield();
}

static uint64_t next_turn_random(void) {
    uint64_t state = atomic_load_explicit(&turn_random, memory_order_relaxed);
    uint64_t random = seam_managed_random(&state);
    atomic_store_explicit(&turn_random, state, memory_order_relaxed);
    return random >> 17;
}

/* Give the turn to any worker that has not ended. */
static void pass_turn(void) {
    unsigned left = atomic_load_explicit(&at_work, memory_order_relaxed);
    if (left == 0)
        return;
    int k = (int)(next_turn_random() % (unsigned)__builtin_popcount(left));
    while (k-- > 0)
        left &= left - 1;
    atomic_store_explicit(&turn, __builtin_ctz(left), memory_order_relaxed);
}

static void scheduled_point(void) {
    if (self == NULL || next_turn_random() % 4 != 0)
        return;
    pass_turn();
    wait_for_turn(self->number);
}

static void free_point(void) {
    if (self != NULL && below(self, 64) == 0)
        sched_yield();
}

/* Can this round be reproduced? Its threads then take turns. */
static bool round_is_scheduled(uint64_t number) { return number % 2 == 1; }

/* --- blocks ----------------------------------------------------------------------------------- */

#define GET(field) atomic_load_explicit(&(field), memory_order_relaxed)
#define SET(field, value) atomic_store_explicit(&(field), (value), memory_order_relaxed)
#define ADD(field, value) atomic_fetch_add_explicit(&(field), (value), memory_order_relaxed)

static void answer(enum seam_managed_error error) {
    if (self != NULL)
        self->answers = self->answers * 31 + error;
}

/* The content of a block that the caller has a reference of. */
static struct content *content_of(seam_handle handle) {
    void *memory;
    size_t size;
    seam_assert(seam_managed_get(context, handle, &memory, &size) == SEAM_MANAGED_ok);
    struct content *content = memory;
    seam_assert(size >= sizeof *content && content->self == handle && content->record < RECORDS);
    return content;
}

static struct record *record_of(seam_handle handle) { return &records[content_of(handle)->record]; }

static void drop(seam_handle handle) {
    ADD(record_of(handle)->holders, -1);
    seam_assert(seam_managed_release(context, handle) == SEAM_MANAGED_ok);
}

/* Hold a reference that was just made, or drop it. */
static void hold(struct worker *worker, seam_handle handle) {
    ADD(record_of(handle)->holders, 1);
    if (depth > 0 || worker->n_own == OWN)
        drop(handle);
    else
        worker->own[worker->n_own++] = handle;
}

static void do_upgrade(struct worker *worker) {
    seam_handle weak = atomic_load_explicit(&cells[below(worker, CELLS)], memory_order_acquire);
    seam_handle handle;
    if (weak == 0)
        return;
    enum seam_managed_error error = seam_managed_upgrade(context, weak, &handle);
    answer(error);
    if (error == SEAM_MANAGED_ok) {
        content_of(handle)->lanes[worker->number]++;
        hold(worker, handle);
        return;
    }
    seam_assert(error == SEAM_MANAGED_stale_handle || error == SEAM_MANAGED_dying ||
                error == SEAM_MANAGED_busy || error == SEAM_MANAGED_too_many_references);
}

/* There are no references left, and everything that holders did is done. */
static void destruct(void *memory, size_t size, void *argument) {
    struct record *record = argument;
    struct content *content = memory;
    uint32_t uses = 0;
    seam_assert(ADD(record->deaths, 1) == 0);
    seam_assert(GET(record->holders) == 0);
    seam_assert(content->self == GET(record->handle) && size == GET(record->size));
    for (int i = 0; i < THREADS; i++)
        uses += content->lanes[i];
    content->record = uses;
    content->self = 0;
    if (self != NULL && below(self, 4) == 0) {
        depth++;
        do_upgrade(self);
        depth--;
    }
}

static void do_birth(struct worker *worker) {
    struct record *record = worker->next_birth;
    size_t size = sizeof(struct content) + below(worker, 3) * 100;
    seam_handle handle, weak;
    enum seam_managed_error error = seam_managed_alloc(context, size, 0, destruct, record, &handle);
    answer(error);
    if (error != SEAM_MANAGED_ok) {
        seam_assert(error == SEAM_MANAGED_limit_reached);
        return;
    }
    void *memory;
    worker->next_birth++;
    seam_assert(seam_managed_get(context, handle, &memory, NULL) == SEAM_MANAGED_ok);
    memset(memory, 0, size);
    ((struct content *)memory)->record = (uint32_t)(record - records);
    ((struct content *)memory)->self = handle;
    SET(record->memory, memory);
    SET(record->size, size);
    SET(record->handle, handle);
    seam_assert(seam_managed_weak(context, handle, &weak) == SEAM_MANAGED_ok);
    atomic_store_explicit(&cells[below(worker, CELLS)], weak, memory_order_release);
    hold(worker, handle);
}

/* One of the worker's references, or 0. */
static seam_handle any_own(struct worker *worker, int *at) {
    *at = worker->n_own > 0 ? (int)below(worker, (unsigned)worker->n_own) : 0;
    return worker->n_own > 0 ? worker->own[*at] : 0;
}

static void do_retain(struct worker *worker) {
    int at;
    seam_handle handle = any_own(worker, &at);
    if (handle == 0)
        return;
    enum seam_managed_error error = seam_managed_retain(context, handle);
    answer(error);
    if (error == SEAM_MANAGED_ok)
        hold(worker, handle);
    else
        seam_assert(error == SEAM_MANAGED_too_many_references);
}

static void do_use(struct worker *worker) {
    int at;
    seam_handle handle = any_own(worker, &at);
    if (handle != 0)
        content_of(handle)->lanes[worker->number]++;
}

static void do_release(struct worker *worker) {
    int at;
    seam_handle handle = any_own(worker, &at);
    if (handle == 0)
        return;
    worker->own[at] = worker->own[--worker->n_own];
    content_of(handle)->lanes[worker->number]++;
    drop(handle);
}

static void do_resize(struct worker *worker) {
    int at;
    seam_handle handle = any_own(worker, &at);
    if (handle == 0)
        return;
    struct record *record = record_of(handle);
    size_t size = sizeof(struct content) + below(worker, 3) * 100;
    SET(record->was_resized, 1);
    enum seam_managed_error error = seam_managed_realloc(context, handle, size);
    answer(error);
    if (error == SEAM_MANAGED_ok)
        SET(record->size, size);
    else
        seam_assert(error == SEAM_MANAGED_shared || error == SEAM_MANAGED_limit_reached);
    seam_assert(record_of(handle) == record);
}

/* A handle of any thread's block, dead or alive, without a reference. */
static void do_misuse(struct worker *worker) {
    const struct worker *whose = &workers[below(worker, (unsigned)current.threads)];
    struct record *record = &whose->births[below(worker, LIKELY_BIRTHS)];
    seam_handle handle = GET(record->handle);
    size_t size = GET(record->size), found_size;
    void *memory = GET(record->memory), *found;
    if (handle == 0)
        return;
    if (GET(record->deaths) > 0) {
        enum seam_managed_error error = seam_managed_release(context, handle);
        seam_assert(error == SEAM_MANAGED_released_twice || error == SEAM_MANAGED_dying);
        answer(error);
        seam_assert(seam_managed_retain(context, handle) != SEAM_MANAGED_ok);
    } else if (seam_managed_get(context, handle, &found, &found_size) == SEAM_MANAGED_ok &&
               GET(record->was_resized) == 0) {
        seam_assert(found == memory && found_size == size);
    }
}

static void do_foreign(struct worker *worker) {
    int at;
    seam_handle handle = any_own(worker, &at);
    if (handle != 0)
        seam_assert(seam_managed_release(other, handle) == SEAM_MANAGED_foreign_handle);
}

static void do_whole(struct worker *worker) {
    size_t count, bytes;
    switch (below(worker, 8)) {
    case 0:
        seam_managed_live(context, &count, &bytes);
        break;
    case 1:
        seam_managed_trim(context);
        break;
    case 2:
        seam_managed_set_limit(context, 200 + below(worker, 4000));
        break;
    case 3:
        seam_managed_set_limit(context, SIZE_MAX);
        break;
    default:
        do_foreign(worker);
    }
}

/* As often as they are here. */
static void (*const operations[])(struct worker *) = {
    do_birth, do_birth,   do_birth,   do_upgrade, do_upgrade, do_upgrade, do_upgrade, do_retain,
    do_use,   do_release, do_release, do_release, do_release, do_misuse,  do_resize,  do_whole,
};

/* --- a round ---------------------------------------------------------------------------------- */

static void *wave(void *argument) {
    struct worker *worker = self = argument;
    bool is_scheduled = round_is_scheduled(current.number);
    if (is_scheduled)
        wait_for_turn(worker->number);
    for (int i = 0; i < SEAM_MANAGED_ROUND_OPS; i++) {
        seam_managed_point();
        operations[below(worker, sizeof operations / sizeof *operations)](worker);
        worker->n_ops++;
    }
    while (worker->n_own > 0)
        do_release(worker);
    if (is_scheduled) {
        atomic_fetch_and_explicit(&at_work, ~(1u << worker->number), memory_order_relaxed);
        pass_turn();
    }
    self = NULL;
    return NULL;
}

static void print_round(const void *argument) {
    (void)argument;
    fprintf(stderr, "in round %llu: managed_stress --seed=%llu --threads=%d --round=%llu%s\n",
            (unsigned long long)current.number, (unsigned long long)current.seed, current.threads,
            (unsigned long long)current.number,
            round_is_scheduled(current.number) ? "" : " (its threads run free)");
}

static void run_wave(int number) {
    pthread_t threads[THREADS];
    memset(cells, 0, sizeof cells);
    SET(at_work, (1u << current.threads) - 1);
    SET(turn, -1);
    for (int i = 0; i < current.threads; i++) {
        uint64_t salt = current.seed * 0xd1342543de82ef95ULL + current.number;
        struct worker *worker = &workers[i];
        *worker = (struct worker){.number = i};
        worker->random = seam_managed_random(&salt) + (uint64_t)(number * THREADS + i) * 7919;
        worker->births = worker->next_birth = &records[(number * THREADS + i) * BIRTHS];
    }
    for (int i = 0; i < current.threads; i++)
        seam_assert(pthread_create(&threads[i], NULL, wave, &workers[i]) == 0);
    pass_turn();
    for (int i = 0; i < current.threads; i++)
        seam_assert(pthread_join(threads[i], NULL) == 0);
}

/* Every reference is back: so every block is dead, once. */
static void check_the_end(void) {
    size_t count, bytes;
    seam_managed_live(context, &count, &bytes);
    seam_assert(count == 0 && bytes == 0);
    for (int k = 0; k < WAVES * THREADS; k++)
        for (struct record *record = &records[k * BIRTHS];
             record < &records[(k + 1) * BIRTHS] && record->handle != 0; record++)
            seam_assert(record->deaths == 1 && record->holders == 0);
}

/* Records are used from the front of each worker's part. */
static void clear_records(void) {
    for (int k = 0; k < WAVES * THREADS; k++)
        for (struct record *record = &records[k * BIRTHS];
             record < &records[(k + 1) * BIRTHS] && record->handle != 0; record++)
            *record = (struct record){0};
}

struct seam_managed_round seam_managed_round_run(uint64_t seed, uint64_t number, int threads) {
    struct seam_managed_round done = {0};
    struct seam_managed_options options = {.number = 1};
    options.references_max = number % 8 < 4 ? 5 : 0;
    options.cached_max = number % 4 < 2 ? 1024 : SEAM_MANAGED_NOT_CACHED;
    current.seed = seed;
    current.number = number;
    current.threads = threads;
    seam_assert_hook(print_round, NULL);
    bool is_scheduled = round_is_scheduled(number);
    seam_managed_point = is_scheduled ? scheduled_point : free_point;
    SET(turn_random, seed * 31 + number);
    clear_records();
    context = seam_managed_create(&options);
    other = seam_managed_create(&(struct seam_managed_options){.number = 2});
    seam_assert(context != NULL && other != NULL);
    for (int i = 0; i < WAVES; i++) {
        run_wave(i);
        for (int k = 0; k < threads; k++) {
            done.ops += workers[k].n_ops;
            done.answers = done.answers * 31 + (is_scheduled ? workers[k].answers : 0);
        }
    }
    check_the_end();
    seam_assert(seam_managed_destroy(context) == 0 && seam_managed_destroy(other) == 0);
    seam_managed_point = NULL;
    seam_assert_hook(NULL, NULL);
    return done;
}
