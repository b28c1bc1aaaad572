/* Always true: the lock is held whenever the tables change, and a block is not freed while it is
 * held, because free() asks here first. */
#define _GNU_SOURCE
#include "seam_audit_memory.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "seam_audit_asan.h"
#include "seam_audit_entries.h"
#include "seam_audit_points.h"
#include "seam_audit_state.h"
#include "seam_audit_thread.h"

enum { BLOCKS_MAX = 1 << 15, LIVE_MAX = 1 << 20, SLOTS = LIVE_MAX * 2, FILL_MAX = 4096 };

/* The last events of an address; a later block takes the place of an earlier one. */
struct block {
    uintptr_t address;
    bool has_birth, has_death;
    uint32_t death_order; /* the first death is 1 */
    int killer;           /* the thread that freed it */
    bool given;           /* that call was given the block */
    struct seam_audit_crossing birth, death;
    struct seam_audit_point
        point; /* of the collection that forced the finalizer, if one freed it */
};

/* A live block. They lie one behind the other, so that they are searched quickly; `slots` finds one
 * by its address. A full table forgets. */
struct live {
    uintptr_t address;
    size_t size;
    uint32_t birth; /* index in the channel; NO_BIRTH: not born in a crossing */
};

enum { NO_BIRTH = UINT32_MAX };

static struct block *blocks;
static struct live *live;
static uint32_t n_live, *slots;                          /* index + 1; 0: empty */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* for all of these, and births */

/* Has anything been freed by a finalizer that was forced to run? */
static bool any_freed_by_collection;
static uint32_t deaths;

bool seam_audit_any_freed_by_collection(void) {
    return __atomic_load_n(&any_freed_by_collection, __ATOMIC_RELAXED);
}

uint32_t seam_audit_deaths(void) { return __atomic_load_n(&deaths, __ATOMIC_ACQUIRE); }

