/* Promise: a verdict of seam advice is what the programs did on this machine: nothing of it comes
 * from the table of claims, whatever differs from what was measured before is reported, and no
 * claim is left without a program or a program without a claim.
 *
 * Arguments: seam; for what is on real Go, the oldest and the newest GOROOT (or None). */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/process.h"
#include "programs/advice.h"
#include "programs/programs_expect.h"

/* --- the table -------------------------------------------------------------------------------- */

static const struct seam_advice_claim *claim_of(const struct seam_program *part) {
    const struct seam_advice_claim *claim = seam_advice_claims;
    while (claim->id != NULL && strcmp(claim->id, part->subject) != 0)
        claim++;
    return claim->id != NULL ? claim : NULL;
}

static void every_part_is_in_the_folder_of_its_claim(void) {
    for (int i = 0; i < seam_advice_set.n_programs; i++) {
        const struct seam_program *part = &seam_advice_set.programs[i];
        const struct seam_advice_claim *claim = claim_of(part);
        expect_true(claim != NULL);
        if (claim == NULL)
            continue;
        char *folder = seam_format("%s-%s", claim->id, claim->word);
        expect_true(strncmp(part->folder, folder, strlen(folder)) == 0);
        free(folder);
    }
}

static void every_claim_has_a_part(void) {
    for (const struct seam_advice_claim *claim = seam_advice_claims; claim->id != NULL; claim++) {
        int counts = 0;
        for (int i = 0; i < seam_advice_set.n_programs; i++)
            counts += seam_advice_set.programs[i].counts &&
                      strcmp(seam_advice_set.programs[i].subject, claim->id) == 0;
        expect_true(counts > 0);
    }
}

/* --- judging ---------------------------------------------------------------------------------- */

static void expect_judged(enum seam_program_judge judge, bool is_stopped, const char *output,
                          enum seam_program_outcome outcome, const char *evidence) {
    struct seam_program part = {.part = "p", .judge = judge, .text = "Go pointer|refused"};
    struct seam_program_result result;
    seam_program_judge(&part, &(struct seam_program_end){is_stopped, false, output}, &result);
    expect_text(seam_program_outcome_name(result.outcome), seam_program_outcome_name(outcome));
    expect_text(result.evidence, evidence);
}

static void a_program_is_judged_by_what_it_does(void) {
    static const char crash[] = "holds: p: it works\npanic: no\n\ngoroutine 1:\n";
    expect_judged(SEAM_PROGRAM_says, false, "x\nholds: p: 1 of 1\n", SEAM_PROGRAM_holds, "1 of 1");
    expect_judged(SEAM_PROGRAM_says, false, "fails: p: 0 of 1\n", SEAM_PROGRAM_fails, "0 of 1");
    expect_judged(SEAM_PROGRAM_says, false, "holds: other: 1\n", SEAM_PROGRAM_unknown,
                  "the program printed nothing");
    expect_judged(SEAM_PROGRAM_says, true, crash, SEAM_PROGRAM_fails, "panic: no");
    expect_judged(SEAM_PROGRAM_says, true, "", SEAM_PROGRAM_fails, "exited silently");
    expect_judged(SEAM_PROGRAM_told, true, "panic: Go pointer\n", SEAM_PROGRAM_holds,
                  "panic: Go pointer");
    expect_judged(SEAM_PROGRAM_told, true, "panic: other\n", SEAM_PROGRAM_fails, "panic: other");
    expect_judged(SEAM_PROGRAM_told, false, "Go pointer\n", SEAM_PROGRAM_fails, "no complaint");
    expect_judged(SEAM_PROGRAM_quiet, false, "", SEAM_PROGRAM_holds, "no complaint");
    expect_judged(SEAM_PROGRAM_quiet, true, "panic: no\n", SEAM_PROGRAM_fails, "panic: no");
}

