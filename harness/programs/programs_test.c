/* Promise: every rule of the boundary is demonstrated by a scenario or a program, the table of what
 * the programs did is complete and is what they do, and every case of Go's own table of pointer
 * checks has a file.
 *
 * Arguments: seam, README.md of corpus/programs and of corpus/checks; for what is on real Go, the
 * oldest and the newest GOROOT (or None). */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/format.h"
#include "programs/programs.h"
#include "programs/programs_expect.h"
#include "rules/rule.h"

/* --- the table -------------------------------------------------------------------------------- */

static int behind(const struct seam_programs_rule *rule) {
    int n = 0;
    for (const struct seam_programs_scenario *row = seam_programs_scenarios; row->rule != NULL;
         row++)
        n += strcmp(row->rule, rule->id) == 0;
    for (int i = 0; i < seam_programs_set.n_programs; i++)
        n += strcmp(seam_programs_set.programs[i].subject, rule->id) == 0;
    return n;
}

static void every_rule_has_something_behind_it(void) {
    for (const struct seam_programs_rule *rule = seam_programs_rules; rule->id != NULL; rule++) {
        if (behind(rule) == 0)
            expect_text(rule->id, "a rule with a scenario or a program");
        expect_true(seam_programs_rule_find(rule->id) == rule); /* not there twice */
        expect_true(*rule->words != '\0' && *rule->source != '\0' && *rule->fix != '\0');
        expect_true(rule->until == 0 || rule->since <= rule->until);
    }
}

static void nothing_is_behind_no_rule(void) {
    for (const struct seam_programs_scenario *row = seam_programs_scenarios; row->rule != NULL;
         row++)
        if (seam_programs_rule_find(row->rule) == NULL)
            expect_text(row->rule, "a rule");
    for (int i = 0; i < seam_programs_set.n_programs; i++)
        if (seam_programs_rule_find(seam_programs_set.programs[i].subject) == NULL)
            expect_text(seam_programs_set.programs[i].subject, "a rule");
}

/* The family of a rule, and its number: PTR- and 3 for PTR-03. */
static size_t split(const char *id, int *number) {
    size_t family = strcspn(id, "0123456789");
    *number = atoi(id + family);
    return family;
}

/* A rule that was forgotten, or removed, leaves a gap. */
static void numbers_have_no_gaps(void) {
    for (const struct seam_programs_rule *rule = seam_programs_rules; rule->id != NULL; rule++) {
        int number, before = 0;
        size_t family = split(rule->id, &number);
        if (rule > seam_programs_rules && split(rule[-1].id, &before) == family &&
            strncmp(rule->id, rule[-1].id, family) == 0)
            expect_int(number, before + 1);
        else if (isdigit((unsigned char)rule->id[family]))
            expect_true(number == 1 || strcmp(rule->id, "M05") == 0); /* a message, not a family */
    }
}

static void every_scenario_is_there(const char *readme) {
    const char *end = strstr(readme, "programs/README.md");
    expect_true(end != NULL);
    for (const struct seam_programs_scenario *row = seam_programs_scenarios; row->rule != NULL;
         row++) {
        char *path = seam_format("%.*s%s.seam", (int)(end - readme), readme, row->path);
        if (access(path, R_OK) != 0)
            expect_text(path, "a scenario of the corpus");
        free(path);
    }
}

/* --- what was measured ------------------------------------------------------------------------ */

static struct seam_program_table table;

/* Each program was run on each release that any was run on. */
static void the_measurement_is_complete(void) {
    seam_programs_measured(&table);
    expect_true(table.n_releases >= 8);
    for (int i = 0; i < seam_programs_set.n_programs; i++)
        for (int r = 0; r < table.n_releases; r++) {
            const struct seam_program *program = &seam_programs_set.programs[i];
            bool is_tried = seam_program_applies(program, table.releases[r].minor);
            bool is_known = table.results[r].part[i].outcome != SEAM_PROGRAM_unknown;
            if (is_tried != is_known)
                fprintf(stderr, "%s %s on %s\n", program->subject, program->part,
                        table.releases[r].version);
            expect_true(is_tried == is_known);
        }
}

/* And no line is about something else. */
static void the_measurement_has_nothing_else(void) {
    int lines = 0, known = 0;
    const char *text = seam_program_expected_here(&seam_programs_set);
    for (const char *at = text; *at != '\0'; at = strchrnul(at, '\n'), at += *at == '\n')
        lines += *at != '#';
    for (int i = 0; i < seam_programs_set.n_programs; i++)
        for (int r = 0; r < table.n_releases; r++)
            known += table.results[r].part[i].outcome != SEAM_PROGRAM_unknown;
    expect_int(lines, known);
}

