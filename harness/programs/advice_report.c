/* Print a claim of the advice, for people and for programs. The text follows from the results
 * alone; nothing here knows a claim. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/json.h"
#include "base/print.h"
#include "programs/advice.h"

/* How many statements of a claim hold on one release: "in part (2 of 3)". Owned by the caller. */
static char *on_release(const struct seam_program_table *table,
                        const struct seam_advice_claim *claim, int r) {
    int n = 0, hold = 0;
    enum seam_advice_verdict verdict = seam_advice_verdict_on(table, r, claim->id);
    for (int i = 0; i < seam_advice_set.n_programs; i++)
        if (seam_advice_set.programs[i].counts &&
            strcmp(seam_advice_set.programs[i].subject, claim->id) == 0) {
            n++;
            hold += table->results[r].part[i].outcome == SEAM_PROGRAM_holds;
        }
    return verdict == SEAM_ADVICE_IN_PART ? seam_format("in part (%d of %d)", hold, n)
                                          : seam_format("%s", seam_advice_verdict_name(verdict));
}

/* The verdict on each release, where it depends on the release; else "". Owned by the caller. */
static char *verdict_detail(const struct seam_program_table *table,
                            const struct seam_advice_claim *claim,
                            enum seam_advice_verdict verdict) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (int r = 0; r < table->n_releases; r++) {
        char *here = on_release(table, claim, r);
        if (verdict == SEAM_ADVICE_DEPENDS)
            fprintf(out, "%s1.%d %s", r > 0 ? ", " : "Go ", table->releases[r].minor, here);
        free(here);
    }
    fclose(out);
    return text;
}

/* Did a part have the same result on all releases? */
static bool is_same(const struct seam_program_table *table, int part) {
    for (int r = 1; r < table->n_releases; r++)
        if (table->results[r].part[part].outcome != table->results[0].part[part].outcome ||
            strcmp(table->results[r].part[part].evidence, table->results[0].part[part].evidence) !=
                0)
            return false;
    return true;
}

/* Does the outcome of a part depend on the release? */
static bool has_other_outcome(const struct seam_program_table *table, int part) {
    for (int r = 1; r < table->n_releases; r++)
        if (table->results[r].part[part].outcome != table->results[0].part[part].outcome)
            return true;
    return false;
}

static void print_part(FILE *out, const struct seam_program_table *table, int i) {
    const struct seam_program *program = &seam_advice_set.programs[i];
    char *heading = seam_format("      %s ", program->counts ? "     " : "also:");
    char *statement = seam_format("%s [%s]", program->statement, program->part);
    seam_print_wrapped(out, heading, statement);
    bool same = table->n_releases > 1 && is_same(table, i);
    for (int r = 0; r < (same ? 1 : table->n_releases); r++) {
        const struct seam_program_result *result = &table->results[r].part[i];
        char *minor = same ? seam_format("all") : seam_format("1.%d", table->releases[r].minor);
        char *line = seam_format("              %-4s %-5s ", minor,
                                 seam_program_outcome_name(result->outcome));
        seam_print_wrapped(out, line, result->evidence);
        free(line);
        free(minor);
    }
    free(statement);
    free(heading);
}

static bool is_part_of(int part, const struct seam_advice_claim *claim) {
    return strcmp(seam_advice_set.programs[part].subject, claim->id) == 0;
}

/* The most informative statement: one that differs, or one that fails, or the first. */
static int telling_part(const struct seam_program_table *table,
                        const struct seam_advice_claim *claim) {
    int first = -1, failing = -1;
    for (int i = seam_advice_set.n_programs - 1; i >= 0; i--)
        if (is_part_of(i, claim) && seam_advice_set.programs[i].counts) {
            first = i;
            if (table->results[0].part[i].outcome == SEAM_PROGRAM_fails)
                failing = i;
        }
    for (int i = 0; i < seam_advice_set.n_programs; i++)
        if (is_part_of(i, claim) && seam_advice_set.programs[i].counts &&
            has_other_outcome(table, i))
            return i;
    return failing >= 0 ? failing : first;
}

