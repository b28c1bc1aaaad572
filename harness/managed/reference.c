/* See reference.h. An operation is a row of the table at the end and one function; each
 * calls the component once and says what it must answer. Always true between two operations: the
 * reference's counts are what seam_managed_live says (looked at by the operation `live`). */
#include "managed/reference.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "managed/managed.h"

enum {
    BIRTHS_MAX = 2 * SEAM_MANAGED_STEPS_MAX, /* a destructor may make one more block */
    MAP_SIZE = 4 * BIRTHS_MAX,
    NEAR = 8, /* most operands are among this many youngest blocks */
    FILLED = 128,
};

enum destructor { NONE, PLAIN, RELEASES_CHILD, TRIES_ITSELF, MAKES_BLOCK, DESTRUCTORS };

struct block {
    seam_handle handle;
    struct reference *of;
    size_t size, align;
    uint32_t references;
    enum destructor destructor;
    int child;      /* its birth in `of`, or -1 */
    bool is_there;  /* counts as live: references, or its destructor has not ended */
    int destructed; /* times */
    int in_map;
};

/* One context, and all that is known of it. */
struct reference {
    struct seam_managed *context;
    struct seam_managed_options options;
    size_t limit, count, bytes;
    struct block births[BIRTHS_MAX];
    int n_births;
    int queue[BIRTHS_MAX], queue_head, queue_end; /* destructors to come, in order */
    int current;                                  /* the block whose destructor is running, or -1 */
};

static struct reference references[2];
static seam_handle map[MAP_SIZE];
static size_t blocks_out;        /* allocated and not freed */
static int refuse_next, refused; /* allocations */
static int n_misuses;
static enum seam_managed_error last_misuse;
static seam_handle last_misused;
static bool is_ending;

/* --- what the component is given -------------------------------------------------------------- */

static void *allocate(size_t align, size_t size, void *argument) {
    (void)argument;
    if (refuse_next > 0) {
        refuse_next--;
        refused++;
        return NULL;
    }
    void *memory =
        align <= 16 ? malloc(size) : aligned_alloc(align, (size + align - 1) / align * align);
    blocks_out += memory != NULL;
    return memory;
}

static void give_back(void *memory, void *argument) {
    (void)argument;
    blocks_out--;
    free(memory);
}

static void on_misuse(struct seam_managed *context, const char *function, seam_handle handle,
                      enum seam_managed_error error, void *argument) {
    (void)context, (void)argument;
    seam_assert(function != NULL);
    n_misuses++;
    last_misused = handle;
    last_misuse = error;
}

/* --- comparing -------------------------------------------------------------------------------- */

/* Is this answer reported as a misuse of the handle? Running out of something is not a misuse. */
static bool is_misuse(enum seam_managed_error error) {
    return error > SEAM_MANAGED_ok && error < SEAM_MANAGED_shared;
}

static void require(enum seam_managed_error actual, enum seam_managed_error wanted,
                    seam_handle handle, bool may_report) {
    if (actual != wanted)
        fprintf(stderr, "%#llx: %s, but the reference says %s\n", (unsigned long long)handle,
                seam_managed_error_name(actual), seam_managed_error_name(wanted));
    seam_assert(actual == wanted);
    bool reports = may_report && is_misuse(actual);
    seam_assert(n_misuses == (reports ? 1 : 0));
    seam_assert(!reports || (last_misused == handle && last_misuse == actual));
    n_misuses = 0;
}

static int slot_in_map(seam_handle handle) {
    int at = (int)(handle * UINT64_C(0x9e3779b97f4a7c15) >> 40) % MAP_SIZE;
    while (map[at] != 0 && map[at] != handle)
        at = (at + 1) % MAP_SIZE;
    return at;
}

static uint8_t pattern(const struct block *block, size_t i) {
    return (uint8_t)(block->handle * 31 + (block->handle >> 26) * 17 + i * 7 + 1);
}

/* The content is the block's own in its first and last bytes; `from` is set to write it. */
static void content(const struct block *block, uint8_t *memory, size_t size, bool writes) {
    for (size_t i = 0; i < size; i = i + 1 == FILLED && size > 2 * FILLED ? size - FILLED : i + 1) {
        if (writes)
            memory[i] = pattern(block, i);
        else
            seam_assert(memory[i] == pattern(block, i));
    }
}

/* What a counted handle of that block answers. */
static enum seam_managed_error state_of(const struct block *block) {
    return block->references > 0 ? SEAM_MANAGED_ok
           : block->is_there     ? SEAM_MANAGED_dying
                                 : SEAM_MANAGED_stale_handle;
}

