/* The timeline as a page: the drawing, each step in words beside it, and the rest of the report.
 *
 * Read from top to bottom it needs no script; the script moves from step to step with the keys.
 * What the common page looks like is page/page.h; what is drawn is drawing.h. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "base/xml.h"
#include "judge/notes.h"
#include "language/text.h"
#include "page/page.h"
#include "rules/flavor.h"
#include "timeline/drawing.h"
#include "timeline/story.h"

static const char style[] =
    ":root{--go:#2f78c4;--byc:#c2661a;--gc:#6b4fc0;--pin:#0b8a74;--rowhit:transparent}\n"
    "@media(prefers-color-scheme:dark){:root{--go:#6cb0f2;--byc:#ea9a55;--gc:#b39bff;"
    "--pin:#3fc9ae}}\n"
    "body{max-width:none}.wide{max-width:none}code,pre,svg text{font-family:ui-monospace,\"DejaVu "
    "Sans Mono\",monospace}"
    "\n.verdict.bad{color:var(--silent-ink)}.verdict.good{color:var(--caught-ink)}"
    ".verdict.odd{color:var(--odd-ink)}\n"
    "pre{background:var(--head);border:1px solid var(--line);border-radius:6px;padding:.7rem;"
    "overflow:auto;font-size:.83rem;white-space:pre-wrap;overflow-wrap:anywhere}\n"
    "main{display:block}.draw{margin:.6rem 0;background:var(--page)}svg{display:block}\n"
    "svg text{font-size:12.5px;fill:var(--ink)}svg .n{text-anchor:end;fill:var(--soft)}"
    "svg .op{white-space:pre}svg .head{text-anchor:middle;font-weight:bold}"
    "svg .sub{text-anchor:middle;fill:var(--soft)}svg .name{text-anchor:middle;font-weight:bold}"
    "svg .mark{font-size:11px;fill:var(--pin)}svg .gone{text-anchor:middle;font-weight:bold;"
    "fill:var(--silent-ink);font-size:14px}\n"
    ".row{text-decoration:none;cursor:pointer}.row .hit{fill:transparent}"
    ".row:hover .hit,.row.on .hit{fill:var(--head)}.row.guilty .hit{fill:var(--silent)}"
    ".row.guilty text{fill:var(--silent-ink);font-weight:bold}.row.never text{opacity:.5}"
    ".row:focus{outline:none}.row:focus-visible .hit,.row.on .hit{stroke:var(--odd-ink);"
    "stroke-width:1.5px}\n"
    "svg.heads{position:sticky;top:0;background:var(--page);border-bottom:1px solid "
    "var(--line)}.rows .row{scroll-margin-top:3.4rem}.lane{stroke:var(--line);stroke-dasharray:2 "
    "4}.lead{stroke:var(--line)}"
    ".in{fill:var(--byc);opacity:.25}.control{fill:none;stroke:var(--soft);stroke-width:1.5px;"
    "stroke-linejoin:round}.at.go{fill:var(--go)}.at.c{fill:var(--byc)}.at.gc{fill:var(--gc)}"
    ".at.guilty{stroke:var(--silent-ink);stroke-width:3px}.to{fill:var(--soft)}\n"
    ".bar.go{fill:var(--go)}.bar.dead{fill:var(--page);stroke:var(--go);stroke-width:1.5px;"
    "stroke-dasharray:3 2}.bar.bygo{fill:var(--byc);fill-opacity:.45;stroke:var(--go);"
    "stroke-width:2px}.bar.byc{fill:var(--byc)}.bar.lent{fill:var(--page);stroke:var(--byc);"
    "stroke-width:1.5px}.pinned{stroke:var(--pin);stroke-width:3px}.held{stroke:var(--byc);"
    "stroke-width:3px}.guilt{fill:none;stroke:var(--silent-ink);stroke-width:2.5px}"
    "svg .draws,svg .bar,svg circle,svg line,svg polyline,svg .in{pointer-events:none}\n"
    "ul.legend{font-size:.87rem}ul.legend svg{display:inline-block;vertical-align:-.2rem;"
    "margin-right:.4rem}\n"
    ".step{border-top:1px solid var(--line);padding:.45rem .3rem .5rem;max-width:62rem}"
    ".step h3{font-size:1rem;margin:0;font-weight:normal}.step h3 a{color:var(--soft);"
    "display:inline-block;min-width:2.2rem;text-decoration:none}.step h3 code{white-space:pre-wrap}"
    ".step:target,.step.on{background:var(--head)}.step.guilty{border:2px solid "
    "var(--silent-ink);border-radius:6px}.step.guilty h3{font-weight:bold}\n"
    ".note{margin:.1rem 0 .1rem 2.2rem;color:var(--soft)}.guilty .note{color:var(--silent-ink)}"
    "dl{margin:.2rem 0 .2rem 2.2rem;display:grid;grid-template-columns:max-content 1fr;"
    "gap:.1rem .9rem}dt{font-weight:bold;font-family:ui-monospace,\"DejaVu Sans Mono\",monospace}"
    "dd{margin:0}.rules{margin:.2rem 0 .1rem 2.2rem;font-size:.87rem}"
    ".rules b{color:var(--silent-ink)}details{margin:.3rem 0 .3rem 2.2rem}details dl{"
    "margin-left:0}\n"
    "table.sides td{vertical-align:top}table.sides{border:1px solid var(--line);border-radius:6px}"
    "\n@media(min-width:75rem){main{display:grid;grid-template-columns:minmax(0,max-content) "
    "minmax(24rem,1fr);gap:1.4rem}.draw{position:sticky;top:.6rem;max-height:96vh;align-self:start}"
    "}\n"
    "@media(max-width:40rem){dl,.note,.rules,details{margin-left:.6rem}}\n"
    "@media print{.draw{max-height:none;overflow:visible}}\n";

/* The keys: to the next and the last step, to the first, to the end, to the guilty one. */
static const char script[] =
    "const steps=[...document.querySelectorAll('.step')];let at=-1;\n"
    "function go(i){if(steps[i]===undefined)return;\n"
    "for(const e of document.querySelectorAll('.on'))e.classList.remove('on');\n"
    "at=i;steps[i].classList.add('on');steps[i].scrollIntoView({block:'nearest'});\n"
    "const row=document.getElementById('r'+steps[i].id.slice(1));\n"
    "if(row){row.classList.add('on');row.scrollIntoView({block:'nearest',inline:'nearest'});}}\n"
    "document.addEventListener('click',e=>{const a=e.target.closest('.row');\n"
    "if(a){e.preventDefault();go(steps.findIndex(s=>'#'+s.id===a.getAttribute('href')));}});\n"
    "document.addEventListener('keydown',e=>{if(e.ctrlKey||e.altKey||e.metaKey)return;\n"
    "const to={ArrowDown:at+1,j:at+1,ArrowUp:at-1,k:at-1,Home:0,End:steps.length-1,\n"
    "g:steps.findIndex(s=>s.classList.contains('guilty'))}[e.key];\n"
    "if(to!==undefined){e.preventDefault();go(to);}});\n"
    "document.querySelector('.keys').hidden=false;\n";

