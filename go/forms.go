// The types of Go objects, and the ways in which Go code writes an argument that points to one. What
// cgo checks depends on the expression in the call itself, so each form is written out here, once for
// all types of words.
//
// To add a form: one FORM row in ops.def, one case in callAs. A shape: one SHAPE row, one entry in
// shapes.
package seam

/*
#include "bridge.h"
*/
import "C"

import (
	"reflect"
	"unsafe"
)

// A holder is a Go object: three words of a type, and a buffer. An array has no buffer.
type holder[T any] struct {
	p   [bufferIndex]T
	buf uint64
}

type (
	data  = holder[uint64]
	node  = holder[unsafe.Pointer]
	array struct {
		p [bufferIndex]unsafe.Pointer
	}
)

// A shape is everything that depends on the type of an object.
type shape struct {
	prefix reflect.Type // the object; padding follows
	buffer uintptr      // where in it the buffer is
	link   func(object unsafe.Pointer, word int, to unsafe.Pointer)
	call   func(m *machine, form C.uint8_t, object unsafe.Pointer, i C.uint8_t)
	global func(i int) unsafe.Pointer // the i-th package variable of this type
	clear  func()                     // resets those variables
}

var shapes = func() [C.SEAM_SHAPES]shape {
	all := [C.SEAM_SHAPES]shape{
		C.SEAM_SHAPE_data:       shapeOf(&globalData, func(*uint64, unsafe.Pointer) {}),
		C.SEAM_SHAPE_node:       shapeOf(&globalNodes, func(w *unsafe.Pointer, to unsafe.Pointer) { *w = to }),
		C.SEAM_SHAPE_array:      shapeOf(&globalArrays, func(w *unsafe.Pointer, to unsafe.Pointer) { *w = to }),
		C.SEAM_SHAPE_strings:    shapeOf(&globalStrings, linkString),
		C.SEAM_SHAPE_slices:     shapeOf(&globalSlices, linkSlice),
		C.SEAM_SHAPE_interfaces: shapeOf(&globalInterfaces, func(w *interface{}, to unsafe.Pointer) { *w = to }),
		C.SEAM_SHAPE_funcs:      shapeOf(&globalFuncs, linkFunc),
		C.SEAM_SHAPE_maps:       shapeOf(&globalMaps, linkMap),
		C.SEAM_SHAPE_chans:      shapeOf(&globalChans, linkChan),
	}
	all[C.SEAM_SHAPE_array].prefix = reflect.TypeOf(array{})
	all[C.SEAM_SHAPE_array].call = callArray
	return all
}()

// The linker puts those with pointers into .bss and the others into .noptrbss.
var (
	globalData       [C.SEAM_GLOBAL_MAX]data
	globalNodes      [C.SEAM_GLOBAL_MAX]node
	globalArrays     [C.SEAM_GLOBAL_MAX]node
	globalStrings    [C.SEAM_GLOBAL_MAX]holder[string]
	globalSlices     [C.SEAM_GLOBAL_MAX]holder[[]byte]
	globalInterfaces [C.SEAM_GLOBAL_MAX]holder[interface{}]
	globalFuncs      [C.SEAM_GLOBAL_MAX]holder[func() unsafe.Pointer]
	globalMaps       [C.SEAM_GLOBAL_MAX]holder[map[int]unsafe.Pointer]
	globalChans      [C.SEAM_GLOBAL_MAX]holder[chan unsafe.Pointer]
)

func shapeOf[T any](globals *[C.SEAM_GLOBAL_MAX]holder[T], link func(*T, unsafe.Pointer)) shape {
	return shape{
		prefix: reflect.TypeOf(holder[T]{}),
		buffer: unsafe.Offsetof(holder[T]{}.buf),
		link: func(object unsafe.Pointer, word int, to unsafe.Pointer) {
			w := &(*holder[T])(object).p[word]
			if to == nil {
				*w = *new(T)
			} else {
				link(w, to)
			}
		},
		call:   callAs[T],
		global: func(i int) unsafe.Pointer { return unsafe.Pointer(&globals[i]) },
		clear:  func() { *globals = [C.SEAM_GLOBAL_MAX]holder[T]{} },
	}
}

// A header is that of a string or slice of the object's first word.
type header struct {
	to       unsafe.Pointer
	len, cap int
}

func linkString(w *string, to unsafe.Pointer) {
	h := header{to, wordSize, wordSize}
	*w = *(*string)(unsafe.Pointer(&h))
}

