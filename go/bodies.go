// The operations that Go code does: one body per row of ops.def. The bodies of what C does are in
// bridge.c, the forms of an argument in forms.go.
package seam

/*
#cgo CFLAGS: -I${SRCDIR}/../harness -std=gnu11
#include "bridge.h"
*/
import "C"

import (
	"reflect"
	"runtime"
	"runtime/cgo"
	"strconv"
	"sync"
	"syscall"
	"unsafe"
)

// operands are those of a step as it has them. A body has them by the names in its row: link's are a
// C.op_link, with o.node, o.word and o._go (cgo's way to write a name that Go has itself).
type operands = [C.SEAM_OPERANDS_MAX]C.uint8_t

// A body does an operation.
type body struct {
	do    func(*machine, operands)
	names reflect.Type // those of the operands; nil if it reads none
}

func reading[T any](do func(*machine, T)) body {
	return body{
		func(m *machine, o operands) { do(m, *(*T)(unsafe.Pointer(&o))) },
		reflect.TypeOf(*new(T)),
	}
}

func plain(do func(*machine)) body {
	return body{do: func(m *machine, _ operands) { do(m) }}
}

type handle = cgo.Handle

var (
	channel *C.struct_seam_channel
	current *machine
)

// Indexed by operation; what C does has no entry here. missingBodies finds what is missing.
var bodies [C.SEAM_OPS]body

