#define _GNU_SOURCE
#include "matrix/matrix.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/version.h"
#include "rules/flavor.h"

/* --- one cell --------------------------------------------------------------------------------- */

static const struct {
    const char *name, *symbol, *words;
} marks[SEAM_MARKS] = {
    [SEAM_MARK_caught] = {"caught", "X", "real Go stops there with a report"},
    [SEAM_MARK_refused] = {"refused", "F",
                           "a known false alarm: real Go stops there, but the code is legal"},
    [SEAM_MARK_silent] = {"silent", ".", "real Go reports nothing, and the program continues"},
    [SEAM_MARK_cut] = {"cut", "~",
                       "real Go reports nothing; cut off, because what follows is undefined"},
    [SEAM_MARK_mixed] = {"mixed", "/", "caught in some scenarios, silent in others"},
    [SEAM_MARK_alarm] = {"alarm", "!", "false alarm: real Go reports something else"},
    [SEAM_MARK_unknown] = {"not-reached", "?",
                           "no scenario reached it, or another rule stopped each one before"},
    [SEAM_MARK_absent] = {"absent", "-", "not in this release"},
};

const char *seam_mark_name(enum seam_mark mark) { return marks[mark].name; }
const char *seam_mark_words(enum seam_mark mark) { return marks[mark].words; }

const char seam_matrix_leaks_words[] =
    "asan from Go 1.25 reports leaks when a process ends. The processes here run many scenarios\n"
    "each, so LeakSanitizer is asked when a scenario ends; where it cannot run, nothing is "
    "counted.";

/* A rule that this release cannot break. */
static bool is_absent(const struct seam_matrix *matrix, const struct seam_matrix_cell *cell,
                      int rule) {
    if (rule == SEAM_RULE_none)
        return false;
    const struct seam_rule_row *row = &seam_rule_rows[rule];
    return matrix->since[rule] > cell->minor || row->since > cell->minor ||
           (row->until != 0 && row->until < cell->minor);
}

enum seam_mark seam_matrix_mark(const struct seam_matrix *matrix,
                                const struct seam_matrix_cell *cell, int rule) {
    const uint64_t *n = cell->tally.sights[rule];
    bool caught = n[SEAM_SIGHT_caught] > 0, silent = n[SEAM_SIGHT_silent] > 0,
         cut = n[SEAM_SIGHT_cut] > 0;
    if (n[SEAM_SIGHT_alarm] > 0)
        return SEAM_MARK_alarm;
    if (caught && (silent || cut))
        return SEAM_MARK_mixed;
    if (caught)
        return rule != SEAM_RULE_none && seam_rule_rows[rule].fate == SEAM_FATE_REFUSED
                   ? SEAM_MARK_refused
                   : SEAM_MARK_caught;
    if (silent || cut)
        return cut ? SEAM_MARK_cut : SEAM_MARK_silent;
    return is_absent(matrix, cell, rule) ? SEAM_MARK_absent : SEAM_MARK_unknown;
}

bool seam_matrix_promised(const struct seam_matrix_cell *cell, int rule) {
    int checkers = seam_flavor_checkers(cell->flavor);
    if (seam_flavor_sees_leaks(cell->flavor, cell->minor))
        checkers |= SEAM_SEEN_LEAKS;
    return rule != SEAM_RULE_none && (seam_rule_rows[rule].seen & checkers) != 0;
}

bool seam_matrix_kept(const struct seam_matrix *matrix, const struct seam_matrix_cell *cell,
                      int rule) {
    switch (seam_matrix_mark(matrix, cell, rule)) {
    case SEAM_MARK_caught:
    case SEAM_MARK_refused:
        return seam_matrix_promised(cell, rule);
    case SEAM_MARK_silent:
    case SEAM_MARK_cut:
        return !seam_matrix_promised(cell, rule);
    case SEAM_MARK_unknown:
    case SEAM_MARK_absent:
        return true;
    default:
        return false;
    }
}

int seam_matrix_release(const struct seam_matrix *matrix, int i) {
    int n = 1;
    while (i + n < matrix->n && strcmp(matrix->cells[i + n].release, matrix->cells[i].release) == 0)
        n++;
    return n;
}

static uint64_t contradictions(const struct seam_matrix *matrix) {
    uint64_t n = 0;
    for (int i = 0; i < matrix->n; i++)
        for (int rule = 0; rule < SEAM_RULES; rule++)
            n += !seam_matrix_kept(matrix, &matrix->cells[i], rule);
    return n;
}

uint64_t seam_matrix_findings(const struct seam_matrix *matrix) {
    uint64_t n = contradictions(matrix);
    for (int i = 0; i < matrix->n; i++)
        n += seam_tally_disagreements(&matrix->cells[i].tally);
    return n;
}

/* --- conformance ------------------------------------------------------------------------------ */

