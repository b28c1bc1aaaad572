/* Running the program seam as people do, and looking at what it says: for the tests beside the
 * verbs.
 *
 * Every test works in an empty directory of its own, so that messages name files as a user would,
 * and with a cache of its own. Not here: what a report says about a rule; those are the .report
 * files of the corpus. */
#ifndef SEAM_CLI_EXPECT_H
#define SEAM_CLI_EXPECT_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/expect.h"

static char program[4096], directory[4096];

/* What the last run said. */
static int status;
static char out[1 << 16], err[1 << 13];

/* A scenario that breaks a rule, and one that keeps them all. */
#define BROKEN                                                                                     \
    "g0 = go_new data\n"                                                                           \
    "c0 = malloc clean\n"                                                                          \
    "store c0[0] = g0\n"                                                                           \
    "free c0\n"
#define LEGAL                                                                                      \
    "g0 = go_new data\n"                                                                           \
    "p0 = pinner\n"                                                                                \
    "pin p0 g0\n"                                                                                  \
    "call pointer g0\n"                                                                            \
    "  c_write g0 = 7\n"                                                                           \
    "return\n"                                                                                     \
    "look g0\n"                                                                                    \
    "unpin p0\n"

/* --- running ---------------------------------------------------------------------------------- */

static inline void must(bool ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(2);
    }
}

static inline void read_back(int fd, char *text, size_t size) {
    ssize_t n = pread(fd, text, size - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    close(fd);
}

static inline void run(const char *out_path, const char *const *argv) {
    int out_fd = out_path != NULL ? open(out_path, O_WRONLY) : memfd_create("out", MFD_CLOEXEC);
    int err_fd = memfd_create("err", MFD_CLOEXEC);
    must(out_fd >= 0 && err_fd >= 0, "open");
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out_fd, STDOUT_FILENO);
        dup2(err_fd, STDERR_FILENO);
        execv(program, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    must(waitpid(pid, &status, 0) == pid, "waitpid");
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    read_back(out_fd, out, sizeof out);
    read_back(err_fd, err, sizeof err);
}

#define seam(...) run(NULL, (const char *const[]){"seam", __VA_ARGS__, NULL})
#define seam_to(path, ...) run(path, (const char *const[]){"seam", __VA_ARGS__, NULL})

/* The last run was refused with this one line. */
static inline void expect_refused(const char *line) {
    expect_int(status, 2);
    expect_text(err, line);
    expect_text(out, "");
}

static inline void write_bytes(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    must(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, path);
}

static inline void write_text(const char *path, const char *text) {
    write_bytes(path, text, strlen(text));
}

static inline int files_in(const char *path) {
    int n = 0;
    DIR *entries = opendir(path);
    must(entries != NULL, path);
    while (readdir(entries) != NULL)
        n++;
    closedir(entries);
    return n - 2;
}

/* --- tests ------------------------------------------------------------------------------------ */

/* Run a test in an empty directory, and name it if it failed. Each is a part of the whole. */
static inline void in_directory(const char *name, void (*test)(void)) {
    char path[4200];
    if (!expect_mine())
        return;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    must(mkdir(path, 0777) == 0 && chdir(path) == 0, path);
    int failures = expect_failures;
    test();
    if (expect_failures > failures)
        fprintf(stderr, "in %s\n", name);
}

#define PROMISE(test) in_directory(#test, test)

/* The first argument is seam. */
static inline void cli_open(int argc, char **argv) {
    const char *base = getenv("TEST_TMPDIR");
    if (argc < 2 || realpath(argv[1], program) == NULL) {
        fprintf(stderr, "usage: %s SEAM ...\n", argv[0]);
        exit(2);
    }
    snprintf(directory, sizeof directory, "%s/seam-cli-XXXXXX", base != NULL ? base : "/tmp");
    must(mkdtemp(directory) != NULL, directory);
    setenv("SEAM_CACHE", directory, 1);
    setenv("NO_COLOR", "1", 1);
}

static inline int remove_one(const char *path, const struct stat *it, int type, struct FTW *place) {
    (void)it, (void)type, (void)place;
    return remove(path);
}

static inline int cli_close(void) {
    must(chdir("/") == 0, "/");
    expect_keep(directory);
    if (expect_failures == 0)
        nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return expect_status();
}

#endif