static void evidence_is_the_same_in_every_run(void) {
    expect_judged(SEAM_PROGRAM_says, true, "# advice/x\nx/main.go:12:7: undefined: y\n",
                  SEAM_PROGRAM_fails, "undefined: y");
    expect_judged(SEAM_PROGRAM_told, true,
                  "=====\n==123==ERROR: AddressSanitizer: refused on "
                  "address 0x123 at pc 0x456\n",
                  SEAM_PROGRAM_holds, "AddressSanitizer: refused");
    expect_judged(SEAM_PROGRAM_told, true, "free(): invalid size and Go pointer\n",
                  SEAM_PROGRAM_holds, "free(): invalid");
    expect_judged(SEAM_PROGRAM_says, true, "x\nSIGSEGV: bad\nPC=0x1\n", SEAM_PROGRAM_fails,
                  "SIGSEGV: bad");
    struct seam_program part = {.part = "p", .text = ""};
    struct seam_program_result result;
    seam_program_judge(&part, &(struct seam_program_end){true, true, "x"}, &result);
    expect_text(seam_program_outcome_name(result.outcome), "unknown");
    expect_text(result.evidence, "timed out");
}

/* --- verdicts --------------------------------------------------------------------------------- */

static struct seam_program_results results[2];

/* Give the n-th part that counts (or does not) of a claim an outcome. */
static void set(int release, const char *claim, bool counts, int n,
                enum seam_program_outcome outcome) {
    for (int i = 0; i < seam_advice_set.n_programs; i++)
        if (strcmp(seam_advice_set.programs[i].subject, claim) == 0 &&
            seam_advice_set.programs[i].counts == counts && n-- == 0)
            results[release].part[i].outcome = outcome;
}

static const char *verdict(const char *claim, int n) {
    struct seam_program_table table = {.n_releases = n, .results = results};
    return seam_advice_verdict_name(seam_advice_verdict(&table, claim));
}

/* Claim a has two parts that count and two that do not. */
static void a_verdict_follows_from_the_parts(void) {
    expect_text(verdict("a", 2), "unknown");
    for (int release = 0; release < 2; release++)
        for (int n = 0; n < 2; n++)
            set(release, "a", true, n, SEAM_PROGRAM_holds);
    expect_text(verdict("a", 2), "true");
    set(1, "a", true, 0, SEAM_PROGRAM_fails);
    expect_text(verdict("a", 1), "true");
    expect_text(verdict("a", 2), "depends on version");
    set(0, "a", true, 0, SEAM_PROGRAM_fails);
    expect_text(verdict("a", 2), "in part");
    set(0, "a", true, 0, SEAM_PROGRAM_holds);
    set(0, "a", true, 1, SEAM_PROGRAM_fails);
    expect_text(verdict("a", 2), "depends on version"); /* each in part, but another one */
    for (int n = 0; n < 2; n++)
        for (int release = 0; release < 2; release++)
            set(release, "a", true, n, SEAM_PROGRAM_fails);
    set(1, "a", false, 0, SEAM_PROGRAM_holds);
    expect_text(verdict("a", 2), "false");
    set(1, "a", true, 0, SEAM_PROGRAM_unknown);
    expect_text(verdict("a", 2), "unknown");
}

/* --- the table of what is expected ------------------------------------------------------------ */

static void other_releases_stay_in_the_table(void) {
    static const char table[] = "# head\na heap 1.5 fails old news\na heap 1.7 fails to go\n";
    struct seam_program_table measured = {1, {{.minor = 7}}, results};
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    results[0].part[0] = (struct seam_program_result){SEAM_PROGRAM_holds, false, "new news"};
    seam_program_expected_write(file, &seam_advice_set, table, &measured);
    fclose(file);
    expect_contains(text, "\na heap 1.5 fails old news\na heap 1.7 holds new news\n");
    const struct seam_program *heap = &seam_advice_set.programs[0];
    expect_text(seam_program_expected(text, heap, 7).evidence, "new news");
    expect_text(seam_program_expected(text, heap, 5).evidence, "old news");
    expect_int(seam_program_expected(text, heap, 6).outcome, SEAM_PROGRAM_unknown);
    expect_true(seam_program_expected_check(&seam_advice_set, "table", text));
    expect_true(!seam_program_expected_check(&seam_advice_set, "table", "a heap 1.7 perhaps\n"));
    free(text);
}

