/* What a test expects, and what it got instead.
 *
 * A failed expectation prints both expressions and both values, and the test goes on. A test is a
 * function whose name is the promise it keeps. main runs each with expect_promise() and returns
 * expect_done(). Not for our own mistakes inside the harness: that is seam_assert. */
#ifndef SEAM_EXPECT_H
#define SEAM_EXPECT_H

#include <stdio.h>
#include <string.h>

static const char *expect_name = "";
static long expect_checks, expect_failures;

static inline void expect_failed(const char *file, int line) {
    expect_failures++;
    fprintf(stderr, "%s:%d: %s:\n", file, line, expect_name);
}

static inline void expect_numbers(const char *file, int line, const char *a, const char *b,
                                  long long x, long long y) {
    expect_checks++;
    if (x == y)
        return;
    expect_failed(file, line);
    fprintf(stderr, "  %s is %lld\n  %s is %lld\n", a, x, b, y);
}

static inline void expect_strings(const char *file, int line, const char *a, const char *b,
                                  const char *x, const char *y) {
    expect_checks++;
    if (strcmp(x, y) == 0)
        return;
    expect_failed(file, line);
    fprintf(stderr, "  %s is \"%s\"\n  %s is \"%s\"\n", a, x, b, y);
}

static inline void expect_within(const char *file, int line, const char *a, const char *b,
                                 const char *x, const char *y) {
    expect_checks++;
    if (strstr(x, y) != NULL)
        return;
    expect_failed(file, line);
    fprintf(stderr, "  %s is \"%s\"\n  without %s, \"%s\"\n", a, x, b, y);
}

#define expect_eq(a, b) expect_numbers(__FILE__, __LINE__, #a, #b, (a), (b))
#define expect_str(a, b) expect_strings(__FILE__, __LINE__, #a, #b, (a), (b))
#define expect_true(a) expect_numbers(__FILE__, __LINE__, #a, "true", (a) ? 1 : 0, 1)
/* The string a has b in it. */
#define expect_has(a, b) expect_within(__FILE__, __LINE__, #a, #b, (a), (b))

/* Run one test. */
#define expect_promise(test) (expect_name = #test, test())

/* The last line of a test program; the exit status. */
static inline int expect_done(void) {
    printf("%ld checks, %ld failed\n", expect_checks, expect_failures);
    return expect_failures != 0;
}

#endif
