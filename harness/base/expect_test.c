/* Promise: a test that Bazel splits runs each of its parts once, in some shard, and says that it
 * can be split; without shards it runs all of them. */
#define _GNU_SOURCE
#include "base/expect.h"

#include <unistd.h>

enum { PARTS = 7 };

static int run_parts(int runs[PARTS]) {
    int n = 0;
    expect_parts = 0;
    for (int i = 0; i < PARTS; i++)
        if (expect_mine()) {
            runs[i]++;
            n++;
        }
    return n;
}

static void without_shards_all_parts_run(void) {
    int runs[PARTS] = {0};
    unsetenv("TEST_TOTAL_SHARDS");
    unsetenv("TEST_SHARD_INDEX");
    expect_int(run_parts(runs), PARTS);
    setenv("TEST_TOTAL_SHARDS", "1", 1);
    setenv("TEST_SHARD_INDEX", "0", 1);
    expect_int(run_parts(runs), PARTS);
}

static void each_part_runs_in_one_shard(void) {
    int runs[PARTS] = {0}, n = 0;
    char index[4];
    setenv("TEST_TOTAL_SHARDS", "3", 1);
    for (int shard = 0; shard < 3; shard++) {
        snprintf(index, sizeof index, "%d", shard);
        setenv("TEST_SHARD_INDEX", index, 1);
        int here = run_parts(runs);
        expect_true(here >= PARTS / 3);
        n += here;
    }
    expect_int(n, PARTS);
    for (int i = 0; i < PARTS; i++)
        expect_int(runs[i], 1);
}

/* Bazel would run all parts in each shard otherwise. */
static void bazel_hears_that_it_can_be_split(void) {
    const char *base = getenv("TEST_TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/expect-test-%d", base != NULL ? base : "/tmp", (int)getpid());
    setenv("TEST_SHARD_STATUS_FILE", path, 1);
    expect_mine();
    expect_int(access(path, F_OK), 0);
    unlink(path);
}

int main(void) {
    without_shards_all_parts_run();
    each_part_runs_in_one_shard();
    bazel_hears_that_it_can_be_split();
    return expect_status();
}