func init() {
	bodies = [C.SEAM_OPS]body{
		C.SEAM_OP_go_new:              reading(goNew),
		C.SEAM_OP_global:              reading(global),
		C.SEAM_OP_link:                reading(link),
		C.SEAM_OP_link_c:              reading(linkC),
		C.SEAM_OP_link_misaligned:     reading(linkMisaligned),
		C.SEAM_OP_sentinel:            reading(sentinel),
		C.SEAM_OP_unlink:              reading(unlink),
		C.SEAM_OP_look:                reading(look),
		C.SEAM_OP_layout:              reading(compareLayouts),
		C.SEAM_OP_pool_put:            reading(poolPut),
		C.SEAM_OP_keep_alive:          nothing,
		C.SEAM_OP_drop:                nothing,
		C.SEAM_OP_malloc:              reading(malloc),
		C.SEAM_OP_lib_new:             reading(libNew),
		C.SEAM_OP_c_string:            reading(cString),
		C.SEAM_OP_c_bytes:             reading(cBytes),
		C.SEAM_OP_go_bytes:            reading(goBytes),
		C.SEAM_OP_realloc:             reading(realloc),
		C.SEAM_OP_borrow:              reading(borrow),
		C.SEAM_OP_lib_child:           reading(libChild),
		C.SEAM_OP_mmap:                reading(mapMemory),
		C.SEAM_OP_go_bytes_negative:   reading(goBytesNegative),
		C.SEAM_OP_munmap:              reading(unmapMemory),
		C.SEAM_OP_free:                reading(free),
		C.SEAM_OP_lib_free:            reading(libFree),
		C.SEAM_OP_close:               reading(closeWrapper),
		C.SEAM_OP_take:                reading(take),
		C.SEAM_OP_give:                reading(give),
		C.SEAM_OP_give_fails:          reading(giveFails),
		C.SEAM_OP_share:               reading(share),
		C.SEAM_OP_unref:               reading(unref),
		C.SEAM_OP_look_c:              reading(lookC),
		C.SEAM_OP_look_past:           reading(lookPast),
		C.SEAM_OP_use_c:               reading(useC),
		C.SEAM_OP_poke_c:              reading(pokeC),
		C.SEAM_OP_store:               reading(store),
		C.SEAM_OP_store_int:           reading(storeInt),
		C.SEAM_OP_store_c:             reading(storeC),
		C.SEAM_OP_store_words:         reading(storeWords),
		C.SEAM_OP_store_slice:         reading(storeSlice),
		C.SEAM_OP_clear:               reading(clearC),
		C.SEAM_OP_call:                reading(call),
		C.SEAM_OP_call_c:              reading(callC),
		C.SEAM_OP_call_local:          reading(callLocal),
		C.SEAM_OP_call_handle:         reading(callHandle),
		C.SEAM_OP_call_handle_pointer: reading(callHandlePointer),
		C.SEAM_OP_call_sentinel:       plain(callSentinel),
		C.SEAM_OP_call_protected:      plain(callProtected),
		C.SEAM_OP_pinner:              reading(newPinner),
		C.SEAM_OP_pin:                 reading(pin),
		C.SEAM_OP_pin_c:               reading(pinC),
		C.SEAM_OP_pin_value:           reading(pinValue),
		C.SEAM_OP_unpin:               reading(unpin),
		C.SEAM_OP_drop_pinner:         nothing,
		C.SEAM_OP_handle:              reading(newHandle),
		C.SEAM_OP_value:               reading(handleValue),
		C.SEAM_OP_delete:              reading(handleDelete),
		C.SEAM_OP_register:            reading(register),
		C.SEAM_OP_register_c:          reading(registerC),
		C.SEAM_OP_unregister:          nothing, // an event in progress still has everything it needs
		C.SEAM_OP_lib_init:            plain(libInit),
		C.SEAM_OP_lib_exit:            plain(libExit),
		C.SEAM_OP_lib_use:             plain(libUse),
		C.SEAM_OP_signal:              plain(signal),
		C.SEAM_OP_setenv:              reading(setenv),
		C.SEAM_OP_getenv:              plain(getenv),
		C.SEAM_OP_finalizer:           reading(setFinalizer),
		C.SEAM_OP_cleanup:             reading(addCleanup),
		C.SEAM_OP_finalizer_c:         reading(finalizerC),
		C.SEAM_OP_cleanup_self:        reading(cleanupSelf),
		C.SEAM_OP_weak:                reading(makeWeak),
		C.SEAM_OP_weak_value:          reading(weakValue),
		C.SEAM_OP_detach:              reading(detach),
		C.SEAM_OP_goroutine:           reading(goroutine),
		C.SEAM_OP_c_thread:            reading(cThread),
		C.SEAM_OP_on:                  reading(on),
		C.SEAM_OP_lock_thread:         plain(lockThread),
		C.SEAM_OP_unlock_thread:       plain(unlockThread),
		C.SEAM_OP_migrate:             plain(migrate),
		C.SEAM_OP_set_error:           reading(setError),
		C.SEAM_OP_succeed:             plain(succeed),
		C.SEAM_OP_get_error:           plain(getError),
		C.SEAM_OP_errno:               reading(errno),
		C.SEAM_OP_lib_bound:           reading(libBound),
		C.SEAM_OP_panic:               plain(panicInCallback),
		C.SEAM_OP_goexit:              plain(goexit),
		C.SEAM_OP_gc:                  plain(collect),
		C.SEAM_OP_finalize:            reading(finalize),
		C.SEAM_OP_reuse:               plain(reuse),
		C.SEAM_OP_stack_grow:          plain(stackGrow),
	}
}

// --- Go memory -----------------------------------------------------------------------------------

var nothing = plain(func(*machine) {})

func goNew(m *machine, o C.op_go_new) {
	m.shape[o.new_go] = uint8(o.shape)
	m.objects[o.new_go] = m.allocate(int(o.new_go), uint8(o.shape))
}

func global(m *machine, o C.op_global) {
	m.shape[o.new_go] = uint8(o.shape)
	m.objects[o.new_go] = shapes[o.shape].global(m.globals)
	m.isGlobal[o.new_go] = true
	m.globals++
}

func link(m *machine, o C.op_link)     { m.link(o.node, o.word, m.objects[o._go]) }
func linkC(m *machine, o C.op_link_c)  { m.link(o.node, o.word, C.seam_c_pointer(C.int(o.block))) }
func unlink(m *machine, o C.op_unlink) { m.link(o.node, o.word, nil) }

func look(m *machine, o C.op_look) {
	saw(C.SEAM_NOUN_go, o.full, *(*uint64)(unsafe.Add(m.objects[o.full], shapes[m.shape[o.full]].buffer)))
}

