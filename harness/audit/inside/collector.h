/* Run Go's collector, with the finalizers, for a crossing.
 *
 * A goroutine of our own collects (collector.go) and waits here for work. The thread that forces a
 * collection waits meanwhile; it is inside a C call then, so its goroutine's stack neither moves
 * nor shrinks. */
#ifndef SEAM_AUDIT_COLLECTOR_H
#define SEAM_AUDIT_COLLECTOR_H

#include <stdbool.h>

/* False if it did not end in time. One caller at a time. */
bool seam_audit_run_collector(void);

#endif
