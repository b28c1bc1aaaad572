/* What a program will be, before a line of it is written: in which function each step stands, where
 * its variables are, when finalizers run, and what each rule's program shows.
 *
 * Reads the scenario, its facts and the trace; knows no Go and no C. */
#ifndef SEAM_EMIT_PLAN_H
#define SEAM_EMIT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/report.h"

enum { SEAM_EMIT_NAME = 40, SEAM_EMIT_PLACES = SEAM_STEPS_MAX + 8 };

/* A function of the program. */
enum seam_place_kind { SEAM_PLACE_MAIN, SEAM_PLACE_THREAD, SEAM_PLACE_CALLBACK, SEAM_PLACE_C };
struct seam_place {
    uint8_t kind; /* enum seam_place_kind */
    uint8_t thread;
    int call;        /* the step of the call that it is inside of or, in C, that it is */
    int nth;         /* of the callbacks of that call */
    uint32_t params; /* in C: other blocks that it is given */
    bool raises;     /* in C: longjmp returns here */
    char name[SEAM_EMIT_NAME];
};

enum seam_where { SEAM_WHERE_NOWHERE, SEAM_WHERE_LOCAL, SEAM_WHERE_PACKAGE, SEAM_WHERE_C };

/* A finalizer or cleanup, by the step that sets it. */
struct seam_due {
    int go, c;
    bool is_cleanup, is_removed;
    int queued, ran; /* the steps, or -1 */
    bool is_direct;  /* it does its work itself, and does not hand it to the program */
    char name[SEAM_EMIT_NAME];
};

/* What is in a word, or a buffer, as far as it is known. */
struct seam_content {
    bool is_known;
    uint64_t value;
};
enum seam_target { SEAM_TARGET_NOTHING, SEAM_TARGET_GO, SEAM_TARGET_C, SEAM_TARGET_OTHER };
struct seam_word {
    uint8_t target; /* enum seam_target */
    uint8_t number;
};

/* The memory before a step. */
struct seam_memory {
    struct seam_content go[SEAM_GO_MAX], c[SEAM_C_MAX], local[SEAM_LOCAL_MAX];
    struct seam_word go_words[SEAM_GO_MAX][SEAM_WORDS], c_words[SEAM_C_MAX][SEAM_WORDS];
    bool freed[SEAM_C_MAX];
    int level; /* the variable of the environment; -1: not set */
    int errors[SEAM_THREAD_MAX];
};

enum seam_show {
    SEAM_SHOW_SAYS,
    SEAM_SHOW_VALUE,
    SEAM_SHOW_GONE,
    SEAM_SHOW_COLLECTED,
    SEAM_SHOW_CALLING,
    SEAM_SHOW_THREAD,
    SEAM_SHOW_COUNTED,
    SEAM_SHOW_OLD_WORD,
    SEAM_SHOW_MOVED,
    SEAM_SHOW_OPEN,
    SEAM_SHOW_LIVE,
    SEAM_SHOW_DELETED,
    SEAM_SHOW_WAITED,
    SEAM_SHOW_ENDS,
};

struct seam_plan {
    const struct seam_case *it;
    bool is_c;   /* a C program */
    int n_steps; /* up to the one after which nothing is defined any more */
    int n_places;
    struct seam_place places[SEAM_EMIT_PLACES];
    int16_t place[SEAM_STEPS_MAX];  /* of a step's code */
    int16_t body[SEAM_STEPS_MAX];   /* of a call: its C function */
    int16_t frame[SEAM_STEPS_MAX];  /* the call whose argument a step names, or -1 */
    int16_t second[SEAM_STEPS_MAX]; /* the same for the second argument that it names */
    uint8_t thread[SEAM_STEPS_MAX];
    bool panics[SEAM_STEPS_MAX];     /* a call: a panic ends it */
    bool unfinished[SEAM_STEPS_MAX]; /* a call: C does not reach its end, and the program looks */
    bool exports[SEAM_STEPS_MAX];    /* a call: later calls read its argument */
    bool announced[SEAM_STEPS_MAX];  /* a call: the program knows that it has not returned */
    struct seam_memory memory[SEAM_STEPS_MAX + 1];
    struct seam_due due[SEAM_STEPS_MAX]; /* by the step that sets it */
    int16_t runs[SEAM_STEPS_MAX];        /* finalize: the step that set it, or -1 */
    bool ended[SEAM_THREAD_MAX];         /* by itself, before main does */
    uint8_t thread_kind[SEAM_THREAD_MAX];

    /* Objects, by noun and number. */
    uint8_t where[SEAM_NOUNS][16]; /* enum seam_where */
    int16_t home[SEAM_NOUNS][16];  /* the place of the first mention in Go */
    uint8_t mentions[SEAM_NOUNS][16];
    char names[SEAM_NOUNS][16][SEAM_EMIT_NAME];
    uint8_t shape[SEAM_GO_MAX];
    int16_t born[SEAM_C_MAX]; /* the step */
    uint8_t allocator[SEAM_C_MAX], whole[SEAM_C_MAX];
    int8_t needs[SEAM_C_MAX]; /* the parent without which it cannot be freed, or -1 */
    bool is_global[SEAM_GO_MAX], is_witnessed[SEAM_GO_MAX];
    uint8_t says[SEAM_GO_MAX]; /* the rule that is about a witnessed object */
};

/* Fill a plan. */
void seam_plan_make(struct seam_plan *plan, const struct seam_case *it, bool is_c);

/* The parts of that. memory.c: apply the facts of a step to what is known of memory. names.c: give
 * everything a name. */
void seam_plan_apply(const struct seam_plan *plan, int step, struct seam_memory *memory);
void seam_plan_name(struct seam_plan *plan);

/* Is the buffer of a Go object within what was passed in this call? Its offset from the pointer,
 * in words, or -1 (memory.c). */
int seam_plan_buffer(const struct seam_plan *plan, int call);

/* Does a step cause this fact? */
bool seam_plan_causes(const struct seam_step *step, enum seam_fact_kind fact);

/* How a rule is shown, and its text. */
enum seam_show seam_show_of(enum seam_rule rule);
const char *seam_show_text(enum seam_rule rule);

/* Does the program show it, when no checker stops it before? */
bool seam_plan_shows(const struct seam_plan *plan, const struct seam_event *broken);

/* Bytes of an object, of one of its words, and of all before its rest. */
int seam_plan_size(int go);
int seam_plan_word(const struct seam_plan *plan, int go);
int seam_plan_prefix(const struct seam_plan *plan, int go);

static inline bool seam_plan_is_view(const struct seam_plan *plan, int c) {
    return plan->whole[c] != c;
}
static inline const struct seam_step *seam_plan_step(const struct seam_plan *plan, int s) {
    return &plan->it->scenario.steps[s];
}

#endif
