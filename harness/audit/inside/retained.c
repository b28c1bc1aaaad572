#define _GNU_SOURCE
#include "seam_audit_retained.h"

#include <link.h>
#include <string.h>

#include "seam_audit_asan.h"
#include "seam_audit_entries.h"
#include "seam_audit_finding.h"
#include "seam_audit_memory.h"
#include "seam_audit_state.h"

/* --- Go's heap -------------------------------------------------------------------------------- */

/* Go's arenas lie side by side (runtime/malloc.go); 64 GB are enough of them. */
enum { ARENAS_SHIFT = 36 };
static uintptr_t arenas;

bool seam_audit_is_go_pointer(const void *pointer) {
    return arenas != 0 && (uintptr_t)pointer >> ARENAS_SHIFT == arenas;
}

void seam_audit_watch_retained(const void *go_object) {
    if (__asan_address_is_poisoned != NULL)
        arenas = (uintptr_t)go_object >> ARENAS_SHIFT;
}

/* Go poisons what it sweeps (runtime/mgcsweep.go, asanpoison). */
static bool is_swept(const void *pointer) { return __asan_address_is_poisoned(pointer); }

/* --- open calls ------------------------------------------------------------------------------- */

enum { OPEN_MAX = 1 << 12 };

/* How many open calls were given a pointer with this hash: what one of them holds is not kept. */
static uint16_t open_calls[OPEN_MAX];

static uint16_t *open_calls_of(const void *pointer) {
    return &open_calls[((uintptr_t)pointer >> 3) * 0x9e3779b97f4a7c15ULL >> 52];
}

static void count_open(const struct crossing *crossing, int by) {
    for (int i = 0; i < crossing->n_arguments; i++)
        if (seam_audit_is_go_pointer(crossing->arguments[i]))
            __atomic_add_fetch(open_calls_of(crossing->arguments[i]), (uint16_t)by,
                               __ATOMIC_RELAXED);
}

void seam_audit_pass_pointers(const struct crossing *crossing) { count_open(crossing, 1); }

void seam_audit_return_pointers(const struct crossing *crossing) { count_open(crossing, -1); }

/* --- the search ------------------------------------------------------------------------------- */

static const uintptr_t *search_range(const uintptr_t *from, const uintptr_t *end,
                                     uintptr_t wanted) {
    for (; from < end; from++)
        if (*from == wanted)
            return from;
    return NULL;
}

struct search {
    uintptr_t wanted;
    const uintptr_t *found;
};

/* The writable segments of a library. The program's own are Go's, but for the ranges that the
 * parent has found in its symbols. */
static int search_library(struct dl_phdr_info *info, size_t size, void *data) {
    struct search *search = data;
    (void)size;
    if (info->dlpi_name == NULL || info->dlpi_name[0] == '\0' ||
        strstr(info->dlpi_name, "/libasan.") != NULL) /* gcc's is a library */
        return 0;
    for (int i = 0; i < info->dlpi_phnum && search->found == NULL; i++) {
        const ElfW(Phdr) *it = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + it->p_vaddr;
        if (it->p_type == PT_LOAD && (it->p_flags & PF_W) != 0)
            search->found = search_range((const uintptr_t *)((from + 7) & ~(uintptr_t)7),
                                         (const uintptr_t *)((from + it->p_memsz) & ~(uintptr_t)7),
                                         search->wanted);
    }
    return search->found != NULL;
}

static const uintptr_t *search_globals(uintptr_t wanted) {
    struct search search = {wanted, NULL};
    uintptr_t bias = seam_audit_bias();
    const struct seam_audit_symbols *symbols = &seam_audit_shared->symbols;
    for (uint32_t i = 0; i < symbols->n_globals && search.found == NULL; i++) {
        const struct seam_audit_range *range = &symbols->globals[i];
        search.found = search_range((const uintptr_t *)(bias + range->from),
                                    (const uintptr_t *)(bias + range->end), wanted);
    }
    if (search.found == NULL)
        dl_iterate_phdr(search_library, &search);
    return search.found;
}

/* --- what is held ----------------------------------------------------------------------------- */

enum { HELD_MAX = 128 };

/* A pointer that C has kept, and where. */
static struct held {
    const void *pointer; /* NULL: nothing here */
    const uintptr_t *where;
    struct crossing crossing;
    int argument;
    bool is_unpinned; /* Go says so */
    bool is_told;
} held[HELD_MAX];

static uint32_t n_held; /* the oldest makes room for a new one */
static int n_asked, asked[SEAM_AUDIT_ARGUMENTS];

static bool is_watched(const void *pointer, const uintptr_t *where) {
    for (int i = 0; i < HELD_MAX; i++)
        if (held[i].pointer == pointer && held[i].where == where)
            return true;
    return false;
}

void seam_audit_search_retained(const struct crossing *crossing) {
    n_asked = 0;
    if (crossing->by_collection)
        return;
    for (int i = 0; i < crossing->n_arguments; i++) {
        const void *pointer = crossing->arguments[i];
        if (!seam_audit_is_go_pointer(pointer) || is_swept(pointer) ||
            __atomic_load_n(open_calls_of(pointer), __ATOMIC_RELAXED) > 1)
            continue;
        const uintptr_t *where = seam_audit_search_blocks((uintptr_t)pointer);
        if (where == NULL)
            where = search_globals((uintptr_t)pointer);
        if (where == NULL || is_watched(pointer, where))
            continue;
        asked[n_asked++] = (int)(n_held % HELD_MAX);
        held[n_held++ % HELD_MAX] = (struct held){pointer, where, *crossing, i, false, false};
    }
}

/* Called by the collector goroutine before it collects, until it gets NULL. */
const void *seam_audit_question(void) {
    return n_asked > 0 ? held[asked[n_asked - 1]].pointer : NULL;
}

void seam_audit_answer(_Bool is_unpinned) { held[asked[--n_asked]].is_unpinned = is_unpinned; }

static void tell(struct held *it, enum seam_audit_kind kind) {
    struct seam_audit_finding *finding = seam_audit_new_finding(kind, &it->crossing);
    it->is_told = true;
    if (finding == NULL)
        return;
    finding->argument = (uint32_t)it->argument + 1;
    finding->holder = (uintptr_t)it->where;
    uintptr_t block = seam_audit_live_block(it->where);
    finding->offset = block != 0 ? (uint32_t)((uintptr_t)it->where - block) : 0;
    if (block != 0)
        seam_audit_tell_history(finding, block);
}

void seam_audit_check_retained(void) {
    for (int i = 0; i < HELD_MAX; i++) {
        struct held *it = &held[i];
        if (it->pointer == NULL || it->is_told)
            continue;
        if (__asan_address_is_poisoned(it->where) || *it->where != (uintptr_t)it->pointer)
            it->pointer = NULL; /* C has forgotten it */
        else if (it->is_unpinned)
            tell(it, SEAM_AUDIT_retained);
        else if (is_swept(it->pointer))
            tell(it, SEAM_AUDIT_retained_swept);
    }
}

enum { OBJECT_MAX = 1 << 20 };

bool seam_audit_is_retained(uintptr_t address) {
    for (int i = 0; i < HELD_MAX; i++) {
        uintptr_t at = (uintptr_t)held[i].pointer;
        if (!held[i].is_told || address < at || address - at > OBJECT_MAX)
            continue;
        while (at < address && __asan_address_is_poisoned((const void *)at))
            at += 8;
        if (at >= address)
            return true;
    }
    return false;
}
