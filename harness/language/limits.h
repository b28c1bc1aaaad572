/* The sizes of everything in a scenario, in one place.
 *
 * Every array in seam is fixed and sized here; nothing grows while a scenario runs. Objects are
 * numbered in the order of their birth, so these are also the ranges of the names g0, c0, p0 ...
 * A new limit belongs here if two files must agree on it. */
#ifndef SEAM_LIMITS_H
#define SEAM_LIMITS_H

enum {
    SEAM_STEPS_MAX = 128,  /* steps of one scenario, the closing returns included */
    SEAM_OPERANDS_MAX = 3, /* operands of one step */
    SEAM_STEP_BYTES = 4,   /* one op byte and three operand bytes */
    SEAM_GO_MAX = 12,      /* Go objects g0 ... */
    SEAM_GLOBAL_MAX = 4,   /* of them, package variables */
    SEAM_C_MAX = 12,       /* C blocks c0 ... */
    SEAM_LOCAL_MAX = 4,    /* Go local variables l0 ... whose address C got as an integer */
    SEAM_PINNER_MAX = 4,   /* runtime.Pinner values p0 ... */
    SEAM_HANDLE_MAX = 8,   /* cgo.Handle values h0 ... */
    SEAM_SLOT_MAX = 4,     /* C globals r0 ... in which C keeps pointers */
    SEAM_LOCK_MAX = 2,     /* locks x0 ... of the C library */
    SEAM_WORDS = 3,        /* words of an object that can hold a pointer */
    SEAM_CALLBACK_MAX = 4, /* callbacks k0 ... */
    SEAM_WEAK_MAX = 4,     /* weak pointers w0 ... */
    SEAM_THREAD_MAX = 4,   /* goroutines and C threads t0 ... */
    SEAM_DEPTH_MAX = 5,    /* calls open at once, of all threads */
    SEAM_MIGRATE_MAX = 3,  /* migrate steps: each takes a thread out of use */
    SEAM_GROW_MAX = 6,     /* stack_grow steps: each doubles a real stack */
    SEAM_PINS_MAX = 16,    /* pins made in one scenario */
    SEAM_CLEANUP_MAX = 4,  /* cleanups attached in one scenario */
    SEAM_QUEUE_MAX = SEAM_GO_MAX + SEAM_CLEANUP_MAX,
    SEAM_EVENTS_MAX = 512, /* what one run may report; see trace.h */
    SEAM_LINE_MAX = 96,    /* one step as text */
};

/* The minor releases of Go whose behaviour the witnesses know. */
enum { SEAM_RELEASE_OLDEST = 19, SEAM_RELEASE_NEWEST = 27 };

/* What stands before the steps in bytes: bytes.h. */
enum { SEAM_HEADER_BYTES = 12 };

#define SEAM_BYTES_MAX (SEAM_HEADER_BYTES + SEAM_STEPS_MAX * SEAM_STEP_BYTES)
#define SEAM_TEXT_MAX ((SEAM_STEPS_MAX + 1) * SEAM_LINE_MAX)

/* What is read of a variable of the environment that is not set. */
enum { SEAM_ENV_UNSET = 256 };

/* What uninitialised C memory contains, as a whole word. */
#define SEAM_DIRTY 0xdbdbdbdbdbdbdbdbULL

#endif