static void forget(struct reference *it, struct block *block) {
    block->is_there = false;
    it->count--;
    it->bytes -= block->size;
}

/* The destructor that ran last has ended. */
static void settle(struct reference *it) {
    if (it->current >= 0)
        forget(it, &it->births[it->current]);
    it->current = -1;
}

/* --- operations ------------------------------------------------------------------------------- */

static seam_managed_destructor destruct;

static bool is_alignment(size_t align) { return (align & (align - 1)) == 0 && align <= 65536; }

/* The outcome of an allocation of `size` bytes instead of `before`, if memory is there. */
static enum seam_managed_error room_for(const struct reference *it, size_t size, size_t align,
                                        size_t before) {
    if (size == 0)
        return SEAM_MANAGED_zero_size;
    if (size > PTRDIFF_MAX / 2)
        return SEAM_MANAGED_size_overflow;
    if (!is_alignment(align))
        return SEAM_MANAGED_bad_alignment;
    if (it->limit != SIZE_MAX && size > before && it->bytes - before + size > it->limit)
        return SEAM_MANAGED_limit_reached;
    return before == 0 && it->count >= it->options.blocks_max ? SEAM_MANAGED_too_many_blocks
                                                              : SEAM_MANAGED_ok;
}

static enum seam_managed_error take_reference(struct block *block) {
    enum seam_managed_error wanted = state_of(block);
    if (wanted == SEAM_MANAGED_ok && block->references >= block->of->options.references_max)
        wanted = SEAM_MANAGED_too_many_references;
    block->references += wanted == SEAM_MANAGED_ok;
    return wanted;
}

static void retain(struct block *block) {
    enum seam_managed_error wanted = take_reference(block);
    require(seam_managed_retain(block->of->context, block->handle), wanted, block->handle, true);
}

/* A block that exists from now on, with its content and perhaps a reference of a child. */
static void enter_block(struct reference *it, struct block *block, int child) {
    void *memory;
    size_t size;
    int at = slot_in_map(block->handle);
    seam_assert(block->handle != 0 && map[at] == 0); /* no handle is given out twice */
    map[at] = block->handle;
    block->in_map = at;
    it->n_births++;
    it->count++;
    it->bytes += block->size;
    block->references = 1;
    block->is_there = true;
    require(seam_managed_get(it->context, block->handle, &memory, &size), SEAM_MANAGED_ok,
            block->handle, true);
    seam_assert(size == block->size);
    seam_assert((uintptr_t)memory % (block->align > 16 ? block->align : 16) == 0);
    content(block, memory, size, true);
    if (block->destructor == RELEASES_CHILD && child >= 0) {
        uint32_t before = it->births[child].references;
        retain(&it->births[child]);
        if (it->births[child].references > before)
            block->child = child;
    }
}

static void be_born(struct reference *it, size_t size, size_t align, enum destructor destructor,
                    int child) {
    if (it->n_births == BIRTHS_MAX)
        return;
    struct block *block = &it->births[it->n_births];
    *block = (struct block){
        .of = it, .size = size, .align = align, .child = -1, .destructor = destructor};
    enum seam_managed_error wanted = room_for(it, size, align, 0);
    refused = 0;
    enum seam_managed_error actual = seam_managed_alloc(
        it->context, size, align, destructor != NONE ? destruct : NULL, block, &block->handle);
    if (refused > 0 && actual == SEAM_MANAGED_out_of_memory &&
        (wanted == SEAM_MANAGED_ok || wanted == SEAM_MANAGED_too_many_blocks))
        wanted = actual;
    require(actual, wanted, 0, false);
    if (actual == SEAM_MANAGED_ok)
        enter_block(it, block, child);
    else
        seam_assert(block->handle == 0);
}

static void release(struct block *block) {
    struct reference *it = block->of;
    enum seam_managed_error wanted = state_of(block);
    if (wanted == SEAM_MANAGED_stale_handle)
        wanted = SEAM_MANAGED_released_twice;
    bool dies = wanted == SEAM_MANAGED_ok && --block->references == 0, outermost = it->current < 0;
    if (dies && block->destructor == NONE)
        forget(it, block);
    else if (dies)
        it->queue[it->queue_end++] = (int)(block - it->births);
    require(seam_managed_release(it->context, block->handle), wanted, block->handle, true);
    if (outermost) {
        settle(it);
        seam_assert(it->queue_head == it->queue_end);
        it->queue_head = it->queue_end = 0;
    }
}

