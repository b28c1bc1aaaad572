/* Threads that are in C while a collection is forced. With one P, the collector may finish while
 * such a thread is anywhere in its C code, because the system has taken the processor from it. What
 * it does next, above all what it frees, must not depend on that, so it is waited for. */
#ifndef SEAM_AUDIT_GUESTS_H
#define SEAM_AUDIT_GUESTS_H

/* This thread enters C, and has returned from it. */
void seam_audit_let_in(void);
void seam_audit_let_out(void);

/* Wait until each of the others has returned, blocks, or has had enough processor time to do one of
 * the two. */
void seam_audit_wait_for_guests(void);

#endif
