/* Go pointers that C keeps after the call that it was given them for: words of live C blocks and of
 * C's global variables that equal a pointer argument when the call returns.
 *
 * Such a word is told when Go says that the object is not pinned, and else when the object has been
 * collected and the word is still there. Only the very pointer counts, not one into the same
 * object: a library that has read its input to the end often keeps where that was, and never looks
 * at it. Stacks and registers are not searched, nor is memory that C got from mmap itself. */
#ifndef SEAM_AUDIT_RETAINED_H
#define SEAM_AUDIT_RETAINED_H

#include "seam_audit_underway.h"

/* Some object of Go's heap says where that is. */
void seam_audit_watch_retained(const void *go_object);

bool seam_audit_is_go_pointer(const void *pointer);

/* A call begins, and is over: what an open call was given is not kept. */
void seam_audit_pass_pointers(const struct crossing *crossing);
void seam_audit_return_pointers(const struct crossing *crossing);

/* Before a collection is forced at the end of a crossing: what of its arguments does C hold? And
 * after it: the findings. */
void seam_audit_search_retained(const struct crossing *crossing);
void seam_audit_check_retained(void);

/* Is it in Go memory that was collected and that a finding was told of? */
bool seam_audit_is_retained(uintptr_t address);

#endif
