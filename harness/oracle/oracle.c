/* Decide which cgo rules, if any, a scenario breaks.
 *
 * One function per fact, in the order of facts.def; each returns false when nothing that follows is
 * well defined. Always true between two steps: world_check().
 *
 * To add a rule: one row in rules.def, one line here that calls broken(). */
#include "oracle/oracle.h"

#include <stddef.h>

#include "base/check.h"
#include "oracle/fact.h"
#include "oracle/passing.h"
#include "oracle/world.h"

struct oracle {
    struct world world;
    bool ignores_pins;       /* Pin of a package variable does nothing: from Go 1.22 on */
    bool misplaces_int128;   /* up to Go 1.21 */
    bool mistakes_threads;   /* that are in Go for such that are not: Go 1.21 to 1.24 */
    bool returns_nil;        /* a nil interface may be returned: from Go 1.26 on */
    bool has_array_pointers; /* the check knows pointers to arrays: from Go 1.24 on */
    struct seam_trace *trace;
    int step;
};

typedef const uint8_t *args;

/* --- helpers ---------------------------------------------------------------------------------- */

/* Report a broken rule; false if the run must end here. */
static bool broken(struct oracle *o, enum seam_rule rule, enum seam_noun noun, int number) {
    seam_trace_add(o->trace, SEAM_EVENT_broken, o->step, (int)rule,
                   (uint32_t)seam_any(noun, number));
    return seam_rule_rows[rule].fate != SEAM_FATE_ENDS;
}

static void saw(struct oracle *o, enum seam_noun noun, int number, uint32_t value) {
    seam_trace_add(o->trace, SEAM_EVENT_value, o->step, seam_any(noun, number), value);
}

/* --- memory that C reaches -------------------------------------------------------------------- */

/* Report what is wrong with memory that C can reach from here on, or what is wrongly refused. */
static void reaches(struct oracle *o, int go, bool shown, enum seam_rule refused) {
    struct world *w = &o->world;
    int direct = shown ? passing_leads_to(w, go, 0) : -1,
        behind = shown ? passing_leads_behind(w, go) : -1;
    int any = direct >= 0 ? direct : behind;
    enum seam_rule rule = refused;
    if (direct >= 0)
        rule = refused != SEAM_RULES ? SEAM_RULE_go_pointer_to_go_pointer
                                     : SEAM_RULE_go_pointer_to_go_pointer_hidden;
    else if (behind >= 0)
        rule = refused != SEAM_RULES ? SEAM_RULE_pinned_holds_unpinned
                                     : SEAM_RULE_pinned_holds_unpinned_hidden;
    if (any >= 0)
        broken(o, rule, seam_any_noun(any), seam_any_number(any));
    else if (rule != SEAM_RULES)
        broken(o, rule, SEAM_NOUN_go, go);
}

/* --- C memory that is touched and freed ------------------------------------------------------- */

/* A block that belongs to a thread is used on it only; a finalizer has a thread of its own. */
static void require_thread(struct oracle *o, int c, bool by_finalizer) {
    int os = o->world.c[c].os;
    if (os != OS_ANY && (world_os(&o->world) != os || by_finalizer))
        broken(o, SEAM_RULE_wrong_thread, SEAM_NOUN_c, c);
}

static bool touch_c(struct oracle *o, int c) {
    struct world *w = &o->world;
    int owner = w->c[c].parent;
    if (!(w->c_freed >> owner & 1)) {
        require_thread(o, owner, false);
        return true;
    }
    if (w->c[owner].allocator == SEAM_ALLOCATOR_mmap)
        return broken(o, SEAM_RULE_use_after_unmap, SEAM_NOUN_c, owner);
    return broken(o, owner == c ? SEAM_RULE_use_after_free : SEAM_RULE_child_after_parent,
                  SEAM_NOUN_c, owner);
}

static bool touch_ref(struct oracle *o, int ref) {
    if (world_is_c(ref))
        return touch_c(o, seam_any_number(ref));
    int go = seam_any_number(ref);
    if (world_is_go(ref) && o->world.go_reused >> go & 1)
        return broken(o, SEAM_RULE_go_memory_reused, SEAM_NOUN_go, go);
    if (world_is_go(ref) && o->world.go_collected >> go & 1)
        return broken(o, SEAM_RULE_go_memory_after_collection, SEAM_NOUN_go, go);
    return true;
}

static bool is_unmapped(const struct world *w, int c) {
    return w->c_freed >> c & 1 && w->c[c].allocator == SEAM_ALLOCATOR_mmap;
}

/* Freeing an object reads its parent. */
static bool require_parent(struct oracle *o, int c) {
    int needs = o->world.c[c].needs;
    if (needs == REF_NIL || !(o->world.c_freed >> needs & 1))
        return true;
    return broken(
        o, is_unmapped(&o->world, needs) ? SEAM_RULE_use_after_unmap : SEAM_RULE_parent_freed_first,
        SEAM_NOUN_c, needs);
}

