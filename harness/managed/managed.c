/* Reference-counted memory behind handles; see managed.h.
 *
 * A block is known by a slot. Slots are in segments that never move and are never freed before the
 * context is, so any index of any handle may be read, at any time, by any thread. A slot's `word`
 * packs the generation of its block and the state of that block: free, a count, resizing, dying. A
 * state is changed by compare-and-swap on the word, which proves in the same instant that the
 * handle is of this generation. The generation grows with each block, and a slot that has run out
 * of generations is given up; so ABA is not possible, and weak handles need no counts.
 *
 *     free --alloc--> 1 <--retain, release, upgrade--> n
 *       ^             | \--realloc--> resizing --> 1
 *       |             v
 *       +--------- dying (one thread's own: destructor, free)
 *
 * Every thread has a shard of its own, with released blocks and free slots; it is found by the
 * thread's identity. When a thread has ended, the next one with the same identity takes its shard
 * over; there is no hook at thread exit and nothing global, so all ends with the context.
 *
 * Always true: a slot in state free is in one shard's list, in the context's list, or given up;
 * outside of state free its plain fields belong to the holders of references. A field that a caller
 * without a reference can make us read is atomic.
 *
 * SEAM_MANAGED_DEBUG keeps stacks of allocation and release, fills freed memory, reports misuse,
 * and at exit what leaks. SEAM_MANAGED_TEST has planted bugs and interleaving points (hooks.h). */
#define _DEFAULT_SOURCE
#include "managed.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined __has_include && __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#else
#define __libc_single_threaded false
#endif

#ifdef SEAM_MANAGED_DEBUG
#include <execinfo.h>
enum { IS_DEBUG = 1 };
#else
enum { IS_DEBUG = 0 };
#endif

#ifdef SEAM_MANAGED_TEST
#include "managed/hooks.h"
#else
#define PLANTED(name) 0
#define POINT() (void)0
#endif

#if defined __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
void __asan_poison_memory_region(void const volatile *memory, size_t size);
void __asan_unpoison_memory_region(void const volatile *memory, size_t size);
#define poison __asan_poison_memory_region
#define unpoison __asan_unpoison_memory_region
enum { IS_EXACT = 1 }; /* every block is a malloc of its own, for reports with both stacks */
#else
#define poison(memory, size) ((void)(memory), (void)(size))
#define unpoison(memory, size) ((void)(memory), (void)(size))
enum { IS_EXACT = 0 };
#endif

#define LIKELY(condition) __builtin_expect(!!(condition), 1)

/* --- handles and words ------------------------------------------------------------------------ */

/* A handle, from its highest bit: weak 1, context's number 10, generation 27, index 26. */
enum {
    INDEX_BITS = 26,
    GENERATION_BITS = 27,
    NUMBER_BITS = 10,
    GENERATION_SHIFT = INDEX_BITS,
    NUMBER_SHIFT = INDEX_BITS + GENERATION_BITS,
    NUMBER_MAX = (1 << NUMBER_BITS) - 1,
    GENERATION_MAX = (1 << GENERATION_BITS) - 1,
    INDEX_MAX = (1 << INDEX_BITS) - 1,
};
#define WEAK (UINT64_C(1) << 63)

/* A word: generation in the upper half, state in the lower. Other states are counts. */
#define FREE UINT32_C(0)
#define RESIZING UINT32_MAX
#define DYING (UINT32_MAX - 1)
#define COUNT_MAX (UINT32_MAX - 2)

static inline uint64_t word_of(uint32_t generation, uint32_t state) {
    return (uint64_t)generation << 32 | state;
}
static uint32_t state_of(uint64_t word) { return (uint32_t)word; }
static uint32_t generation_of(uint64_t word) { return (uint32_t)(word >> 32); }

static uint32_t index_in(seam_handle handle) { return (uint32_t)(handle & INDEX_MAX); }
static uint32_t generation_in(seam_handle handle) {
    return (uint32_t)(handle >> GENERATION_SHIFT) & GENERATION_MAX;
}

/* --- what a context consists of --------------------------------------------------------------- */

enum {
    SEGMENT_FIRST_BITS = 8,
    SEGMENTS = INDEX_BITS - SEGMENT_FIRST_BITS + 1, /* 256, 256, 512, 1024 ... slots */
    BUCKETS = 64,
    BATCH = 32,    /* slots that move between a shard and its context at once */
    BARE_MAX = 64, /* slots without memory that a shard keeps */
    BINS = 11,     /* blocks of 16, 32 ... 128, 256, 512, 1024 bytes */
    NO_BIN = BINS,
    CACHED_MAX = 1024,
    STACK_MAX = 16,
    ALIGN_DEFAULT = alignof(max_align_t),
    ALIGN_MAX = 65536,
    FREED_BYTE = 0xdb, /* as a word it is not a pointer: its use crashes */
};

struct slot {
    _Atomic uint64_t word;
    _Atomic(void *) memory;
    _Atomic size_t size;
    seam_managed_destructor *destructor;
    void *argument;
    struct slot *next; /* in a list of free or of dying slots */
    uint32_t index, align;
    uint8_t bin;         /* of the memory, or NO_BIN */
    atomic_bool charged; /* its bytes are in context->charged */
#ifdef SEAM_MANAGED_DEBUG
    void *born[STACK_MAX], *released[STACK_MAX];
    int n_born, n_released;
#endif
};

/* What one thread keeps; touched by no other. */
struct shard {
    struct shard *next; /* in its bucket */
    uintptr_t thread;
    atomic_uint turns; /* orders a thread after the previous one with the same identity */
    struct slot *bare, *cached[BINS];
    uint16_t n_bare, n_cached[BINS];
    bool is_destructing;
    struct slot *dying, **dying_end;
};

