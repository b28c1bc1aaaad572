// Package bug frees a C file while a call is reading it.
package bug

/*
#include <stdlib.h>

struct file { int position; };

extern void goProgress(void);

static struct file *file_open(void) { return calloc(1, sizeof(struct file)); }
static int file_read(struct file *f) {
	goProgress();
	return ++f->position;
}
static void file_close(struct file *f) { free(f); }
*/
import "C"

import "sync"

// A File is a file of the C library.
type File struct {
	c  *C.struct_file
	mu sync.Mutex
}

// Open opens a file.
func Open() *File { return &File{c: C.file_open()} }

// OnProgress is called by C while it reads.
var OnProgress = func() {}

//export goProgress
func goProgress() { OnProgress() }

// Read reads.
func (f *File) Read() int {
	return int(C.file_read(f.c))
}

// Close closes the file.
func (f *File) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	C.file_close(f.c)
}