static void expect_dying(struct block *block) {
    void *memory;
    seam_handle weak;
    enum seam_managed_error dying = SEAM_MANAGED_dying;
    struct seam_managed *context = block->of->context;
    require(seam_managed_retain(context, block->handle), dying, block->handle, true);
    require(seam_managed_get(context, block->handle, &memory, NULL), dying, block->handle, true);
    require(seam_managed_weak(context, block->handle, &weak), dying, block->handle, true);
    require(seam_managed_realloc(context, block->handle, 8), dying, block->handle, true);
    require(seam_managed_release(context, block->handle), dying, block->handle, true);
}

static void destruct(void *memory, size_t size, void *argument) {
    struct block *block = argument;
    struct reference *it = block->of;
    seam_assert(size == block->size && block->destructed++ == 0);
    content(block, memory, size, false);
    if (is_ending) { /* which dies first is not specified */
        if (block->child >= 0)
            seam_managed_release(it->context, it->births[block->child].handle);
        return;
    }
    settle(it);
    seam_assert(it->queue_head < it->queue_end);
    it->current = it->queue[it->queue_head++];
    seam_assert(&it->births[it->current] == block);
    if (block->destructor == RELEASES_CHILD && block->child >= 0)
        release(&it->births[block->child]);
    if (block->destructor == TRIES_ITSELF)
        expect_dying(block);
    if (block->destructor == MAKES_BLOCK)
        be_born(it, 24, 0, NONE, -1);
}

/* --- the operations as bytes ------------------------------------------------------------------ */

struct step {
    struct reference *it;
    uint8_t a, b, c;
};

static size_t size_from(uint8_t byte) {
    static const size_t odd[] = {0,    1024, 1025, 4096,        70000,  SIZE_MAX,
                                 1000, 129,  257,  PTRDIFF_MAX, 200000, SIZE_MAX - 15};
    return byte < 240 ? (size_t)byte % 64 * ((size_t)byte / 64 + 1) + 1
                      : odd[(byte - 240) % (sizeof odd / sizeof *odd)];
}

/* A block ever born, mostly one of the youngest; NULL before the first. */
static struct block *block_from(const struct step *step) {
    struct reference *it = step->it;
    if (it->n_births == 0)
        return NULL;
    int range = step->a < 192 && it->n_births > NEAR ? NEAR : it->n_births;
    int back = (step->a < 192 ? step->a : step->a * 256 + step->b) % range;
    return &it->births[it->n_births - 1 - back];
}

static void do_alloc(const struct step *step) {
    static const size_t aligns[] = {0, 1, 16, 64, 4096, 3, 65536, 131072};
    struct block *child = block_from(step);
    bool is_odd = step->c >= 224;
    be_born(step->it, size_from(step->b), is_odd ? aligns[step->c % 8] : 0,
            is_odd ? NONE : (enum destructor)(step->c % DESTRUCTORS),
            child != NULL && child->references > 0 ? (int)(child - step->it->births) : -1);
}

static void do_retain(const struct step *step) {
    struct block *block = block_from(step);
    for (int i = block != NULL ? step->c % 4 : -1; i >= 0; i--)
        retain(block);
}

static void do_release(const struct step *step) {
    struct block *block = block_from(step);
    if (block != NULL)
        release(block);
}

static void do_get(const struct step *step) {
    struct block *block = block_from(step);
    void *memory;
    size_t size;
    if (block == NULL)
        return;
    enum seam_managed_error wanted = state_of(block);
    require(seam_managed_get(step->it->context, block->handle, &memory, &size), wanted,
            block->handle, true);
    seam_assert((memory != NULL) == (wanted == SEAM_MANAGED_ok));
    if (wanted == SEAM_MANAGED_ok) {
        seam_assert(size == block->size);
        content(block, memory, size, false);
    }
}