/* --- on real Go ------------------------------------------------------------------------------- */

#define ADVISE(...) SEAM("advice", __VA_ARGS__)

static void every_claim_is_as_it_was_measured(const char *oldest, const char *newest) {
    int claims = 0;
    while (seam_advice_claims[claims].id != NULL)
        claims++;
    ADVISE(oldest, newest, "--json");
    expect_int(programs_status, 0);
    if (programs_status != 0)
        fputs(programs_out, stderr);
    expect_int(programs_count("{\"type\":\"claim\",\"schema\":1,\"id\":\""), claims);
    expect_int(programs_count("\"outcome\":\"unknown\""), 0);
    expect_contains(programs_out,
                    "{\"type\":\"claim\",\"schema\":1,\"id\":\"k\",\"word\":"
                    "\"local\",\"claim\":\"Returning the address of a "
                    "Go local variable leaves a dangling pointer.\",\"verdict\":\"false\",");
}

/* A table says the contrary; then it is rewritten. */
static void a_difference_is_told_and_can_be_accepted(const char *newest, int minor) {
    char *path = seam_format("%s/table", programs_work),
         *option = seam_format("--expected=%s", path);
    FILE *file = fopen(path, "w");
    expect_true(file != NULL);
    fprintf(file, "k local 1.%d holds it does\n", minor);
    expect_int(fclose(file), 0);
    ADVISE(newest, option, "local");
    expect_int(programs_status, 1);
    expect_contains(programs_out, "seam: k local with go1.");
    expect_contains(programs_out, ": fails: 100 of 100 intact in Go and in C");
    expect_contains(programs_out, "expected holds: it does");
    ADVISE(newest, option, "--update", "k");
    expect_int(programs_status, 0);
    ADVISE(newest, option, "k");
    expect_int(programs_status, 0);
    expect_contains(programs_out, "k  false    Returning the address");
    expect_contains(programs_out, "what it points to changes [local]");
    free(option);
    free(path);
}

static void what_hangs_is_killed(void) {
    const char *const sleep[] = {"sleep", "1000", NULL};
    expect_int(seam_process_run(sleep, &(struct seam_process_place){.seconds = 1}), -1);
    const char *const quick[] = {"false", NULL};
    expect_int(seam_process_run(quick, &(struct seam_process_place){.seconds = 60}), 1);
}

static void mistakes_are_named(const char *newest) {
    ADVISE(newest, "nothing");
    expect_int(programs_status, 2);
    expect_contains(programs_out, "seam: unknown claim 'nothing'; choose a to u");
    ADVISE("--go=/nowhere", "k");
    expect_int(programs_status, 2);
    expect_contains(programs_out, "seam: no Go in /nowhere");
    ADVISE(newest, "--expected=/nowhere/table", "k");
    expect_int(programs_status, 2);
    expect_contains(programs_out, "seam: /nowhere/table: No such file");
    setenv("CC", "no-such-compiler", 1);
    ADVISE(newest, "k");
    unsetenv("CC");
    expect_int(programs_status, 2);
    expect_contains(programs_out, "seam: k-local does not build with go1.");
}

static void on_real_go(const char *old, const char *new, int minor) {
    every_claim_is_as_it_was_measured(old, new);
    a_difference_is_told_and_can_be_accepted(new, minor);
    mistakes_are_named(new);
}

int main(int argc, char **argv) {
    if (argc != 2 && argc != 4) {
        fprintf(stderr, "usage: advice_test SEAM [OLDEST NEWEST]\n");
        return 2;
    }
    expect_set(&seam_advice_set);
    every_part_is_in_the_folder_of_its_claim();
    every_claim_has_a_part();
    a_program_is_judged_by_what_it_does();
    evidence_is_the_same_in_every_run();
    a_verdict_follows_from_the_parts();
    other_releases_stay_in_the_table();
    what_hangs_is_killed();
    programs_open(argv[1], "advice-test");
    if (argc == 4)
        programs_on_real_go(argv[2], argv[3], on_real_go);
    programs_close();
    return expect_status();
}
