/* Promise: `seam seeds` and `seam dict` give a fuzzer every operation.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "language/op.h"
#include "verbs/cli_expect.h"

static void every_operation_has_a_seed_and_a_word_in_the_dictionary(void) {
    static char dictionary[sizeof out];
    seam("dict");
    expect_int(status, 0);
    strcpy(dictionary, out);
    expect_contains(dictionary, "header_0=\"\\xf5\\x73\\x65\\x6d\\x01\\x00");
    seam("seeds", "-o", "seeds");
    expect_int(status, 0);
    expect_int(files_in("seeds"), SEAM_OPS);
    for (int op = 0; op < SEAM_OPS; op++) {
        char path[64], word[64];
        snprintf(path, sizeof path, "seeds/seed-%s", seam_op_rows[op].name);
        snprintf(word, sizeof word, "%s_0=\"\\x%02x", seam_op_rows[op].name, (unsigned)op);
        seam("print", path);
        expect_int(status, 0);
        expect_contains(out, seam_op_rows[op].name);
        expect_contains(dictionary, word);
    }
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(every_operation_has_a_seed_and_a_word_in_the_dictionary);
    return cli_close();
}
