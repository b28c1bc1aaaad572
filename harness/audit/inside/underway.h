/* The crossings that are under way on this thread, the innermost one last: which function, called
 * from where in Go, with which pointers.
 *
 * A `struct crossing` lives while the crossing does; what is written down of it for the report is
 * a `struct seam_audit_crossing` (channel.h). Always true: a crossing's stub has a higher stack
 * address than those of all crossings after it. Not here: what happens at a crossing
 * (crossing.c). */
#ifndef SEAM_AUDIT_UNDERWAY_H
#define SEAM_AUDIT_UNDERWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "seam_audit_channel.h"

enum {
    SEAM_AUDIT_ARGUMENTS = 8, /* looked at */
    SEAM_AUDIT_DEPTH = 64,    /* crossings in each other */
};

struct crossing {
    const char *function;
    char *address; /* of the stub's stack frame */
    uint64_t site;
    uint32_t hit;       /* which crossing of this site it is, from 1 */
    uint32_t deaths;    /* blocks that had been freed when it began */
    bool is_finalizer;  /* a finalizer or a cleanup has made it: nothing is forced at it */
    bool by_collection; /* the same, or it was made while a forced collection was under way: what
                           it frees, a finalizer is held to have freed */
    bool filled;        /* it has given Go memory that is dirty */
    uint32_t n;
    uint64_t pc[SEAM_AUDIT_FRAMES];
    const void *arguments[SEAM_AUDIT_ARGUMENTS]; /* the pointers among them, else NULL */
    int n_arguments;
};

/* Of this thread; written in underway.c only. */
extern __thread struct seam_audit_underway {
    int depth;
    struct crossing all[SEAM_AUDIT_DEPTH];
} seam_audit_underway;

/* NULL: this thread is in none. */
static inline struct crossing *seam_audit_innermost(void) {
    struct seam_audit_underway *it = &seam_audit_underway;
    return it->depth > 0 ? &it->all[it->depth - 1] : NULL;
}

/* A new innermost one, all filled in but for hit and deaths; NULL if they are too deep. C may have
 * no frame pointers, so a callback has the Go stack of the crossing around it. */
struct crossing *seam_audit_push(const char *function, const void *const *arguments, int n,
                                 char *address, bool is_callback);

/* The innermost one is over: what is returned stays as it is until the next push. */
const struct crossing *seam_audit_pop(void);

/* Write it down; NULL: nothing. */
void seam_audit_record(struct seam_audit_crossing *to, const struct crossing *crossing);

#endif
