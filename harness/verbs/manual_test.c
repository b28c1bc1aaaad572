/* Promise: `seam ops` and `seam rules` have a page for every row of their tables.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "language/op.h"
#include "rules/rule.h"
#include "verbs/cli_expect.h"

static void every_operation_and_rule_has_its_page(void) {
    char name[48];
    for (int op = 0; op < SEAM_OPS; op++) {
        seam("ops", seam_op_rows[op].name);
        expect_int(status, 0);
        expect_contains(out, seam_op_rows[op].doc);
    }
    for (int rule = 1; rule < SEAM_RULES; rule++) {
        seam("rules", seam_rule_name((enum seam_rule)rule, name));
        expect_int(status, 0);
        expect_contains(out, seam_rule_rows[rule].words);
        expect_contains(out, seam_rule_rows[rule].fix);
    }
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(every_operation_and_rule_has_its_page);
    return cli_close();
}
