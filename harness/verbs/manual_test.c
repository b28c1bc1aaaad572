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
        bool births = strncmp(seam_op_rows[op].text, "<new_", 5) == 0;
        expect_int(strstr(out, "\nOwner: ") != NULL, births);
    }
    for (int rule = 1; rule < SEAM_RULES; rule++) {
        seam("rules", seam_rule_name((enum seam_rule)rule, name));
        expect_int(status, 0);
        expect_contains(out, seam_rule_rows[rule].words);
        expect_contains(out, seam_rule_rows[rule].fix);
    }
}

static void operations_are_listed_by_subject(void) {
    seam("ops");
    expect_int(status, 0);
    expect_contains(out, "Go memory:\n  <new_go> = go_new <shape>");
    expect_contains(out, "\n\nC memory: ownership:\n  take <block>");
    for (int op = 0; op < SEAM_OPS; op++)
        expect_contains(out, seam_op_rows[op].text);
}

static void a_word_finds_the_operations_and_rules_that_mention_it(void) {
    seam("ops", "leak");
    expect_int(status, 0);
    expect_contains(out, "Rules (seam rules NAME):\n");
    expect_contains(out, "  c-memory-leak ");
    expect_contains(out, "  pinner-leaked ");
    expect_true(strstr(out, "go_new") == NULL);
    seam("rules", "UNMAP");
    expect_int(status, 0);
    expect_contains(out, "Operations (seam ops NAME):\n");
    expect_contains(out, "  munmap <mapped> ");
    expect_contains(out, "\n\nRules (seam rules NAME):\n");
    expect_contains(out, "  use-after-unmap ");
    seam("ops", "zzz");
    expect_int(status, 2);
    seam("ops", "");
    expect_int(status, 2);
}

static void the_grammar_has_a_page(void) {
    seam("ops", "grammar");
    expect_int(status, 0);
    expect_contains(out, "Comments begin with #");
    expect_contains(out, "\"go 1.N\"");
    expect_contains(out, "numbered from 0");
    expect_contains(out, "  g0 to g11    Go object\n");
    expect_contains(out, "open at the end return");
}

static void what_is_born_has_an_owner(void) {
    static const struct {
        const char *op, *owner;
    } owners[] = {{"malloc", "Go owns it, and must free it: free\n"},
                  {"mmap", "Go owns it, and must unmap it: munmap\n"},
                  {"lib_child", "Go owns it, and must free it: lib_free\n"},
                  {"lib_new", "C owns it, and frees it"},
                  {"borrow", "that of the block; the pointer is valid until the block is freed\n"},
                  {"go_new", "Go's collector owns it"},
                  {"global", "the program owns it"},
                  {"handle", "Go owns it, and must delete it"}};
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        char line[128];
        snprintf(line, sizeof line, "\nOwner: %s", owners[i].owner);
        seam("ops", owners[i].op);
        expect_contains(out, line);
    }
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(every_operation_and_rule_has_its_page);
    PROMISE(operations_are_listed_by_subject);
    PROMISE(a_word_finds_the_operations_and_rules_that_mention_it);
    PROMISE(the_grammar_has_a_page);
    PROMISE(what_is_born_has_an_owner);
    return cli_close();
}
