// Package bug frees a texture in a finalizer, on a thread where the C library has no context.
package bug

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

import "runtime"

// A Texture belongs to the context of the thread that made it.
type Texture struct{ c *C.struct_texture }

// Begin makes a context for this thread, and keeps the goroutine there.
func Begin() {
	runtime.LockOSThread()
	C.context_make()
}

// End frees the context.
func End() {
	C.context_end()
	runtime.UnlockOSThread()
}

// New makes a texture.
func New(width int) *Texture {
	t := &Texture{C.texture_new(C.int(width))}
	runtime.SetFinalizer(t, (*Texture).free)
	return t
}

func (t *Texture) free() {
	C.texture_free(t.c)
}

// Width returns the width.
func (t *Texture) Width() int {
	defer runtime.KeepAlive(t)
	return int(C.texture_width(t.c))
}