/* A C block is freed: by a side, with an allocator, perhaps by a finalizer. */
static bool free_c(struct oracle *o, int c, int by, int allocator, bool by_finalizer) {
    struct world *w = &o->world;
    int owner = w->c[c].parent;
    if (w->c_borrowed >> c & 1) /* free reads what is in front of the pointer, to say so */
        return broken(o,
                      is_unmapped(w, owner) ? SEAM_RULE_use_after_unmap : SEAM_RULE_borrowed_freed,
                      SEAM_NOUN_c, owner);
    if (allocator != SEAM_ALLOCATOR_own && allocator != w->c[c].allocator)
        return broken(o, SEAM_RULE_wrong_allocator, SEAM_NOUN_c, c);
    bool is_mapped = w->c[c].allocator == SEAM_ALLOCATOR_mmap;
    if (w->c_freed >> c & 1)
        return broken(o, is_mapped ? SEAM_RULE_unmapped_twice : SEAM_RULE_double_free, SEAM_NOUN_c,
                      c);
    if (w->c[c].counted > 1)
        broken(o, SEAM_RULE_freed_while_shared, SEAM_NOUN_c, c);
    if (w->c[c].owner != by)
        broken(o, SEAM_RULE_freed_by_non_owner, SEAM_NOUN_c, c);
    require_thread(o, c, by_finalizer);
    if (by == SEAM_OWNER_go && world_c_in_call(w, c))
        broken(o, by_finalizer ? SEAM_RULE_finalized_during_call : SEAM_RULE_freed_during_call,
               SEAM_NOUN_c, c);
    if (!require_parent(o, c))
        return false;
    w->c_freed |= (uint16_t)(1u << c);
    return true;
}

static struct world_frame *frame_of(struct oracle *o, int any) {
    struct world_frame *frame = &o->world.frames[o->world.depth - 1];
    while (frame->arg != any || frame->thread != o->world.thread)
        frame--;
    return frame;
}

static bool enter(struct oracle *o, int arg, int form, bool is_bad_pointer) {
    world_os(&o->world); /* for the whole call */
    o->world.frames[o->world.depth++] = (struct world_frame){.arg = (uint8_t)arg,
                                                             .form = (uint8_t)form,
                                                             .thread = (uint8_t)o->world.thread,
                                                             .is_bad_pointer = is_bad_pointer};
    return true;
}

/* --- one function per fact -------------------------------------------------------------------- */

#define fact_nothing NULL /* no step has this fact */

static bool fact_born_go(struct oracle *o, args a) {
    o->world.go[a[0]] =
        (struct world_go){.shape = a[1], .refs = {REF_NIL, REF_NIL, REF_NIL}, .finalizer = REF_NIL};
    o->world.go_born |= (uint16_t)(1u << a[0]);
    o->world.go_variable |= (uint16_t)(1u << a[0]);
    return true;
}

static bool fact_born_global(struct oracle *o, args a) {
    o->world.go_global |= (uint16_t)(1u << a[0]);
    return fact_born_go(o, a);
}

static bool fact_link_go(struct oracle *o, args a) {
    o->world.go[a[0]].refs[a[1]] = (uint8_t)seam_any(SEAM_NOUN_go, a[2]);
    return true;
}

static bool fact_link_c(struct oracle *o, args a) {
    o->world.go[a[0]].refs[a[1]] = (uint8_t)seam_any(SEAM_NOUN_c, a[2]);
    return true;
}

static bool fact_misalign(struct oracle *o, args a) {
    return broken(o, SEAM_RULE_misaligned_pointer, SEAM_NOUN_go, a[0]);
}

static bool fact_sentinel(struct oracle *o, args a) {
    o->world.go[a[0]].refs[a[1]] = REF_MARK;
    return broken(o, SEAM_RULE_sentinel_pointer, SEAM_NOUN_go, a[0]);
}

static bool fact_unlink(struct oracle *o, args a) {
    o->world.go[a[0]].refs[a[1]] = REF_NIL;
    return true;
}

static bool fact_pool_put(struct oracle *o, args a) {
    struct world *w = &o->world;
    w->pooled |= (uint16_t)(1u << a[0]);
    if (!world_is_passed(w, a[0]) && !world_c_holds(w, seam_any(SEAM_NOUN_go, a[0])))
        return true;
    return broken(o, SEAM_RULE_pooled_while_held, SEAM_NOUN_go, a[0]);
}

/* "In C, unions have alignment of their largest member, in Go they are bytes"; what Go has instead
 * of a C struct is written down here as measured, size, last offset and alignment. */
static bool fact_layout(struct oracle *o, args a) {
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
    int size = layouts[a[0]].size, offset = layouts[a[0]].offset;
    bool was_wrong = a[0] == SEAM_LAYOUT_wide && o->misplaces_int128;
    if (was_wrong)
        size = 28, offset = 12;
    saw(o, SEAM_NOUN_layout, a[0], (uint32_t)(size << 16 | offset << 8 | layouts[a[0]].alignment));
    if (layouts[a[0]].differs || was_wrong)
        broken(o, SEAM_RULE_layout_differs, SEAM_NOUN_layout, a[0]);
    if (!layouts[a[0]].loses)
        return true;
    return broken(o, SEAM_RULE_alignment_lost, SEAM_NOUN_layout, a[0]);
}

static bool fact_read_go(struct oracle *o, args a) {
    saw(o, SEAM_NOUN_go, a[0], o->world.go[a[0]].buffer);
    return true;
}

static bool fact_born_c(struct oracle *o, args a) {
    bool dirty = a[1] == SEAM_FILL_dirty;
    uint8_t word = dirty ? REF_DIRTY : REF_NIL;
    o->world.c[a[0]] = (struct world_c){.parent = a[0],
                                        .allocator = a[2],
                                        .counted = 1,
                                        .needs = REF_NIL,
                                        .refs = {word, word, word},
                                        .buffer = dirty ? (uint32_t)SEAM_DIRTY : 0};
    o->world.c_born = a[0] + 1;
    return true;
}

static bool fact_borrow(struct oracle *o, args a) {
    o->world.c[a[0]] =
        (struct world_c){.parent = a[1], .needs = REF_NIL, .refs = {REF_NIL, REF_NIL, REF_NIL}};
    o->world.c_borrowed |= (uint16_t)(1u << a[0]);
    o->world.c_born = a[0] + 1;
    return true;
}

