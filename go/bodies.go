// The operations that Go code does: one body per row of ops.def. The bodies of what C does are in
// bridge.c, the forms of an argument in forms.go.
package seam

/*
#cgo CFLAGS: -I${SRCDIR}/../harness -std=gnu11
#include "bridge.h"
*/
import "C"

import (
	"fmt"
	"reflect"
	"runtime"
	"runtime/cgo"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

type operands = [C.SEAM_OPERANDS_MAX]C.uint8_t
type handle = cgo.Handle

var (
	channel *C.struct_seam_channel
	current *machine
)

// Indexed by operation; what C does has no entry here. missingBodies finds what is missing.
var bodies [C.SEAM_OPS]func(*machine, operands)

func init() {
	bodies = [C.SEAM_OPS]func(*machine, operands){
		C.SEAM_OP_go_new:              goNew,
		C.SEAM_OP_global:              global,
		C.SEAM_OP_link:                link,
		C.SEAM_OP_link_c:              linkC,
		C.SEAM_OP_link_misaligned:     linkMisaligned,
		C.SEAM_OP_sentinel:            sentinel,
		C.SEAM_OP_unlink:              unlink,
		C.SEAM_OP_look:                look,
		C.SEAM_OP_layout:              compareLayouts,
		C.SEAM_OP_pool_put:            poolPut,
		C.SEAM_OP_keep_alive:          nothing,
		C.SEAM_OP_drop:                nothing,
		C.SEAM_OP_malloc:              malloc,
		C.SEAM_OP_lib_new:             libNew,
		C.SEAM_OP_c_string:            cString,
		C.SEAM_OP_c_bytes:             cBytes,
		C.SEAM_OP_go_bytes:            goBytes,
		C.SEAM_OP_realloc:             realloc,
		C.SEAM_OP_borrow:              borrow,
		C.SEAM_OP_lib_child:           libChild,
		C.SEAM_OP_mmap:                mapMemory,
		C.SEAM_OP_go_bytes_negative:   goBytesNegative,
		C.SEAM_OP_munmap:              unmapMemory,
		C.SEAM_OP_free:                free,
		C.SEAM_OP_lib_free:            libFree,
		C.SEAM_OP_close:               closeWrapper,
		C.SEAM_OP_take:                nothing,
		C.SEAM_OP_give:                nothing,
		C.SEAM_OP_give_fails:          giveFails,
		C.SEAM_OP_share:               share,
		C.SEAM_OP_unref:               unref,
		C.SEAM_OP_look_c:              lookC,
		C.SEAM_OP_look_past:           lookPast,
		C.SEAM_OP_use_c:               useC,
		C.SEAM_OP_poke_c:              pokeC,
		C.SEAM_OP_store:               store,
		C.SEAM_OP_store_int:           storeInt,
		C.SEAM_OP_store_c:             storeC,
		C.SEAM_OP_store_words:         storeWords,
		C.SEAM_OP_store_slice:         storeSlice,
		C.SEAM_OP_clear:               clearC,
		C.SEAM_OP_call:                call,
		C.SEAM_OP_call_c:              callC,
		C.SEAM_OP_call_local:          callLocal,
		C.SEAM_OP_call_handle:         callHandle,
		C.SEAM_OP_call_handle_pointer: callHandlePointer,
		C.SEAM_OP_call_sentinel:       callSentinel,
		C.SEAM_OP_call_protected:      callProtected,
		C.SEAM_OP_pinner:              newPinner,
		C.SEAM_OP_pin:                 pin,
		C.SEAM_OP_pin_c:               pinC,
		C.SEAM_OP_pin_value:           pinValue,
		C.SEAM_OP_unpin:               unpin,
		C.SEAM_OP_drop_pinner:         nothing,
		C.SEAM_OP_handle:              newHandle,
		C.SEAM_OP_value:               handleValue,
		C.SEAM_OP_delete:              handleDelete,
		C.SEAM_OP_register:            register,
		C.SEAM_OP_register_c:          registerC,
		C.SEAM_OP_unregister:          nothing, // an event in progress still has everything it needs
		C.SEAM_OP_lib_init:            libInit,
		C.SEAM_OP_lib_exit:            libExit,
		C.SEAM_OP_lib_use:             libUse,
		C.SEAM_OP_signal:              signal,
		C.SEAM_OP_setenv:              setenv,
		C.SEAM_OP_getenv:              getenv,
		C.SEAM_OP_finalizer:           setFinalizer,
		C.SEAM_OP_cleanup:             addCleanup,
		C.SEAM_OP_finalizer_c:         finalizerC,
		C.SEAM_OP_cleanup_self:        cleanupSelf,
		C.SEAM_OP_weak:                makeWeak,
		C.SEAM_OP_weak_value:          weakValue,
		C.SEAM_OP_detach:              detach,
		C.SEAM_OP_goroutine:           goroutine,
		C.SEAM_OP_c_thread:            cThread,
		C.SEAM_OP_on:                  on,
		C.SEAM_OP_lock_thread:         lockThread,
		C.SEAM_OP_unlock_thread:       unlockThread,
		C.SEAM_OP_migrate:             migrate,
		C.SEAM_OP_set_error:           setError,
		C.SEAM_OP_succeed:             succeed,
		C.SEAM_OP_get_error:           getError,
		C.SEAM_OP_errno:               errno,
		C.SEAM_OP_lib_bound:           libBound,
		C.SEAM_OP_panic:               panicInCallback,
		C.SEAM_OP_goexit:              goexit,
		C.SEAM_OP_gc:                  collect,
		C.SEAM_OP_finalize:            finalize,
		C.SEAM_OP_reuse:               reuse,
		C.SEAM_OP_stack_grow:          stackGrow,
	}
}

// --- helpers -------------------------------------------------------------------------------------

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

// --- Go memory -----------------------------------------------------------------------------------

func nothing(*machine, operands) {}

func goNew(m *machine, o operands) {
	m.shape[o[0]] = uint8(o[1])
	m.objects[o[0]] = m.allocate(int(o[0]), uint8(o[1]))
}

func global(m *machine, o operands) {
	m.shape[o[0]] = uint8(o[1])
	m.objects[o[0]] = shapes[o[1]].global(m.globals)
	m.isGlobal[o[0]] = true
	m.globals++
}

func link(m *machine, o operands)   { m.link(o[0], o[1], m.objects[o[2]]) }
func linkC(m *machine, o operands)  { m.link(o[0], o[1], C.seam_c_pointer(C.int(o[2]))) }
func unlink(m *machine, o operands) { m.link(o[0], o[1], nil) }

func look(m *machine, o operands) {
	saw(C.SEAM_NOUN_go, o[0], *(*uint64)(unsafe.Add(m.objects[o[0]], shapes[m.shape[o[0]]].buffer)))
}

// At the end of an object is padding that the collector does not scan.
func linkMisaligned(m *machine, o operands) {
	end := objectSize(int(o[0])) - 2*wordSize
	*(*unsafe.Pointer)(unsafe.Add(m.objects[o[0]], end+1)) = m.objects[o[1]]
}

func sentinel(m *machine, o operands) { m.node(o[0]).p[o[1]] = C.seam_sentinel() }

// pool is sync.Pool itself, but for -race, where Put drops objects at random: there it is what the
// documentation of sync.Pool's cleanup says.
var pool sync.Pool

func poolPut(m *machine, o operands) {
	if race {
		m.pooled = append(m.pooled, m.objects[o[0]])
	} else {
		m.pools = true
		pool.Put(m.objects[o[0]])
	}
}

// compareLayouts reports what Go has; the witnesses know what C has.
func compareLayouts(m *machine, o operands) {
	var size, offset, alignment uintptr
	switch o[0] {
	case C.SEAM_LAYOUT_natural:
		var s C.struct_seam_natural
		size, offset, alignment = unsafe.Sizeof(s), unsafe.Offsetof(s.last), unsafe.Alignof(s)
	case C.SEAM_LAYOUT_packed:
		var s C.struct_seam_packed
		size, offset, alignment = unsafe.Sizeof(s), unsafe.Offsetof(s.last), unsafe.Alignof(s)
	case C.SEAM_LAYOUT_bits:
		var s C.struct_seam_bits
		size, offset, alignment = unsafe.Sizeof(s), unsafe.Offsetof(s.last), unsafe.Alignof(s)
	case C.SEAM_LAYOUT_united:
		var s C.struct_seam_united
		size, offset, alignment = unsafe.Sizeof(s), unsafe.Offsetof(s.last), unsafe.Alignof(s)
	case C.SEAM_LAYOUT_wide:
		var s C.struct_seam_wide
		size, offset, alignment = unsafe.Sizeof(s), unsafe.Offsetof(s.last), unsafe.Alignof(s)
	case C.SEAM_LAYOUT_aligned:
		var s C.struct_seam_aligned
		size, offset, alignment = unsafe.Sizeof(s), unsafe.Offsetof(s.last), unsafe.Alignof(s)
	case C.SEAM_LAYOUT_flexible:
		var s C.struct_seam_flexible
		size, offset, alignment = unsafe.Sizeof(s), unsafe.Offsetof(s.last), unsafe.Alignof(s)
	}
	value := C.seam_layout_value(C.int(size), C.int(offset), C.int(alignment))
	event(C.SEAM_EVENT_value, C.SEAM_NOUN_layout*16+int(o[0]), uint64(value))
}

// --- C memory ------------------------------------------------------------------------------------

func malloc(m *machine, o operands) {
	memory := unsafe.Pointer(nil)
	if o[1] == C.SEAM_FILL_dirty {
		memory = C.seam_c_dirty()
	} else {
		memory = C.calloc(1, C.SEAM_BLOCK_BYTES)
	}
	C.seam_c_born(C.int(o[0]), memory, C.SEAM_ALLOCATOR_malloc)
}

func libNew(m *machine, o operands) {
	C.seam_c_born(C.int(o[0]), C.seam_c_lib_new(), C.SEAM_ALLOCATOR_lib)
}

// The buffer of a block is its last word; the string ends one byte before its NUL.
func cString(m *machine, o operands) {
	var text [C.SEAM_BLOCK_BYTES - 1]byte
	text[bufferIndex*wordSize] = byte(o[1])
	C.seam_c_born(C.int(o[0]), unsafe.Pointer(C.CString(string(text[:]))), C.SEAM_ALLOCATOR_malloc)
}

func cBytes(m *machine, o operands) {
	bytes := (*[C.SEAM_BLOCK_BYTES]byte)(m.objects[o[1]])[:]
	C.seam_c_born(C.int(o[0]), C.CBytes(bytes), C.SEAM_ALLOCATOR_malloc)
}

func goBytes(m *machine, o operands) {
	bytes := C.GoBytes(C.seam_c_whole(C.int(o[1])), C.SEAM_BLOCK_BYTES)
	object := m.allocate(int(o[0]), C.SEAM_SHAPE_data)
	(*data)(object).buf = *(*uint64)(unsafe.Pointer(&bytes[bufferIndex*wordSize]))
	m.shape[o[0]] = C.SEAM_SHAPE_data
	m.objects[o[0]] = object
	saw(C.SEAM_NOUN_go, o[0], (*data)(object).buf)
}

func goBytesNegative(m *machine, o operands) { C.GoBytes(C.seam_c_pointer(C.int(o[0])), -1) }

func realloc(m *machine, o operands)  { C.seam_c_resize(C.int(o[0]), C.int(o[1])) }
func libChild(m *machine, o operands) { C.seam_c_child(C.int(o[0]), C.int(o[1])) }

func mapMemory(m *machine, o operands) {
	C.seam_c_born(C.int(o[0]), C.seam_c_map(), C.SEAM_ALLOCATOR_mmap)
}

func unmapMemory(m *machine, o operands) { C.seam_c_free_own(C.int(o[0])) }

func borrow(m *machine, o operands) { C.seam_c_borrow(C.int(o[0]), C.int(o[1])) }

func free(m *machine, o operands) {
	C.seam_c_freed(C.int(o[0]))
	C.free(C.seam_c_pointer(C.int(o[0])))
}

func libFree(m *machine, o operands) { C.seam_c_lib_free(C.int(o[0])) }

// Word 0 may hold a Go pointer as well, which is not for C: it is passed as an integer.
func closeWrapper(m *machine, o operands) {
	C.seam_c_close(C.uintptr_t(uintptr(m.node(o[0]).p[0])))
}

// As with close, the content of the word is passed as an integer.
func useC(m *machine, o operands) { C.seam_c_use(C.uintptr_t(uintptr(m.node(o[0]).p[o[1]]))) }

// The length comes from C; Go's own bounds check trusts it.
func lookPast(m *machine, o operands) {
	n := int(C.seam_c_claims())
	words := (*[1 << 20]uint64)(C.seam_c_pointer(C.int(o[0])))[:n:n]
	for _, word := range words {
		sum += word
	}
}

var sum uint64 // so that the reads are not optimised away

func giveFails(m *machine, o operands) {
	if C.seam_c_fail(C.int(o[0])) == 0 {
		panic("it has no way to succeed")
	}
}

func share(m *machine, o operands)  { C.seam_c_share(C.int(o[0])) }
func unref(m *machine, o operands)  { C.seam_c_unref(C.int(o[0])) }
func lookC(m *machine, o operands)  { saw(C.SEAM_NOUN_c, o[0], *cBuffer(o[0])) }
func pokeC(m *machine, o operands)  { *cBuffer(o[0]) = uint64(o[1]) }
func store(m *machine, o operands)  { cBlock(o[0]).p[o[1]] = m.objects[o[2]] }
func storeC(m *machine, o operands) { cBlock(o[0]).p[o[1]] = C.seam_c_pointer(C.int(o[2])) }
func clearC(m *machine, o operands) { cBlock(o[0]).p[o[1]] = nil }

func storeWords(m *machine, o operands) { cBlock(o[0]).p = m.node(o[1]).p }
func storeSlice(m *machine, o operands) { copy(cBlock(o[0]).p[:], m.node(o[1]).p[:]) }

func storeInt(m *machine, o operands) {
	(*[bufferIndex]uintptr)(unsafe.Pointer(cBlock(o[0])))[o[1]] = uintptr(m.objects[o[2]])
}

// --- calls ---------------------------------------------------------------------------------------

// call passes a Go object in one of the forms. The variable is taken from the table first: from here
// on, only the argument keeps the object alive.
func call(m *machine, o operands) {
	form, i := o[0], o[1]
	p := m.objects[i]
	m.forget(channel.step)
	shapes[m.shape[i]].call(m, form, p, i)
}

func callC(m *machine, o operands) {
	pointer := C.seam_c_pointer(C.int(o[0]))
	buffer := uintptr(unsafe.Pointer(cBuffer(o[0]))) - uintptr(pointer)
	C.seam_enter(pointer, C.struct_seam_argument{name: C.SEAM_NOUN_c*16 + C.int(o[0]), buffer: C.int(buffer)})
}

//go:noinline
func callLocal(m *machine, o operands) {
	local := uint64(o[1])
	address := uintptr(unsafe.Pointer(&local))
	C.seam_enter_integer(C.uintptr_t(address), C.struct_seam_argument{name: C.SEAM_NOUN_local*16 + C.int(o[0])})
	saw(C.SEAM_NOUN_local, o[0], local)
}

func callHandle(m *machine, o operands) {
	C.seam_enter_integer(C.uintptr_t(m.handles[o[0]]), C.struct_seam_argument{name: C.SEAM_NO_ARG})
}

func callHandlePointer(m *machine, o operands) {
	u := uintptr(m.handles[o[0]])
	p := unsafe.Pointer(u)
	C.seam_enter(p, C.struct_seam_argument{name: C.SEAM_NO_ARG})
	runtime.KeepAlive(p)
}

func callSentinel(m *machine, o operands) {
	p := C.seam_sentinel()
	C.seam_enter(p, C.struct_seam_argument{name: C.SEAM_NO_ARG})
	runtime.KeepAlive(p)
}

func callProtected(m *machine, o operands) { C.seam_enter_protected() }

// leading is what an exported function returns: a pointer to the object, which is dropped.
func leading(i C.int) unsafe.Pointer {
	if i < 0 {
		return nil
	}
	p := current.objects[i]
	current.forget(channel.step)
	return p
}

//export goResultString
func goResultString(i C.int) (s string) {
	if p := leading(i); p != nil {
		linkString(&s, p)
	}
	return s
}

//export goResultSlice
func goResultSlice(i C.int) (s []byte) {
	if p := leading(i); p != nil {
		linkSlice(&s, p)
	}
	return s
}

//export goResultInterface
func goResultInterface(i C.int) (v interface{}) {
	if p := leading(i); p != nil {
		v = p
	}
	return v
}

//export goResultMap
func goResultMap(i C.int) (v map[int]unsafe.Pointer) {
	if p := leading(i); p != nil {
		linkMap(&v, p)
	}
	return v
}

//export goResultChan
func goResultChan(i C.int) (v chan unsafe.Pointer) {
	if p := leading(i); p != nil {
		linkChan(&v, p)
	}
	return v
}

//export goResult
func goResult(i C.int) unsafe.Pointer {
	p := current.objects[i]
	current.forget(channel.step)
	return p
}

//export goResultInt
func goResultInt(i C.int) C.uintptr_t {
	u := uintptr(current.objects[i])
	current.forget(channel.step)
	return C.uintptr_t(u)
}

// --- pins and handles ----------------------------------------------------------------------------

// referent is what a handle holds: the object, and its number for the trace.
type referent struct {
	number int
	object unsafe.Pointer
}

func newHandle(m *machine, o operands) {
	m.handles[o[0]] = cgo.NewHandle(&referent{int(o[1]), m.objects[o[1]]})
	if m.handles[o[0]] > retireHandle {
		channel.retire = 1
	}
}

// Small integers in pointer variables are found because they are small: below 4096.
const retireHandle = 3000

func handleValue(m *machine, o operands) {
	saw(C.SEAM_NOUN_handle, o[0], uint64(m.handles[o[0]].Value().(*referent).number))
}

func handleDelete(m *machine, o operands) { m.handles[o[0]].Delete() }

// --- callbacks -----------------------------------------------------------------------------------

func register(m *machine, o operands) {
	C.seam_c_register(C.int(o[0]), C.int(o[1]), C.uintptr_t(m.handles[o[1]]))
}

func registerC(m *machine, o operands) { C.seam_c_register(C.int(o[0]), C.int(o[1]), 0) }

//export goFire
func goFire(number C.int, h C.uintptr_t) {
	if h != 0 {
		saw(C.SEAM_NOUN_handle, C.uint8_t(number), uint64(handle(h).Value().(*referent).number))
	} else {
		saw(C.SEAM_NOUN_c, C.uint8_t(number), *cBuffer(C.uint8_t(number)))
	}
}

// event is the user data of another event.
type otherEvent struct{ number int }

//export goFireOther
func goFireOther(number C.int, h C.uintptr_t) {
	if h != 0 {
		sum += uint64(handle(h).Value().(*otherEvent).number)
	} else {
		sum += uint64((*otherEvent)(C.seam_c_pointer(number)).number)
	}
}

// --- the library and the environment -------------------------------------------------------------

func libInit(m *machine, o operands) { C.seam_lib_set_ready(1) }
func libExit(m *machine, o operands) { C.seam_lib_set_ready(0) }
func libUse(m *machine, o operands)  { sawHere(uint64(C.seam_lib_use())) }

func sawHere(value uint64) { saw(C.SEAM_NOUN_thread, C.uint8_t(current.working), value) }

// syscall.Setenv is os.Setenv without its error texts.
func setenv(m *machine, o operands) {
	m.setsEnvironment = true
	if err := syscall.Setenv(C.SEAM_ENV_NAME, strconv.Itoa(int(o[0]))); err != nil {
		panic(err)
	}
}

func getenv(m *machine, o operands) {
	text, ok := syscall.Getenv(C.SEAM_ENV_NAME)
	value, _ := strconv.Atoi(text)
	if !ok {
		value = C.SEAM_ENV_UNSET
	}
	sawHere(uint64(value))
}

// --- time ----------------------------------------------------------------------------------------

func setFinalizer(m *machine, o operands) {
	d := due{object: int(o[0]), order: -1, c: int(o[1])}
	m.watched = true
	runtime.SetFinalizer(m.node(o[0]), func(n *node) {
		d.keeps = unsafe.Pointer(n)
		m.arrive(d)
	})
}

func finalizerC(m *machine, o operands) {
	runtime.SetFinalizer((*block)(C.seam_c_pointer(C.int(o[0]))), func(*block) {})
}

func detach(m *machine, o operands) { runtime.SetFinalizer(m.node(o[0]), nil) }

func addCleanup(m *machine, o operands) {
	m.orders++
	m.watched = true
	attachCleanup(m.node(o[0]), m, due{object: int(o[0]), cleanup: true, order: m.orders, c: int(o[1])})
}

func collect(m *machine, o operands) {
	clearFrames()
	m.collect()
}

func finalize(m *machine, o operands) {
	if d, ok := m.next(int(o[0])); ok {
		event(C.SEAM_EVENT_ran, d.object, 0)
		C.seam_c_free_own(C.int(d.c))
	}
}

// reuse allocates in every size class, so that swept slots are in use again.
func reuse(m *machine, o operands) {
	for i := range m.objects {
		m.keepers = append(m.keepers, reflect.New(typeOf(i, m.shape[i])).Interface())
	}
}

func stackGrow(m *machine, o operands) { m.growStack() }

// --- the run -------------------------------------------------------------------------------------

// step runs the current step, whichever side it is on.
func (m *machine) step() {
	s := channel.step
	op := channel.scenario.steps[s].op
	body := bodies[op]
	switch {
	case body == nil:
		C.seam_c_step()
	case C.seam_row(C.int(op)).side == C.SEAM_SIDE_IN:
		m.enter(body, channel.scenario.steps[s].operand)
	default:
		body(m, channel.scenario.steps[s].operand)
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
	channel.message[0] = 0
	channel.step = -1
	m.prepare()
	m.begin()
	m.reset()
	current = nil
}
