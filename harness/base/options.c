#define _GNU_SOURCE
#include "base/options.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/print.h"

int seam_fail(const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    fputs("seam: ", stderr);
    if (vasprintf(&text, format, arguments) >= 0) {
        seam_print_line(stderr, text);
        free(text);
    }
    fputc('\n', stderr);
    va_end(arguments);
    return SEAM_USAGE;
}

/* For seam_nearest, which asks by index alone. */
static const struct seam_option *known;
static const char *known_name(int i) { return known[i].name; }

static int unknown(const char *verb, const char *given, const struct seam_option *options) {
    if (options->name == NULL)
        seam_fail("%s takes no options; see seam %s --help", verb, verb);
    else {
        known = options;
        const char *name = options[seam_nearest(given, strcspn(given, "="), known_name)].name;
        seam_fail("%s has no option %s; did you mean %.*s? See seam %s --help", verb, given,
                  (int)strcspn(name, "[="), name, verb);
    }
    return -1;
}

/* Does `given` name this option? Sets `value` to its value, if it has one. */
static bool matches(const struct seam_option *option, const char *given, const char **value) {
    size_t size = strcspn(option->name, "[=");
    if (strncmp(given, option->name, size) != 0)
        return false;
    *value = given[size] == '=' ? given + size + 1 : NULL;
    return given[size] == '\0' || given[size] == '=';
}

/* A place for one more value of an option that may be repeated; NULL after an error was printed. */
static const char **next_place(const char *verb, const struct seam_option *option,
                               const char *given) {
    for (const char **place = option->value; place < option->value + SEAM_OPTION_MANY; place++)
        if (*place == NULL)
            return place;
    seam_fail("%s: %s is given more than %d times", verb, given, SEAM_OPTION_MANY);
    return NULL;
}

/* Fill in a value; false after an error was printed. */
static bool keep(const char *verb, const struct seam_option *option, const char *given,
                 const char *value) {
    const char **place =
        strstr(option->name, "=...") != NULL ? next_place(verb, option, given) : option->value;
    if (place != NULL)
        *place = value;
    return place != NULL;
}

/* Does the value suit the option? A value may be missing, but not be empty. */
static bool suits(const char *verb, const struct seam_option *option, const char *given,
                  const char *value) {
    bool takes = strchr(option->name, '=') != NULL, may = strchr(option->name, '[') != NULL;
    if (value == NULL ? !takes || may : takes && *value != '\0')
        return true;
    seam_fail("%s: %s %s a value", verb, given, takes ? "needs" : "does not take");
    return false;
}

int seam_options(int argc, char **argv, const struct seam_option *options) {
    int n = 0;
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        const char *given = argv[i], *value = NULL;
        if (only_operands || given[0] != '-' || given[1] == '\0') {
            argv[++n] = argv[i];
            continue;
        }
        only_operands = strcmp(given, "--") == 0;
        if (only_operands)
            continue;
        const struct seam_option *option = options;
        while (option->name != NULL && !matches(option, given, &value))
            option++;
        if (option->name == NULL)
            return unknown(argv[0], given, options);
        bool needs = strchr(option->name, '=') != NULL && strchr(option->name, '[') == NULL;
        if (needs && value == NULL && i + 1 < argc)
            value = argv[++i];
        if (!suits(argv[0], option, given, value) ||
            !keep(argv[0], option, given, value != NULL ? value : ""))
            return -1;
    }
    return n;
}

bool seam_digits(const char *text, size_t size, unsigned long long most,
                 unsigned long long *number) {
    *number = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        if (text[i] < '0' || text[i] > '9' || *number > (most - digit) / 10 || digit > most)
            return false;
        *number = *number * 10 + digit;
    }
    return size > 0;
}

bool seam_option_number(const char *name, const char *value, long long fallback,
                        long long *number) {
    unsigned long long given;
    *number = fallback;
    if (value == NULL)
        return true;
    if (!seam_digits(value, strlen(value), LLONG_MAX, &given)) {
        seam_fail("%s needs a number, not '%s'", name, value);
        return false;
    }
    *number = (long long)given;
    return true;
}

bool seam_option_count(const char *name, const char *value, long long fallback, long long *number) {
    if (!seam_option_number(name, value, fallback, number))
        return false;
    if (*number < 1)
        seam_fail("%s must be at least 1", name);
    return *number >= 1;
}

bool seam_option_range(const char *name, const char *value, int fallback, int least, int most,
                       int *number) {
    long long wanted;
    if (!seam_option_number(name, value, fallback, &wanted))
        return false;
    if (value != NULL && (wanted < least || wanted > most)) {
        seam_fail("%s is from %d to %d", name, least, most);
        return false;
    }
    *number = (int)wanted;
    return true;
}

bool seam_option_timeout(const char *value, int fallback, int *timeout) {
    return seam_option_range("--timeout", value, fallback, 1, INT_MAX, timeout);
}
