/* Promise: a test that skipped itself, or parts of it, is not taken for one that ran, whatever else
 * it printed; and the reason that it gave is told.
 *
 * The outputs are Go's, of 1.19 and 1.27. */
#include "audit/skips.h"

#include "base/expect.h"

static void expect_skips(const char *output, bool whole, int parts, const char *why) {
    struct seam_skips skips;
    seam_skips_read(output, "TestA", &skips);
    expect_int(skips.whole, whole);
    expect_int(skips.parts, parts);
    expect_text(skips.why, why);
}

static void a_test_that_ran_skips_nothing(void) {
    expect_skips("", false, 0, "");
    expect_skips("=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\n", false, 0, "");
    expect_skips("=== RUN   TestA\n    a_test.go:5: hello\n--- PASS: TestA (0.00s)\n", false, 0,
                 "");
    expect_skips("--- SKIP: TestAB (0.00s)\n--- SKIP: Test (0.00s)\n", false, 0, "");
    expect_skips("--- SKIP: ", false, 0, "");
}

static void who_skips_itself_is_told_with_its_reason(void) {
    expect_skips("=== RUN   TestA\n    a_test.go:5: no network\n--- SKIP: TestA (0.00s)\nPASS\n",
                 true, 0, "no network");
    expect_skips("=== RUN   TestA\n--- SKIP: TestA (0.00s)\nPASS\n", true, 0, "");
    expect_skips("=== RUN   TestA\nno newline--- SKIP: TestA (0.00s)\nPASS", true, 0, "");
    expect_skips("=== RUN   TestA\n    a_test.go:5: before\n    a_test.go:9: then\nx.go:3: of C\n"
                 "--- SKIP: TestA (0.00s)\n",
                 true, 0, "then");
}

/* Of several the first one says why. */
static void parts_are_counted(void) {
    expect_skips("=== RUN   TestA\n=== RUN   TestA/x\n    a_test.go:5: no license\n"
                 "=== RUN   TestA/y\n    a_test.go:8: fine\n=== RUN   TestA/z\n"
                 "    a_test.go:9: no card\n--- PASS: TestA (0.00s)\n"
                 "    --- SKIP: TestA/x (0.00s)\n    --- PASS: TestA/y (0.00s)\n"
                 "    --- SKIP: TestA/z (0.00s)\n",
                 false, 2, "no license");
    expect_skips("=== RUN   TestA\n=== RUN   TestA/x\n    a_test.go:5: one\n=== NAME  TestA\n"
                 "    a_test.go:7: all\n--- SKIP: TestA (0.00s)\n    --- SKIP: TestA/x (0.00s)\n",
                 true, 1, "all");
}

static void more_is_more(void) {
    const struct seam_skips none = {0}, part = {.parts = 1}, parts = {.parts = 2},
                            whole = {.whole = true};
    expect_true(seam_skips_more(&part, &none) && seam_skips_more(&parts, &part));
    expect_true(seam_skips_more(&whole, &none) && seam_skips_more(&whole, &parts));
    expect_true(!seam_skips_more(&whole, &whole) && !seam_skips_more(&none, &part));
    expect_true(!seam_skips_more(&parts, &whole));
}

int main(void) {
    a_test_that_ran_skips_nothing();
    who_skips_itself_is_told_with_its_reason();
    parts_are_counted();
    more_is_more();
    return expect_status();
}