struct seam_managed {
    uint64_t number;
    struct seam_managed_options options;
    seam_managed_misuse *report;
    void *report_argument;
    _Atomic(struct shard *) shards[BUCKETS];
    atomic_uintptr_t segments[SEGMENTS];
    _Atomic size_t limit;
    pthread_mutex_t lock; /* of `bare` and of what grows: `used`, segments, shards */
    struct slot *bare;
    _Atomic uint32_t used; /* slots that have been handed to a shard */
#ifdef SEAM_MANAGED_DEBUG
    struct seam_managed *next_alive;
#endif
    alignas(64) _Atomic size_t charged; /* bytes counted against the limit */
};

/* Segment 0 has the first 256 slots; segment s > 0 has as many as all before it. */
static int segment_of(uint32_t index) {
    return 31 - __builtin_clz(index | ((1 << SEGMENT_FIRST_BITS) - 1)) - (SEGMENT_FIRST_BITS - 1);
}
static uint32_t segment_start(int segment) {
    return segment == 0 ? 0 : UINT32_C(1) << (SEGMENT_FIRST_BITS + segment - 1);
}
static uint32_t segment_size(int segment) {
    return UINT32_C(1) << (SEGMENT_FIRST_BITS + segment - (segment > 0));
}

/* NULL if there is no such slot. A segment is known by where slot 0 would be in one row. */
static inline struct slot *slot_at(struct seam_managed *context, uint32_t index) {
    uintptr_t row =
        atomic_load_explicit(&context->segments[segment_of(index)], memory_order_acquire);
    return LIKELY(row != 0) ? (struct slot *)(row + index * sizeof(struct slot)) : NULL;
}
static struct slot *segment_at(const struct seam_managed *context, int segment) {
    uintptr_t row = atomic_load_explicit(&context->segments[segment], memory_order_relaxed);
    return row != 0 ? (struct slot *)(row + segment_start(segment) * sizeof(struct slot)) : NULL;
}

static seam_handle handle_of(const struct seam_managed *context, const struct slot *slot,
                             uint32_t generation) {
    return context->number << NUMBER_SHIFT | (uint64_t)generation << GENERATION_SHIFT | slot->index;
}

/* --- memory ----------------------------------------------------------------------------------- */

static void *allocate(struct seam_managed *context, size_t align, size_t size) {
    if (context->options.allocate != NULL)
        return context->options.allocate(align, size, context->options.argument);
    return align <= ALIGN_DEFAULT ? malloc(size)
                                  : aligned_alloc(align, (size + align - 1) & ~(align - 1));
}

static void release_memory(struct seam_managed *context, void *memory) {
    if (context->options.free != NULL)
        context->options.free(memory, context->options.argument);
    else
        free(memory);
}

static void *allocate_zeroed(struct seam_managed *context, size_t align, size_t size) {
    void *memory = allocate(context, align, size);
    return memory != NULL ? memset(memory, 0, size) : NULL;
}

/* As many blocks of a bin are kept as fit into 32 KiB. */
static const uint16_t kept_max[BINS] = {2048, 1024, 682, 512, 409, 341, 292, 256, 128, 64, 32};

static inline int bin_of(const struct seam_managed *context, size_t size, size_t align) {
    if (size > context->options.cached_max || align > ALIGN_DEFAULT)
        return NO_BIN;
    if (size <= 128)
        return (int)((size - 1) / 16);
    return size <= 256 ? 8 : size <= 512 ? 9 : 10;
}
static size_t bin_size(int bin) {
    return bin < 8 ? ((size_t)bin + 1) * 16 : (size_t)256 << (bin - 8);
}

static void *memory_of(const struct slot *slot) {
    return atomic_load_explicit(&slot->memory, memory_order_relaxed);
}
static size_t size_of(const struct slot *slot) {
    return atomic_load_explicit(&slot->size, memory_order_relaxed);
}

/* Memory for a block of `size` bytes; the rest of the bin's block must not be touched. */
static void *allocate_block(struct seam_managed *context, int bin, size_t align, size_t size) {
    size_t room = bin == NO_BIN ? size : bin_size(bin);
    void *memory = allocate(context, align, room);
    if (memory != NULL)
        poison((char *)memory + size, room - size);
    return memory;
}

static void free_block(struct seam_managed *context, int bin, void *memory, size_t size) {
    size_t room = bin == NO_BIN ? size : bin_size(bin);
    unpoison(memory, room);
    if (IS_DEBUG)
        memset(memory, FREED_BYTE, room);
    release_memory(context, memory);
}

/* --- debug builds ----------------------------------------------------------------------------- */

#ifdef SEAM_MANAGED_DEBUG
static pthread_mutex_t alive_lock = PTHREAD_MUTEX_INITIALIZER;
static struct seam_managed *alive; /* contexts that are not destroyed yet */

static void remember(struct seam_managed *context) {
    pthread_mutex_lock(&alive_lock);
    context->next_alive = alive;
    alive = context;
    pthread_mutex_unlock(&alive_lock);
}

static void forget(struct seam_managed *context) {
    pthread_mutex_lock(&alive_lock);
    struct seam_managed **at = &alive;
    while (*at != context)
        at = &(*at)->next_alive;
    *at = context->next_alive;
    pthread_mutex_unlock(&alive_lock);
}

__attribute__((destructor)) static void report_leaks_at_exit(void) {
    for (struct seam_managed *context = alive; context != NULL; context = context->next_alive)
        seam_managed_report(context, stderr);
}

static void keep_stack(void **stack, int *n) { *n = backtrace(stack, STACK_MAX); }

