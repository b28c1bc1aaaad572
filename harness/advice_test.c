/* Promise: a verdict of seam advice is what the programs did on this machine: nothing of it comes
 * from the table of claims, whatever differs from what was measured before is told, and no claim is
 * left without a program or a program without a claim.
 *
 * Arguments: seam, the oldest and the newest GOROOT (or None). */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "embed.h"
#include "expect.h"
#include "process.h"

static char *seam, *work;
static char out[1 << 20];
static int status;

/* --- the table -------------------------------------------------------------------------------- */

static bool is_embedded(const char *program) {
    char *name = seam_format("corpus/advice/%s/main.go", program);
    bool found = false;
    for (const struct seam_embedded *file = seam_advice_files; file->path != NULL; file++)
        found = found || strcmp(file->path, name) == 0;
    free(name);
    return found;
}

static const struct seam_advice_claim *claim_of(const struct seam_advice_part *part) {
    const struct seam_advice_claim *claim = seam_advice_claims;
    while (claim->id != NULL && strcmp(claim->id, part->claim) != 0)
        claim++;
    return claim->id != NULL ? claim : NULL;
}

static void every_part_has_a_program_of_its_claim(void) {
    for (const struct seam_advice_part *part = seam_advice_parts; part->claim != NULL; part++) {
        const struct seam_advice_claim *claim = claim_of(part);
        expect_true(claim != NULL && is_embedded(part->program));
        if (claim == NULL)
            continue;
        char *folder = seam_format("%s-%s", claim->id, claim->word);
        expect_true(strncmp(part->program, folder, strlen(folder)) == 0);
        expect_true((part->judge == SEAM_ADVICE_told) == (*part->text != '\0'));
        free(folder);
        for (const struct seam_advice_part *other = seam_advice_parts; other < part; other++) {
            /* Programs are built into one directory. */
            bool same = strcmp(part->program, other->program) == 0;
            expect_true(same ||
                        strcmp(seam_base_name(part->program), seam_base_name(other->program)) != 0);
            expect_true(strcmp(part->claim, other->claim) != 0 ||
                        strcmp(part->part, other->part) != 0);
        }
    }
}

static void every_program_and_every_claim_has_a_part(void) {
    for (const struct seam_embedded *file = seam_advice_files; file->path != NULL; file++) {
        bool is_used = strstr(file->path, "/main.go") == NULL;
        for (int i = 0; i < seam_advice_n_parts(); i++) {
            char *name = seam_format("corpus/advice/%s/main.go", seam_advice_parts[i].program);
            is_used = is_used || strcmp(name, file->path) == 0;
            free(name);
        }
        if (!is_used)
            expect_text(file->path, "the program of a part");
    }
    for (const struct seam_advice_claim *claim = seam_advice_claims; claim->id != NULL; claim++) {
        int counts = 0;
        for (int i = 0; i < seam_advice_n_parts(); i++)
            counts +=
                seam_advice_parts[i].counts && strcmp(seam_advice_parts[i].claim, claim->id) == 0;
        expect_true(counts > 0);
    }
}

/* --- judging ---------------------------------------------------------------------------------- */

static void expect_judged(enum seam_advice_judge judge, bool is_stopped, const char *output,
                          enum seam_advice_outcome outcome, const char *evidence) {
    struct seam_advice_part part = {.part = "p", .judge = judge, .text = "Go pointer|refused"};
    struct seam_advice_result result;
    seam_advice_judge(&part, &(struct seam_advice_end){is_stopped, false, output}, &result);
    expect_text(seam_advice_outcome_name(result.outcome), seam_advice_outcome_name(outcome));
    expect_text(result.evidence, evidence);
}

static void a_program_is_judged_by_what_it_does(void) {
    static const char crash[] = "holds: p: it works\npanic: no\n\ngoroutine 1:\n";
    expect_judged(SEAM_ADVICE_says, false, "x\nholds: p: 1 of 1\n", SEAM_ADVICE_holds, "1 of 1");
    expect_judged(SEAM_ADVICE_says, false, "fails: p: 0 of 1\n", SEAM_ADVICE_fails, "0 of 1");
    expect_judged(SEAM_ADVICE_says, false, "holds: other: 1\n", SEAM_ADVICE_unknown,
                  "the program said nothing");
    expect_judged(SEAM_ADVICE_says, true, crash, SEAM_ADVICE_fails, "panic: no");
    expect_judged(SEAM_ADVICE_says, true, "", SEAM_ADVICE_fails, "it died without a word");
    expect_judged(SEAM_ADVICE_told, true, "panic: Go pointer\n", SEAM_ADVICE_holds,
                  "panic: Go pointer");
    expect_judged(SEAM_ADVICE_told, true, "panic: other\n", SEAM_ADVICE_fails, "panic: other");
    expect_judged(SEAM_ADVICE_told, false, "Go pointer\n", SEAM_ADVICE_fails, "no complaint");
    expect_judged(SEAM_ADVICE_quiet, false, "", SEAM_ADVICE_holds, "no complaint");
    expect_judged(SEAM_ADVICE_quiet, true, "panic: no\n", SEAM_ADVICE_fails, "panic: no");
}

