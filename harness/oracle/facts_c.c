/* What the oracle makes of facts about C memory: birth and death, ownership, contents. */
#include "oracle/facts.h"
#include "oracle/passing.h"

/* --- touching and freeing --------------------------------------------------------------------- */

/* A block that belongs to a thread is used on it only; a finalizer has a thread of its own. */
static void require_thread(struct oracle *o, int c, bool by_finalizer) {
    int os = o->world.c[c].os;
    if (os != OS_ANY && (world_os(&o->world) != os || by_finalizer))
        broken(o, SEAM_RULE_wrong_thread, SEAM_NOUN_c, c);
}

bool facts_touch_c(struct oracle *o, int c) {
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

bool facts_touch(struct oracle *o, int ref) {
    if (world_is_c(ref))
        return facts_touch_c(o, seam_any_number(ref));
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

bool facts_free_c(struct oracle *o, int c, enum seam_owner by, enum seam_allocator allocator,
                  bool by_finalizer) {
    struct world *w = &o->world;
    int owner = w->c[c].parent;
    if (w->c_borrowed >> c & 1) /* free reads what precedes the pointer, to report it */
        return broken(o,
                      is_unmapped(w, owner) ? SEAM_RULE_use_after_unmap : SEAM_RULE_borrowed_freed,
                      SEAM_NOUN_c, owner);
    if (allocator != SEAM_ALLOCATOR_own && allocator != w->c[c].allocator)
        return broken(o, SEAM_RULE_wrong_allocator, SEAM_NOUN_c, c);
    bool is_mapped = w->c[c].allocator == SEAM_ALLOCATOR_mmap;
    if (w->c_freed >> c & 1)
        return broken(o, is_mapped ? SEAM_RULE_unmapped_twice : SEAM_RULE_double_free, SEAM_NOUN_c,
                      c);
    if (w->c[c].shared > 0)
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

/* --- birth, ownership and death --------------------------------------------------------------- */

BODY(born_c) {
    bool dirty = f->fill == SEAM_FILL_dirty;
    uint8_t word = dirty ? REF_DIRTY : REF_NIL;
    o->world.c[f->c] = (struct world_c){.parent = f->c,
                                        .allocator = f->allocator,
                                        .needs = REF_NIL,
                                        .refs = {word, word, word},
                                        .buffer = dirty ? (uint32_t)SEAM_DIRTY : 0};
    o->world.c_born = f->c + 1;
    return true;
}

BODY(borrow) {
    o->world.c[f->c] = (struct world_c){
        .parent = f->parent, .needs = REF_NIL, .refs = {REF_NIL, REF_NIL, REF_NIL}};
    o->world.c_borrowed |= (uint16_t)(1u << f->c);
    o->world.c_born = f->c + 1;
    return true;
}

BODY(child) {
    o->world.c[f->c].needs = f->parent;
    return true;
}

BODY(own) {
    o->world.c[f->c].owner = f->owner;
    return true;
}

BODY(free) { return facts_free_c(o, f->c, f->by, f->allocator, false); }

BODY(close) {
    int ref = o->world.go[f->go].refs[0];
    if (!world_is_c(ref))
        return true;
    return facts_free_c(o, seam_any_number(ref), SEAM_OWNER_go, SEAM_ALLOCATOR_own, false);
}

BODY(share) {
    o->world.c[f->c].shared++;
    return true;
}

BODY(unref) {
    struct world *w = &o->world;
    if (w->c[f->c].shared > 0) {
        w->c[f->c].shared--;
        return true;
    }
    if (w->c[f->c].owner != SEAM_OWNER_go)
        broken(o, SEAM_RULE_freed_by_non_owner, SEAM_NOUN_c, f->c);
    require_thread(o, f->c, false);
    if (world_c_in_call(w, f->c))
        broken(o, SEAM_RULE_freed_during_call, SEAM_NOUN_c, f->c);
    if (!require_parent(o, f->c))
        return false;
    w->c_freed |= (uint16_t)(1u << f->c);
    return true;
}

/* --- contents --------------------------------------------------------------------------------- */

BODY(touch_c) { return facts_touch_c(o, f->c); }

BODY(touch_unseen) {
    int owner = o->world.c[f->c].parent;
    if (!(o->world.c_freed >> owner & 1))
        return true;
    if (o->world.c[owner].allocator == SEAM_ALLOCATOR_mmap) /* the processor looks everywhere */
        return broken(o, SEAM_RULE_use_after_unmap, SEAM_NOUN_c, owner);
    return broken(o, SEAM_RULE_use_after_free_hidden, SEAM_NOUN_c, owner);
}

BODY(negative) { return broken(o, SEAM_RULE_negative_length, SEAM_NOUN_c, f->c); }

static void see_c(struct oracle *o, int c) {
    saw(o, SEAM_NOUN_c, c, o->world.c[o->world.c[c].parent].buffer);
}

bool facts_read_c(struct oracle *o, int c) {
    if (!facts_touch_c(o, c))
        return false;
    see_c(o, c);
    return true;
}

BODY(read_c) {
    see_c(o, f->c);
    return true;
}

BODY(read_past_c) {
    if (o->world.c[f->c].allocator == SEAM_ALLOCATOR_mmap) /* whole pages */
        return true;
    return broken(o, SEAM_RULE_read_past_c_memory, SEAM_NOUN_c, f->c);
}

/* A mapping is whole pages. */
BODY(past_c) {
    if (o->world.c[f->c].allocator == SEAM_ALLOCATOR_mmap)
        return true;
    return broken(o, SEAM_RULE_write_past_c_memory, SEAM_NOUN_c, f->c);
}

/* C does not recognise a Go pointer, or the sentinel, as one of its objects. */
BODY(use_c) {
    int ref = o->world.go[f->go].refs[f->word];
    if (ref == REF_NIL)
        return broken(o, SEAM_RULE_nil_c_pointer, SEAM_NOUN_go, f->go);
    return !world_is_c(ref) || facts_read_c(o, seam_any_number(ref));
}

BODY(put_c) {
    o->world.c[o->world.c[f->c].parent].buffer = f->value;
    return true;
}

BODY(copy_out) {
    o->world.c[f->c].buffer = o->world.go[f->go].buffer;
    return true;
}

BODY(copy_in) {
    o->world.go[f->go].buffer = o->world.c[o->world.c[f->c].parent].buffer;
    return true;
}

BODY(copy_c) {
    o->world.c[f->c].buffer = o->world.c[f->from].buffer;
    for (int w = 0; w < SEAM_WORDS; w++)
        o->world.c[f->c].refs[w] = o->world.c[f->from].refs[w];
    return true;
}

BODY(overwrite) {
    int old = o->world.c[f->c].refs[f->word];
    if (old == REF_END)
        return broken(o, SEAM_RULE_past_end_overwritten, SEAM_NOUN_c, f->c);
    if (old != REF_DIRTY)
        return true;
    return broken(o, SEAM_RULE_dirty_c_memory, SEAM_NOUN_c, f->c);
}

BODY(store_go) {
    o->world.c[f->c].refs[f->word] = (uint8_t)seam_any(SEAM_NOUN_go, f->go);
    if (!world_is_unpinned(&o->world, f->go))
        return true;
    return broken(o, SEAM_RULE_go_pointer_in_c_memory, SEAM_NOUN_go, f->go);
}

BODY(store_words) {
    int unpinned = passing_leads_to(&o->world, f->go, 0);
    for (int i = 0; i < SEAM_WORDS; i++)
        o->world.c[f->c].refs[i] = o->world.go[f->go].refs[i];
    if (unpinned < 0)
        return true;
    return broken(o, SEAM_RULE_go_pointer_in_c_memory, SEAM_NOUN_go, seam_any_number(unpinned));
}

BODY(store_int) {
    o->world.c[f->c].refs[f->word] = (uint8_t)seam_any(SEAM_NOUN_go, f->go);
    if (!world_is_unpinned(&o->world, f->go))
        return true;
    return broken(o, SEAM_RULE_go_pointer_in_c_memory_hidden, SEAM_NOUN_go, f->go);
}

BODY(store_c) {
    o->world.c[f->c].refs[f->word] = (uint8_t)seam_any(SEAM_NOUN_c, f->to);
    return true;
}

BODY(clear) {
    o->world.c[f->c].refs[f->word] = REF_NIL;
    return true;
}

BODY(follow) { return facts_touch(o, o->world.c[f->c].refs[f->word]); }
