// How a scenario is run: step by step, then the process is made as new for the next one. What an
// operation does is in bodies.go and bridge.c.
package seam

/*
#include "bridge.h"
*/
import "C"

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// step runs the current step, whichever side it is on.
func (m *machine) step() {
	s := channel.step
	op := channel.scenario.steps[s].op
	body := bodies[op]
	switch {
	case body.do == nil:
		C.seam_c_step()
	case C.seam_row(C.int(op)).side == C.SEAM_SIDE_IN:
		m.enter(body.do, channel.scenario.steps[s].operand)
	default:
		body.do(m, channel.scenario.steps[s].operand)
	}
	m.forget(s)
}

//export goStep
func goStep() { current.step() }

// work runs the steps before the limit; a panic of the runtime counts as a checker's report, and is
// recovered.
func (m *machine) work() {
	defer func() {
		if r := recover(); r != nil {
			tell(fmt.Sprint(r))
			m.over = true
			C.seam_c_stop()
		}
	}()
	for !m.over && C.seam_c_next() != 0 {
		m.step()
	}
}

func countCollection(took time.Duration) {
	channel.collections++
	channel.collecting += C.int64_t(took.Microseconds())
}

// tell passes on what a checker reported, if none has reported before.
func tell(text string) {
	c := C.CString(text)
	C.seam_c_tell(c, C.int(len(text)))
	C.free(unsafe.Pointer(c))
}

// reset restores the process: whatever the scenario left behind is released.
func (m *machine) reset() {
	for i, h := range m.handles {
		if h != 0 {
			func() {
				defer func() { _ = recover() }() // deleted by the scenario
				m.handles[i].Delete()
			}()
		}
	}
	m.releasePinners()
	for i := 0; i < len(shapes) && m.globals > 0; i++ {
		shapes[i].clear()
	}
	for m.pools && pool.Get() != nil {
	}
	if m.setsEnvironment {
		syscall.Clearenv() // Unsetenv leaves a hole in Go's list, which grows
	}
	C.seam_bridge_reset(channel)
}

// Main serves the parent until it closes the pipe.
func Main() int {
	channel = C.seam_channel_open()
	if channel == nil {
		fmt.Println("this program is started by seam; run: seam replay --go FILE")
		return 2
	}
	if missing := missingBodies(); len(missing) > 0 {
		panic(fmt.Sprint("no body in bodies.go for the operations ", missing))
	}
	own()
	syscall.Clearenv() // the user's environment does not reach a scenario
	for n := 0; ; n++ {
		C.seam_channel_answer()
		if C.seam_channel_wait() == 0 {
			return 0
		}
		serve()
		if n%collectEvery == collectEvery-1 {
			runtime.GC()
		}
	}
}

// Garbage of legal scenarios is collected between scenarios, once every few.
const collectEvery = 256

func serve() {
	m := &machine{}
	current = m
	channel.stopped, channel.retire, channel.trace.n = 0, 0, 0
	channel.look, channel.leaked = 0, 0
	channel.message[0] = 0
	channel.step = -1
	m.prepare()
	if channel.looks != 0 {
		prepareToLook()
	}
	m.begin()
	m.lookForLeaks()
	m.reset()
	current = nil
}
