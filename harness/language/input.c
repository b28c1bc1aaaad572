#define _GNU_SOURCE
#include "input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "text.h"

/* No scenario comes near this; a larger file is a mistake. */
enum { INPUT_MAX = 1 << 20 };

static bool read_all(FILE *in, size_t max, char **text, size_t *size) {
    size_t room = 1 << 16;
    *size = 0;
    *text = malloc(room);
    while (*text != NULL) {
        *size += fread(*text + *size, 1, room - 1 - *size, in);
        if (*size + 1 < room || *size > max)
            break;
        char *larger = realloc(*text, room *= 2);
        if (larger == NULL)
            free(*text);
        *text = larger;
    }
    if (*text != NULL)
        (*text)[*size] = '\0';
    return *text != NULL && !ferror(in);
}

bool seam_input_slurp(const char *path, size_t max, char **text, size_t *size) {
    FILE *in = fopen(path, "rb");
    *text = NULL;
    bool ok = in != NULL && read_all(in, max, text, size);
    int reason = errno;
    if (in != NULL)
        fclose(in);
    if (!ok) {
        free(*text);
        *text = NULL;
    }
    errno = reason;
    return ok;
}

static bool decode(const char *path, const char *text, size_t size, struct seam_program *program) {
    const char *dot = strrchr(path, '.');
    bool is_text = dot != NULL && strcmp(dot, ".seam") == 0;
    if (!is_text && !seam_text_looks_like((const uint8_t *)text, size)) {
        seam_program_decode(program, (const uint8_t *)text, size, 0);
        return true;
    }
    struct seam_text_error error;
    if (seam_text_parse(program, text, size, &error))
        return true;
    seam_fail("%s:%d:%d: %s", path, error.line, error.column, error.message);
    return false;
}

bool seam_input_read(const char *path, struct seam_program *program) {
    char *text;
    size_t size;
    if (!seam_input_slurp(path, INPUT_MAX, &text, &size)) {
        seam_fail("%s: %s; name a scenario file, text or bytes", path, strerror(errno));
        return false;
    }
    bool ok = size <= INPUT_MAX;
    if (ok)
        ok = decode(path, text, size, program);
    else
        seam_fail("%s: is larger than 1 MiB; a scenario has at most %d bytes", path,
                  SEAM_BYTES_MAX);
    free(text);
    return ok;
}

bool seam_output_write(const char *path, const void *bytes, size_t size) {
    char *temporary = NULL;
    struct stat status;
    /* A device is not replaced by a file. */
    bool direct = stat(path, &status) == 0 && !S_ISREG(status.st_mode);
    if (asprintf(&temporary, direct ? "%s" : "%s.tmp%d", path, (int)getpid()) < 0)
        return false;
    FILE *out = fopen(temporary, "wb");
    bool ok = out != NULL && fwrite(bytes, 1, size, out) == size;
    if (out != NULL && fclose(out) != 0)
        ok = false;
    if (ok && !direct)
        ok = rename(temporary, path) == 0;
    if (!ok) {
        seam_fail("%s: cannot write: %s; choose another place with -o", path, strerror(errno));
        if (!direct)
            unlink(temporary);
    }
    free(temporary);
    return ok;
}
