/* The model's operations on Go memory, pins, handles and callbacks. */
#include <stddef.h>

#include "base/check.h"
#include "model/ops.h"
#include "peer/peer.h"

/* --- Go memory -------------------------------------------------------------------------------- */

BODY(go_new) {
    born_go(m, o->new_go, (enum seam_shape)o->shape, false);
    return true;
}

BODY(global) {
    born_go(m, o->new_go, (enum seam_shape)o->shape, true);
    return true;
}

static bool link_to(struct machine *m, int go, int index, word value) {
    machine_store(m, go_word(m, go, index), heap_box(&m->heap, shape_of(m, go), value));
    return true;
}

BODY(link) { return link_to(m, o->node, o->word, machine_go(m, o->go)); }
BODY(link_c) { return link_to(m, o->node, o->word, m->c_pointer[o->block]); }

BODY(link_misaligned) {
    return machine_found(m, SEAM_RULE_misaligned_pointer, seam_any(SEAM_NOUN_go, o->heap_go),
                         SEAM_SEEN_CHECKPTR);
}

BODY(sentinel) {
    machine_store(m, go_word(m, o->wrapper, o->word), SENTINEL);
    return machine_found(m, SEAM_RULE_sentinel_pointer, seam_any(SEAM_NOUN_go, o->wrapper),
                         SEAM_SEEN_NONE);
}

BODY(unlink) {
    machine_store(m, go_word(m, o->node, o->word), 0);
    return true;
}

BODY(look) {
    saw(m, SEAM_NOUN_go, o->full, machine_load(m, go_word(m, o->full, SEAM_WORDS)));
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
    const struct c_layout *c = &layouts[o->layout];
    int size = c->go_size != 0 ? c->go_size : c->size, offset = c->offset;
    /* Padding before __int128 was computed as if it were aligned to 4 after 8 bytes. */
    if (o->layout == SEAM_LAYOUT_wide && !seam_scenario_is_from(m->heap.scenario, 22)) {
        size -= 4;
        offset -= 4;
    }
    saw(m, SEAM_NOUN_layout, o->layout, seam_layout_value(size, offset, c->go_alignment));
    if (size != c->size || offset != c->offset)
        machine_found(m, SEAM_RULE_layout_differs, seam_any(SEAM_NOUN_layout, o->layout),
                      SEAM_SEEN_NONE);
    if (c->alignment > c->go_alignment)
        machine_found(m, SEAM_RULE_alignment_lost, seam_any(SEAM_NOUN_layout, o->layout),
                      SEAM_SEEN_NONE);
    return true;
}

BODY(keep_alive) { return true; }

BODY(drop) { return true; }

/* --- pins and handles ------------------------------------------------------------------------- */

/* A Pinner's variable points to its state, which is not a Go object of the scenario. */
#define PINNER_BASE 0xc700000000ULL

BODY(pinner) {
    stack_set(&m->threads[0].stack, PINNER_SLOT + o->new_pinner,
              PINNER_BASE + (word)o->new_pinner * SLOT_BYTES, true);
    return true;
}

BODY(pin) {
    struct pinner *pinner = &m->pinners[o->pinner];
    struct place place;
    seam_assert(heap_find(&m->heap, machine_go(m, o->go), &place) && pinner->n < SEAM_PINS_MAX);
    /* setPinned says that the linker allocated it; Go 1.21 keeps the reference all the same. */
    if (place.span->segment != SEGMENT_heap && seam_scenario_is_from(m->heap.scenario, 22))
        return true;
    place.span->pins[place.slot]++;
    pinner->refs[pinner->n++] = machine_go(m, o->go);
    return true;
}

BODY(pin_c) {
    if (seam_scenario_is_from(m->heap.scenario, 22))
        return true;
    return machine_found(m, SEAM_RULE_refused_pin, seam_any(SEAM_NOUN_c, o->c), SEAM_SEEN_RUNTIME);
}

BODY(pin_value) {
    return machine_found(m, SEAM_RULE_pin_of_no_pointer, seam_any(SEAM_NOUN_pinner, o->pinner),
                         SEAM_SEEN_RUNTIME);
}

BODY(unpin) {
    struct pinner *pinner = &m->pinners[o->pinner];
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
        if (!watch_passed(m, object) && watch_known(m, object))
            machine_found(m, SEAM_RULE_unpinned_while_held, machine_name(m, object),
                          SEAM_SEEN_NONE);
    }
    return true;
}

BODY(drop_pinner) { return true; }

BODY(handle) {
    m->handle[o->new_handle] = machine_go(m, o->go);
    return true;
}

static bool handle_is_invalid(struct machine *m, int handle) {
    return m->handle[handle] == 0 &&
           !machine_found(m, SEAM_RULE_handle_misuse, seam_any(SEAM_NOUN_handle, handle),
                          SEAM_SEEN_RUNTIME);
}

/* Go calls Value on a handle. */
static bool value_of(struct machine *m, int handle) {
    if (handle_is_invalid(m, handle))
        return false;
    word object = m->handle[handle];
    saw(m, SEAM_NOUN_handle, handle, (word)seam_any_number(machine_name(m, object)));
    return true;
}

BODY(value) { return value_of(m, o->handle); }

BODY(delete) {
    if (handle_is_invalid(m, o->handle))
        return false;
    if (!SEAM_PLANTED(delete_keeps_handle))
        m->handle[o->handle] = 0;
    return true;
}

/* --- callbacks and their user data ------------------------------------------------------------ */

BODY(register) {
    m->callbacks[o->new_callback] =
        (struct callback){.is_registered = true, .has_handle = true, .handle = o->handle};
    return true;
}

BODY(register_c) {
    m->callbacks[o->new_callback] =
        (struct callback){.is_registered = true, .block = m->c_pointer[o->c], .name = o->c};
    return true;
}

BODY(unregister) {
    m->callbacks[o->callback].is_registered = false;
    return true;
}

/* What C has in its table, registered or not. */
static const struct callback *look_up(struct machine *m, int number) {
    const struct callback *callback = &m->callbacks[number];
    ops_called_back(m);
    if (!callback->is_registered)
        machine_found(m, SEAM_RULE_callback_after_unregister, seam_any(SEAM_NOUN_callback, number),
                      SEAM_SEEN_NONE);
    return callback;
}

BODY(pool_put) {
    word object = machine_go(m, o->heap_go);
    m->pool.objects[o->heap_go] = object;
    return !watch_known(m, object) ||
           machine_found(m, SEAM_RULE_pooled_while_held, machine_name(m, object), SEAM_SEEN_NONE);
}

BODY(fire) {
    const struct callback *callback = look_up(m, o->callback);
    if (callback->has_handle)
        return value_of(m, callback->handle);
    if (!machine_access(m, callback->block))
        return false;
    saw(m, SEAM_NOUN_c, callback->name, machine_load(m, c_buffer(m, callback->block)));
    return true;
}

BODY(fire_other) {
    const struct callback *callback = look_up(m, o->callback);
    int name = seam_any(SEAM_NOUN_callback, o->callback);
    if (!callback->has_handle) /* any memory will do */
        return machine_access(m, callback->block) &&
               machine_found(m, SEAM_RULE_callback_type_hidden, name, SEAM_SEEN_NONE);
    if (m->handle[callback->handle] == 0)
        return value_of(m, callback->handle);
    return machine_found(m, SEAM_RULE_callback_type, name, SEAM_SEEN_RUNTIME);
}
