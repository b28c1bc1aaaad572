/* Promise: a matrix that cannot begin says why in one line, and leaves nothing behind.
 *
 * Not here: what it finds (matrix/matrix_go_test.c).
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

#define NO_GO                                                                                      \
    "seam: no Go in /no/such: bin/go is not there or does not run; name a GOROOT such as "         \
    "/usr/lib/go-1.23\n"

static void a_failed_start_leaves_no_directory(void) {
    seam("matrix", "--go=/no/such", "--out=new/dir", "--state=other/dir");
    expect_refused(NO_GO);
    expect_int(files_in("."), 0);
    write_text("go", "#!/bin/sh\ncase \"$*\" in *GOVERSION*) echo /no/such; echo go1.27.4 ;;"
                     " *) exit 1 ;; esac\n");
    must(chmod("go", 0755) == 0, "go");
    seam("matrix", "--go=./go", "--out=new/dir", "--state=other/dir");
    expect_int(status, 2);
    expect_int(files_in("."), 1);
}

static void a_wrong_place_is_told_before_anything_is_built(void) {
    write_text("file", "");
    seam("matrix", "--go=/no/such", "--out=file/dir");
    expect_refused(
        "seam: --out=file/dir: cannot write there: Not a directory; choose another place\n");
    seam("matrix", "--go=/no/such", "--out=file");
    expect_refused("seam: --out=file: cannot write there: Not a directory; choose another place\n");
    expect_int(files_in("."), 1);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(a_failed_start_leaves_no_directory);
    PROMISE(a_wrong_place_is_told_before_anything_is_built);
    return cli_close();
}
