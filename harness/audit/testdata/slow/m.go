package m

// #include <stdlib.h>
import "C"

import (
	"time"
	"unsafe"
)

// Store computes for longer than the runtime lets a goroutine have the processor, between an
// allocation of C memory and a store into it.
func Store() {
	text := C.CString("text")
	at := (**C.char)(C.malloc(8))
	for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
	}
	*at = text
	C.free(unsafe.Pointer(*at))
	C.free(unsafe.Pointer(at))
}