static void print_stack(FILE *out, const char *what, void *const *stack, int n) {
    char **names = backtrace_symbols(stack, n);
    for (int i = 0; names != NULL && i < n; i++)
        fprintf(out, "    %-9s %s\n", i == 0 ? what : "", names[i]);
    free(names);
}

static void print_history(FILE *out, const struct slot *slot) {
    print_stack(out, "allocated", slot->born, slot->n_born);
    print_stack(out, "released", slot->released, slot->n_released);
}

#define KEEP_BIRTH(slot) (keep_stack((slot)->born, &(slot)->n_born), (slot)->n_released = 0)
#define KEEP_RELEASE(slot) keep_stack((slot)->released, &(slot)->n_released)

/* The default of on_misuse. Another thread may be giving the slot a new block just now: then the
 * stacks are that one's. */
static void print_misuse(struct seam_managed *context, const char *function, seam_handle handle,
                         enum seam_managed_error error, void *argument) {
    (void)argument;
    fprintf(stderr, "seam_managed_%s(%#llx): %s\n", function, (unsigned long long)handle,
            seam_managed_error_text(error));
    struct slot *slot = slot_at(context, index_in(handle));
    if (slot != NULL && error != SEAM_MANAGED_foreign_handle && error != SEAM_MANAGED_null_handle &&
        generation_of(atomic_load(&slot->word)) == generation_in(handle))
        print_history(stderr, slot);
}
#else
#define remember(context) (void)0
#define forget(context) (void)0
#define print_misuse NULL
#define print_history(out, slot) (void)0
#define KEEP_BIRTH(slot) (void)0
#define KEEP_RELEASE(slot) (void)0
#endif

/* --- errors ----------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text;
} errors[] = {
#define SEAM_MANAGED_ERROR(name, text) {#name, text},
    SEAM_MANAGED_ERRORS(SEAM_MANAGED_ERROR)
#undef SEAM_MANAGED_ERROR
};

const char *seam_managed_error_name(enum seam_managed_error error) { return errors[error].name; }
const char *seam_managed_error_text(enum seam_managed_error error) { return errors[error].text; }

__attribute__((cold, noinline)) static enum seam_managed_error
misused(struct seam_managed *context, const char *function, seam_handle handle,
        enum seam_managed_error error) {
    if (context->report != NULL)
        context->report(context, function, handle, error, context->report_argument);
    return error;
}

__attribute__((cold, noinline)) static enum seam_managed_error
explain_handle(const struct seam_managed *context, seam_handle handle, uint64_t weak) {
    return handle == 0                                                ? SEAM_MANAGED_null_handle
           : (handle >> NUMBER_SHIFT & NUMBER_MAX) != context->number ? SEAM_MANAGED_foreign_handle
           : (handle & WEAK) == weak                                  ? SEAM_MANAGED_forged_handle
           : weak                                                     ? SEAM_MANAGED_counted_handle
                                                                      : SEAM_MANAGED_weak_handle;
}

/* The slot of a counted handle (weak: 0) or of a weak one (weak: WEAK). */
static inline enum seam_managed_error locate(struct seam_managed *context, seam_handle handle,
                                             uint64_t weak, struct slot **slot) {
    uint64_t upper = handle & ~((UINT64_C(1) << NUMBER_SHIFT) - 1);
    *slot = slot_at(context, index_in(handle));
    return LIKELY(*slot != NULL && upper == (weak | context->number << NUMBER_SHIFT))
               ? SEAM_MANAGED_ok
               : explain_handle(context, handle, weak);
}

__attribute__((cold, noinline)) static enum seam_managed_error explain(uint64_t word,
                                                                       seam_handle handle) {
    uint32_t born = generation_of(word), meant = generation_in(handle), state = state_of(word);
    return meant > born || meant == 0 ? SEAM_MANAGED_forged_handle
           : meant < born             ? SEAM_MANAGED_stale_handle
           : state == DYING           ? SEAM_MANAGED_dying
           : state == RESIZING        ? SEAM_MANAGED_busy
                                      : SEAM_MANAGED_stale_handle;
}

/* What a slot's word says about a handle: ok if its block is alive, that is, the word is one of
 * generation << 32 | 1 ... COUNT_MAX. */
static inline enum seam_managed_error judge(uint64_t word, seam_handle handle) {
    return LIKELY(word - word_of(generation_in(handle), 1) < COUNT_MAX) ? SEAM_MANAGED_ok
                                                                        : explain(word, handle);
}

/* --- shards and slots ------------------------------------------------------------------------- */

