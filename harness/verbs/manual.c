/* seam ops, seam rules: the manual, printed from the tables.
 *
 * A page for each row, one for the grammar of scenarios, and lists; any other word is looked up
 * (search.h). To describe something new: its row in a table; what no table can say (who owns what
 * is born, how lines are written) is here. */
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
#include "verbs/search.h"
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

/* All operations in the order of their rows, by subject. */
static void print_ops(void) {
    static const struct {
        const char *subject; /* NULL: it is an operation */
        int op;
    } rows[] = {
#define SECTION(subject) {subject, 0},
#define OP(number, ...) {NULL, number},
#include "language/ops.def"
#undef OP
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct seam_op_row *row = &seam_op_rows[rows[i].op];
        if (rows[i].subject != NULL)
            printf("%s%s:\n", i > 0 ? "\n" : "", rows[i].subject);
        else
            printf("  %-34s %s\n", row->text, row->doc);
    }
    fputs("\nseam ops NAME describes one, seam ops WORD finds those that mention a word, and\n"
          "seam ops grammar says how a scenario is written.\n",
          stdout);
}

/* Who owns a C block that is born: the row's facts say it. */
static const char *c_owner(const struct seam_op_row *row) {
    static const char *const by_go[] = {
        [SEAM_ALLOCATOR_malloc] = "Go owns it, and must free it: free",
        [SEAM_ALLOCATOR_lib] = "Go owns it, and must free it: lib_free",
        [SEAM_ALLOCATOR_mmap] = "Go owns it, and must unmap it: munmap",
        [SEAM_ALLOCATOR_own] = "Go owns it",
    };
    const struct seam_step step = {0};
    int allocator = SEAM_ALLOCATOR_own, owner = -1;
    for (int i = 0; i < row->n_facts; i++) {
        struct seam_fact fact = seam_fact_of_step(&row->facts[i], &step);
        if (fact.kind == SEAM_FACT_born_c)
            allocator = ((const struct seam_fact_born_c *)fact.arg)->allocator;
        if (fact.kind == SEAM_FACT_own)
            owner = ((const struct seam_fact_own *)fact.arg)->owner;
    }
    return owner == SEAM_OWNER_go ? by_go[allocator]
           : owner == SEAM_OWNER_c
               ? "C owns it, and frees it (c_release) unless Go takes it (take)"
               : "that of the block; the pointer is valid until the block is freed";
}

/* Who owns what the operation makes. */
static const char *owner_at_birth(const struct seam_op_row *row, enum seam_noun noun) {
    static const char *const owners[SEAM_NOUNS] = {
        [SEAM_NOUN_go] = "Go's collector owns it, and frees it when nothing in Go refers to it",
        [SEAM_NOUN_local] = "the call owns it: it ends when the call returns",
        [SEAM_NOUN_pinner] = "Go owns it, and must unpin what it pins: unpin",
        [SEAM_NOUN_handle] = "Go owns it, and must delete it: delete",
        [SEAM_NOUN_callback] = "C keeps it until unregister; its user data stays its owner's",
        [SEAM_NOUN_weak] = "Go's collector owns it; it keeps nothing alive",
        [SEAM_NOUN_thread] = "it ends with the scenario, or with goexit",
    };
    bool is_global = row->n_facts > 0 && row->facts[0].kind == SEAM_FACT_born_global;
    return is_global              ? "the program owns it: a package variable is never freed"
           : noun == SEAM_NOUN_c  ? c_owner(row)
           : owners[noun] != NULL ? owners[noun]
                                  : "there is none";
}

static void print_births(const struct seam_op_row *row) {
    for (int i = 0; i < row->n_operands; i++) {
        const struct seam_kind_row *kind = &seam_kind_rows[row->kinds[i]];
        if (kind->role == SEAM_ROLE_BIRTH)
            printf("\nOwner: %s", owner_at_birth(row, (enum seam_noun)kind->noun));
    }
}

/* --- grammar ---------------------------------------------------------------------------------- */

/* What a name of that noun is: the table says it of the kind that makes one, or uses it. */
static const char *what_is(enum seam_noun noun) {
    static const char made[] = "a new ";
    int kind = 0;
    while (kind < SEAM_KINDS - 1 && seam_kind_rows[kind].noun != noun)
        kind++;
    const char *doc = seam_kind_rows[kind].doc;
    return strncmp(doc, made, strlen(made)) == 0 ? doc + strlen(made) : doc;
}

static void print_names(void) {
    for (int noun = 0; noun < SEAM_NOUNS; noun++) {
        const struct seam_noun_row *row = &seam_noun_rows[noun];
        if (row->nature != SEAM_NATURE_BORN && row->nature != SEAM_NATURE_FIXED)
            continue;
        char *names = seam_format("%s0 to %s%d", row->prefix, row->prefix, row->range - 1);
        printf("  %-12s %s%s\n", names, what_is((enum seam_noun)noun),
               row->nature == SEAM_NATURE_FIXED ? ", always there" : "");
        free(names);
    }
}

static void print_grammar(void) {
    printf(
        "A scenario is text, one step on each line, in the form that seam ops NAME shows. Spaces\n"
        "do not matter, but a step does not continue on the next line.\n"
        "\n"
        "Comments begin with # and go on to the end of the line.\n"
        "\n"
        "Release: a line \"go 1.N\" before all steps, N from %d to %d, says which release is\n"
        "meant; without it, the newest. --model=go1.N overrides it.\n"
        "\n"
        "Calls: call and its relatives enter C; what follows happens inside the call until the\n"
        "matching return. Indentation is for the reader. Calls that are open at the end return\n"
        "there, in order, and these returns count as steps.\n"
        "\n"
        "Names: a prefix and a number below 100. A step such as \"g7 = go_new data\" makes a new\n"
        "one, which is named from then on. When a scenario is printed, names are numbered from 0\n"
        "in the order of their birth, so g7 may become g0. There are\n",
        SEAM_RELEASE_OLDEST, SEAM_RELEASE_NEWEST);
    print_names();
    printf(
        "The first goroutine is t0. A Go variable is dead after the last step that names it, and\n"
        "after drop no step can name it; a freed block can still be named, as in C.\n"
        "\n"
        "Steps are numbered from 1 in reports. A scenario has at least one step and at most %d,\n"
        "and at most %d open calls.\n",
        SEAM_STEPS_MAX, SEAM_DEPTH_MAX);
}

/* --- the page of an operation ----------------------------------------------------------------- */

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
    print_births(row);
    putchar('\n');
}

int seam_verb_ops(int argc, char **argv) {
    int n = seam_options(argc, argv, no_options);
    if (n < 0 || n > 1)
        return n < 0 ? SEAM_USAGE : seam_fail("ops takes one NAME; see seam ops --help");
    enum seam_op op = n == 1 ? seam_op_find(argv[1], strlen(argv[1])) : SEAM_OPS;
    if (n == 0)
        print_ops();
    else if (op != SEAM_OPS)
        print_op(&seam_op_rows[op]);
    else if (strcmp(argv[1], "grammar") == 0)
        print_grammar();
    else if (!seam_search(argv[1]))
        return seam_fail("no operation or rule mentions '%.40s'; did you mean %s?", argv[1],
                         op_name(seam_nearest(argv[1], strlen(argv[1]), op_name)));
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
    else if (!seam_search(argv[1]))
        return seam_fail("no rule or operation mentions '%.40s'; did you mean %s?", argv[1],
                         rule_name(seam_nearest(argv[1], strlen(argv[1]), rule_name)));
    return SEAM_OK;
}
