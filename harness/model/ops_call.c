/* The model's calls into C, results of exported functions, and what C does with an argument. */
#include <string.h>

#include "base/check.h"
#include "model/ops.h"

static struct call *call_with(struct machine *m, int any) {
    struct call *call = &m->calls[m->depth - 1];
    while (call->name != any || call->thread != m->thread)
        call--;
    return call;
}

/* The slot where the next frame of the current thread begins. */
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

/* --- calls ------------------------------------------------------------------------------------ */

/* A finding about memory that C may reach: what the watch saw, and what cgocheck=1 reported. */
static void found_in_memory(struct machine *m, word object, struct watch_memory seen,
                            enum cgocheck check) {
    static const enum seam_rule refused[] = {SEAM_RULE_none, SEAM_RULE_refused_field,
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
    case SEAM_FORM_bytes:
    case SEAM_FORM_bytesdata:
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
    enum seam_form form = (enum seam_form)o->form;
    word object = machine_go(m, o->go);
    struct place place;
    heap_place(&m->heap, object, &place);
    bool is_pointer = form != SEAM_FORM_uintptr, reaches_buffer;
    int offset = pointed_at(form, shape_of(m, o->go), &reaches_buffer);
    if (!is_pointer && place.span->segment == SEGMENT_heap && !heap_is_pinned(&m->heap, object))
        machine_found(m, SEAM_RULE_go_pointer_as_integer, machine_name(m, object), SEAM_SEEN_NONE);
    found_in_memory(m, object, watch_argument(m, form, object),
                    cgocheck_argument(&m->heap, form, object));
    struct call call = {.name = (uint8_t)seam_any(SEAM_NOUN_go, o->go),
                        .form = (uint8_t)form,
                        .pointer = object + (word)offset,
                        .buffer = reaches_buffer ? object + SEAM_WORDS * 8 : 0};
    /* The root is the argument as the compiler keeps it alive: the object, also for &x.field. */
    enter(m, call, is_pointer ? object : call.pointer, is_pointer);
    return true;
}

BODY(call_c) {
    word pointer = m->c_pointer[o->c];
    if (m->cmem.blocks[c_block(m, o->c)].freed)
        machine_found(m, SEAM_RULE_passed_freed_memory, machine_name(m, pointer), SEAM_SEEN_NONE);
    enter(m,
          (struct call){.name = (uint8_t)seam_any(SEAM_NOUN_c, o->c),
                        .pointer = pointer,
                        .buffer = c_buffer(m, pointer)},
          pointer, true);
    return true;
}

BODY(call_local) {
    int slot = next_slot(m) + 1;
    word address = stack_address(stack(m), slot);
    stack_set(stack(m), slot, o->value, false);
    enter(m,
          (struct call){.name = (uint8_t)seam_any(SEAM_NOUN_local, o->new_local),
                        .form = SEAM_FORM_uintptr,
                        .pointer = address,
                        .buffer = address},
          address, false);
    return true;
}

BODY(call_handle) {
    enter(m, (struct call){.name = SEAM_NO_ARG}, 0, false);
    return true;
}

BODY(call_handle_pointer) {
    machine_found(m, SEAM_RULE_integer_as_pointer, seam_any(SEAM_NOUN_handle, o->handle),
                  SEAM_SEEN_CHECKPTR);
    enter(m, (struct call){.name = SEAM_NO_ARG}, (word)o->handle + 1, true);
    return true;
}

BODY(call_sentinel) {
    enter(m, (struct call){.name = SEAM_NO_ARG}, SENTINEL, true);
    return true;
}

BODY(call_protected) {
    enter(m, (struct call){.name = SEAM_NO_ARG, .catches = true}, 0, false);
    return true;
}

bool ops_leave(struct machine *m, bool returned) {
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

BODY(return ) { return ops_leave(m, true); }

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
    ops_called_back(m);
    word object = machine_go(m, o->go);
    return returned(m, object, cgocheck_result(&m->heap, object));
}

BODY(result_as) {
    ops_called_back(m);
    word object = machine_go(m, o->go);
    if (o->type == SEAM_TYPE_map || o->type == SEAM_TYPE_chan)
        return returned(m, heap_box(&m->heap, SEAM_SHAPE_maps, object), CGOCHECK_pointer);
    if (o->type == SEAM_TYPE_interface)
        return returned(m, object, cgocheck_result(&m->heap, object));
    return returned(m, object,
                    heap_is_unpinned(&m->heap, object) ? CGOCHECK_pointer : CGOCHECK_passes);
}

BODY(result_nil) {
    ops_called_back(m);
    if (o->type != SEAM_TYPE_interface || seam_scenario_is_from(m->heap.scenario, 26))
        return true;
    return machine_found(m, SEAM_RULE_refused_nil_result, seam_any(SEAM_NOUN_thread, m->thread),
                         SEAM_SEEN_CGOCHECK1);
}

BODY(result_c) {
    ops_called_back(m);
    word pointer = m->c_pointer[o->c];
    return !m->cmem.blocks[c_block(m, o->c)].freed ||
           machine_found(m, SEAM_RULE_passed_freed_memory, machine_name(m, pointer),
                         SEAM_SEEN_NONE);
}

BODY(result_int) {
    ops_called_back(m);
    word object = machine_go(m, o->go);
    if (!heap_is_unpinned(&m->heap, object))
        return true;
    return machine_found(m, SEAM_RULE_go_pointer_result_hidden, machine_name(m, object),
                         SEAM_SEEN_NONE);
}

/* --- what C does with an argument ------------------------------------------------------------- */

BODY(c_read) {
    struct call *call = call_with(m, o->arg);
    if (!machine_access(m, call->pointer))
        return false;
    if (call->buffer != 0)
        saw(m, seam_any_noun(o->arg), seam_any_number(o->arg), machine_load(m, call->buffer));
    return true;
}

BODY(c_write) {
    struct call *call = call_with(m, o->arg);
    if (!machine_access(m, call->pointer))
        return false;
    if (call->buffer != 0)
        machine_store(m, call->buffer, o->value);
    return true;
}

BODY(c_fill_ints) {
    struct call *call = call_with(m, o->arg);
    if (!machine_access(m, call->pointer))
        return false;
    if (call->buffer == 0)
        return true;
    machine_store(m, call->buffer, (word)o->value << 32 | o->value);
    return machine_found(m, SEAM_RULE_integer_width, o->arg, SEAM_SEEN_NONE);
}

/* C touches the word after an object, which is poisoned; the object is alive, as it is an
 * argument. */
static bool touch_past(struct machine *m, int any, enum seam_rule rule) {
    word object = machine_go(m, seam_any_number(any));
    struct place place;
    seam_assert(heap_find(&m->heap, object, &place));
    if (heap_accessible(&m->heap, object + (word)heap_size((enum seam_shape)place.span->shape)))
        return true;
    return machine_found(m, rule, machine_name(m, object), SEAM_SEEN_ASAN);
}

BODY(c_overrun) { return touch_past(m, o->heap_arg, SEAM_RULE_write_past_go_memory); }
BODY(c_read_past) { return touch_past(m, o->heap_arg, SEAM_RULE_read_past_go_memory); }

BODY(c_past) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    return m->cmem.blocks[c_block(m, o->block)].allocator == SEAM_ALLOCATOR_mmap ||
           machine_found(m, SEAM_RULE_write_past_c_memory, seam_any(SEAM_NOUN_c, o->block),
                         SEAM_SEEN_ASAN);
}

