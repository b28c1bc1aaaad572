/* Threads that are in C while a collection is forced. With one P the collector has done its work
 * when they are there, where the system may have taken the processor from them; what they do next,
 * to free something above all, must not depend on that. */
#ifndef SEAM_AUDIT_GUESTS_H
#define SEAM_AUDIT_GUESTS_H

/* This thread comes to C, and is back. */
void seam_audit_let_in(void);
void seam_audit_let_out(void);

/* Wait until the others have returned, or wait for something, or have had time enough to come to
 * either. */
void seam_audit_wait_for_guests(void);

#endif
