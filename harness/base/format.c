#define _GNU_SOURCE
#include "base/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

char *seam_format(const char *pattern, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, pattern);
    int n = vasprintf(&text, pattern, arguments);
    va_end(arguments);
    seam_assert(n >= 0);
    return text;
}

const char *seam_plural(unsigned long long n) { return n == 1 ? "" : "s"; }

const char *seam_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}