void seam_matrix_conformance_text(FILE *out, const struct seam_matrix *matrix) {
    fprintf(out,
            "Conformance: seed %" PRIu64 ", %" PRIu64 " random scenarios and %d of the corpus per "
            "cell\n\n%-10s %-10s %10s %10s %9s %10s %9s %8s\n",
            matrix->seed, matrix->runs, matrix->corpus, "release", "flavor", "scenarios", "agreed",
            "disagreed", "stopped", "cut", "skipped");
    for (int i = 0; i < matrix->n; i++) {
        const struct seam_matrix_cell *cell = &matrix->cells[i];
        const struct seam_tally *t = &cell->tally;
        fprintf(out,
                "%-10s %-10s %10" PRIu64 " %10" PRIu64 " %9" PRIu64 " %10" PRIu64 " %9" PRIu64
                " %8" PRIu64 "\n",
                cell->release, seam_flavor_name(cell->flavor), t->scenarios,
                t->verdicts[SEAM_VERDICT_agreed], seam_tally_disagreements(t), t->stopped, t->cut,
                t->skipped);
    }
    fprintf(out,
            "\nagreed: real Go did what the model predicts, step by step. stopped: it stopped, as "
            "predicted.\ncut: cut off before undefined behaviour. skipped: the release lacks an "
            "operation, or\nLeakSanitizer cannot run.\n");
}

static void json_verdicts(FILE *out, const struct seam_tally *tally) {
    fputs("\"verdicts\":{", out);
    for (int v = SEAM_VERDICT_agreed; v < SEAM_VERDICTS; v++)
        fprintf(out, "%s\"%s\":%" PRIu64, v > SEAM_VERDICT_agreed ? "," : "",
                seam_verdict_name((enum seam_verdict)v), tally->verdicts[v]);
    fputc('}', out);
}

static void json_head(FILE *out, const char *type, const struct seam_matrix *matrix) {
    seam_json_open_alone(out, type);
    fprintf(out,
            ",\"seam\":\"" SEAM_VERSION "\",\"seed\":%" PRIu64 ",\"runs\":%" PRIu64
            ",\"corpus\":%d,",
            matrix->seed, matrix->runs, matrix->corpus);
}

void seam_matrix_conformance_json(FILE *out, const struct seam_matrix *matrix) {
    json_head(out, "conformance", matrix);
    fputs("\"cells\":[", out);
    for (int i = 0; i < matrix->n; i++) {
        const struct seam_matrix_cell *cell = &matrix->cells[i];
        const struct seam_tally *t = &cell->tally;
        fprintf(
            out,
            "%s\n{\"release\":\"%s\",\"flavor\":\"%s\",\"scenarios\":%" PRIu64 ",\"legal\":%" PRIu64
            ",\"disagreed\":%" PRIu64 ",\"stopped\":%" PRIu64 ",\"cut\":%" PRIu64
            ",\"skipped\":%" PRIu64 ",\"witnesses\":%" PRIu64 ",\"outcomes\":\"%016" PRIx64 "\",",
            i > 0 ? "," : "", cell->release, seam_flavor_name(cell->flavor), t->scenarios, t->legal,
            seam_tally_disagreements(t), t->stopped, t->cut, t->skipped, t->witnesses, t->outcomes);
        json_verdicts(out, t);
        fputc('}', out);
    }
    fputs("\n]}\n", out);
}

/* --- blind spots ------------------------------------------------------------------------------ */

static void print_checkers(FILE *out, int seen, const char *before) {
    if (seen == SEAM_SEEN_NONE)
        fprintf(out, "%s%s", before, seam_checker_name(SEAM_SEEN_NONE));
    for (int bit = 0; bit < SEAM_CHECKERS; bit++)
        if (seen >> bit & 1) {
            fprintf(out, "%s%s", before, seam_checker_name((enum seam_checker)(1 << bit)));
            before = ", ";
        }
}

static void text_heading(FILE *out, const struct seam_matrix *matrix) {
    fprintf(out, "%-32s", "");
    for (int i = 0, n; i < matrix->n; i += n) {
        n = seam_matrix_release(matrix, i);
        fprintf(out, " %-*.*s", n + 5, n + 5, matrix->cells[i].release);
    }
    fprintf(out, "\n%-32s", "rule");
    for (int i = 0, n; i < matrix->n; i += n) {
        n = seam_matrix_release(matrix, i);
        fputc(' ', out);
        for (int k = 0; k < n; k++)
            fputc(seam_flavor_name(matrix->cells[i + k].flavor)[0], out);
        fprintf(out, "%-5s", "");
    }
    fputs(" promised by\n", out);
}