static bool fact_child(struct oracle *o, args a) {
    o->world.c[a[0]].needs = a[1];
    return true;
}

static bool fact_own(struct oracle *o, args a) {
    o->world.c[a[0]].owner = a[1];
    return true;
}

static bool fact_free(struct oracle *o, args a) { return free_c(o, a[0], a[1], a[2], false); }

static bool fact_close(struct oracle *o, args a) {
    int ref = o->world.go[a[0]].refs[0];
    if (!world_is_c(ref))
        return true;
    return free_c(o, seam_any_number(ref), SEAM_OWNER_go, SEAM_ALLOCATOR_own, false);
}

static bool fact_share(struct oracle *o, args a) {
    o->world.c[a[0]].counted++;
    return true;
}

static bool fact_unref(struct oracle *o, args a) {
    struct world *w = &o->world;
    if (--w->c[a[0]].counted > 0)
        return true;
    require_thread(o, a[0], false);
    if (world_c_in_call(w, a[0]))
        broken(o, SEAM_RULE_freed_during_call, SEAM_NOUN_c, a[0]);
    if (!require_parent(o, a[0]))
        return false;
    w->c_freed |= (uint16_t)(1u << a[0]);
    return true;
}

static bool fact_touch_c(struct oracle *o, args a) { return touch_c(o, a[0]); }

static bool fact_touch_unseen(struct oracle *o, args a) {
    int owner = o->world.c[a[0]].parent;
    if (!(o->world.c_freed >> owner & 1))
        return true;
    if (o->world.c[owner].allocator == SEAM_ALLOCATOR_mmap) /* the processor looks everywhere */
        return broken(o, SEAM_RULE_use_after_unmap, SEAM_NOUN_c, owner);
    return broken(o, SEAM_RULE_use_after_free_hidden, SEAM_NOUN_c, owner);
}

static bool fact_negative(struct oracle *o, args a) {
    return broken(o, SEAM_RULE_negative_length, SEAM_NOUN_c, a[0]);
}

static bool fact_read_c(struct oracle *o, args a) {
    saw(o, SEAM_NOUN_c, a[0], o->world.c[o->world.c[a[0]].parent].buffer);
    return true;
}

static bool fact_read_past_c(struct oracle *o, args a) {
    if (o->world.c[a[0]].allocator == SEAM_ALLOCATOR_mmap) /* whole pages */
        return true;
    return broken(o, SEAM_RULE_read_past_c_memory, SEAM_NOUN_c, a[0]);
}

/* A Go pointer, and the mark, C does not know as one of its objects. */
static bool fact_use_c(struct oracle *o, args a) {
    int ref = o->world.go[a[0]].refs[a[1]];
    if (ref == REF_NIL)
        return broken(o, SEAM_RULE_nil_c_pointer, SEAM_NOUN_go, a[0]);
    uint8_t c = (uint8_t)seam_any_number(ref);
    if (!world_is_c(ref))
        return true;
    if (!touch_c(o, c))
        return false;
    return fact_read_c(o, &c);
}

static bool fact_put_c(struct oracle *o, args a) {
    o->world.c[o->world.c[a[0]].parent].buffer = a[1];
    return true;
}

static bool fact_copy_out(struct oracle *o, args a) {
    o->world.c[a[0]].buffer = o->world.go[a[1]].buffer;
    return true;
}

static bool fact_copy_in(struct oracle *o, args a) {
    o->world.go[a[0]].buffer = o->world.c[o->world.c[a[1]].parent].buffer;
    return true;
}

static bool fact_copy_c(struct oracle *o, args a) {
    o->world.c[a[0]].buffer = o->world.c[a[1]].buffer;
    for (int w = 0; w < SEAM_WORDS; w++)
        o->world.c[a[0]].refs[w] = o->world.c[a[1]].refs[w];
    return true;
}

static bool fact_overwrite(struct oracle *o, args a) {
    int old = o->world.c[a[0]].refs[a[1]];
    if (old == REF_END)
        return broken(o, SEAM_RULE_past_end_overwritten, SEAM_NOUN_c, a[0]);
    if (old != REF_DIRTY)
        return true;
    return broken(o, SEAM_RULE_dirty_c_memory, SEAM_NOUN_c, a[0]);
}

static bool fact_store_go(struct oracle *o, args a) {
    o->world.c[a[0]].refs[a[1]] = (uint8_t)seam_any(SEAM_NOUN_go, a[2]);
    if (!world_is_unpinned(&o->world, a[2]))
        return true;
    return broken(o, SEAM_RULE_go_pointer_in_c_memory, SEAM_NOUN_go, a[2]);
}

static bool fact_store_words(struct oracle *o, args a) {
    int unpinned = passing_leads_to(&o->world, a[1], 0);
    for (int i = 0; i < SEAM_WORDS; i++)
        o->world.c[a[0]].refs[i] = o->world.go[a[1]].refs[i];
    if (unpinned < 0)
        return true;
    return broken(o, SEAM_RULE_go_pointer_in_c_memory, SEAM_NOUN_go, seam_any_number(unpinned));
}

static bool fact_store_int(struct oracle *o, args a) {
    o->world.c[a[0]].refs[a[1]] = (uint8_t)seam_any(SEAM_NOUN_go, a[2]);
    if (!world_is_unpinned(&o->world, a[2]))
        return true;
    return broken(o, SEAM_RULE_go_pointer_in_c_memory_hidden, SEAM_NOUN_go, a[2]);
}

static bool fact_store_c(struct oracle *o, args a) {
    o->world.c[a[0]].refs[a[1]] = (uint8_t)seam_any(SEAM_NOUN_c, a[2]);
    return true;
}

