/* Promise: what seam makes in a place where others can write is its own, and it removes and trusts
 * nothing else: not through a link, not of another user, not while somebody works in it. */
#define _GNU_SOURCE
#include "base/private.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"

static const char *base;

/* A path below the test's directory, good until the fourth call from here. */
static char *at(const char *name) {
    static char paths[4][4096];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", base, name);
    return path;
}

static void put(const char *name) { expect_true(seam_file_write(at(name), "x", 1)); }

static bool is_there(const char *name) {
    struct stat status;
    return lstat(at(name), &status) == 0;
}

static void a_workspace_is_private_and_goes(void) {
    struct seam_workspace it;
    struct stat status;
    expect_true(seam_workspace_open(&it, base, "work"));
    expect_int(stat(it.path, &status), 0);
    expect_int(status.st_mode & 0777, 0700);
    char *path = seam_format("%s", it.path), *file = seam_format("%s/a/b", path);
    expect_true(seam_make_directories(file));
    expect_true(seam_file_write(file, "x", 1));
    seam_workspace_close(&it);
    expect_int(access(path, F_OK), -1);
    seam_workspace_close(&it);
    expect_true(!seam_workspace_open(&it, at("missing"), "work"));
    free(file);
    free(path);
}

/* Make it another user's; false where this user may not (nobody but root can). */
static bool give_away(const char *name) {
    bool ok = lchown(at(name), 65534, 65534) == 0;
    if (!ok)
        printf("not checked for %s: only root can give a file to another user\n", name);
    return ok;
}

/* In a child that is killed, or that ends while its own child holds the workspace. */
static void a_killed_run_is_swept_and_a_live_one_is_not(void) {
    struct seam_workspace live;
    expect_true(seam_workspace_open(&live, base, "work"));
    expect_int(seam_workspace_sweep(base, "work"), 0);
    expect_int(access(live.path, F_OK), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct seam_workspace it;
        _exit(seam_workspace_open(&it, base, "work") ? 0 : 1);
    }
    int status = 1;
    waitpid(pid, &status, 0);
    expect_int(status, 0);
    expect_int(seam_workspace_sweep(base, "work"), 1);
    expect_int(access(live.path, F_OK), 0);
    expect_int(seam_workspace_sweep(base, "other"), 0);
    seam_workspace_close(&live);
    /* Killed while it was made. */
    expect_int(mkdir(at(".work-abcdef"), 0700), 0);
    expect_int(seam_workspace_sweep(base, "work"), 1);
    expect_int(mkdir(at(".work-abcdef"), 0700), 0);
    put(".work-abcdef/.lock");
    expect_int(seam_workspace_sweep(base, "work"), 1);
}

/* A link of that name, and one inside of a directory that was left. */
static void a_sweep_follows_no_link(void) {
    struct seam_workspace it;
    expect_int(mkdir(at("precious"), 0755), 0);
    put("precious/file");
    expect_int(symlink(at("precious"), at("work-link")), 0);
    expect_int(seam_workspace_sweep(base, "work"), 0);
    expect_true(is_there("work-link") && is_there("precious/file"));
    expect_true(seam_workspace_open(&it, base, "work"));
    char *inside = seam_format("%s/link", it.path);
    expect_int(symlink(at("precious"), inside), 0);
    seam_workspace_close(&it);
    expect_true(is_there("precious/file"));
    expect_int(unlink(at("work-link")), 0);
    free(inside);
}

/* A directory made to look like ours by someone else, with a link to files of others. */
static void a_sweep_leaves_what_has_no_lock_of_ours(void) {
    expect_int(mkdir(at("work-1-abcdef"), 0755), 0);
    put("work-1-abcdef/file");
    expect_int(seam_workspace_sweep(base, "work"), 0);
    expect_true(is_there("work-1-abcdef/file"));
    expect_int(symlink(at("precious/file"), at("work-1-abcdef/.lock")), 0);
    expect_int(seam_workspace_sweep(base, "work"), 0);
    expect_true(is_there("work-1-abcdef/file"));
    unlink(at("work-1-abcdef/.lock"));
    put("work-1-abcdef/.lock");
    if (give_away("work-1-abcdef")) {
        expect_int(seam_workspace_sweep(base, "work"), 0);
        expect_true(is_there("work-1-abcdef/file"));
        expect_int(chown(at("work-1-abcdef"), geteuid(), getegid()), 0);
    }
    expect_int(seam_workspace_sweep(base, "work"), 1);
    expect_true(!is_there("work-1-abcdef"));
}

static void a_directory_is_trusted_only_if_it_is_ours_alone(void) {
    struct stat status;
    char cache[4096];
    snprintf(cache, sizeof cache, "%s", at("made/by/us"));
    expect_true(seam_private_directory(cache) == NULL);
    expect_int(stat(cache, &status), 0);
    expect_int(status.st_mode & 0777, 0700);
    expect_true(seam_private_directory(cache) == NULL);
    expect_int(chmod(cache, 0770), 0);
    expect_text(seam_private_directory(cache), "it can be written by other users");
    expect_int(chmod(cache, 0755), 0);
    expect_true(seam_private_directory(cache) == NULL);
    put("made/by/file");
    expect_text(seam_private_directory(at("made/by/file")), "it is not a directory");
    if (give_away("made/by/us"))
        expect_text(seam_private_directory(cache), "it belongs to another user");
    expect_int(symlink(base, at("made/link")), 0);
    expect_true(seam_private_directory(at("made/link")) == NULL);
    if (give_away("made/link"))
        expect_text(seam_private_directory(at("made/link")), "it belongs to another user");
}

static void a_file_is_trusted_only_if_it_is_ours_alone(void) {
    put("program");
    expect_int(chmod(at("program"), 0755), 0);
    expect_true(seam_private_file(at("program")));
    expect_int(symlink(at("program"), at("planted")), 0);
    expect_true(!seam_private_file(at("planted")) && !seam_private_file(at("missing")));
    expect_int(chmod(at("program"), 0757), 0);
    expect_true(!seam_private_file(at("program")));
    expect_int(chmod(at("program"), 0755), 0);
    if (give_away("program"))
        expect_true(!seam_private_file(at("program")));
}

int main(void) {
    struct seam_workspace it;
    const char *where = getenv("TEST_TMPDIR");
    umask(022);
    if (!seam_workspace_open(&it, where != NULL ? where : "/tmp", "private-test"))
        return 2;
    base = it.path;
    a_workspace_is_private_and_goes();
    a_killed_run_is_swept_and_a_live_one_is_not();
    a_sweep_follows_no_link();
    a_sweep_leaves_what_has_no_lock_of_ours();
    a_directory_is_trusted_only_if_it_is_ours_alone();
    a_file_is_trusted_only_if_it_is_ours_alone();
    seam_workspace_close(&it);
    return expect_status();
}
