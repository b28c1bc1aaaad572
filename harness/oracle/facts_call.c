/* What the oracle makes of facts about calls into C, results of exported functions, and what C does
 * with an argument. */
#include <stddef.h>

#include "oracle/facts.h"
#include "oracle/passing.h"

/* --- calls ------------------------------------------------------------------------------------ */

/* Report what is wrong with memory that C can reach from here on, or what is wrongly rejected. */
static void reaches(struct oracle *o, int go, bool shown, enum seam_rule refused) {
    struct world *w = &o->world;
    int direct = shown ? passing_leads_to(w, go, 0) : -1,
        behind = shown ? passing_leads_behind(w, go) : -1;
    int any = direct >= 0 ? direct : behind;
    enum seam_rule rule = refused;
    if (direct >= 0)
        rule = refused != SEAM_RULE_none ? SEAM_RULE_go_pointer_to_go_pointer
                                         : SEAM_RULE_go_pointer_to_go_pointer_hidden;
    else if (behind >= 0)
        rule = refused != SEAM_RULE_none ? SEAM_RULE_pinned_holds_unpinned
                                         : SEAM_RULE_pinned_holds_unpinned_hidden;
    if (any >= 0)
        broken(o, rule, seam_any_noun(any), seam_any_number(any));
    else if (rule != SEAM_RULE_none)
        broken(o, rule, SEAM_NOUN_go, go);
}

static bool enter(struct oracle *o, int arg, int form, bool is_bad_pointer) {
    world_os(&o->world); /* for the whole call */
    o->world.frames[o->world.depth++] = (struct world_frame){.arg = (uint8_t)arg,
                                                             .form = (uint8_t)form,
                                                             .thread = (uint8_t)o->world.thread,
                                                             .is_bad_pointer = is_bad_pointer};
    return true;
}

BODY(enter_go) {
    struct world *w = &o->world;
    enum seam_shape shape = (enum seam_shape)w->go[f->go].shape;
    enum seam_form form = (enum seam_form)f->form;
    bool global = w->go_global >> f->go & 1, plain = global && shape == SEAM_SHAPE_data;
    enum seam_rule refused = passing_refusal(w, f->go, form);
    if (form == SEAM_FORM_uintptr && !global && w->go[f->go].pins == 0)
        broken(o, SEAM_RULE_go_pointer_as_integer, SEAM_NOUN_go, f->go);
    if (form == SEAM_FORM_pointed && !o->has_array_pointers && !plain) {
        broken(o, SEAM_RULE_refused_array_pointer, SEAM_NOUN_go, f->go);
        refused = SEAM_RULE_none;
    }
    reaches(o, f->go, passing_shows_words(form, shape), refused);
    return enter(o, seam_any(SEAM_NOUN_go, f->go), form, false);
}

BODY(enter_c) {
    int owner = o->world.c[f->c].parent;
    if (o->world.c_freed >> owner & 1)
        broken(o, SEAM_RULE_passed_freed_memory, SEAM_NOUN_c, owner);
    return enter(o, seam_any(SEAM_NOUN_c, f->c), SEAM_FORM_pointer, false);
}

BODY(enter_local) {
    o->world.local[f->local] = f->value;
    return enter(o, seam_any(SEAM_NOUN_local, f->local), SEAM_FORM_uintptr, false);
}

BODY(enter_handle) { return enter(o, SEAM_NO_ARG, SEAM_FORM_uintptr, false); }

BODY(enter_handle_pointer) {
    broken(o, SEAM_RULE_integer_as_pointer, SEAM_NOUN_handle, f->handle);
    return enter(o, SEAM_NO_ARG, SEAM_FORM_pointer, true);
}

BODY(enter_sentinel) { return enter(o, SEAM_NO_ARG, SEAM_FORM_pointer, true); }

BODY(enter_protected) {
    enter(o, SEAM_NO_ARG, SEAM_FORM_uintptr, false);
    o->world.frames[o->world.depth - 1].is_protected = true;
    return true;
}

bool facts_leave(struct oracle *o, bool returned) {
    struct world *w = &o->world;
    int i = world_innermost(w);
    struct world_frame frame = w->frames[i];
    w->depth--;
    for (; i < w->depth; i++)
        w->frames[i] = w->frames[i + 1];
    if (frame.arg == SEAM_NO_ARG)
        return true;
    int number = seam_any_number(frame.arg);
    if (seam_any_noun(frame.arg) == SEAM_NOUN_local && returned)
        saw(o, SEAM_NOUN_local, number, w->local[number]);
    if (world_is_go(frame.arg) && frame.form != SEAM_FORM_uintptr && world_is_unpinned(w, number) &&
        !world_is_passed(w, number) && world_c_holds(w, frame.arg))
        return broken(o, SEAM_RULE_c_keeps_go_pointer, SEAM_NOUN_go, number);
    return true;
}

BODY(leave) { return facts_leave(o, true); }

/* Between a call and the next one inside it is the callback: frames of Go. */
BODY(raise) {
    const struct world *w = &o->world;
    int innermost = world_innermost(w);
    int i = innermost;
    while (i >= 0 && (w->frames[i].thread != w->thread || !w->frames[i].is_protected))
        i--;
    if (i < 0 || i == innermost)
        return true;
    return broken(o, SEAM_RULE_longjmp_over_go, SEAM_NOUN_thread, w->thread);
}

/* --- results ---------------------------------------------------------------------------------- */

