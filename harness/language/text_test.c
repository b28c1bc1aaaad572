/* Text from people: what is right is read as meant, what is wrong is reported with its place. */
#include "language/text.h"

#include "base/expect.h"

static struct seam_scenario scenario;
static char printed[SEAM_TEXT_MAX];

/* The canonical form of a text, or the error as line:column: message. */
static const char *canonical(const char *text) {
    struct seam_text_error error;
    if (seam_text_parse(&scenario, text, strlen(text), &error))
        seam_text_print(&scenario, printed);
    else
        snprintf(printed, sizeof printed, "%d:%d: %s", error.line, error.column, error.message);
    return printed;
}

static void what_is_printed_reads_back_as_itself(void) {
    static const char text[] = "g0 = go_new node\n"
                               "c0 = malloc clean\n"
                               "link_c g0[2] = c0\n"
                               "call field g0\n"
                               "  c_write g0 = 255\n"
                               "  l0 = call_local 7\n"
                               "    c_read l0\n"
                               "  return\n"
                               "return\n"
                               "finalizer g0 frees c0\n";
    expect_text(canonical(text), text);
}

static void comments_spaces_and_line_ends_do_not_matter(void) {
    static const char plain[] = "g0 = go_new data\nlook g0\n";
    expect_text(canonical("# a story\n\n  g0=go_new   data # born\n\t look g0"), plain);
    expect_text(canonical("g0 = go_new data\r\nlook g0\r\n"), plain);
    expect_text(canonical(""), "");
    expect_text(canonical("# nothing"), "");
}

static void names_may_have_any_number_and_are_counted_when_printed(void) {
    expect_text(canonical("g7 = go_new data\ng3 = go_new data\nlook g7\nlook g3\n"),
                "g0 = go_new data\ng1 = go_new data\nlook g0\nlook g1\n");
}

static void calls_that_are_left_open_return_at_the_end(void) {
    expect_text(canonical("g0 = go_new data\ncall pointer g0\n"),
                "g0 = go_new data\ncall pointer g0\nreturn\n");
}