BODY(c_free) {
    word object = call_with(m, o->heap_arg)->pointer;
    if (!machine_access(m, object))
        return false;
    return machine_found(m, SEAM_RULE_free_go_memory, machine_name(m, object), SEAM_SEEN_ASAN);
}

BODY(c_retain) {
    m->global[o->slot] = call_with(m, o->kept_arg)->pointer;
    return true;
}

BODY(c_store) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    machine_store(m, c_word(m, o->block, o->word), call_with(m, o->kept_arg)->pointer);
    return true;
}

BODY(c_advance) {
    word object = machine_go(m, seam_any_number(o->heap_arg));
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    machine_store(m, c_word(m, o->block, o->word),
                  object + (word)heap_size(shape_of(m, seam_any_number(o->heap_arg))));
    return true;
}

BODY(c_link) {
    word object = machine_go(m, seam_any_number(o->go_arg));
    machine_store(m, go_word(m, seam_any_number(o->wrapper_arg), o->word), object);
    if (!heap_is_unpinned(&m->heap, object))
        return true;
    return machine_found(m, SEAM_RULE_c_stores_in_go_memory, machine_name(m, object),
                         SEAM_SEEN_NONE);
}

BODY(c_forget) {
    m->global[o->slot] = 0;
    return true;
}

/* longjmp takes the newest call that catches; each call of the thread that it passes was made by
 * Go.
 */
BODY(c_raise) {
    int passed = 0, i = m->depth - 1;
    for (; i >= 0 && !(m->calls[i].catches && m->calls[i].thread == m->thread); i--)
        passed += m->calls[i].thread == m->thread;
    return i < 0 || passed == 0 ||
           machine_found(m, SEAM_RULE_longjmp_over_go, seam_any(SEAM_NOUN_thread, m->thread),
                         SEAM_SEEN_NONE);
}

BODY(c_use) { return follow(m, m->global[o->slot]); }
