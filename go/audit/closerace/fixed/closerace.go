// Package fixed waits for calls in progress before it frees a C file.
package fixed

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
	in sync.WaitGroup // calls under way
}

// Open opens a file.
func Open() *File { return &File{c: C.file_open()} }

// OnProgress is called by C while it reads.
var OnProgress = func() {}

//export goProgress
func goProgress() { OnProgress() }

// Read reads.
func (f *File) Read() int {
	f.mu.Lock()
	c := f.c
	f.in.Add(1)
	f.mu.Unlock()
	defer f.in.Done()
	if c == nil {
		return 0
	}
	return int(C.file_read(c))
}

// Close closes the file.
func (f *File) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.c
	f.c = nil
	f.in.Wait()
	C.file_close(c)
}
