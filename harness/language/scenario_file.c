#include "language/scenario_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/options.h"
#include "language/bytes.h"
#include "language/text.h"

/* No scenario comes near this; a larger file is a mistake. */
enum { INPUT_MAX = 1 << 20 };

/* Unlike an engine, a person is told what the bytes are. */
static bool decode_bytes(const char *path, const uint8_t *bytes, size_t size,
                         struct seam_scenario *scenario) {
    struct seam_bytes_header header;
    seam_bytes_read_header(bytes, size, &header);
    if (header.fault == SEAM_BYTES_NEWER)
        seam_fail("%s: was written by a newer seam; update this one, or run seam print with that "
                  "one and read its text",
                  path);
    else if (header.fault == SEAM_BYTES_DAMAGED)
        seam_fail("%s: has a damaged header; make the file again with seam encode", path);
    else
        seam_scenario_decode(scenario, bytes, size, 0);
    return header.fault == SEAM_BYTES_FINE;
}

static bool is_text(const char *path, const char *text, size_t size) {
    const char *dot = strrchr(path, '.');
    return (dot != NULL && strcmp(dot, ".seam") == 0) ||
           seam_text_looks_like((const uint8_t *)text, size);
}

static bool decode(const char *path, const char *text, size_t size,
                   struct seam_scenario *scenario) {
    if (!is_text(path, text, size))
        return decode_bytes(path, (const uint8_t *)text, size, scenario);
    struct seam_text_error error;
    if (seam_text_parse(scenario, text, size, &error))
        return true;
    seam_fail("%s:%d:%d: %s", path, error.line, error.column, error.message);
    return false;
}

bool seam_scenario_read(const char *path, struct seam_scenario *scenario) {
    char *text;
    size_t size;
    if (!seam_file_read(path, INPUT_MAX, &text, &size)) {
        seam_fail("%s: %s; name a scenario file, text or bytes", path, strerror(errno));
        return false;
    }
    bool ok = size <= INPUT_MAX;
    if (ok)
        ok = decode(path, text, size, scenario);
    else
        seam_fail("%s: is larger than 1 MiB; a scenario has at most %d bytes", path,
                  SEAM_BYTES_MAX);
    free(text);
    return ok;
}

enum seam_file_kind seam_scenario_file_kind(const char *path) {
    enum seam_file_kind kind = SEAM_FILE_TEXT;
    struct seam_bytes_header header;
    struct stat status;
    char *text;
    size_t size;
    /* A pipe can be read only once. */
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
        !seam_file_read(path, INPUT_MAX, &text, &size))
        return kind;
    if (!is_text(path, text, size)) {
        seam_bytes_read_header((const uint8_t *)text, size, &header);
        kind = header.size > 0 ? SEAM_FILE_BYTES : SEAM_FILE_BARE_BYTES;
    }
    free(text);
    return kind;
}

bool seam_option_release(const char *name, const char *value, int *minor) {
    static const char before[] = "go1.";
    size_t size = sizeof before - 1;
    unsigned long long number;
    *minor = 0;
    if (value == NULL)
        return true;
    if (strncmp(value, before, size) == 0 &&
        seam_digits(value + size, strlen(value + size), SEAM_RELEASE_NEWEST, &number) &&
        number >= SEAM_RELEASE_OLDEST) {
        *minor = (int)number;
        return true;
    }
    seam_fail("%s must be go1.%d to go1.%d, not '%s'", name, SEAM_RELEASE_OLDEST,
              SEAM_RELEASE_NEWEST, value);
    return false;
}
