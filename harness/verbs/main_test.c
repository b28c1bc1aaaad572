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

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(help_tells_of_every_verb);
    PROMISE(the_version_is_one_line);
    PROMISE(what_is_misspelt_is_answered_with_the_nearest_name);
    PROMISE(what_is_missing_is_said);
    return cli_close();
}