/* The result of that statement: once, or on each release if it differs. */
static void print_telling(FILE *out, const struct seam_program_table *table,
                          const struct seam_advice_claim *claim) {
    int i = telling_part(table, claim);
    char *text = NULL;
    size_t size;
    FILE *story = open_memstream(&text, &size);
    fprintf(story, "'%s'", seam_advice_set.programs[i].statement);
    int newest = table->n_releases - 1;
    for (int r = has_other_outcome(table, i) ? 0 : newest; r <= newest; r++) {
        const struct seam_program_result *result = &table->results[r].part[i];
        fprintf(story, "%s %s", r > 0 && has_other_outcome(table, i) ? ";" : "",
                seam_program_outcome_name(result->outcome));
        if (has_other_outcome(table, i))
            fprintf(story, " on 1.%d", table->releases[r].minor);
        fprintf(story, ": %s", result->evidence);
    }
    fclose(story);
    seam_print_wrapped(out, "            Saw: ", text);
    free(text);
}

/* The verdict in a column of its own, the rest beside it. */
void seam_advice_print_text(FILE *out, const struct seam_program_table *table,
                            const struct seam_advice_claim *claim, bool all_parts) {
    enum seam_advice_verdict verdict = seam_advice_verdict(table, claim->id);
    char *detail = verdict_detail(table, claim, verdict);
    char *heading =
        seam_format("%s  %-8s ", claim->id,
                    verdict == SEAM_ADVICE_DEPENDS ? "depends" : seam_advice_verdict_name(verdict));
    seam_print_wrapped(out, heading, claim->claim);
    if (*detail != '\0')
        seam_print_wrapped(out, "            On:  ", detail);
    if (!all_parts)
        print_telling(out, table, claim);
    seam_print_wrapped(out, "            Do:  ", claim->instead);
    for (int i = 0; all_parts && i < seam_advice_set.n_programs; i++)
        if (is_part_of(i, claim))
            print_part(out, table, i);
    free(heading);
    free(detail);
}

static void json_field(FILE *out, const char *name, const char *text, const char *end) {
    fprintf(out, "\"%s\":", name);
    seam_json_string(out, text);
    fputs(end, out);
}

static void print_json_part(FILE *out, const struct seam_program_table *table, int r, int i) {
    const struct seam_program_result *result = &table->results[r].part[i];
    fputc('{', out);
    json_field(out, "part", seam_advice_set.programs[i].part, ",");
    json_field(out, "statement", seam_advice_set.programs[i].statement, ",");
    fprintf(out, "\"counts\":%s,", seam_advice_set.programs[i].counts ? "true" : "false");
    json_field(out, "outcome", seam_program_outcome_name(result->outcome), ",");
    json_field(out, "evidence", result->evidence, "}");
}

void seam_advice_print_json(FILE *out, const struct seam_program_table *table,
                            const struct seam_advice_claim *claim) {
    seam_json_open_alone(out, "claim");
    fputc(',', out);
    json_field(out, "id", claim->id, ",");
    json_field(out, "word", claim->word, ",");
    json_field(out, "claim", claim->claim, ",");
    json_field(out, "verdict", seam_advice_verdict_name(seam_advice_verdict(table, claim->id)),
               ",");
    json_field(out, "instead", claim->instead, ",\"releases\":[");
    for (int r = 0; r < table->n_releases; r++) {
        fputs(r > 0 ? ",{" : "{", out);
        json_field(out, "go", table->releases[r].version, ",");
        json_field(out, "verdict",
                   seam_advice_verdict_name(seam_advice_verdict_on(table, r, claim->id)),
                   ",\"parts\":[");
        bool first = true;
        for (int i = 0; i < seam_advice_set.n_programs; i++)
            if (is_part_of(i, claim)) {
                fputs(first ? "" : ",", out);
                print_json_part(out, table, r, i);
                first = false;
            }
        fputs("]}", out);
    }
    fputs("]}\n", out);
}
