/* What the files share that seam puts into an audited program: crossings (crossing.c), what is
 * forced at them (event.c), C memory (memory.c), and the checks (check.c, retained.c).
 *
 * They are compiled there, among the files of runtime/cgo, with that program's compiler: C and libc
 * only, and every name that is visible begins with seam_audit_. Always true: without a channel
 * every function returns at once, so a program that runs outside an audit does what it always did.
 *
 * To add an event: a phase in channel.h, a case in seam_audit_force(). To add a check: one function
 * in check.c, one kind in channel.h. */
#ifndef SEAM_AUDIT_INSIDE_H
#define SEAM_AUDIT_INSIDE_H

#include <stddef.h>
#include <stdint.h>

#include "seam_audit_channel.h"

/* Present when the program was built with AddressSanitizer. */
#define MAYBE __attribute__((weak))
MAYBE int __asan_address_is_poisoned(void const volatile *address);
MAYBE const char *__asan_locate_address(void *address, char *name, size_t name_size, void **region,
                                        size_t *region_size);
MAYBE size_t __asan_get_free_stack(void *address, void **trace, size_t size, int *thread);
MAYBE void __asan_set_error_report_callback(void (*callback)(const char *));
MAYBE int __sanitizer_install_malloc_and_free_hooks(void (*malloced)(const volatile void *, size_t),
                                                    void (*freed)(const volatile void *));

/* NULL: this process is not audited. */
extern struct seam_audit_channel *seam_audit_shared;

enum { DEPTH_MAX = 64, ARGUMENTS_MAX = 8 };

/* A crossing under way. */
struct frame {
    const char *function;
    char *address; /* of the stub's stack frame */
    uint64_t site;
    uint32_t hit;
    uint32_t deaths;  /* blocks that had been freed when it began */
    int forced;       /* it was made while a forced collection was under way */
    int filled;       /* it has given Go memory that is dirty */
    int is_finalizer; /* it was made by a finalizer or a cleanup: nothing is forced at it */
    uint32_t n;
    uint64_t pc[SEAM_AUDIT_FRAMES];
    const void *arguments[ARGUMENTS_MAX]; /* the pointers among them, else NULL */
    int n_arguments;
};

/* --- crossing.c: the innermost crossing of this thread, or NULL. */
struct frame *seam_audit_top(void);
int seam_audit_will_mark(const struct frame *frame); /* when this crossing is left */
void seam_audit_copy_frame(struct seam_audit_crossing *to, const struct frame *frame);
int seam_audit_thread(void); /* a number of this thread's own */

/* --- event.c: what is forced. */
extern int seam_audit_collecting;                     /* atomic: a forced collection is under way */
extern struct seam_audit_point seam_audit_last_point; /* of a collection */
void seam_audit_force(const struct seam_audit_point *point, const struct frame *frame);
void seam_audit_let_in(void);      /* this thread comes to C */
void seam_audit_let_out(void);     /* and is back */
uintptr_t seam_audit_bias(void);   /* where the program is, relative to the addresses of its file */
void seam_audit_end_marking(void); /* wait until the collection that was begun last is over */
/* A call begins: what was forced at the end of the last one is over, and it may be the first one of
 * a goroutine on its new thread. */
void seam_audit_arrived(const struct frame *frame);

/* --- memory.c: blocks of C memory, when there is an AddressSanitizer to tell of them. */
void seam_audit_watch_memory(void);
uintptr_t seam_audit_freed_block(const void *pointer);  /* its beginning; 0: it is not freed */
uintptr_t seam_audit_live_block(const void *pointer);   /* its beginning; 0: it is in none */
uintptr_t seam_audit_end_of_block(const void *pointer); /* 0: it is not in a live block */
/* Blocks that are born in a crossing at whose end something is forced are filled with it. */
extern uintptr_t seam_audit_stale_pointer;
/* Go runs from here, with the write barrier on, to the next call: what dirty memory does it use? */
void seam_audit_open_window(void);
void seam_audit_close_window(const struct frame *next);
/* Was the block freed by a finalizer that was forced? On another thread, by one or by a call that
 * was given it? */
int seam_audit_freed_by_finalizer(uintptr_t block);
int seam_audit_freed_elsewhere(uintptr_t block);
int seam_audit_any_forced_death(void);
uint32_t seam_audit_deaths(void); /* in calls, so far */
void seam_audit_tell_history(struct seam_audit_finding *finding, uintptr_t block);
/* The first word of a live block that equals this; NULL if there is none. */
const uintptr_t *seam_audit_search_blocks(uintptr_t wanted);

/* --- check.c: a new finding of this thread's innermost crossing, to be filled in; NULL if there
 * are enough, or the same one is there. */
struct seam_audit_finding *seam_audit_find(enum seam_audit_kind kind);
struct seam_audit_finding *seam_audit_find_in(enum seam_audit_kind kind, const struct frame *call);
void seam_audit_check_enter(const struct frame *frame);
void seam_audit_check_leave(const struct frame *frame);
void seam_audit_watch_reports(void);

/* --- retained.c: Go pointers that C keeps. */
void seam_audit_watch_retained(const void *go_object);
int seam_audit_is_go_pointer(const void *pointer);
void seam_audit_pass_pointers(const struct frame *frame);   /* a call begins */
void seam_audit_return_pointers(const struct frame *frame); /* it is over */
void seam_audit_search_retained(const struct frame *frame); /* before a forced collection */
void seam_audit_check_retained(void);                       /* after it */
/* Is it in Go memory that was collected and that a finding was told of? */
int seam_audit_is_retained(uintptr_t address);

#endif
