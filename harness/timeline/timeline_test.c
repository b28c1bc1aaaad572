/* Promise: a timeline can be read and believed. Of every scenario of the corpus there is one, as
 * text and as a page; it names what the scenario names, its guilty step is that of the report, and
 * two runs give the same bytes. Of some it is compared with a text that a person has read:
 *
 *     seam replay --timeline SCENARIO > harness/timeline/testdata/NAME.timeline
 *
 * writes it anew. What a browser makes of a page is in page_test.c. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "base/expect.h"
#include "base/file.h"
#include "generate/corpus.h"
#include "language/scenario_file.h"
#include "language/text.h"
#include "run/observe.h"
#include "timeline/timeline.h"

static struct seam_case it;
static struct seam_books oracle, model;
static const struct seam_timeline timeline = {&it, &oracle, &model, NULL, 0};

/* What `seam replay --timeline` prints. Owned by the caller. */
static char *whole_text(const char *words, int width, bool color) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    seam_report_head(out, &it, color);
    seam_timeline_steps(out, &timeline, width, color);
    seam_report_tail(out, &it, words);
    seam_timeline_sides(out, &timeline, width, color);
    fclose(out);
    return text;
}

static char *page(const char *name, const char *words) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    seam_timeline_html(out, &timeline, name, words);
    fclose(out);
    return text;
}

/* --- texts that a person has read ------------------------------------------------------------- */

static const struct {
    const char *scenario, *name;
} read_texts[] = {
    {"corpus/breaks/finalized-during-call/CB010-gpgme.seam", "finalizer"},
    {"corpus/breaks/unpinned-while-held/too-early.seam", "pin"},
    {"corpus/breaks/wrong-thread/other-goroutine.seam", "thread"},
    {"corpus/keeps/weak-pointers.seam", "legal"},
};

static void what_was_read_is_what_is_told(void) {
    for (size_t i = 0; i < sizeof read_texts / sizeof *read_texts; i++) {
        char path[128], *expected = NULL;
        size_t size;
        snprintf(path, sizeof path, "harness/timeline/testdata/%s.timeline", read_texts[i].name);
        expect_true(seam_scenario_read(read_texts[i].scenario, &it.scenario));
        seam_observe(&it, &oracle, &model);
        char words[128];
        snprintf(words, sizeof words, "--timeline %s", read_texts[i].scenario);
        char *text = whole_text(words, SEAM_TIMELINE_WIDTH, false);
        expect_true(seam_file_read(path, SEAM_TEXT_FILE_MAX, &expected, &size));
        if (expected != NULL)
            expect_text(text, expected);
        free(expected);
        free(text);
    }
}

/* --- every scenario --------------------------------------------------------------------------- */

static void expect_in(const char *text, const char *part) {
    if (strstr(text, part) == NULL)
        expect_contains(text, part);
}

