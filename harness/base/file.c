#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/format.h"
#include "base/options.h"

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

bool seam_file_read(const char *path, size_t max, char **text, size_t *size) {
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

bool seam_file_write(const char *path, const void *bytes, size_t size) {
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

bool seam_make_directories(const char *path) {
    char *copy = seam_format("%s", path);
    bool ok = true;
    for (char *p = copy + 1; ok && (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        ok = mkdir(copy, 0777) == 0 || errno == EEXIST;
        *p = '/';
    }
    int error = errno;
    free(copy);
    errno = error;
    return ok;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

bool seam_remove_tree(const char *directory) {
    return nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0;
}
