/* Keep the write barrier on: a collection marks while the goroutine that begins it goes on in Go.
 *
 * With one P it marks until that goroutine has to wait; or until the system, which is busy, has
 * kept the processor from its thread so long that the runtime takes the P away (runtime/proc.go,
 * retake). So the end of the marking is put off: it needs the semaphore worldsema (runtime/mgc.go,
 * gcMarkDone), which marking.go holds meanwhile. */
#ifndef SEAM_AUDIT_MARKING_H
#define SEAM_AUDIT_MARKING_H

/* It is about to begin, for this thread's goroutine. */
void seam_audit_note_marking(void);

/* Some goroutine's next call: marking need not go on. */
void seam_audit_release_marking(void);

/* Wait until the collection that was begun last is over. */
void seam_audit_wait_for_marking(void);

#endif
