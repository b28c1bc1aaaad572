// Package fixed keeps an object alive as long as a thread waits in C with it.
package fixed

/*
#include <stdlib.h>
#include <unistd.h>

// A feed waits in one thread until its gate is opened in another.
struct gate { int ready[2], open[2]; };
struct feed { int ready, open; };

static struct gate *gate_new(void) {
	struct gate *g = malloc(sizeof *g);
	if (pipe(g->ready) != 0 || pipe(g->open) != 0)
		abort();
	return g;
}
static int gate_ready(struct gate *g) {
	char c;
	return read(g->ready[0], &c, 1) == 1;
}
static int gate_open(struct gate *g) { return write(g->open[1], "o", 1) == 1; }
static void gate_free(struct gate *g) {
	for (int i = 0; i < 2; i++) {
		close(g->ready[i]);
		close(g->open[i]);
	}
	free(g);
}
static struct feed *feed_new(const struct gate *g) {
	struct feed *f = malloc(sizeof *f);
	f->ready = g->ready[1];
	f->open = g->open[0];
	return f;
}
static int feed_wait(struct feed *f) {
	char c;
	int open = f->open;
	return write(f->ready, "r", 1) == 1 && read(open, &c, 1) == 1;
}
static void feed_free(struct feed *f) { free(f); }
*/
import "C"

import "runtime"

// A Gate lets a feed through.
type Gate struct{ g *C.struct_gate }

// A Feed waits for its gate.
type Feed struct{ f *C.struct_feed }

// NewGate makes a gate.
func NewGate() *Gate { return &Gate{C.gate_new()} }

// Ready waits for a feed.
func (g *Gate) Ready() bool { return C.gate_ready(g.g) != 0 }

// Open lets one through.
func (g *Gate) Open() bool { return C.gate_open(g.g) != 0 }

// Close frees the gate.
func (g *Gate) Close() { C.gate_free(g.g) }

// NewFeed makes a feed.
func (g *Gate) NewFeed() *Feed {
	f := &Feed{C.feed_new(g.g)}
	runtime.SetFinalizer(f, func(f *Feed) { C.feed_free(f.f) })
	return f
}

// Wait waits at the gate.
func (f *Feed) Wait() bool {
	defer runtime.KeepAlive(f)
	return C.feed_wait(f.f) != 0
}
