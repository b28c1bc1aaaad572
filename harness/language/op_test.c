/* The table of operations is what its readers take it for. */
#include "language/op.h"

#include "base/expect.h"

static const struct seam_op_row *rows_end(void) { return seam_op_rows + SEAM_OPS; }

static void every_name_finds_its_row_and_stands_in_its_text(void) {
    for (int op = 0; op < SEAM_OPS; op++) {
        const struct seam_op_row *row = &seam_op_rows[op];
        expect_int(seam_op_find(row->name, strlen(row->name)), op);
        expect_contains(row->text, row->name);
        expect_true(strlen(row->text) < SEAM_LINE_MAX && strlen(row->doc) > 0);
    }
    expect_int(seam_op_find("", 0), SEAM_OPS);
    expect_int(seam_op_find("go_newer", 8), SEAM_OPS);
    expect_int(seam_op_find("go_newer", 6), SEAM_OP_go_new);
}

static void every_fact_speaks_of_operands_that_its_row_has(void) {
    for (const struct seam_op_row *row = seam_op_rows; row < rows_end(); row++)
        for (int i = 0; i < row->n_facts; i++)
            for (int k = 0; k < SEAM_FACT_ARGS; k++)
                expect_true(row->facts[i].arg[k] < SEAM_OPERAND + row->n_operands);
}

/* Without a row that uses it, a kind or a fact would never be tested by any scenario. */
static void no_kind_of_operand_is_unused(void) {
    int uses[SEAM_KINDS] = {0};
    for (const struct seam_op_row *row = seam_op_rows; row < rows_end(); row++)
        for (int i = 0; i < row->n_operands; i++)
            uses[row->kinds[i]]++;
    for (int kind = 0; kind < SEAM_KINDS; kind++) {
        if (uses[kind] == 0)
            expect_text(seam_kind_rows[kind].name, "a kind that some operation has");
    }
}

static void an_operation_has_a_family_that_draws_it(void) {
    for (const struct seam_op_row *row = seam_op_rows; row < rows_end(); row++) {
        expect_true(strlen(row->family) > 0);
        expect_int(strspn(row->family, "pot"), strlen(row->family));
    }
}

static void choices_are_as_many_as_the_range_of_their_noun(void) {
    for (int noun = 0; noun < SEAM_NOUNS; noun++) {
        int range = seam_noun_rows[noun].range;
        if (seam_choice((enum seam_noun)noun, 0) == NULL)
            continue;
        expect_true(seam_choice((enum seam_noun)noun, range - 1) != NULL);
        expect_true(seam_choice((enum seam_noun)noun, range) == NULL);
    }
}

static void an_any_holds_its_noun_and_number(void) {
    for (int noun = SEAM_NOUN_go; noun <= SEAM_NOUN_local; noun++)
        for (int number = 0; number < seam_noun_rows[noun].range; number++) {
            int any = seam_any((enum seam_noun)noun, number);
            expect_int(seam_any_noun(any), noun);
            expect_int(seam_any_number(any), number);
            expect_true(any < seam_noun_rows[SEAM_NOUN_any].range);
        }
}

int main(void) {
    every_name_finds_its_row_and_stands_in_its_text();
    every_fact_speaks_of_operands_that_its_row_has();
    no_kind_of_operand_is_unused();
    an_operation_has_a_family_that_draws_it();
    choices_are_as_many_as_the_range_of_their_noun();
    an_any_holds_its_noun_and_number();
    return expect_status();
}
