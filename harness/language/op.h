/* The operation table, expanded: what ops.def says, as data.
 *
 * Nothing here knows what an operation means; it knows names, operands and the facts each row
 * declares. Always true: rows are constant after start-up; seam_op_rows[op].name is the spelling
 * used in every scenario, report, model body and Go body; an enumerator is the number of its row,
 * and the numbers of a table have no gap; and a body that reads an operand which its row does not
 * have does not compile.
 *
 * To add an operation, edit ops.def; this file does not change. */
#ifndef SEAM_OP_H
#define SEAM_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/limits.h"

enum seam_op {
#define OP(number, name, ...) SEAM_OP_##name = number,
#include "language/ops.def"
#undef OP
    SEAM_OPS = 0
#define OP(...) +1
#include "language/ops.def"
#undef OP
};

/* The operands of a step by name: struct seam_op_link {node, word, go} is what lies in the operands
 * of a link (struct seam_step). */
#define OPERANDS(...) uint8_t __VA_ARGS__;
#define NONE uint8_t none;
#define OP(number, name, side, family, since, text, operands, facts, doc)                          \
    struct seam_op_##name {                                                                        \
        operands                                                                                   \
    };
#include "language/ops.def"
#undef OP
#undef OPERANDS

enum seam_side { SEAM_SIDE_GO, SEAM_SIDE_C, SEAM_SIDE_IN, SEAM_SIDE_OUT };

enum seam_nature {
    SEAM_NATURE_BORN,
    SEAM_NATURE_FIXED,
    SEAM_NATURE_ARGUMENT,
    SEAM_NATURE_NUMBER,
    SEAM_NATURE_CHOICE
};

enum seam_role { SEAM_ROLE_BIRTH, SEAM_ROLE_USE, SEAM_ROLE_GONE, SEAM_ROLE_PLAIN };

enum seam_noun {
#define NOUN(number, name, ...) SEAM_NOUN_##name = number,
#include "language/ops.def"
#undef NOUN
    SEAM_NOUNS = 0
#define NOUN(...) +1
#include "language/ops.def"
#undef NOUN
};

enum seam_kind {
#define KIND(name, ...) SEAM_KIND_##name,
#include "language/ops.def"
#undef KIND
    SEAM_KINDS
};

enum seam_shape {
#define SHAPE(number, name, ...) SEAM_SHAPE_##name = number,
#include "language/ops.def"
#undef SHAPE
    SEAM_SHAPES = 0
#define SHAPE(...) +1
#include "language/ops.def"
#undef SHAPE
};
enum seam_form {
#define FORM(number, name, ...) SEAM_FORM_##name = number,
#include "language/ops.def"
#undef FORM
    SEAM_FORMS = 0
#define FORM(...) +1
#include "language/ops.def"
#undef FORM
};
enum seam_type {
#define TYPE(number, name, ...) SEAM_TYPE_##name = number,
#include "language/ops.def"
#undef TYPE
    SEAM_TYPES = 0
#define TYPE(...) +1
#include "language/ops.def"
#undef TYPE
};
enum seam_layout {
#define LAYOUT(number, name, ...) SEAM_LAYOUT_##name = number,
#include "language/ops.def"
#undef LAYOUT
    SEAM_LAYOUTS = 0
#define LAYOUT(...) +1
#include "language/ops.def"
#undef LAYOUT
};
enum seam_fill {
#define FILL(number, name, ...) SEAM_FILL_##name = number,
#include "language/ops.def"
#undef FILL
    SEAM_FILLS = 0
#define FILL(...) +1
#include "language/ops.def"
#undef FILL
};
enum seam_thread { SEAM_THREAD_goroutine, SEAM_THREAD_c };
/* The stack on which a signal handler runs: that of the interrupted thread, or one of its own. */
enum seam_signal_stack { SEAM_STACK_none, SEAM_STACK_own, SEAM_STACK_signal };
enum seam_owner { SEAM_OWNER_go, SEAM_OWNER_c, SEAM_OWNERS };
enum seam_allocator {
    SEAM_ALLOCATOR_malloc,
    SEAM_ALLOCATOR_lib,
    SEAM_ALLOCATOR_mmap,
    SEAM_ALLOCATOR_own
};

enum seam_fact_kind {
#define FACT(name, ...) SEAM_FACT_##name,
#include "language/facts.def"
#undef FACT
    SEAM_FACTS
};

/* The arguments of each fact by name, in the same way: struct seam_fact_link_go { go, word, to }.
 */
#define ARGS(...) uint8_t __VA_ARGS__;
#define FACT(name, args, doc)                                                                      \
    struct seam_fact_##name {                                                                      \
        args                                                                                       \
    };
#include "language/facts.def"
#undef FACT
#undef ARGS
#undef NONE

/* One fact of a row: arg[i] is a constant, or SEAM_OPERAND + n for the n-th operand. */
enum { SEAM_OPERAND = 0x80, SEAM_FACT_ARGS = 3, SEAM_ROW_FACTS = 6 };
struct seam_fact_row {
    uint8_t kind;
    uint8_t arg[SEAM_FACT_ARGS];
};

struct seam_op_row {
    const char *name;
    const char *text;
    const char *doc;
    const char *family;   /* letters of the targets that draw it */
    uint8_t side;         /* enum seam_side */
    uint8_t since;        /* Go minor release, 0: all */
    const char *operands; /* the names in the column of that name */
    /* Filled at start-up. */
    struct seam_fact_row facts[SEAM_ROW_FACTS];
    bool is_limited; /* one of them may not happen everywhere, or not any number of times */
    uint8_t n_facts, n_operands;
    uint8_t kinds[SEAM_OPERANDS_MAX]; /* enum seam_kind */
};

struct seam_kind_row {
    const char *name;
    const char *doc;
    uint8_t role; /* enum seam_role */
    uint8_t noun; /* enum seam_noun */
};

struct seam_noun_row {
    const char *name;
    const char *prefix;
    int range;      /* numbers 0 .. range-1 */
    uint8_t nature; /* enum seam_nature */
};

extern const struct seam_op_row *const seam_op_rows; /* SEAM_OPS rows */
extern const struct seam_kind_row seam_kind_rows[SEAM_KINDS];
extern const struct seam_noun_row seam_noun_rows[SEAM_NOUNS];

/* One choice of an enumerated noun: a shape, a form, a fill ... */
struct seam_choice_row {
    uint8_t noun; /* enum seam_noun */
    uint8_t number;
    uint8_t since; /* Go minor release, 0: all */
    const char *name, *doc;
};

/* The row of a choice, or NULL if the noun is not enumerated or has no such choice. */
const struct seam_choice_row *seam_choice(enum seam_noun noun, int number);

/* The operation of that name (`size` bytes, not terminated), or SEAM_OPS. */
enum seam_op seam_op_find(const char *name, size_t size);

/* An <any> operand holds a noun and a number. */
static inline int seam_any(enum seam_noun noun, int number) { return (int)noun * 16 + number; }
static inline enum seam_noun seam_any_noun(int any) { return (enum seam_noun)(any / 16); }
static inline int seam_any_number(int any) { return any % 16; }

#endif
