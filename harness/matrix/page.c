/* The two tables of a matrix as one page for a browser: nothing is loaded, light and dark, and
 * without scripts only the choice of releases is missing.
 *
 * What a cell says comes from matrix.h. Always true: one cell of class "m" for each rule, and the
 * row of no rule, in each cell of the matrix. The looks are in `style`, below. */
#include <inttypes.h>
#include <stdio.h>

#include "base/xml.h"
#include "matrix/matrix.h"
#include "page/page.h"
#include "rules/flavor.h"

static const char style[] =
    "thead th{position:sticky;top:0;z-index:2;height:2rem;background:var(--head);"
    "white-space:nowrap}\n"
    "thead tr+tr th{top:2rem;font-weight:normal;color:var(--soft)}\n"
    "tbody th{position:sticky;left:0;z-index:1;background:var(--page);font-weight:normal;"
    "vertical-align:top;min-width:17rem;max-width:22rem}\n"
    "thead th.corner{left:0;z-index:3}\n"
    "tbody tr:hover th,tbody tr:hover td.by{background:var(--head)}\n"
    ".first{border-left:2px solid var(--line)}thead .first{text-align:center}\n"
    "td.by{color:var(--soft);white-space:nowrap;vertical-align:top}\n"
    "td.m{text-align:center;vertical-align:top;min-width:3.2rem;cursor:default}\n"
    ".caught{background:var(--caught);color:var(--caught-ink)}"
    ".silent{background:var(--silent);color:var(--silent-ink)}"
    ".cut{background:var(--cut);color:var(--cut-ink)}"
    ".refused,.mixed,.alarm{background:var(--odd);color:var(--odd-ink)}"
    ".right{background:none;color:var(--soft)}.not-reached,.absent{color:var(--soft)}\n"
    ".broken{outline:2px solid var(--silent-ink);outline-offset:-3px}\n"
    ".word{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\n"
    "details p{margin:.35rem 0 .35rem .9rem;max-width:20rem}\n"
    "ul.legend li{padding-left:2.1rem;text-indent:-2.1rem}ul.legend span{"
    "text-indent:0;display:inline-block;min-width:1.7rem;text-align:center;"
    "border-radius:3px;margin-right:.35rem}\n"
    "fieldset{border:0;padding:0;margin:.6rem 0;display:flex;flex-wrap:wrap;gap:.3rem 1rem}"
    "legend{float:left;margin-right:.8rem;color:var(--soft)}\n"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "@media(max-width:40rem){tbody th{min-width:9.5rem;max-width:11rem}.by{display:none}"
    "table{font-size:.8rem}th,td{padding:.22rem .35rem}td.m{min-width:2.4rem}}\n";

/* The only script: a box for each release hides or shows its columns. */
static const char script[] =
    "const boxes=document.querySelector('fieldset');boxes.hidden=false;\n"
    "boxes.addEventListener('change',e=>{for(const cell of document.querySelectorAll("
    "'[data-release=\"'+e.target.value+'\"]'))cell.hidden=!e.target.checked});\n";

static const char *const symbols[SEAM_MARKS] = {
    [SEAM_MARK_caught] = "●",  [SEAM_MARK_silent] = "○", [SEAM_MARK_cut] = "◌",
    [SEAM_MARK_mixed] = "◐",   [SEAM_MARK_alarm] = "▲",  [SEAM_MARK_refused] = "△",
    [SEAM_MARK_unknown] = "?", [SEAM_MARK_absent] = "–",
};

/* --- above the table -------------------------------------------------------------------------- */

