/* Promises: a run that was killed loses one chunk at most; every number of a tally comes back from
 * the journal; the tables say what was measured, and a broken promise is never overlooked. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "judge/report.h"
#include "matrix/journal.h"
#include "matrix/matrix.h"
#include "oracle/oracle.h"

/* --- tallies ---------------------------------------------------------------------------------- */

/* A number of its own in every place. */
static struct seam_tally numbered(uint64_t first) {
    struct seam_tally tally;
    uint64_t *n = (uint64_t *)&tally;
    for (size_t i = 0; i < sizeof tally / sizeof *n; i++)
        n[i] = first + i;
    return tally;
}

static void test_tally_round_trip(void) {
    struct seam_tally tally = numbered(1), back, sum = numbered(0);
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    seam_tally_print(out, &tally);
    fclose(out);
    expect_true(seam_tally_parse(text, &back));
    expect_int(memcmp(&tally, &back, sizeof tally), 0);
    seam_tally_add(&sum, &tally);
    expect_int((long long)sum.cost.collecting,
               (long long)(2 * tally.cost.collecting - 1)); /* 0 + i and 1 + i */
    for (size_t cut = 1; cut <= size; cut++) {
        text[size - cut] = '\0';
        expect_true(!seam_tally_parse(text, &back));
    }
    free(text);
}

/* --- the journal ------------------------------------------------------------------------------ */

static int told;
static uint64_t told_sum;

static void tell(void *context, const struct seam_chunk *chunk, const struct seam_tally *tally) {
    (void)context;
    told++;
    told_sum += chunk->first + tally->scenarios;
}

/* The chunks that are found again under this identity. */
static int reopened(const char *directory, const char *identity) {
    struct seam_journal journal;
    told = 0;
    told_sum = 0;
    expect_true(seam_journal_open(&journal, directory, identity, tell, NULL));
    seam_journal_close(&journal);
    return told;
}

static void test_journal(const char *directory) {
    struct seam_journal journal;
    struct seam_chunk chunk = {"go1.27.4", SEAM_FLAVOR_race, "random", 500, 500};
    struct seam_tally tally = {.scenarios = 500};
    char *path = seam_format("%s/journal", directory), *text;
    size_t size;
    expect_true(seam_journal_open(&journal, directory, "--seed=1", tell, NULL));
    expect_true(seam_journal_add(&journal, &chunk, &tally));
    chunk.first = 1000;
    expect_true(seam_journal_add(&journal, &chunk, &tally));
    seam_journal_close(&journal);
    expect_int(reopened(directory, "--seed=1"), 2);
    expect_int((long long)told_sum, 2500);
    /* Killed while it wrote: whatever is left of the last line is dropped, and can be added again.
     */
    expect_true(seam_file_read(path, 1 << 20, &text, &size));
    free(text);
    expect_int(truncate(path, (off_t)size - 3), 0);
    expect_int(reopened(directory, "--seed=1"), 1);
    expect_true(seam_journal_open(&journal, directory, "--seed=1", tell, NULL));
    expect_true(seam_journal_add(&journal, &chunk, &tally));
    seam_journal_close(&journal);
    expect_int(reopened(directory, "--seed=1"), 2);
    /* Another seed or scenario: nothing of it counts. */
    expect_int(reopened(directory, "--seed=2"), 0);
    expect_int(reopened(directory, "--seed=1"), 0);
    free(path);
}

/* --- what a checker made of a rule ------------------------------------------------------------ */

/* A row that this flavor's checkers promise to see, or do not. */
static int rule_promised(enum seam_flavor flavor, bool promised) {
    for (int rule = 1; rule < SEAM_RULES; rule++)
        if (((seam_rule_rows[rule].seen & seam_flavor_checkers(flavor)) != 0) == promised)
            return rule;
    return SEAM_RULE_none;
}

/* A scenario of four steps that breaks a rule in its third, and how real Go ended. */
static struct seam_tally tally_of(int rule, int limit, struct seam_outcome outcome) {
    static struct seam_case it;
    static struct seam_go_case go;
    struct seam_tally tally = {0};
    it.scenario.n_steps = 4;
    it.expected.n = 0;
    if (rule != SEAM_RULE_none)
        seam_trace_add(&it.expected, SEAM_EVENT_broken, 2, rule, 0);
    go = (struct seam_go_case){.prediction.limit = limit, .outcome = outcome};
    seam_tally_count(&tally, &it, &go, 0);
    return tally;
}