/* No executor looks for leaks, so what the rule table says of them is held to this measurement. */
static void leaks_are_reported_from_the_release_on_that_the_rule_names(void) {
    int since = 0, i = 0;
    expect_int(sscanf(seam_checker_name(SEAM_SEEN_LEAKS), "asan from Go 1.%d", &since), 1);
    expect_int(seam_rule_rows[SEAM_RULE_c_memory_leak].seen, SEAM_SEEN_LEAKS);
    while (i < seam_programs_set.n_programs &&
           (strcmp(seam_programs_set.programs[i].subject, "ALLOC-05") != 0 ||
            strcmp(seam_programs_set.programs[i].part, "leak") != 0))
        i++;
    expect_true(i < seam_programs_set.n_programs);
    for (int r = 0; r < table.n_releases && i < seam_programs_set.n_programs; r++)
        expect_int(table.results[r].part[i].outcome,
                   table.releases[r].minor >= since ? SEAM_PROGRAM_holds : SEAM_PROGRAM_fails);
}

static void expect_word(enum seam_program_mode mode, enum seam_program_outcome outcome,
                        const char *evidence, const char *word) {
    struct seam_program program = {.since = 20, .mode = mode, .judge = SEAM_PROGRAM_told};
    struct seam_program_result result = {.outcome = outcome};
    strcpy(result.evidence, evidence);
    expect_text(seam_programs_word(&program, &result, 20), word);
    expect_text(seam_programs_word(&program, &result, 19), "-");
}

static void one_word_tells_what_was_seen(void) {
    expect_word(SEAM_PROGRAM_compile, SEAM_PROGRAM_holds, "unexpected", "refused");
    expect_word(SEAM_PROGRAM_compile, SEAM_PROGRAM_fails, "no complaint", "compiles");
    expect_word(SEAM_PROGRAM_vet, SEAM_PROGRAM_holds, "possible misuse", "warns");
    expect_word(SEAM_PROGRAM_vet, SEAM_PROGRAM_fails, "no complaint", "silent");
    expect_word(SEAM_PROGRAM_plain, SEAM_PROGRAM_holds, "panic: boom", "panic");
    expect_word(SEAM_PROGRAM_plain, SEAM_PROGRAM_fails, "fatal error: boom", "throw");
    expect_word(SEAM_PROGRAM_plain, SEAM_PROGRAM_fails, "SIGSEGV: boom", "signal");
    expect_word(SEAM_PROGRAM_asan, SEAM_PROGRAM_holds, "AddressSanitizer: boom", "report");
    expect_word(SEAM_PROGRAM_plain, SEAM_PROGRAM_fails, "passed", "fails");
    expect_word(SEAM_PROGRAM_plain, SEAM_PROGRAM_unknown, "", "?");
}

/* --- documents -------------------------------------------------------------------------------- */

/* The list in corpus/programs/README.md is the one that seam prints. */
static void the_list_is_in_the_readme(const char *readme) {
    SEAM("programs", "--list");
    expect_int(programs_status, 0);
    char *list = strdup(programs_out);
    programs_read(readme);
    expect_contains(programs_out, list);
    free(list);
}

/* What is between the first two quotes of a line, in a folder; owned. */
static char *quoted_path(const char *line, const char *readme) {
    const char *begin = strchr(line, '`'), *slash = strrchr(readme, '/');
    if (begin == NULL || slash == NULL || begin > strchrnul(line, '\n'))
        return strdup("");
    return seam_format("%.*s%.*s", (int)(slash + 1 - readme), readme, (int)strcspn(begin + 1, "`"),
                       begin + 1);
}

/* Is the path that of a program in the set, which has the case (the line's first word) as a part?
 */
static bool is_case_of_program(const char *line, const char *path) {
    const char *folder = strstr(path, "../programs/");
    for (int i = 0; folder != NULL && i < seam_programs_set.n_programs; i++) {
        const struct seam_program *program = &seam_programs_set.programs[i];
        size_t n = strlen(program->part);
        if (strcmp(program->folder, folder + strlen("../programs/")) == 0 &&
            strncmp(line + 2, program->part, n) == 0 && line[2 + n] == ' ')
            return true;
    }
    return false;
}