static int bucket_of(uintptr_t thread) {
    return (int)((thread >> 6) * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

/* Not the number of any other thread that is alive: where its control block is. */
static inline uintptr_t this_thread(void) {
#if defined __x86_64__ || defined __aarch64__
    return (uintptr_t)__builtin_thread_pointer();
#else
    return (uintptr_t)pthread_self();
#endif
}

__attribute__((noinline)) static struct shard *make_shard(struct seam_managed *context,
                                                          uintptr_t thread) {
    struct shard *shard = allocate_zeroed(context, 64, sizeof *shard);
    if (shard == NULL)
        return NULL;
    shard->thread = thread;
    pthread_mutex_lock(&context->lock);
    _Atomic(struct shard *) *bucket = &context->shards[bucket_of(thread)];
    shard->next = atomic_load_explicit(bucket, memory_order_relaxed);
    atomic_store_explicit(bucket, shard, memory_order_release);
    pthread_mutex_unlock(&context->lock);
    return shard;
}

/* This thread's shard, until leave; NULL without memory. */
static inline struct shard *enter(struct seam_managed *context) {
    uintptr_t thread = this_thread();
    struct shard *shard =
        atomic_load_explicit(&context->shards[bucket_of(thread)], memory_order_acquire);
    while (shard != NULL && shard->thread != thread)
        shard = shard->next;
    if (LIKELY(shard != NULL)) {
        (void)atomic_load_explicit(&shard->turns, memory_order_acquire);
        return shard;
    }
    return make_shard(context, thread);
}

static inline void leave(struct shard *shard) {
    unsigned turns = atomic_load_explicit(&shard->turns, memory_order_relaxed);
    atomic_store_explicit(&shard->turns, turns + 1, memory_order_release);
}

/* Move slots from the context's list to the shard's, or make new ones; with the lock held. */
static enum seam_managed_error refill(struct seam_managed *context, struct shard *shard) {
    while (context->bare != NULL && shard->n_bare < BATCH) {
        struct slot *slot = context->bare;
        context->bare = slot->next;
        slot->next = shard->bare;
        shard->bare = slot;
        shard->n_bare++;
    }
    uint32_t used = atomic_load_explicit(&context->used, memory_order_relaxed);
    for (; shard->n_bare == 0 || (shard->n_bare < BATCH && used % BATCH != 0); used++) {
        if (used >= context->options.blocks_max)
            return shard->n_bare > 0 ? SEAM_MANAGED_ok : SEAM_MANAGED_too_many_blocks;
        int segment = segment_of(used);
        struct slot *slot = slot_at(context, used);
        if (slot == NULL) {
            slot = allocate_zeroed(context, 64, segment_size(segment) * sizeof *slot);
            if (slot == NULL)
                return shard->n_bare > 0 ? SEAM_MANAGED_ok : SEAM_MANAGED_out_of_memory;
            atomic_store_explicit(&context->segments[segment],
                                  (uintptr_t)slot - segment_start(segment) * sizeof *slot,
                                  memory_order_release);
        }
        slot->index = used;
        slot->bin = NO_BIN;
        slot->next = shard->bare;
        shard->bare = slot;
        shard->n_bare++;
        atomic_store_explicit(&context->used, used + 1, memory_order_release);
    }
    return SEAM_MANAGED_ok;
}

/* Give bare slots to other threads. */
static void give_bare(struct seam_managed *context, struct shard *shard, int keep) {
    pthread_mutex_lock(&context->lock);
    while (shard->n_bare > keep) {
        struct slot *slot = shard->bare;
        shard->bare = slot->next;
        slot->next = context->bare;
        context->bare = slot;
        shard->n_bare--;
    }
    pthread_mutex_unlock(&context->lock);
}

static void forget_memory(struct slot *slot) {
    atomic_store_explicit(&slot->memory, NULL, memory_order_relaxed);
    slot->bin = NO_BIN;
}

static void put_bare(struct seam_managed *context, struct shard *shard, struct slot *slot) {
    if (shard == NULL) { /* there was no memory for one */
        pthread_mutex_lock(&context->lock);
        slot->next = context->bare;
        context->bare = slot;
        pthread_mutex_unlock(&context->lock);
        return;
    }
    slot->next = shard->bare;
    shard->bare = slot;
    if (++shard->n_bare > BARE_MAX)
        give_bare(context, shard, BARE_MAX - BATCH);
}

/* Free what the shard keeps for reuse; the slots stay with it, or are free for all. */
static void trim(struct seam_managed *context, struct shard *shard) {
    for (int bin = 0; bin < BINS; bin++)
        while (shard->cached[bin] != NULL) {
            struct slot *slot = shard->cached[bin];
            shard->cached[bin] = slot->next;
            free_block(context, bin, memory_of(slot), size_of(slot));
            forget_memory(slot);
            put_bare(context, shard, slot);
        }
    memset(shard->n_cached, 0, sizeof shard->n_cached);
}

/* A slot without memory; if there is none, this thread's blocks kept for reuse are given up
 * first. */
static enum seam_managed_error take_bare(struct seam_managed *context, struct shard *shard,
                                         struct slot **slot) {
    if (shard->bare == NULL) {
        pthread_mutex_lock(&context->lock);
        enum seam_managed_error error = refill(context, shard);
        pthread_mutex_unlock(&context->lock);
        if (error != SEAM_MANAGED_ok)
            trim(context, shard);
        if (shard->bare == NULL)
            return error;
    }
    *slot = shard->bare;
    shard->bare = (*slot)->next;
    shard->n_bare--;
    return SEAM_MANAGED_ok;
}

/* --- the limit -------------------------------------------------------------------------------- */

static bool charge(struct seam_managed *context, size_t limit, size_t bytes) {
    size_t charged = atomic_load_explicit(&context->charged, memory_order_relaxed);
    do {
        if (charged > limit || bytes > limit - charged)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&context->charged, &charged, charged + bytes,
                                                    memory_order_relaxed, memory_order_relaxed));
    return true;
}

static void uncharge(struct seam_managed *context, size_t bytes) {
    if (!PLANTED(limit_leaks))
        atomic_fetch_sub_explicit(&context->charged, bytes, memory_order_relaxed);
}

/* --- birth ------------------------------------------------------------------------------------ */

/* A slot with new memory. */
__attribute__((noinline)) static enum seam_managed_error furnish(struct seam_managed *context,
                                                                 struct shard *shard, size_t size,
                                                                 size_t align, int bin,
                                                                 struct slot **slot) {
    enum seam_managed_error error = take_bare(context, shard, slot);
    if (error != SEAM_MANAGED_ok)
        return error;
    void *memory = allocate_block(context, bin, align, size);
    if (memory == NULL) {
        trim(context, shard);
        memory = allocate_block(context, bin, align, size);
    }
    if (memory == NULL) {
        put_bare(context, shard, *slot);
        return SEAM_MANAGED_out_of_memory;
    }
    (*slot)->bin = (uint8_t)bin;
    atomic_store_explicit(&(*slot)->memory, memory, memory_order_release);
    return SEAM_MANAGED_ok;
}

static enum seam_managed_error check_size(size_t size) {
    return size == 0                        ? SEAM_MANAGED_zero_size
           : size > PTRDIFF_MAX - ALIGN_MAX ? SEAM_MANAGED_size_overflow
                                            : SEAM_MANAGED_ok;
}

/* A block that this thread keeps for reuse, or NULL. */
static inline struct slot *take_kept(struct shard *shard, int bin, size_t size) {
    struct slot *slot = shard->cached[bin];
    if (slot != NULL) {
        shard->cached[bin] = slot->next;
        shard->n_cached[bin]--;
        unpoison(memory_of(slot), size);
    }
    return slot;
}

static enum seam_managed_error take_slot(struct seam_managed *context, size_t size, size_t align,
                                         struct slot **slot) {
    struct shard *shard = enter(context);
    if (shard == NULL)
        return SEAM_MANAGED_out_of_memory;
    int bin = bin_of(context, size, align);
    enum seam_managed_error error = SEAM_MANAGED_ok;
    *slot = bin != NO_BIN ? take_kept(shard, bin, size) : NULL;
    if (*slot == NULL)
        error = furnish(context, shard, size, align, bin, slot);
    leave(shard);
    return error;
}

/* How a new block is initialised. */
struct birth {
    size_t size, align;
    seam_managed_destructor *destructor;
    void *argument;
    bool charged;
};

/* From here on the block exists. */
static inline seam_handle publish(struct seam_managed *context, struct slot *slot,
                                  const struct birth *birth) {
    uint32_t generation =
        generation_of(atomic_load_explicit(&slot->word, memory_order_relaxed)) + 1;
    if (PLANTED(slot_never_given_up) && generation > context->options.generations_max)
        generation = 1;
    atomic_store_explicit(&slot->size, birth->size, memory_order_release);
    atomic_store_explicit(&slot->charged, birth->charged, memory_order_relaxed);
    slot->destructor = birth->destructor;
    slot->argument = birth->argument;
    slot->align = (uint32_t)birth->align;
    KEEP_BIRTH(slot);
    atomic_store_explicit(&slot->word, word_of(generation, 1), memory_order_release);
    return handle_of(context, slot, generation);
}

__attribute__((noinline)) static enum seam_managed_error
alloc_anyhow(struct seam_managed *context, struct birth *birth, seam_handle *handle) {
    *handle = 0;
    enum seam_managed_error error = check_size(birth->size);
    if (error != SEAM_MANAGED_ok)
        return error;
    if ((birth->align & (birth->align - 1)) != 0 || birth->align > ALIGN_MAX)
        return SEAM_MANAGED_bad_alignment;
    if (birth->align < ALIGN_DEFAULT)
        birth->align = ALIGN_DEFAULT;
    size_t limit = atomic_load_explicit(&context->limit, memory_order_relaxed);
    birth->charged = limit != SIZE_MAX;
    if (birth->charged && !charge(context, limit, birth->size))
        return SEAM_MANAGED_limit_reached;
    struct slot *slot;
    error = take_slot(context, birth->size, birth->align, &slot);
    if (error == SEAM_MANAGED_ok)
        *handle = publish(context, slot, birth);
    else if (birth->charged)
        uncharge(context, birth->size);
    return error;
}

/* The fast path is for small blocks of which this thread keeps one. */
enum seam_managed_error seam_managed_alloc(struct seam_managed *context, size_t size, size_t align,
                                           seam_managed_destructor *destructor, void *argument,
                                           seam_handle *handle) {
    struct birth birth = {size, align, destructor, argument, false};
    if (size - 1 < context->options.cached_max && align == 0 &&
        atomic_load_explicit(&context->limit, memory_order_relaxed) == SIZE_MAX) {
        birth.align = ALIGN_DEFAULT;
        struct shard *shard = enter(context);
        struct slot *slot = NULL;
        if (LIKELY(shard != NULL)) {
            slot = take_kept(shard, bin_of(context, size, ALIGN_DEFAULT), size);
            leave(shard);
        }
        if (LIKELY(slot != NULL)) {
            *handle = publish(context, slot, &birth);
            return SEAM_MANAGED_ok;
        }
    }
    return alloc_anyhow(context, &birth, handle);
}

/* --- death ------------------------------------------------------------------------------------ */

/* A free slot loses its memory. */
__attribute__((noinline)) static void free_slot(struct seam_managed *context, struct shard *shard,
                                                struct slot *slot, bool is_last) {
    free_block(context, slot->bin, memory_of(slot), size_of(slot));
    forget_memory(slot);
    if (!is_last)
        put_bare(context, shard, slot);
}

/* A dying slot becomes a free one, and its block is kept for reuse if there is room; a slot without
 * generations is given up. */
static inline void bury(struct seam_managed *context, struct shard *shard, struct slot *slot) {
    uint32_t generation = generation_of(atomic_load_explicit(&slot->word, memory_order_relaxed));
    bool is_last = generation >= context->options.generations_max && !PLANTED(slot_never_given_up);
    int bin = slot->bin;
    if (atomic_load_explicit(&slot->charged, memory_order_relaxed))
        uncharge(context, size_of(slot));
    if (PLANTED(generation_kept))
        generation--;
    atomic_store_explicit(&slot->word, word_of(generation, FREE), memory_order_release);
    POINT();
    if (is_last || bin == NO_BIN || shard == NULL || shard->n_cached[bin] >= kept_max[bin]) {
        free_slot(context, shard, slot, is_last);
        return;
    }
    poison(memory_of(slot), bin_size(bin));
    slot->next = shard->cached[bin];
    shard->cached[bin] = slot;
    shard->n_cached[bin]++;
}

static void destruct(struct slot *slot) {
    POINT();
    slot->destructor(memory_of(slot), size_of(slot), slot->argument);
}

/* Destruct a slot, and what its destructor releases, and so on: in a loop, so that the depth of the
 * stack does not depend on the length of a chain. */
static void destruct_all(struct seam_managed *context, struct shard *shard, struct slot *slot) {
    shard->is_destructing = true;
    while (slot != NULL) {
        destruct(slot);
        struct slot *next = shard->dying;
        if (next != NULL)
            shard->dying = next->next;
        bury(context, shard, slot);
        slot = next;
    }
    shard->is_destructing = false;
}

__attribute__((noinline)) static void die_with_destructor(struct seam_managed *context,
                                                          struct shard *shard, struct slot *slot) {
    if (shard == NULL) {
        destruct(slot);
        bury(context, shard, slot);
    } else if (shard->is_destructing) {
        slot->next = NULL;
        if (shard->dying == NULL)
            shard->dying_end = &shard->dying;
        *shard->dying_end = slot;
        shard->dying_end = &slot->next;
    } else {
        destruct_all(context, shard, slot);
    }
}

/* The last reference is gone, and the slot is this thread's own. */
static inline void die(struct seam_managed *context, struct slot *slot) {
    struct shard *shard = enter(context);
    KEEP_RELEASE(slot);
    if (slot->destructor == NULL)
        bury(context, shard, slot);
    else
        die_with_destructor(context, shard, slot);
    if (shard != NULL)
        leave(shard);
}

/* --- references ------------------------------------------------------------------------------- */

/* A change of a slot's word: succeeds only if the word is still what was judged. */
static inline bool change(struct slot *slot, uint64_t *word, uint64_t wanted) {
    POINT();
    if (__libc_single_threaded) { /* no other thread came in between */
        atomic_store_explicit(&slot->word, wanted, memory_order_relaxed);
        return true;
    }
    if (PLANTED(release_unordered))
        return atomic_compare_exchange_weak_explicit(&slot->word, word, wanted,
                                                     memory_order_relaxed, memory_order_relaxed);
    return atomic_compare_exchange_weak_explicit(&slot->word, word, wanted, memory_order_acq_rel,
                                                 memory_order_acquire);
}

static inline enum seam_managed_error add_reference(struct slot *slot, seam_handle handle,
                                                    uint32_t most) {
    uint64_t word = atomic_load_explicit(&slot->word, memory_order_acquire);
    do {
        enum seam_managed_error error = judge(word, handle);
        if (PLANTED(dead_revived) && error == SEAM_MANAGED_dying)
            return SEAM_MANAGED_ok;
        if (error != SEAM_MANAGED_ok)
            return error;
        if (state_of(word) >= most && !PLANTED(count_wraps))
            return SEAM_MANAGED_too_many_references;
    } while (!change(slot, &word, word + 1));
    return SEAM_MANAGED_ok;
}

enum seam_managed_error seam_managed_retain(struct seam_managed *context, seam_handle handle) {
    struct slot *slot;
    enum seam_managed_error error = locate(context, handle, 0, &slot);
    if (LIKELY(error == SEAM_MANAGED_ok))
        error = add_reference(slot, handle, context->options.references_max);
    return LIKELY(error == SEAM_MANAGED_ok) ? error : misused(context, "retain", handle, error);
}

enum seam_managed_error seam_managed_upgrade(struct seam_managed *context, seam_handle weak,
                                             seam_handle *handle) {
    struct slot *slot;
    enum seam_managed_error error = locate(context, weak, WEAK, &slot);
    *handle = 0;
    if (error == SEAM_MANAGED_ok)
        error = add_reference(slot, weak, context->options.references_max);
    if (LIKELY(error == SEAM_MANAGED_ok)) {
        *handle = weak & ~WEAK;
        return error;
    }
    bool is_normal = error == SEAM_MANAGED_stale_handle || error == SEAM_MANAGED_dying ||
                     error == SEAM_MANAGED_busy;
    return is_normal ? error : misused(context, "upgrade", weak, error);
}

#ifdef SEAM_MANAGED_TEST
/* Planted: whether this was the last is asked after the change, and two may get the answer yes. */
static enum seam_managed_error drop_in_two_steps(struct slot *slot, bool *was_last) {
    atomic_fetch_sub(&slot->word, 1);
    POINT();
    uint64_t word = atomic_load(&slot->word);
    *was_last = state_of(word) == FREE || state_of(word) == DYING;
    if (*was_last)
        atomic_store(&slot->word, word_of(generation_of(word), DYING));
    return SEAM_MANAGED_ok;
}
#else
#define drop_in_two_steps(slot, was_last) SEAM_MANAGED_ok
#endif

/* One reference less; true if it was the last, and the slot is the caller's. */
static inline enum seam_managed_error drop_reference(struct slot *slot, seam_handle handle,
                                                     bool *was_last) {
    uint64_t word = atomic_load_explicit(&slot->word, memory_order_acquire), wanted;
    do {
        enum seam_managed_error error = judge(word, handle);
        if (error != SEAM_MANAGED_ok)
            return error == SEAM_MANAGED_stale_handle ? SEAM_MANAGED_released_twice : error;
        *was_last = state_of(word) == 1;
        if (PLANTED(freed_before_dead) && *was_last)
            return SEAM_MANAGED_ok;
        if (PLANTED(release_lost) && state_of(word) == 2)
            return SEAM_MANAGED_ok;
        if (PLANTED(destructor_twice))
            return drop_in_two_steps(slot, was_last);
        wanted = *was_last ? word_of(generation_of(word), DYING) : word - 1;
    } while (!change(slot, &word, wanted));
    return SEAM_MANAGED_ok;
}

enum seam_managed_error seam_managed_release(struct seam_managed *context, seam_handle handle) {
    struct slot *slot;
    bool was_last = false;
    enum seam_managed_error error = locate(context, handle, 0, &slot);
    if (LIKELY(error == SEAM_MANAGED_ok))
        error = drop_reference(slot, handle, &was_last);
    if (was_last)
        die(context, slot);
    return LIKELY(error == SEAM_MANAGED_ok) ? error : misused(context, "release", handle, error);
}

/* A holder of a reference gets what it asks for. For any other caller the word is read again after
 * the fields: so what is returned was the block of this handle at some moment. */
enum seam_managed_error seam_managed_get(struct seam_managed *context, seam_handle handle,
                                         void **memory, size_t *size) {
    struct slot *slot;
    enum seam_managed_error error = locate(context, handle, 0, &slot);
    *memory = NULL;
    if (LIKELY(error == SEAM_MANAGED_ok)) {
        error = judge(atomic_load_explicit(&slot->word, memory_order_acquire), handle);
        POINT();
        void *found = atomic_load_explicit(&slot->memory, memory_order_acquire);
        size_t found_size = atomic_load_explicit(&slot->size, memory_order_acquire);
        if (LIKELY(error == SEAM_MANAGED_ok) && !PLANTED(get_unchecked))
            error = judge(atomic_load_explicit(&slot->word, memory_order_relaxed), handle);
        if (LIKELY(error == SEAM_MANAGED_ok)) {
            *memory = found;
            if (size != NULL)
                *size = found_size;
            return error;
        }
    }
    return misused(context, "get", handle, error);
}

enum seam_managed_error seam_managed_weak(struct seam_managed *context, seam_handle handle,
                                          seam_handle *weak) {
    struct slot *slot;
    enum seam_managed_error error = locate(context, handle, 0, &slot);
    if (error == SEAM_MANAGED_ok)
        error = judge(atomic_load_explicit(&slot->word, memory_order_acquire), handle);
    *weak = error == SEAM_MANAGED_ok ? handle | WEAK : 0;
    return error == SEAM_MANAGED_ok ? error : misused(context, "weak", handle, error);
}

/* --- resizing --------------------------------------------------------------------------------- */

/* Give a slot in state RESIZING memory for its new size; the old memory is freed last. */
static bool move_block(struct seam_managed *context, struct slot *slot, size_t size) {
    int before = slot->bin, bin = bin_of(context, size, slot->align);
    size_t old_size = size_of(slot);
    void *old = memory_of(slot);
    if (bin == before && bin != NO_BIN) {
        poison(old, bin_size(bin));
        unpoison(old, size);
        return true;
    }
    void *memory = allocate_block(context, bin, slot->align, size);
    if (memory == NULL)
        return false;
    memcpy(memory, old, old_size < size ? old_size : size);
    slot->bin = (uint8_t)bin;
    atomic_store_explicit(&slot->memory, memory, memory_order_release);
    free_block(context, before, old, old_size);
    return true;
}

/* Growth is counted before, shrinking after: so the limit holds, and an error changes nothing. */
static enum seam_managed_error resize(struct seam_managed *context, struct slot *slot,
                                      size_t size) {
    size_t limit = atomic_load_explicit(&context->limit, memory_order_relaxed);
    bool was_charged = atomic_load_explicit(&slot->charged, memory_order_relaxed);
    size_t before = was_charged ? size_of(slot) : 0, after = limit != SIZE_MAX ? size : 0;
    if (after > before && !charge(context, limit, after - before))
        return SEAM_MANAGED_limit_reached;
    if (!move_block(context, slot, size)) {
        if (after > before)
            uncharge(context, after - before);
        return SEAM_MANAGED_out_of_memory;
    }
    if (before > after)
        uncharge(context, before - after);
    atomic_store_explicit(&slot->charged, limit != SIZE_MAX, memory_order_relaxed);
    atomic_store_explicit(&slot->size, size, memory_order_release);
    return SEAM_MANAGED_ok;
}

enum seam_managed_error seam_managed_realloc(struct seam_managed *context, seam_handle handle,
                                             size_t size) {
    struct slot *slot;
    enum seam_managed_error error = locate(context, handle, 0, &slot);
    if (error != SEAM_MANAGED_ok)
        return misused(context, "realloc", handle, error);
    uint64_t word = atomic_load_explicit(&slot->word, memory_order_acquire);
    do {
        error = judge(word, handle);
        if (error != SEAM_MANAGED_ok)
            return misused(context, "realloc", handle, error);
        if (state_of(word) != 1 && !(PLANTED(realloc_shared) && state_of(word) == 2))
            return SEAM_MANAGED_shared;
        error = check_size(size);
        if (error != SEAM_MANAGED_ok)
            return error;
    } while (!change(slot, &word, word_of(generation_of(word), RESIZING)));
    error = resize(context, slot, size);
    POINT();
    atomic_store_explicit(&slot->word, word, memory_order_release);
    return error;
}

/* --- the whole context ------------------------------------------------------------------------ */

/* Every slot in turn: pass NULL first; NULL is the end. */
static struct slot *next_slot(struct seam_managed *context, const struct slot *slot) {
    uint32_t index = slot == NULL ? 0 : slot->index + 1;
    return index < atomic_load_explicit(&context->used, memory_order_acquire)
               ? slot_at(context, index)
               : NULL;
}

/* Is there a block in the slot, and of which size? */
static bool is_alive(const struct slot *slot, size_t *size) {
    uint64_t word = atomic_load_explicit(&slot->word, memory_order_acquire);
    *size = atomic_load_explicit(&slot->size, memory_order_acquire);
    return state_of(word) != FREE &&
           generation_of(atomic_load_explicit(&slot->word, memory_order_relaxed)) ==
               generation_of(word);
}

void seam_managed_live(struct seam_managed *context, size_t *count, size_t *bytes) {
    size_t size;
    *count = *bytes = 0;
    for (struct slot *slot = NULL; (slot = next_slot(context, slot)) != NULL;)
        if (is_alive(slot, &size)) {
            *count += 1;
            *bytes += size;
        }
}

/* Blocks that were allocated without a limit are counted now, each under a reference of ours. */
void seam_managed_set_limit(struct seam_managed *context, size_t bytes) {
    atomic_store_explicit(&context->limit, bytes, memory_order_relaxed);
    if (bytes == SIZE_MAX)
        return;
    for (struct slot *slot = NULL; (slot = next_slot(context, slot)) != NULL;) {
        uint64_t word = atomic_load_explicit(&slot->word, memory_order_acquire);
        seam_handle handle = handle_of(context, slot, generation_of(word));
        bool was_last = false;
        if (add_reference(slot, handle, COUNT_MAX) != SEAM_MANAGED_ok)
            continue;
        if (!atomic_exchange_explicit(&slot->charged, true, memory_order_relaxed))
            atomic_fetch_add_explicit(&context->charged, size_of(slot), memory_order_relaxed);
        drop_reference(slot, handle, &was_last);
        if (was_last)
            die(context, slot);
    }
}

void seam_managed_on_misuse(struct seam_managed *context, seam_managed_misuse *report,
                            void *argument) {
    context->report = report != NULL ? report : print_misuse;
    context->report_argument = argument;
}

void seam_managed_trim(struct seam_managed *context) {
    struct shard *shard = enter(context);
    if (shard == NULL)
        return;
    trim(context, shard);
    leave(shard);
}

void seam_managed_report(struct seam_managed *context, FILE *out) {
    size_t size;
    for (struct slot *slot = NULL; (slot = next_slot(context, slot)) != NULL;)
        if (is_alive(slot, &size)) {
            uint64_t word = atomic_load_explicit(&slot->word, memory_order_acquire);
            unsigned references = state_of(word) <= COUNT_MAX ? state_of(word) : 0;
            fprintf(out, "block %#llx: %zu bytes, %u reference%s\n",
                    (unsigned long long)handle_of(context, slot, generation_of(word)), size,
                    references, references == 1 ? "" : "s");
            print_history(out, slot);
        }
}

/* Contexts of a process are numbered, so that a handle identifies its context. This is all that is
 * global, and it owns nothing. */
static uint32_t next_number(void) {
    static _Atomic uint32_t last;
    return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) % NUMBER_MAX + 1;
}