static void test_sights(void) {
    int rule = rule_promised(SEAM_FLAVOR_plain, true);
    enum seam_symptom its = (enum seam_symptom)seam_rule_rows[rule].symptom;
    struct seam_outcome finished = {.how = SEAM_HOW_finished, .step = 4};
    struct seam_outcome there = {.how = SEAM_HOW_stopped, .step = 2, .symptom = its};
    struct seam_outcome before = {.how = SEAM_HOW_stopped, .step = 1, .symptom = its};
    struct seam_outcome behind = {.how = SEAM_HOW_stopped, .step = 3, .symptom = its};
    struct seam_outcome dead = {.how = SEAM_HOW_stopped, .step = 2};
    struct seam_outcome hung = {.how = SEAM_HOW_hung, .step = 2};
    expect_int(tally_of(rule, 4, there).sights[rule][SEAM_SIGHT_caught], 1);
    expect_int(tally_of(rule, 4, finished).sights[rule][SEAM_SIGHT_silent], 1);
    for (int r = 1; r < SEAM_RULES; r++)
        expect_int(tally_of(r, 2, finished).sights[r][SEAM_SIGHT_cut],
                   seam_rule_rows[r].fate == SEAM_FATE_ENDS);
    expect_int(tally_of(rule, 4, behind).sights[rule][SEAM_SIGHT_silent], 1);
    expect_int(tally_of(rule, 4, behind).sights[SEAM_RULE_none][SEAM_SIGHT_alarm], 1);
    expect_int(tally_of(rule, 4, before).sights[SEAM_RULE_none][SEAM_SIGHT_alarm], 1);
    expect_int(tally_of(rule, 4, dead).sights[rule][SEAM_SIGHT_alarm], 1);
    expect_int(tally_of(rule, 4, hung).sights[rule][SEAM_SIGHT_alarm], 1);
    expect_int(tally_of(SEAM_RULE_none, 4, finished).sights[SEAM_RULE_none][SEAM_SIGHT_silent], 1);
    expect_int(tally_of(SEAM_RULE_none, 4, there).sights[SEAM_RULE_none][SEAM_SIGHT_alarm], 1);
}

/* What is counted of a leak of block 0, at the end of the scenario. */
static struct seam_tally tally_of_leak(enum seam_leaks leaks, uint32_t leaked) {
    static struct seam_case it = {.scenario.n_steps = 4};
    static struct seam_go_case go;
    struct seam_tally tally = {0};
    it.expected.n = 0;
    seam_trace_add(&it.expected, SEAM_EVENT_broken, 4, SEAM_RULE_c_memory_leak,
                   (uint32_t)seam_any(SEAM_NOUN_c, 0));
    seam_trace_add(&it.expected, SEAM_EVENT_broken, 4, SEAM_RULE_c_memory_leak_hidden,
                   (uint32_t)seam_any(SEAM_NOUN_c, 1));
    go = (struct seam_go_case){.prediction.limit = 4};
    go.outcome = (struct seam_outcome){
        .how = SEAM_HOW_finished, .step = 4, .leaks = leaks, .leaked = leaked};
    seam_tally_count(&tally, &it, &go, 0);
    expect_int(tally.sights[SEAM_RULE_c_memory_leak_hidden][SEAM_SIGHT_silent], 1);
    return tally;
}

/* A look that was not possible is neither a promise kept nor one broken. */
static void test_leaks(void) {
    enum { LEAK = SEAM_RULE_c_memory_leak };
    expect_int(tally_of_leak(SEAM_LEAKS_seen, 1).sights[LEAK][SEAM_SIGHT_caught], 1);
    expect_int(tally_of_leak(SEAM_LEAKS_seen, 0).sights[LEAK][SEAM_SIGHT_silent], 1);
    expect_int(tally_of_leak(SEAM_LEAKS_unasked, 0).sights[LEAK][SEAM_SIGHT_silent], 1);
    struct seam_tally unseen = tally_of_leak(SEAM_LEAKS_unseen, 0);
    for (int s = 0; s < SEAM_SIGHTS; s++)
        expect_int(unseen.sights[LEAK][s], 0);
}

/* --- the tables ------------------------------------------------------------------------------- */

enum { CELLS = 2 * SEAM_FLAVORS };

/* Two releases where every checker does what it promises. */
static struct seam_matrix_cell cells[CELLS];
static const struct seam_matrix kept = {
    .seed = 1, .runs = 500, .corpus = 3, .n = CELLS, .cells = cells};

