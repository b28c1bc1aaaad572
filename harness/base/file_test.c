/* Promise: a file that seam writes is whole or not there, whatever ends the writing, and nothing is
 * left beside it; what is not a regular file is not replaced by one. */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/format.h"

enum { LARGE = 1 << 22 };

static char *bytes; /* LARGE of them */
static char *base;  /* the test's directory */

/* How many files are in the directory. */
static int files(void) {
    int n = 0;
    char **paths = seam_file_list(base, "");
    while (paths[n] != NULL)
        n++;
    seam_file_list_free(paths);
    return n;
}

static size_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (size_t)status.st_size : 0;
}

static void a_kill_leaves_nothing_beside_it(void) {
    for (int i = 0; i < 40; i++) {
        pid_t pid = fork();
        if (pid == 0)
            for (;;)
                seam_file_write("out", bytes, LARGE);
        usleep((useconds_t)(1000 + i * 500));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        expect_true(files() <= 1);
        expect_true(size_of("out") == 0 || size_of("out") == LARGE);
        unlink("out");
    }
}

static void what_does_not_fit_leaves_the_old_one(void) {
    struct rlimit before, limit;
    expect_true(seam_file_write("out", "old", 3));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = 1000;
    setrlimit(RLIMIT_FSIZE, &limit);
    expect_true(!seam_file_write("out", bytes, LARGE));
    setrlimit(RLIMIT_FSIZE, &before);
    expect_int(size_of("out"), 3);
    expect_int(files(), 1);
    expect_true(!seam_file_write("no/such/directory", "x", 1));
    expect_true(!seam_file_write(base, "x", 1));
    expect_true(!seam_file_write("", "x", 1));
    expect_int(files(), 1);
    unlink("out");
}

static void a_device_stays_one(void) {
    struct stat status;
    expect_true(seam_file_write("/dev/null", "x", 1));
    expect_true(!seam_file_write("/dev/full", "x", 1));
    expect_true(seam_file_write("a", "x", 1));
    expect_true(seam_file_move("a", "/dev/null"));
    expect_true(stat("/dev/null", &status) == 0 && S_ISCHR(status.st_mode));
    unlink("a");
}

static void a_file_moves_to_another_file_system(void) {
    struct stat status;
    char *far = seam_format("/dev/shm/seam-file-test-%d", (int)getpid());
    expect_true(seam_file_write("a", bytes, LARGE));
    expect_int(chmod("a", 0755), 0);
    expect_true(seam_file_move("a", "b"));
    expect_int(size_of("b"), LARGE);
    if (access("/dev/shm", W_OK) == 0) {
        expect_true(seam_file_move("b", far));
        expect_int(size_of(far), LARGE);
        expect_true(stat(far, &status) == 0 && (status.st_mode & 0700) == 0700);
        unlink(far);
    }
    expect_true(!seam_file_move("b", "no/such"));
    expect_true(!seam_file_move("missing", "c"));
    expect_int(seam_make_directories(""), true);
    free(far);
}

/* Whatever a shell would make of it. */
static void a_list_is_of_the_directory_of_that_name(void) {
    static const char *const names[] = {"a[b]c", "x*y?", "{p,q}", "~", "back\\slash"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *file = seam_format("%s/two.go", names[i]), *other = seam_format("%s/one.c", names[i]);
        char *hidden = seam_format("%s/.go", names[i]);
        expect_true(seam_make_directories(file));
        expect_true(seam_file_write(file, "", 0) && seam_file_write(other, "", 0) &&
                    seam_file_write(hidden, "", 0));
        char **paths = seam_file_list(names[i], ".go");
        expect_true(paths[0] != NULL && strcmp(paths[0], file) == 0 && paths[1] == NULL);
        seam_file_list_free(paths);
        expect_true(seam_remove_tree(names[i]));
        free(hidden);
        free(other);
        free(file);
    }
    char **none = seam_file_list("no/such/directory", "");
    expect_true(none[0] == NULL);
    seam_file_list_free(none);
}

int main(void) {
    const char *given = getenv("TEST_TMPDIR");
    base = seam_format("%s/file-test-XXXXXX", given != NULL ? given : "/tmp");
    bytes = calloc(1, LARGE);
    expect_true(mkdtemp(base) != NULL && chdir(base) == 0 && bytes != NULL);
    a_kill_leaves_nothing_beside_it();
    what_does_not_fit_leaves_the_old_one();
    a_device_stays_one();
    a_file_moves_to_another_file_system();
    a_list_is_of_the_directory_of_that_name();
    seam_remove_tree(base);
    free(bytes);
    free(base);
    return expect_status();
}
