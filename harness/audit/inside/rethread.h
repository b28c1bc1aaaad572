/* Make a goroutine continue on another thread.
 *
 * While its thread is still in C, another goroutine (rethread.go) takes the processor and keeps it.
 * The thread comes back to Go and finds none, puts the goroutine into the queue, and sleeps
 * (runtime/proc.go, exitsyscall). Then the other one makes room, and its own thread runs what is in
 * the queue. A goroutine that is locked to its thread wakes that up instead, so nothing happens to
 * it. */
#ifndef SEAM_AUDIT_RETHREAD_H
#define SEAM_AUDIT_RETHREAD_H

#include <stdbool.h>
#include <stdint.h>

enum seam_audit_rethread_state {
    SEAM_RETHREAD_none,    /* nobody can do it */
    SEAM_RETHREAD_at_rest, /* nobody wants it */
    SEAM_RETHREAD_wanted,  /* a thread that is in C wants to lose its goroutine */
    SEAM_RETHREAD_taken,   /* the processor is taken from it */
    SEAM_RETHREAD_left,    /* it is on its way back to Go */
};

/* What C and Go share. */
struct seam_audit_rethread {
    int32_t state;
    char path[64]; /* of the thread's stat file, see proc(5) */
};

struct crossing;

/* Have the processor taken from this thread; false if nobody can do it now. If true, call
 * seam_audit_lose_goroutine and return to Go. */
bool seam_audit_lose_processor(void);
void seam_audit_lose_goroutine(const struct crossing *crossing);

/* A call begins: record it if it is the first one of a goroutine on its new thread. */
void seam_audit_note_rethreaded(const struct crossing *crossing);

#endif