static void evidence_is_the_same_in_every_run(void) {
    expect_judged(SEAM_ADVICE_says, true, "# advice/x\nx/main.go:12:7: undefined: y\n",
                  SEAM_ADVICE_fails, "undefined: y");
    expect_judged(SEAM_ADVICE_told, true,
                  "=====\n==123==ERROR: AddressSanitizer: refused on "
                  "address 0x123 at pc 0x456\n",
                  SEAM_ADVICE_holds, "AddressSanitizer: refused");
    expect_judged(SEAM_ADVICE_says, true, "x\nSIGSEGV: bad\nPC=0x1\n", SEAM_ADVICE_fails,
                  "SIGSEGV: bad");
    struct seam_advice_part part = {.part = "p", .text = ""};
    struct seam_advice_result result;
    seam_advice_judge(&part, &(struct seam_advice_end){true, true, "x"}, &result);
    expect_text(seam_advice_outcome_name(result.outcome), "unknown");
    expect_text(result.evidence, "it did not end in time");
}

/* --- verdicts --------------------------------------------------------------------------------- */

static struct seam_advice_results results[2];

/* Give the n-th part that counts (or does not) of a claim an outcome. */
static void set(int release, const char *claim, bool counts, int n,
                enum seam_advice_outcome outcome) {
    for (int i = 0; i < seam_advice_n_parts(); i++)
        if (strcmp(seam_advice_parts[i].claim, claim) == 0 &&
            seam_advice_parts[i].counts == counts && n-- == 0)
            results[release].part[i].outcome = outcome;
}

static const char *verdict(const char *claim, int n) {
    struct seam_advice_table table = {.n_releases = n, .results = results};
    return seam_advice_verdict_name(seam_advice_verdict(&table, claim));
}

/* Claim a has two parts that count and two that do not. */
static void a_verdict_follows_from_the_parts(void) {
    expect_text(verdict("a", 2), "unknown");
    for (int release = 0; release < 2; release++)
        for (int n = 0; n < 2; n++)
            set(release, "a", true, n, SEAM_ADVICE_holds);
    expect_text(verdict("a", 2), "true");
    set(1, "a", true, 0, SEAM_ADVICE_fails);
    expect_text(verdict("a", 1), "true");
    expect_text(verdict("a", 2), "depends on version");
    set(0, "a", true, 0, SEAM_ADVICE_fails);
    expect_text(verdict("a", 2), "in part");
    set(0, "a", true, 0, SEAM_ADVICE_holds);
    set(0, "a", true, 1, SEAM_ADVICE_fails);
    expect_text(verdict("a", 2), "depends on version"); /* each in part, but another one */
    for (int n = 0; n < 2; n++)
        for (int release = 0; release < 2; release++)
            set(release, "a", true, n, SEAM_ADVICE_fails);
    set(1, "a", false, 0, SEAM_ADVICE_holds);
    expect_text(verdict("a", 2), "false");
    set(1, "a", true, 0, SEAM_ADVICE_unknown);
    expect_text(verdict("a", 2), "unknown");
}

/* --- the table of what is expected ------------------------------------------------------------ */

static void other_releases_stay_in_the_table(void) {
    static const char table[] = "# head\na heap 1.5 fails old news\na heap 1.7 fails to go\n";
    struct seam_advice_table measured = {1, {{.minor = 7}}, results};
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    results[0].part[0] = (struct seam_advice_result){SEAM_ADVICE_holds, false, "new news"};
    seam_advice_expected_write(file, table, &measured);
    fclose(file);
    expect_contains(text, "\na heap 1.5 fails old news\na heap 1.7 holds new news\n");
    const struct seam_advice_part *heap = &seam_advice_parts[0];
    expect_text(seam_advice_expected(text, heap, 7).evidence, "new news");
    expect_text(seam_advice_expected(text, heap, 5).evidence, "old news");
    expect_int(seam_advice_expected(text, heap, 6).outcome, SEAM_ADVICE_unknown);
    expect_true(seam_advice_expected_check("table", text));
    expect_true(!seam_advice_expected_check("table", "a heap 1.7 perhaps\n"));
    free(text);
}

/* --- on real Go ------------------------------------------------------------------------------- */

static void read_file(const char *path) {
    FILE *in = fopen(path, "r");
    size_t n = in != NULL ? fread(out, 1, sizeof out - 1, in) : 0;
    out[n] = '\0';
    if (in != NULL)
        fclose(in);
}

