/* Looking up a word in the manual: seam ops leak, seam rules errno.
 *
 * A word is found at its beginning: "leak" is in c_memory_leak and in "leaked", and "free" is not
 * in "carefree". Not here: the pages themselves (manual.c). */
#define _GNU_SOURCE
#include "verbs/search.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/print.h"
#include "language/op.h"
#include "programs/programs.h"
#include "rules/rule.h"

/* Does a word of the text begin with it? */
static bool mentions(const char *text, const char *word) {
    for (const char *at = text; (at = strcasestr(at, word)) != NULL; at++)
        if (at == text || !isalnum((unsigned char)at[-1]))
            return true;
    return false;
}

static bool op_mentions(const struct seam_op_row *row, const char *word) {
    bool found = mentions(row->text, word) || mentions(row->doc, word);
    for (int i = 0; i < row->n_operands; i++) {
        const struct seam_choice_row *choice;
        enum seam_noun noun = (enum seam_noun)seam_kind_rows[row->kinds[i]].noun;
        for (int k = 0; (choice = seam_choice(noun, k)) != NULL; k++)
            found = found || mentions(choice->name, word);
    }
    return found;
}

static bool rule_mentions(const struct seam_rule_row *row, const char *word) {
    return mentions(row->name, word) || mentions(row->note, word) || mentions(row->words, word) ||
           mentions(row->fix, word);
}

static void print_found(const char *name, const char *text) {
    char *heading = seam_format("  %-34s ", name);
    seam_print_wrapped(stdout, heading, text);
    free(heading);
}

static int search_ops(const char *word) {
    int n = 0;
    for (int op = 0; op < SEAM_OPS; op++)
        if (op_mentions(&seam_op_rows[op], word)) {
            fputs(n++ == 0 ? "Operations (seam ops NAME):\n" : "", stdout);
            print_found(seam_op_rows[op].text, seam_op_rows[op].doc);
        }
    return n;
}

static int search_rules(const char *word, bool is_first) {
    int n = 0;
    char name[48];
    const char *heading = is_first ? "Rules (seam rules NAME):\n" : "\nRules (seam rules NAME):\n";
    for (int rule = 1; rule < SEAM_RULES; rule++)
        if (rule_mentions(&seam_rule_rows[rule], word)) {
            fputs(n++ == 0 ? heading : "", stdout);
            print_found(seam_rule_name((enum seam_rule)rule, name), seam_rule_rows[rule].words);
        }
    for (const struct seam_programs_rule *rule = seam_programs_rules; rule->id != NULL; rule++)
        if (mentions(rule->words, word) || mentions(rule->fix, word)) {
            fputs(n++ == 0 ? heading : "", stdout);
            print_found(rule->id, rule->words);
        }
    return n;
}

bool seam_search(const char *word) {
    if (!isalnum((unsigned char)*word))
        return false;
    int ops = search_ops(word), rules = search_rules(word, ops == 0);
    return ops + rules > 0;
}
