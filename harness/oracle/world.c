#include "oracle/world.h"

#include <string.h>

#include "base/check.h"

void world_init(struct world *world, bool globals_are_pinned) {
    memset(world, 0, offsetof(struct world, go));
    world->globals_are_pinned = globals_are_pinned;
    world->c_born = world->depth = world->n_cleanups = world->n_queue = world->thread = 0;
    world->threads[0] = (struct world_thread){.os = 1};
    world->env_go = world->env_c = world->env_kept = SEAM_ENV_UNSET;
    world->n_os = 2;
    world->error[1] = -1;
    memset(world->slot, REF_NIL, sizeof world->slot);
    memset(world->n_pinned, 0, sizeof world->n_pinned);
}

bool world_c_holds(const struct world *world, int any) {
    for (int i = 0; i < SEAM_SLOT_MAX; i++)
        if (world->slot[i] == any)
            return true;
    for (int c = 0; c < world->c_born; c++)
        for (int w = 0; w < SEAM_WORDS && !(world->c_freed >> c & 1); w++)
            if (world->c[c].refs[w] == any)
                return true;
    return false;
}

bool world_is_unpinned(const struct world *world, int go) {
    if (!(world->go_global >> go & 1))
        return world->go[go].pins == 0;
    return world->go[go].shape != SEAM_SHAPE_data && !world->globals_are_pinned;
}

bool world_is_passed(const struct world *world, int go) {
    for (int i = 0; i < world->depth; i++)
        if (world->frames[i].arg == seam_any(SEAM_NOUN_go, go) &&
            world->frames[i].form != SEAM_FORM_uintptr)
            return true;
    return false;
}

bool world_c_has(const struct world *world, int go) {
    for (int i = 0; i < world->depth; i++)
        if (world->frames[i].arg == seam_any(SEAM_NOUN_go, go))
            return true;
    return world_c_holds(world, seam_any(SEAM_NOUN_go, go));
}

bool world_c_in_call(const struct world *world, int c) {
    for (int i = 0; i < world->depth; i++) {
        int arg = world->frames[i].arg;
        if (arg != SEAM_NO_ARG && seam_any_noun(arg) == SEAM_NOUN_c &&
            world->c[seam_any_number(arg)].parent == c)
            return true;
    }
    return false;
}

int world_innermost(const struct world *world) {
    int i = world->depth - 1;
    while (i >= 0 && world->frames[i].thread != world->thread)
        i--;
    return i;
}

int world_os(struct world *world) {
    struct world_thread *thread = &world->threads[world->thread];
    bool stays = thread->is_c || thread->locks > 0 || world_innermost(world) >= 0;
    if (!stays) {
        world->error[world->n_os] = -1;
        thread->os = (uint16_t)world->n_os++;
    }
    return thread->os;
}

/* The Go objects a Go object points to. */
static uint16_t children(const struct world *world, int go) {
    uint16_t set = 0;
    for (int w = 0; w < SEAM_WORDS; w++) {
        int ref = world->go[go].refs[w];
        if (ref != REF_NIL && seam_any_noun(ref) == SEAM_NOUN_go)
            set |= (uint16_t)(1u << seam_any_number(ref));
    }
    return set;
}

/* The Go objects one can come to from `from`, itself included. */
static uint16_t reachable(const struct world *world, uint16_t from) {
    uint16_t reached = 0;
    while (from != 0) {
        int go = __builtin_ctz(from);
        reached |= (uint16_t)(1u << go);
        from = (uint16_t)((from | children(world, go)) & ~reached);
    }
    return reached;
}

uint16_t world_live(const struct world *world) {
    uint16_t roots = world->go_variable | world->go_global | world->pooled | world->pooled_before;
    for (int i = 0; i < world->depth; i++) {
        int arg = world->frames[i].arg;
        if (arg != SEAM_NO_ARG && seam_any_noun(arg) == SEAM_NOUN_go &&
            world->frames[i].form != SEAM_FORM_uintptr)
            roots |= (uint16_t)(1u << seam_any_number(arg));
    }
    for (int h = 0; h < SEAM_HANDLE_MAX; h++)
        if (world->handle_live >> h & 1)
            roots |= (uint16_t)(1u << world->handle[h]);
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        for (int i = 0; i < world->n_pinned[p]; i++)
            roots |= (uint16_t)(1u << world->pinned[p][i]);
    for (int i = 0; i < world->n_queue; i++)
        if (world->queue_keeps[i])
            roots |= (uint16_t)(1u << world->queue[i].go);
    /* An object with a finalizer keeps what it points to, but not itself, unless a box is between.
     */
    for (int go = 0; go < SEAM_GO_MAX; go++)
        if ((world->go_born & ~world->go_collected) >> go & 1 && world->go[go].finalizer != REF_NIL)
            roots |= (uint16_t)(children(world, go) &
                                ~((unsigned)!world_words_are_boxes(&world->go[go]) << go));
    return reachable(world, roots);
}

bool world_will_be_freed(const struct world *world, int c) {
    for (int go = 0; go < SEAM_GO_MAX; go++)
        if (world->go_born >> go & 1 && world->go[go].finalizer == c)
            return true;
    for (int i = 0; i < world->n_cleanups; i++)
        if (world->cleanups[i].c == c)
            return true;
    for (int i = 0; i < world->n_queue; i++)
        if (world->queue[i].c == c)
            return true;
    return false;
}

static uint16_t c_in(const struct world *world, const uint8_t refs[SEAM_WORDS]) {
    uint16_t set = 0;
    for (int i = 0; i < SEAM_WORDS; i++)
        if (world_is_c(refs[i]))
            set |= (uint16_t)(1u << world->c[seam_any_number(refs[i])].parent);
    return set;
}

/* A finalizer keeps its object until it has run. */
static uint16_t waiting(const struct world *world) {
    uint16_t set = 0;
    for (int go = 0; go < SEAM_GO_MAX; go++)
        if ((world->go_born & ~world->go_collected) >> go & 1 && world->go[go].finalizer != REF_NIL)
            set |= (uint16_t)(1u << go);
    return set;
}

uint16_t world_c_reachable(const struct world *world) {
    uint16_t from = world->c_user_data, reached = 0;
    for (uint16_t set = world_live(world) | waiting(world); set != 0; set &= (uint16_t)(set - 1))
        from |= c_in(world, world->go[__builtin_ctz(set)].refs);
    for (int i = 0; i < SEAM_SLOT_MAX; i++)
        if (world_is_c(world->slot[i]))
            from |= (uint16_t)(1u << world->c[seam_any_number(world->slot[i])].parent);
    for (int c = 0; c < world->c_born; c++)
        if (world->c[c].owner == SEAM_OWNER_c || world_will_be_freed(world, c))
            from |= (uint16_t)(1u << c);
    from &= (uint16_t)~world->c_freed;
    while (from != 0) {
        int c = __builtin_ctz(from);
        reached |= (uint16_t)(1u << c);
        if (world->c[c].allocator != SEAM_ALLOCATOR_mmap)
            from |= c_in(world, world->c[c].refs);
        from &= (uint16_t) ~(reached | world->c_freed);
    }
    return reached;
}

void world_check(const struct world *world) {
    seam_assert((world->go_collected & ~world->go_born) == 0);
    seam_assert((world->go_collected & (world->go_variable | world->go_global)) == 0);
    seam_assert((world_live(world) & world->go_collected) == 0);
    seam_assert((world->c_freed & world->c_borrowed) == 0);
    seam_assert(world->n_queue <= SEAM_QUEUE_MAX && world->depth <= SEAM_DEPTH_MAX);
}
