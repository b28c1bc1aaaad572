#define _GNU_SOURCE
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"
#include "base/format.h"
#include "base/hash.h"
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

bool seam_file_hash(const char *path, uint64_t *hash) {
    char *bytes;
    size_t size;
    if (!seam_file_read(path, SIZE_MAX / 2, &bytes, &size))
        return false;
    *hash = seam_hash(SEAM_HASH_SEED, bytes, size);
    free(bytes);
    return true;
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno != EINTR)
            return false;
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* A file without a name in the directory of `path`: nobody has to remove it, however seam ends. -1
 * where the file system has none. */
static int open_nameless(const char *path, mode_t mode) {
    char *directory = seam_format("%s", path), *slash = strrchr(directory, '/');
    if (slash != NULL)
        slash[slash == directory] = '\0';
    int fd = open(slash != NULL ? directory : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    free(directory);
    return fd;
}

/* Name it. A name that is taken is replaced by a rename, which needs one more for a moment. */
static bool name_it(int fd, const char *path, const char *other) {
    char *self = seam_format("/proc/self/fd/%d", fd);
    bool ok = linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
    if (!ok && errno == EEXIST) {
        unlink(other);
        ok = linkat(AT_FDCWD, self, AT_FDCWD, other, AT_SYMLINK_FOLLOW) == 0 &&
             rename(other, path) == 0;
    }
    free(self);
    return ok;
}

/* Where there are no files without a name. */
static bool put_with_name(const char *path, const char *other, const void *bytes, size_t size,
                          mode_t mode) {
    int fd = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool ok = fd >= 0 && write_all(fd, bytes, size);
    int reason = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    if (ok && rename(other, path) != 0) {
        ok = false;
        reason = errno;
    }
    if (fd >= 0 && !ok)
        unlink(other);
    errno = reason;
    return ok;
}

/* What is not a regular file is not replaced by one: a device, a pipe. */
static bool put_into(const char *path, const void *bytes, size_t size) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write_all(fd, bytes, size);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    errno = reason;
    return ok;
}

static bool put(const char *path, const void *bytes, size_t size, mode_t mode) {
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return put_into(path, bytes, size);
    char *other = seam_format("%s.tmp%d", path, (int)getpid());
    int fd = open_nameless(path, mode);
    bool ok = fd >= 0 && write_all(fd, bytes, size) && name_it(fd, path, other);
    bool is_written = ok || (fd >= 0 && errno != ENOENT && errno != EOPNOTSUPP && errno != EPERM);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    errno = reason;
    if (!is_written)
        ok = put_with_name(path, other, bytes, size, mode);
    reason = errno;
    free(other);
    errno = reason;
    return ok;
}

bool seam_file_put(const char *path, const void *bytes, size_t size) {
    return put(path, bytes, size, 0666);
}

bool seam_file_write(const char *path, const void *bytes, size_t size) {
    bool ok = seam_file_put(path, bytes, size);
    if (!ok)
        seam_fail("%s: cannot write: %s; choose another place with -o", path, strerror(errno));
    return ok;
}

bool seam_file_move(const char *from, const char *to) {
    struct stat status;
    char *bytes = NULL;
    size_t size;
    bool is_special = stat(to, &status) == 0 && !S_ISREG(status.st_mode);
    if (!is_special && rename(from, to) == 0)
        return true;
    if (!is_special && errno != EXDEV)
        return false;
    bool ok = stat(from, &status) == 0 && seam_file_read(from, SEAM_FILE_MAX, &bytes, &size) &&
              put(to, bytes, size, status.st_mode & 0777);
    int reason = errno;
    free(bytes);
    errno = reason;
    return ok;
}

/* --- directories ------------------------------------------------------------------------------ */

bool seam_make_directories(const char *path) {
    char *copy = seam_format("%s", path);
    bool ok = true;
    for (char *p = copy + (*copy != '\0'); ok && (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        ok = mkdir(copy, 0777) == 0 || errno == EEXIST;
        *p = '/';
    }
    int error = errno;
    free(copy);
    errno = error;
    return ok;
}

static bool is_name(const char *name) { return strcmp(name, ".") != 0 && strcmp(name, "..") != 0; }

/* By the system call: readdir takes memory, which a handler of a signal may not. */
static bool empty_directory(int directory) {
    _Alignas(struct dirent64) char entries[4096] = "";
    bool ok = true;
    long n;
    while ((n = syscall(SYS_getdents64, directory, entries, sizeof entries)) > 0)
        for (long at = 0; at < n;) {
            const struct dirent64 *entry = (const void *)(entries + at);
            at += entry->d_reclen;
            if (is_name(entry->d_name))
                ok &= seam_remove_at(directory, entry->d_name);
        }
    return ok && n == 0;
}

bool seam_remove_at(int parent, const char *name) {
    if (unlinkat(parent, name, 0) == 0)
        return true;
    if (errno != EISDIR && errno != EPERM)
        return false;
    int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0)
        return false;
    fchmod(directory, 0700); /* Go's module cache and some tests leave read-only files */
    bool empty = empty_directory(directory);
    close(directory);
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 && empty;
}

bool seam_remove_tree(const char *path) { return seam_remove_at(AT_FDCWD, path); }

/* --- listing ---------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **seam_file_list(const char *directory, const char *suffix) {
    size_t n = 0, room = 16, end = strlen(suffix);
    char **paths = calloc(room, sizeof *paths);
    DIR *list = opendir(directory);
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        size_t size = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || size < end ||
            strcmp(entry->d_name + size - end, suffix) != 0)
            continue;
        if (n + 2 > room)
            paths = realloc(paths, (room *= 2) * sizeof *paths);
        seam_assert(paths != NULL);
        paths[n++] = seam_format("%s/%s", directory, entry->d_name);
    }
    if (list != NULL)
        closedir(list);
    seam_assert(paths != NULL);
    paths[n] = NULL;
    qsort(paths, n, sizeof *paths, by_name);
    return paths;
}

void seam_file_list_free(char **paths) {
    for (char **path = paths; *path != NULL; path++)
        free(*path);
    free(paths);
}
