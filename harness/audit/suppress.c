#include "audit/suppress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/options.h"

static bool read_line(const char *line, struct seam_suppressions *suppressions) {
    size_t id = strspn(line, "0123456789abcdef");
    if (line[0] == '\0' || line[0] == '#')
        return true;
    if (id != 8 || line[id] != ' ' || suppressions->n == SEAM_SUPPRESSIONS_MAX)
        return false;
    memcpy(suppressions->ids[suppressions->n++], line, id);
    return true;
}

bool seam_suppressions_read(const char *path, struct seam_suppressions *suppressions) {
    char *text = NULL;
    size_t size;
    bool ok = true;
    memset(suppressions, 0, sizeof *suppressions);
    if (path == NULL)
        return true;
    if (!seam_file_read(path, SEAM_TEXT_FILE_MAX, &text, &size)) {
        seam_fail("%s: %s; expected a file with an id and a reason on each line", path,
                  strerror(errno));
        return false;
    }
    char *line = text, *end;
    for (int number = 1; ok && line != NULL; line = end != NULL ? end + 1 : NULL, number++) {
        end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        ok = read_line(line, suppressions);
        if (!ok)
            seam_fail("%s:%d: expected an id of 8 digits and a reason", path, number);
    }
    free(text);
    return ok;
}

bool seam_is_suppressed(const struct seam_suppressions *suppressions, const char *id) {
    for (int i = 0; i < suppressions->n; i++)
        if (strcmp(suppressions->ids[i], id) == 0)
            return true;
    return false;
}
