/* The memory that an audited process shares with `seam audit`: the schedule goes in, what happened
 * comes out. It is a file, so it outlives a process that dies.
 *
 * Read by the parent (run.c), written by the code that seam puts into the audited program
 * (state.h says how that is compiled). Program counters are raw; the parent gives them names
 * (symbol.c). */
#ifndef SEAM_AUDIT_CHANNEL_H
#define SEAM_AUDIT_CHANNEL_H

#include <stdint.h>

#define SEAM_AUDIT_VERSION 4
#define SEAM_AUDIT_VARIABLE "SEAM_AUDIT_CHANNEL" /* names the file */

enum {
    SEAM_AUDIT_FRAMES = 24,   /* of a Go stack */
    SEAM_AUDIT_FUNCTION = 64, /* the name of a C function */
    SEAM_AUDIT_FINDINGS = 16, /* in one process */
    SEAM_AUDIT_POINTS =
        1 << 14,               /* points of a schedule, and points at which something was forced */
    SEAM_AUDIT_BIRTHS = 256,   /* sites at which C memory is born */
    SEAM_AUDIT_GLOBALS = 1024, /* ranges of C's global variables */
    SEAM_AUDIT_REPORT = 1 << 14, /* text of a sanitizer's report */
};

/* A site is a C function called from one Go stack, or a Go function called back from C. Every
 * crossing has up to five points, in this order: */
/* Zero is a phase like any other: a point that was never set has site 0. */
enum seam_audit_phase {
    SEAM_PHASE_move,   /* the goroutine's stack is moved, before C runs */
    SEAM_PHASE_enter,  /* a collection, with the arguments ready */
    SEAM_PHASE_leave,  /* a collection, when C is done and Go does not run yet */
    SEAM_PHASE_mark,   /* a collection begins to mark, and Go goes on with the write barrier on */
    SEAM_PHASE_thread, /* the goroutine goes on on another thread */
    SEAM_PHASES
};

/* A point, the same in every run of the same program: the hit-th crossing of a site, from 1. */
struct seam_audit_point {
    uint64_t site;
    uint32_t hit;
    uint32_t phase;
};

/* At which points something is forced. */
enum seam_audit_schedule {
    SEAM_SCHEDULE_none,   /* nowhere: count crossings only */
    SEAM_SCHEDULE_every,  /* at every point */
    SEAM_SCHEDULE_sites,  /* at the first `number` hits of each site */
    SEAM_SCHEDULE_nth,    /* at every `number`-th hit of a site */
    SEAM_SCHEDULE_random, /* at one point in `number`, chosen by `seed` */
    SEAM_SCHEDULE_at,     /* at the given points */
    SEAM_SCHEDULE_last,   /* collect at every crossing from the `number`-th of the process on, and
                             at each `seed`-th before */
};

/* A crossing: the C function, and the Go stack that led to it, innermost first. */
struct seam_audit_crossing {
    char function[SEAM_AUDIT_FUNCTION];
    uint64_t pc[SEAM_AUDIT_FRAMES];
    uint32_t n;
    uint32_t by_collection; /* it was made by a finalizer or cleanup that seam had forced to run */
};

enum seam_audit_kind {
    SEAM_AUDIT_none,           /* a finding that was never written */
    SEAM_AUDIT_freed_argument, /* an argument is C memory that was freed */
    SEAM_AUDIT_freed_inside,   /* a word of the memory that an argument points to is */
    SEAM_AUDIT_freed_during,   /* an argument was freed while the call was under way */
    SEAM_AUDIT_retained,       /* C holds an argument after the call, and it is not pinned */
    SEAM_AUDIT_retained_swept, /* the same, and Go has collected it meanwhile */
    SEAM_AUDIT_sanitizer,      /* AddressSanitizer stopped the process */
    SEAM_AUDIT_stuck,          /* a forced collection did not end */
};

/* Where the address is that a sanitizer's report is about. */
enum seam_audit_place { SEAM_PLACE_elsewhere, SEAM_PLACE_go_heap, SEAM_PLACE_c_heap };

enum seam_audit_dirty { SEAM_DIRTY_none, SEAM_DIRTY_guess, SEAM_DIRTY_seen };

struct seam_audit_finding {
    uint32_t kind;
    uint32_t argument; /* from 1 */
    uint32_t offset;   /* freed_inside, retained: of the word, in bytes */
    uint32_t place;    /* sanitizer: enum seam_audit_place */
    uint32_t has_birth, has_death;
    uint32_t is_during;                  /* the memory was freed when the guilty call had begun */
    uint64_t site;                       /* of the guilty call; 0: Go code */
    struct seam_audit_point point;       /* the last one forced before, or before the finalizer that
                                            freed the memory; site 0: none */
    struct seam_audit_crossing crossing; /* the guilty call */
    struct seam_audit_crossing birth,
        death;       /* of the memory; retained: of the block that holds it */
    uint64_t holder; /* retained: the address of the word; without a birth, of a variable */
};

struct seam_audit_range {
    uint64_t from, end;
};

/* Addresses in the program, as its file has them. */
struct seam_audit_symbols {
    uint64_t worldsema, gcphase; /* of Go's runtime; 0: not known */
    uint32_t n_globals;
    struct seam_audit_range globals[SEAM_AUDIT_GLOBALS]; /* C's variables */
};

/* The C memory that was born at one site and not freed. */
struct seam_audit_birth {
    uint64_t site;  /* 0: no more */
    uint64_t order; /* the first site is 1 */
    int64_t blocks;
    struct seam_audit_crossing crossing;
};

struct seam_audit_channel {
    uint32_t version;
    struct seam_audit_symbols symbols;

    int32_t pid; /* of the first process that opened it; its children stay out */

    uint32_t schedule; /* enum seam_audit_schedule */
    uint32_t number;
    uint64_t seed;
    uint32_t n_points; /* of the schedule `at` */
    struct seam_audit_point points[SEAM_AUDIT_POINTS];

    uint64_t crossings, sites, injections, waited_ns;
    uint32_t n_forced; /* the first so many are kept */
    struct seam_audit_point forced[SEAM_AUDIT_POINTS];
    uint32_t n_findings;
    struct seam_audit_finding findings[SEAM_AUDIT_FINDINGS];
    struct seam_audit_birth births[SEAM_AUDIT_BIRTHS];
    /* The last time that Go wrote over a dirty word of C memory while the write barrier was on:
     * where the memory was born, and the call that came next. Before that call it is a guess. */
    uint32_t dirty; /* enum seam_audit_dirty */
    uint32_t dirty_offset;
    struct seam_audit_crossing dirty_birth, dirty_call;
    /* The last call that a goroutine came back from on another thread, and the next one that it
     * made there; without a function: none. */
    struct seam_audit_crossing before_rethread, after_rethread;
    int64_t handles; /* values of cgo.Handle that were not deleted, at the last collection */
    char report[SEAM_AUDIT_REPORT];
};

#endif
