/* Keep the write barrier on: a collection marks while the goroutine that started it goes on in Go.
 *
 * With one P, marking ends when that goroutine blocks; or earlier, when a busy system has kept the
 * processor from its thread for so long that the runtime takes the P away (runtime/proc.go,
 * retake). So the end of marking is delayed: it needs the semaphore worldsema (runtime/mgc.go,
 * gcMarkDone), which marking.go holds meanwhile. */
#ifndef SEAM_AUDIT_MARKING_H
#define SEAM_AUDIT_MARKING_H

/* Marking is about to begin, for this thread's goroutine. */
void seam_audit_note_marking(void);

/* A goroutine makes its next call: marking may end. */
void seam_audit_release_marking(void);

/* Wait until the collection that was started last is over. */
void seam_audit_wait_for_marking(void);

#endif
