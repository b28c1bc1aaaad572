#define _GNU_SOURCE
#include "seam_audit_points.h"

#include <string.h>

#include "seam_audit_state.h"

/* --- sites ------------------------------------------------------------------------------------ */

enum { SITES_MAX = 1 << 16 };

static struct {
    uint64_t site;
    uint32_t hits;
} sites[SITES_MAX];

/* Sites beyond the table share a count. */
uint32_t seam_audit_count_hit(uint64_t site) {
    __atomic_add_fetch(&seam_audit_shared->crossings, 1, __ATOMIC_RELAXED);
    uint64_t i = site % SITES_MAX, tries = 0;
    for (; tries < 64; tries++, i = (i + 1) % SITES_MAX) {
        uint64_t empty = 0;
        if (__atomic_load_n(&sites[i].site, __ATOMIC_RELAXED) == site)
            break;
        if (__atomic_compare_exchange_n(&sites[i].site, &empty, site, 0, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED)) {
            __atomic_add_fetch(&seam_audit_shared->sites, 1, __ATOMIC_RELAXED);
            break;
        }
        if (empty == site)
            break;
    }
    return __atomic_add_fetch(&sites[i].hits, 1, __ATOMIC_RELAXED);
}

/* --- the schedule ----------------------------------------------------------------------------- */

static bool is_given(const struct seam_audit_point *point) {
    for (uint32_t i = 0; i < seam_audit_shared->n_points && i < SEAM_AUDIT_POINTS; i++)
        if (memcmp(&seam_audit_shared->points[i], point, sizeof *point) == 0)
            return true;
    return false;
}

static bool is_drawn(const struct seam_audit_point *point) {
    uint64_t z = seam_audit_shared->seed + point->site * 3 + point->hit * 2 + point->phase;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL; /* splitmix64's last steps */
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (z ^ (z >> 31)) % seam_audit_shared->number == 0;
}

static bool is_last(const struct seam_audit_point *point) {
    return (point->phase == SEAM_PHASE_enter || point->phase == SEAM_PHASE_leave) &&
           (seam_audit_shared->crossings >= seam_audit_shared->number ||
            seam_audit_shared->crossings % seam_audit_shared->seed == 0);
}

static bool is_scheduled(const struct seam_audit_point *point) {
    switch ((enum seam_audit_schedule)seam_audit_shared->schedule) {
    case SEAM_SCHEDULE_none:
        return false;
    case SEAM_SCHEDULE_every:
        return true;
    case SEAM_SCHEDULE_sites:
        return point->hit <= seam_audit_shared->number;
    case SEAM_SCHEDULE_nth:
        return point->hit % seam_audit_shared->number == 0;
    case SEAM_SCHEDULE_random:
        return is_drawn(point);
    case SEAM_SCHEDULE_at:
        return is_given(point);
    case SEAM_SCHEDULE_last:
        return is_last(point);
    }
    return false;
}

/* One crossing ends with the write barrier on or on another thread, not with both: a goroutine that
 * changes threads waits, and the collection is over by then. A schedule that names no points takes
 * turns; dirty memory, if the call has given any, is looked at before the thread. */
static bool is_turn_of(enum seam_audit_phase phase, uint32_t hit, bool filled) {
    if (seam_audit_shared->schedule == SEAM_SCHEDULE_at || phase < SEAM_PHASE_mark)
        return true;
    bool marks = hit % 4 == 2 || (hit % 2 == 1 && filled);
    return (phase == SEAM_PHASE_mark) == marks;
}

/* --- the decision ----------------------------------------------------------------------------- */

/* Crossings that are made while something is forced, by finalizers above all, pass straight
 * through, or nothing would ever end. */
static bool is_open(const struct crossing *crossing) {
    return !crossing->is_finalizer && !seam_audit_is_collecting();
}

bool seam_audit_is_wanted(const struct seam_audit_point *point, const struct crossing *crossing) {
    return is_open(crossing) && is_scheduled(point) &&
           is_turn_of((enum seam_audit_phase)point->phase, point->hit, crossing->filled);
}

bool seam_audit_will_mark(const struct crossing *crossing) {
    struct seam_audit_point point = {crossing->site, crossing->hit, SEAM_PHASE_mark};
    return is_open(crossing) && is_scheduled(&point) &&
           is_turn_of(SEAM_PHASE_mark, crossing->hit, true);
}

void seam_audit_note_forced(const struct seam_audit_point *point) {
    struct seam_audit_channel *channel = seam_audit_shared;
    uint64_t i = __atomic_fetch_add(&channel->injections, 1, __ATOMIC_RELAXED);
    if (i < SEAM_AUDIT_POINTS) {
        channel->forced[i] = *point;
        channel->n_forced = (uint32_t)i + 1;
    }
}