static void do_realloc(const struct step *step) {
    struct block *block = block_from(step);
    struct reference *it = step->it;
    size_t size = size_from(step->c);
    if (block == NULL)
        return;
    enum seam_managed_error wanted = state_of(block);
    if (wanted == SEAM_MANAGED_ok && block->references > 1)
        wanted = SEAM_MANAGED_shared;
    if (wanted == SEAM_MANAGED_ok)
        wanted = room_for(it, size, 0, block->size);
    refused = 0;
    enum seam_managed_error actual = seam_managed_realloc(it->context, block->handle, size);
    if (refused > 0 && wanted == SEAM_MANAGED_ok && actual == SEAM_MANAGED_out_of_memory)
        wanted = actual;
    require(actual, wanted, block->handle, true);
    if (actual != SEAM_MANAGED_ok)
        return;
    void *memory;
    require(seam_managed_get(it->context, block->handle, &memory, NULL), SEAM_MANAGED_ok,
            block->handle, true);
    seam_assert((uintptr_t)memory % (block->align > 16 ? block->align : 16) == 0);
    size_t kept = size < block->size ? size : block->size;
    content(block, memory, kept < FILLED ? kept : FILLED, false);
    content(block, memory, size, true);
    it->bytes += size - block->size;
    block->size = size;
}

static void do_upgrade(const struct step *step) {
    struct block *block = block_from(step);
    seam_handle weak, handle;
    if (block == NULL)
        return;
    enum seam_managed_error wanted = state_of(block);
    struct seam_managed *context = step->it->context;
    require(seam_managed_weak(context, block->handle, &weak), wanted, block->handle, true);
    if (wanted != SEAM_MANAGED_ok)
        return;
    void *memory;
    seam_assert(weak != block->handle && weak != 0);
    require(seam_managed_retain(context, weak), SEAM_MANAGED_weak_handle, weak, true);
    require(seam_managed_release(context, weak), SEAM_MANAGED_weak_handle, weak, true);
    require(seam_managed_get(context, weak, &memory, NULL), SEAM_MANAGED_weak_handle, weak, true);
    require(seam_managed_upgrade(context, block->handle, &handle), SEAM_MANAGED_counted_handle,
            block->handle, true);
    if (step->c % 4 == 0) {
        seam_handle held = block->handle;
        release(block);
        wanted = state_of(block);
        if (wanted == SEAM_MANAGED_ok)
            wanted = take_reference(block);
        require(seam_managed_upgrade(context, weak, &handle), wanted, weak,
                wanted == SEAM_MANAGED_too_many_references);
        seam_assert(handle == (wanted == SEAM_MANAGED_ok ? held : 0));
    }
}

static void do_live(const struct step *step) {
    size_t count, bytes;
    seam_managed_live(step->it->context, &count, &bytes);
    seam_assert(count == step->it->count && bytes == step->it->bytes);
}

static void do_limit(const struct step *step) {
    struct reference *it = step->it;
    it->limit = step->a % 4 == 0 ? SIZE_MAX : it->bytes + (size_t)step->b * step->c - step->b;
    if (it->limit != SIZE_MAX && it->limit > SIZE_MAX / 2)
        it->limit = it->bytes / 2;
    seam_managed_set_limit(it->context, it->limit);
}

/* A number that was never given out, or that happens to be a handle. */
static void do_forge(const struct step *step) {
    struct block *block = block_from(step);
    void *memory;
    seam_handle forged = block == NULL ? (seam_handle)step->b << step->c % 64
                                       : block->handle ^ (seam_handle)1 << step->c % 64;
    bool is_known = forged != 0 && map[slot_in_map(forged)] == forged;
    enum seam_managed_error actual = seam_managed_get(step->it->context, forged, &memory, NULL);
    seam_assert(is_known || actual != SEAM_MANAGED_ok);
    seam_assert(is_misuse(actual) == (n_misuses == 1));
    n_misuses = 0;
    if (actual != SEAM_MANAGED_ok)
        seam_assert(seam_managed_release(step->it->context, forged) != SEAM_MANAGED_ok);
    n_misuses = 0;
}

static void do_foreign(const struct step *step) {
    struct block *block = block_from(step);
    struct reference *other = &references[step->it == &references[0]];
    seam_handle handle = block != NULL ? block->handle : 0, out;
    enum seam_managed_error wanted =
        block != NULL ? SEAM_MANAGED_foreign_handle : SEAM_MANAGED_null_handle;
    require(seam_managed_retain(other->context, handle), wanted, handle, true);
    require(seam_managed_release(other->context, handle), wanted, handle, true);
    require(seam_managed_upgrade(other->context, handle, &out), wanted, handle, true);
    require(seam_managed_realloc(other->context, handle, 1), wanted, handle, true);
}

static void do_refuse(const struct step *step) { refuse_next = step->a % 4; }

static void do_trim(const struct step *step) { seam_managed_trim(step->it->context); }

struct operation {
    const char *name;
    void (*run)(const struct step *step);
};