/* Run seam advice with these words, the last one NULL; what it printed is in `out`. */
static void advise(const char *const *words) {
    const char *argv[12] = {seam, "advice"};
    for (int i = 0; words[i] != NULL; i++)
        argv[i + 2] = words[i];
    char *output = seam_format("%s/output", work);
    status = seam_process_run(argv, &(struct seam_process_place){work, NULL, output});
    read_file(output);
    free(output);
}

#define ADVISE(...) advise((const char *const[]){__VA_ARGS__, NULL})

static int count(const char *text) {
    int n = 0;
    for (const char *at = strstr(out, text); at != NULL; at = strstr(at + 1, text))
        n++;
    return n;
}

static void every_claim_is_as_it_was_measured(const char *oldest, const char *newest) {
    int claims = 0;
    while (seam_advice_claims[claims].id != NULL)
        claims++;
    ADVISE(oldest, newest, "--json");
    expect_int(status, 0);
    if (status != 0)
        fputs(out, stderr);
    expect_int(count("{\"id\":\""), claims);
    expect_int(count("\"outcome\":\"unknown\""), 0);
    expect_contains(out, "{\"id\":\"k\",\"word\":\"local\",\"claim\":\"Returning the address of a "
                         "Go local variable dangles.\",\"verdict\":\"false\",");
}

/* A table says the contrary; then it is written anew. */
static void a_difference_is_told_and_can_be_accepted(const char *newest, int minor) {
    char *path = seam_format("%s/table", work), *option = seam_format("--expected=%s", path);
    FILE *file = fopen(path, "w");
    expect_true(file != NULL);
    fprintf(file, "k local 1.%d holds it does\n", minor);
    expect_int(fclose(file), 0);
    ADVISE(newest, option, "local");
    expect_int(status, 1);
    expect_contains(out, "seam: k local with go1.");
    expect_contains(out, ": fails: 100 of 100 intact in Go and in C");
    expect_contains(out, "expected holds: it does");
    ADVISE(newest, option, "--update", "k");
    expect_int(status, 0);
    ADVISE(newest, option, "k");
    expect_int(status, 0);
    expect_contains(out, "k  false    Returning the address");
    expect_contains(out, "what it points at changes [local]");
    free(option);
    free(path);
}

static void what_hangs_is_killed(void) {
    const char *const sleep[] = {"sleep", "1000", NULL};
    expect_int(seam_process_run_within(sleep, &(struct seam_process_place){0}, 1), -1);
    const char *const quick[] = {"false", NULL};
    expect_int(seam_process_run_within(quick, &(struct seam_process_place){0}, 60), 1);
}

static void mistakes_are_named(const char *newest) {
    ADVISE(newest, "nothing");
    expect_int(status, 2);
    expect_contains(out, "seam: no claim 'nothing'; they are a to u");
    ADVISE("--go=/nowhere", "k");
    expect_int(status, 2);
    expect_contains(out, "seam: no Go in /nowhere");
    ADVISE(newest, "--expected=/nowhere/table", "k");
    expect_int(status, 2);
    expect_contains(out, "seam: /nowhere/table: No such file");
    setenv("CC", "no-such-compiler", 1);
    ADVISE(newest, "k");
    unsetenv("CC");
    expect_int(status, 2);
    expect_contains(out, "seam: k-local does not build with go1.");
}

static int minor_of(const char *root) {
    struct seam_go_release release;
    char error[SEAM_GO_ERROR];
    return seam_go_find(root, &release, error) ? release.minor : 0;
}

static void on_real_go(const char *oldest, const char *newest) {
    const char *base = getenv("TEST_TMPDIR");
    char *old = seam_format("--go=%s", oldest), *new = seam_format("--go=%s", newest);
    work = seam_format("%s/advice-test-XXXXXX", base != NULL ? base : "/tmp");
    expect_true(mkdtemp(work) != NULL);
    setenv("TMPDIR", work, 1);
    every_claim_is_as_it_was_measured(old, new);
    a_difference_is_told_and_can_be_accepted(new, minor_of(newest));
    mistakes_are_named(new);
    expect_true(seam_remove_tree(work));
    free(work);
    free(new);
    free(old);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: advice_test SEAM OLDEST NEWEST\n");
        return 2;
    }
    every_part_has_a_program_of_its_claim();
    every_program_and_every_claim_has_a_part();
    a_program_is_judged_by_what_it_does();
    evidence_is_the_same_in_every_run();
    a_verdict_follows_from_the_parts();
    other_releases_stay_in_the_table();
    what_hangs_is_killed();
    seam = realpath(argv[1], NULL);
    expect_true(seam != NULL);
    if (strcmp(argv[2], "None") == 0)
        puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
    else
        on_real_go(argv[2], argv[3]);
    free(seam);
    return expect_status();
}
