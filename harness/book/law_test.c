/* Promise: every rule of the boundary has something behind it, a scenario or a program, the table
 * of what the programs did is complete and is what they do, and every case of Go's own table of
 * pointer checks has a file.
 *
 * Arguments: seam, README.md of corpus/programs and of corpus/checks, the oldest and the newest
 * GOROOT (or None). */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "book/book_expect.h"
#include "book/law.h"

/* --- the table -------------------------------------------------------------------------------- */

static int behind(const struct seam_law *law) {
    int n = 0;
    for (const struct seam_law_scenario *row = seam_law_scenarios; row->law != NULL; row++)
        n += strcmp(row->law, law->id) == 0;
    for (int i = 0; i < seam_law_book.n_trials; i++)
        n += strcmp(seam_law_book.trials[i].subject, law->id) == 0;
    return n;
}

static void every_rule_has_something_behind_it(void) {
    for (const struct seam_law *law = seam_laws; law->id != NULL; law++) {
        if (behind(law) == 0)
            expect_text(law->id, "a rule with a scenario or a program");
        expect_true(seam_law_find(law->id) == law); /* not there twice */
        expect_true(*law->words != '\0' && *law->source != '\0' && *law->fix != '\0');
        expect_true(law->until == 0 || law->since <= law->until);
    }
}

static void nothing_is_behind_no_rule(void) {
    for (const struct seam_law_scenario *row = seam_law_scenarios; row->law != NULL; row++)
        if (seam_law_find(row->law) == NULL)
            expect_text(row->law, "a rule");
    for (int i = 0; i < seam_law_book.n_trials; i++)
        if (seam_law_find(seam_law_book.trials[i].subject) == NULL)
            expect_text(seam_law_book.trials[i].subject, "a rule");
}

/* The family of a rule, and its number: PTR- and 3 for PTR-03. */
static size_t split(const char *id, int *number) {
    size_t family = strcspn(id, "0123456789");
    *number = atoi(id + family);
    return family;
}

/* A rule that was forgotten, or removed, leaves a gap. */
static void numbers_have_no_gaps(void) {
    for (const struct seam_law *law = seam_laws; law->id != NULL; law++) {
        int number, before = 0;
        size_t family = split(law->id, &number);
        if (law > seam_laws && split(law[-1].id, &before) == family &&
            strncmp(law->id, law[-1].id, family) == 0)
            expect_int(number, before + 1);
        else if (isdigit((unsigned char)law->id[family]))
            expect_true(number == 1 || strcmp(law->id, "M05") == 0); /* a message, not a family */
    }
}

static void every_scenario_is_there(const char *readme) {
    const char *end = strstr(readme, "programs/README.md");
    expect_true(end != NULL);
    for (const struct seam_law_scenario *row = seam_law_scenarios; row->law != NULL; row++) {
        char *path = seam_format("%.*s%s.seam", (int)(end - readme), readme, row->path);
        if (access(path, R_OK) != 0)
            expect_text(path, "a scenario of the corpus");
        free(path);
    }
}

/* --- what was measured ------------------------------------------------------------------------ */

static struct seam_trial_table table;

/* Each trial was made on each release that any was made on. */
static void the_measurement_is_complete(void) {
    seam_law_measured(&table);
    expect_true(table.n_releases >= 8);
    for (int i = 0; i < seam_law_book.n_trials; i++)
        for (int r = 0; r < table.n_releases; r++) {
            const struct seam_trial *trial = &seam_law_book.trials[i];
            bool is_tried = seam_trial_applies(trial, table.releases[r].minor);
            bool is_known = table.results[r].part[i].outcome != SEAM_TRIAL_unknown;
            if (is_tried != is_known)
                fprintf(stderr, "%s %s on %s\n", trial->subject, trial->part,
                        table.releases[r].version);
            expect_true(is_tried == is_known);
        }
}

/* And no line is about something else. */
static void the_measurement_has_nothing_else(void) {
    int lines = 0, known = 0;
    const char *text = seam_trial_expected_here(&seam_law_book);
    for (const char *at = text; *at != '\0'; at = strchrnul(at, '\n'), at += *at == '\n')
        lines += *at != '#';
    for (int i = 0; i < seam_law_book.n_trials; i++)
        for (int r = 0; r < table.n_releases; r++)
            known += table.results[r].part[i].outcome != SEAM_TRIAL_unknown;
    expect_int(lines, known);
}

static void expect_word(enum seam_trial_mode mode, enum seam_trial_outcome outcome,
                        const char *evidence, const char *word) {
    struct seam_trial trial = {.since = 20, .mode = mode, .judge = SEAM_TRIAL_told};
    struct seam_trial_result result = {.outcome = outcome};
    strcpy(result.evidence, evidence);
    expect_text(seam_law_word(&trial, &result, 20), word);
    expect_text(seam_law_word(&trial, &result, 19), "-");
}