static bool fact_clear(struct oracle *o, args a) {
    o->world.c[a[0]].refs[a[1]] = REF_NIL;
    return true;
}

static bool fact_follow(struct oracle *o, args a) {
    return touch_ref(o, o->world.c[a[0]].refs[a[1]]);
}

static bool fact_enter_go(struct oracle *o, args a) {
    struct world *w = &o->world;
    enum seam_shape shape = (enum seam_shape)w->go[a[0]].shape;
    enum seam_form form = (enum seam_form)a[1];
    bool global = w->go_global >> a[0] & 1, plain = global && shape == SEAM_SHAPE_data;
    enum seam_rule refused = passing_refusal(w, a[0], form);
    if (form == SEAM_FORM_uintptr && !global)
        broken(o, SEAM_RULE_go_pointer_as_integer, SEAM_NOUN_go, a[0]);
    if (form == SEAM_FORM_pointed && !o->has_array_pointers && !plain) {
        broken(o, SEAM_RULE_refused_array_pointer, SEAM_NOUN_go, a[0]);
        refused = SEAM_RULES;
    }
    reaches(o, a[0], passing_shows_words(form, shape), refused);
    return enter(o, seam_any(SEAM_NOUN_go, a[0]), form, false);
}

static bool fact_enter_c(struct oracle *o, args a) {
    int owner = o->world.c[a[0]].parent;
    if (o->world.c_freed >> owner & 1)
        broken(o, SEAM_RULE_passed_freed_memory, SEAM_NOUN_c, owner);
    return enter(o, seam_any(SEAM_NOUN_c, a[0]), SEAM_FORM_pointer, false);
}

static bool fact_enter_local(struct oracle *o, args a) {
    o->world.local[a[0]] = a[1];
    return enter(o, seam_any(SEAM_NOUN_local, a[0]), SEAM_FORM_uintptr, false);
}

static bool fact_enter_handle(struct oracle *o, args a) {
    (void)a;
    return enter(o, SEAM_NO_ARG, SEAM_FORM_uintptr, false);
}

static bool fact_enter_handle_pointer(struct oracle *o, args a) {
    broken(o, SEAM_RULE_integer_as_pointer, SEAM_NOUN_handle, a[0]);
    return enter(o, SEAM_NO_ARG, SEAM_FORM_pointer, true);
}

static bool fact_enter_sentinel(struct oracle *o, args a) {
    (void)a;
    return enter(o, SEAM_NO_ARG, SEAM_FORM_pointer, true);
}

static bool fact_enter_protected(struct oracle *o, args a) {
    (void)a;
    enter(o, SEAM_NO_ARG, SEAM_FORM_uintptr, false);
    o->world.frames[o->world.depth - 1].is_protected = true;
    return true;
}

/* Between a call and the next one inside it is the callback: frames of Go. */
static bool fact_raise(struct oracle *o, args a) {
    (void)a;
    const struct world *w = &o->world;
    int innermost = world_innermost(w);
    int i = innermost;
    while (i >= 0 && (w->frames[i].thread != w->thread || !w->frames[i].is_protected))
        i--;
    if (i < 0 || i == innermost)
        return true;
    return broken(o, SEAM_RULE_longjmp_over_go, SEAM_NOUN_thread, w->thread);
}

