#define _GNU_SOURCE
#include "audit/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

/* What the parent says ends here, and what the program says begins; the process id is its own. */
enum {
    SAID_END = offsetof(struct seam_audit_channel, pid),
    SCHEDULE = offsetof(struct seam_audit_channel, schedule),
    TOLD = offsetof(struct seam_audit_channel, crossings),
};

void seam_channel_reset(struct seam_audit_channel *channel, enum seam_audit_schedule schedule,
                        uint32_t number, uint64_t seed, const struct seam_audit_point *at,
                        uint32_t n) {
    seam_assert(n <= SEAM_AUDIT_POINTS);
    memset(&channel->pid, 0, sizeof *channel - SAID_END);
    channel->version = SEAM_AUDIT_VERSION;
    channel->schedule = schedule;
    channel->number = number;
    channel->seed = seed;
    channel->n_points = n;
    if (n > 0)
        memcpy(channel->points, at, n * sizeof *at);
}

bool seam_channel_send(const struct seam_audit_channel *channel, const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    const char *at = (const char *)channel, *end = at + sizeof *channel;
    while (fd >= 0 && at < end) {
        ssize_t n = write(fd, at, (size_t)(end - at));
        if (n < 0 && errno != EINTR)
            break;
        at += n > 0 ? n : 0;
    }
    int why = errno;
    if (fd >= 0)
        close(fd);
    errno = why;
    return at == end;
}

/* The whole file, if it is still a file of that size; NULL if not. Owned by the caller. */
static struct seam_audit_channel *read_whole(const char *path) {
    struct seam_audit_channel *told = malloc(sizeof *told);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    bool ok = told != NULL && fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
              status.st_size == (off_t)sizeof *told;
    for (size_t used = 0; ok && used < sizeof *told;) {
        ssize_t n = pread(fd, (char *)told + used, sizeof *told - used, (off_t)used);
        ok = n > 0 || (n < 0 && errno == EINTR);
        used += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0)
        close(fd);
    if (!ok) {
        free(told);
        told = NULL;
    }
    return told;
}

/* --- is it what the code inside can have written? --------------------------------------------- */

static bool is_point(const struct seam_audit_point *point) { return point->phase < SEAM_PHASES; }

static bool is_crossing(const struct seam_audit_crossing *it) {
    return it->n <= SEAM_AUDIT_FRAMES && it->by_collection <= 1 &&
           memchr(it->function, '\0', sizeof it->function) != NULL;
}

static bool is_finding(const struct seam_audit_finding *it) {
    return it->kind <= SEAM_AUDIT_stuck && it->place <= SEAM_PLACE_c_heap && it->has_birth <= 1 &&
           it->has_death <= 1 && it->is_during <= 1 && is_point(&it->point) &&
           is_crossing(&it->crossing) && is_crossing(&it->birth) && is_crossing(&it->death);
}

/* Without text behind its first NUL, as the code inside writes it. */
static bool is_text(const char *text, size_t size) { return memchr(text, '\0', size) != NULL; }

static bool is_sound(const struct seam_audit_channel *it) {
    bool ok = it->n_forced <= SEAM_AUDIT_POINTS && it->dirty <= SEAM_DIRTY_seen &&
              is_crossing(&it->dirty_birth) && is_crossing(&it->dirty_call) &&
              is_crossing(&it->before_rethread) && is_crossing(&it->after_rethread) &&
              is_text(it->report, sizeof it->report) && it->sites <= it->crossings;
    for (uint32_t i = 0; ok && i < it->n_forced; i++)
        ok = is_point(&it->forced[i]);
    for (uint32_t i = 0; ok && i < SEAM_AUDIT_FINDINGS; i++)
        ok = is_finding(&it->findings[i]);
    for (uint32_t i = 0; ok && i < SEAM_AUDIT_BIRTHS; i++)
        ok = is_crossing(&it->births[i].crossing);
    return ok;
}

bool seam_channel_receive(struct seam_audit_channel *channel, const char *path) {
    struct seam_audit_channel *told = read_whole(path);
    bool ok = told != NULL && memcmp(told, channel, SAID_END) == 0 &&
              memcmp((char *)told + SCHEDULE, (char *)channel + SCHEDULE, TOLD - SCHEDULE) == 0 &&
              is_sound(told);
    if (ok)
        memcpy(&channel->pid, &told->pid, sizeof *channel - SAID_END);
    free(told);
    return ok;
}
