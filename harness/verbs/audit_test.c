/* Promise: `seam audit` names what it cannot work with before it builds anything; what it says of
 * packages is tested in harness/audit.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

static void what_it_is_told_must_make_sense(void) {
    seam("audit");
    expect_refused("seam: audit needs a package, as in: seam audit ./...\n");
    seam("audit", "--schedule=evry", ".");
    expect_refused("seam: unknown schedule 'evry'; did you mean every? Choose every, sites:K, "
                   "nth:N, random:N:SEED or file:PATH\n");
    seam("audit", "--at=12.x", ".");
    expect_refused("seam: --at: '12.x' is not a point; copy one from a report\n");
    seam("audit", "--flavor=spicy", ".");
    expect_refused("seam: unknown flavor 'spicy'; choose plain, cgocheck2, asan or race\n");
    seam("audit", "--suppress=nowhere", ".");
    expect_refused(
        "seam: nowhere: No such file or directory; expected a file with an id and a reason on "
        "each line\n");
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(what_it_is_told_must_make_sense);
    return cli_close();
}