/* The innermost call of the thread at work is over, having returned or not. */
static bool leave(struct oracle *o, bool returned) {
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

static bool fact_leave(struct oracle *o, args a) {
    (void)a;
    return leave(o, true);
}

static bool fact_unwind(struct oracle *o, args a) {
    (void)a;
    broken(o, SEAM_RULE_panic_through_c, SEAM_NOUN_thread, o->world.thread);
    o->world.threads[o->world.thread].was_called = false; /* nothing has returned */
    return leave(o, false);
}

static bool fact_goexit(struct oracle *o, args a) {
    (void)a;
    struct world *w = &o->world;
    if (w->threads[w->thread].is_c)
        return broken(o, SEAM_RULE_goexit_on_c_thread, SEAM_NOUN_thread, w->thread);
    if (world_innermost(w) >= 0)
        broken(o, SEAM_RULE_goexit_through_c, SEAM_NOUN_thread, w->thread);
    while (world_innermost(w) >= 0)
        leave(o, false);
    w->thread = 0;
    return true;
}

static bool fact_result(struct oracle *o, args a) {
    if (world_is_unpinned(&o->world, a[0]))
        return broken(o, SEAM_RULE_go_pointer_result, SEAM_NOUN_go, a[0]);
    int inner = passing_leads_to(&o->world, a[0], 0);
    enum seam_rule refused = passing_refusal_of_pointer(&o->world, a[0]);
    if (inner >= 0)
        return broken(o, SEAM_RULE_pinned_holds_unpinned, seam_any_noun(inner),
                      seam_any_number(inner));
    if (refused == SEAM_RULES)
        return true;
    return broken(o, refused, SEAM_NOUN_go, a[0]);
}

/* A map or channel is Go memory itself; a string or slice of bytes is not looked into. */
static bool fact_result_as(struct oracle *o, args a) {
    if (a[1] == SEAM_TYPE_map || a[1] == SEAM_TYPE_chan)
        return broken(o, SEAM_RULE_go_pointer_result, SEAM_NOUN_go, a[0]);
    if (a[1] == SEAM_TYPE_interface || world_is_unpinned(&o->world, a[0]))
        return fact_result(o, a);
    int inner = passing_leads_to(&o->world, a[0], 0);
    if (inner < 0)
        return true;
    return broken(o, SEAM_RULE_pinned_holds_unpinned_hidden, seam_any_noun(inner),
                  seam_any_number(inner));
}

static bool fact_result_nil(struct oracle *o, args a) {
    if (a[0] != SEAM_TYPE_interface || o->returns_nil)
        return true;
    return broken(o, SEAM_RULE_refused_nil_result, SEAM_NOUN_thread, o->world.thread);
}

static bool fact_result_int(struct oracle *o, args a) {
    if (!world_is_unpinned(&o->world, a[0]))
        return true;
    return broken(o, SEAM_RULE_go_pointer_result_hidden, SEAM_NOUN_go, a[0]);
}

static bool fact_touch_arg(struct oracle *o, args a) {
    int number = seam_any_number(a[0]);
    if (seam_any_noun(a[0]) != SEAM_NOUN_local)
        return touch_ref(o, a[0]);
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

static bool fact_read_arg(struct oracle *o, args a) {
    const uint32_t *buffer = buffer_of(o, a[0]);
    if (buffer != NULL)
        saw(o, seam_any_noun(a[0]), seam_any_number(a[0]), *buffer);
    return true;
}

static bool fact_put_arg(struct oracle *o, args a) {
    uint32_t *buffer = buffer_of(o, a[0]);
    if (buffer != NULL)
        *buffer = a[1];
    return true;
}

static bool fact_put_ints(struct oracle *o, args a) {
    uint32_t *buffer = buffer_of(o, a[0]);
    if (buffer == NULL)
        return true;
    *buffer = a[1];
    return broken(o, SEAM_RULE_integer_width, seam_any_noun(a[0]), seam_any_number(a[0]));
}

static bool fact_overrun(struct oracle *o, args a) {
    return broken(o, SEAM_RULE_write_past_go_memory, SEAM_NOUN_go, seam_any_number(a[0]));
}

static bool fact_overread(struct oracle *o, args a) {
    return broken(o, SEAM_RULE_read_past_go_memory, SEAM_NOUN_go, seam_any_number(a[0]));
}

/* A mapping is whole pages. */
static bool fact_past_c(struct oracle *o, args a) {
    if (o->world.c[a[0]].allocator == SEAM_ALLOCATOR_mmap)
        return true;
    return broken(o, SEAM_RULE_write_past_c_memory, SEAM_NOUN_c, a[0]);
}

static bool fact_free_go(struct oracle *o, args a) {
    return broken(o, SEAM_RULE_free_go_memory, SEAM_NOUN_go, seam_any_number(a[0]));
}

static bool fact_retain(struct oracle *o, args a) {
    o->world.slot[a[0]] = a[1];
    return true;
}

static bool fact_keep(struct oracle *o, args a) {
    o->world.c[a[0]].refs[a[1]] = a[2];
    return true;
}

static bool fact_advance(struct oracle *o, args a) {
    o->world.c[a[0]].refs[a[1]] = REF_END;
    return true;
}

static bool fact_c_link(struct oracle *o, args a) {
    struct world *w = &o->world;
    int to = seam_any_number(a[2]);
    w->go[seam_any_number(a[0])].refs[a[1]] = a[2];
    if (!world_is_unpinned(w, to))
        return true;
    return broken(o, SEAM_RULE_c_stores_in_go_memory, SEAM_NOUN_go, to);
}

static bool fact_forget(struct oracle *o, args a) {
    o->world.slot[a[0]] = REF_NIL;
    return true;
}

static bool fact_touch_slot(struct oracle *o, args a) { return touch_ref(o, o->world.slot[a[0]]); }

static bool fact_pin(struct oracle *o, args a) {
    if (o->ignores_pins && (o->world.go_global >> a[1] & 1))
        return true;
    o->world.pinned[a[0]][o->world.n_pinned[a[0]]++] = a[1];
    o->world.go[a[1]].pins++;
    return true;
}

static bool fact_pin_c(struct oracle *o, args a) {
    if (o->ignores_pins)
        return true;
    return broken(o, SEAM_RULE_refused_pin, SEAM_NOUN_c, a[1]);
}

static bool fact_pin_value(struct oracle *o, args a) {
    return broken(o, SEAM_RULE_pin_of_no_pointer, SEAM_NOUN_pinner, a[0]);
}

static bool fact_unpin(struct oracle *o, args a) {
    struct world *w = &o->world;
    uint16_t released = 0;
    while (w->n_pinned[a[0]] > 0) {
        int go = w->pinned[a[0]][--w->n_pinned[a[0]]];
        if (--w->go[go].pins == 0 && world_is_unpinned(w, go))
            released |= (uint16_t)(1u << go);
    }
    for (; released != 0; released &= (uint16_t)(released - 1)) {
        int go = __builtin_ctz(released);
        if (!world_is_passed(w, go) && world_c_holds(w, seam_any(SEAM_NOUN_go, go)))
            broken(o, SEAM_RULE_unpinned_while_held, SEAM_NOUN_go, go);
    }
    return true;
}

static bool fact_handle_new(struct oracle *o, args a) {
    o->world.handle[a[0]] = a[1];
    o->world.handle_live |= (uint16_t)(1u << a[0]);
    return true;
}

static bool fact_handle_value(struct oracle *o, args a) {
    if (!(o->world.handle_live >> a[0] & 1))
        return broken(o, SEAM_RULE_handle_misuse, SEAM_NOUN_handle, a[0]);
    saw(o, SEAM_NOUN_handle, a[0], o->world.handle[a[0]]);
    return true;
}

static bool fact_handle_delete(struct oracle *o, args a) {
    if (!(o->world.handle_live >> a[0] & 1))
        return broken(o, SEAM_RULE_handle_misuse, SEAM_NOUN_handle, a[0]);
    o->world.handle_live &= (uint16_t) ~(1u << a[0]);
    return true;
}

static bool fact_callback(struct oracle *o, args a) {
    o->world.callback[a[0]] = (struct world_callback){true, true, a[1]};
    return true;
}

static bool fact_callback_c(struct oracle *o, args a) {
    o->world.callback[a[0]] = (struct world_callback){true, false, a[1]};
    return true;
}

static bool fact_unregister(struct oracle *o, args a) {
    o->world.callback[a[0]].is_registered = false;
    return true;
}

/* C calls a function; the callback that it was registered as. */
static const struct world_callback *fired(struct oracle *o, int number) {
    const struct world_callback *callback = &o->world.callback[number];
    if (!callback->is_registered)
        broken(o, SEAM_RULE_callback_after_unregister, SEAM_NOUN_callback, number);
    return callback;
}

static bool fact_fire(struct oracle *o, args a) {
    const struct world_callback *callback = fired(o, a[0]);
    if (callback->has_handle)
        return fact_handle_value(o, &callback->data);
    if (!touch_c(o, callback->data))
        return false;
    return fact_read_c(o, &callback->data);
}

static bool fact_fire_other(struct oracle *o, args a) {
    const struct world_callback *callback = fired(o, a[0]);
    if (!callback->has_handle) {
        if (!touch_c(o, callback->data))
            return false;
        return broken(o, SEAM_RULE_callback_type_hidden, SEAM_NOUN_callback, a[0]);
    }
    if (!(o->world.handle_live >> callback->data & 1))
        return broken(o, SEAM_RULE_handle_misuse, SEAM_NOUN_handle, callback->data);
    return broken(o, SEAM_RULE_callback_type, SEAM_NOUN_callback, a[0]);
}

static bool fact_c_lock(struct oracle *o, args a) {
    bool is_taken = o->world.locked >> a[0] & 1;
    saw(o, SEAM_NOUN_lock, a[0], !is_taken);
    o->world.locked |= (uint8_t)(1u << a[0]);
    if (!is_taken)
        return true;
    return broken(o, SEAM_RULE_deadlock, SEAM_NOUN_lock, a[0]);
}

static bool fact_c_unlock(struct oracle *o, args a) {
    o->world.locked &= (uint8_t) ~(1u << a[0]);
    return true;
}

static bool fact_lib_init(struct oracle *o, args a) {
    (void)a;
    o->world.lib_is_ready = true;
    return true;
}

static bool fact_lib_exit(struct oracle *o, args a) {
    (void)a;
    o->world.lib_is_ready = false;
    return true;
}

static bool fact_lib_use(struct oracle *o, args a) {
    (void)a;
    saw(o, SEAM_NOUN_thread, o->world.thread, o->world.lib_is_ready);
    if (o->world.lib_is_ready)
        return true;
    return broken(o, SEAM_RULE_library_not_ready, SEAM_NOUN_thread, o->world.thread);
}

static bool fact_c_setenv(struct oracle *o, args a) {
    o->world.env_c = a[0];
    o->world.env_is_set_since = true;
    return true;
}

static bool fact_setenv(struct oracle *o, args a) {
    o->world.env_go = a[0];
    return fact_c_setenv(o, a);
}

static bool fact_getenv(struct oracle *o, args a) {
    (void)a;
    const struct world *w = &o->world;
    saw(o, SEAM_NOUN_thread, w->thread, (uint32_t)w->env_go);
    if (w->env_go == w->env_c)
        return true;
    return broken(o, SEAM_RULE_environment_copied, SEAM_NOUN_thread, w->thread);
}

static bool fact_c_getenv(struct oracle *o, args a) {
    (void)a;
    struct world *w = &o->world;
    saw(o, SEAM_NOUN_thread, w->thread, (uint32_t)w->env_c);
    w->env_kept = w->env_c;
    w->env_is_set_since = false;
    return true;
}

static bool fact_c_read_env(struct oracle *o, args a) {
    (void)a;
    const struct world *w = &o->world;
    if (w->env_kept == SEAM_ENV_UNSET)
        return true;
    if (w->env_is_set_since)
        return broken(o, SEAM_RULE_environment_moved, SEAM_NOUN_thread, w->thread);
    saw(o, SEAM_NOUN_thread, w->thread, (uint32_t)w->env_kept);
    return true;
}

static bool fact_handle_signal(struct oracle *o, args a) {
    o->world.handler_stack = a[0];
    return true;
}

/* Inside a call Go code is a callback; for the steps behind this one, it has returned. */
static bool fact_in_go(struct oracle *o, args a) {
    (void)a;
    struct world *w = &o->world;
    w->threads[w->thread].was_called |= world_innermost(w) >= 0;
    return true;
}

static bool fact_called_back(struct oracle *o, args a) {
    (void)a;
    o->world.threads[o->world.thread].was_called = true;
    return true;
}

/* runtime.cgocallbackg leaves m.isExtraInC set when it returns, also where more Go is above. */
static bool is_mistaken(const struct oracle *o) {
    const struct world *w = &o->world;
    const struct world_thread *thread = &w->threads[w->thread];
    return o->mistakes_threads && thread->is_c && thread->was_called && world_innermost(w) < 0;
}

static bool fact_signal(struct oracle *o, args a) {
    (void)a;
    const struct world *w = &o->world;
    if (is_mistaken(o))
        return broken(o, SEAM_RULE_signal_after_callback, SEAM_NOUN_thread, w->thread);
    if (w->handler_stack == SEAM_STACK_own)
        return broken(o, SEAM_RULE_signal_off_stack, SEAM_NOUN_thread, w->thread);
    saw(o, SEAM_NOUN_thread, w->thread, w->handler_stack != SEAM_STACK_none);
    return true;
}

static bool fact_finalizer_c(struct oracle *o, args a) {
    return broken(o, SEAM_RULE_finalizer_on_c_memory, SEAM_NOUN_c, a[0]);
}

static bool fact_weak(struct oracle *o, args a) {
    o->world.weak[a[0]] = a[1];
    o->world.weak_live |= (uint16_t)(1u << a[0]);
    return true;
}

static bool fact_weak_value(struct oracle *o, args a) {
    saw(o, SEAM_NOUN_weak, a[0], o->world.weak_live >> a[0] & 1);
    return true;
}

static bool fact_reuse(struct oracle *o, args a) {
    (void)a;
    o->world.go_reused |= o->world.go_collected;
    return true;
}

static bool fact_finalizer(struct oracle *o, args a) {
    if (o->world.go_global >> a[0] & 1)
        return broken(o, SEAM_RULE_finalizer_never_runs, SEAM_NOUN_go, a[0]);
    if (o->world.go[a[0]].finalizer != REF_NIL)
        return broken(o, SEAM_RULE_finalizer_set_twice, SEAM_NOUN_go, a[0]);
    o->world.go[a[0]].finalizer = a[1];
    return true;
}

static bool fact_cleanup(struct oracle *o, args a) {
    if (o->world.go_global >> a[0] & 1)
        return broken(o, SEAM_RULE_finalizer_never_runs, SEAM_NOUN_go, a[0]);
    o->world.cleanups[o->world.n_cleanups++] = (struct world_attached){a[0], a[1]};
    return true;
}

static bool fact_cleanup_self(struct oracle *o, args a) {
    return broken(o, SEAM_RULE_cleanup_holds_object, SEAM_NOUN_go, a[0]);
}

static bool fact_detach(struct oracle *o, args a) {
    o->world.go[a[0]].finalizer = REF_NIL;
    return true;
}

static void queue(struct oracle *o, int go, int c, bool keeps) {
    o->world.queue_keeps[o->world.n_queue] = keeps;
    o->world.queue[o->world.n_queue++] = (struct world_attached){(uint8_t)go, (uint8_t)c};
    seam_trace_add(o->trace, SEAM_EVENT_queued, o->step, go, 0);
}

/* "When the garbage collector finds an unreachable block with an associated finalizer, it clears
 * the association and runs finalizer(obj)", and obj lives on for this cycle. Cleanups are queued
 * when the object is freed. */
static bool fact_collect(struct oracle *o, args a) {
    (void)a;
    struct world *w = &o->world;
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        if (w->n_pinned[p] > 0 && !(w->pinner_variable >> p & 1))
            return broken(o, SEAM_RULE_pinner_leaked, SEAM_NOUN_pinner, p);
    w->pooled_before = w->pooled;
    w->pooled = 0;
    uint16_t dead = (uint16_t)(w->go_born & ~w->go_collected & ~world_live(w)), freed = 0;
    /* "weak pointers are cleared before finalizers are queued", and stay so. */
    for (int i = 0; i < SEAM_WEAK_MAX; i++)
        if (w->weak_live >> i & 1 && dead >> w->weak[i] & 1)
            w->weak_live &= (uint16_t) ~(1u << i);
    for (; dead != 0; dead &= (uint16_t)(dead - 1)) {
        int go = __builtin_ctz(dead);
        if (w->go[go].finalizer != REF_NIL) {
            queue(o, go, w->go[go].finalizer, true);
            w->go[go].finalizer = REF_NIL;
            continue;
        }
        freed |= (uint16_t)(1u << go);
        int kept = 0;
        for (int i = 0; i < w->n_cleanups; i++)
            if (w->cleanups[i].go == go)
                queue(o, go, w->cleanups[i].c, false);
            else
                w->cleanups[kept++] = w->cleanups[i];
        w->n_cleanups = kept;
    }
    w->go_collected |= freed;
    seam_trace_add(o->trace, SEAM_EVENT_collected, o->step, 0, freed);
    return true;
}

static bool fact_run(struct oracle *o, args a) {
    struct world *w = &o->world;
    if (w->n_queue == 0)
        return true;
    int n = a[0] % w->n_queue;
    struct world_attached ran = w->queue[n];
    w->n_queue--;
    for (int i = n; i < w->n_queue; i++) {
        w->queue[i] = w->queue[i + 1];
        w->queue_keeps[i] = w->queue_keeps[i + 1];
    }
    seam_trace_add(o->trace, SEAM_EVENT_ran, o->step, ran.go, 0);
    return free_c(o, ran.c, SEAM_OWNER_go, SEAM_ALLOCATOR_own, true);
}

static bool fact_thread(struct oracle *o, args a) {
    struct world *w = &o->world;
    bool is_c = a[1] == SEAM_THREAD_c;
    w->error[w->n_os] = -1;
    w->threads[a[0]] = (struct world_thread){.is_c = is_c, .os = (uint16_t)w->n_os++};
    return true;
}

static bool fact_turn(struct oracle *o, args a) {
    o->world.thread = a[0];
    return true;
}

static bool fact_lock(struct oracle *o, args a) {
    (void)a;
    world_os(&o->world); /* until it is unlocked */
    o->world.threads[o->world.thread].locks++;
    return true;
}

static bool fact_unlock(struct oracle *o, args a) {
    (void)a;
    struct world_thread *thread = &o->world.threads[o->world.thread];
    thread->locks -= thread->locks > 0;
    return true;
}

/* Nothing ties a goroutine that can be moved to its thread, moved or not. */
static bool fact_migrate(struct oracle *o, args a) {
    (void)o, (void)a;
    return true;
}

static bool fact_set_error(struct oracle *o, args a) {
    o->world.error[world_os(&o->world)] = a[0];
    o->world.threads[o->world.thread].has_failed = true;
    o->world.threads[o->world.thread].has_succeeded = false;
    return true;
}

static bool fact_succeed(struct oracle *o, args a) {
    (void)a;
    o->world.threads[o->world.thread].has_succeeded = true;
    return true;
}

static bool fact_get_error(struct oracle *o, args a) {
    (void)a;
    struct world *w = &o->world;
    int error = w->error[world_os(w)];
    saw(o, SEAM_NOUN_thread, w->thread, error >= 0 ? (uint32_t)error : SEAM_VALUE_UNKNOWN);
    if (error > 0 && w->threads[w->thread].has_succeeded)
        return broken(o, SEAM_RULE_stale_error, SEAM_NOUN_thread, w->thread);
    if (error >= 0 || !w->threads[w->thread].has_failed)
        return true;
    return broken(o, SEAM_RULE_thread_state_lost, SEAM_NOUN_thread, w->thread);
}

/* "errno is returned as a second result": whatever it is, and 0 is not an error. */
static bool fact_errno(struct oracle *o, args a) {
    saw(o, SEAM_NOUN_thread, o->world.thread, a[0]);
    return true;
}

static bool fact_bind(struct oracle *o, args a) {
    o->world.c[a[0]].os = (uint16_t)world_os(&o->world);
    return true;
}

static bool fact_grow(struct oracle *o, args a) {
    (void)a;
    for (int i = 0; i < o->world.depth; i++) {
        const struct world_frame *frame = &o->world.frames[i];
        if (frame->thread != o->world.thread) /* another stack */
            continue;
        if (frame->is_bad_pointer)
            return broken(o, SEAM_RULE_integer_in_pointer_slot, SEAM_NOUN_handle, 0);
        if (frame->arg != SEAM_NO_ARG && seam_any_noun(frame->arg) == SEAM_NOUN_local)
            o->world.local_stale |= (uint16_t)(1u << seam_any_number(frame->arg));
    }
    return true;
}

static bool fact_dead_go(struct oracle *o, args a) {
    o->world.go_variable &= (uint16_t) ~(1u << a[0]);
    return true;
}

static bool fact_dead_pinner(struct oracle *o, args a) {
    o->world.pinner_variable &= (uint16_t) ~(1u << a[0]);
    return true;
}

/* Will a finalizer or cleanup, attached or queued, free this block? */
static bool will_be_freed(const struct world *w, int c) {
    for (int go = 0; go < SEAM_GO_MAX; go++)
        if (w->go_born >> go & 1 && w->go[go].finalizer == c)
            return true;
    for (int i = 0; i < w->n_cleanups; i++)
        if (w->cleanups[i].c == c)
            return true;
    for (int i = 0; i < w->n_queue; i++)
        if (w->queue[i].c == c)
            return true;
    return false;
}

static bool fact_end(struct oracle *o, args a) {
    (void)a;
    struct world *w = &o->world;
    for (int c = 0; c < w->c_born; c++)
        if (!((w->c_freed | w->c_borrowed) >> c & 1) && w->c[c].owner == SEAM_OWNER_go &&
            !will_be_freed(w, c))
            broken(o, SEAM_RULE_c_memory_leak, SEAM_NOUN_c, c);
    for (int h = 0; h < SEAM_HANDLE_MAX; h++)
        if (w->handle_live >> h & 1)
            broken(o, SEAM_RULE_handle_leak, SEAM_NOUN_handle, h);
    return true;
}

/* --- the run ---------------------------------------------------------------------------------- */

static bool (*const facts[SEAM_FACTS])(struct oracle *, args) = {
#define FACT(name, doc) fact_##name,
#include "language/facts.def"
#undef FACT
};

static void run(const struct seam_scenario *scenario, struct seam_trace *trace, bool checked) {
    struct oracle oracle;
    oracle.trace = trace;
    trace->n = 0;
    oracle.ignores_pins = seam_scenario_is_from(scenario, 22);
    oracle.misplaces_int128 = !seam_scenario_is_from(scenario, 22);
    oracle.returns_nil = seam_scenario_is_from(scenario, 26);
    oracle.mistakes_threads =
        seam_scenario_is_from(scenario, 21) && !seam_scenario_is_from(scenario, 25);
    oracle.has_array_pointers = seam_scenario_is_from(scenario, 24);
    world_init(&oracle.world, seam_scenario_is_from(scenario, 21));
    /* A Pinner that no step has named yet has no pins, so all may count as alive from the start. */
    oracle.world.pinner_variable = (1u << SEAM_PINNER_MAX) - 1;
    for (oracle.step = 0; oracle.step < scenario->n_steps; oracle.step++) {
        struct seam_fact list[SEAM_STEP_FACTS_MAX];
        int n = seam_facts_of_step(scenario, oracle.step, list);
        for (int i = 0; i < n; i++)
            if (!facts[list[i].kind](&oracle, list[i].arg))
                return;
        if (checked)
            world_check(&oracle.world);
    }
    static const uint8_t none[SEAM_FACT_ARGS];
    facts[SEAM_FACT_end](&oracle, none);
}

void seam_oracle_run(const struct seam_scenario *scenario, struct seam_trace *trace) {
    run(scenario, trace, false);
}

void seam_oracle_run_checked(const struct seam_scenario *scenario, struct seam_trace *trace) {
    run(scenario, trace, true);
}
