#include "base/options.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"

int seam_fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("seam: ", stderr);
    vfprintf(stderr, format, arguments);
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

/* Fill in a value; false if there are too many. */
static bool keep(const struct seam_option *option, const char *value) {
    const char **place = option->value;
    if (strstr(option->name, "=...") != NULL)
        while (*place != NULL && place < option->value + SEAM_OPTION_MANY)
            place++;
    if (place == option->value + SEAM_OPTION_MANY)
        return false;
    *place = value;
    return true;
}

int seam_options(int argc, char **argv, const struct seam_option *options) {
    int n = 0;
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        if (only_operands || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[++n] = argv[i];
            continue;
        }
        only_operands = strcmp(argv[i], "--") == 0;
        const char *value = NULL;
        const struct seam_option *option = options;
        while (option->name != NULL && !matches(option, argv[i], &value))
            option++;
        if (only_operands)
            continue;
        if (option->name == NULL)
            return unknown(argv[0], argv[i], options);
        bool needs = strchr(option->name, '=') != NULL && strchr(option->name, '[') == NULL;
        if (needs && value == NULL && i + 1 < argc)
            value = argv[++i];
        if (needs ? value == NULL || *value == '\0'
                  : value != NULL && strchr(option->name, '[') == NULL) {
            seam_fail("%s: %s %s a value", argv[0], argv[i], needs ? "needs" : "does not take");
            return -1;
        }
        if (!keep(option, value != NULL ? value : "")) {
            seam_fail("%s: %s is given more than %d times", argv[0], argv[i], SEAM_OPTION_MANY);
            return -1;
        }
    }
    return n;
}

bool seam_option_number(const char *name, const char *value, long long fallback,
                        long long *number) {
    char *end = NULL;
    errno = 0;
    *number = value != NULL ? strtoll(value, &end, 10) : fallback;
    if (value != NULL && (*end != '\0' || *number < 0 || errno != 0)) {
        seam_fail("%s needs a number, not '%s'", name, value);
        return false;
    }
    return true;
}

bool seam_option_range(const char *name, const char *value, int fallback, int least, int most,
                       int *number) {
    long long wanted;
    if (!seam_option_number(name, value, fallback, &wanted))
        return false;
    if (wanted < least || wanted > most) {
        seam_fail("%s is from %d to %d", name, least, most);
        return false;
    }
    *number = (int)wanted;
    return true;
}

bool seam_option_timeout(const char *value, int fallback, int *timeout) {
    return seam_option_range("--timeout", value, fallback, 0, INT_MAX, timeout);
}