static uint32_t or_default(uint32_t wanted, uint32_t most) {
    return wanted == 0 || wanted > most ? most : wanted;
}

struct seam_managed *seam_managed_create(const struct seam_managed_options *options) {
    struct seam_managed with = {0};
    if (options != NULL)
        with.options = *options;
    struct seam_managed *context = allocate(&with, alignof(struct seam_managed), sizeof *context);
    if (context == NULL)
        return NULL;
    memcpy(context, &with, sizeof with);
    struct seam_managed_options *own = &context->options;
    own->references_max = or_default(own->references_max, COUNT_MAX);
    own->blocks_max = or_default(own->blocks_max, INDEX_MAX + 1);
    own->generations_max = or_default(own->generations_max, GENERATION_MAX);
    if (own->cached_max == 0)
        own->cached_max = IS_EXACT || IS_DEBUG ? SEAM_MANAGED_NOT_CACHED : CACHED_MAX;
    if (own->cached_max > CACHED_MAX)
        own->cached_max = 0; /* from here on: not cached */
    context->number = own->number != 0 ? or_default(own->number, NUMBER_MAX) : next_number();
    context->report = print_misuse;
    atomic_store(&context->limit, SIZE_MAX);
    pthread_mutex_init(&context->lock, NULL);
    remember(context);
    return context;
}

