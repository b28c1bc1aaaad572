/* Promise: seam --help knows every verb, and whoever misspells or forgets something is told what
 * to write.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

static void help_tells_of_every_verb(void) {
    static const struct {
        const char *name, *doc;
    } verbs[] = {
#define VERB(name, arguments, doc, options) {#name, doc},
#include "verbs/verbs.def"
#undef VERB
    };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        seam("--help");
        expect_int(status, 0);
        expect_contains(out, verbs[i].doc);
        seam(verbs[i].name, i % 2 ? "-h" : "--help");
        expect_int(status, 0);
        expect_contains(out, verbs[i].name);
        expect_contains(out, verbs[i].doc);
        expect_text(err, "");
    }
}

static void the_version_is_one_line(void) {
    seam("--version");
    expect_int(status, 0);
    expect_text(out, "seam 0.1.0\n");
}

static void what_is_misspelt_is_answered_with_the_nearest_name(void) {
    seam("replya");
    expect_refused("seam: unknown verb 'replya'; did you mean replay? See seam --help\n");
    seam("replay", "--jsn", "x");
    expect_refused("seam: replay has no option --jsn; did you mean --json? See seam replay "
                   "--help\n");
    seam("stress", "--gi");
    expect_refused("seam: stress has no option --gi; did you mean --go? See seam stress --help\n");
    seam("ops", "storre");
    expect_refused("seam: no operation or rule mentions 'storre'; did you mean store?\n");
    seam("rules", "duble-free");
    expect_refused("seam: no rule or operation mentions 'duble-free'; did you mean double-free?\n");
}

static void what_is_missing_is_said(void) {
    run(NULL, (const char *const[]){"seam", NULL});
    expect_refused("seam: no verb given; see seam --help\n");
    seam("replay");
    expect_refused("seam: replay needs a FILE; see seam replay --help\n");
    seam("encode", "x");
    expect_refused("seam: encode needs a FILE and -o OUT; see seam encode --help\n");
    seam("stress", "--runs", "many");
    expect_refused("seam: --runs needs a number, not 'many'\n");
    seam("stress", "--runs=99999999999999999999");
    expect_refused("seam: --runs needs a number, not '99999999999999999999'\n");
    seam("stress", "--jobs=0");
    expect_int(status, 2);
    seam("cc");
    expect_refused("seam: cc needs a compiler; see seam cc --help\n");
}

/* A file that is opened does not become one of them. */
static void closed_standard_files_change_nothing(void) {
    static const char *const closed[] = {"<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">&2 2>&-"};
    char command[8192];
    write_text("a.seam", BROKEN);
    seam("replay", "--update", "a.seam");
    must(rename("a.report", "report") == 0, "report");
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        snprintf(command, sizeof command,
                 "'%s' replay --update a.seam %s && cmp -s report a.report", program, closed[i]);
        expect_int(system(command), 0);
        unlink("a.report");
    }
}

/* An audit's compiler changes what cgo wrote, and leaves a user's file of such a name alone. */
static void only_what_cgo_wrote_is_rewritten(void) {
    write_text("user.cgo2.c", "int x;\n");
    seam("cc", "true", "user.cgo2.c");
    expect_int(status, 0);
    expect_int(files_in("."), 1);
    write_text("cgos.cgo2.c", "#line 1 \"cgo-builtin-prolog\"\nint x;\n");
    seam("cc", "true", "cgos.cgo2.c");
    expect_int(status, 0);
    expect_int(access("cgos.cgo2.seam.c", F_OK), 0);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(help_tells_of_every_verb);
    PROMISE(the_version_is_one_line);
    PROMISE(what_is_misspelt_is_answered_with_the_nearest_name);
    PROMISE(what_is_missing_is_said);
    PROMISE(closed_standard_files_change_nothing);
    PROMISE(only_what_cgo_wrote_is_rewritten);
    return cli_close();
}
