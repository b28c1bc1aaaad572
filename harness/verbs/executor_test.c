/* Promise: whatever is wrong with Go on a machine, seam says what to install or to name; and an
 * executor that hangs is a finding.
 *
 * Arguments: seam, and an executor that never answers. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mount.h>
#include <time.h>

#include "verbs/cli_expect.h"

static char hanging[4096];

static void without_go_it_is_said_what_to_name(void) {
    write_text("a.seam", LEGAL);
    seam("replay", "--go=nowhere", "a.seam");
    expect_refused("seam: no Go in nowhere: bin/go is not there or does not run; name a GOROOT "
                   "such as /usr/lib/go-1.23\n");
    seam("replay", "--go", "--flavor=spicy", "a.seam");
    expect_refused("seam: unknown flavor 'spicy'; choose plain, cgocheck2, asan or race\n");
    seam("replay", "--executor=/bin/true", "--go-minor=27", "--flavor=plain", "a.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: the Go executor /bin/true does not start: ");
}

static void where_leaksanitizer_cannot_run_leaks_are_not_judged(void) {
    char executor[4200];
    snprintf(executor, sizeof executor, "--executor=%s", hanging);
    write_text("leak.seam", "c0 = malloc clean\n");
    seam("replay", executor, "--go-minor=27", "--flavor=asan", "leak.seam");
    expect_contains(out, "LeakSanitizer cannot run here, leaks are not judged");
}

static void an_executor_that_was_not_built_says_why_and_is_no_failure(void) {
    write_text("a.seam", LEGAL);
    write_text("executor", "SKIP: no Go on this machine\n");
    seam("replay", "--executor=executor", "a.seam");
    expect_int(status, 0);
    expect_contains(out, "SKIP: no Go on this machine\n");
}

/* A go command that is a script. */
static void write_go(const char *root, const char *script) {
    char path[64];
    must(mkdir(root, 0777) == 0, root);
    snprintf(path, sizeof path, "%s/bin", root);
    must(mkdir(path, 0777) == 0, path);
    snprintf(path, sizeof path, "%s/bin/go", root);
    write_text(path, script);
    must(chmod(path, 0777) == 0, path);
}

static void an_old_go_is_refused(void) {
    write_text("a.seam", LEGAL);
    write_go("old", "#!/bin/sh\necho /usr/lib/go-1.4\necho go1.4.3\n");
    seam("replay", "--go=old", "a.seam");
    expect_refused("seam: go1.4.3 in /usr/lib/go-1.4 is too old: seam needs Go 1.19 or newer\n");
}

/* `go build` fails as it does on a machine without the sanitizer's runtime. */
static void a_missing_sanitizer_runtime_is_named(void) {
    write_go("broken", "#!/bin/sh\n"
                       "[ \"$1\" = env ] && { echo \"$PWD/broken\"; echo go1.27.4; exit; }\n"
                       "echo '# runtime/cgo'\n"
                       "echo 'ld: cannot find libclang_rt.asan-x86_64.a'\nexit 1\n");
    seam("executor", "--go=broken", "--flavor=asan", "-o", "executor");
    expect_int(status, 2);
    expect_contains(err, "install libclang-rt-");
    expect_contains(err, "-dev or run ci/setup\n");
    expect_int(access("executor", F_OK), -1);
}

/* Make a file of the cache that was last used that many days ago. */
static void write_cached(const char *name, int days) {
    struct timespec times[2] = {{time(NULL) - days * 24 * 3600, 0}};
    times[1] = times[0];
    write_text(name, "");
    must(utimensat(AT_FDCWD, name, times, 0) == 0, name);
}

static void what_nobody_has_used_for_a_month_leaves_the_cache(void) {
    write_go("broken", "#!/bin/sh\n"
                       "[ \"$1\" = env ] && { echo \"$PWD/broken\"; echo go1.27.4; exit; }\n"
                       "exit 1\n");
    write_text("a.seam", LEGAL);
    write_cached("executor-0000000000000001-go1.19.8-plain", 31);
    write_cached("executor-0000000000000002-go1.19.8-plain", 29);
    write_cached("mine", 31);
    write_cached("executor-mine-go1.19.8-plain", 31);
    write_cached("src-myproject", 31);
    setenv("SEAM_CACHE", ".", 1);
    seam("replay", "--go=broken", "a.seam");
    setenv("SEAM_CACHE", directory, 1);
    expect_int(status, 2);
    expect_int(access("executor-0000000000000001-go1.19.8-plain", F_OK), -1);
    expect_int(access("executor-0000000000000002-go1.19.8-plain", F_OK), 0);
    expect_int(access("mine", F_OK), 0);
    expect_int(access("executor-mine-go1.19.8-plain", F_OK), 0);
    expect_int(access("src-myproject", F_OK), 0);
}

