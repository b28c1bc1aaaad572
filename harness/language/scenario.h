/* A scenario, and its bytes.
 *
 * Decoding is total: any bytes are a scenario, and what makes no sense at its place (an operand
 * that does not exist yet, a return without a call) is repaired or dropped. So every step of a
 * scenario is meaningful, and its executors need no checks of their own. Encoding is the inverse:
 * decoding an encoded scenario gives it back, byte for byte, its release too. bytes.h says why it
 * still does so when there are more operations.
 *
 * This is the last header that the oracle and the model share. What a step *means* is not here;
 * only what is bound to which name (the scope), and which step names a Go variable last.
 *
 * To add an operand kind: one KIND row in ops.def; if it fits none of the sets there are, one more
 * fits_ function in scenario.c. */
#ifndef SEAM_SCENARIO_H
#define SEAM_SCENARIO_H

#include "language/op.h"

struct seam_step {
    uint8_t op;                         /* enum seam_op */
    uint8_t operand[SEAM_OPERANDS_MAX]; /* resolved: numbers of objects that exist here */
};

/* A fact that a step causes: its arguments are a struct seam_fact_<name>. */
struct seam_fact {
    uint8_t kind; /* enum seam_fact_kind */
    uint8_t arg[SEAM_FACT_ARGS];
};

/* A fact of the row of the step's operation, with the operands filled in. */
static inline struct seam_fact seam_fact_of_step(const struct seam_fact_row *row,
                                                 const struct seam_step *step) {
    struct seam_fact fact = {.kind = row->kind};
    for (int k = 0; k < SEAM_FACT_ARGS; k++)
        fact.arg[k] =
            row->arg[k] < SEAM_OPERAND ? row->arg[k] : step->operand[row->arg[k] - SEAM_OPERAND];
    return fact;
}

/* Plain memory; the caller provides it. Only the first n_steps entries are meaningful. */
struct seam_scenario {
    int n_steps;
    int release; /* Go minor release that it is run on; 0: the newest */
    struct seam_step steps[SEAM_STEPS_MAX];
    /* Bit i: Go object (Pinner) i is named by Go code for the last time in this step. */
    uint16_t last_go[SEAM_STEPS_MAX];
    uint8_t last_pinner[SEAM_STEPS_MAX];
};

/* An open call and its argument: an <any>, or SEAM_NO_ARG when C got no memory. */
enum { SEAM_NO_ARG = 0xff };
struct seam_frame {
    uint8_t arg;
    uint8_t form; /* enum seam_form, for Go objects */
    uint8_t thread;
};

/* What is bound at one point of a scenario. */
struct seam_scope {
    int release; /* Go minor release whose operations are allowed; 0: all */
    int n_steps;
    int depth; /* open calls of all threads, in the order of their beginning */
    struct seam_frame frames[SEAM_DEPTH_MAX];
    uint8_t depths[SEAM_THREAD_MAX]; /* of each thread */
    int thread;                      /* running */
    uint16_t ended;                  /* threads */
    uint8_t born[SEAM_NOUNS];
    uint16_t bound[SEAM_NOUNS];
    uint16_t shaped[SEAM_SHAPES]; /* Go objects of each shape */
    uint16_t globals;             /* those that are package variables */
    uint16_t borrowed, mapped;    /* C pointers into blocks; blocks from mmap */
    uint8_t happened[SEAM_FACTS]; /* how often */
};

void seam_scope_init(struct seam_scope *scope, int release);

/* May an operand of this kind be this number here? Births accept only the next number. */
bool seam_scope_accepts(const struct seam_scope *scope, enum seam_kind kind, int number);

/* Is there room for this operation here (open call, release, limits)? Operands are not looked at.
 */
bool seam_scope_has_room(const struct seam_scope *scope, enum seam_op op);

/* The same for one fact: may it happen here, and happen again? */
bool seam_scope_has_room_for(const struct seam_scope *scope, enum seam_fact_kind fact);

/* Append a step that the scope accepts, and move the scope past it. */
void seam_scenario_append(struct seam_scenario *scenario, struct seam_scope *scope,
                          struct seam_step step);

/* Return from every open call and find the last steps that name each variable. Call it once, after
 * the last append. */
void seam_scenario_close(struct seam_scenario *scenario, struct seam_scope *scope);

/* Fill `scenario` from any bytes, using only operations of that Go release (0: that of the header,
 * or all). */
void seam_scenario_decode(struct seam_scenario *scenario, const uint8_t *bytes, size_t size,
                          int release);

/* The same from steps without a header, which any number of today may be in: what a generator
 * makes. */
void seam_scenario_decode_steps(struct seam_scenario *scenario, const uint8_t *steps, size_t size,
                                int release);

/* Write a header and the scenario's steps to `bytes`; their number is returned, at most
 * SEAM_BYTES_MAX. */
size_t seam_scenario_encode(const struct seam_scenario *scenario, uint8_t bytes[SEAM_BYTES_MAX]);

/* For indentation: in how many open calls of its thread a step is. Give it a zeroed state, then
 * each step in turn. */
struct seam_indent {
    struct seam_scope scope;
};
int seam_indent(struct seam_indent *state, const struct seam_step *step);

bool seam_scenario_equal(const struct seam_scenario *a, const struct seam_scenario *b);

/* Is the scenario run on Go 1.`minor` or a later release? */
static inline bool seam_scenario_is_from(const struct seam_scenario *scenario, int minor) {
    return scenario->release == 0 || scenario->release >= minor;
}

/* The lowest Go minor release that has every operation and form of the scenario, 0 for any. */
int seam_scenario_since(const struct seam_scenario *scenario);

#endif
