// Package seam runs scenarios on the real Go runtime.
//
// One process runs scenario after scenario, one at a time, each on a fresh goroutine. It owns the
// collector: GC happens in gc steps only. What it observes it writes to memory shared with the parent
// (channel.h), which judges; nothing here knows what is legal.
//
// To add an operation: one body in bodies.go (Go side) or bridge.c (C side).
package seam

/*
#include "bridge.h"
*/
import "C"

import (
	"reflect"
	"runtime"
	"sort"
	"sync"
	"time"
	"unsafe"
)

const (
	maxObjects  = 12
	maxPinners  = 4
	maxHandles  = 8
	wordSize    = 8
	bufferIndex = 3
)

// The i-th object of a scenario has a size class that no other object has: a slot freed in a
// scenario is never used again in it, so that ASan's poison stays where the object was. With the
// sanitizer's redzone and the header of objects with pointers (8 bytes from Go 1.22), each of these
// sizes fills a class of runtime/sizeclasses.go. Left out are the classes that runtime.g (640 from Go 1.26
// on) and runtime.m (1152, 2048 or 2304) have with a redzone: the runtime makes new ones for a thread
// that C started, and when a call takes long.
var sizeClasses = [maxObjects]uintptr{704, 768, 896, 1024, 1280, 1408, 1536, 2688, 3072, 3200, 3456, 4096}

const redzoneAndHeader = 128 + 8

func objectSize(i int) uintptr { return sizeClasses[i] - redzoneAndHeader }

// typeOf is the type of the i-th object with words of this shape. Making one takes longer than most
// steps, so only those that scenarios ask for are made.
func typeOf(i int, shape uint8) reflect.Type {
	t := &objectTypes[i][shape]
	if *t == nil {
		prefix := shapes[shape].prefix
		pad := (objectSize(i) - prefix.Size()) / wordSize
		*t = reflect.StructOf([]reflect.StructField{
			{Name: "Object", Type: prefix},
			{Name: "Pad", Type: reflect.ArrayOf(int(pad), reflect.TypeOf(uintptr(0)))},
		})
	}
	return *t
}

var objectTypes [maxObjects][len(shapes)]reflect.Type

// An event of a collection: the finalizer or cleanup of an object was queued.
type due struct {
	object  int
	cleanup bool
	order   int            // of attachment
	keeps   unsafe.Pointer // a finalizer keeps its object until it ran
	c       int            // the C block that it frees
	block   unsafe.Pointer // and its address, as a wrapper has it
}

// A machine is the state of one scenario.
type machine struct {
	objects  [maxObjects]unsafe.Pointer // Go's variables; nil when no later step names them
	shape    [maxObjects]uint8
	keepers  []interface{} // under ASan: neighbours that keep spans from being reused
	pinners  [maxPinners]pinner
	pins     [maxPinners]int
	handles  [maxHandles]handle
	weak     [C.SEAM_WEAK_MAX]weakPointer
	queue    []due // finalizers and cleanups that may run now
	watched  bool  // something is attached that must be waited for
	orders   int
	isGlobal [maxObjects]bool
	globals  int // package variables in use

	setsEnvironment bool

	pools           bool             // the pool has been used
	pooled, victims []unsafe.Pointer // the pool under -race

	threads  [maxThreads]*thread
	working  int             // the current thread
	over     bool            // a checker has reported something
	blockers []chan struct{} // goroutines that keep a thread from being used again
	allEnded chan struct{}

	mu      sync.Mutex
	arrived []due // from the runtime's own goroutines
	ran     int
}

// prepare allocates, before the first step, what the scenario needs besides its objects: types and lists.
// Allocated later they could get the slot of a swept object, and its poison would be gone.
func (m *machine) prepare() {
	if !asan {
		return
	}
	m.keepers = make([]interface{}, 0, keepersEnough)
	m.arrived = make([]due, 0, C.SEAM_QUEUE_MAX)
	m.queue = make([]due, 0, C.SEAM_QUEUE_MAX)
	for s := range channel.scenario.steps[:channel.scenario.n_steps] {
		step := &channel.scenario.steps[s]
		row := C.seam_row(C.int(step.op))
		for i := range row.facts[:row.n_facts] {
			fact := C.seam_fact_of_step(&row.facts[i], step)
			if fact.kind == C.SEAM_FACT_born_go {
				born := (*C.struct_seam_fact_born_go)(unsafe.Pointer(&fact.arg))
				typeOf(int(born._go), uint8(born.shape))
			}
		}
	}
}

// A list that outgrows this has a size class that no object has.
const keepersEnough = 64

//go:noinline
func (m *machine) allocate(i int, shape uint8) unsafe.Pointer {
	if asan {
		m.keepers = append(m.keepers, reflect.New(typeOf(i, shape)).Interface())
	}
	object := reflect.New(typeOf(i, shape)).UnsafePointer()
	for asan && uintptr(object)%mapped < beforeMemory {
		m.keepers = append(m.keepers, object)
		object = reflect.New(typeOf(i, shape)).UnsafePointer()
	}
	if asan {
		m.keepers = append(m.keepers, reflect.New(typeOf(i, shape)).Interface())
	}
	return object
}

