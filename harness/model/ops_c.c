/* The model's operations on C memory: birth and death, ownership, contents. */
#include "model/ops.h"
#include "peer/peer.h"

/* --- C memory: birth and death ---------------------------------------------------------------- */

BODY(malloc) {
    born_c(m, o->new_c, (enum seam_fill)o->fill, SEAM_ALLOCATOR_malloc);
    return true;
}

BODY(lib_new) {
    born_c(m, o->new_c, SEAM_FILL_clean, SEAM_ALLOCATOR_lib);
    cmem_transfer(&m->cmem.blocks[c_block(m, o->new_c)], SEAM_OWNER_c);
    return true;
}

BODY(c_string) {
    born_c(m, o->new_c, SEAM_FILL_clean, SEAM_ALLOCATOR_malloc);
    machine_store(m, c_word(m, o->new_c, SEAM_WORDS), o->value);
    return true;
}

BODY(c_bytes) {
    born_c(m, o->new_c, SEAM_FILL_clean, SEAM_ALLOCATOR_malloc);
    for (int i = 0; i < SEAM_BLOCK_WORDS; i++)
        machine_store(m, c_word(m, o->new_c, i), machine_load(m, go_word(m, o->data, i)));
    return true;
}

BODY(go_bytes) {
    word from = m->c_pointer[o->c];
    if (!cmem_accessible(&m->cmem, from) &&
        m->cmem.blocks[cmem_block_at(&m->cmem, from)].allocator == SEAM_ALLOCATOR_mmap)
        return machine_access(m, from);
    if (!cmem_accessible(&m->cmem, from)) /* the runtime copies, where ASan does not look */
        return machine_found(m, SEAM_RULE_use_after_free_hidden, machine_name(m, from),
                             SEAM_SEEN_NONE);
    born_go(m, o->new_go, SEAM_SHAPE_data, false);
    word value = machine_load(m, c_buffer(m, from));
    machine_store(m, go_word(m, o->new_go, SEAM_WORDS), value);
    saw(m, SEAM_NOUN_go, o->new_go, value);
    return true;
}

BODY(go_bytes_negative) {
    return machine_found(m, SEAM_RULE_negative_length, seam_any(SEAM_NOUN_c, o->c),
                         SEAM_SEEN_RUNTIME);
}

BODY(lib_child) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    born_c(m, o->new_c, SEAM_FILL_clean, SEAM_ALLOCATOR_lib);
    m->cmem.blocks[c_block(m, o->new_c)].needs = m->c_pointer[o->block];
    return true;
}

BODY(mmap) {
    born_c(m, o->new_c, SEAM_FILL_clean, SEAM_ALLOCATOR_mmap);
    return true;
}

BODY(munmap) {
    return machine_free(m, m->c_pointer[o->mapped], SEAM_OWNER_go, SEAM_ALLOCATOR_mmap, false);
}

BODY(realloc) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    born_c(m, o->new_c, SEAM_FILL_clean, SEAM_ALLOCATOR_malloc);
    int n = SEAM_PLANTED(realloc_forgets_word) ? SEAM_BLOCK_WORDS - 1 : SEAM_BLOCK_WORDS;
    for (int i = 0; i < n; i++)
        machine_store(m, c_word(m, o->new_c, i), machine_load(m, c_word(m, o->block, i)));
    return machine_free(m, m->c_pointer[o->block], SEAM_OWNER_go, SEAM_ALLOCATOR_malloc, false);
}

BODY(borrow) {
    m->c_pointer[o->new_c] = m->c_pointer[o->block] + SEAM_BORROW_OFFSET;
    return true;
}

BODY(free) {
    return machine_free(m, m->c_pointer[o->c], SEAM_OWNER_go, SEAM_ALLOCATOR_malloc, false);
}

BODY(lib_free) {
    return machine_free(m, m->c_pointer[o->block], SEAM_OWNER_go, SEAM_ALLOCATOR_lib, false);
}

BODY(c_release) {
    return machine_free(m, m->c_pointer[o->c], SEAM_OWNER_c, SEAM_ALLOCATOR_own, false);
}

BODY(close) {
    int index = SEAM_PLANTED(close_frees_wrong_word) ? 1 : 0;
    word pointer = machine_load(m, go_word(m, o->wrapper, index));
    if (cmem_block_at(&m->cmem, pointer) < 0)
        return true;
    return machine_free(m, pointer, SEAM_OWNER_go, SEAM_ALLOCATOR_own, false);
}

/* --- C memory: ownership ---------------------------------------------------------------------- */