/* Destruct every block that is alive, and those that destructors make; returns how many. */
static size_t end_all(struct seam_managed *context) {
    size_t n = 0, size;
    for (struct slot *slot = NULL; (slot = next_slot(context, slot)) != NULL;)
        if (is_alive(slot, &size)) {
            uint32_t generation = generation_of(atomic_load(&slot->word));
            atomic_store(&slot->word, word_of(generation, DYING));
            die(context, slot);
            n++;
        }
    return n;
}

size_t seam_managed_destroy(struct seam_managed *context) {
    size_t leaked, bytes;
    forget(context);
    seam_managed_live(context, &leaked, &bytes);
    if (IS_DEBUG)
        seam_managed_report(context, stderr);
    while (end_all(context) > 0) {}
    for (struct slot *slot = NULL; (slot = next_slot(context, slot)) != NULL;)
        if (memory_of(slot) != NULL)
            free_block(context, slot->bin, memory_of(slot), size_of(slot));
    for (int i = 0; i < SEGMENTS; i++)
        if (segment_at(context, i) != NULL)
            release_memory(context, segment_at(context, i));
    for (int i = 0; i < BUCKETS; i++)
        for (struct shard *shard = context->shards[i], *next; shard != NULL; shard = next) {
            next = shard->next;
            release_memory(context, shard);
        }
    pthread_mutex_destroy(&context->lock);
    release_memory(context, context);
    return leaked;
}
