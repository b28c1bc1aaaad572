#include "programs/programs.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PROGRAM_ROW(id, since, part, folder, mode, judge, text, statement)                         \
    {true, since, id, part, folder, SEAM_PROGRAM_##mode, SEAM_PROGRAM_##judge, text, statement},

#define RULE(id, since, until, words, source, fix) {id, since, until, words, source, fix},
#define SCENARIO(id, path)
#define PROGRAM(...)
const struct seam_programs_rule seam_programs_rules[] = {
#include "programs/programs.def"
    {NULL, 0, 0, NULL, NULL, NULL},
};
#undef RULE
#undef SCENARIO

#define RULE(...)
#define SCENARIO(id, path) {id, path},
const struct seam_programs_scenario seam_programs_scenarios[] = {
#include "programs/programs.def"
    {NULL, NULL},
};
#undef SCENARIO
#undef PROGRAM

#define SCENARIO(id, path)
#define PROGRAM(...) PROGRAM_ROW(__VA_ARGS__)
static const struct seam_program programs[] = {
#include "programs/programs.def"
};

enum { N_PROGRAMS = sizeof programs / sizeof *programs };
_Static_assert((int)N_PROGRAMS <= (int)SEAM_PROGRAMS_MAX, "SEAM_PROGRAMS_MAX is too small");

const struct seam_program_set seam_programs_set = {"programs", programs, N_PROGRAMS,
                                                   seam_programs_files};

const struct seam_programs_rule *seam_programs_rule_find(const char *id) {
    for (const struct seam_programs_rule *rule = seam_programs_rules; rule->id != NULL; rule++)
        if (strcasecmp(rule->id, id) == 0)
            return rule;
    return NULL;
}

/* --- what was measured ------------------------------------------------------------------------ */

void seam_programs_measured(struct seam_program_table *table) {
    static struct seam_program_results measured[SEAM_PROGRAM_RELEASES_MAX];
    seam_program_measured(&seam_programs_set, measured, table);
}

/* --- words ------------------------------------------------------------------------------------ */

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* How a run ended, by what was said. */
static const char *end_of_run(const struct seam_program *program,
                              const struct seam_program_result *result) {
    static const struct {
        const char *begin, *word;
    } ends[] = {{"panic: ", "panic"},
                {"fatal error: ", "throw"},
                {"SIG", "signal"},
                {"free(): ", "abort"},
                {"exited silently", "dies"}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (begins(result->evidence, ends[i].begin))
            return ends[i].word;
    if (program->judge == SEAM_PROGRAM_told && result->outcome == SEAM_PROGRAM_holds)
        return "report"; /* of a sanitizer, or what the runtime says before it dies */
    return result->outcome == SEAM_PROGRAM_holds ? "holds" : "fails";
}

const char *seam_programs_word(const struct seam_program *program,
                               const struct seam_program_result *result, int minor) {
    if (!seam_program_applies(program, minor))
        return "-";
    if (result->outcome == SEAM_PROGRAM_unknown)
        return "?";
    bool is_silent = strcmp(result->evidence, "no complaint") == 0;
    switch (seam_program_stage(program->mode)) {
    case SEAM_PROGRAM_COMPILES:
        return is_silent ? "compiles" : "refused";
    case SEAM_PROGRAM_VETS:
        return is_silent ? "silent" : "warns";
    default:
        return end_of_run(program, result);
    }
}
