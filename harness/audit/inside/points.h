/* Decide at which points something is forced: is the point in the channel's schedule, and is it its
 * turn? Forces nothing itself (crossing.c does). */
#ifndef SEAM_AUDIT_POINTS_H
#define SEAM_AUDIT_POINTS_H

#include "seam_audit_underway.h"

/* Count a crossing; the result is its number among those of its site, from 1. */
uint32_t seam_audit_count_hit(uint64_t site);

/* Is something to be forced at this point of the crossing? */
bool seam_audit_is_wanted(const struct seam_audit_point *point, const struct crossing *crossing);

/* Will the crossing end with the write barrier on, if dirty memory is born in it? */
bool seam_audit_will_mark(const struct crossing *crossing);

/* Tell the parent that something is forced at this point. */
void seam_audit_note_forced(const struct seam_audit_point *point);

#endif