static void fill(void) {
    memset(cells, 0, sizeof cells);
    for (int i = 0; i < CELLS; i++) {
        cells[i].minor = i < SEAM_FLAVORS ? 19 : 27;
        cells[i].flavor = (enum seam_flavor)(i % SEAM_FLAVORS);
        strcpy(cells[i].release, i < SEAM_FLAVORS ? "go1.19.8" : "go1.27.4");
        cells[i].tally.scenarios = cells[i].tally.verdicts[SEAM_VERDICT_agreed] = 503;
        cells[i].tally.sights[SEAM_RULE_none][SEAM_SIGHT_silent] = 1;
        for (int rule = 1; rule < SEAM_RULES; rule++)
            cells[i].tally.sights[rule][seam_matrix_promised(&cells[i], rule) ? SEAM_SIGHT_caught
                                                                              : SEAM_SIGHT_cut] = 7;
    }
}

static char *printed(void (*print)(FILE *, const struct seam_matrix *)) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    print(out, &kept);
    fclose(out);
    return text;
}

static int occurrences(const char *text, const char *part) {
    int n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

static void expect_printed(void (*print)(FILE *, const struct seam_matrix *), const char *part,
                           int times) {
    char *text = printed(print);
    expect_int(occurrences(text, part), times);
    free(text);
}

static void test_kept(void) {
    fill();
    expect_int(seam_matrix_findings(&kept), 0);
    expect_printed(seam_matrix_blindspots_text, "Every cell is as rules.def promises.", 1);
    expect_printed(seam_matrix_blindspots_json, "\"kept\":true", CELLS * SEAM_RULES);
    expect_printed(seam_matrix_conformance_json, "\"scenarios\":503", CELLS);
    expect_printed(seam_matrix_conformance_json,
                   "{\"type\":\"conformance\",\"schema\":1,\"seam\":\"", 1);
    expect_printed(seam_matrix_blindspots_json,
                   "{\"type\":\"blind-spots\",\"schema\":1,\"seam\":\"", 1);
    expect_printed(seam_matrix_html, "<td class=\"m ", CELLS * SEAM_RULES);
    expect_printed(seam_matrix_html, "<details>", SEAM_RULES - 1);
}

/* Each way in which a cell can be wrong is one finding, in all forms of the table. */
static void test_contradictions(void) {
    int seen = rule_promised(SEAM_FLAVOR_plain, true),
        unseen = rule_promised(SEAM_FLAVOR_plain, false);
    static const enum seam_sight wrong_if_seen[] = {SEAM_SIGHT_silent, SEAM_SIGHT_cut,
                                                    SEAM_SIGHT_alarm};
    for (int i = 0; i < 3; i++) {
        fill();
        cells[0].tally.sights[seen][wrong_if_seen[i]] = 1;
        expect_int(seam_matrix_findings(&kept), 1);
        expect_printed(seam_matrix_blindspots_text, "promised caught; caught 7", 1);
        expect_printed(seam_matrix_blindspots_json, "\"kept\":false", 1);
        expect_printed(seam_matrix_html, " broken\"", 1);
    }
    fill();
    cells[0].tally.sights[unseen][SEAM_SIGHT_caught] = 1;
    expect_int(seam_matrix_findings(&kept), 1);
    fill();
    cells[0].tally.sights[SEAM_RULE_none][SEAM_SIGHT_alarm] = 1;
    expect_int(seam_matrix_findings(&kept), 1);
    fill();
    cells[0].tally.verdicts[SEAM_VERDICT_hang] = 1;
    expect_int(seam_matrix_findings(&kept), 1);
}

static void test_absent(void) {
    struct seam_matrix matrix = kept;
    fill();
    memset(cells[0].tally.sights[1], 0, sizeof cells[0].tally.sights[1]);
    expect_int(seam_matrix_mark(&matrix, &cells[0], 1), SEAM_MARK_unknown);
    matrix.since[1] = 21;
    expect_int(seam_matrix_mark(&matrix, &cells[0], 1), SEAM_MARK_absent);
    expect_int(seam_matrix_findings(&matrix), 0);
}

/* A namespace has a name that is not loaded. */
static void test_page_loads_nothing(void) {
    static const char *const outside[] = {"https:", "src=", "href=", "url(", "@import"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        expect_printed(seam_matrix_html, outside[i], 0);
    expect_printed(seam_matrix_html, "http:", 1);
    expect_printed(seam_matrix_html, " xmlns=\"http:", 1);
}

int main(void) {
    const char *tmp = getenv("TEST_TMPDIR");
    char *directory = seam_format("%s/seam-matrix-%d", tmp != NULL ? tmp : "/tmp", (int)getpid());
    test_tally_round_trip();
    test_journal(directory);
    test_sights();
    test_leaks();
    test_kept();
    test_contradictions();
    test_absent();
    test_page_loads_nothing();
    seam_remove_tree(directory);
    free(directory);
    return expect_status();
}
