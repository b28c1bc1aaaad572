// C code that calls functions with results of Go types: their C types are in _cgo_export.h.
#include "_cgo_export.h"

void call_error(void) { failure(); }
void call_map(void) { table(); }
void call_text(void) { text(); }
void call_slice(void) { slice(); }
