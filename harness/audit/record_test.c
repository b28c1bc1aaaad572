/* Promise: the record of an audit is what README.md says, line by line and key by key, whatever a
 * test is called or prints; it has a first and a last line when nothing was found; and SARIF and
 * JUnit say of lost packages and of severity what the record says.
 *
 * Arguments: README.md. */
#define _GNU_SOURCE
#include "audit/record.h"

#include "audit/record_expect.h"

static const char *readme;
static char *text; /* what was printed last */
static size_t text_size;

static const char nasty[] = "a\"\\\n\x1b[2J\xff]]></error>&";

static FILE *begin(void) {
    free(text);
    text = NULL;
    return open_memstream(&text, &text_size);
}

static struct seam_audit_plan plan = {.go = {.version = "go1.27.0"}, .flavor = SEAM_FLAVOR_asan};

static void print_start(FILE *out, struct seam_audit_origin *origin, const uint64_t *seed,
                        const char *at) {
    char *const patterns[] = {(char[]){"./..."}, (char[]){"./\n"}};
    seam_record_begin(
        out,
        &(struct seam_record_start){
            .origin = origin, .plan = &plan, .at = at, .seed = seed, .patterns = patterns, .n = 2});
}

static void an_audit_that_found_nothing_has_two_lines(void) {
    FILE *out = begin();
    struct seam_audit_origin origin = {.compiler = (char[]){"clang"},
                                       .start = "2026-01-01T00:00:00Z"};
    print_start(out, &origin, NULL, NULL);
    seam_record_end(out, &(struct seam_record_totals){.tests = 1});
    fclose(out);
    expect_record(text, readme, "audit totals");
    expect_contains(text, "{\"type\":\"audit\",\"schema\":1,\"seam\":\"");
    expect_contains(text, "\"schedule\":\"sites\"");
    expect_contains(text, "{\"type\":\"totals\",\"tests\":1,\"crossings\":0,");
}

static struct seam_finding finding = {.id = "12345678", .rule = SEAM_RULE_none, .replays = 10};
static struct seam_hunt_result found = {.state = SEAM_HUNT_found, .n = 1};
static struct seam_hunt_result lost = {.state = SEAM_HUNT_lost};
static struct seam_hunt_result left_out = {.state = SEAM_HUNT_left_out};

static void make_tests(struct seam_export_test tests[4]) {
    strcpy(finding.said, nasty);
    strcpy(finding.output, nasty);
    strcpy(finding.holder, nasty);
    strcpy(finding.guilty.function, nasty);
    strcpy(finding.death.function, "f");
    strcpy(finding.birth.function, "f");
    tests[0] = (struct seam_export_test){.package = "a", .name = nasty, .result = &found, .n = 1};
    tests[0].findings[0] = &finding;
    tests[0].commands[0] = (char *)(uintptr_t)nasty;
    tests[1] = (struct seam_export_test){"a", nasty, nasty, &lost, 0, {NULL}, {NULL}};
    tests[2] = (struct seam_export_test){"a", nasty, nasty, &left_out, 0, {NULL}, {NULL}};
    tests[3] = (struct seam_export_test){"b", NULL, nasty, &lost, 0, {NULL}, {NULL}};
}

static void every_line_has_the_documented_keys_whatever_a_test_prints(void) {
    struct seam_audit_origin origin = {.compiler = (char[]){"clang\n"},
                                       .module = (char[]){"m"},
                                       .commit = (char[]){"c"},
                                       .start = "2026-01-01T00:00:00Z"};
    struct seam_export_test tests[4];
    uint64_t seed = 7;
    make_tests(tests);
    FILE *out = begin();
    plan.tags = nasty;
    print_start(out, &origin, &seed, nasty);
    for (int i = 0; i < 4; i++)
        seam_record_test(out, &tests[i]);
    seam_record_end(out, &(struct seam_record_totals){.lost = 2});
    fclose(out);
    expect_record(text, readme, "audit finding lost skipped lost totals");
    expect_contains(text, "{\"type\":\"lost\",\"package\":\"b\",\"why\":");
    finding = (struct seam_finding){.id = "1", .rule = SEAM_RULE_c_memory_leak};
    out = begin();
    seam_record_test(out, &tests[0]);
    fclose(out);
    expect_record(text, readme, "finding");
    expect_contains(text, "\"severity\":\"warning\"");
}

