/* Go's two pointer checkers, written the way the runtime does them.
 *
 * cgocheck=1 looks at arguments and results (runtime/cgocall.go), cgocheck2 at pointer writes to
 * memory that is not Go's (runtime/cgocheck.go). They know types and addresses only, and they are
 * wrong where the runtime is wrong: what is right is not decided here. */
#ifndef SEAM_MODEL_CGOCHECK_H
#define SEAM_MODEL_CGOCHECK_H

#include "model/heap.h"

/* Would the check in front of the call fail, for a pointer to the object at `object`, written in
 * this form? */
bool cgocheck_argument(struct heap *heap, enum seam_form form, word object);

/* Would the check of an exported function's pointer result fail? */
bool cgocheck_result(struct heap *heap, word result);

/* Would the write barrier's check fail, for Go storing `value` at word `word_index` of C memory? */
bool cgocheck_write(struct heap *heap, word value, int word_index);

#endif
