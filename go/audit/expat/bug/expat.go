// Package bug wraps expat; a parser does not keep its user data alive.
package bug

// #cgo LDFLAGS: -lexpat
// #include <expat.h>
// #include <stdint.h>
// #include <stdlib.h>
//
// struct counter { int elements; };
//
// static void on_start(void *data, const XML_Char *name, const XML_Char **attributes) {
//	((struct counter *)data)->elements++;
// }
// static XML_Parser parser_new(struct counter *counter) {
//	XML_Parser p = XML_ParserCreate(NULL);
//	XML_SetUserData(p, counter);
//	XML_SetStartElementHandler(p, on_start);
//	return p;
// }
import "C"

import (
	"runtime"
	"unsafe"
)

// A Counter counts elements.
type Counter struct{ c *C.struct_counter }

// A Parser tells a counter about a document.
type Parser struct {
	p C.XML_Parser
}

// NewCounter makes a counter.
func NewCounter() *Counter {
	c := &Counter{(*C.struct_counter)(C.calloc(1, C.sizeof_struct_counter))}
	runtime.SetFinalizer(c, func(c *Counter) { C.free(unsafe.Pointer(c.c)) })
	return c
}

// NewParser makes a parser that tells c.
func NewParser(c *Counter) *Parser {
	p := &Parser{C.parser_new(c.c)}
	runtime.SetFinalizer(p, func(p *Parser) { C.XML_ParserFree(p.p) })
	runtime.KeepAlive(c)
	return p
}

// Parse parses a whole document.
func (p *Parser) Parse(document string) bool {
	text := C.CString(document)
	defer C.free(unsafe.Pointer(text))
	status := C.XML_Parse(p.p, text, C.int(len(document)), 1)
	runtime.KeepAlive(p)
	return status == C.XML_STATUS_OK
}
