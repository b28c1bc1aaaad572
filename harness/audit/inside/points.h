/* At which points something is forced: what the schedule in the channel says of a point, and whose
 * turn it is. Decides, and forces nothing (crossing.c does). */
#ifndef SEAM_AUDIT_POINTS_H
#define SEAM_AUDIT_POINTS_H

#include "seam_audit_underway.h"

/* Count a crossing, of this site: which one of the site it is, from 1. */
uint32_t seam_audit_count_hit(uint64_t site);

/* Is something to be forced at this point of the crossing? */
bool seam_audit_is_wanted(const struct seam_audit_point *point, const struct crossing *crossing);

/* Will it end with the write barrier on, if it gives Go dirty memory? */
bool seam_audit_will_mark(const struct crossing *crossing);

/* Something is forced there now: tell the parent. */
void seam_audit_note_forced(const struct seam_audit_point *point);

#endif
