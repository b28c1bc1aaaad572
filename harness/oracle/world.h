/* The oracle's memory: who is alive, who owns, pins and holds what. Plain sets and tables.
 *
 * Not a simulation: there are no addresses, no heap and no stack here, only what Go's documentation
 * describes. References are <any> numbers (op.h) or one of the four below: nil, uninitialised, a
 * small integer as a sentinel, the end of a Go object. */
#ifndef SEAM_WORLD_H
#define SEAM_WORLD_H

#include "language/scenario.h"

enum { REF_NIL = 0xff, REF_DIRTY = 0xfe, REF_MARK = 0xfd, REF_END = 0xfc };
enum { OS_MAX = 2 * SEAM_STEPS_MAX + 2, OS_ANY = 0 }; /* a step asks twice at most */

static inline bool world_is_go(int ref) {
    return ref != REF_NIL && ref != REF_DIRTY && seam_any_noun(ref) == SEAM_NOUN_go;
}
static inline bool world_is_c(int ref) {
    return ref != REF_NIL && ref != REF_DIRTY && seam_any_noun(ref) == SEAM_NOUN_c;
}

struct world_go {
    uint8_t shape;
    uint8_t refs[SEAM_WORDS]; /* what its pointers point to */
    uint8_t pins;
    uint8_t finalizer; /* the C block it frees, or REF_NIL */
    uint32_t buffer;
};

struct world_c {
    uint8_t parent; /* the block it points into: itself unless borrowed */
    uint8_t owner;  /* who has the reference that the block was born with */
    uint8_t allocator;
    uint8_t shared; /* references of Go's beyond that one */
    uint8_t needs;  /* the block without which it cannot be freed, or REF_NIL */
    uint16_t os;    /* the thread it belongs to, or OS_ANY */
    uint8_t refs[SEAM_WORDS];
    uint32_t buffer;
};

/* A function that C may call, with a handle or a C block as user data. */
struct world_callback {
    bool is_registered, has_handle;
    uint8_t data;
};

struct world_frame {
    uint8_t arg; /* an <any>, or SEAM_NO_ARG */
    uint8_t form;
    uint8_t thread;
    bool is_bad_pointer; /* a handle converted to a pointer */
    bool is_protected;   /* longjmp returns to it */
};

/* A goroutine or C thread. OS threads have numbers; a goroutine that is not tied to one gets a new
 * one each time. */
struct world_thread {
    bool is_c, has_failed;
    bool was_called;    /* C has called Go on it, and that has returned */
    bool has_succeeded; /* since it failed */
    uint8_t locks;
    uint16_t os;
};

struct world_attached {
    uint8_t go, c;
};

struct world {
    bool globals_are_pinned; /* as they are where there are Pinners */
    /* Sets of Go objects, C blocks, locals, pinners and handles, as bits. */
    uint16_t go_born, go_variable, go_collected, go_global, go_reused;
    uint16_t pooled, pooled_before; /* in the pool since the last collection, and before it */
    uint16_t c_freed, c_borrowed;
    uint16_t c_user_data; /* of a callback that was registered */
    bool lib_is_ready;
    bool env_is_set_since; /* and what getenv returned to C may have moved since */
    uint8_t handler_stack; /* enum seam_signal_stack; none: C has no handler */
    uint8_t locked;        /* locks of the C library */
    uint16_t local_stale, pinner_variable, handle_live, weak_live;

    struct world_go go[SEAM_GO_MAX];
    struct world_c c[SEAM_C_MAX];
    int c_born;
    uint32_t local[SEAM_LOCAL_MAX];
    uint8_t handle[SEAM_HANDLE_MAX];
    struct world_callback callback[SEAM_CALLBACK_MAX];
    uint8_t weak[SEAM_WEAK_MAX];
    uint8_t slot[SEAM_SLOT_MAX];
    uint8_t pinned[SEAM_PINNER_MAX][SEAM_PINS_MAX];
    uint8_t n_pinned[SEAM_PINNER_MAX];
    struct world_frame frames[SEAM_DEPTH_MAX]; /* open calls of all threads */
    int depth;
    struct world_thread threads[SEAM_THREAD_MAX];
    int thread;        /* running */
    int env_go, env_c; /* the variable, as Go and C have it */
    int env_kept;      /* what getenv returned to C; SEAM_ENV_UNSET: NULL */
    int n_os;
    int16_t error[OS_MAX]; /* the variable of each OS thread, -1 if it was not set */
    struct world_attached cleanups[SEAM_CLEANUP_MAX];
    int n_cleanups;
    struct world_attached queue[SEAM_QUEUE_MAX]; /* finalizers and cleanups that may run now */
    bool queue_keeps[SEAM_QUEUE_MAX]; /* a finalizer keeps its object, a cleanup does not */
    int n_queue;
};

void world_init(struct world *world, bool globals_are_pinned);

/* Is it Go memory that C may not hold, being neither pinned nor free of garbage collection? */
bool world_is_unpinned(const struct world *world, int go);

/* Is each word of such an object a Go object of its own: a closure, a map, a channel? */
static inline bool world_words_are_boxes(const struct world_go *go) {
    return go->shape == SEAM_SHAPE_funcs || go->shape == SEAM_SHAPE_maps ||
           go->shape == SEAM_SHAPE_chans;
}

/* Does C memory that is not freed, or a C global, hold this reference? */
bool world_c_holds(const struct world *world, int any);

/* Is the Go object the pointer argument of an open call? An integer argument keeps nothing alive.
 */
bool world_is_passed(const struct world *world, int go);

/* Has C the object's address: as the argument of an open call, in whatever form, or in its memory?
 */
bool world_c_has(const struct world *world, int go);

/* Is the C block, or a pointer into it, the argument of an open call? */
bool world_c_in_call(const struct world *world, int c);

/* The OS thread that the current goroutine is on, for one thing that it does. */
int world_os(struct world *world);

/* The innermost open call of the current thread: its index in frames, or -1. */
int world_innermost(const struct world *world);

/* The Go objects that live Go code, open calls, handles, pins and queued finalizers lead to. */
uint16_t world_live(const struct world *world);

/* The C blocks that a pointer leads to: from Go objects that a collection would not free, from the
 * globals and the library of C, from finalizers and cleanups that have not run, and from such
 * blocks. Memory from mmap leads nowhere. */
uint16_t world_c_reachable(const struct world *world);

/* Will a finalizer or cleanup, attached or queued, free this block? */
bool world_will_be_freed(const struct world *world, int c);

/* What must always hold between two steps; aborts if it does not. */
void world_check(const struct world *world);

#endif
