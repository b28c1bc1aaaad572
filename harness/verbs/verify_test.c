/* Promise: `seam verify` prints hashes that depend on the scenarios only.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

static void verify_prints_a_hash_that_depends_on_the_scenario_only(void) {
    static char first[sizeof out];
    write_text("a.seam", BROKEN);
    write_text("b.seam", BROKEN);
    write_text("c.seam", LEGAL);
    seam("verify", "a.seam", "b.seam", "c.seam");
    expect_int(status, 0);
    strcpy(first, out);
    char *second = strchr(out, '\n') + 1, *third = strchr(second, '\n') + 1;
    expect_int(strncmp(out, second, 16), 0);
    expect_true(strncmp(out, third, 16) != 0);
    seam("verify", "a.seam", "b.seam", "c.seam");
    expect_text(out, first);
    seam("verify", "missing");
    expect_int(status, 2);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(verify_prints_a_hash_that_depends_on_the_scenario_only);
    return cli_close();
}
