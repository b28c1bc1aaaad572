/* What the oracle makes of facts about Go memory, pins, handles and callbacks. */
#include "oracle/facts.h"

/* --- Go memory -------------------------------------------------------------------------------- */

static void born(struct world *w, int go, int shape) {
    w->go[go] = (struct world_go){
        .shape = (uint8_t)shape, .refs = {REF_NIL, REF_NIL, REF_NIL}, .finalizer = REF_NIL};
    w->go_born |= (uint16_t)(1u << go);
    w->go_variable |= (uint16_t)(1u << go);
}

BODY(born_go) {
    born(&o->world, f->go, f->shape);
    return true;
}

BODY(born_global) {
    o->world.go_global |= (uint16_t)(1u << f->go);
    born(&o->world, f->go, f->shape);
    return true;
}

BODY(link_go) {
    o->world.go[f->go].refs[f->word] = (uint8_t)seam_any(SEAM_NOUN_go, f->to);
    return true;
}

BODY(link_c) {
    o->world.go[f->go].refs[f->word] = (uint8_t)seam_any(SEAM_NOUN_c, f->c);
    return true;
}

BODY(misalign) { return broken(o, SEAM_RULE_misaligned_pointer, SEAM_NOUN_go, f->go); }

BODY(sentinel) {
    o->world.go[f->go].refs[f->word] = REF_MARK;
    return broken(o, SEAM_RULE_sentinel_pointer, SEAM_NOUN_go, f->go);
}

BODY(unlink) {
    o->world.go[f->go].refs[f->word] = REF_NIL;
    return true;
}

BODY(pool_put) {
    struct world *w = &o->world;
    w->pooled |= (uint16_t)(1u << f->go);
    if (!world_c_has(w, f->go))
        return true;
    return broken(o, SEAM_RULE_pooled_while_held, SEAM_NOUN_go, f->go);
}

/* "In C, unions have alignment of their largest member, in Go they are bytes"; what Go has instead
 * of a C struct is recorded here as measured, size, last offset and alignment. */
BODY(layout) {
    static const struct {
        uint8_t size, offset, alignment;
        bool differs, loses;
    } layouts[SEAM_LAYOUTS] = {
        [SEAM_LAYOUT_natural] = {16, 8, 8, false, false},
        [SEAM_LAYOUT_packed] = {8, 4, 4, false, false},
        [SEAM_LAYOUT_bits] = {12, 8, 1, false, true},
        [SEAM_LAYOUT_united] = {24, 16, 4, false, true},
        [SEAM_LAYOUT_wide] = {32, 16, 4, false, true},
        [SEAM_LAYOUT_aligned] = {64, 32, 4, false, true},
        [SEAM_LAYOUT_flexible] = {4, 0, 4, true, true},
    };
    int size = layouts[f->layout].size, offset = layouts[f->layout].offset;
    bool was_wrong = f->layout == SEAM_LAYOUT_wide && o->misplaces_int128;
    if (was_wrong)
        size = 28, offset = 12;
    saw(o, SEAM_NOUN_layout, f->layout,
        (uint32_t)(size << 16 | offset << 8 | layouts[f->layout].alignment));
    if (layouts[f->layout].differs || was_wrong)
        broken(o, SEAM_RULE_layout_differs, SEAM_NOUN_layout, f->layout);
    if (!layouts[f->layout].loses)
        return true;
    return broken(o, SEAM_RULE_alignment_lost, SEAM_NOUN_layout, f->layout);
}

BODY(read_go) {
    saw(o, SEAM_NOUN_go, f->go, o->world.go[f->go].buffer);
    return true;
}

/* --- pins and handles ------------------------------------------------------------------------- */

BODY(pin) {
    if (o->ignores_pins && (o->world.go_global >> f->go & 1))
        return true;
    o->world.pinned[f->pinner][o->world.n_pinned[f->pinner]++] = f->go;
    o->world.go[f->go].pins++;
    return true;
}

BODY(pin_c) {
    if (o->ignores_pins)
        return true;
    return broken(o, SEAM_RULE_refused_pin, SEAM_NOUN_c, f->c);
}

BODY(pin_value) { return broken(o, SEAM_RULE_pin_of_no_pointer, SEAM_NOUN_pinner, f->pinner); }

BODY(unpin) {
    struct world *w = &o->world;
    uint16_t released = 0;
    while (w->n_pinned[f->pinner] > 0) {
        int go = w->pinned[f->pinner][--w->n_pinned[f->pinner]];
        if (--w->go[go].pins == 0 && world_is_unpinned(w, go))
            released |= (uint16_t)(1u << go);
    }
    for (; released != 0; released &= (uint16_t)(released - 1)) {
        int go = __builtin_ctz(released);
        if (!world_is_passed(w, go) && world_c_has(w, go))
            broken(o, SEAM_RULE_unpinned_while_held, SEAM_NOUN_go, go);
    }
    return true;
}

BODY(handle_new) {
    o->world.handle[f->handle] = f->go;
    o->world.handle_live |= (uint16_t)(1u << f->handle);
    return true;
}

static bool read_handle(struct oracle *o, int handle) {
    if (!(o->world.handle_live >> handle & 1))
        return broken(o, SEAM_RULE_handle_misuse, SEAM_NOUN_handle, handle);
    saw(o, SEAM_NOUN_handle, handle, o->world.handle[handle]);
    return true;
}

BODY(handle_value) { return read_handle(o, f->handle); }

BODY(handle_delete) {
    if (!(o->world.handle_live >> f->handle & 1))
        return broken(o, SEAM_RULE_handle_misuse, SEAM_NOUN_handle, f->handle);
    o->world.handle_live &= (uint16_t) ~(1u << f->handle);
    return true;
}

/* --- callbacks and their user data ------------------------------------------------------------ */

BODY(callback) {
    o->world.callback[f->callback] = (struct world_callback){true, true, f->handle};
    return true;
}

BODY(callback_c) {
    o->world.callback[f->callback] = (struct world_callback){true, false, f->c};
    o->world.c_user_data |= (uint16_t)(1u << o->world.c[f->c].parent);
    return true;
}

BODY(unregister) {
    o->world.callback[f->callback].is_registered = false;
    return true;
}

/* C calls a function; the callback that it was registered as. */
static const struct world_callback *fired(struct oracle *o, int number) {
    const struct world_callback *callback = &o->world.callback[number];
    if (!callback->is_registered)
        broken(o, SEAM_RULE_callback_after_unregister, SEAM_NOUN_callback, number);
    return callback;
}

BODY(fire) {
    const struct world_callback *callback = fired(o, f->callback);
    if (callback->has_handle)
        return read_handle(o, callback->data);
    return facts_read_c(o, callback->data);
}

BODY(fire_other) {
    const struct world_callback *callback = fired(o, f->callback);
    if (!callback->has_handle) {
        if (!facts_touch_c(o, callback->data))
            return false;
        return broken(o, SEAM_RULE_callback_type_hidden, SEAM_NOUN_callback, f->callback);
    }
    if (!(o->world.handle_live >> callback->data & 1))
        return broken(o, SEAM_RULE_handle_misuse, SEAM_NOUN_handle, callback->data);
    return broken(o, SEAM_RULE_callback_type, SEAM_NOUN_callback, f->callback);
}