static void a_mistake_is_named_with_its_line_and_column(void) {
    static const struct {
        const char *text, *error;
    } mistakes[] = {
        {"gc\n  stor c0[0] = g0\n", "2:3: unknown operation 'stor'; did you mean: store"},
        {"g0 = go_neww data\n",
         "1:6: unknown operation 'go_neww'; did you mean: <new_go> = go_new"},
        {"look g0\n", "1:6: 'g0' is not a Go object with a buffer"},
        {"g0 = go_new data\ng0 = go_new data\n", "2:1: g0 already exists"},
        {"c0 = go_new data\n", "1:1: expected a new name such as g0"},
        {"g0 = go_new cube\n", "1:13: 'cube' is not one of data, node, array, strings"},
        {"g0 = go_new data\nlook g0 twice\n", "2:9: unexpected text after: look"},
        {"g0 = go_new node\nlink g0[3] = g0\n", "2:9: '3' is not a word of an object"},
        {"g0 = go_new node\nlink g0 = g0\n", "2:9: expected '[' as in: link"},
        {"c0 = c_string 256\n", "1:15: '256' is not a byte here"},
        {"g0 = go_new data\ndrop g0\n\nlook g0\n",
         "4:6: 'g0' was dropped on line 2: no later step can name it"},
        {"g9 = go_new data\nlook g9\ndrop g9\nlook g9\n", "4:6: 'g9' was dropped on line 3"},
        {"p0 = pinner\ndrop_pinner p0\nunpin p0\n", "3:7: 'p0' was dropped on line 2"},
        {"g0 = go_new node\nc0 = malloc clean\nfinalizer g0 free c0\n",
         "3:14: expected 'frees' as in: finalizer <go> frees <block>"},
        {"g0 = go_new node\nc0 = malloc clean\nfinalizer g0\n", "3:13: expected 'frees' as in"},
        {"g0 = go_new data // born\n", "1:18: '//' means nothing here: comments begin with #"},
        {"// born\n", "1:1: '//' means nothing here: comments begin with #"},
        {"/* born */\n", "1:1: '/*' means nothing here: comments begin with #"},
        {"gc; gc\n",
         "1:3: ';' means nothing here: comments begin with #, and each step has a line"},
        {"; born\n", "1:1: ';' means nothing here"},
        {"g0 = ; born\n", "1:6: ';' means nothing here"},
        {"c0 = malloc clean\nfree c0 ; done\n", "2:9: ';' means nothing here"},
        {"!\n", "1:1: expected an operation; seam ops lists them"},
        {"return\n", "1:1: return without an open call"},
        {"look\n", "1:5: expected a Go object with a buffer"},
        {"g100 = go_new data\n", "1:1: expected a new name such as g0"},
        {"g0 = go_new data\nc_read g0\n", "2:8: 'g0' is not the argument of an open call"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        canonical(mistakes[i].text);
        expect_int(strncmp(printed, mistakes[i].error, strlen(mistakes[i].error)), 0);
        expect_contains(printed, mistakes[i].error);
    }
}

static void limits_are_errors_and_not_cut_off(void) {
    static char text[200 * 20];
    for (int i = 0; i <= SEAM_GO_MAX; i++)
        sprintf(text + strlen(text), "g%d = go_new data\n", i);
    expect_contains(canonical(text), "13:1: a scenario has at most 12 names g0, g1, ...");
    text[0] = '\0';
    for (int i = 0; i <= SEAM_STEPS_MAX; i++)
        strcat(text, "gc\n");
    expect_contains(canonical(text), "129:1: no room for this step: at most 128 steps");
}

static void bytes_that_are_no_text_are_no_scenario_text(void) {
    struct seam_text_error error;
    static const char zero[] = "gc\n\0gc\n";
    expect_true(!seam_text_parse(&scenario, zero, sizeof zero - 1, &error));
    expect_int(error.line, 2);
    expect_true(!seam_text_looks_like((const uint8_t *)zero, sizeof zero - 1));
    expect_true(!seam_text_looks_like((const uint8_t *)"\xffgc", 3));
    expect_true(seam_text_looks_like((const uint8_t *)"gc\r\n\t#", 6));
    expect_true(seam_text_looks_like(NULL, 0));
}

/* A step, `n` times, after a beginning. */
static const char *repeated(const char *beginning, const char *step, int n) {
    static char text[128 * 20];
    strcpy(text, beginning);
    while (n-- > 0)
        strcat(text, step);
    return canonical(text);
}

static void the_limit_that_is_reached_is_named(void) {
    expect_contains(repeated("", "stack_grow\n", 7), "7:1: no room for this step: at most 6 stack");
    expect_contains(repeated("", "migrate\n", 4), "4:1: no room for this step: at most 3 migra");
    expect_contains(repeated("g0 = go_new node\np0 = pinner\n", "pin p0 g0\n", 17),
                    "19:1: no room for this step: at most 16 pins in a scenario");
    expect_contains(repeated("", "call_sentinel\n", 6),
                    "6:1: no room for this step: at most 5 open");
    expect_contains(canonical("g0 = global data\ng1 = global data\ng2 = global data\n"
                              "g3 = global data\ng4 = global data\n"),
                    "5:1: no room for this step: at most 4 package variables in a scenario");
    expect_contains(canonical("go 1.20\ng0 = go_new data\ncall slicedata g0\n"),
                    "3:6: slicedata exists only since Go 1.21");
    expect_contains(canonical("go 1.20\np0 = pinner\n"), "2:1: pinner exists only since Go 1.21");
    expect_contains(canonical("t1 = goroutine\non t0\n"), "2:4: 't0' is running already");
    expect_contains(canonical("t1 = goroutine\non t1\ngoexit\non t1\n"), "4:4: 't1' has ended");
    expect_contains(repeated("t1 = goroutine\n", "on t1\non t0\n", 64),
                    ":4: no room for this step: at most 128 steps, the returns of all");
    expect_contains(canonical("panic\n"), "1:1: this step needs an open call");
    expect_contains(canonical("goexit\n"), "1:1: this step needs a goroutine other than t0");
}

/* Cutting or damaging a good text at any place is an error or another scenario, never a crash. */
static void damaged_text_is_an_error_or_another_scenario(void) {
    static const char good[] = "g0 = go_new node\nc1 = malloc dirty\nlink_c g0[1] = c1\n"
                               "call cast g0\n  c_retain r3 = g0\nreturn\n";
    char text[sizeof good];
    struct seam_text_error error;
    for (size_t at = 0; at < sizeof good - 1; at++)
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, good, sizeof good);
            text[at] = (char)byte;
            if (seam_text_parse(&scenario, text, sizeof good - 1, &error))
                continue;
            expect_true(error.line >= 1 && error.column >= 1 && error.message[0] != '\0');
        }
}

int main(void) {
    what_is_printed_reads_back_as_itself();
    comments_spaces_and_line_ends_do_not_matter();
    names_may_have_any_number_and_are_counted_when_printed();
    calls_that_are_left_open_return_at_the_end();
    a_mistake_is_named_with_its_line_and_column();
    limits_are_errors_and_not_cut_off();
    the_limit_that_is_reached_is_named();
    bytes_that_are_no_text_are_no_scenario_text();
    damaged_text_is_an_error_or_another_scenario();
    return expect_status();
}
