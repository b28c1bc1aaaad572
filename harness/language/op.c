#include "language/op.h"

#include <string.h>

#include "base/check.h"

/* Operand references and the two list macros that ops.def is written in. */
#define O0 SEAM_OPERAND
#define O1 (SEAM_OPERAND + 1)
#define O2 (SEAM_OPERAND + 2)
#define F(kind, ...)                                                                               \
    {                                                                                              \
        SEAM_FACT_##kind, { __VA_ARGS__ }                                                          \
    }
#define FACTS(...)                                                                                 \
    { __VA_ARGS__ }

static struct seam_op_row rows[SEAM_OPS] = {
#define OP(name, side, family, since, text, facts, doc)                                            \
    {#name, text, doc, family, SEAM_SIDE_##side, since, facts, 0, 0, {0}},
#include "language/ops.def"
#undef OP
};
const struct seam_op_row *const seam_op_rows = rows;

const struct seam_kind_row seam_kind_rows[SEAM_KINDS] = {
#define KIND(name, role, noun, doc) {#name, doc, SEAM_ROLE_##role, SEAM_NOUN_##noun},
#include "language/ops.def"
#undef KIND
};

const struct seam_noun_row seam_noun_rows[SEAM_NOUNS] = {
#define NOUN(name, prefix, range) {#name, prefix, range},
#include "language/ops.def"
#undef NOUN
};

static const struct seam_choice_row choices[] = {
#define SHAPE(name, doc) {SEAM_NOUN_shape, 0, #name, doc},
#define FORM(name, since, doc) {SEAM_NOUN_form, since, #name, doc},
#define TYPE(name, doc) {SEAM_NOUN_type, 0, #name, doc},
#define LAYOUT(name, doc) {SEAM_NOUN_layout, 0, #name, doc},
#define FILL(name, doc) {SEAM_NOUN_fill, 0, #name, doc},
#include "language/ops.def"
#undef SHAPE
#undef FORM
#undef TYPE
#undef LAYOUT
#undef FILL
};

const struct seam_choice_row *seam_choice(enum seam_noun noun, int number) {
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (choices[i].noun == noun && number-- == 0)
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

/* The text column is the operand list: each <kind> in it is one operand. */
__attribute__((constructor)) static void read_text_column(void) {
    for (struct seam_op_row *row = rows; row < rows + SEAM_OPS; row++) {
        for (const char *p = row->text; (p = strchr(p, '<')) != NULL; p++) {
            int kind = kind_find(p + 1, strcspn(p + 1, ">"));
            seam_assert(kind >= 0 && row->n_operands < SEAM_OPERANDS_MAX);
            row->kinds[row->n_operands++] = (uint8_t)kind;
        }
        while (row->n_facts < SEAM_ROW_FACTS && row->facts[row->n_facts].kind != SEAM_FACT_nothing)
            row->n_facts++;
    }
}
