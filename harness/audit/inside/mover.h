/* How event.c and collector.go agree that a goroutine is to change threads. */
#ifndef SEAM_AUDIT_MOVER_H
#define SEAM_AUDIT_MOVER_H

#include <stdint.h>

enum seam_audit_mover_state {
    SEAM_MOVER_none,    /* nobody can do it */
    SEAM_MOVER_at_rest, /* nobody wants it */
    SEAM_MOVER_wanted,  /* a thread that is in C wants to lose its goroutine */
    SEAM_MOVER_taken,   /* the processor is taken from it */
    SEAM_MOVER_left,    /* it is on its way back to Go */
};

struct seam_audit_mover {
    int32_t state;
    char path[64]; /* of what proc(5) says of the thread */
};

#endif
