// Package bug frees what C has registered.
package bug

/*
#include <stdlib.h>

typedef struct { int count; } data;

static data *registered;

static data *data_new(void) { return calloc(1, sizeof(data)); }
static void data_free(data *d) { free(d); }
static void watch(data *d) { registered = d; }
static void unwatch(void) { registered = NULL; }
static int fire(void) { return registered != NULL ? ++registered->count : 0; }
*/
import "C"

import "runtime"

// A Watcher counts events.
type Watcher struct{ c *C.data }

// Watch starts to count.
func Watch() *Watcher {
	w := &Watcher{C.data_new()}
	C.watch(w.c)
	runtime.SetFinalizer(w, func(w *Watcher) { C.data_free(w.c) })
	return w
}

// Fire makes an event; how many there were.
func Fire() int { return int(C.fire()) }
