#define _GNU_SOURCE
#include "audit/expected.h"

#include <glob.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/format.h"

static const struct {
    const char *key;
    size_t offset, size;
} fields[] = {
#define FIELD(key, member)                                                                         \
    { key, offsetof(struct seam_expected, member), sizeof((struct seam_expected *)0)->member }
    FIELD("bug:", bug), FIELD("found by:", found_by), FIELD("rule:", rule), FIELD("call:", call),
    FIELD("id:", id),   FIELD("flavor:", flavor),
#undef FIELD
};

/* "key: value"; false if there is no such key, or the value is too long. */
static bool read_line(const char *line, struct seam_expected *wrapper) {
    if (sscanf(line, "since: %d", &wrapper->since) == 1)
        return true;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t n = strlen(fields[i].key);
        if (strncmp(line, fields[i].key, n) != 0)
            continue;
        const char *value = line + n + strspn(line + n, " ");
        return snprintf((char *)wrapper + fields[i].offset, fields[i].size, "%s", value) <
               (int)fields[i].size;
    }
    return false;
}

static bool read_text(char *text, const char *path, struct seam_expected *wrapper) {
    char *saved = NULL;
    for (char *line = strtok_r(text, "\n", &saved); line != NULL;
         line = strtok_r(NULL, "\n", &saved))
        if (!read_line(line, wrapper)) {
            fprintf(stderr, "%s: what is '%s'? See expected.h\n", path, line);
            return false;
        }
    bool is_whole = *wrapper->bug != '\0' && *wrapper->found_by != '\0' && *wrapper->rule != '\0' &&
                    strlen(wrapper->id) == 8;
    if (!is_whole)
        fprintf(stderr, "%s: bug, found by, rule and id are needed\n", path);
    return is_whole;
}

/* The wrapper whose bug is in that directory. */
static bool read_wrapper(const char *bug, struct seam_expected *wrapper) {
    char *directory = seam_format("%.*s", (int)(strlen(bug) - strlen("/bug")), bug);
    char *path = seam_format("%s/finding.expected", directory), *text = NULL;
    size_t size;
    *wrapper = (struct seam_expected){.flavor = "asan"};
    snprintf(wrapper->name, sizeof wrapper->name, "%s", seam_base_name(directory));
    bool ok = seam_file_read(path, 1 << 16, &text, &size);
    if (!ok)
        perror(path);
    ok = ok && read_text(text, path, wrapper);
    free(text);
    free(path);
    free(directory);
    return ok;
}

int seam_expected_read(const char *go, struct seam_expected wrappers[SEAM_EXPECTED_MAX]) {
    char *pattern = seam_format("%s/audit/*/bug", go);
    glob_t bugs = {0};
    bool ok = glob(pattern, 0, NULL, &bugs) == 0 && bugs.gl_pathc <= SEAM_EXPECTED_MAX;
    int n = ok ? (int)bugs.gl_pathc : 0;
    if (!ok)
        fprintf(stderr, "%s: no wrappers, or too many\n", pattern);
    for (int i = 0; i < n; i++)
        ok = read_wrapper(bugs.gl_pathv[i], &wrappers[i]) && ok;
    globfree(&bugs);
    free(pattern);
    return ok ? n : -1;
}
