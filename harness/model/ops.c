/* The model's operations: one body per row of ops.def.
 *
 * A body does to the machine what the operation does to a process, and reports what a checker or
 * the watch sees meanwhile. It returns false when the run ends there. Operands are in the order of
 * the row's text; they exist (program.h). A missing body does not build. */
#include <stddef.h>
#include <string.h>

#include "check.h"
#include "model/machine.h"
#include "model/model.h"
#include "peer.h"

enum { SENTINEL = 1 }; /* the pointer that C returns as a mark, and knows as one */

typedef const uint8_t *operands;
#define BODY(name) static bool op_##name(struct machine *m, operands o)

/* --- helpers -------------------------------------------------------------------------------- */

static void saw(struct machine *m, enum seam_noun noun, int number, word value) {
    seam_trace_add(m->trace, SEAM_EVENT_value, m->step, seam_any(noun, number), (uint32_t)value);
}

static word go_word(struct machine *m, int go, int index) {
    return machine_go(m, go) + (word)index * 8;
}

static word c_word(struct machine *m, int c, int index) {
    return m->c_pointer[c] + (word)index * 8;
}

/* The buffer behind any pointer into a C block. */
static word c_buffer(struct machine *m, word pointer) {
    return cmem_base(&m->cmem, cmem_block_at(&m->cmem, pointer)) + SEAM_WORDS * 8;
}

static int c_block(struct machine *m, int c) { return cmem_block_at(&m->cmem, m->c_pointer[c]); }

static void born_go(struct machine *m, int go, enum seam_shape shape, bool global) {
    stack_set(&m->threads[0].stack, go, heap_new(&m->heap, shape, global), true);
}

static enum seam_shape shape_of(struct machine *m, int go) {
    struct place place;
    heap_place(&m->heap, machine_go(m, go), &place);
    return (enum seam_shape)place.span->shape;
}

static void born_c(struct machine *m, int c, enum seam_fill fill, enum seam_allocator allocator) {
    int block = cmem_new(&m->cmem, fill, allocator);
    m->c_pointer[c] = cmem_base(&m->cmem, block);
    m->n_c = c + 1;
}

static struct call *call_with(struct machine *m, int any) {
    struct call *call = &m->calls[m->depth - 1];
    while (call->name != any || call->thread != m->thread)
        call--;
    return call;
}

static struct stack *stack(struct machine *m) { return &m->threads[m->thread].stack; }

/* The slot where the next frame of the thread at work begins. */
static int next_slot(struct machine *m) {
    const struct call *innermost = machine_call(m);
    return innermost == NULL ? FRAME_SLOT : innermost->slot + FRAME_SLOTS;
}

/* Push a frame: the argument in a slot of the given type, and C's view of it. */
static void enter(struct machine *m, struct call call, word argument, bool is_pointer) {
    machine_os(m); /* the one that it stays on */
    call.thread = (uint8_t)m->thread;
    call.slot = (uint8_t)next_slot(m);
    stack_set(stack(m), call.slot, argument, is_pointer);
    m->calls[m->depth++] = call;
}

/* C reads or writes one word at a pointer that may be nil, uninitialised, Go's or C's. */
static bool follow(struct machine *m, word pointer) {
    if (pointer == 0 || pointer == SENTINEL || pointer == SEAM_DIRTY)
        return true;
    if (!machine_access(m, pointer))
        return false;
    word value = machine_load(m, pointer);
    machine_store(m, pointer, value);
    return true;
}

/* --- Go memory ------------------------------------------------------------------------------ */

BODY(go_new) {
    born_go(m, o[0], (enum seam_shape)o[1], false);
    return true;
}

BODY(global) {
    born_go(m, o[0], (enum seam_shape)o[1], true);
    return true;
}

static bool link_to(struct machine *m, int go, int index, word value) {
    machine_store(m, go_word(m, go, index), heap_box(&m->heap, shape_of(m, go), value));
    return true;
}

BODY(link) { return link_to(m, o[0], o[1], machine_go(m, o[2])); }
BODY(link_c) { return link_to(m, o[0], o[1], m->c_pointer[o[2]]); }

BODY(link_misaligned) {
    return machine_found(m, SEAM_RULE_misaligned_pointer, seam_any(SEAM_NOUN_go, o[0]),
                         SEAM_SEEN_CHECKPTR);
}

BODY(sentinel) {
    machine_store(m, go_word(m, o[0], o[1]), SENTINEL);
    return machine_found(m, SEAM_RULE_sentinel_pointer, seam_any(SEAM_NOUN_go, o[0]),
                         SEAM_SEEN_NONE);
}

BODY(unlink) {
    machine_store(m, go_word(m, o[0], o[1]), 0);
    return true;
}

BODY(look) {
    saw(m, SEAM_NOUN_go, o[0], machine_load(m, go_word(m, o[0], SEAM_WORDS)));
    return true;
}

/* What cgo makes of a C struct (cmd/cgo/gcc.go, Struct): Go fields with padding between them, so
 * that each is at its C offset. A union or a 128-bit integer is bytes; bit-fields are left out. */
struct c_layout {
    int size, offset, alignment; /* as the C compiler has them */
    int go_alignment;            /* of the fields that Go has */
    int go_size;                 /* 0: padded to the C size */
};