// At the end of an object is padding that the collector does not scan.
func linkMisaligned(m *machine, o C.op_link_misaligned) {
	end := objectSize(int(o.heap_go)) - 2*wordSize
	*(*unsafe.Pointer)(unsafe.Add(m.objects[o.heap_go], end+1)) = m.objects[o._go]
}

func sentinel(m *machine, o C.op_sentinel) { m.node(o.wrapper).p[o.word] = C.seam_sentinel() }

// pool is sync.Pool itself, but for -race, where Put drops objects at random: there it is what the
// documentation of sync.Pool's cleanup says.
var pool sync.Pool

func poolPut(m *machine, o C.op_pool_put) {
	if race {
		m.pooled = append(m.pooled, m.objects[o.heap_go])
	} else {
		m.pools = true
		pool.Put(m.objects[o.heap_go])
	}
}

// compareLayouts reports what Go has; the witnesses know what C has.
func compareLayouts(m *machine, o C.op_layout) {
	var size, offset, alignment uintptr
	switch o.layout {
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
	event(C.SEAM_EVENT_value, C.SEAM_NOUN_layout*16+int(o.layout), uint64(value))
}

// --- C memory ------------------------------------------------------------------------------------

func malloc(m *machine, o C.op_malloc) {
	memory := unsafe.Pointer(nil)
	if o.fill == C.SEAM_FILL_dirty {
		memory = C.seam_c_dirty()
	} else {
		memory = C.calloc(1, C.SEAM_BLOCK_BYTES)
	}
	C.seam_c_born(C.int(o.new_c), memory, C.SEAM_ALLOCATOR_malloc)
}

func libNew(m *machine, o C.op_lib_new) {
	C.seam_c_born(C.int(o.new_c), C.seam_c_lib_new(), C.SEAM_ALLOCATOR_lib)
	C.seam_c_own(C.int(o.new_c), C.SEAM_OWNER_c)
}

func take(m *machine, o C.op_take) { C.seam_c_own(C.int(o.block), C.SEAM_OWNER_go) }
func give(m *machine, o C.op_give) { C.seam_c_own(C.int(o.block), C.SEAM_OWNER_c) }

// The buffer of a block is its last word; the string ends one byte before its NUL.
func cString(m *machine, o C.op_c_string) {
	var text [C.SEAM_BLOCK_BYTES - 1]byte
	text[bufferIndex*wordSize] = byte(o.value)
	C.seam_c_born(C.int(o.new_c), unsafe.Pointer(C.CString(string(text[:]))), C.SEAM_ALLOCATOR_malloc)
}

func cBytes(m *machine, o C.op_c_bytes) {
	bytes := (*[C.SEAM_BLOCK_BYTES]byte)(m.objects[o.data])[:]
	C.seam_c_born(C.int(o.new_c), C.CBytes(bytes), C.SEAM_ALLOCATOR_malloc)
}

func goBytes(m *machine, o C.op_go_bytes) {
	bytes := C.GoBytes(C.seam_c_whole(C.int(o.c)), C.SEAM_BLOCK_BYTES)
	object := m.allocate(int(o.new_go), C.SEAM_SHAPE_data)
	(*data)(object).buf = *(*uint64)(unsafe.Pointer(&bytes[bufferIndex*wordSize]))
	m.shape[o.new_go] = C.SEAM_SHAPE_data
	m.objects[o.new_go] = object
	saw(C.SEAM_NOUN_go, o.new_go, (*data)(object).buf)
}

func goBytesNegative(m *machine, o C.op_go_bytes_negative) {
	C.GoBytes(C.seam_c_pointer(C.int(o.c)), -1)
}

func realloc(m *machine, o C.op_realloc)    { C.seam_c_resize(C.int(o.new_c), C.int(o.block)) }
func libChild(m *machine, o C.op_lib_child) { C.seam_c_child(C.int(o.new_c), C.int(o.block)) }

func mapMemory(m *machine, o C.op_mmap) {
	C.seam_c_born(C.int(o.new_c), C.seam_c_map(), C.SEAM_ALLOCATOR_mmap)
}

func unmapMemory(m *machine, o C.op_munmap) { C.seam_c_free_own(C.int(o.mapped)) }

func borrow(m *machine, o C.op_borrow) { C.seam_c_borrow(C.int(o.new_c), C.int(o.block)) }

func free(m *machine, o C.op_free) {
	C.seam_c_freed(C.int(o.c))
	C.free(C.seam_c_pointer(C.int(o.c)))
}

func libFree(m *machine, o C.op_lib_free) { C.seam_c_lib_free(C.int(o.block)) }

// Word 0 may hold a Go pointer as well, which is not for C: it is passed as an integer.
func closeWrapper(m *machine, o C.op_close) {
	C.seam_c_close(C.uintptr_t(uintptr(m.node(o.wrapper).p[0])))
}

// As with close, the content of the word is passed as an integer.
func useC(m *machine, o C.op_use_c) { C.seam_c_use(C.uintptr_t(uintptr(m.node(o.wrapper).p[o.word]))) }

// The length comes from C; Go's own bounds check trusts it.
func lookPast(m *machine, o C.op_look_past) {
	n := int(C.seam_c_claims())
	words := (*[1 << 20]uint64)(C.seam_c_pointer(C.int(o.block)))[:n:n]
	for _, word := range words {
		sum += word
	}
}

var sum uint64 // so that the reads are not optimised away

func giveFails(m *machine, o C.op_give_fails) {
	if C.seam_c_fail(C.int(o.block)) == 0 {
		panic("it has no way to succeed")
	}
}

func share(m *machine, o C.op_share)    { C.seam_c_share(C.int(o.block)) }
func unref(m *machine, o C.op_unref)    { C.seam_c_unref(C.int(o.block)) }
func lookC(m *machine, o C.op_look_c)   { saw(C.SEAM_NOUN_c, o.c, *cBuffer(o.c)) }
func pokeC(m *machine, o C.op_poke_c)   { *cBuffer(o.c) = uint64(o.value) }
func store(m *machine, o C.op_store)    { cBlock(o.block).p[o.word] = m.objects[o._go] }
func storeC(m *machine, o C.op_store_c) { cBlock(o.block).p[o.word] = C.seam_c_pointer(C.int(o.c)) }
func clearC(m *machine, o C.op_clear)   { cBlock(o.block).p[o.word] = nil }

func storeWords(m *machine, o C.op_store_words) { cBlock(o.block).p = m.node(o.wrapper).p }
func storeSlice(m *machine, o C.op_store_slice) { copy(cBlock(o.block).p[:], m.node(o.wrapper).p[:]) }

func storeInt(m *machine, o C.op_store_int) {
	(*[bufferIndex]uintptr)(unsafe.Pointer(cBlock(o.block)))[o.word] = uintptr(m.objects[o._go])
}

// --- calls ---------------------------------------------------------------------------------------

// call passes a Go object in one of the forms. The variable is taken from the table first: from here
// on, only the argument keeps the object alive.
func call(m *machine, o C.op_call) {
	form, i := o.form, o._go
	p := m.objects[i]
	m.forget(channel.step)
	shapes[m.shape[i]].call(m, form, p, i)
}

func callC(m *machine, o C.op_call_c) {
	pointer := C.seam_c_pointer(C.int(o.c))
	buffer := uintptr(unsafe.Pointer(cBuffer(o.c))) - uintptr(pointer)
	C.seam_enter(pointer, C.struct_seam_argument{name: C.SEAM_NOUN_c*16 + C.int(o.c), buffer: C.int(buffer)})
}

//go:noinline
func callLocal(m *machine, o C.op_call_local) {
	local := uint64(o.value)
	address := uintptr(unsafe.Pointer(&local))
	C.seam_enter_integer(C.uintptr_t(address), C.struct_seam_argument{name: C.SEAM_NOUN_local*16 + C.int(o.new_local)})
	saw(C.SEAM_NOUN_local, o.new_local, local)
}

func callHandle(m *machine, o C.op_call_handle) {
	C.seam_enter_integer(C.uintptr_t(m.handles[o.handle]), C.struct_seam_argument{name: C.SEAM_NO_ARG})
}

func callHandlePointer(m *machine, o C.op_call_handle_pointer) {
	u := uintptr(m.handles[o.handle])
	p := unsafe.Pointer(u)
	C.seam_enter(p, C.struct_seam_argument{name: C.SEAM_NO_ARG})
	runtime.KeepAlive(p)
}

func callSentinel(m *machine) {
	p := C.seam_sentinel()
	C.seam_enter(p, C.struct_seam_argument{name: C.SEAM_NO_ARG})
	runtime.KeepAlive(p)
}

func callProtected(m *machine) { C.seam_enter_protected() }

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

//export goResultC
func goResultC(c C.int) *byte { return (*byte)(C.seam_c_pointer(c)) }

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

func newHandle(m *machine, o C.op_handle) {
	m.handles[o.new_handle] = cgo.NewHandle(&referent{int(o._go), m.objects[o._go]})
	if m.handles[o.new_handle] > retireHandle {
		channel.retire = 1
	}
}

// Small integers in pointer variables are found because they are small: below 4096.
const retireHandle = 3000

func handleValue(m *machine, o C.op_value) {
	saw(C.SEAM_NOUN_handle, o.handle, uint64(m.handles[o.handle].Value().(*referent).number))
}

func handleDelete(m *machine, o C.op_delete) { m.handles[o.handle].Delete() }

// --- callbacks -----------------------------------------------------------------------------------

func register(m *machine, o C.op_register) {
	C.seam_c_register(C.int(o.new_callback), C.int(o.handle), C.uintptr_t(m.handles[o.handle]))
}

func registerC(m *machine, o C.op_register_c) {
	C.seam_c_register(C.int(o.new_callback), C.int(o.c), 0)
}

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

func libInit(m *machine) { C.seam_lib_set_ready(1) }
func libExit(m *machine) { C.seam_lib_set_ready(0) }
func libUse(m *machine)  { sawHere(uint64(C.seam_lib_use())) }

func sawHere(value uint64) { saw(C.SEAM_NOUN_thread, C.uint8_t(current.working), value) }

// syscall.Setenv is os.Setenv without its error texts.
func setenv(m *machine, o C.op_setenv) {
	m.setsEnvironment = true
	if err := syscall.Setenv(C.SEAM_ENV_NAME, strconv.Itoa(int(o.value))); err != nil {
		panic(err)
	}
}

func getenv(m *machine) {
	text, ok := syscall.Getenv(C.SEAM_ENV_NAME)
	value, _ := strconv.Atoi(text)
	if !ok {
		value = C.SEAM_ENV_UNSET
	}
	sawHere(uint64(value))
}

// --- time ----------------------------------------------------------------------------------------

func setFinalizer(m *machine, o C.op_finalizer) {
	d := due{object: int(o._go), order: -1, c: int(o.block), block: C.seam_c_pointer(C.int(o.block))}
	m.watched = true
	runtime.SetFinalizer(m.node(o._go), func(n *node) {
		d.keeps = unsafe.Pointer(n)
		m.arrive(d)
	})
}

func finalizerC(m *machine, o C.op_finalizer_c) {
	runtime.SetFinalizer((*block)(C.seam_c_pointer(C.int(o.c))), func(*block) {})
}

func detach(m *machine, o C.op_detach) { runtime.SetFinalizer(m.node(o._go), nil) }

func addCleanup(m *machine, o C.op_cleanup) {
	m.orders++
	m.watched = true
	attachCleanup(m.node(o._go), m, due{object: int(o._go), cleanup: true, order: m.orders, c: int(o.block),
		block: C.seam_c_pointer(C.int(o.block))})
}

func collect(m *machine) {
	clearFrames()
	m.collect()
}

func finalize(m *machine, o C.op_finalize) {
	if d, ok := m.next(int(o.count)); ok {
		event(C.SEAM_EVENT_ran, d.object, 0)
		C.seam_c_free_own(C.int(d.c))
	}
}

// reuse allocates in every size class, so that swept slots are in use again.
func reuse(m *machine) {
	for i := range m.objects {
		m.keepers = append(m.keepers, reflect.New(typeOf(i, m.shape[i])).Interface())
	}
}

func stackGrow(m *machine) { m.growStack() }
