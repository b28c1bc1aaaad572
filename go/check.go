package seam

/*
#include "bridge.h"
void seam_oracle_limit(struct seam_channel *channel, struct seam_trace *expected);
int seam_oracle_agrees(const struct seam_channel *channel, const struct seam_trace *expected);
*/
import "C"

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"
)

// release is the minor release of this Go: 27 for go1.27.4. A build between releases has no number
// and counts as the newest.
var release = func() int {
	var minor int
	if _, err := fmt.Sscanf(runtime.Version(), "go1.%d", &minor); err != nil {
		return 0
	}
	return minor
}()

var (
	checkOnce sync.Once
	expected  *C.struct_seam_trace
)

// Check runs a scenario, given as bytes, in this process: the steps before the first one that would stop a
// plain Go program or make its behaviour undefined. It returns an error if the runtime did not do what the
// oracle says. For go test -fuzz; seam itself runs scenarios in processes of their own. Not safe for
// concurrent use.
func Check(scenario []byte) error {
	checkOnce.Do(func() {
		channel = (*C.struct_seam_channel)(C.calloc(1, C.sizeof_struct_seam_channel))
		expected = (*C.struct_seam_trace)(C.calloc(1, C.sizeof_struct_seam_trace))
		C.seam_bridge_reset(channel)
		own()
	})
	var bytes *C.uint8_t
	if len(scenario) > 0 {
		bytes = (*C.uint8_t)(unsafe.Pointer(&scenario[0]))
	}
	C.seam_scenario_decode(&channel.scenario, bytes, C.size_t(len(scenario)), C.int(release))
	C.seam_oracle_limit(channel, expected)
	serve()
	if C.seam_oracle_agrees(channel, expected) == 0 {
		return fmt.Errorf("the runtime disagrees with the oracle at step %d: %s", int(channel.step)+1,
			C.GoString(&channel.message[0]))
	}
	return nil
}

// missingBodies names the operations that have no body on the Go side.
func missingBodies() []string {
	var names []string
	for op := range bodies {
		row := C.seam_row(C.int(op))
		if row.side != C.SEAM_SIDE_C && row.side != C.SEAM_SIDE_OUT && bodies[op].do == nil {
			names = append(names, C.GoString(row.name))
		}
	}
	return names
}

// mistakenBodies names the operations whose body reads the operands of another one.
func mistakenBodies() []string {
	var names []string
	for op := range bodies {
		name, read := C.GoString(C.seam_row(C.int(op)).name), bodies[op].names
		if read != nil && read.Name() != "_Ctype_struct_seam_op_"+name {
			names = append(names, name)
		}
	}
	return names
}
