/* Promise: where real Go does not do as predicted, seam shrink --go keeps just that.
 *
 * The newest Go is taken for Go 1.19 here, which refused what is legal since 1.24: so the model is
 * wrong about it. Arguments: seam, an executor of the newest Go. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

static char option[4200];

static void a_prediction_that_is_wrong_is_shrunk_on_real_go(void) {
    write_text("a.seam", "g0 = go_new array\n"
                         "g1 = go_new data\n"
                         "c0 = malloc dirty\n"
                         "link g0[1] = g0\n"
                         "look g1\n"
                         "call pointed g1\n"
                         "  c_touch c0\n"
                         "return\n"
                         "gc\n"
                         "keep_alive g0\n"
                         "look g1\n"
                         "free c0\n");
    seam("shrink", option, "--go-minor=19", "--flavor=plain", "a.seam");
    if (strncmp(out, "SKIP:", 5) == 0) {
        fputs(out, stdout);
        expect_int(status, 0);
        return;
    }
    expect_int(status, 0);
    expect_text(out, "# real Go, plain: finished, missed; predicted: refused-array-pointer (Go "
                     "object)\n"
                     "# 1-minimal: each of 3 steps is needed\n"
                     "go 1.19\n"
                     "g0 = go_new data\n"
                     "call pointed g0\n"
                     "return\n");
    expect_contains(err, "a.seam: 12 steps to 3, 1-minimal, ");
    expect_contains(err, " on real Go: real Go, plain: finished, missed; ");
}

int main(int argc, char **argv) {
    char executor[4096];
    cli_open(argc, argv);
    must(argc > 2 && realpath(argv[2], executor) != NULL, "usage: shrink_go_test SEAM EXECUTOR");
    snprintf(option, sizeof option, "--executor=%s", executor);
    PROMISE(a_prediction_that_is_wrong_is_shrunk_on_real_go);
    return cli_close();
}
