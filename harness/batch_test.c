/* Promise: what real Go does with a scenario does not depend on what ran before it in the process.
 *
 * The same scenarios, many a process and each in a process of its own, in one and in two jobs: the
 * tables, with the hash of all outcomes, are the same. Arguments: seam, an executor, its release.
 */
#include <stdlib.h>

#include "expect.h"
#include "process.h"

static char *executor, *minor;
static char batched[1 << 14], fresh[1 << 14], alone[1 << 14];

static void stress(const char *seam, const char *jobs, const char *how, char *table, size_t size) {
    const char *const argv[] = {seam, "stress",         "--seed=5", "--runs=1000", executor, minor,
                                jobs, "--flavor=plain", "--json",   how,           NULL};
    expect_true(seam_process_read(argv, table, size));
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: batch_test SEAM EXECUTOR GO_MINOR\n");
        return 2;
    }
    executor = seam_format("--executor=%s", argv[2]);
    minor = seam_format("--go-minor=%s", argv[3]);
    stress(argv[1], "--jobs=2", NULL, batched, sizeof batched);
    if (strncmp(batched, "SKIP:", 5) == 0) {
        fputs(batched, stdout);
        return 0;
    }
    stress(argv[1], "--jobs=1", NULL, alone, sizeof alone);
    stress(argv[1], "--jobs=2", "--fresh", fresh, sizeof fresh);
    expect_text(fresh, batched);
    expect_text(alone, batched);
    expect_contains(batched, "\"agreed\":[1000,1000]");
    return expect_status();
}
