#include "model/machine.h"

#include "base/check.h"
#include "language/scenario.h"
#include "peer/peer.h"

#ifdef SEAM_PLANTS_AT_RUN_TIME
enum seam_plant seam_planted;
#endif

bool machine_found(struct machine *m, enum seam_rule rule, int any, int seen) {
    seam_trace_add(m->trace, SEAM_EVENT_broken, m->step, (int)rule, (uint32_t)any);
    m->trace->events[m->trace->n - 1].seen = (uint8_t)seen;
    return rule == SEAM_RULE_none || seam_rule_rows[rule].fate != SEAM_FATE_ENDS;
}

struct call *machine_call(struct machine *m) {
    for (int i = m->depth - 1; i >= 0; i--)
        if (m->calls[i].thread == m->thread)
            return &m->calls[i];
    return NULL;
}

int machine_os(struct machine *m) {
    struct thread *thread = &m->threads[m->thread];
    if (!thread->is_c && thread->locks == 0 && machine_call(m) == NULL) {
        seam_assert(m->n_os < OS_THREADS_MAX);
        m->tls[m->n_os] = TLS_UNSET;
        thread->os = m->n_os++;
    }
    return thread->os;
}

/* The stack that has, or had, this address. */
static struct stack *stack_at(struct machine *m, word address) {
    for (int t = 0; t < m->n_threads; t++)
        if (stack_was(&m->threads[t].stack, address))
            return &m->threads[t].stack;
    return NULL;
}

int machine_name(struct machine *m, word address) {
    struct place place;
    address = heap_unbox(&m->heap, address); /* a box has no name but what it holds */
    if (heap_place(&m->heap, address, &place))
        return seam_any(SEAM_NOUN_go, place.span->id[place.slot]);
    int block = cmem_block_at(&m->cmem, address);
    seam_assert(block >= 0);
    /* Blocks and borrowed pointers share the names c0, c1, ...: find the block's own name. */
    int c = 0;
    while (m->c_pointer[c] != cmem_base(&m->cmem, block))
        c++;
    return seam_any(SEAM_NOUN_c, c);
}

/* The library's own check of its thread, if it has one. */
static void check_thread(struct machine *m, int block, bool by_finalizer) {
    int os = m->cmem.blocks[block].os;
    if (os != 0 && (by_finalizer || machine_os(m) != os))
        machine_found(m, SEAM_RULE_wrong_thread, machine_name(m, cmem_base(&m->cmem, block)),
                      SEAM_SEEN_NONE);
}

bool machine_access(struct machine *m, word address) {
    struct place place;
    if (heap_place(&m->heap, address, &place)) {
        if (heap_accessible(&m->heap, address))
            return true;
        bool freed = place.span->freed >> place.slot & 1;
        if (place.span->reused >> place.slot & 1) /* accessible again, but not what it was */
            return machine_found(m, SEAM_RULE_go_memory_reused, machine_name(m, address),
                                 SEAM_SEEN_NONE);
        return machine_found(
            m, freed ? SEAM_RULE_go_memory_after_collection : SEAM_RULE_write_past_go_memory,
            machine_name(m, address), SEAM_SEEN_ASAN);
    }
    struct stack *stack = stack_at(m, address);
    if (stack != NULL) {
        if (stack_is(stack, address))
            return true;
        int i = m->depth - 1;
        while (m->calls[i].pointer != address)
            i--;
        return machine_found(m, SEAM_RULE_stale_stack_address, m->calls[i].name, SEAM_SEEN_NONE);
    }
    int block = cmem_block_at(&m->cmem, address);
    if (cmem_accessible(&m->cmem, address)) {
        check_thread(m, block, false);
        return true;
    }
    if (m->cmem.blocks[block].allocator == SEAM_ALLOCATOR_mmap)
        return machine_found(m, SEAM_RULE_use_after_unmap, machine_name(m, address),
                             SEAM_SEEN_RUNTIME);
    bool borrowed = address == cmem_base(&m->cmem, block) + SEAM_BORROW_OFFSET;
    return machine_found(m, borrowed ? SEAM_RULE_child_after_parent : SEAM_RULE_use_after_free,
                         machine_name(m, address), SEAM_SEEN_ASAN);
}

static word *memory_at(struct machine *m, word address) {
    struct place place;
    if (heap_place(&m->heap, address, &place))
        return heap_word(&m->heap, address);
    struct stack *stack = stack_at(m, address);
    if (stack != NULL)
        return &stack->slots[(address - stack->base) / 8];
    return (word *)(uintptr_t)address;
}

word machine_load(struct machine *m, word address) { return *memory_at(m, address); }

void machine_store(struct machine *m, word address, word value) { *memory_at(m, address) = value; }

/* Is C memory of this block the argument of an open call? */
static bool is_in_call(const struct machine *m, int block) {
    for (int i = 0; i < m->depth; i++)
        if (m->calls[i].pointer - cmem_base(&m->cmem, block) < SEAM_BLOCK_BYTES)
            return true;
    return false;
}

bool machine_free(struct machine *m, word pointer, enum seam_owner by,
                  enum seam_allocator allocator, bool by_finalizer) {
    int block = cmem_block_at(&m->cmem, pointer);
    seam_assert(block >= 0);
    struct cblock *b = &m->cmem.blocks[block];
    int name = machine_name(m, pointer);
    if (pointer != cmem_base(&m->cmem, block) && !SEAM_PLANTED(lend_copies)) {
        /* The header that free looks for would lie in the same page. */
        if (b->freed && b->allocator == SEAM_ALLOCATOR_mmap)
            return machine_found(m, SEAM_RULE_use_after_unmap, name, SEAM_SEEN_RUNTIME);
        return machine_found(m, SEAM_RULE_borrowed_freed, name, SEAM_SEEN_ASAN);
    }
    /* The wrong allocator is given an address that it never returned, freed or not. */
    if (allocator != SEAM_ALLOCATOR_own && allocator != b->allocator)
        return machine_found(m, SEAM_RULE_wrong_allocator, name, SEAM_SEEN_ASAN);
    if (b->freed && b->allocator == SEAM_ALLOCATOR_mmap) /* munmap does not mind */
        return machine_found(m, SEAM_RULE_unmapped_twice, name, SEAM_SEEN_NONE);
    if (b->freed)
        return machine_found(m, SEAM_RULE_double_free, name, SEAM_SEEN_ASAN);
    if (cmem_shared(b) > 0)
        machine_found(m, SEAM_RULE_freed_while_shared, name, SEAM_SEEN_NONE);
    if (cmem_owner(b) != by)
        machine_found(m, SEAM_RULE_freed_by_non_owner, name, SEAM_SEEN_NONE);
    check_thread(m, block, by_finalizer);
    if (by == SEAM_OWNER_go && is_in_call(m, block))
        machine_found(m,
                      by_finalizer ? SEAM_RULE_finalized_during_call : SEAM_RULE_freed_during_call,
                      name, SEAM_SEEN_NONE);
    if (b->needs != 0 && !cmem_accessible(&m->cmem, b->needs)) {
        bool unmapped =
            m->cmem.blocks[cmem_block_at(&m->cmem, b->needs)].allocator == SEAM_ALLOCATOR_mmap;
        return machine_found(m, unmapped ? SEAM_RULE_use_after_unmap : SEAM_RULE_parent_freed_first,
                             machine_name(m, b->needs),
                             unmapped ? SEAM_SEEN_RUNTIME : SEAM_SEEN_ASAN);
    }
    cmem_free(&m->cmem, block);
    return true;
}
