/* The parent's side of the channel (inside/channel.h): the schedule goes into the file, what
 * happened comes out of it.
 *
 * The audited program has the file mapped, and may be broken: a wild write in C, or a test that
 * writes or truncates what it finds, reaches it. So seam never maps it; what is received is a copy
 * that is whole, says still what was sent, and has no number out of its range. */
#ifndef SEAM_AUDIT_EXCHANGE_H
#define SEAM_AUDIT_EXCHANGE_H

#include <stdbool.h>

#include "audit/inside/channel.h"

/* A channel with that schedule where nothing has happened; its symbols stay. `at` has n points, all
 * other schedules have none. */
void seam_channel_reset(struct seam_audit_channel *channel, enum seam_audit_schedule schedule,
                        uint32_t number, uint64_t seed, const struct seam_audit_point *at,
                        uint32_t n);

/* Write it as a new file; false with errno. */
bool seam_channel_send(const struct seam_audit_channel *channel, const char *path);

/* Fill what happened from the file. False if the file was damaged: then nothing is filled. */
bool seam_channel_receive(struct seam_audit_channel *channel, const char *path);

#endif