static void put_summary(FILE *out, const struct seam_matrix *matrix) {
    uint64_t scenarios = 0, disagreed = 0, cells = 0;
    for (int i = 0; i < matrix->n; i++) {
        scenarios += matrix->cells[i].tally.scenarios;
        disagreed += seam_tally_disagreements(&matrix->cells[i].tally);
        for (int rule = 0; rule < SEAM_RULES; rule++)
            cells += !seam_matrix_kept(matrix, &matrix->cells[i], rule);
    }
    fprintf(
        out,
        "<h1>Every rule, every release</h1>\n<p>What real Go reports when a scenario breaks a rule "
        "of cgo: measured on %" PRIu64 " runs, %" PRIu64 " random scenarios (seed %" PRIu64
        ") and %d of the corpus in each cell.</p>\n<p class=\"soft\">Runs that disagree with "
        "the model: %" PRIu64 ". Cells that are not as <code>rules.def</code> promises: %" PRIu64
        ".</p>\n",
        scenarios, matrix->runs, matrix->seed, matrix->corpus, disagreed, cells);
}

static void put_legend(FILE *out) {
    fputs("<ul class=\"legend\">\n", out);
    for (int mark = 0; mark < SEAM_MARKS; mark++) {
        fprintf(out, "<li><span class=\"%s\">%s</span>", seam_mark_name((enum seam_mark)mark),
                symbols[mark]);
        seam_xml_text(out, seam_mark_words((enum seam_mark)mark));
        fputs("</li>\n", out);
    }
    fputs("</ul>\n<p class=\"soft\">", out);
    seam_xml_text(out, seam_matrix_leaks_words);
    fputs("</p>\n", out);
}

static void put_boxes(FILE *out, const struct seam_matrix *matrix) {
    fputs("<fieldset hidden><legend>Releases</legend>\n", out);
    for (int i = 0; i < matrix->n; i += seam_matrix_release(matrix, i))
        fprintf(out, "<label><input type=\"checkbox\" value=\"%s\" checked> %s</label>\n",
                matrix->cells[i].release, matrix->cells[i].release);
    fputs("</fieldset>\n", out);
}

/* --- the blind spots -------------------------------------------------------------------------- */

static void put_checkers(FILE *out, int seen) {
    const char *comma = "";
    if (seen == SEAM_SEEN_NONE)
        fputs(seam_checker_name(SEAM_SEEN_NONE), out);
    for (int bit = 0; bit < SEAM_CHECKERS; bit++)
        if (seen >> bit & 1) {
            fprintf(out, "%s%s", comma, seam_checker_name((enum seam_checker)(1 << bit)));
            comma = ", ";
        }
}

static void put_heads(FILE *out, const struct seam_matrix *matrix) {
    fputs("<thead>\n<tr><th class=\"corner\">Rule</th><th class=\"by\">Promised by</th>", out);
    for (int i = 0, n; i < matrix->n; i += n) {
        n = seam_matrix_release(matrix, i);
        fprintf(out, "<th class=\"first\" colspan=\"%d\" data-release=\"%s\">%s</th>", n,
                matrix->cells[i].release, matrix->cells[i].release);
    }
    fputs("</tr>\n<tr><th class=\"corner\">open a rule for its words and fix</th><th "
          "class=\"by\"></th>",
          out);
    for (int i = 0, n; i < matrix->n; i += n) {
        n = seam_matrix_release(matrix, i);
        for (int k = i; k < i + n; k++) {
            const struct seam_matrix_cell *cell = &matrix->cells[k];
            fprintf(out, "<th%s data-release=\"%s\" title=\"", k == i ? " class=\"first\"" : "",
                    cell->release);
            put_checkers(out, seam_flavor_checkers(cell->flavor));
            fprintf(out, "\">%s</th>", seam_flavor_name(cell->flavor));
        }
    }
    fputs("</tr>\n</thead>\n", out);
}

