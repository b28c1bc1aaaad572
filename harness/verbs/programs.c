/* seam programs: the Go programs that demonstrate what no scenario can, on the installed Go
 * releases.
 *
 * Not here: how they are run and compared with the table (program_verb.h), what the rules are
 * (programs.def). */
#include <string.h>

#include "base/nearest.h"
#include "base/options.h"
#include "programs/program_verb.h"
#include "programs/programs.h"
#include "verbs/verbs.h"

static const char *rule_id(int i) { return seam_programs_rules[i].id; }

static bool choose(struct seam_program_verb *verb, const char *name) {
    const struct seam_programs_rule *rule = seam_programs_rule_find(name);
    if (rule == NULL)
        seam_fail("unknown rule '%.40s'; did you mean %s?", name,
                  rule_id(seam_nearest(name, strlen(name), rule_id)));
    else if (!seam_program_verb_choose(verb, rule->id))
        seam_fail("%s has only scenarios, no program; see seam rules %s", rule->id, rule->id);
    else
        return true;
    return false;
}

static void print(const struct seam_program_verb *verb) {
    bool is_told = verb->verbose != NULL || verb->is_named;
    if (verb->json == NULL && !is_told)
        seam_programs_print_head(stdout, &verb->table);
    for (const struct seam_programs_rule *rule = seam_programs_rules; rule->id != NULL; rule++)
        if (!seam_program_verb_is_chosen(verb, rule->id))
            continue;
        else if (verb->json != NULL)
            seam_programs_print_json(stdout, &verb->table, rule);
        else if (is_told)
            seam_programs_print_text(stdout, &verb->table, rule);
        else
            seam_programs_print_lines(stdout, &verb->table, rule);
}

/* seam programs --list needs no Go. */
static bool is_list(int argc, char **argv) { return argc == 2 && strcmp(argv[1], "--list") == 0; }

int seam_verb_programs(int argc, char **argv) {
    static struct seam_program_verb verb = {.set = &seam_programs_set};
    if (is_list(argc, argv)) {
        seam_programs_print_list(stdout);
        return SEAM_OK;
    }
    return seam_program_verb_parse(&verb, argc, argv, choose) ? seam_program_verb_run(&verb, print)
                                                              : SEAM_USAGE;
}
