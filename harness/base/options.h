/* Command-line options, and errors of one line.
 *
 * --name, --name=value, -o VALUE; the rest are operands, as is everything after `--`. Of an option
 * that is given more than once the last value counts, as everywhere: a script gives its defaults
 * first and then what its caller gave. */
#ifndef SEAM_OPTIONS_H
#define SEAM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { SEAM_OK = 0, SEAM_FOUND = 1, SEAM_USAGE = 2 };

/* One option that a verb knows: its name with the dashes, followed by "=" if it needs a value, "[="
 * if it may have one, "=..." if it may also be given SEAM_OPTION_MANY times. `value` is filled with
 * what follows `=` (borrowed from argv, "" without one), NULL stays when the option is absent; with
 * "=..." it is the first of SEAM_OPTION_MANY + 1 pointers, and a NULL ends them. */
enum { SEAM_OPTION_MANY = 64 };
struct seam_option {
    const char *name;
    const char **value;
};

/* Fill the options (the last has a NULL name) and move the operands to argv[1..]; their
 * number, or -1 after an error was printed. */
int seam_options(int argc, char **argv, const struct seam_option *options);

/* Read `size` bytes that are all decimal digits, as a number of at most `most`; false if they are
 * not, or there are none: no sign, no space, nothing that follows. */
bool seam_digits(const char *text, size_t size, unsigned long long most,
                 unsigned long long *number);

/* A decimal number option; the default if absent. False after an error was printed. */
bool seam_option_number(const char *name, const char *value, long long fallback, long long *number);

/* The same, at least 1. */
bool seam_option_count(const char *name, const char *value, long long fallback, long long *number);

/* The same, within limits. */
bool seam_option_range(const char *name, const char *value, int fallback, int least, int most,
                       int *number);

/* --timeout=N, in the verb's own unit; at least 1. */
bool seam_option_timeout(const char *value, int fallback, int *timeout);

/* Print "seam: ...", always one line, to standard error; returns SEAM_USAGE. What comes from
 * outside may have control characters in it: they are printed visibly. */
int seam_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