/* What somebody else planted there would be run. */
static void a_cache_that_others_can_write_is_refused(void) {
    write_go("broken", "#!/bin/sh\n"
                       "[ \"$1\" = env ] && { echo \"$PWD/broken\"; echo go1.27.4; exit; }\n"
                       "exit 1\n");
    write_text("a.seam", LEGAL);
    must(mkdir("open", 0700) == 0 && chmod("open", 0777) == 0, "open");
    setenv("SEAM_CACHE", "open", 1);
    seam("replay", "--go=broken", "a.seam");
    setenv("SEAM_CACHE", directory, 1);
    expect_int(status, 2);
    expect_contains(err, "seam: the cache open cannot be used: it can be written by other users; "
                         "set SEAM_CACHE to a directory that is yours");
}

/* Not every command called go is one. */
static void what_builds_nothing_is_told(void) {
    write_go("silent", "#!/bin/sh\n"
                       "[ \"$1\" = env ] && { echo \"$PWD/silent\"; echo go1.27.4; exit; }\n"
                       "exit 0\n");
    seam("executor", "--go=silent", "-o", "executor");
    expect_refused("seam: go1.27.4 ends with status 0 and builds nothing; name another Go with "
                   "--go\n");
    expect_int(access("executor", F_OK), -1);
}

/* A directory in the place of each file in the cache that ends with .sum. */
static void block_sums(const char *cache) {
    char path[512];
    DIR *list = opendir(cache);
    must(list != NULL, cache);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        snprintf(path, sizeof path, "%s/%s", cache, entry->d_name);
        if (dot != NULL && strcmp(dot, ".sum") == 0)
            must(unlink(path) == 0 && mkdir(path, 0700) == 0, path);
    }
    closedir(list);
}

/* It "builds" a script, and notes it. */
static void write_little_go(void) {
    char script[8192];
    snprintf(script, sizeof script,
             "#!/bin/sh\n"
             "[ \"$1\" = env ] && { echo \"$PWD/little\"; echo go1.27.4; exit; }\n"
             "echo '#!/bin/sh' >../product\nchmod 755 ../product\necho >>'%s/builds'\n",
             directory);
    write_go("little", script);
}

static int builds(void) {
    char path[8192];
    struct stat it;
    snprintf(path, sizeof path, "%s/builds", directory);
    return stat(path, &it) == 0 ? (int)it.st_size : 0;
}

/* Change the last byte of each executor in the cache. */
static void damage_executors(const char *cache) {
    char path[512];
    struct stat it;
    DIR *list = opendir(cache);
    must(list != NULL, cache);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", cache, entry->d_name);
        if (strncmp(entry->d_name, "executor-", 9) != 0 || strstr(entry->d_name, ".sum") != NULL)
            continue;
        int fd = open(path, O_WRONLY);
        must(fd >= 0 && fstat(fd, &it) == 0 && pwrite(fd, "X", 1, it.st_size - 1) == 1, path);
        close(fd);
    }
    closedir(list);
}

/* A disk that was full, or that forgot. */
static void a_damaged_executor_is_built_again(void) {
    write_little_go();
    write_text("a.seam", LEGAL);
    setenv("SEAM_CACHE", "cache", 1);
    seam("replay", "--go=little", "--flavor=plain", "a.seam");
    seam("replay", "--go=little", "--flavor=plain", "a.seam");
    expect_int(builds(), 1);
    damage_executors("cache");
    seam("replay", "--go=little", "--flavor=plain", "a.seam");
    expect_int(builds(), 2);
    seam("replay", "--go=little", "--flavor=plain", "a.seam");
    expect_int(builds(), 2);
    setenv("SEAM_CACHE", directory, 1);
}