func linkSlice(w *[]byte, to unsafe.Pointer) {
	h := header{to, wordSize, wordSize}
	*w = *(*[]byte)(unsafe.Pointer(&h))
}

func linkFunc(w *func() unsafe.Pointer, to unsafe.Pointer) {
	*w = func() unsafe.Pointer { return to }
}

func linkMap(w *map[int]unsafe.Pointer, to unsafe.Pointer) {
	*w = map[int]unsafe.Pointer{0: to}
}

func linkChan(w *chan unsafe.Pointer, to unsafe.Pointer) {
	*w = make(chan unsafe.Pointer, 1)
	*w <- to
}

// argument describes a Go argument to C: `inside` is the offset of the pointer in its object, and `buffer`
// the offset of the buffer from the pointer, or -1.
func (m *machine) argument(i C.uint8_t, inside, buffer uintptr) C.struct_seam_argument {
	is := C.struct_seam_argument{name: C.SEAM_NOUN_go*16 + C.int(i), buffer: C.int(buffer),
		inside: C.int(inside), size: C.int(objectSize(int(i)))}
	if m.shape[i] == C.SEAM_SHAPE_array {
		is.buffer = -1
	}
	return is
}

const noBuffer = ^uintptr(0)

func callAs[T any](m *machine, form C.uint8_t, object unsafe.Pointer, i C.uint8_t) {
	q := (*holder[T])(object)
	buffer := unsafe.Offsetof(q.buf)
	whole, field, words := m.argument(i, 0, buffer), m.argument(i, buffer, 0), m.argument(i, 0, noBuffer)
	switch form {
	case C.SEAM_FORM_pointer:
		C.seam_enter(unsafe.Pointer(q), whole)
	case C.SEAM_FORM_unsafe:
		C.seam_enter(object, whole)
	case C.SEAM_FORM_field:
		C.seam_enter(unsafe.Pointer(&q.buf), field)
	case C.SEAM_FORM_element:
		C.seam_enter(unsafe.Pointer(&q.p[0]), words)
	case C.SEAM_FORM_cast:
		C.seam_enter_char((*C.char)(object), whole)
	case C.SEAM_FORM_uintptr:
		u := C.uintptr_t(uintptr(object))
		C.seam_enter_integer(u, whole)
	case C.SEAM_FORM_variable:
		r := &q.buf
		C.seam_enter(unsafe.Pointer(r), field)
	case C.SEAM_FORM_parentheses:
		C.seam_enter(unsafe.Pointer((&q.buf)), field)
	case C.SEAM_FORM_whole:
		C.seam_enter(unsafe.Pointer(&*q), whole)
	case C.SEAM_FORM_slice:
		s := q.p[:]
		C.seam_enter(unsafe.Pointer(&s[0]), words)
	case C.SEAM_FORM_tail:
		s := q.p[1:]
		C.seam_enter(unsafe.Pointer(&s[0]), m.argument(i, unsafe.Sizeof(q.p[0]), noBuffer))
	case C.SEAM_FORM_pointed:
		r := &q.p
		C.seam_enter(unsafe.Pointer(&r[0]), words)
	case C.SEAM_FORM_value:
		C.seam_enter_value(C.struct_seam_box{object}, whole)
	case C.SEAM_FORM_slicedata:
		callSliceData(&q.p, words)
	case C.SEAM_FORM_bytes:
		s := (*[wordSize]byte)(unsafe.Pointer(&q.buf))[:]
		C.seam_enter(unsafe.Pointer(&s[0]), field)
	case C.SEAM_FORM_bytesdata:
		callBytesData((*[wordSize]byte)(unsafe.Pointer(&q.buf)), field)
	}
}

// The field of an array is the whole array.
func callArray(m *machine, form C.uint8_t, object unsafe.Pointer, i C.uint8_t) {
	q, words := (*array)(object), m.argument(i, 0, noBuffer)
	switch form {
	case C.SEAM_FORM_field:
		C.seam_enter(unsafe.Pointer(&q.p), words)
	case C.SEAM_FORM_variable:
		r := &q.p
		C.seam_enter(unsafe.Pointer(r), words)
	case C.SEAM_FORM_parentheses:
		C.seam_enter(unsafe.Pointer((&q.p)), words)
	case C.SEAM_FORM_bytes:
		s := q.p[:]
		C.seam_enter(unsafe.Pointer(&s[0]), words)
	case C.SEAM_FORM_bytesdata:
		callSliceData(&q.p, words)
	default:
		callAs[unsafe.Pointer](m, form, object, i)
	}
}
