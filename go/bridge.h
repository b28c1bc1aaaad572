/* The C half of the executor: C memory, C's copies of arguments, and the C operations.
 *
 * C code drives while a call is open: drive() runs the steps up to the matching return, C
 * operations here, Go operations through a callback into Go (goStep). So whatever C does, it does
 * with its own frames on the stack, and a collection inside a call is an ordinary callback. */
#ifndef SEAM_BRIDGE_H
#define SEAM_BRIDGE_H

#include <stdlib.h>

#include "peer/peer.h"
#include "realgo/channel.h"

/* The operands of operations by name, for bodies.go: C.op_link. */
#define OP(number, name, ...) typedef struct seam_op_##name op_##name;
#include "language/ops.def"
#undef OP

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SEAM_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SEAM_ASAN
#endif

/* Open the channel and announce this process; 0 if there is none. */
struct seam_channel *seam_channel_open(void);

/* Wait for the next scenario; 0 when the parent has gone. */
int seam_channel_wait(void);
void seam_channel_answer(void);

/* Forget everything of the last scenario and free its C memory. */
void seam_bridge_reset(struct seam_channel *channel);

/* The C memory that the scenario calls c_i. A block remembers the allocator it came from. */
void seam_c_born(int c, void *memory, int allocator);
void *seam_c_dirty(void);
void *seam_c_pointer(int c);
void *seam_c_whole(int c);      /* the block it points into */
uint64_t *seam_c_buffer(int c); /* the buffer of that block */
void *seam_c_lib_new(void);
void seam_c_resize(int c, int old);
void seam_c_borrow(int c, int parent);
void seam_c_child(int c, int parent);
void *seam_c_map(void); /* pages, which freeing makes inaccessible */
void seam_c_lib_free(int c);
void seam_c_free_own(int c); /* with the allocator it came from */
void seam_c_close(uintptr_t memory);
void seam_c_use(uintptr_t memory); /* read the C block there, which C believes to exist */
int seam_c_claims(void);           /* how many words a block has, one too many */
int seam_c_fail(int c);            /* reads the block and takes nothing; -1 */
void seam_c_share(int c);
void seam_c_unref(int c);
void seam_c_freed(int c);          /* Go freed it with C.free */
void seam_c_own(int c, int owner); /* enum seam_owner: C has a pointer to what it owns */
int seam_c_is_left(int c);         /* it is a block, and not freed */

/* C's table of callbacks: the user data is a handle, or, if that is 0, block c_number. An entry
 * stays when the function is unregistered. */
void seam_c_register(int callback, int number, uintptr_t handle);

/* A sentinel that looks like a pointer. */
void *seam_sentinel(void);

/* What C is told about its argument; the last three in bytes. */
struct seam_argument {
    int name;   /* the <any> that the scenario calls it, or SEAM_NO_ARG */
    int buffer; /* offset of the buffer from the pointer, or -1 */
    int inside; /* offset of the pointer in its object */
    int size;   /* of the object */
};

/* Enter C with a pointer, and run the steps up to the matching return. */
void seam_enter(void *pointer, struct seam_argument is);
void seam_enter_char(char *pointer, struct seam_argument is);
void seam_enter_integer(uintptr_t pointer, struct seam_argument is);

/* The same without an argument; c_raise returns into it, and the steps continue there. */
void seam_enter_protected(void);

/* A C struct that is passed by value, with the pointer in it. */
struct seam_box {
    void *pointer;
};
void seam_enter_value(struct seam_box box, struct seam_argument is);

/* Run the C operation of the current step. */
void seam_c_step(void);

/* Go to the next step; 0 if there is none, or the run was stopped. */
int seam_c_next(void);
void seam_c_stop(void);

/* Record the report (`size` bytes) of a checker that leaves the process alive; 0 if there was one
 * before. */
int seam_c_tell(const char *text, int size);

/* Start thread t_i, which calls goThread; wait for the end of all. */
void seam_thread_start(int i);
void seam_threads_join(void);

/* Switch to t_i; t_i has ended, whatever calls it had open. */
void seam_thread_works(int i);
void seam_thread_left(int i);

/* The open calls of the current thread; and when a panic has unwound all but that many. */
int seam_thread_depth(void);
void seam_thread_unwound(int depth);

/* The error that C keeps for each thread, 0 in the beginning. */
void seam_set_error(int error);
int seam_get_error(void);
void seam_succeed(void); /* does not touch it */

/* A call that succeeds and leaves errno at this value. */
int seam_leave_errno(int value);

/* The library is initialised, or shut down; is it ready? */
void seam_lib_set_ready(int is_ready);
int seam_lib_use(void);

/* The signal of scenarios, and how often C's handler received it. */
#define SEAM_SIGNAL 12 /* SIGUSR2 */
int seam_signals(void);

/* The variable of the environment that scenarios set. */
#define SEAM_ENV_NAME "SEAM_SCENARIO_VALUE"

/* When no call is open any more: drop C's copies of old arguments, and ask LeakSanitizer (leaks.c).
 */
void seam_calls_are_over(void);
void seam_leaks_look(struct seam_channel *channel);

/* Threads that have run C code of a scenario, and those whose stacks are not wiped yet. */
void seam_leaks_thread_works(void);
void seam_leaks_thread_ends(void);
int seam_leaks_threads(void);
void seam_leaks_begin(void);
void seam_leaks_wipe(void);
int seam_leaks_unwiped(void);

/* The row of an operation. */
const struct seam_op_row *seam_row(int op);

/* A place where the collector does not look, and back. */
void seam_hide(int i, uintptr_t pointer);
void *seam_unhide(int i);

#endif
