/* The crossings that are under way on this thread, outermost first: which function was called, from
 * where in Go, with which pointers.
 *
 * A `struct crossing` lives as long as the crossing does; what is recorded of it for the report is
 * a `struct seam_audit_crossing` (channel.h). Always true: the stub of a crossing has a higher
 * stack address than the stubs of all crossings inside it. Not here: what happens at a crossing
 * (crossing.c). */
#ifndef SEAM_AUDIT_UNDERWAY_H
#define SEAM_AUDIT_UNDERWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "seam_audit_channel.h"

enum {
    SEAM_AUDIT_ARGUMENTS = 8, /* the first ones are checked */
    SEAM_AUDIT_DEPTH = 64,    /* nested crossings */
};

struct crossing {
    const char *function;
    char *address; /* of the stub's stack frame */
    uint64_t site;
    uint32_t hit;       /* which crossing of this site it is, from 1 */
    uint32_t deaths;    /* blocks that had been freed when it began */
    bool is_finalizer;  /* made by a finalizer or a cleanup: nothing is forced at it */
    bool by_collection; /* the same, or made while a forced collection was under way: what it
                           frees counts as freed by a finalizer */
    bool filled;        /* C memory born in it was filled with stale pointers */
    uint32_t n;
    uint64_t pc[SEAM_AUDIT_FRAMES];
    const void *arguments[SEAM_AUDIT_ARGUMENTS]; /* NULL: not a pointer */
    int n_arguments;
};

/* Of this thread; written in underway.c only. */
extern __thread struct seam_audit_underway {
    int depth;
    struct crossing all[SEAM_AUDIT_DEPTH];
} seam_audit_underway;

/* NULL: none is under way. */
static inline struct crossing *seam_audit_innermost(void) {
    struct seam_audit_underway *it = &seam_audit_underway;
    return it->depth > 0 ? &it->all[it->depth - 1] : NULL;
}

/* Add a new innermost crossing. The caller fills in hit and deaths; NULL if there are too many. C
 * may be compiled without frame pointers, so a callback has the Go stack of the crossing around it.
 */
struct crossing *seam_audit_push(const char *function, const void *const *arguments, int n,
                                 char *address, bool is_callback);

/* Remove the innermost crossing; the result stays valid until the next push. */
const struct crossing *seam_audit_pop(void);

/* Fill a record; with NULL, an empty one. */
void seam_audit_record(struct seam_audit_crossing *to, const struct crossing *crossing);

#endif
