/* seam ops, seam rules: the manual, printed from the tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/nearest.h"
#include "base/options.h"
#include "base/print.h"
#include "language/scenario.h"
#include "programs/programs.h"
#include "rules/rule.h"
#include "verbs/verbs.h"

static const struct seam_option no_options[] = {{NULL, NULL}};

static void print_checkers(int seen) {
    if (seen == 0)
        fputs(" no Go checker", stdout);
    for (int bit = 1; bit < 1 << SEAM_CHECKERS; bit <<= 1)
        if (seen & bit)
            printf(" %s", seam_checker_name((enum seam_checker)bit));
}

/* --- operations ------------------------------------------------------------------------------- */

static const char *op_name(int op) { return op < SEAM_OPS ? seam_op_rows[op].name : NULL; }

static void print_op(const struct seam_op_row *row) {
    static const char *const sides[] = {"Go code", "C code", "Go code, entering C",
                                        "C code, returning"};
    printf("%s\n\n  %s\n\nDone by: %s", row->text, row->doc, sides[row->side]);
    if (row->since != 0)
        printf(", since Go 1.%d", row->since);
    for (int i = 0; i < row->n_operands; i++) {
        const struct seam_kind_row *kind = &seam_kind_rows[row->kinds[i]];
        const struct seam_choice_row *choice;
        printf("\n<%s>: %s", kind->name, kind->doc);
        for (int k = 0; (choice = seam_choice((enum seam_noun)kind->noun, k)) != NULL; k++) {
            printf("\n  %-12s %s", choice->name, choice->doc);
            if (choice->since != 0)
                printf(" (since Go 1.%d)", choice->since);
        }
    }
    putchar('\n');
}

int seam_verb_ops(int argc, char **argv) {
    int n = seam_options(argc, argv, no_options);
    if (n < 0 || n > 1)
        return n < 0 ? SEAM_USAGE : seam_fail("ops takes one NAME; see seam ops --help");
    for (int op = 0; n == 0 && op < SEAM_OPS; op++)
        printf("%-34s %s\n", seam_op_rows[op].text, seam_op_rows[op].doc);
    if (n == 0)
        return SEAM_OK;
    enum seam_op op = seam_op_find(argv[1], strlen(argv[1]));
    if (op == SEAM_OPS)
        return seam_fail("unknown operation '%.40s'; did you mean %s?", argv[1],
                         op_name(seam_nearest(argv[1], strlen(argv[1]), op_name)));
    print_op(&seam_op_rows[op]);
    return SEAM_OK;
}

/* --- rules ------------------------------------------------------------------------------------ */

/* Rules that scenarios break have names; all rules have numbers, which follow the names. */
static const char *rule_name(int i) {
    static char dashed[48];
    int rule = i + 1;
    return rule < SEAM_RULES ? seam_rule_name((enum seam_rule)rule, dashed)
                             : seam_programs_rules[rule - SEAM_RULES].id;
}

static void print_rule(enum seam_rule rule) {
    const struct seam_rule_row *row = &seam_rule_rows[rule];
    char name[48];
    seam_rule_name(rule, name);
    printf("%s\n\n  %s\n\nSource: %s\nDetected by:", name, row->words, row->source);
    print_checkers(row->seen);
    if (row->since != 0)
        printf("\nSince Go 1.%d", row->since);
    if (row->until != 0)
        printf("\nUntil Go 1.%d", row->until);
    printf(
        "\nAfterwards: %s\nFix: %s.\nExamples: corpus/breaks/%s/ and its twins in corpus/keeps/\n",
        row->fate == SEAM_FATE_ENDS      ? "undefined behaviour, or the process crashes"
        : row->fate == SEAM_FATE_REFUSED ? "nothing is broken: a checker rejects legal code"
                                         : "the program continues",
        row->fix, name);
}

static void print_rules(void) {
    char name[48];
    for (int rule = 1; rule < SEAM_RULES; rule++) {
        printf("%-34s detected by", seam_rule_name((enum seam_rule)rule, name));
        print_checkers(seam_rule_rows[rule].seen);
        putchar('\n');
    }
    fputs("\nBy number:\n", stdout);
    for (const struct seam_programs_rule *rule = seam_programs_rules; rule->id != NULL; rule++) {
        char *heading = seam_format("%-9s ", rule->id);
        seam_print_wrapped(stdout, heading, rule->words);
        free(heading);
    }
}

int seam_verb_rules(int argc, char **argv) {
    int n = seam_options(argc, argv, no_options);
    if (n < 0 || n > 1)
        return n < 0 ? SEAM_USAGE : seam_fail("rules takes one NAME; see seam rules --help");
    if (n == 0) {
        print_rules();
        return SEAM_OK;
    }
    const struct seam_programs_rule *rule = seam_programs_rule_find(argv[1]);
    enum seam_rule named = seam_rule_find(argv[1]);
    if (rule != NULL) {
        static struct seam_program_table table;
        seam_programs_measured(&table);
        seam_programs_print_text(stdout, &table, rule);
    } else if (named != SEAM_RULE_none)
        print_rule(named);
    else
        return seam_fail("unknown rule '%.40s'; did you mean %s?", argv[1],
                         rule_name(seam_nearest(argv[1], strlen(argv[1]), rule_name)));
    return SEAM_OK;
}