BODY(take) {
    cmem_transfer(&m->cmem.blocks[c_block(m, o->block)], SEAM_OWNER_go);
    return true;
}

BODY(give) {
    cmem_transfer(&m->cmem.blocks[c_block(m, o->block)], SEAM_OWNER_c);
    return true;
}

BODY(give_fails) { return machine_access(m, m->c_pointer[o->block]); }

BODY(share) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    struct cblock *block = &m->cmem.blocks[c_block(m, o->block)];
    block->references[SEAM_PLANTED(share_for_owner) ? cmem_owner(block) : SEAM_OWNER_go]++;
    return true;
}

BODY(unref) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    struct cblock *block = &m->cmem.blocks[c_block(m, o->block)];
    if (cmem_shared(block) > (SEAM_PLANTED(unref_frees_early) ? 1 : 0)) {
        block->references[SEAM_OWNER_go]--;
        return true;
    }
    /* What is left is the owner's, which is the last one. */
    enum seam_owner by = SEAM_PLANTED(unref_for_owner) ? cmem_owner(block) : SEAM_OWNER_go;
    return machine_free(m, m->c_pointer[o->block], by, SEAM_ALLOCATOR_own, false);
}

/* --- C memory: contents ----------------------------------------------------------------------- */

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
    if (is_pointer && is_end(m, machine_load(m, to)))
        machine_found(m, SEAM_RULE_past_end_overwritten, machine_name(m, to), SEAM_SEEN_NONE);
    if (is_pointer && machine_load(m, to) == SEAM_DIRTY)
        machine_found(m, SEAM_RULE_dirty_c_memory, machine_name(m, to), SEAM_SEEN_NONE);
    bool caught = is_pointer && cgocheck_write(&m->heap, value, index);
    machine_store(m, to, value);
    if (!heap_is_unpinned(&m->heap, value))
        return !caught || machine_found(m, SEAM_RULE_none, 0, SEAM_SEEN_CGOCHECK2);
    return machine_found(
        m, caught ? SEAM_RULE_go_pointer_in_c_memory : SEAM_RULE_go_pointer_in_c_memory_hidden,
        machine_name(m, value), caught ? SEAM_SEEN_CGOCHECK2 : SEAM_SEEN_NONE);
}

BODY(look_past) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    return m->cmem.blocks[c_block(m, o->block)].allocator == SEAM_ALLOCATOR_mmap ||
           machine_found(m, SEAM_RULE_read_past_c_memory, seam_any(SEAM_NOUN_c, o->block),
                         SEAM_SEEN_ASAN);
}

BODY(use_c) {
    word pointer = machine_load(m, go_word(m, o->wrapper, o->word));
    if (pointer == 0)
        return machine_found(m, SEAM_RULE_nil_c_pointer, seam_any(SEAM_NOUN_go, o->wrapper),
                             SEAM_SEEN_RUNTIME);
    if (cmem_block_at(&m->cmem, pointer) < 0) /* not one of C's objects */
        return true;
    return read_c(m, seam_any_number(machine_name(m, pointer)));
}

BODY(look_c) { return read_c(m, o->c); }

BODY(poke_c) {
    word pointer = m->c_pointer[o->c];
    if (!machine_access(m, pointer))
        return false;
    machine_store(m, c_buffer(m, pointer), o->value);
    return true;
}

BODY(store) { return go_store(m, o->block, o->word, machine_go(m, o->go), true); }
BODY(store_int) { return go_store(m, o->block, o->word, machine_go(m, o->go), false); }
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
        return !caught || machine_found(m, SEAM_RULE_none, 0, SEAM_SEEN_CGOCHECK2);
    return machine_found(
        m, caught ? SEAM_RULE_go_pointer_in_c_memory : SEAM_RULE_go_pointer_in_c_memory_hidden,
        machine_name(m, loose), caught ? SEAM_SEEN_CGOCHECK2 : SEAM_SEEN_NONE);
}

BODY(store_words) { return copy_words(m, o->block, o->wrapper); }
BODY(store_slice) { return copy_words(m, o->block, o->wrapper); }
BODY(store_c) { return go_store(m, o->block, o->word, m->c_pointer[o->c], true); }
BODY(clear) { return go_store(m, o->block, o->word, 0, true); }
BODY(c_touch) { return read_c(m, o->c); }

BODY(c_clear) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    machine_store(m, c_word(m, o->block, o->word), 0);
    return true;
}

BODY(c_follow) {
    if (!machine_access(m, m->c_pointer[o->block]))
        return false;
    return follow(m, machine_load(m, c_word(m, o->block, o->word)));
}
