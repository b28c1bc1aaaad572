/* The whole state of the model, for its own files only.
 *
 * One machine runs one scenario: a heap, a stack, C memory, the handle table, pins, finalizers and
 * cleanups. Op bodies (ops.h) work on it with addresses and words; the watch (watch.c) says what a
 * perfect checker would see. */
#ifndef SEAM_MODEL_MACHINE_H
#define SEAM_MODEL_MACHINE_H

#include "model/cgocheck.h"
#include "model/cmem.h"
#include "model/plant.h"
#include "model/stack.h"
#include "rules/trace.h"

/* A call in progress, as C sees it. */
struct call {
    uint8_t thread, slot; /* the stack slot of the argument; a local variable follows it */
    uint8_t name;         /* the <any> that the scenario calls the argument, or SEAM_NO_ARG */
    uint8_t form;
    bool catches; /* C called setjmp in it */
    word pointer; /* what was passed to C; 0 if not memory */
    word buffer;  /* the buffer that it leads to; 0 if C cannot reach one */
};

enum special_kind { SPECIAL_finalizer, SPECIAL_cleanup };
struct special {
    uint8_t kind;
    word object; /* the Go object it is attached to */
    word c;      /* the C block that it frees */
};

enum { OS_THREADS_MAX = 3 * SEAM_STEPS_MAX };
#define TLS_UNSET UINT64_MAX
#define TLS_OLD (1ULL << 32) /* a flag: a call has succeeded since */

enum { SPECIALS_MAX = SEAM_QUEUE_MAX };

/* What C has in its table: a Go function and its user data. */
struct callback {
    bool is_registered, has_handle;
    uint8_t handle;
    word block;
    uint8_t name; /* of the block pointer in the scenario */
};

struct pinner {
    int n;
    word refs[SEAM_PINS_MAX];
};

/* The environment: C's strings, of which Go has one as a copy. They are numbered as they are made.
 */
struct environment {
    int n;          /* of the newest string; 0: the variable is not set */
    int kept;       /* the one that C points to; 0: none */
    word value, go; /* of the newest string, and Go's copy */
};

/* sync.Pool: what was put there, and the victims, which the next collection drops. */
struct pool {
    word objects[SEAM_GO_MAX], victims[SEAM_GO_MAX]; /* by number; 0: not there */
};

/* A goroutine or C thread, and the OS thread it is on. */
struct thread {
    bool is_c, has_failed;
    bool in_c; /* the runtime's own opinion of a thread of C (runtime.m.isExtraInC) */
    int locks, os;
    struct stack stack; /* that of t0 also has the variables of the scenario */
};

struct machine {
    struct heap heap;
    struct thread threads[SEAM_THREAD_MAX];
    int n_threads, thread; /* the current one */
    int n_os;
    word tls[OS_THREADS_MAX]; /* C's variable on each OS thread; TLS_UNSET: not set in this run */
    struct cmem cmem;
    word c_pointer[SEAM_C_MAX];   /* the values of c0, c1, ... */
    word handle[SEAM_HANDLE_MAX]; /* the handle table; 0: free */
    word global[SEAM_SLOT_MAX];   /* C's global variables */
    struct callback callbacks[SEAM_CALLBACK_MAX];
    word weak[SEAM_WEAK_MAX]; /* 0: cleared */
    struct pinner pinners[SEAM_PINNER_MAX];
    struct call calls[SEAM_DEPTH_MAX];
    int depth;
    struct pool pool;
    bool locks[SEAM_LOCK_MAX]; /* taken */
    bool lib_is_ready;
    bool has_handler, on_stack; /* C's signal handler, and its flag */
    struct environment environment;
    struct special specials[SPECIALS_MAX];
    int n_specials;
    struct special queue[SPECIALS_MAX];
    int n_queue;
    struct seam_trace *trace;
    int step;
};

/* A run before its first step; and step number m->step: false if the run ends there. */
void machine_begin(struct machine *m, const struct seam_scenario *scenario,
                   struct seam_trace *trace);
bool machine_step(struct machine *m);

/* Report a finding: the rule, the object it is about, and the checkers that detected it.
 * SEAM_RULE_none as the rule is a false alarm. Returns false if the run ends here. */
bool machine_found(struct machine *m, enum seam_rule rule, int any, int seen);

/* Go's variable g_i, or the named C pointer. */
static inline word machine_go(const struct machine *m, int go) { return m->heap.object[go]; }

/* The OS thread that the current thread is on. A goroutine that is neither locked nor inside C gets
 * another one each time it calls C: the scheduler may do that. */
int machine_os(struct machine *m);

/* The innermost call of the current thread, or NULL. */
struct call *machine_call(struct machine *m);

/* Check an access to any memory at this address; false if it ends the run. */
bool machine_access(struct machine *m, word address);

/* Read and write a word that machine_access allowed. */
word machine_load(struct machine *m, word address);
void machine_store(struct machine *m, word address, word value);

/* The number of the Go object, or the C block, at this address, as an <any>. */
int machine_name(struct machine *m, word address);

/* Free the C memory at this pointer value; false if that ends the run. */
bool machine_free(struct machine *m, word pointer, enum seam_owner by,
                  enum seam_allocator allocator, bool by_finalizer);

/* Collect garbage and queue finalizers and cleanups; false if that ends the run. */
bool machine_collect(struct machine *m);

/* What two collections leave marked when the scenario is over: no variable is left, the pool is
 * empty, and a finalizer that has not run keeps its object. Nothing is swept. */
void machine_settle(struct machine *m);

/* --- the watch: what a perfect checker would see, from addresses alone ------------------------ */

/* A Go object that the argument's memory must not point to, found directly in it, or through a
 * pinned pointer in it; 0 if none. */
struct watch_memory {
    word direct, behind;
};
struct watch_memory watch_argument(struct machine *m, enum seam_form form, word object);

/* Does a C global or a live C block hold an address inside this object? */
bool watch_held(struct machine *m, word object);

/* Does C know such an address, from an open call, whatever the type of the argument, or because it
 * holds one? */
bool watch_known(struct machine *m, word object);

/* After machine_settle: the C blocks that a pointer in memory in use leads to, as bits. */
uint32_t watch_reachable(struct machine *m);

/* Is the object the pointer argument of an open call? */
bool watch_passed(const struct machine *m, word object);

#endif
