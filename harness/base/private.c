#define _GNU_SOURCE
#include "base/private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"

static const char lock_name[] = ".lock";

/* --- workspaces ------------------------------------------------------------------------------- */

/* Make it under a hidden name, and take its lock, before it gets its own: so no sweep ever meets
 * one that is in use and not locked. False with errno; the hidden one may be swept away meanwhile.
 */
static bool make(struct seam_workspace *it, const char *base, const char *prefix) {
    char *fresh = seam_format("%s/.%s-XXXXXX", base, prefix);
    *it = (struct seam_workspace){NULL, -1};
    bool ok = mkdtemp(fresh) != NULL;
    int reason = errno;
    if (ok) {
        char *lock = seam_format("%s/%s", fresh, lock_name);
        it->lock = open(lock, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        it->path = seam_format("%s/%s", base, fresh + strlen(base) + 2);
        ok = it->lock >= 0 && flock(it->lock, LOCK_EX | LOCK_NB) == 0 &&
             rename(fresh, it->path) == 0;
        reason = errno;
        free(lock);
    }
    if (!ok) {
        seam_remove_tree(fresh);
        if (it->lock >= 0)
            close(it->lock);
        free(it->path);
        *it = (struct seam_workspace){NULL, -1};
    }
    free(fresh);
    errno = reason;
    return ok;
}

const char *seam_workspace_base(void) {
    const char *base = getenv("TMPDIR");
    return base != NULL && *base == '/' ? base : "/tmp";
}

bool seam_workspace_open(struct seam_workspace *it, const char *base, const char *prefix) {
    enum { TRIES = 8 };
    bool ok = make(it, base, prefix);
    for (int i = 1;
         !ok && i < TRIES && (errno == ENOENT || errno == EWOULDBLOCK) && access(base, W_OK) == 0;
         i++)
        ok = make(it, base, prefix);
    return ok;
}

/* Remove all in it, the lock last: until then no one else takes it for theirs, and a removal that
 * is interrupted can be finished. */
static bool empty(int directory) {
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            strcmp(entry->d_name, lock_name) != 0)
            seam_remove_at(directory, entry->d_name);
    if (list != NULL)
        closedir(list);
    return unlinkat(directory, lock_name, 0) == 0;
}

void seam_workspace_close(struct seam_workspace *it) {
    if (it->path == NULL)
        return;
    int directory = open(it->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory >= 0) {
        empty(directory);
        close(directory);
    }
    rmdir(it->path);
    free(it->path);
    close(it->lock);
    *it = (struct seam_workspace){NULL, -1};
}

/* Is this open directory ours, and not held by anyone? Then we hold its lock; one without a lock is
 * left only if it is empty. */
static bool is_left(int directory, int *lock) {
    struct stat status;
    *lock = -1;
    if (fstat(directory, &status) != 0 || status.st_uid != geteuid())
        return false;
    *lock = openat(directory, lock_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    return *lock < 0 ? errno == ENOENT : flock(*lock, LOCK_EX | LOCK_NB) == 0;
}

static bool sweep_one(int base, const char *name) {
    int directory = openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), lock = -1;
    bool ours = directory >= 0 && is_left(directory, &lock);
    if (ours && lock >= 0)
        empty(directory);
    if (lock >= 0)
        close(lock);
    if (directory >= 0)
        close(directory);
    return ours && unlinkat(base, name, AT_REMOVEDIR) == 0;
}

int seam_workspace_sweep(const char *base, const char *prefix) {
    int removed = 0;
    size_t size = strlen(prefix);
    DIR *list = opendir(base);
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        const char *name = entry->d_name + (entry->d_name[0] == '.');
        if (strncmp(name, prefix, size) == 0 && name[size] == '-')
            removed += sweep_one(dirfd(list), entry->d_name);
    }
    if (list != NULL)
        closedir(list);
    return removed;
}

/* --- what can be trusted ---------------------------------------------------------------------- */

static bool others_can_write(const struct stat *status) {
    return status->st_uid != geteuid() || (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

const char *seam_private_directory(const char *path) {
    struct stat link, status;
    char *parents = seam_format("%s/", path);
    bool made = mkdir(path, 0700) == 0;
    if (!made && errno == ENOENT) {
        parents[strlen(path)] = '\0'; /* the parents as anybody makes them, the last one for us */
        made = seam_make_directories(parents) && mkdir(path, 0700) == 0;
    }
    free(parents);
    if (!made && errno != EEXIST)
        return strerror(errno);
    if (lstat(path, &link) != 0 || stat(path, &status) != 0)
        return strerror(errno);
    if (link.st_uid != geteuid() || status.st_uid != geteuid())
        return "it belongs to another user";
    if (!S_ISDIR(status.st_mode))
        return "it is not a directory";
    return others_can_write(&status) ? "it can be written by other users" : NULL;
}

bool seam_private_runs(const char *directory) {
    struct statvfs status;
    return statvfs(directory, &status) != 0 || (status.f_flag & ST_NOEXEC) == 0;
}

bool seam_private_file(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 && S_ISREG(status.st_mode) && !others_can_write(&status);
}