/* --- above the drawing ------------------------------------------------------------------------ */

static void put_head(FILE *out, const struct seam_timeline *timeline, const char *name) {
    const struct seam_event *first = seam_first_broken(&timeline->it->expected);
    char rule[48], step[24];
    if (first == NULL) {
        fputs("<h1 class=\"verdict good\">Keeps all rules</h1>\n", out);
    } else {
        const struct seam_rule_row *row = &seam_rule_rows[first->what];
        bool refused = row->fate == SEAM_FATE_REFUSED;
        fprintf(out, "<h1 class=\"verdict %s\">%s %s</h1>\n", refused ? "odd" : "bad",
                refused ? "False alarm:" : "Broken:",
                seam_rule_name((enum seam_rule)first->what, rule));
    }
    fputs("<p class=\"soft wide\">", out);
    seam_xml_text(out, name);
    if (timeline->it->scenario.release != 0)
        fprintf(out, ", on Go 1.%d", timeline->it->scenario.release);
    if (first != NULL)
        fprintf(out, " · <a href=\"#s%d\">%s at %s</a>", first->step + 1,
                seam_rule_rows[first->what].fate == SEAM_FATE_REFUSED ? "raised" : "broken",
                seam_step_name(&timeline->it->scenario, first->step, step));
    fprintf(out,
            "<span class=\"keys\" hidden=\"hidden\"> · keys: ↓ ↑ or j k for the next and the "
            "previous step,%s Home, End</span></p>\n",
            first != NULL ? " g for the guilty one," : "");
    const struct seam_judgement *j = &timeline->it->judgement;
    if (j->verdict != SEAM_VERDICT_agreed)
        fprintf(out,
                "<p class=\"verdict bad\">Oracle and model disagree: %s at %s. "
                "<a href=\"#parts\">Where they part</a></p>\n",
                seam_verdict_name(j->verdict),
                seam_step_name(&timeline->it->scenario, j->step, step));
}

static void put_swatch(FILE *out, const char *shape, const char *words) {
    fprintf(out,
            "<li><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"22\" height=\"14\" "
            "aria-hidden=\"true\">%s</svg>%s</li>\n",
            shape, words);
}

