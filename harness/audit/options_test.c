/* Promise: what a report says can be used: a finding is left out by its id, shown again by its
 * points, and read by other programs; and the lines that call C can be listed.
 *
 * Arguments: seam, a GOROOT (or None), the directory go/. */
#define _GNU_SOURCE
#include "audit/audit_expect.h"
#include "audit/record_expect.h"

static const char bug[] = "./audit/earlyfinalizer/bug"; /* has one finding */

static void a_known_finding_can_be_left_out(void) {
    char *option = seam_format("--suppress=%s/known", audit_work);
    AUDIT(audit_data, "--json", bug);
    expect_int(audit_status, 1);
    char *id = strstr(audit_out, ",\"id\":\"");
    expect_true(id != NULL);
    if (id != NULL) {
        char *line = seam_format("# known\n\n%.8s planted\n", id + strlen(",\"id\":\""));
        audit_write("known", line);
        free(line);
        AUDIT(audit_data, option, bug);
        expect_audit(0, "suppressed");
    }
    audit_write("known", "12345678\n");
    AUDIT(audit_data, option, bug);
    expect_audit(2, "known:1: ");
    free(option);
}

/* Audit with --json; the lines of the record, without those of standard error. Owned by the caller.
 */
static char *record_of(const char *package) {
    char *record = seam_format("%s", ""), *rest = audit_out;
    AUDIT(audit_data, "--json", package);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        if (*line == '{') {
            char *longer = seam_format("%s%s\n", record, line);
            free(record);
            record = longer;
        }
    return record;
}

static void the_record_is_as_documented(void) {
    static const char readme[] = "harness/audit/README.md";
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    char *with = record_of(bug), *without = record_of("./audit/earlyfinalizer/fixed");
    expect_record(with, readme, "audit finding totals");
    expect_record(without, readme, "audit totals");
    expect_contains(with, "\"start\":\"2023-11-14T22:13:20Z\",");
    expect_contains(with, ",\"packages\":[\"./audit/");
    expect_contains(with, "\"module\":\"seam\"");
    expect_contains(with, "\"findings\":1,\"lost\":0,\"skipped\":0,\"status\":1}\n");
    expect_contains(without, "\"findings\":0,\"lost\":0,\"skipped\":0,\"status\":0}\n");
    unsetenv("SOURCE_DATE_EPOCH");
    free(without);
    free(with);
}

static void other_programs_can_read_it(void) {
    char *sarif = seam_format("%s/sarif", audit_work), *junit = seam_format("%s/junit", audit_work);
    char *sarif_option = seam_format("--sarif=%s", sarif);
    char *junit_option = seam_format("--junit=%s", junit);
    AUDIT(audit_data, sarif_option, junit_option, bug);
    audit_read(sarif);
    expect_contains(audit_out, "{\"version\":\"2.1.0\"");
    expect_contains(audit_out, "{\"ruleId\":\"finalized-during-call\",\"level\":\"error\"");
    expect_contains(audit_out, "{\"uri\":\"audit/earlyfinalizer/bug/store.go\"}");
    audit_read(junit);
    expect_contains(audit_out, "<testsuite name=\"seam/audit/earlyfinalizer/bug\" tests=\"1\" "
                               "failures=\"1\" errors=\"0\" skipped=\"0\">");
    expect_contains(audit_out, "<failure type=\"finalized-during-call\"");
    AUDIT(audit_data, "--sarif=/nowhere/x", bug);
    expect_audit(2, "seam: /nowhere/x: cannot write");
    free(junit_option);
    free(sarif_option);
    free(junit);
    free(sarif);
}

/* --at as the report prints it; the caller frees. */
static char *reported_points(void) {
    AUDIT(audit_data, "--jobs=1", bug);
    char *at = strstr(audit_out, "--at=");
    expect_true(at != NULL);
    return at != NULL ? seam_format("%.*s", (int)strcspn(at, " "), at) : strdup("--at=");
}

static void a_point_of_a_report_is_enough(void) {
    char *at = reported_points(), *schedule = seam_format("--schedule=file:%s/points", audit_work);
    AUDIT(audit_data, at, bug);
    expect_int(audit_status, 1);
    expect_summary(1, -1, -1, 1, 1);
    char *lines = seam_format("# from a report\n%s # the one\n", at + strlen("--at="));
    audit_write("points", lines);
    AUDIT(audit_data, schedule, bug);
    expect_int(audit_status, 1);
    expect_summary(1, -1, -1, 1, 1);
    audit_write("points", "\nhere\n");
    AUDIT(audit_data, schedule, bug);
    expect_audit(2, "points:2: 'here' ");
    free(lines);
    free(schedule);
    free(at);
}

/* Its one call that matters is one of three, and one crossing in four is forced. */
static void it_is_told_in_how_many_schedules_a_finding_shows(void) {
    AUDIT(audit_data, "--json", "--schedules=20", "--replays=1", bug);
    expect_audit(1, ",\"replayed\":1,\"replays\":1,\"shown\":");
    const char *shown = strstr(audit_out, "\"shown\":");
    int n = shown != NULL ? atoi(shown + strlen("\"shown\":")) : 0;
    expect_true(n > 0 && n < 20);
    expect_contains(audit_out, ",\"schedules\":20,\"reproduce\":");
}

static void the_lines_that_call_c_are_listed(void) {
    AUDIT(audit_data, "--list", bug);
    expect_audit(0, "seam/audit/earlyfinalizer/bug TestGet\n");
    expect_contains(audit_out, "seam/audit/earlyfinalizer/bug store.go:35 C.store_get\n");
    expect_true(strstr(audit_out, "C.int") == NULL);
    AUDIT(audit_data, "--list", "--json", bug);
    expect_audit(0, "{\"type\":\"audit\",\"schema\":1,");
    expect_contains(audit_out, "\n{\"type\":\"test\",\"package\":\"seam/audit/earlyfinalizer/bug\","
                               "\"test\":\"TestGet\"}\n");
    expect_contains(audit_out, "\"file\":\"store.go\",\"line\":35,\"function\":\"store_get\"}\n");
    expect_contains(audit_out, "\n{\"type\":\"totals\",\"tests\":1,");
}

int main(int argc, char **argv) {
    audit_open(argc, argv, "options-test");
    a_known_finding_can_be_left_out();
    the_record_is_as_documented();
    other_programs_can_read_it();
    a_point_of_a_report_is_enough();
    it_is_told_in_how_many_schedules_a_finding_shows();
    the_lines_that_call_c_are_listed();
    return audit_close();
}
