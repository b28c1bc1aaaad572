/* Threads of this process as the system sees them. */
#ifndef SEAM_AUDIT_THREAD_H
#define SEAM_AUDIT_THREAD_H

#include <stdint.h>

/* This thread's own: a number from 1 that no other thread ever has, and the system's id, which may
 * be used again when the thread is gone. */
int seam_audit_thread_number(void);
int seam_audit_thread_id(void);

/* The state of a thread, as proc(5) has it: R, S, D, ...; X: there is no such thread. */
char seam_audit_thread_state(int id);

/* The processor's time that a thread has had, in nanoseconds. */
int64_t seam_audit_thread_time(int id);

#endif