static void every_case_of_go_has_a_file(const char *readme) {
    enum { CASES = 48 }; /* in Go 1.27 */
    int cases = 0;
    programs_read(readme);
    const char *line = strstr(programs_out, "\n|---|---|---|---|\n");
    expect_true(line != NULL);
    for (line = line != NULL ? strchr(line + 1, '\n') + 1 : ""; *line == '|'; cases++) {
        char *path = quoted_path(line, readme);
        bool is_there = strstr(path, ".seam") != NULL ? access(path, R_OK) == 0
                                                      : is_case_of_program(line, path);
        if (!is_there)
            expect_text(path, "a file of a case");
        line = strchrnul(line, '\n');
        line += *line == '\n';
        free(path);
    }
    expect_int(cases, CASES);
}

static void the_manual_has_what_was_measured(void) {
    SEAM("rules", "typ-01");
    expect_int(programs_status, 0);
    expect_contains(programs_out, "TYP-01\n\n  Calling variadic C functions is not supported.\n");
    expect_contains(programs_out, "refused   unexpected type: ...");
    SEAM("rules", "PTR-13");
    expect_contains(programs_out, "Scenario: corpus/breaks/c-keeps-go-pointer/global.seam\n");
}

static void mistakes_are_named(void) {
    SEAM("programs", "TYP-99");
    expect_int(programs_status, 2);
    expect_contains(programs_out, "seam: unknown rule 'TYP-99'; did you mean TYP-0");
    SEAM("programs", "PTR-13");
    expect_int(programs_status, 2);
    expect_contains(programs_out,
                    "seam: PTR-13 has only scenarios, no program; see seam rules PTR-13");
}

/* That a go command writes nothing says nothing about the rule. */
static void what_is_not_built_is_no_answer(void) {
    const char *rule = NULL;
    char *go = seam_format("%s/go", programs_work), *option = seam_format("--go=%s", go);
    FILE *file = fopen(go, "w");
    expect_true(file != NULL);
    fprintf(file,
            "#!/bin/sh\ncase \"$*\" in *GOVERSION*) mkdir -p %s/root/bin; cp %s %s/root/bin/go;"
            " echo %s/root; echo go1.27.4 ;; esac\n",
            programs_work, go, programs_work, programs_work);
    expect_int(fclose(file), 0);
    expect_int(chmod(go, 0755), 0);
    for (int i = 0; i < seam_programs_set.n_programs && rule == NULL; i++)
        if (seam_programs_set.programs[i].mode == SEAM_PROGRAM_plain)
            rule = seam_programs_set.programs[i].subject;
    SEAM("programs", option, rule);
    expect_int(programs_status, 2);
    expect_contains(programs_out, " is not built: go1.27.4 ends with status 0 and writes nothing");
    expect_true(strstr(programs_out, "fails") == NULL);
    free(option);
    free(go);
}

/* --- on real Go ------------------------------------------------------------------------------- */

/* A table says the contrary of what is so. */
static void a_difference_is_told(const char *newest, int minor) {
    char *path = seam_format("%s/table", programs_work),
         *option = seam_format("--expected=%s", path);
    FILE *file = fopen(path, "w");
    expect_true(file != NULL);
    fprintf(file, "TYP-01 printf 1.%d fails no complaint\n", minor);
    expect_int(fclose(file), 0);
    SEAM("programs", newest, option, "TYP-01");
    expect_int(programs_status, 1);
    expect_contains(programs_out, "seam: TYP-01 printf with go1.");
    expect_contains(programs_out, "expected fails: no complaint");
    free(option);
    free(path);
}

static void on_real_go(const char *old, const char *new, int minor) {
    SEAM("programs", old, new);
    expect_int(programs_status, 0);
    if (programs_status != 0)
        fputs(programs_out, stderr);
    expect_int(programs_count(" ?"), 0);
    a_difference_is_told(new, minor);
}

int main(int argc, char **argv) {
    if (argc != 4 && argc != 6) {
        fprintf(stderr,
                "usage: programs_test SEAM PROGRAMS-README CHECKS-README [OLDEST NEWEST]\n");
        return 2;
    }
    expect_set(&seam_programs_set);
    every_rule_has_something_behind_it();
    nothing_is_behind_no_rule();
    numbers_have_no_gaps();
    every_scenario_is_there(argv[2]);
    the_measurement_is_complete();
    the_measurement_has_nothing_else();
    leaks_are_reported_from_the_release_on_that_the_rule_names();
    one_word_tells_what_was_seen();
    programs_open(argv[1], "programs-test");
    the_list_is_in_the_readme(argv[2]);
    every_case_of_go_has_a_file(argv[3]);
    the_manual_has_what_was_measured();
    mistakes_are_named();
    what_is_not_built_is_no_answer();
    if (argc == 6)
        programs_on_real_go(argv[4], argv[5], on_real_go);
    programs_close();
    return expect_status();
}
