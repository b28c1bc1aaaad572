#define _GNU_SOURCE
#include "verbs/beside.h"

#include <stdlib.h>
#include <string.h>

#include "base/format.h"

char *seam_beside_path(const char *path, const char *extension) {
    const char *dot = strrchr(path, '.');
    size_t stem = dot != NULL && strchr(dot, '/') == NULL ? (size_t)(dot - path) : strlen(path);
    char *result = NULL;
    return asprintf(&result, "%.*s.%s", (int)stem, path, extension) < 0 ? NULL : result;
}

const char *seam_beside_name(const char *path) {
    const char *name = seam_base_name(path);
    for (const char *p = path; (p = strstr(p, "corpus/")) != NULL; p++)
        name = p;
    return name;
}

char *seam_beside_report(const struct seam_case *it, const char *path, size_t *size) {
    char *text = NULL;
    FILE *memory = open_memstream(&text, size);
    if (memory == NULL)
        return NULL;
    seam_report_text(memory, it, seam_beside_name(path), false);
    fclose(memory);
    return text;
}
