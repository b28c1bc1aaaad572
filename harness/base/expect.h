/* Checks for tests: each prints both expressions and both values when it fails, and counts.
 *
 * A test's main ends with `return expect_status();`. */
#ifndef SEAM_EXPECT_H
#define SEAM_EXPECT_H

#include <stdio.h>
#include <string.h>

static int expect_failures, expect_checks;

static inline int expect_status(void) {
    printf("%d check%s, %d failed\n", expect_checks, expect_checks == 1 ? "" : "s",
           expect_failures);
    return expect_failures == 0 && expect_checks > 0 ? 0 : 1;
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
