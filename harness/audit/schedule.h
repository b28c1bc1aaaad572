/* Where an audit forces things to happen: the words of --schedule and --at, and files of points. */
#ifndef SEAM_AUDIT_SCHEDULE_H
#define SEAM_AUDIT_SCHEDULE_H

#include <stdbool.h>
#include <stdio.h>

#include "audit/inside/channel.h"

struct seam_schedule {
    enum seam_audit_schedule kind;
    uint32_t number; /* as in channel.h */
    uint64_t seed;
    struct seam_audit_point *points; /* of the kind `at`; owned, n_points of them */
    uint32_t n_points;
};

/* Read "every", "sites:K", "nth:N", "random:N:SEED" or "file:PATH". A file has a point on each
 * line; what follows # is a comment. False after an error of one line was printed. */
bool seam_schedule_read(const char *text, struct seam_schedule *schedule);

/* Read points with commas between them, as a report prints them. False after an error. */
bool seam_schedule_read_points(const char *text, struct seam_schedule *schedule);

void seam_schedule_free(struct seam_schedule *schedule);

/* Write a point as SITE.HIT.PHASE. */
void seam_point_print(FILE *out, const struct seam_audit_point *point);

#endif
