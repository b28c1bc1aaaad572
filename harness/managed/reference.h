/* Random operations on the managed-memory component, each compared with a reference: a list of all
 * blocks ever born, a map of their handles, and plain counts.
 *
 * One thread; many threads are the subject of stress.c. The reference knows managed.h and nothing
 * of the implementation: handles are numbers to it. */
#ifndef SEAM_MANAGED_REFERENCE_H
#define SEAM_MANAGED_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

enum { SEAM_MANAGED_STEP_BYTES = 4, SEAM_MANAGED_STEPS_MAX = 4096 };

/* Run any bytes: 4 say how the two contexts are made, then 4 for each operation. Aborts at the
 * first difference, with the operations on standard error. Returns the number of operations. */
size_t seam_managed_check(const uint8_t *data, size_t size);

#endif
