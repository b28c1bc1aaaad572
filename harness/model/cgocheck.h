/* Go's two pointer checkers, written the way the runtime does them.
 *
 * cgocheck=1 looks at arguments and results (runtime/cgocall.go), cgocheck2 at pointer writes to
 * memory that is not Go's (runtime/cgocheck.go). They know types and addresses only, and they are
 * wrong where the runtime is wrong: what is right is not decided here. */
#ifndef SEAM_MODEL_CGOCHECK_H
#define SEAM_MODEL_CGOCHECK_H

#include "model/heap.h"

/* What made a check fail. */
enum cgocheck {
    CGOCHECK_passes,
    CGOCHECK_pointer, /* a pointer, string, slice or function that is not pinned */
    CGOCHECK_nil,     /* a nil map or channel */
    CGOCHECK_unknown, /* a pointer into a data segment: the object has no known end */
    CGOCHECK_throws,  /* not the check's panic: can't happen */
};

/* The check before the call, for a pointer to the object at `object`, written in this form. */
enum cgocheck cgocheck_argument(struct heap *heap, enum seam_form form, word object);

/* The check of an exported function's pointer result. */
enum cgocheck cgocheck_result(struct heap *heap, word result);

/* Would the write barrier's check fail, for Go storing `value` at word `word_index` of C memory? */
bool cgocheck_write(struct heap *heap, word value, int word_index);

#endif
