// Package fixed frees textures on the thread that made them.
package fixed

/*
#include <stdlib.h>

struct context { int textures; };
struct texture { int width; };

static __thread struct context *current;

static void context_make(void) {
	if (current == 0)
		current = calloc(1, sizeof *current);
}
static void context_end(void) {
	free(current);
	current = 0;
}
static struct texture *texture_new(int width) {
	struct texture *t = malloc(sizeof *t);
	t->width = width;
	current->textures++;
	return t;
}
static int texture_width(const struct texture *t) { return t->width; }
static void texture_free(struct texture *t) {
	current->textures--;
	free(t);
}
*/
import "C"

import (
	"runtime"
	"sync"
)

// A Texture belongs to the context of the thread that made it.
type Texture struct{ c *C.struct_texture }

var (
	mu   sync.Mutex
	dead []*C.struct_texture
)

// Begin makes a context for this thread, and keeps the goroutine there.
func Begin() {
	runtime.LockOSThread()
	C.context_make()
}

// End frees the context.
func End() {
	sweep()
	C.context_end()
	runtime.UnlockOSThread()
}

// New makes a texture.
func New(width int) *Texture {
	sweep()
	t := &Texture{C.texture_new(C.int(width))}
	runtime.SetFinalizer(t, (*Texture).free)
	return t
}

func (t *Texture) free() {
	mu.Lock()
	dead = append(dead, t.c)
	mu.Unlock()
}

// Free what finalizers have left, on the thread of the context.
func sweep() {
	mu.Lock()
	defer mu.Unlock()
	for _, c := range dead {
		C.texture_free(c)
	}
	dead = nil
}

// Width returns the width.
func (t *Texture) Width() int {
	defer runtime.KeepAlive(t)
	return int(C.texture_width(t.c))
}
