#include "language/op.h"

#include <string.h>

#include "base/check.h"

#define OPERANDS(...) #__VA_ARGS__
#define NONE ""
static struct seam_op_row rows[SEAM_OPS] = {
#define OP(number, name, side, family, since, text, operands, facts, doc)                          \
    [number] = {#name, text, doc, family, SEAM_SIDE_##side, since, operands, {{0, {0}}},           \
                false, 0,    0,   {0}},
#include "language/ops.def"
#undef OP
};
#undef OPERANDS
#undef NONE
const struct seam_op_row *const seam_op_rows = rows;

const struct seam_kind_row seam_kind_rows[SEAM_KINDS] = {
#define KIND(name, role, noun, fits, doc) {#name, doc, SEAM_ROLE_##role, SEAM_NOUN_##noun},
#include "language/ops.def"
#undef KIND
};

const struct seam_noun_row seam_noun_rows[SEAM_NOUNS] = {
#define NOUN(number, name, prefix, range, nature)                                                  \
    [number] = {#name, prefix, range, SEAM_NATURE_##nature},
#include "language/ops.def"
#undef NOUN
};

static const struct seam_choice_row choices[] = {
#define SHAPE(number, name, doc) {SEAM_NOUN_shape, number, 0, #name, doc},
#define FORM(number, name, since, doc) {SEAM_NOUN_form, number, since, #name, doc},
#define TYPE(number, name, doc) {SEAM_NOUN_type, number, 0, #name, doc},
#define LAYOUT(number, name, doc) {SEAM_NOUN_layout, number, 0, #name, doc},
#define FILL(number, name, doc) {SEAM_NOUN_fill, number, 0, #name, doc},
#include "language/ops.def"
#undef SHAPE
#undef FORM
#undef TYPE
#undef LAYOUT
#undef FILL
};

const struct seam_choice_row *seam_choice(enum seam_noun noun, int number) {
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (choices[i].noun == noun && choices[i].number == number)
            return &choices[i];
    return NULL;
}

enum seam_op seam_op_find(const char *name, size_t size) {
    int op = 0;
    while (op < SEAM_OPS &&
           (strlen(rows[op].name) != size || memcmp(rows[op].name, name, size) != 0))
        op++;
    return (enum seam_op)op;
}

static int kind_find(const char *name, size_t size) {
    for (int kind = 0; kind < SEAM_KINDS; kind++)
        if (strlen(seam_kind_rows[kind].name) == size &&
            memcmp(seam_kind_rows[kind].name, name, size) == 0)
            return kind;
    return -1;
}

/* The text column is the operand list: each <kind> in it is one operand, and the column of operands
 * says the same, once more, for the compiler. */
static void read_text(struct seam_op_row *row) {
    char names[64] = "";
    for (const char *p = row->text; (p = strchr(p, '<')) != NULL; p++) {
        int kind = kind_find(p + 1, strcspn(p + 1, ">"));
        seam_assert(kind >= 0 && row->n_operands < SEAM_OPERANDS_MAX);
        strcat(names, row->n_operands > 0 ? ", " : "");
        strcat(names, seam_kind_rows[kind].name);
        row->kinds[row->n_operands++] = (uint8_t)kind;
    }
    seam_assert(strcmp(names, row->operands) == 0);
}

#define ARGS(...) 1
#define NONE 0
static const uint8_t n_args[SEAM_FACTS] = {
#define FACT(name, args, doc) args * sizeof(struct seam_fact_##name),
#include "language/facts.def"
#undef FACT
};
#undef ARGS
#undef NONE

static const bool is_limited[SEAM_FACTS] = {
#define LIMIT(fact, most, doc) [SEAM_FACT_##fact] = true,
#define NEEDS(fact, what) [SEAM_FACT_##fact] = true,
#include "language/facts.def"
#undef LIMIT
#undef NEEDS
};

/* A fact as a row has it: its kind, and as many arguments as it has in facts.def. */
static void add_fact(struct seam_op_row *row, const uint8_t *fact, size_t size) {
    seam_assert(row->n_facts < SEAM_ROW_FACTS && size == 1u + n_args[fact[0]]);
    struct seam_fact_row *to = &row->facts[row->n_facts++];
    to->kind = fact[0];
    row->is_limited |= is_limited[fact[0]];
    memcpy(to->arg, fact + 1, size - 1);
}

/* In the column of facts the operands stand by their names: here, numbers from SEAM_OPERAND on. */
#define ROW_FACT(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})
#define F(kind, ...) add_fact(row, ROW_FACT(SEAM_FACT_##kind, __VA_ARGS__))
#define FACTS(...) (void)(__VA_ARGS__)
#define OPERANDS(...) , __VA_ARGS__
#define NONE
#define OP(number, name, side, family, since, text, operands, facts, doc)                          \
    {                                                                                              \
        enum { BEFORE = SEAM_OPERAND - 1 operands };                                               \
        struct seam_op_row *row = &rows[SEAM_OP_##name];                                           \
        read_text(row);                                                                            \
        facts;                                                                                     \
    }

__attribute__((constructor)) static void fill_rows(void) {
#include "language/ops.def"
}
#undef OP
#undef NONE
#undef OPERANDS
#undef FACTS
#undef F
#undef ROW_FACT