static void put_legend(FILE *out) {
    static const char *const swatches[][2] = {
        {"<circle class=\"at go\" cx=\"11\" cy=\"7\" r=\"5\"/>", "a step in Go"},
        {"<circle class=\"at c\" cx=\"11\" cy=\"7\" r=\"5\"/>", "in C"},
        {"<circle class=\"at gc\" cx=\"11\" cy=\"7\" r=\"5\"/>", "of the collector"},
        {"<rect class=\"in\" x=\"4\" y=\"0\" width=\"14\" height=\"14\"/>", "an open call"},
        {"<rect class=\"bar go\" x=\"5\" y=\"0\" width=\"12\" height=\"14\"/>", "Go memory"},
        {"<rect class=\"bar dead\" x=\"5\" y=\"1\" width=\"12\" height=\"12\"/>",
         "unreachable: the next gc finds it"},
        {"<rect class=\"bar bygo\" x=\"5\" y=\"1\" width=\"12\" height=\"12\"/>",
         "C memory that Go owns"},
        {"<rect class=\"bar byc\" x=\"5\" y=\"0\" width=\"12\" height=\"14\"/>", "that C owns"},
        {"<rect class=\"bar lent\" x=\"5\" y=\"1\" width=\"12\" height=\"12\"/>",
         "a borrowed pointer"},
        {"<line class=\"held\" x1=\"11\" y1=\"0\" x2=\"11\" y2=\"14\"/>", "C has its address"},
        {"<line class=\"pinned\" x1=\"11\" y1=\"0\" x2=\"11\" y2=\"14\"/>", "pinned"},
        {"<text class=\"mark\" x=\"0\" y=\"11\">+p0</text>", "p0 refers to it from here on"},
        {"<text class=\"gone\" x=\"11\" y=\"12\">✕</text>", "freed or collected"},
    };
    fputs("<ul class=\"legend\">\n", out);
    for (size_t i = 0; i < sizeof swatches / sizeof *swatches; i++)
        put_swatch(out, swatches[i][0], swatches[i][1]);
    fputs("</ul>\n", out);
}

/* --- the steps in words ----------------------------------------------------------------------- */

static void put_lines(FILE *out, const struct seam_lines *lines) {
    if (lines->n == 0)
        return;
    fputs("<dl>\n", out);
    for (int i = 0; i < lines->n; i++) {
        fprintf(out, "<dt>%s</dt><dd>", lines->line[i].who);
        seam_xml_text(out, lines->line[i].text);
        fputs("</dd>\n", out);
    }
    fputs("</dl>\n", out);
}

static void put_state(FILE *out, const char *heading, const struct seam_state *state, bool open) {
    static struct seam_lines lines;
    if (state == NULL)
        return;
    seam_lines_of_state(state, &lines);
    fprintf(out, "<details%s><summary>%s</summary>\n", open ? " open=\"open\"" : "", heading);
    put_lines(out, &lines);
    fputs("</details>\n", out);
}

static void put_rules(FILE *out, const struct seam_timeline *timeline, int s) {
    char text[SEAM_STORY_RULES];
    for (char *next, *line = (char *)(uintptr_t)seam_story_broken(timeline, s, text);
         line != NULL && *line != '\0'; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        fputs("<p class=\"rules\"><b>broken</b> ", out);
        seam_xml_text(out, line);
        fputs("</p>\n", out);
    }
    if (*seam_story_kept(timeline, s, text) == '\0')
        return;
    fputs("<p class=\"rules soft\">asked about and kept: ", out);
    seam_xml_text(out, text);
    fputs("</p>\n", out);
}

static void put_sentence(FILE *out, const struct seam_timeline *timeline) {
    const struct seam_rule_row *row =
        &seam_rule_rows[seam_first_broken(&timeline->it->expected)->what];
    fputs("<p class=\"rules\"><strong>Rule:</strong> ", out);
    seam_xml_text(out, row->words);
    fputs(" <span class=\"soft\">[", out);
    seam_xml_text(out, row->source);
    fputs("]</span></p>\n<p class=\"rules\"><strong>Fix:</strong> ", out);
    seam_xml_text(out, row->fix);
    fputs("</p>\n", out);
}