static bool returns(struct oracle *o, int go) {
    if (world_is_unpinned(&o->world, go))
        return broken(o, SEAM_RULE_go_pointer_result, SEAM_NOUN_go, go);
    int inner = passing_leads_to(&o->world, go, 0);
    enum seam_rule refused = passing_refusal_of_pointer(&o->world, go);
    if (inner >= 0)
        return broken(o, SEAM_RULE_pinned_holds_unpinned, seam_any_noun(inner),
                      seam_any_number(inner));
    if (refused == SEAM_RULE_none)
        return true;
    return broken(o, refused, SEAM_NOUN_go, go);
}

BODY(result) { return returns(o, f->go); }

/* A map or channel is Go memory itself; a string or slice of bytes is not looked into. */
BODY(result_as) {
    if (f->type == SEAM_TYPE_map || f->type == SEAM_TYPE_chan)
        return broken(o, SEAM_RULE_go_pointer_result, SEAM_NOUN_go, f->go);
    if (f->type == SEAM_TYPE_interface || world_is_unpinned(&o->world, f->go))
        return returns(o, f->go);
    int inner = passing_leads_to(&o->world, f->go, 0);
    if (inner < 0)
        return true;
    return broken(o, SEAM_RULE_pinned_holds_unpinned_hidden, seam_any_noun(inner),
                  seam_any_number(inner));
}

BODY(result_nil) {
    if (f->type != SEAM_TYPE_interface || o->returns_nil)
        return true;
    return broken(o, SEAM_RULE_refused_nil_result, SEAM_NOUN_thread, o->world.thread);
}

/* A C pointer may be returned, but not one to freed memory: that is passing it to C. */
BODY(result_c) {
    int owner = o->world.c[f->c].parent;
    if (!(o->world.c_freed >> owner & 1))
        return true;
    return broken(o, SEAM_RULE_passed_freed_memory, SEAM_NOUN_c, owner);
}

BODY(result_int) {
    if (!world_is_unpinned(&o->world, f->go))
        return true;
    return broken(o, SEAM_RULE_go_pointer_result_hidden, SEAM_NOUN_go, f->go);
}

/* --- what C does with an argument ------------------------------------------------------------- */

static struct world_frame *frame_of(struct oracle *o, int any) {
    struct world_frame *frame = &o->world.frames[o->world.depth - 1];
    while (frame->arg != any || frame->thread != o->world.thread)
        frame--;
    return frame;
}

BODY(touch_arg) {
    int number = seam_any_number(f->arg);
    if (seam_any_noun(f->arg) != SEAM_NOUN_local)
        return facts_touch(o, f->arg);
    if (o->world.local_stale >> number & 1)
        return broken(o, SEAM_RULE_stale_stack_address, SEAM_NOUN_local, number);
    return true;
}

/* The buffer that an argument leads to, or NULL. */
static uint32_t *buffer_of(struct oracle *o, int arg) {
    int number = seam_any_number(arg);
    if (seam_any_noun(arg) == SEAM_NOUN_local)
        return &o->world.local[number];
    if (seam_any_noun(arg) == SEAM_NOUN_c)
        return &o->world.c[o->world.c[number].parent].buffer;
    struct world_go *go = &o->world.go[number];
    enum seam_form form = (enum seam_form)frame_of(o, arg)->form;
    return passing_reaches_buffer(form, (enum seam_shape)go->shape) ? &go->buffer : NULL;
}

BODY(read_arg) {
    const uint32_t *buffer = buffer_of(o, f->arg);
    if (buffer != NULL)
        saw(o, seam_any_noun(f->arg), seam_any_number(f->arg), *buffer);
    return true;
}

BODY(put_arg) {
    uint32_t *buffer = buffer_of(o, f->arg);
    if (buffer != NULL)
        *buffer = f->value;
    return true;
}

BODY(put_ints) {
    uint32_t *buffer = buffer_of(o, f->arg);
    if (buffer == NULL)
        return true;
    *buffer = f->value;
    return broken(o, SEAM_RULE_integer_width, seam_any_noun(f->arg), seam_any_number(f->arg));
}

BODY(overrun) {
    return broken(o, SEAM_RULE_write_past_go_memory, SEAM_NOUN_go, seam_any_number(f->arg));
}

BODY(overread) {
    return broken(o, SEAM_RULE_read_past_go_memory, SEAM_NOUN_go, seam_any_number(f->arg));
}

BODY(free_go) { return broken(o, SEAM_RULE_free_go_memory, SEAM_NOUN_go, seam_any_number(f->arg)); }

BODY(retain) {
    o->world.slot[f->slot] = f->arg;
    return true;
}

BODY(keep) {
    o->world.c[f->c].refs[f->word] = f->arg;
    return true;
}

BODY(advance) {
    o->world.c[f->c].refs[f->word] = REF_END;
    return true;
}

BODY(c_link) {
    struct world *w = &o->world;
    int to = seam_any_number(f->to);
    w->go[seam_any_number(f->arg)].refs[f->word] = f->to;
    if (!world_is_unpinned(w, to))
        return true;
    return broken(o, SEAM_RULE_c_stores_in_go_memory, SEAM_NOUN_go, to);
}

BODY(forget) {
    o->world.slot[f->slot] = REF_NIL;
    return true;
}

BODY(touch_slot) { return facts_touch(o, o->world.slot[f->slot]); }