static void one_word_tells_what_was_seen(void) {
    expect_word(SEAM_TRIAL_compile, SEAM_TRIAL_holds, "unexpected", "refused");
    expect_word(SEAM_TRIAL_compile, SEAM_TRIAL_fails, "no complaint", "compiles");
    expect_word(SEAM_TRIAL_vet, SEAM_TRIAL_holds, "possible misuse", "warns");
    expect_word(SEAM_TRIAL_vet, SEAM_TRIAL_fails, "no complaint", "silent");
    expect_word(SEAM_TRIAL_plain, SEAM_TRIAL_holds, "panic: boom", "panic");
    expect_word(SEAM_TRIAL_plain, SEAM_TRIAL_fails, "fatal error: boom", "throw");
    expect_word(SEAM_TRIAL_plain, SEAM_TRIAL_fails, "SIGSEGV: boom", "signal");
    expect_word(SEAM_TRIAL_asan, SEAM_TRIAL_holds, "AddressSanitizer: boom", "report");
    expect_word(SEAM_TRIAL_plain, SEAM_TRIAL_fails, "passed", "fails");
    expect_word(SEAM_TRIAL_plain, SEAM_TRIAL_unknown, "", "?");
}

/* --- documents -------------------------------------------------------------------------------- */

/* The list in corpus/programs/README.md is the one that seam prints. */
static void the_list_is_in_the_readme(const char *readme) {
    SEAM("programs", "--list");
    expect_int(book_status, 0);
    char *list = strdup(book_out);
    book_read(readme);
    expect_contains(book_out, list);
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

/* Is the path that of a program in the book, which has the case (the line's first word) as a part?
 */
static bool is_case_of_program(const char *line, const char *path) {
    const char *program = strstr(path, "../programs/");
    for (int i = 0; program != NULL && i < seam_law_book.n_trials; i++) {
        const struct seam_trial *trial = &seam_law_book.trials[i];
        size_t n = strlen(trial->part);
        if (strcmp(trial->program, program + strlen("../programs/")) == 0 &&
            strncmp(line + 2, trial->part, n) == 0 && line[2 + n] == ' ')
            return true;
    }
    return false;
}

static void every_case_of_go_has_a_file(const char *readme) {
    enum { CASES = 48 }; /* in Go 1.27 */
    int cases = 0;
    book_read(readme);
    const char *line = strstr(book_out, "\n|---|---|---|---|\n");
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
    expect_int(book_status, 0);
    expect_contains(book_out, "TYP-01\n\n  Calling variadic C functions is not supported.\n");
    expect_contains(book_out, "refused   unexpected type: ...");
    SEAM("rules", "PTR-13");
    expect_contains(book_out, "Scenario: corpus/breaks/c-keeps-go-pointer/global.seam\n");
}

static void mistakes_are_named(void) {
    SEAM("programs", "TYP-99");
    expect_int(book_status, 2);
    expect_contains(book_out, "seam: no rule 'TYP-99'; the nearest is TYP-0");
    SEAM("programs", "PTR-13");
    expect_int(book_status, 2);
    expect_contains(book_out, "seam: PTR-13 has no program, only scenarios; see seam rules PTR-13");
}

/* --- on real Go ------------------------------------------------------------------------------- */

/* A table says the contrary of what is so. */
static void a_difference_is_told(const char *newest, int minor) {
    char *path = seam_format("%s/table", book_work), *option = seam_format("--expected=%s", path);
    FILE *file = fopen(path, "w");
    expect_true(file != NULL);
    fprintf(file, "TYP-01 printf 1.%d fails no complaint\n", minor);
    expect_int(fclose(file), 0);
    SEAM("programs", newest, option, "TYP-01");
    expect_int(book_status, 1);
    expect_contains(book_out, "seam: TYP-01 printf with go1.");
    expect_contains(book_out, "expected fails: no complaint");
    free(option);
    free(path);
}

static void on_real_go(const char *old, const char *new, int minor) {
    SEAM("programs", old, new);
    expect_int(book_status, 0);
    if (book_status != 0)
        fputs(book_out, stderr);
    expect_int(book_count(" ?"), 0);
    a_difference_is_told(new, minor);
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: law_test SEAM PROGRAMS-README CHECKS-README OLDEST NEWEST\n");
        return 2;
    }
    expect_book(&seam_law_book);
    every_rule_has_something_behind_it();
    nothing_is_behind_no_rule();
    numbers_have_no_gaps();
    every_scenario_is_there(argv[2]);
    the_measurement_is_complete();
    the_measurement_has_nothing_else();
    one_word_tells_what_was_seen();
    book_open(argv[1], "law-test");
    the_list_is_in_the_readme(argv[2]);
    every_case_of_go_has_a_file(argv[3]);
    the_manual_has_what_was_measured();
    mistakes_are_named();
    book_on_real_go(argv[4], argv[5], on_real_go);
    book_close();
    return expect_status();
}