static void put_step(FILE *out, const struct seam_timeline *timeline, int s, bool is_guilty) {
    static struct seam_lines lines;
    const struct seam_case *it = timeline->it;
    const struct seam_state *before = seam_story_state(timeline, s),
                            *after = seam_story_state(timeline, s + 1);
    struct seam_notes notes;
    char line[SEAM_LINE_MAX] = "end";
    if (s < it->scenario.n_steps)
        seam_text_print_step(&it->scenario.steps[s], line);
    seam_notes_of_step(&it->scenario, &it->expected, s, &notes);
    fprintf(out, "<section class=\"step%s\" id=\"s%d\"><h3><a href=\"#r%d\">",
            is_guilty ? " guilty" : "", s + 1, s + 1);
    if (s < it->scenario.n_steps)
        fprintf(out, "%d", s + 1);
    fputs("</a><code>", out);
    seam_xml_text(out, line);
    fputs("</code></h3>\n", out);
    if (notes.n > 0) {
        fputs("<p class=\"note\">", out);
        seam_xml_text(out, notes.text);
        fputs("</p>\n", out);
    }
    if (before != NULL && after != NULL) {
        seam_lines_of_change(before, after, &lines);
        put_lines(out, &lines);
    }
    put_rules(out, timeline, s);
    if (is_guilty) {
        put_sentence(out, timeline);
        put_state(out, "All that was so before this step", before, true);
    }
    fputs("</section>\n", out);
}

static void put_steps(FILE *out, const struct seam_timeline *timeline) {
    const struct seam_scenario *scenario = &timeline->it->scenario;
    int guilty = seam_story_guilty(timeline);
    fputs("<div class=\"steps\">\n", out);
    put_state(out, "At the start", seam_story_state(timeline, 0), false);
    for (int s = 0; s < scenario->n_steps || (s == scenario->n_steps && s == guilty); s++)
        put_step(out, timeline, s, s == guilty);
    fputs("</div>\n", out);
}

/* --- two sides, and the report ---------------------------------------------------------------- */

static void put_difference(FILE *out, const struct seam_timeline *timeline) {
    static struct seam_lines sides[2];
    char step[24];
    if (timeline->it->judgement.verdict == SEAM_VERDICT_agreed)
        return;
    int at = seam_story_difference(timeline, &sides[0], &sides[1]);
    fputs("<h2 id=\"parts\">Where oracle and model part</h2>\n", out);
    if (at < 0) {
        fputs("<p>Their books are the same in every step; their traces are below.</p>\n", out);
        return;
    }
    fprintf(out,
            "<p>Their books differ first after %s.</p>\n<table class=\"sides\"><thead><tr>"
            "<th>only the oracle says</th><th>only the model says</th></tr></thead>"
            "<tbody><tr><td>",
            at > 0 ? seam_step_name(&timeline->it->scenario, at - 1, step) : "nothing");
    put_lines(out, &sides[0]);
    fputs("</td><td>", out);
    put_lines(out, &sides[1]);
    fputs("</td></tr></tbody></table>\n", out);
}

static void put_go(FILE *out, const struct seam_timeline *timeline) {
    char predicted[256], real[512];
    if (timeline->n_go == 0)
        return;
    fputs("<h2>Real Go</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
          "aria-label=\"Real Go\"><table class=\"sides\"><thead><tr><th>Build</th>"
          "<th>predicted</th><th>what it did</th><th></th></tr></thead>\n<tbody>\n",
          out);
    for (int i = 0; i < timeline->n_go; i++) {
        const struct seam_go_case *go = &timeline->go[i];
        bool agreed = go->judgement.verdict == SEAM_VERDICT_agreed;
        seam_story_go(timeline, go, predicted, real);
        fputs("<tr><td>", out);
        seam_xml_text(out, go->version);
        fprintf(out, " %s</td><td>", seam_flavor_name(go->flavor));
        seam_xml_text(out, predicted);
        fputs("</td><td>", out);
        seam_xml_text(out, real);
        fprintf(out, "</td><td class=\"verdict %s\">%s</td></tr>\n", agreed ? "good" : "bad",
                agreed ? "as predicted" : seam_verdict_name(go->judgement.verdict));
    }
    fputs("</tbody></table></div>\n", out);
}

static void put_report(FILE *out, const struct seam_timeline *timeline, const char *words) {
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return;
    seam_report_tail(memory, timeline->it, words);
    fclose(memory);
    fputs("<h2>The report</h2>\n<pre>", out);
    seam_xml_text(out, text);
    fputs("</pre>\n", out);
    free(text);
}

void seam_timeline_html(FILE *out, const struct seam_timeline *timeline, const char *name,
                        const char *words) {
    char *title = NULL;
    if (asprintf(&title, "seam: %s", name) < 0)
        title = NULL;
    seam_page_begin(out, title != NULL ? title : "seam", style);
    free(title);
    put_head(out, timeline, name);
    put_legend(out);
    fputs("<main>\n<div class=\"draw scroll\" tabindex=\"0\" role=\"region\" "
          "aria-label=\"Drawing\">\n",
          out);
    seam_drawing(out, timeline);
    fputs("</div>\n", out);
    put_steps(out, timeline);
    fputs("</main>\n", out);
    put_difference(out, timeline);
    put_go(out, timeline);
    put_report(out, timeline, words);
    seam_page_end(out, script);
}