static void a_cache_that_cannot_be_written_is_one_line(void) {
    write_little_go();
    write_text("a.seam", LEGAL);
    setenv("SEAM_CACHE", "cache", 1);
    seam("replay", "--go=little", "--flavor=plain", "a.seam");
    expect_contains(err, "does not start");
    block_sums("cache");
    seam("replay", "--go=little", "--flavor=plain", "a.seam");
    setenv("SEAM_CACHE", directory, 1);
    expect_int(status, 2);
    const char *at = strstr(err, "seam: cannot write cache/executor-");
    expect_true(at != NULL &&
                strstr(at, ".sum: Is a directory; set SEAM_CACHE to another") != NULL);
    expect_true(strstr(err, "choose another place with -o") == NULL);
}

/* A file system of our own on a directory; false where this user may not have one. */
static bool mount_noexec(const char *path) {
    must(mkdir(path, 0700) == 0, path);
    bool ok = (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
              mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
              mount("seam-test", path, "tmpfs", MS_NOEXEC, "mode=700") == 0;
    if (!ok)
        printf("not checked: no file system can be mounted here: %s\n", strerror(errno));
    return ok;
}

/* In a process of its own, which is alone in seeing the file system. */
static void where_nothing_can_run_it_is_told(void) {
    write_little_go();
    write_text("a.seam", LEGAL);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        expect_failures = 0;
        setenv("SEAM_CACHE", "cache", 1);
        if (mount_noexec("cache")) {
            seam("replay", "--go=little", "--flavor=plain", "a.seam");
            expect_refused("seam: the cache cache is mounted noexec, so no executor can run there; "
                           "set SEAM_CACHE to a directory where programs can run\n");
        }
        _exit(expect_failures > 0);
    }
    int end = 1;
    must(waitpid(pid, &end, 0) == pid, "waitpid");
    expect_int(end, 0);
}

static void a_go_process_that_hangs_is_a_finding(void) {
    char executor[4200];
    snprintf(executor, sizeof executor, "--executor=%s", hanging);
    write_text("a.seam", LEGAL);
    seam("replay", executor, "--go-minor=23", "--flavor=plain", "--timeout=200", "a.seam");
    expect_int(status, 1);
    expect_contains(out, "hung at step 1 (no answer within 200 ms): hang");
}

/* The executor here never answers: what is predicted for it is what counts. */
static void an_old_go_is_judged_by_its_own_release_or_told_to_lack_it(void) {
    char executor[4200];
    snprintf(executor, sizeof executor, "--executor=%s", hanging);
    write_text("pins.seam", "p0 = pinner\n");
    write_text("old.seam", "g0 = go_new array\ncall pointed g0\nreturn\n");
    seam("replay", executor, "--go-minor=19", "--flavor=plain", "--timeout=200", "pins.seam",
         "old.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: pins.seam: uses operations that exist only since Go 1.21, and was "
                         "not run on Go 1.19\n");
    expect_contains(out, "FALSE ALARM refused-array-pointer");
    expect_contains(out, "--flavor=plain ");
    expect_contains(out, "--go-minor=19 --timeout=200 old.seam\n");
    expect_contains(out, "go1.19 plain: hung at step 1");
    seam("replay", executor, "--go-minor=19", "--flavor=plain", "--model=go1.27", "old.seam");
    expect_refused("seam: --model=go1.27 is not the release of go1.19; leave it out\n");
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    must(argc > 2 && realpath(argv[2], hanging) != NULL, "the executor that hangs");
    PROMISE(without_go_it_is_said_what_to_name);
    PROMISE(where_leaksanitizer_cannot_run_leaks_are_not_judged);
    PROMISE(an_executor_that_was_not_built_says_why_and_is_no_failure);
    PROMISE(an_old_go_is_refused);
    PROMISE(a_missing_sanitizer_runtime_is_named);
    PROMISE(what_nobody_has_used_for_a_month_leaves_the_cache);
    PROMISE(a_cache_that_others_can_write_is_refused);
    PROMISE(what_builds_nothing_is_told);
    PROMISE(where_nothing_can_run_it_is_told);
    PROMISE(a_damaged_executor_is_built_again);
    PROMISE(a_cache_that_cannot_be_written_is_one_line);
    PROMISE(a_go_process_that_hangs_is_a_finding);
    PROMISE(an_old_go_is_judged_by_its_own_release_or_told_to_lack_it);
    return cli_close();
}
