/* Promise: `seam replay` tells which rule a scenario breaks, at which step and for which object,
 * in words, in JSON, and beside the scenario as an expected report.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

static void a_scenario_without_steps_keeps_no_rules(void) {
    write_text("empty", "");
    write_text("only.seam", "go 1.21\n# nothing\n");
    seam("replay", "empty");
    expect_refused("seam: empty: the scenario has no steps, so nothing was run; see seam ops\n");
    seam("replay", "--json", "only.seam");
    expect_refused(
        "seam: only.seam: the scenario has no steps, so nothing was run; see seam ops\n");
    seam("replay", "--update", "only.seam");
    expect_int(status, 0);
    seam("replay", "--expect", "only.seam");
    expect_int(status, 0);
}

static void bytes_with_the_name_of_a_text_are_an_error(void) {
    write_bytes("bytes.seam", "\0\1\2\3", 4);
    seam("replay", "bytes.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: bytes.seam:1:1: ");
}

static void a_mistake_in_a_text_is_shown_where_it_stands(void) {
    write_text("typo.seam", "gc\n  stor c0[0] = g0\n");
    seam("replay", "typo.seam");
    expect_refused("seam: typo.seam:2:3: unknown operation 'stor'; did you mean: store "
                   "<block>[<word>] = <go>\n");
}

static void a_broken_rule_is_told_with_step_and_object(void) {
    write_text("a.seam", BROKEN);
    seam("replay", "a.seam");
    expect_int(status, 1);
    expect_contains(out, "BROKEN go-pointer-in-c-memory");
    expect_contains(out, "  3  store c0[0] = g0           # g0 is not pinned\n");
    expect_contains(out, "Replay: seam replay a.seam\n");
    expect_true(strchr(out, '\033') == NULL);
}

static void bytes_and_text_have_the_same_report(void) {
    static char text_report[sizeof out];
    write_text("a", BROKEN);
    seam("replay", "a");
    strcpy(text_report, out);
    seam("encode", "a", "-o", "b");
    must(rename("b", "a") == 0, "rename");
    seam("replay", "a");
    expect_int(status, 1);
    char *more = strstr(out, "Text:   seam print a\n"
                             "Target: does not stop here: the oracle and the model of this build "
                             "agree\n");
    expect_true(more != NULL);
    if (more != NULL)
        *more = '\0';
    expect_text(out, text_report);
}

static void bytes_that_may_be_anything_are_told_so(void) {
    write_bytes("crash", "\0\1\2\3", 4);
    seam("replay", "crash");
    expect_contains(out, "Bytes:  without a header, so any file reads as a scenario;");
    write_text("a", BROKEN);
    seam("encode", "a", "-o", "b");
    seam("replay", "b");
    expect_true(strstr(out, "Bytes:") == NULL);
}

static void many_steps_that_are_not_reached_are_one_line(void) {
    write_text("a.seam", "c0 = malloc clean\nfree c0\nfree c0\ngc\ngc\ngc\ngc\ngc\ngc\ngc\ngc\n");
    seam("replay", "a.seam");
    expect_contains(out, "    4  gc                         # not reached\n"
                         "    5 to 11                       # not reached either\nRule: ");
    seam("replay", "--timeline", "a.seam");
    expect_contains(out, "    5 to 11                       # not reached either\nRule: ");
}

static void the_exit_status_is_that_of_the_worst_file(void) {
    write_text("keeps.seam", LEGAL);
    write_text("breaks.seam", BROKEN);
    seam("replay", "keeps.seam", "keeps.seam");
    expect_int(status, 0);
    seam("replay", "breaks.seam", "keeps.seam");
    expect_int(status, 1);
    seam("replay", "breaks.seam", "missing", "keeps.seam");
    expect_int(status, 2);
    expect_contains(out, "KEEPS all rules");
}

static void json_is_one_object_a_line_whatever_the_name(void) {
    write_text("a\"\\\t\303\251.seam", BROKEN);
    write_text("b.seam", LEGAL);
    seam("replay", "--json", "a\"\\\t\303\251.seam", "b.seam");
    expect_int(status, 1);
    expect_contains(out, "{\"type\":\"scenario\",\"schema\":1,\"file\":\"a\\\"\\\\\\u0009\303\251."
                         "seam\",\"verdict\":\"agreed\",\"broken\":["
                         "{\"rule\":\"go-pointer-in-c-memory\",\"step\":3,\"object\":\"g0\","
                         "\"seen\":[\"cgocheck2\"]}]");
    expect_contains(out, "\"program\":\"g0 = go_new data\\nc0 = malloc clean\\n");
    expect_contains(out, "}\n{\"type\":\"scenario\",\"schema\":1,\"file\":\"b.seam\",\"verdict\":"
                         "\"agreed\",\"broken\":[]");
    expect_int(out[strlen(out) - 1], '\n');
    write_text("\377.seam", LEGAL);
    seam("replay", "--json", "\377.seam");
    expect_contains(out, "{\"type\":\"scenario\",\"schema\":1,\"file\":\"\\ufffd.seam\"");
}

static void what_is_broken_is_told_before_what_is_refused(void) {
    write_text("a.seam", "g0 = go_new node\ng1 = go_new data\nlink g0[0] = g1\n"
                         "call variable g0\nreturn\nc0 = malloc clean\nfree c0\nfree c0\n");
    seam("replay", "a.seam");
    expect_int(status, 1);
    expect_contains(out, "BROKEN double-free");
    expect_contains(out, "Also: refused-field at step 4 (g0; raised by: cgocheck=1)\n");
    seam("replay", "--json", "a.seam");
    expect_contains(out, "\"broken\":[{\"rule\":\"double-free\",\"step\":8,\"object\":\"c0\","
                         "\"seen\":[\"asan\"]},{\"rule\":\"refused-field\",\"step\":4,");
}

static void the_last_line_repeats_what_was_asked(void) {
    write_text("a b.seam", "go 1.27\ng0 = go_new data\ncall pointed g0\nreturn\n");
    seam("replay", "a b.seam");
    expect_contains(out, "KEEPS all rules\n");
    expect_contains(out, "Replay: seam replay 'a b.seam'\n");
    seam("replay", "--model=go1.20", "a b.seam");
    expect_contains(out, "FALSE ALARM refused-array-pointer");
    expect_contains(out, "Replay: seam replay --model=go1.20 'a b.seam'\n");
}

static void a_finding_in_many_steps_is_for_shrink(void) {
    static char text[1024];
    strcpy(text, BROKEN);
    write_text("a.seam", text);
    seam("replay", "a.seam");
    expect_true(strstr(out, "Shrink:") == NULL);
    for (int i = 0; i < 20; i++)
        strcat(text, "gc\n");
    write_text("a b.seam", text);
    seam("replay", "a b.seam");
    expect_contains(out, "\nReplay: seam replay 'a b.seam'\nShrink: seam shrink 'a b.seam'\n");
    write_text("a.seam", strstr(text, "gc\n"));
    seam("replay", "a.seam");
    expect_true(strstr(out, "Shrink:") == NULL);
}

static void a_release_without_the_operation_says_so_and_the_rest_goes_on(void) {
    write_text("pins.seam", "p0 = pinner\n");
    write_text("keeps.seam", "gc\n");
    seam("replay", "--model=go1.19", "pins.seam", "keeps.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: pins.seam: uses operations that exist only since Go 1.21");
    expect_contains(out, "KEEPS all rules\n");
}

static void an_expected_report_is_written_compared_and_defended(void) {
    write_text("a.seam", BROKEN);
    seam("replay", "--expect", "a.seam");
    expect_int(status, 2);
    expect_contains(err, "a.report: no report beside the scenario");
    seam("replay", "--update", "a.seam");
    expect_int(status, 0);
    expect_int(files_in("."), 2);
    seam("replay", "--expect", "a.seam");
    expect_int(status, 0);
    write_text("a.report", "KEEPS all rules\n");
    seam("replay", "--expect", "a.seam");
    expect_int(status, 1);
    expect_contains(out, "a.report:1: the report differs");
    expect_contains(out, "- KEEPS all rules\n+ BROKEN go-pointer-in-c-memory");
}

static void a_report_does_not_depend_on_how_its_file_is_named(void) {
    char path[4300];
    must(mkdir("corpus", 0777) == 0, "corpus");
    write_text("corpus/a.seam", BROKEN);
    seam("replay", "--update", "corpus/a.seam");
    expect_int(status, 0);
    must(chdir("corpus") == 0 && getcwd(path, sizeof path - 8) != NULL, "corpus");
    strcat(path, "/a.seam");
    seam("replay", "--expect", path);
    expect_int(status, 0);
    write_text("b.seam", BROKEN);
    seam("replay", "--update", "./b.seam");
    seam("replay", "--expect", "b.seam");
    expect_int(status, 0);
}

static void a_timeline_tells_what_each_step_changes(void) {
    write_text("a.seam", BROKEN);
    seam("replay", "--timeline", "a.seam");
    expect_int(status, 1);
    expect_contains(out, "BROKEN go-pointer-in-c-memory   (detected by: cgocheck2)\n");
    expect_contains(out, "    2  c0 = malloc clean\n"
                         "         c0        C memory, from malloc; owned by Go\n");
    expect_contains(out, "\n>   3  store c0[0] = g0           # g0 is not pinned\n");
    expect_contains(out, "Replay: seam replay --timeline a.seam\n");
    expect_true(strchr(out, '\033') == NULL);
    expect_int(files_in("."), 1);
}

static void a_page_is_written_beside_the_scenario_or_where_it_is_wanted(void) {
    write_text("a.seam", BROKEN);
    write_text("crash-0badf00d", BROKEN);
    seam("replay", "--html", "a.seam", "crash-0badf00d");
    expect_int(status, 1);
    expect_contains(out, "Replay: seam replay a.seam\nPage: a.html\n");
    expect_contains(out, "Page: crash-0badf00d.html\n");
    expect_int(files_in("."), 4);
    seam("replay", "--html=page.html", "a.seam");
    expect_contains(out, "Page: page.html\n");
    expect_int(files_in("."), 5);
}

static void a_picture_that_cannot_be_made_is_refused_whole(void) {
    write_text("a.seam", BROKEN);
    write_text("b.seam", LEGAL);
    seam("replay", "--html=missing/page.html", "a.seam");
    expect_int(status, 2);
    expect_contains(err, "missing/page.html");
    expect_text(out, "");
    expect_int(files_in("."), 2);
    seam("replay", "--html=page.html", "a.seam", "b.seam");
    expect_refused("seam: --html=page.html is one page; give it one scenario, or leave out "
                   "=page.html for a page beside each\n");
    seam("replay", "--timeline", "--json", "a.seam");
    expect_refused("seam: --timeline and --json exclude each other: leave one out\n");
    seam("replay", "--html", "--expect", "a.seam");
    expect_refused("seam: --html and --expect exclude each other: leave one out\n");
    write_bytes("bytes.seam", "\0\1\2\3", 4);
    seam("replay", "--timeline", "--html", "bytes.seam");
    expect_int(status, 2);
    expect_text(out, "");
    write_text("empty", "");
    seam("replay", "--timeline", "empty");
    expect_refused("seam: empty: the scenario has no steps, so nothing was run; see seam ops\n");
    expect_int(files_in("."), 4);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(a_scenario_without_steps_keeps_no_rules);
    PROMISE(bytes_with_the_name_of_a_text_are_an_error);
    PROMISE(a_mistake_in_a_text_is_shown_where_it_stands);
    PROMISE(a_broken_rule_is_told_with_step_and_object);
    PROMISE(bytes_and_text_have_the_same_report);
    PROMISE(bytes_that_may_be_anything_are_told_so);
    PROMISE(many_steps_that_are_not_reached_are_one_line);
    PROMISE(the_exit_status_is_that_of_the_worst_file);
    PROMISE(json_is_one_object_a_line_whatever_the_name);
    PROMISE(what_is_broken_is_told_before_what_is_refused);
    PROMISE(the_last_line_repeats_what_was_asked);
    PROMISE(a_finding_in_many_steps_is_for_shrink);
    PROMISE(a_release_without_the_operation_says_so_and_the_rest_goes_on);
    PROMISE(an_expected_report_is_written_compared_and_defended);
    PROMISE(a_report_does_not_depend_on_how_its_file_is_named);
    PROMISE(a_timeline_tells_what_each_step_changes);
    PROMISE(a_page_is_written_beside_the_scenario_or_where_it_is_wanted);
    PROMISE(a_picture_that_cannot_be_made_is_refused_whole);
    return cli_close();
}