static void a_list_has_documented_keys_too(void) {
    FILE *out = begin();
    seam_record_listed(out, "a", nasty);
    seam_record_site(out, &(struct seam_audit_site){"a", nasty, 7, "f"});
    fclose(out);
    expect_record(text, readme, "test site");
    expect_contains(text, ",\"line\":7,\"function\":\"f\"}\n");
}

/* A test that is clean may have skipped a part of itself. */
static void what_a_test_skips_is_a_line(void) {
    struct seam_hunt_result clean = {.state = SEAM_HUNT_clean};
    FILE *out = begin();
    seam_record_test(out,
                     &(struct seam_export_test){.package = "a", .name = "T", .result = &clean});
    strcpy(clean.skips, "skips 1 of its subtests: no license");
    seam_record_test(out,
                     &(struct seam_export_test){.package = "a", .name = "T", .result = &clean});
    fclose(out);
    expect_record(text, readme, "skipped");
    expect_contains(text, "\"why\":\"skips 1 of its subtests: no license\"}\n");
}

static void junit_has_an_error_for_each_lost_test_and_package(void) {
    struct seam_export_test tests[4];
    make_tests(tests);
    FILE *out = begin();
    seam_export_junit(out, tests, 4);
    fclose(out);
    expect_contains(text, "name=\"a\" tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"1\"");
    expect_contains(text, "name=\"b\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\"");
    expect_contains(text, "<testcase classname=\"b\" name=\"(package)\" time=\"0.000\"><error "
                          "message=\"a&quot;\\\n&#xfffd;[2J&#xfffd;]]&gt;&lt;/error&gt;&amp;\"/>");
    expect_true(strchr(text, '\x1b') == NULL && strstr(text, "]]>") == NULL);
}

static void the_level_in_sarif_is_the_severity(void) {
    struct seam_export_test tests[4];
    make_tests(tests);
    static const struct {
        enum seam_rule rule;
        const char *result;
    } levels[] = {{SEAM_RULE_handle_leak, "\"handle-leak\",\"level\":\"warning\""},
                  {SEAM_RULE_refused_pin, "\"refused-pin\",\"level\":\"note\""},
                  {SEAM_RULE_double_free, "\"double-free\",\"level\":\"error\""},
                  {SEAM_RULE_none, "\"changed-behaviour\",\"level\":\"error\""}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        finding.rule = levels[i].rule;
        FILE *out = begin();
        seam_export_sarif(out, tests, 4);
        fclose(out);
        text[strcspn(text, "\n")] = '\0';
        const char *end = record_value(text, 1);
        expect_true(end != NULL && *end == '\0');
        expect_contains(text, levels[i].result);
    }
}

static void a_report_does_not_speak_to_the_terminal(void) {
    strcpy(finding.guilty.frames[0].function, nasty);
    strcpy(finding.guilty.frames[0].file, nasty);
    finding.guilty.n = 1;
    finding.rule = SEAM_RULE_none;
    FILE *out = begin();
    seam_finding_text(out, &finding, nasty, nasty, false);
    fclose(out);
    expect_contains(text, "FOUND changed-behaviour   (");
    expect_contains(text, "a\"\\\\n\\x1b[2J\\xff");
    expect_true(strchr(text, '\x1b') == NULL && strchr(text, '\xff') == NULL);
}

static void the_start_can_be_given(void) {
    struct seam_audit_origin origin;
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    expect_true(seam_origin_start(&origin));
    expect_text(origin.start, "2023-11-14T22:13:20Z");
    setenv("SOURCE_DATE_EPOCH", "253402300800", 1);
    expect_true(!seam_origin_start(&origin));
    setenv("SOURCE_DATE_EPOCH", "-1", 1);
    expect_true(!seam_origin_start(&origin));
    unsetenv("SOURCE_DATE_EPOCH");
    expect_true(seam_origin_start(&origin));
    expect_int(strlen(origin.start), strlen("2023-11-14T22:13:20Z"));
}

int main(int argc, char **argv) {
    if (argc < 2)
        return 2;
    readme = argv[1];
    an_audit_that_found_nothing_has_two_lines();
    every_line_has_the_documented_keys_whatever_a_test_prints();
    a_list_has_documented_keys_too();
    what_a_test_skips_is_a_line();
    junit_has_an_error_for_each_lost_test_and_package();
    the_level_in_sarif_is_the_severity();
    a_report_does_not_speak_to_the_terminal();
    the_start_can_be_given();
    free(text);
    return expect_status();
}