#define C_LAYOUT(name, go_alignment, go_size)                                                      \
    [SEAM_LAYOUT_##name] = {sizeof(struct seam_##name), offsetof(struct seam_##name, last),        \
                            _Alignof(struct seam_##name), go_alignment, go_size}

BODY(layout) {
    static const struct c_layout layouts[SEAM_LAYOUTS] = {
        C_LAYOUT(natural, 8, 0),  C_LAYOUT(packed, 4, 0), C_LAYOUT(bits, 1, 0),
        C_LAYOUT(united, 4, 0),   C_LAYOUT(wide, 4, 0),   C_LAYOUT(aligned, 4, 0),
        C_LAYOUT(flexible, 4, 4), /* a trailing array without elements does not count */
    };
    const struct c_layout *c = &layouts[o[0]];
    int size = c->go_size != 0 ? c->go_size : c->size, offset = c->offset;
    /* Padding in front of __int128 was computed as if it were aligned to 4 behind 8 bytes. */
    if (o[0] == SEAM_LAYOUT_wide && !seam_program_is_from(m->heap.program, 22)) {
        size -= 4;
        offset -= 4;
    }
    saw(m, SEAM_NOUN_layout, o[0], seam_layout_value(size, offset, c->go_alignment));
    if (size != c->size || offset != c->offset)
        machine_found(m, SEAM_RULE_layout_differs, seam_any(SEAM_NOUN_layout, o[0]),
                      SEAM_SEEN_NONE);
    if (c->alignment > c->go_alignment)
        machine_found(m, SEAM_RULE_alignment_lost, seam_any(SEAM_NOUN_layout, o[0]),
                      SEAM_SEEN_NONE);
    return true;
}

BODY(keep_alive) {
    (void)m, (void)o;
    return true;
}

BODY(drop) {
    (void)m, (void)o;
    return true;
}

/* --- C memory: birth and death --------------------------------------------------------------- */

BODY(malloc) {
    born_c(m, o[0], (enum seam_fill)o[1], SEAM_ALLOCATOR_malloc);
    return true;
}

BODY(lib_new) {
    born_c(m, o[0], SEAM_FILL_clean, SEAM_ALLOCATOR_lib);
    m->cmem.blocks[c_block(m, o[0])].owner = SEAM_OWNER_c;
    return true;
}

BODY(c_string) {
    born_c(m, o[0], SEAM_FILL_clean, SEAM_ALLOCATOR_malloc);
    machine_store(m, c_word(m, o[0], SEAM_WORDS), o[1]);
    return true;
}

BODY(c_bytes) {
    born_c(m, o[0], SEAM_FILL_clean, SEAM_ALLOCATOR_malloc);
    for (int i = 0; i < SEAM_BLOCK_WORDS; i++)
        machine_store(m, c_word(m, o[0], i), machine_load(m, go_word(m, o[1], i)));
    return true;
}

BODY(go_bytes) {
    word from = m->c_pointer[o[1]];
    if (!cmem_accessible(&m->cmem, from) &&
        m->cmem.blocks[cmem_block_at(&m->cmem, from)].allocator == SEAM_ALLOCATOR_mmap)
        return machine_access(m, from);
    if (!cmem_accessible(&m->cmem, from)) /* the runtime copies, where ASan does not look */
        return machine_found(m, SEAM_RULE_use_after_free_hidden, machine_name(m, from),
                             SEAM_SEEN_NONE);
    born_go(m, o[0], SEAM_SHAPE_data, false);
    word value = machine_load(m, c_buffer(m, from));
    machine_store(m, go_word(m, o[0], SEAM_WORDS), value);
    saw(m, SEAM_NOUN_go, o[0], value);
    return true;
}

BODY(go_bytes_negative) {
    return machine_found(m, SEAM_RULE_negative_length, seam_any(SEAM_NOUN_c, o[0]),
                         SEAM_SEEN_RUNTIME);
}

BODY(lib_child) {
    if (!machine_access(m, m->c_pointer[o[1]]))
        return false;
    born_c(m, o[0], SEAM_FILL_clean, SEAM_ALLOCATOR_lib);
    m->cmem.blocks[c_block(m, o[0])].needs = m->c_pointer[o[1]];
    return true;
}

BODY(mmap) {
    born_c(m, o[0], SEAM_FILL_clean, SEAM_ALLOCATOR_mmap);
    return true;
}

BODY(munmap) {
    return machine_free(m, m->c_pointer[o[0]], SEAM_OWNER_go, SEAM_ALLOCATOR_mmap, false);
}

BODY(realloc) {
    if (!machine_access(m, m->c_pointer[o[1]]))
        return false;
    born_c(m, o[0], SEAM_FILL_clean, SEAM_ALLOCATOR_malloc);
    int n = SEAM_PLANTED(realloc_forgets_word) ? SEAM_BLOCK_WORDS - 1 : SEAM_BLOCK_WORDS;
    for (int i = 0; i < n; i++)
        machine_store(m, c_word(m, o[0], i), machine_load(m, c_word(m, o[1], i)));
    return machine_free(m, m->c_pointer[o[1]], SEAM_OWNER_go, SEAM_ALLOCATOR_malloc, false);
}

BODY(borrow) {
    m->c_pointer[o[0]] = m->c_pointer[o[1]] + SEAM_BORROW_OFFSET;
    m->n_c = o[0] + 1;
    return true;
}

BODY(free) {
    return machine_free(m, m->c_pointer[o[0]], SEAM_OWNER_go, SEAM_ALLOCATOR_malloc, false);
}

BODY(lib_free) {
    return machine_free(m, m->c_pointer[o[0]], SEAM_OWNER_go, SEAM_ALLOCATOR_lib, false);
}

BODY(c_release) {
    return machine_free(m, m->c_pointer[o[0]], SEAM_OWNER_c, SEAM_ALLOCATOR_own, false);
}

BODY(close) {
    int index = SEAM_PLANTED(close_frees_wrong_word) ? 1 : 0;
    word pointer = machine_load(m, go_word(m, o[0], index));
    if (cmem_block_at(&m->cmem, pointer) < 0)
        return true;
    return machine_free(m, pointer, SEAM_OWNER_go, SEAM_ALLOCATOR_own, false);
}

/* --- C memory: ownership -------------------------------------------------------------------- */

BODY(take) {
    m->cmem.blocks[c_block(m, o[0])].owner = SEAM_OWNER_go;
    return true;
}

BODY(give) {
    m->cmem.blocks[c_block(m, o[0])].owner = SEAM_OWNER_c;
    return true;
}

BODY(share) {
    if (!machine_access(m, m->c_pointer[o[0]]))
        return false;
    m->cmem.blocks[c_block(m, o[0])].counted++;
    return true;
}

BODY(unref) {
    if (!machine_access(m, m->c_pointer[o[0]]))
        return false;
    struct cblock *block = &m->cmem.blocks[c_block(m, o[0])];
    block->counted--;
    if (block->counted > (SEAM_PLANTED(unref_frees_early) ? 1 : 0))
        return true;
    /* The last reference frees on behalf of whoever owns the block. */
    block->counted = 1;
    uint8_t owner = block->owner;
    block->owner = SEAM_OWNER_go;
    bool goes_on = machine_free(m, m->c_pointer[o[0]], SEAM_OWNER_go, SEAM_ALLOCATOR_own, false);
    block->owner = owner;
    return goes_on;
}

/* --- C memory: contents --------------------------------------------------------------------- */

static bool read_c(struct machine *m, int c) {
    word pointer = m->c_pointer[c];
    if (!machine_access(m, pointer))
        return false;
    saw(m, SEAM_NOUN_c, c, machine_load(m, c_buffer(m, pointer)));
    return true;
}

/* Go stores a word in C memory. A store of pointer type runs the write barrier, which looks at the
 * word that is there already, and cgocheck2, which looks at the new one. */
static bool go_store(struct machine *m, int c, int index, word value, bool is_pointer) {
    word to = c_word(m, c, index);
    if (!machine_access(m, m->c_pointer[c]))
        return false;
    if (is_pointer && machine_load(m, to) == SEAM_DIRTY)
        machine_found(m, SEAM_RULE_dirty_c_memory, machine_name(m, to), SEAM_SEEN_NONE);
    bool caught = is_pointer && cgocheck_write(&m->heap, value, index);
    machine_store(m, to, value);
    if (!heap_is_unpinned(&m->heap, value))
        return !caught || machine_found(m, SEAM_RULES, 0, SEAM_SEEN_CGOCHECK2);
    return machine_found(
        m, caught ? SEAM_RULE_go_pointer_in_c_memory : SEAM_RULE_go_pointer_in_c_memory_hidden,
        machine_name(m, value), caught ? SEAM_SEEN_CGOCHECK2 : SEAM_SEEN_NONE);
}

BODY(look_c) { return read_c(m, o[0]); }

BODY(poke_c) {
    word pointer = m->c_pointer[o[0]];
    if (!machine_access(m, pointer))
        return false;
    machine_store(m, c_buffer(m, pointer), o[1]);
    return true;
}

BODY(store) { return go_store(m, o[0], o[1], machine_go(m, o[2]), true); }
BODY(store_int) { return go_store(m, o[0], o[1], machine_go(m, o[2]), false); }
/* Go copies memory of a pointerful type: no barrier for C memory, but cgocheck2 looks at each word.
 */
static bool copy_words(struct machine *m, int c, int go) {
    word loose = 0;
    bool caught = false;
    if (!machine_access(m, m->c_pointer[c]))
        return false;
    for (int i = 0; i < SEAM_WORDS; i++) {
        word value = machine_load(m, go_word(m, go, i));
        caught = caught || cgocheck_write(&m->heap, value, i);
        loose = loose == 0 && heap_is_unpinned(&m->heap, value) ? value : loose;
        machine_store(m, c_word(m, c, i), value);
    }
    if (loose == 0)
        return !caught || machine_found(m, SEAM_RULES, 0, SEAM_SEEN_CGOCHECK2);
    return machine_found(
        m, caught ? SEAM_RULE_go_pointer_in_c_memory : SEAM_RULE_go_pointer_in_c_memory_hidden,
        machine_name(m, loose), caught ? SEAM_SEEN_CGOCHECK2 : SEAM_SEEN_NONE);
}

BODY(store_words) { return copy_words(m, o[0], o[1]); }
BODY(store_slice) { return copy_words(m, o[0], o[1]); }
BODY(store_c) { return go_store(m, o[0], o[1], m->c_pointer[o[2]], true); }
BODY(clear) { return go_store(m, o[0], o[1], 0, true); }
BODY(c_touch) { return read_c(m, o[0]); }

BODY(c_clear) {
    if (!machine_access(m, m->c_pointer[o[0]]))
        return false;
    machine_store(m, c_word(m, o[0], o[1]), 0);
    return true;
}

BODY(c_follow) {
    if (!machine_access(m, m->c_pointer[o[0]]))
        return false;
    return follow(m, machine_load(m, c_word(m, o[0], o[1])));
}

/* --- calls ---------------------------------------------------------------------------------- */

/* A finding about memory that C may reach: what the watch saw, and what cgocheck=1 said. */
static void found_in_memory(struct machine *m, word object, struct watch_memory seen,
                            enum cgocheck check) {
    static const enum seam_rule refused[] = {SEAM_RULES, SEAM_RULE_refused_field,
                                             SEAM_RULE_refused_nil, SEAM_RULE_refused_global,
                                             SEAM_RULE_refused_array_pointer};
    bool caught = check != CGOCHECK_passes && check != CGOCHECK_throws;
    int by = caught ? SEAM_SEEN_CGOCHECK1 : SEAM_SEEN_NONE;
    if (check == CGOCHECK_throws)
        machine_found(m, refused[check], machine_name(m, object), SEAM_SEEN_CGOCHECK1);
    if (seen.direct != 0)
        machine_found(m,
                      caught ? SEAM_RULE_go_pointer_to_go_pointer
                             : SEAM_RULE_go_pointer_to_go_pointer_hidden,
                      machine_name(m, seen.direct), by);
    else if (seen.behind != 0)
        machine_found(
            m, caught ? SEAM_RULE_pinned_holds_unpinned : SEAM_RULE_pinned_holds_unpinned_hidden,
            machine_name(m, seen.behind), by);
    else if (caught)
        machine_found(m, refused[check], machine_name(m, object), by);
}

/* Where the pointer of a form points, in bytes from the object; and can C come to the buffer? */
static int pointed_at(enum seam_form form, enum seam_shape shape, bool *reaches_buffer) {
    *reaches_buffer = shape != SEAM_SHAPE_array;
    switch (form) {
    case SEAM_FORM_field:
    case SEAM_FORM_variable:
    case SEAM_FORM_parentheses:
        return shape == SEAM_SHAPE_array ? 0 : SEAM_WORDS * 8;
    case SEAM_FORM_element:
    case SEAM_FORM_slice:
    case SEAM_FORM_pointed:
    case SEAM_FORM_slicedata:
        *reaches_buffer = false;
        return 0;
    case SEAM_FORM_tail:
        *reaches_buffer = false;
        return 8;
    default:
        return 0;
    }
}

BODY(call) {
    enum seam_form form = (enum seam_form)o[0];
    word object = machine_go(m, o[1]);
    struct place place;
    heap_place(&m->heap, object, &place);
    bool is_pointer = form != SEAM_FORM_uintptr, reaches_buffer;
    int offset = pointed_at(form, shape_of(m, o[1]), &reaches_buffer);
    if (!is_pointer && place.span->segment == SEGMENT_heap)
        machine_found(m, SEAM_RULE_go_pointer_as_integer, machine_name(m, object), SEAM_SEEN_NONE);
    found_in_memory(m, object, watch_argument(m, form, object),
                    cgocheck_argument(&m->heap, form, object));
    struct call call = {.name = (uint8_t)seam_any(SEAM_NOUN_go, o[1]),
                        .form = (uint8_t)form,
                        .pointer = object + (word)offset,
                        .buffer = reaches_buffer ? object + SEAM_WORDS * 8 : 0};
    /* The root is the argument as the compiler keeps it alive: the object, also for &x.field. */
    enter(m, call, is_pointer ? object : call.pointer, is_pointer);
    return true;
}

BODY(call_c) {
    word pointer = m->c_pointer[o[0]];
    if (m->cmem.blocks[c_block(m, o[0])].freed)
        machine_found(m, SEAM_RULE_passed_freed_memory, machine_name(m, pointer), SEAM_SEEN_NONE);
    enter(m,
          (struct call){.name = (uint8_t)seam_any(SEAM_NOUN_c, o[0]),
                        .pointer = pointer,
                        .buffer = c_buffer(m, pointer)},
          pointer, true);
    return true;
}

BODY(call_local) {
    int slot = next_slot(m) + 1;
    word address = stack_address(stack(m), slot);
    stack_set(stack(m), slot, o[1], false);
    enter(m,
          (struct call){.name = (uint8_t)seam_any(SEAM_NOUN_local, o[0]),
                        .form = SEAM_FORM_uintptr,
                        .pointer = address,
                        .buffer = address},
          address, false);
    return true;
}

BODY(call_handle) {
    (void)o;
    enter(m, (struct call){.name = SEAM_NO_ARG}, 0, false);
    return true;
}

BODY(call_handle_pointer) {
    machine_found(m, SEAM_RULE_integer_as_pointer, seam_any(SEAM_NOUN_handle, o[0]),
                  SEAM_SEEN_CHECKPTR);
    enter(m, (struct call){.name = SEAM_NO_ARG}, (word)o[0] + 1, true);
    return true;
}

BODY(call_sentinel) {
    (void)o;
    enter(m, (struct call){.name = SEAM_NO_ARG}, SENTINEL, true);
    return true;
}

/* The innermost call of the thread at work is over, having returned or not. */
static bool leave(struct machine *m, bool returned) {
    struct call *innermost = machine_call(m), call = *innermost;
    m->depth--;
    memmove(innermost, innermost + 1,
            (size_t)(m->depth - (innermost - m->calls)) * sizeof *innermost);
    word argument = stack(m)->slots[call.slot], local = stack(m)->slots[call.slot + 1];
    bool is_pointer = stack(m)->is_pointer >> call.slot & 1;
    stack_set(stack(m), call.slot, 0, false);
    if (call.name == SEAM_NO_ARG)
        return true;
    if (seam_any_noun(call.name) == SEAM_NOUN_local && returned)
        saw(m, SEAM_NOUN_local, seam_any_number(call.name), local);
    struct place place;
    if (!is_pointer || !heap_find(&m->heap, argument, &place))
        return true;
    if (!heap_is_unpinned(&m->heap, argument) || watch_passed(m, argument) ||
        !watch_held(m, argument))
        return true;
    return machine_found(m, SEAM_RULE_c_keeps_go_pointer, call.name, SEAM_SEEN_NONE);
}

BODY(return ) {
    (void)o;
    return leave(m, true);
}

/* An exported function returns something that leads to the object; `check` is what cgo says of it.
 */
static bool returned(struct machine *m, word object, enum cgocheck check) {
    if (heap_is_unpinned(&m->heap, object))
        return machine_found(m,
                             check != CGOCHECK_passes ? SEAM_RULE_go_pointer_result
                                                      : SEAM_RULE_go_pointer_result_hidden,
                             machine_name(m, object),
                             check != CGOCHECK_passes ? SEAM_SEEN_CGOCHECK1 : SEAM_SEEN_NONE);
    struct watch_memory seen = watch_argument(m, SEAM_FORM_pointer, object);
    seen.behind = seen.direct;
    seen.direct = 0;
    found_in_memory(m, object, seen, check);
    return true;
}

BODY(result) {
    word object = machine_go(m, o[0]);
    return returned(m, object, cgocheck_result(&m->heap, object));
}

BODY(result_as) {
    word object = machine_go(m, o[1]);
    if (o[0] == SEAM_TYPE_map || o[0] == SEAM_TYPE_chan)
        return returned(m, heap_box(&m->heap, SEAM_SHAPE_maps, object), CGOCHECK_pointer);
    if (o[0] == SEAM_TYPE_interface)
        return returned(m, object, cgocheck_result(&m->heap, object));
    return returned(m, object,
                    heap_is_unpinned(&m->heap, object) ? CGOCHECK_pointer : CGOCHECK_passes);
}

BODY(result_nil) {
    if (o[0] != SEAM_TYPE_interface || seam_program_is_from(m->heap.program, 26))
        return true;
    return machine_found(m, SEAM_RULE_refused_nil_result, seam_any(SEAM_NOUN_thread, m->thread),
                         SEAM_SEEN_CGOCHECK1);
}

BODY(result_int) {
    word object = machine_go(m, o[0]);
    if (!heap_is_unpinned(&m->heap, object))
        return true;
    return machine_found(m, SEAM_RULE_go_pointer_result_hidden, machine_name(m, object),
                         SEAM_SEEN_NONE);
}

/* --- what C does with an argument ------------------------------------------------------------ */

BODY(c_read) {
    struct call *call = call_with(m, o[0]);
    if (!machine_access(m, call->pointer))
        return false;
    if (call->buffer != 0)
        saw(m, seam_any_noun(o[0]), seam_any_number(o[0]), machine_load(m, call->buffer));
    return true;
}

BODY(c_write) {
    struct call *call = call_with(m, o[0]);
    if (!machine_access(m, call->pointer))
        return false;
    if (call->buffer != 0)
        machine_store(m, call->buffer, o[1]);
    return true;
}

BODY(c_fill_ints) {
    struct call *call = call_with(m, o[0]);
    if (!machine_access(m, call->pointer))
        return false;
    if (call->buffer == 0)
        return true;
    machine_store(m, call->buffer, (word)o[1] << 32 | o[1]);
    return machine_found(m, SEAM_RULE_integer_width, o[0], SEAM_SEEN_NONE);
}

/* C touches the word behind an object; false, always: what is there is poisoned, or the object is.
 */
static bool touch_past(struct machine *m, int any, enum seam_rule rule) {
    word object = machine_go(m, seam_any_number(any));
    struct place place;
    if (!heap_find(&m->heap, object, &place))
        return machine_access(m, object);
    if (heap_accessible(&m->heap, object + (word)heap_size((enum seam_shape)place.span->shape)))
        return true;
    return machine_found(m, rule, machine_name(m, object), SEAM_SEEN_ASAN);
}

BODY(c_overrun) { return touch_past(m, o[0], SEAM_RULE_write_past_go_memory); }
BODY(c_read_past) { return touch_past(m, o[0], SEAM_RULE_read_past_go_memory); }

BODY(c_past) {
    if (!machine_access(m, m->c_pointer[o[0]]))
        return false;
    return m->cmem.blocks[c_block(m, o[0])].allocator == SEAM_ALLOCATOR_mmap ||
           machine_found(m, SEAM_RULE_write_past_c_memory, seam_any(SEAM_NOUN_c, o[0]),
                         SEAM_SEEN_ASAN);
}

BODY(c_free) {
    word object = call_with(m, o[0])->pointer;
    if (!machine_access(m, object))
        return false;
    return machine_found(m, SEAM_RULE_free_go_memory, machine_name(m, object), SEAM_SEEN_ASAN);
}

BODY(c_retain) {
    m->global[o[0]] = call_with(m, o[1])->pointer;
    return true;
}

BODY(c_store) {
    if (!machine_access(m, m->c_pointer[o[0]]))
        return false;
    machine_store(m, c_word(m, o[0], o[1]), call_with(m, o[2])->pointer);
    return true;
}

BODY(c_link) {
    word object = machine_go(m, seam_any_number(o[2]));
    machine_store(m, go_word(m, seam_any_number(o[0]), o[1]), object);
    if (!heap_is_unpinned(&m->heap, object))
        return true;
    return machine_found(m, SEAM_RULE_c_stores_in_go_memory, machine_name(m, object),
                         SEAM_SEEN_NONE);
}

BODY(c_forget) {
    m->global[o[0]] = 0;
    return true;
}

BODY(c_use) { return follow(m, m->global[o[0]]); }

/* --- pins and handles ------------------------------------------------------------------------ */

/* A Pinner's variable points to its state, which is not a Go object of the scenario. */
#define PINNER_BASE 0xc700000000ULL

BODY(pinner) {
    stack_set(&m->threads[0].stack, PINNER_SLOT + o[0], PINNER_BASE + (word)o[0] * SLOT_BYTES,
              true);
    m->pinners[o[0]].n = 0;
    return true;
}

BODY(pin) {
    struct pinner *pinner = &m->pinners[o[0]];
    struct place place;
    seam_assert(heap_find(&m->heap, machine_go(m, o[1]), &place) && pinner->n < PINS_MAX);
    /* setPinned says that the linker allocated it; Go 1.21 keeps the reference all the same. */
    if (place.span->segment != SEGMENT_heap && seam_program_is_from(m->heap.program, 22))
        return true;
    place.span->pins[place.slot]++;
    pinner->refs[pinner->n++] = machine_go(m, o[1]);
    return true;
}

BODY(pin_c) {
    if (seam_program_is_from(m->heap.program, 22))
        return true;
    return machine_found(m, SEAM_RULE_refused_pin, seam_any(SEAM_NOUN_c, o[1]), SEAM_SEEN_RUNTIME);
}

BODY(pin_value) {
    return machine_found(m, SEAM_RULE_pin_of_no_pointer, seam_any(SEAM_NOUN_pinner, o[0]),
                         SEAM_SEEN_RUNTIME);
}

BODY(unpin) {
    struct pinner *pinner = &m->pinners[o[0]];
    struct place place;
    uint32_t released = 0;
    while (pinner->n > 0) {
        word object = pinner->refs[--pinner->n];
        heap_place(&m->heap, object, &place);
        if (--place.span->pins[place.slot] == 0 && heap_is_unpinned(&m->heap, object))
            released |= 1u << place.span->id[place.slot];
        if (SEAM_PLANTED(unpin_releases_last_only))
            break;
    }
    for (; released != 0; released &= released - 1) {
        word object = machine_go(m, __builtin_ctz(released));
        if (!watch_passed(m, object) && watch_held(m, object))
            machine_found(m, SEAM_RULE_unpinned_while_held, machine_name(m, object),
                          SEAM_SEEN_NONE);
    }
    return true;
}

BODY(drop_pinner) {
    (void)m, (void)o;
    return true;
}

BODY(handle) {
    m->handle[o[0]] = machine_go(m, o[1]);
    return true;
}

static bool handle_is_invalid(struct machine *m, int handle) {
    return m->handle[handle] == 0 &&
           !machine_found(m, SEAM_RULE_handle_misuse, seam_any(SEAM_NOUN_handle, handle),
                          SEAM_SEEN_RUNTIME);
}

static bool value_of(struct machine *m, int handle) {
    if (handle_is_invalid(m, handle))
        return false;
    word object = m->handle[handle];
    saw(m, SEAM_NOUN_handle, handle, (word)seam_any_number(machine_name(m, object)));
    return true;
}

BODY(value) { return value_of(m, o[0]); }

BODY(delete) {
    if (handle_is_invalid(m, o[0]))
        return false;
    if (!SEAM_PLANTED(delete_keeps_handle))
        m->handle[o[0]] = 0;
    return true;
}

/* --- callbacks and their user data ----------------------------------------------------------- */

BODY(register) {
    m->callbacks[o[0]] =
        (struct callback){.is_registered = true, .has_handle = true, .handle = o[1]};
    return true;
}

BODY(register_c) {
    m->callbacks[o[0]] =
        (struct callback){.is_registered = true, .block = m->c_pointer[o[1]], .name = o[1]};
    return true;
}

BODY(unregister) {
    m->callbacks[o[0]].is_registered = false;
    return true;
}

BODY(fire) {
    const struct callback *callback = &m->callbacks[o[0]];
    if (!callback->is_registered)
        machine_found(m, SEAM_RULE_callback_after_unregister, seam_any(SEAM_NOUN_callback, o[0]),
                      SEAM_SEEN_NONE);
    if (callback->has_handle)
        return value_of(m, callback->handle);
    if (!machine_access(m, callback->block))
        return false;
    saw(m, SEAM_NOUN_c, callback->name, machine_load(m, c_buffer(m, callback->block)));
    return true;
}

/* --- threads ---------------------------------------------------------------------------------- */

static void start_thread(struct machine *m, bool is_c) {
    struct thread *thread = &m->threads[m->n_threads];
    seam_assert(m->n_os < OS_THREADS_MAX);
    m->tls[m->n_os] = TLS_UNSET;
    thread->is_c = is_c;
    thread->has_failed = false;
    thread->locks = 0;
    thread->os = m->n_os++;
    stack_init(&thread->stack, m->n_threads++);
}

BODY(goroutine) {
    (void)o;
    start_thread(m, false);
    return true;
}

BODY(c_thread) {
    (void)o;
    start_thread(m, true);
    return true;
}

BODY(on) {
    m->thread = o[0];
    return true;
}

BODY(lock_thread) {
    (void)o;
    machine_os(m);
    m->threads[m->thread].locks++;
    return true;
}

BODY(unlock_thread) {
    (void)o;
    if (m->threads[m->thread].locks > 0)
        m->threads[m->thread].locks--;
    return true;
}

BODY(migrate) {
    (void)o;
    machine_os(m);
    return true;
}

BODY(set_error) {
    m->tls[machine_os(m)] = o[0];
    m->threads[m->thread].has_failed = true;
    return true;
}

BODY(get_error) {
    (void)o;
    word error = m->tls[machine_os(m)];
    int self = seam_any(SEAM_NOUN_thread, m->thread);
    saw(m, SEAM_NOUN_thread, m->thread, error != TLS_UNSET ? error : SEAM_VALUE_UNKNOWN);
    if (error != TLS_UNSET || !m->threads[m->thread].has_failed)
        return true;
    return machine_found(m, SEAM_RULE_thread_state_lost, self, SEAM_SEEN_NONE);
}

BODY(errno) {
    saw(m, SEAM_NOUN_thread, m->thread, o[0]);
    return true;
}

BODY(lib_bound) {
    born_c(m, o[0], SEAM_FILL_clean, SEAM_ALLOCATOR_lib);
    m->cmem.blocks[c_block(m, o[0])].os = machine_os(m);
    return true;
}

BODY(panic) {
    (void)o;
    machine_found(m, SEAM_RULE_panic_through_c, seam_any(SEAM_NOUN_thread, m->thread),
                  SEAM_SEEN_NONE);
    return leave(m, false);
}

BODY(goexit) {
    (void)o;
    int self = seam_any(SEAM_NOUN_thread, m->thread);
    if (m->threads[m->thread].is_c)
        return machine_found(m, SEAM_RULE_goexit_on_c_thread, self, SEAM_SEEN_RUNTIME);
    if (machine_call(m) != NULL)
        machine_found(m, SEAM_RULE_goexit_through_c, self, SEAM_SEEN_NONE);
    while (machine_call(m) != NULL)
        leave(m, false);
    m->thread = 0;
    return true;
}

/* --- time ------------------------------------------------------------------------------------ */

static void attach(struct machine *m, enum special_kind kind, int go, int c) {
    seam_assert(m->n_specials < SPECIALS_MAX);
    m->specials[m->n_specials++] =
        (struct special){(uint8_t)kind, machine_go(m, go), m->c_pointer[c]};
}

/* The index of the object's finalizer among the specials, or -1. */
static int finalizer_of(const struct machine *m, word object) {
    for (int i = 0; i < m->n_specials; i++)
        if (m->specials[i].kind == SPECIAL_finalizer && m->specials[i].object == object)
            return i;
    return -1;
}

/* Nothing ever runs for a package variable; true if it is one. */
static bool is_linked(struct machine *m, int go) {
    struct place place;
    heap_place(&m->heap, machine_go(m, go), &place);
    if (place.span->segment == SEGMENT_heap)
        return false;
    machine_found(m, SEAM_RULE_finalizer_never_runs, seam_any(SEAM_NOUN_go, go), SEAM_SEEN_NONE);
    return true;
}

BODY(finalizer) {
    if (is_linked(m, o[0]))
        return true;
    if (finalizer_of(m, machine_go(m, o[0])) >= 0)
        return machine_found(m, SEAM_RULE_finalizer_set_twice, seam_any(SEAM_NOUN_go, o[0]),
                             SEAM_SEEN_RUNTIME);
    attach(m, SPECIAL_finalizer, o[0], o[1]);
    return true;
}

BODY(cleanup) {
    if (!is_linked(m, o[0]))
        attach(m, SPECIAL_cleanup, o[0], o[1]);
    return true;
}

BODY(finalizer_c) {
    return machine_found(m, SEAM_RULE_finalizer_on_c_memory, seam_any(SEAM_NOUN_c, o[0]),
                         SEAM_SEEN_RUNTIME);
}

BODY(weak) {
    m->weak[o[0]] = machine_go(m, o[1]);
    return true;
}

BODY(weak_value) {
    saw(m, SEAM_NOUN_weak, o[0], m->weak[o[0]] != 0);
    return true;
}

BODY(cleanup_self) {
    return machine_found(m, SEAM_RULE_cleanup_holds_object, seam_any(SEAM_NOUN_go, o[0]),
                         SEAM_SEEN_RUNTIME);
}

BODY(detach) {
    int i = finalizer_of(m, machine_go(m, o[0]));
    if (i >= 0) {
        m->n_specials--;
        memmove(&m->specials[i], &m->specials[i + 1],
                (size_t)(m->n_specials - i) * sizeof *m->specials);
    }
    return true;
}

BODY(gc) {
    (void)o;
    return machine_collect(m);
}

BODY(finalize) {
    if (m->n_queue == 0)
        return true;
    int n = o[0] % m->n_queue;
    struct special special = m->queue[n];
    m->n_queue--;
    memmove(&m->queue[n], &m->queue[n + 1], (size_t)(m->n_queue - n) * sizeof *m->queue);
    seam_trace_add(m->trace, SEAM_EVENT_ran, m->step,
                   seam_any_number(machine_name(m, special.object)), 0);
    return machine_free(m, special.c, SEAM_OWNER_go, SEAM_ALLOCATOR_own, true);
}

BODY(reuse) {
    (void)o;
    for (int i = 0; i < m->heap.n_spans; i++)
        m->heap.spans[i].reused |= m->heap.spans[i].freed;
    return true;
}

BODY(stack_grow) {
    (void)o;
    return stack_move(stack(m)) || machine_found(m, SEAM_RULE_integer_in_pointer_slot,
                                                 seam_any(SEAM_NOUN_handle, 0), SEAM_SEEN_RUNTIME);
}

/* --- the run ---------------------------------------------------------------------------------- */

static bool (*const bodies[SEAM_OPS])(struct machine *, operands) = {
#define OP(name, ...) op_##name,
#include "ops.def"
#undef OP
};

static void init(struct machine *m, const struct seam_program *program, struct seam_trace *trace) {
    heap_init(&m->heap, program);
    cmem_init(&m->cmem);
    memset(m->handle, 0, sizeof m->handle);
    memset(m->global, 0, sizeof m->global);
    memset(m->weak, 0, sizeof m->weak);
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        m->pinners[p].n = 0;
    m->n_c = m->depth = m->n_specials = m->n_queue = 0;
    m->trace = trace;
    trace->n = 0;
    m->n_threads = m->thread = 0;
    m->n_os = 1; /* 0 is none */
    start_thread(m, false);
}

/* Variables that no later step names are dead: their slots are cleared. */
static void forget_variables(struct machine *m, uint32_t go, uint32_t pinners) {
    for (uint32_t dead = go | pinners << PINNER_SLOT; dead != 0; dead &= dead - 1)
        m->threads[0].stack.slots[__builtin_ctz(dead)] = 0;
}

static bool frees(const struct special *list, int n, word c) {
    for (int i = 0; i < n; i++)
        if (list[i].c == c)
            return true;
    return false;
}

/* What is left when the program is over: C memory that nobody will free, and handles. */
static void find_leaks(struct machine *m) {
    for (int i = 0; i < m->cmem.n; i++) {
        word base = cmem_base(&m->cmem, i);
        if (!m->cmem.blocks[i].freed && m->cmem.blocks[i].owner == SEAM_OWNER_go &&
            !frees(m->specials, m->n_specials, base) && !frees(m->queue, m->n_queue, base))
            machine_found(m, SEAM_RULE_c_memory_leak, machine_name(m, base), SEAM_SEEN_NONE);
    }
    for (int h = 0; h < SEAM_HANDLE_MAX; h++)
        if (m->handle[h] != 0)
            machine_found(m, SEAM_RULE_handle_leak, seam_any(SEAM_NOUN_handle, h), SEAM_SEEN_NONE);
}

void seam_model_run(const struct seam_program *program, struct seam_trace *trace) {
    struct machine machine, *m = &machine;
    init(m, program, trace);
    bool goes_on = true;
    for (m->step = 0; goes_on && m->step < program->n_steps; m->step++) {
        const struct seam_step *step = &program->steps[m->step];
        goes_on = bodies[step->op](m, step->operand);
        forget_variables(m, program->last_go[m->step], program->last_pinner[m->step]);
    }
    if (goes_on)
        find_leaks(m);
    cmem_end(&m->cmem);
}