/* Memory that is zero and costs nothing until it is used. */
static void *table(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* --- live blocks ------------------------------------------------------------------------------ */

static uint32_t home_of(uintptr_t address) {
    return (uint32_t)((address >> 4) * 0x9e3779b97f4a7c15ULL >> 43);
}

/* The slot of a block, or the empty one where it would be. */
static uint32_t slot_of(uintptr_t address) {
    uint32_t slot = home_of(address);
    while (slots[slot] != 0 && live[slots[slot] - 1].address != address)
        slot = (slot + 1) % SLOTS;
    return slot;
}

/* Close the gap that a removed entry leaves: entries move back to where they are looked for first.
 * (Knuth, The Art of Computer Programming 3, 6.4, algorithm R.) */
static void empty_slot(uint32_t gap) {
    slots[gap] = 0;
    for (uint32_t i = (gap + 1) % SLOTS; slots[i] != 0; i = (i + 1) % SLOTS) {
        uint32_t home = home_of(live[slots[i] - 1].address);
        if ((i - home) % SLOTS < (i - gap) % SLOTS)
            continue;
        slots[gap] = slots[i];
        slots[i] = 0;
        gap = i;
    }
}

static void add_live(uintptr_t address, size_t size, uint32_t birth) {
    uint32_t slot = slot_of(address);
    if (slots[slot] != 0 || n_live == LIVE_MAX)
        return;
    live[n_live] = (struct live){address, size, birth};
    slots[slot] = ++n_live;
}

static void remove_live(uintptr_t address) {
    uint32_t slot = slot_of(address), index = slots[slot] - 1;
    if (slots[slot] == 0)
        return;
    if (live[index].birth != NO_BIRTH)
        seam_audit_shared->births[live[index].birth].blocks--;
    empty_slot(slot);
    if (index != --n_live) { /* the last one takes its place */
        slots[slot_of(live[n_live].address)] = index + 1;
        live[index] = live[n_live];
    }
}

const uintptr_t *seam_audit_search_blocks(uintptr_t wanted) {
    const uintptr_t *found = NULL;
    pthread_mutex_lock(&lock);
    for (uint32_t i = 0; i < n_live && found == NULL; i++) {
        const uintptr_t *words = (const uintptr_t *)live[i].address;
        for (size_t k = 0, n = live[i].size / sizeof *words; k < n; k++)
            if (words[k] == wanted) {
                found = &words[k];
                break;
            }
    }
    pthread_mutex_unlock(&lock);
    return found;
}

/* --- births and deaths ------------------------------------------------------------------------ */

static struct block *block_of(uintptr_t address) {
    return &blocks[(address >> 4) * 0x9e3779b97f4a7c15ULL >> 49];
}

/* A program with more sites than there is room for asks at every malloc, so it does not ask
 * everywhere.
 */
enum { BIRTH_TRIES = 16 };

/* One more block is born at the site of this crossing: the site's index in the channel. */
static uint32_t count_birth(const struct crossing *crossing) {
    for (uint32_t tries = 0, i = crossing->site % SEAM_AUDIT_BIRTHS; tries < BIRTH_TRIES;
         tries++, i = (i + 1) % SEAM_AUDIT_BIRTHS) {
        struct seam_audit_birth *birth = &seam_audit_shared->births[i];
        if (birth->site == 0) {
            static uint64_t order;
            birth->site = crossing->site;
            birth->order = ++order;
            seam_audit_record(&birth->crossing, crossing);
        }
        if (birth->site == crossing->site) {
            birth->blocks++;
            return i;
        }
    }
    return NO_BIRTH;
}

static void note_birth(uintptr_t address, size_t size) {
    const struct crossing *crossing = seam_audit_innermost();
    add_live(address, size, crossing != NULL ? count_birth(crossing) : NO_BIRTH);
    if (crossing == NULL)
        return;
    struct block *block = block_of(address);
    block->address = address;
    block->has_birth = true;
    block->has_death = false;
    seam_audit_record(&block->birth, crossing);
}

static bool is_given(const struct crossing *crossing, uintptr_t address) {
    for (int i = 0; i < crossing->n_arguments; i++)
        if ((uintptr_t)crossing->arguments[i] == address)
            return true;
    return false;
}

static void note_death(uintptr_t address) {
    const struct crossing *crossing = seam_audit_innermost();
    remove_live(address);
    if (crossing == NULL)
        return;
    struct block *block = block_of(address);
    if (block->address != address)
        block->has_birth = false;
    block->address = address;
    block->has_death = true;
    block->death_order = __atomic_add_fetch(&deaths, 1, __ATOMIC_RELEASE);
    block->killer = seam_audit_thread_number();
    block->given = is_given(crossing, address);
    seam_audit_record(&block->death, crossing);
    block->point = seam_audit_last_point;
    if (crossing->by_collection)
        __atomic_store_n(&any_freed_by_collection, true, __ATOMIC_RELAXED);
}

/* --- dirty memory ----------------------------------------------------------------------------- */

enum { DIRTY_MAX = 64 };

/* The last blocks that were filled; `stale` words of each were so when the window was opened. */
static struct dirty {
    uintptr_t address;
    size_t n, stale;
} dirty[DIRTY_MAX];

static uint32_t n_dirty;
static bool window_is_open;
static uintptr_t stale_pointer;

/* An address of the Go heap where no object is. */
void seam_audit_set_stale(uintptr_t pointer) {
    __atomic_store_n(&stale_pointer, pointer, __ATOMIC_RELAXED);
}

/* New memory holds what a used heap would hand out, at its worst: a pointer to Go memory where no
 * object is any more. Go stores a pointer over it, and the write barrier looks at the old word.
 * Blocks that are larger may come straight from the kernel, and calloc does not clear those again.
 */
static void fill(uintptr_t *words, size_t size) {
    struct crossing *crossing = seam_audit_innermost();
    size_t n = size < FILL_MAX ? size / 8 : FILL_MAX / 8;
    if (crossing == NULL || n == 0 || size > 65536 || !seam_audit_will_mark(crossing))
        return;
    for (size_t i = 0; i < n; i++)
        words[i] = stale_pointer;
    crossing->filled = true;
    dirty[__atomic_fetch_add(&n_dirty, 1, __ATOMIC_RELAXED) % DIRTY_MAX] =
        (struct dirty){(uintptr_t)words, n, 0};
}

/* The first word that is not dirty any more, and how many still are. */
static size_t count_stale(const struct dirty *it, size_t *first) {
    const uintptr_t *words = (const uintptr_t *)it->address;
    size_t stale = 0;
    *first = it->n;
    for (size_t i = 0; i < it->n; i++) {
        stale += words[i] == stale_pointer;
        if (words[i] != stale_pointer && *first == it->n)
            *first = i;
    }
    return stale;
}

void seam_audit_open_window(void) {
    size_t first;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < DIRTY_MAX; i++)
        dirty[i].stale = slots[slot_of(dirty[i].address)] != 0 ? count_stale(&dirty[i], &first) : 0;
    const struct dirty *last = &dirty[(n_dirty - 1) % DIRTY_MAX];
    if (last->stale > 0 && seam_audit_shared->dirty == SEAM_DIRTY_none) {
        seam_audit_shared->dirty = SEAM_DIRTY_guess;
        seam_audit_shared->dirty_birth = block_of(last->address)->birth;
    }
    __atomic_store_n(&window_is_open, true, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&lock);
}

bool seam_audit_close_window(const struct crossing *next) {
    size_t first;
    if (!__atomic_exchange_n(&window_is_open, false, __ATOMIC_RELAXED))
        return false;
    bool is_seen = false;
    pthread_mutex_lock(&lock);
    if (seam_audit_shared->dirty == SEAM_DIRTY_guess)
        seam_audit_shared->dirty = SEAM_DIRTY_none;
    for (int i = 0; i < DIRTY_MAX; i++) {
        const struct block *block = block_of(dirty[i].address);
        if (dirty[i].stale == 0 || slots[slot_of(dirty[i].address)] == 0 ||
            block->address != dirty[i].address || count_stale(&dirty[i], &first) == dirty[i].stale)
            continue;
        seam_audit_shared->dirty = SEAM_DIRTY_seen;
        seam_audit_shared->dirty_offset = (uint32_t)first * 8;
        seam_audit_shared->dirty_birth = block->birth;
        seam_audit_record(&seam_audit_shared->dirty_call, next);
        is_seen = true;
        break;
    }
    pthread_mutex_unlock(&lock);
    return is_seen;
}