static int count(const char *text, const char *part) {
    int n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

/* Each step is there, each object that the books have, and the guilty step of the report. */
static void expect_complete(const char *text) {
    const struct seam_event *first = seam_first_broken(&it.expected);
    char line[SEAM_LINE_MAX], part[SEAM_LINE_MAX + 16], who[SEAM_STATE_TEXT];
    for (int s = 0; s < it.scenario.n_steps; s++) {
        seam_text_print_step(&it.scenario.steps[s], line);
        snprintf(part, sizeof part, " %3d  ", s + 1);
        expect_in(text, part);
        expect_in(text, line);
    }
    for (int s = 0; s < oracle.n; s++)
        for (int i = 0; i < oracle.states[s].n; i++) {
            snprintf(part, sizeof part, "\n         %s ",
                     seam_state_who(&oracle.states[s].items[i], who));
            expect_in(text, part);
        }
    expect_int(count(text, "\n>"), first != NULL);
    if (first != NULL && first->step < it.scenario.n_steps)
        snprintf(part, sizeof part, "\n> %3d  ", first->step + 1);
    if (first != NULL)
        expect_in(text, first->step < it.scenario.n_steps ? part : "\n> end");
}

static void expect_narrow(const char *text, int width) {
    for (const char *line = text, *end; *line != '\0'; line = end + 1) {
        end = strchrnul(line, '\n');
        if (end - line > width)
            fprintf(stderr, "%.*s\n", (int)(end - line), line);
        expect_true(end - line <= width);
        if (*end == '\0')
            return;
    }
}

/* Tags match, attributes are quoted, and what is text has no bare & or <: XML, but for entities. */
static void expect_well_formed(const char *text) {
    char open[64][16];
    int depth = 0;
    for (const char *p = strstr(text, "<html"); *p != '\0'; p++) {
        if (*p == '&')
            expect_true(strncmp(p, "&amp;", 5) == 0 || strncmp(p, "&lt;", 4) == 0 ||
                        strncmp(p, "&gt;", 4) == 0 || strncmp(p, "&quot;", 6) == 0 ||
                        strncmp(p, "&#xfffd;", 8) == 0);
        if (*p != '<')
            continue;
        bool closes = p[1] == '/';
        size_t n = strspn(p + 1 + closes, "abcdefghijklmnopqrstuvwxyz123456789");
        const char *end = strchr(p, '>');
        if (n == 0 || n > 15 || end == NULL || depth == 64) {
            expect_text(p, "a tag");
            return;
        }
        if (closes && depth > 0)
            expect_int(strncmp(open[--depth], p + 2, n) == 0 && open[depth][n] == '\0', 1);
        else if (!closes && end[-1] != '/')
            snprintf(open[depth++], 16, "%.*s", (int)n, p + 1);
        int quotes = 0;
        for (; p < end; p++)
            quotes += *p == '"';
        expect_int(quotes % 2, 0);
    }
    expect_int(depth, 0);
}

static void expect_page(const char *name) {
    const struct seam_event *first = seam_first_broken(&it.expected);
    int n = it.scenario.n_steps;
    char part[64];
    char *text = page(name, name);
    expect_well_formed(text);
    expect_int(count(text, "<section class=\"step"), n + (first != NULL && first->step == n));
    expect_int(count(text, "<section class=\"step guilty\""), first != NULL);
    if (first != NULL) {
        snprintf(part, sizeof part, "<section class=\"step guilty\" id=\"s%d\">", first->step + 1);
        expect_in(text, part);
    }
    free(text);
}

static void every_scenario_has_a_timeline(void) {
    struct seam_corpus corpus;
    if (!seam_corpus_read("corpus", &corpus)) {
        expect_text("corpus", "read");
        return;
    }
    for (int i = 0; i < corpus.n && expect_failures == 0; i++) {
        it.scenario = corpus.entries[i].scenario;
        if (it.scenario.n_steps == 0)
            continue;
        seam_observe(&it, &oracle, &model);
        char *text = whole_text(NULL, SEAM_TIMELINE_WIDTH, false);
        expect_complete(text);
        expect_narrow(text, 128);
        free(text);
        expect_page(corpus.entries[i].name);
        if (expect_failures > 0)
            fprintf(stderr, "in %s\n", corpus.entries[i].name);
    }
    seam_corpus_free(&corpus);
}

/* --- what it looks like ----------------------------------------------------------------------- */

static void read_scenario(const char *text) {
    struct seam_text_error error = {0, 0, ""};
    expect_true(seam_text_parse(&it.scenario, text, strlen(text), &error));
    seam_observe(&it, &oracle, &model);
}

static void two_runs_have_the_same_bytes(void) {
    for (int i = 0; i < 2; i++) {
        static char *texts[2], *pages[2];
        memset(&oracle, i == 0 ? 0x55 : 0xaa, sizeof oracle);
        memset(&model, i == 0 ? 0xaa : 0x55, sizeof model);
        read_scenario("g0 = go_new node\nc0 = malloc dirty\ncall_c c0\nfree c0\nreturn\n");
        texts[i] = whole_text("x", 80, true);
        pages[i] = page("x", "x");
        if (i == 0)
            continue;
        expect_text(texts[0], texts[1]);
        expect_text(pages[0], pages[1]);
    }
}

static void colour_is_for_terminals(void) {
    read_scenario("c0 = malloc clean\nfree c0\nfree c0\n");
    char *plain = whole_text(NULL, 100, false), *colored = whole_text(NULL, 100, true);
    expect_true(strchr(plain, '\033') == NULL);
    expect_contains(colored, "\033[1m>   3  free c0\033[0m");
    free(plain);
    free(colored);
}

static void a_name_of_a_file_is_text(void) {
    read_scenario("c0 = malloc clean\nfree c0\nfree c0\n");
    char *text = page("<script>alert(1)</script>&\"'\033", "'<b>' & \"c\"");
    expect_well_formed(text);
    expect_true(strstr(text, "<script>alert") == NULL && strstr(text, "<b>'") == NULL);
    expect_contains(text, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;");
    free(text);
}

/* --- two sides -------------------------------------------------------------------------------- */

static void a_mistake_of_one_is_shown_beside_the_other(void) {
    read_scenario("g0 = go_new data\np0 = pinner\npin p0 g0\nunpin p0\n");
    for (int i = 0; i < model.states[4].n; i++)
        expect_true(model.states[4].items[i].row != SEAM_STATE_pin);
    seam_state_add(&model.states[4], SEAM_STATE_pin, seam_any(SEAM_NOUN_pinner, 0), 0,
                   (uint32_t)seam_any(SEAM_NOUN_go, 0));
    it.judgement.verdict = SEAM_VERDICT_missed;
    it.judgement.expected = it.judgement.observed = &it.expected.events[0];
    char *text = NULL, *html = page("x", NULL);
    size_t size;
    FILE *out = open_memstream(&text, &size);
    seam_timeline_sides(out, &timeline, 100, false);
    fclose(out);
    expect_contains(text, "The books of oracle and model differ first after step 4:\n"
                          "     only the oracle says\n"
                          "                   nothing else\n"
                          "     only the model says\n"
                          "         p0        pins g0\n");
    expect_contains(html, "Oracle and model disagree: missed at step 1. <a href=\"#parts\">");
    expect_contains(html, "<p>Their books differ first after step 4.</p>");
    expect_well_formed(html);
    free(text);
    free(html);
}

static void real_go_is_shown_beside_what_was_predicted(void) {
    read_scenario("c0 = malloc clean\nfree c0\nfree c0\n");
    static struct seam_go_case go = {.version = "go1.27.4", .flavor = SEAM_FLAVOR_asan};
    go.prediction = seam_predict(&it.scenario, &it.observed, SEAM_FLAVOR_asan);
    go.outcome.how = SEAM_HOW_finished;
    go.judgement = seam_judge_go(&it.observed, &go.prediction, &go.outcome);
    const struct seam_timeline with_go = {&it, &oracle, &model, &go, 1};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    seam_timeline_sides(out, &with_go, 100, false);
    fclose(out);
    expect_text(text, "go1.27.4 asan: missed\n"
                      "         predicted stops at step 3: c0: double-free (asan)\n"
                      "         real Go   finished without a report\n");
    free(text);
}

int main(void) {
    what_was_read_is_what_is_told();
    every_scenario_has_a_timeline();
    two_runs_have_the_same_bytes();
    colour_is_for_terminals();
    a_name_of_a_file_is_text();
    a_mistake_of_one_is_shown_beside_the_other();
    real_go_is_shown_beside_what_was_predicted();
    return expect_status();
}