static void put_cell(FILE *out, const struct seam_matrix *matrix,
                     const struct seam_matrix_cell *cell, int rule, bool first) {
    enum seam_mark mark = seam_matrix_mark(matrix, cell, rule);
    bool kept = seam_matrix_kept(matrix, cell, rule);
    bool right = rule == SEAM_RULE_none && mark == SEAM_MARK_silent;
    fprintf(out, "<td class=\"m %s%s%s%s\" data-release=\"%s\" title=\"%s %s: %s",
            seam_mark_name(mark), right ? " right" : "", first ? " first" : "",
            kept ? "" : " broken", cell->release, cell->release, seam_flavor_name(cell->flavor),
            seam_matrix_promised(cell, rule) ? "promised" : "not promised");
    for (int s = 0; s < SEAM_SIGHTS; s++)
        if (cell->tally.sights[rule][s] > 0)
            fprintf(out, "; %s %" PRIu64, seam_sight_name((enum seam_sight)s),
                    cell->tally.sights[rule][s]);
    fprintf(out, "\">%s<span class=\"word\">%s</span></td>", symbols[mark], seam_mark_name(mark));
}

static void put_rule(FILE *out, int rule) {
    char name[48];
    if (rule == SEAM_RULE_none) {
        fputs("<tr><th scope=\"row\">(no rule is broken)</th><td class=\"by\"></td>", out);
        return;
    }
    const struct seam_rule_row *row = &seam_rule_rows[rule];
    fprintf(out, "<tr id=\"%s\"><th scope=\"row\"><details><summary>%s</summary><p>",
            seam_rule_name((enum seam_rule)rule, name), name);
    seam_xml_text(out, row->words);
    fputs("</p><p><b>Fix</b> ", out);
    seam_xml_text(out, row->fix);
    fputs("</p><p class=\"soft\">", out);
    seam_xml_text(out, row->source);
    fputs("</p><p class=\"soft\">Promised by ", out);
    put_checkers(out, row->seen);
    fputs("</p></details></th><td class=\"by\">", out);
    put_checkers(out, row->seen);
    fputs("</td>", out);
}

static void put_blindspots(FILE *out, const struct seam_matrix *matrix) {
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Blind spots\">\n"
          "<table id=\"blindspots\">\n",
          out);
    put_heads(out, matrix);
    fputs("<tbody>\n", out);
    for (int r = 1; r <= SEAM_RULES; r++) {
        int rule = r % SEAM_RULES;
        put_rule(out, rule);
        for (int i = 0, n; i < matrix->n; i += n) {
            n = seam_matrix_release(matrix, i);
            for (int k = i; k < i + n; k++)
                put_cell(out, matrix, &matrix->cells[k], rule, k == i);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table>\n</div>\n", out);
}

/* --- conformance ------------------------------------------------------------------------------ */

static void put_conformance(FILE *out, const struct seam_matrix *matrix) {
    fputs(
        "<h2>Conformance</h2>\n<p>Agreed: real Go did what the model predicts, step by step. "
        "Stopped: it stopped, as predicted. Cut: cut off before undefined behaviour. Skipped: the "
        "release lacks an operation.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"Conformance\">\n<table id=\"conformance\">\n<thead><tr><th "
        "class=\"corner\">Release</th><th>Flavor</th><th>Scenarios</th><th>Agreed</th>"
        "<th>Disagreed</th><th>Stopped</th><th>Cut</th><th>Skipped</th></tr></thead>\n<tbody>\n",
        out);
    for (int i = 0; i < matrix->n; i++) {
        const struct seam_matrix_cell *cell = &matrix->cells[i];
        const struct seam_tally *t = &cell->tally;
        const uint64_t numbers[] = {t->scenarios,
                                    t->verdicts[SEAM_VERDICT_agreed],
                                    seam_tally_disagreements(t),
                                    t->stopped,
                                    t->cut,
                                    t->skipped};
        fprintf(out, "<tr data-release=\"%s\"><th scope=\"row\">%s</th><td>%s</td>", cell->release,
                cell->release, seam_flavor_name(cell->flavor));
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            fprintf(out, "<td class=\"n\">%" PRIu64 "</td>", numbers[k]);
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table>\n</div>\n", out);
}

void seam_matrix_html(FILE *out, const struct seam_matrix *matrix) {
    seam_page_begin(out, "seam: every rule, every release", style);
    put_summary(out, matrix);
    put_legend(out);
    put_boxes(out, matrix);
    put_blindspots(out, matrix);
    put_conformance(out, matrix);
    seam_page_end(out, script);
}
