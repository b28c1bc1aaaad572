/* Print the rules and what was measured. The text follows from the table and the results; nothing
 * here knows a rule. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/json.h"
#include "base/print.h"
#include "programs/programs.h"

static bool is_of(int program, const struct seam_programs_rule *rule) {
    return strcmp(seam_programs_set.programs[program].subject, rule->id) == 0;
}

static const char *word_of(const struct seam_program_table *table, int r, int i) {
    return seam_programs_word(&seam_programs_set.programs[i], &table->results[r].part[i],
                              table->releases[r].minor);
}

/* --- a line for each program ------------------------------------------------------------------ */

void seam_programs_print_head(FILE *out, const struct seam_program_table *table) {
    fprintf(out, "%-9s %-28s %-10s", "rule", "part", "mode");
    for (int r = 0; r < table->n_releases; r++)
        fprintf(out, " 1.%-7d", table->releases[r].minor);
    fputc('\n', out);
}

void seam_programs_print_lines(FILE *out, const struct seam_program_table *table,
                               const struct seam_programs_rule *rule) {
    for (int i = 0; i < seam_programs_set.n_programs; i++) {
        const struct seam_program *program = &seam_programs_set.programs[i];
        if (!is_of(i, rule))
            continue;
        fprintf(out, "%-9s %-28s %-10s", rule->id, program->part,
                seam_program_mode_name(program->mode));
        for (int r = 0; r < table->n_releases; r++)
            fprintf(out, r + 1 < table->n_releases ? " %-9s" : " %s", word_of(table, r, i));
        fputc('\n', out);
    }
}

/* --- the whole rule --------------------------------------------------------------------------- */

/* Did a program have the same result on two releases? */
static bool is_same(const struct seam_program_table *table, int r, int other, int i) {
    return strcmp(word_of(table, r, i), word_of(table, other, i)) == 0 &&
           strcmp(table->results[r].part[i].evidence, table->results[other].part[i].evidence) == 0;
}

/* The results of a program; neighbouring releases with the same result share a line. */
static void print_seen(FILE *out, const struct seam_program_table *table, int i) {
    for (int r = 0, last; r < table->n_releases; r = last + 1) {
        for (last = r; last + 1 < table->n_releases && is_same(table, r, last + 1, i);)
            last++;
        const char *word = word_of(table, r, i);
        if (strcmp(word, "-") == 0)
            continue;
        int first = table->releases[r].minor, end = table->releases[last].minor;
        char *range =
            first == end ? seam_format("1.%d", first) : seam_format("1.%d-1.%d", first, end);
        char *heading = seam_format("      %-10s %-9s ", range, word);
        seam_print_wrapped(out, heading, table->results[r].part[i].evidence);
        free(heading);
        free(range);
    }
}

static void print_program(FILE *out, const struct seam_program_table *table, int i) {
    const struct seam_program *program = &seam_programs_set.programs[i];
    char *statement =
        seam_format("%s [corpus/programs/%s %s, %s]", program->statement, program->folder,
                    program->part, seam_program_mode_name(program->mode));
    seam_print_wrapped(out, "  ", statement);
    print_seen(out, table, i);
    free(statement);
}

void seam_programs_print_text(FILE *out, const struct seam_program_table *table,
                              const struct seam_programs_rule *rule) {
    fprintf(out, "%s\n\n", rule->id);
    seam_print_wrapped(out, "  ", rule->words);
    fprintf(out, "\nSource: %s", rule->source);
    if (rule->since != 0)
        fprintf(out, "\nSince Go 1.%d", rule->since);
    if (rule->until != 0)
        fprintf(out, "\nUntil Go 1.%d", rule->until);
    fprintf(out, "\nFix: %s.\n", rule->fix);
    for (const struct seam_programs_scenario *row = seam_programs_scenarios; row->rule != NULL;
         row++)
        if (strcmp(row->rule, rule->id) == 0)
            fprintf(out, "Scenario: corpus/%s.seam\n", row->path);
    for (int i = 0; i < seam_programs_set.n_programs; i++)
        if (is_of(i, rule))
            print_program(out, table, i);
}

/* --- for programs ----------------------------------------------------------------------------- */

static void json_field(FILE *out, const char *name, const char *text, const char *end) {
    fprintf(out, "\"%s\":", name);
    seam_json_string(out, text);
    fputs(end, out);
}

static void print_json_program(FILE *out, const struct seam_program_table *table, int i) {
    const struct seam_program *program = &seam_programs_set.programs[i];
    fputc('{', out);
    json_field(out, "part", program->part, ",");
    json_field(out, "program", program->folder, ",");
    json_field(out, "mode", seam_program_mode_name(program->mode), ",");
    json_field(out, "statement", program->statement, ",\"releases\":[");
    for (int r = 0; r < table->n_releases; r++) {
        const struct seam_program_result *result = &table->results[r].part[i];
        fputs(r > 0 ? ",{" : "{", out);
        json_field(out, "go", table->releases[r].version, ",");
        json_field(out, "word", word_of(table, r, i), ",");
        json_field(out, "outcome", seam_program_outcome_name(result->outcome), ",");
        json_field(out, "evidence", result->evidence, "}");
    }
    fputs("]}", out);
}

void seam_programs_print_json(FILE *out, const struct seam_program_table *table,
                              const struct seam_programs_rule *rule) {
    const char *between = "";
    seam_json_open_alone(out, "rule");
    fputc(',', out);
    json_field(out, "id", rule->id, ",");
    json_field(out, "words", rule->words, ",");
    json_field(out, "source", rule->source, ",");
    json_field(out, "fix", rule->fix, ",\"scenarios\":[");
    for (const struct seam_programs_scenario *row = seam_programs_scenarios; row->rule != NULL;
         row++)
        if (strcmp(row->rule, rule->id) == 0) {
            fputs(between, out);
            seam_json_string(out, row->path);
            between = ",";
        }
    fputs("],\"programs\":[", out);
    between = "";
    for (int i = 0; i < seam_programs_set.n_programs; i++)
        if (is_of(i, rule)) {
            fputs(between, out);
            print_json_program(out, table, i);
            between = ",";
        }
    fputs("]}\n", out);
}

/* --- the list --------------------------------------------------------------------------------- */

/* The words of a rule up to its first full stop. */
static void print_first_sentence(FILE *out, const char *words) {
    const char *end = strstr(words, ". ");
    size_t size = end != NULL ? (size_t)(end + 1 - words) : strlen(words);
    for (size_t i = 0; i < size; i++)
        if (words[i] == '|') /* a column of Markdown would end here */
            fputs("\\|", out);
        else
            fputc(words[i], out);
}

void seam_programs_print_list(FILE *out) {
    fputs("| rule | what it says | scenarios | programs |\n|---|---|---|---|\n", out);
    for (const struct seam_programs_rule *rule = seam_programs_rules; rule->id != NULL; rule++) {
        fprintf(out, "| %s | ", rule->id);
        print_first_sentence(out, rule->words);
        fputs(" |", out);
        for (const struct seam_programs_scenario *row = seam_programs_scenarios; row->rule != NULL;
             row++)
            if (strcmp(row->rule, rule->id) == 0)
                fprintf(out, " `%s`", row->path);
        fputs(" |", out);
        for (int i = 0; i < seam_programs_set.n_programs; i++)
            if (is_of(i, rule))
                fprintf(out, " `%s %s`", seam_programs_set.programs[i].folder,
                        seam_programs_set.programs[i].part);
        fputs(" |\n", out);
    }
}
