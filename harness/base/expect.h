/* Checks for tests: each prints both expressions and both values when it fails, and counts.
 *
 * A test's main ends with `return expect_status();`. One that Bazel may split over processes or
 * machines (shard_count) asks before each of its parts whether that is its own. */
#ifndef SEAM_EXPECT_H
#define SEAM_EXPECT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int expect_failures, expect_checks, expect_parts, expect_left_out;

/* Is the next part of this test to be run here? All parts are, unless Bazel split the test. */
static inline int expect_mine(void) {
    const char *total = getenv("TEST_TOTAL_SHARDS"), *index = getenv("TEST_SHARD_INDEX");
    const char *status = getenv("TEST_SHARD_STATUS_FILE"); /* its existence says that we know */
    FILE *touched = status != NULL ? fopen(status, "a") : NULL;
    if (touched != NULL)
        fclose(touched);
    int part = expect_parts++;
    int mine =
        total == NULL || index == NULL || atoi(total) < 2 || part % atoi(total) == atoi(index);
    expect_left_out += !mine;
    return mine;
}

/* Where a test that failed leaves a directory for whoever looks at it: Bazel keeps what is there.
 * False if there is no such place, or on another file system. */
static inline int expect_keep(const char *directory) {
    const char *outputs = getenv("TEST_UNDECLARED_OUTPUTS_DIR"), *name = strrchr(directory, '/');
    char path[4096];
    if (outputs == NULL || name == NULL || expect_failures == 0)
        return 0;
    snprintf(path, sizeof path, "%s%s", outputs, name);
    return rename(directory, path) == 0;
}

static inline int expect_status(void) {
    printf("%d check%s, %d failed\n", expect_checks, expect_checks == 1 ? "" : "s",
           expect_failures);
    return expect_failures == 0 && expect_checks + expect_left_out > 0 ? 0 : 1;
}

static inline void expect_report(int ok, const char *file, int line, const char *what,
                                 const char *actual, const char *wanted) {
    expect_checks++;
    if (ok)
        return;
    expect_failures++;
    fprintf(stderr, "%s:%d: %s\n  got    %s\n  wanted %s\n", file, line, what, actual, wanted);
}

#define expect_true(condition)                                                                     \
    expect_report(!!(condition), __FILE__, __LINE__, #condition, "false", "true")

#define expect_int(actual, wanted)                                                                 \
    do {                                                                                           \
        long long a_ = (actual), w_ = (wanted);                                                    \
        char at_[32], wt_[32];                                                                     \
        snprintf(at_, sizeof at_, "%lld", a_);                                                     \
        snprintf(wt_, sizeof wt_, "%lld", w_);                                                     \
        expect_report(a_ == w_, __FILE__, __LINE__, #actual " == " #wanted, at_, wt_);             \
    } while (0)

#define expect_text(actual, wanted)                                                                \
    expect_report(strcmp((actual), (wanted)) == 0, __FILE__, __LINE__, #actual " == " #wanted,     \
                  (actual), (wanted))

/* The text contains the part. */
#define expect_contains(text, part)                                                                \
    expect_report(strstr((text), (part)) != NULL, __FILE__, __LINE__, #text " contains " #part,    \
                  (text), (part))

#endif
