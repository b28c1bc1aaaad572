// Package bug frees an object that another goroutine waits on in C.
package bug

/*
#include <stdlib.h>
#include <unistd.h>

// A feed waits in one thread until another one stops it.
struct feed { int ready[2], stop[2]; };

static struct feed *feed_new(void) {
	struct feed *f = malloc(sizeof *f);
	if (pipe(f->ready) != 0 || pipe(f->stop) != 0)
		abort();
	return f;
}
static int feed_wait(struct feed *f) {
	char c;
	int stop = f->stop[0];
	return write(f->ready[1], "r", 1) == 1 && read(stop, &c, 1) == 1;
}
static int feed_stop(struct feed *f) {
	char c;
	int stop = f->stop[1], ok = read(f->ready[0], &c, 1) == 1;
	free(f);
	return ok && write(stop, "s", 1) == 1;
}
*/
import "C"

// A Feed waits for news.
type Feed struct {
	f *C.struct_feed
}

// New makes a feed.
func New() *Feed { return &Feed{f: C.feed_new()} }

// Wait waits until the feed is stopped.
func (f *Feed) Wait() bool {
	return C.feed_wait(f.f) != 0
}

// Stop stops the feed and frees it.
func (f *Feed) Stop() bool {
	return C.feed_stop(f.f) != 0
}