/* Those that look at the whole context, or are rare. */
static const struct operation others[] = {
    {"live", do_live},       {"limit", do_limit},   {"foreign", do_foreign},
    {"foreign", do_foreign}, {"refuse", do_refuse}, {"trim", do_trim},
};

/* The operations, as often as they are here. */
static const struct operation operations[] = {
    {"alloc", do_alloc},     {"alloc", do_alloc},
    {"alloc", do_alloc},     {"retain", do_retain},
    {"retain", do_retain},   {"release", do_release},
    {"release", do_release}, {"release", do_release},
    {"release", do_release}, {"release", do_release},
    {"get", do_get},         {"get", do_get},
    {"realloc", do_realloc}, {"upgrade", do_upgrade},
    {"forge", do_forge},     {NULL, NULL},
};

static const struct operation *operation_from(const uint8_t *bytes) {
    const struct operation *operation = &operations[bytes[0] % 16];
    return operation->run != NULL ? operation
                                  : &others[bytes[1] / 4 % (sizeof others / sizeof *others)];
}

/* --- a run ------------------------------------------------------------------------------------ */

/* What led to a failed assertion. */
struct input {
    const uint8_t *data;
    size_t now; /* the current step */
};

static void print_input(const void *of) {
    const struct input *input = of;
    for (size_t i = 1; i <= input->now; i++) {
        const uint8_t *bytes = input->data + i * SEAM_MANAGED_STEP_BYTES;
        fprintf(stderr, "%5zu  context %d  %-8s %d %d %d\n", i, bytes[0] >> 7,
                operation_from(bytes)->name, bytes[1], bytes[2], bytes[3]);
    }
}

/* Small bounds, so that they are met. Slots that are given up use the table up, so only one of the
 * two bounds is small. */
static void open_context(struct reference *it, uint32_t number, uint8_t a, uint8_t b) {
    struct seam_managed_options *options = &it->options;
    *options = (struct seam_managed_options){.number = number,
                                             .references_max = a % 8 == 0 ? UINT32_MAX : a % 8u + 1,
                                             .blocks_max = (a & 8) != 0 ? b % 64u + 1 : UINT32_MAX,
                                             .cached_max = (b & 64) != 0 ? 1024 : 0,
                                             .allocate = allocate,
                                             .free = give_back};
    if ((a & 8) == 0 && (a & 16) != 0)
        options->generations_max = b % 8 + 1;
    it->context = seam_managed_create(options);
    seam_assert(it->context != NULL);
    seam_managed_on_misuse(it->context, on_misuse, NULL);
    it->limit = SIZE_MAX;
    it->count = it->bytes = 0;
    it->n_births = it->queue_head = it->queue_end = 0;
    it->current = -1;
}

static void close_context(struct reference *it) {
    is_ending = true;
    seam_assert(seam_managed_destroy(it->context) == it->count);
    is_ending = false;
    n_misuses = 0;
    for (int i = 0; i < it->n_births; i++)
        seam_assert(it->births[i].destructed == (it->births[i].destructor != NONE));
}

static void forget_handles(void) {
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < references[k].n_births; i++)
            map[references[k].births[i].in_map] = 0;
}

size_t seam_managed_check(const uint8_t *data, size_t size) {
    struct input input = {data, 0};
    uint8_t made[4] = {0};
    size_t n = size / SEAM_MANAGED_STEP_BYTES;
    seam_assert_hook(print_input, &input);
    memcpy(made, data, size < sizeof made ? size : sizeof made);
    refuse_next = refused = n_misuses = 0;
    for (uint32_t k = 0; k < 2; k++)
        open_context(&references[k], k + 1, made[2 * k], made[2 * k + 1]);
    n = n > SEAM_MANAGED_STEPS_MAX ? SEAM_MANAGED_STEPS_MAX : n;
    for (size_t i = 1; i < n; i++) {
        const uint8_t *bytes = data + i * SEAM_MANAGED_STEP_BYTES;
        input.now = i;
        const struct step step = {&references[bytes[0] >> 7], bytes[1], bytes[2], bytes[3]};
        operation_from(bytes)->run(&step);
    }
    refuse_next = 0;
    for (int k = 0; k < 2; k++) {
        do_live(&(struct step){.it = &references[k]});
        close_context(&references[k]);
    }
    seam_assert(blocks_out == 0);
    forget_handles();
    seam_assert_hook(NULL, NULL);
    return n > 0 ? n - 1 : 0;
}