/* --- the hooks of malloc and free ------------------------------------------------------------- */

/* All of C's heap lies between these. Outside, an address may not even have a shadow. */
static uintptr_t heap_begin = UINTPTR_MAX, heap_end;

static void note_heap(uintptr_t from, uintptr_t to) {
    if (from < __atomic_load_n(&heap_begin, __ATOMIC_RELAXED))
        __atomic_store_n(&heap_begin, from, __ATOMIC_RELAXED);
    if (to > __atomic_load_n(&heap_end, __ATOMIC_RELAXED))
        __atomic_store_n(&heap_end, to, __ATOMIC_RELAXED);
}

static bool is_near_heap(const void *pointer) {
    return (uintptr_t)pointer >= __atomic_load_n(&heap_begin, __ATOMIC_RELAXED) &&
           (uintptr_t)pointer < __atomic_load_n(&heap_end, __ATOMIC_RELAXED);
}

static void malloced(const volatile void *memory, size_t size) {
    if (seam_audit_shared == NULL || memory == NULL)
        return;
    note_heap((uintptr_t)memory, (uintptr_t)memory + size);
    pthread_mutex_lock(&lock);
    note_birth((uintptr_t)memory, size);
    fill((uintptr_t *)(uintptr_t)memory, size);
    pthread_mutex_unlock(&lock);
}

static void freed(const volatile void *memory) {
    if (seam_audit_shared == NULL || memory == NULL)
        return;
    pthread_mutex_lock(&lock);
    note_death((uintptr_t)memory);
    pthread_mutex_unlock(&lock);
}

void seam_audit_watch_memory(void) {
    blocks = table(sizeof *blocks * BLOCKS_MAX);
    live = table(sizeof *live * LIVE_MAX);
    slots = table(sizeof *slots * SLOTS);
    if (blocks != NULL && live != NULL && slots != NULL &&
        __sanitizer_install_malloc_and_free_hooks != NULL)
        __sanitizer_install_malloc_and_free_hooks(malloced, freed);
}

/* --- questions -------------------------------------------------------------------------------- */

/* The block of C memory that the address is in, or 0; its size. */
static uintptr_t locate(const void *pointer, size_t *size) {
    char name[8];
    void *region = NULL;
    const char *where =
        __asan_locate_address((void *)(uintptr_t)pointer, name, sizeof name, &region, size);
    return where != NULL && strcmp(where, "heap") == 0 ? (uintptr_t)region : 0;
}

uintptr_t seam_audit_freed_block(const void *pointer) {
    void *trace[1];
    size_t size = 0;
    int thread;
    if (!is_near_heap(pointer) || !__asan_address_is_poisoned(pointer))
        return 0;
    uintptr_t block = locate(pointer, &size);
    bool is_freed =
        block != 0 && __asan_get_free_stack((void *)(uintptr_t)pointer, trace, 1, &thread) > 0;
    return is_freed ? block : 0;
}

static uintptr_t locate_live(const void *pointer, size_t *size) {
    bool is_live = is_near_heap(pointer) && !__asan_address_is_poisoned(pointer);
    return is_live ? locate(pointer, size) : 0;
}

uintptr_t seam_audit_live_block(const void *pointer) {
    size_t size = 0;
    return locate_live(pointer, &size);
}

uintptr_t seam_audit_end_of_block(const void *pointer) {
    size_t size = 0;
    uintptr_t block = locate_live(pointer, &size);
    return block != 0 ? block + size : 0;
}

bool seam_audit_freed_by_collection(uintptr_t address) {
    pthread_mutex_lock(&lock);
    const struct block *block = block_of(address);
    bool by = block->address == address && block->has_death && block->death.by_collection;
    pthread_mutex_unlock(&lock);
    return by;
}

bool seam_audit_freed_elsewhere(uintptr_t address) {
    pthread_mutex_lock(&lock);
    const struct block *block = block_of(address);
    bool by = block->address == address && block->has_death &&
              (block->given || block->death.by_collection) &&
              block->killer != seam_audit_thread_number();
    pthread_mutex_unlock(&lock);
    return by;
}

void seam_audit_tell_history(struct seam_audit_finding *finding, uintptr_t address) {
    pthread_mutex_lock(&lock);
    const struct block *block = block_of(address);
    const struct crossing *crossing = seam_audit_innermost();
    if (block->address == address) {
        finding->is_during =
            crossing != NULL && block->has_death && block->death_order > crossing->deaths;
        finding->has_birth = block->has_birth;
        finding->has_death = block->has_death;
        finding->birth = block->birth;
        finding->death = block->death;
        if (block->has_death && block->death.by_collection)
            finding->point = block->point;
    }
    pthread_mutex_unlock(&lock);
}