// ASan's free reads the bytes before a pointer before it reports that the memory is not from malloc. Before
// the Go heap, which begins at a multiple of 4 MiB, there is nothing to read.
const (
	mapped       = 4 << 20
	beforeMemory = 64
)

func (m *machine) arrive(d due) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.arrived = append(m.arrived, d)
	m.ran++
}

// Collect, wait until the runtime has run what is queued, and queue it in a fixed order: finalizers and
// cleanups of one collection come in any order and are compared as a set.
func (m *machine) collect() {
	begin := time.Now()
	defer func() { countCollection(time.Since(begin)) }()
	m.pooled, m.victims = nil, m.pooled
	runtime.GC()
	if !m.watched {
		return
	}
	m.drain()
	m.mu.Lock()
	defer m.mu.Unlock()
	sort.Slice(m.arrived, func(i, j int) bool {
		a, b := &m.arrived[i], &m.arrived[j]
		if a.object != b.object {
			return a.object < b.object
		}
		return a.order < b.order
	})
	m.queue = append(m.queue, m.arrived...)
	for i := range m.arrived {
		sawQueued(m.arrived[i].object)
		m.arrived[i] = due{} // or the list would keep the object
	}
	m.arrived = m.arrived[:0]
}

// drain yields until the finalizer and cleanup goroutines have nothing left to do. There is no
// public queue length before Go 1.26; with one P, a count that stays the same over 20 yields is
// reliable on all releases.
func (m *machine) drain() {
	for last, same := -1, 0; same < 20; same++ {
		runtime.Gosched()
		m.mu.Lock()
		if m.ran != last {
			last, same = m.ran, 0
		}
		m.mu.Unlock()
	}
}

// next takes the n-th queued entry, modulo their number.
func (m *machine) next(n int) (due, bool) {
	if len(m.queue) == 0 {
		return due{}, false
	}
	n %= len(m.queue)
	d := m.queue[n]
	last := len(m.queue) - 1
	copy(m.queue[n:], m.queue[n+1:])
	m.queue[last] = due{} // or the list would keep the object
	m.queue = m.queue[:last]
	return d, true
}

// growStack makes the goroutine's stack move: each time it needs twice as much as the last.
func (m *machine) growStack() {
	t := m.threads[m.working]
	t.grown++
	useStack(preGrown << t.grown)
}

const preGrown = 32 << 10

//go:noinline
func useStack(bytes int) byte {
	var frame [1024]byte
	if bytes > 0 {
		frame[bytes%len(frame)] = useStack(bytes - len(frame))
	}
	return frame[bytes&1023]
}

// clearFrames overwrites dead stack slots below the caller.
//
//go:noinline
func clearFrames() {
	var frame [512]uintptr
	for i := range frame {
		frame[i] = uintptr(i)
	}
	runtime.KeepAlive(&frame)
}

// clearStack does so with all that bodies may have used.
//
//go:noinline
func clearStack() {
	var frame [preGrown / wordSize]uintptr
	for i := range frame {
		frame[i] = uintptr(i)
	}
	runtime.KeepAlive(&frame)
}

// --- what bodies need ----------------------------------------------------------------------------

// node is an object as one with plain pointers; others have their words by shapes only.
func (m *machine) node(i C.uint8_t) *node { return (*node)(m.objects[i]) }

func (m *machine) link(i, word C.uint8_t, to unsafe.Pointer) {
	shapes[m.shape[i]].link(m.objects[i], int(word), to)
}

// A block is C memory as Go sees it.
type block struct {
	p   [bufferIndex]unsafe.Pointer
	buf uint64
}

func cBlock(c C.uint8_t) *block { return (*block)(C.seam_c_pointer(C.int(c))) }

// buffer is the buffer word of the C block that a pointer points into, a borrowed one too.
func cBuffer(c C.uint8_t) *uint64 { return (*uint64)(C.seam_c_buffer(C.int(c))) }

// event records what was observed, until a checker reported something.
func event(kind, what int, value uint64) {
	t := &channel.trace
	if t.n < C.SEAM_EVENTS_MAX && channel.stopped == 0 {
		t.events[t.n] = C.struct_seam_event{kind: C.uint8_t(kind), step: C.uint8_t(channel.step),
			what: C.uint8_t(what), value: C.uint32_t(value)}
		t.n++
	}
}

func saw(noun int, number C.uint8_t, value uint64) {
	event(C.SEAM_EVENT_value, noun*16+int(number), value)
}

func sawQueued(object int) { event(C.SEAM_EVENT_queued, object, 0) }

// forget drops the variables that no later step names.
func (m *machine) forget(step C.int) {
	dead := channel.scenario.last_go[step]
	for i := 0; dead != 0; i, dead = i+1, dead>>1 {
		if dead&1 != 0 {
			m.objects[i] = nil
		}
	}
	m.forgetPinners(int(channel.scenario.last_pinner[step]))
}