static void text_row(FILE *out, const struct seam_matrix *matrix, int rule) {
    char name[48];
    fprintf(out, "%-32s",
            rule != SEAM_RULE_none ? seam_rule_name((enum seam_rule)rule, name)
                                   : "(no rule is broken)");
    for (int i = 0, n; i < matrix->n; i += n) {
        n = seam_matrix_release(matrix, i);
        fputc(' ', out);
        for (int k = 0; k < n; k++)
            fputs(marks[seam_matrix_mark(matrix, &matrix->cells[i + k], rule)].symbol, out);
        fprintf(out, "%-5s", "");
    }
    if (rule != SEAM_RULE_none)
        print_checkers(out, seam_rule_rows[rule].seen, " ");
    fputc('\n', out);
}

static void text_contradictions(FILE *out, const struct seam_matrix *matrix) {
    char name[48];
    uint64_t n = contradictions(matrix);
    if (n == 0) {
        fputs("\nEvery cell is as rules.def promises.\n", out);
        return;
    }
    fprintf(out, "\n%" PRIu64 " cell%s not as rules.def promises:\n", n, n == 1 ? " is" : "s are");
    for (int i = 0; i < matrix->n; i++)
        for (int r = 1; r <= SEAM_RULES; r++) {
            int rule = r % SEAM_RULES;
            const struct seam_matrix_cell *cell = &matrix->cells[i];
            const uint64_t *s = cell->tally.sights[rule];
            if (!seam_matrix_kept(matrix, cell, rule))
                fprintf(out,
                        "  %s %s %s: promised %s; caught %" PRIu64 ", silent %" PRIu64
                        ", cut %" PRIu64 ", false alarm %" PRIu64 "\n",
                        seam_rule_name((enum seam_rule)rule, name), cell->release,
                        seam_flavor_name(cell->flavor),
                        seam_matrix_promised(cell, rule) ? "caught" : "silent", s[0], s[1], s[2],
                        s[3]);
        }
}

void seam_matrix_blindspots_text(FILE *out, const struct seam_matrix *matrix) {
    fprintf(out,
            "Blind spots: what real Go reports for each broken rule; seed %" PRIu64 ", %" PRIu64
            " random scenarios and %d of the corpus per cell\n\n",
            matrix->seed, matrix->runs, matrix->corpus);
    text_heading(out, matrix);
    for (int rule = 1; rule <= SEAM_RULES; rule++)
        text_row(out, matrix, rule % SEAM_RULES);
    fputc('\n', out);
    for (int mark = 0; mark < SEAM_MARKS; mark++)
        fprintf(out, "%s  %-12s %s\n", marks[mark].symbol, marks[mark].name, marks[mark].words);
    fputc('\n', out);
    for (int i = 0, n = matrix->n > 0 ? seam_matrix_release(matrix, 0) : 0; i < n; i++) {
        const char *flavor = seam_flavor_name(matrix->cells[i].flavor);
        fprintf(out, "%c  %-12s", flavor[0], flavor);
        print_checkers(out, seam_flavor_checkers(matrix->cells[i].flavor), " ");
        fputc('\n', out);
    }
    fprintf(out, "\n%s\n", seam_matrix_leaks_words);
    text_contradictions(out, matrix);
}

static void json_cell(FILE *out, const struct seam_matrix *matrix,
                      const struct seam_matrix_cell *cell, int rule) {
    fprintf(out,
            "{\"release\":\"%s\",\"flavor\":\"%s\",\"mark\":\"%s\",\"promise\":\"%s\","
            "\"kept\":%s",
            cell->release, seam_flavor_name(cell->flavor),
            seam_mark_name(seam_matrix_mark(matrix, cell, rule)),
            seam_matrix_promised(cell, rule) ? "caught" : "silent",
            seam_matrix_kept(matrix, cell, rule) ? "true" : "false");
    for (int s = 0; s < SEAM_SIGHTS; s++)
        fprintf(out, ",\"%s\":%" PRIu64, seam_sight_name((enum seam_sight)s),
                cell->tally.sights[rule][s]);
    fputc('}', out);
}

void seam_matrix_blindspots_json(FILE *out, const struct seam_matrix *matrix) {
    char name[48];
    json_head(out, "blind-spots", matrix);
    fprintf(out, "\"contradictions\":%" PRIu64 ",\"rules\":[", contradictions(matrix));
    for (int r = 1; r <= SEAM_RULES; r++) {
        int rule = r % SEAM_RULES;
        fprintf(out, "%s\n{\"rule\":\"%s\",\"promised\":[", r > 1 ? "," : "",
                seam_rule_name((enum seam_rule)rule, name));
        const char *comma = "";
        for (int bit = 0; bit < SEAM_CHECKERS; bit++)
            if (seam_rule_rows[rule].seen >> bit & 1) {
                fprintf(out, "%s\"%s\"", comma, seam_checker_name((enum seam_checker)(1 << bit)));
                comma = ",";
            }
        fputs("],\"cells\":[", out);
        for (int i = 0; i < matrix->n; i++) {
            fputs(i > 0 ? ",\n " : "\n ", out);
            json_cell(out, matrix, &matrix->cells[i], rule);
        }
        fputs("]}", out);
    }
    fputs("\n]}\n", out);
}
