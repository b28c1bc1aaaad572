/* What the books of a witness say: who owns, holds and pins what, between two steps of a scenario.
 *
 * Oracle and model fill a seam_books each, from their own memory and without sharing code, when
 * they are asked to be observed; the fuzz targets never ask. The rows are in state.def. Not here:
 * what happened in a step (trace.h), and how it is told (timeline/).
 *
 * Always true of a filled state: its items are in the order of seam_state_sort, and no two have the
 * same row, subject and index. */
#ifndef SEAM_STATE_H
#define SEAM_STATE_H

#include "language/scenario.h"
#include "rules/rule.h"

enum seam_state_row_name {
#define STATE(name, ...) SEAM_STATE_##name,
#include "rules/state.def"
#undef STATE
    SEAM_STATES
};

enum seam_state_many { SEAM_MANY_ONE, SEAM_MANY_WORDS, SEAM_MANY_LIST };

/* How a value is printed. */
enum seam_state_value {
    SEAM_VALUE_FLAG,      /* 1 */
    SEAM_VALUE_END,       /* 1: the subject is no more */
    SEAM_VALUE_NUMBER,    /* as a number */
    SEAM_VALUE_BUFFER,    /* the same, of uninitialised memory too */
    SEAM_VALUE_OBJECT,    /* an <any>, or one of the four below */
    SEAM_VALUE_SHAPE,     /* enum seam_shape */
    SEAM_VALUE_OWNER,     /* enum seam_owner */
    SEAM_VALUE_ALLOCATOR, /* enum seam_allocator */
    SEAM_VALUE_THREAD,    /* enum seam_thread */
    SEAM_VALUE_STACK,     /* enum seam_signal_stack */
    SEAM_VALUE_CALL,      /* seam_state_call() */
    SEAM_VALUE_QUEUED,    /* seam_state_queued() */
};

/* What a word holds that does not name an object: what uninitialised memory has, the sentinel, one
 * past the end of a Go object. Nil is not recorded. */
enum { SEAM_STATE_DIRTY = 0x100, SEAM_STATE_SENTINEL, SEAM_STATE_PAST_END };

/* The subject of what a process has once. */
enum { SEAM_STATE_PROCESS = 0xff };

/* An open call: its argument (an <any> or SEAM_NO_ARG), how Go wrote it (for a Go object), whether
 * longjmp may return to it, and whether an integer was passed as a pointer. */
static inline uint32_t seam_state_call(int arg, int form, bool is_protected, bool is_integer) {
    return (uint32_t)arg | (uint32_t)form << 8 | (uint32_t)is_protected << 16 |
           (uint32_t)is_integer << 17;
}

/* A finalizer, or cleanup, that may run: the numbers of its Go object and of the block it frees. */
static inline uint32_t seam_state_queued(int go, int c, bool is_finalizer) {
    return (uint32_t)go | (uint32_t)c << 8 | (uint32_t)is_finalizer << 16;
}

struct seam_state_item {
    uint8_t row;     /* enum seam_state_row_name */
    uint8_t subject; /* an <any>, or SEAM_STATE_PROCESS */
    uint8_t index;   /* the word, or the place in the list; else 0 */
    uint32_t value;
};

enum { SEAM_STATE_MAX = 448 };
struct seam_state {
    int n;
    struct seam_state_item items[SEAM_STATE_MAX];
};

/* All that a witness lets an observer see of one run. */
struct seam_books {
    int n;                                        /* states: 1 + the steps that were begun */
    struct seam_state states[SEAM_STEPS_MAX + 1]; /* states[i] is that before step i */
    bool asked[SEAM_STEPS_MAX + 1][SEAM_RULES];   /* in step i, and at the end; the oracle's only */
};

struct seam_state_row {
    const char *name, *who, *is, *gone;
    uint8_t many, value;
};
extern const struct seam_state_row seam_state_rows[SEAM_STATES];

/* Where the lines of a subject stand: threads first, for they are the actors; then objects as they
 * are numbered in <any>. */
int seam_state_rank(int subject);

/* For those who fill a state. */
void seam_state_add(struct seam_state *state, enum seam_state_row_name row, int subject, int index,
                    uint32_t value);
void seam_state_sort(struct seam_state *state);

/* The item of that row and subject with the lowest index; NULL if there is none. */
const struct seam_state_item *seam_state_find(const struct seam_state *state,
                                              enum seam_state_row_name row, int subject);

/* Print whose line an item is in ("g0", "queue"), its value alone, and what it says; `gone`: what
 * is said when it is no longer so. All are terminated. */
enum { SEAM_STATE_TEXT = 128 };
const char *seam_state_who(const struct seam_state_item *item, char out[SEAM_STATE_TEXT]);
const char *seam_state_value_text(const struct seam_state_item *item, char out[SEAM_STATE_TEXT]);
const char *seam_state_text(const struct seam_state_item *item, bool gone,
                            char out[SEAM_STATE_TEXT]);

#endif
