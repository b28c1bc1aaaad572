/* What can be wrong around seam. */
#define _GNU_SOURCE
#include "hostile/places.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- variables -------------------------------------------------------------------------------- */

static bool set(const char *name, const char *value) { return setenv(name, value, 1) == 0; }

static bool no_home(void) { return unsetenv("HOME") == 0; }
static bool missing_home(void) { return set("HOME", "/no/such/home"); }
static bool unwritable_home(void) { return set("HOME", "/proc"); }
static bool empty_home(void) { return set("HOME", ""); }
static bool missing_tmpdir(void) { return set("TMPDIR", "/no/such/tmp"); }
static bool unwritable_tmpdir(void) { return set("TMPDIR", "/proc"); }
static bool relative_tmpdir(void) { return set("TMPDIR", "tmp"); }
static bool file_tmpdir(void) { return set("TMPDIR", "/etc/passwd"); }

static bool quoted_tmpdir(void) {
    return mkdir("../home/it's a \"tmp\" $HOME", 0755) == 0 &&
           set("TMPDIR", "../home/it's a \"tmp\" $HOME");
}

static bool empty_path(void) { return set("PATH", ""); }
static bool no_path(void) { return unsetenv("PATH") == 0; }
static bool file_path(void) { return set("PATH", "/etc/passwd"); }

static bool open_cache(void) {
    return mkdir("../home/cache", 0777) == 0 && chmod("../home/cache", 0777) == 0 &&
           set("SEAM_CACHE", "../home/cache");
}

static bool file_cache(void) { return set("SEAM_CACHE", "/etc/passwd"); }
static bool unwritable_cache(void) { return set("SEAM_CACHE", "/proc/seam"); }
static bool no_variables(void) { return clearenv() == 0; }
static bool turkish(void) { return set("LC_ALL", "tr_TR.UTF-8") && set("LANG", "tr_TR.UTF-8"); }
static bool no_language(void) { return set("LC_ALL", "xx_YY"); }
static bool wrong_flags(void) { return set("GOFLAGS", "-mod='") && set("CC", "'no such"); }
static bool missing_caller(void) { return set("BUILD_WORKING_DIRECTORY", "/no/such"); }

/* --- descriptors and directories -------------------------------------------------------------- */

static bool no_input(void) { return close(STDIN_FILENO) == 0; }
static bool no_output(void) { return close(STDOUT_FILENO) == 0; }
static bool no_error(void) { return close(STDERR_FILENO) == 0; }
static bool no_files(void) { return no_input() && no_output() && no_error(); }
static bool one_file(void) { return dup2(STDERR_FILENO, STDOUT_FILENO) >= 0; }
static bool input_only(void) { return no_output() && no_error(); }

static bool becomes(int fd, const char *path, int how) {
    int other = open(path, how | O_CLOEXEC);
    return other >= 0 && dup2(other, fd) == fd;
}

static bool full_output(void) { return becomes(STDOUT_FILENO, "/dev/full", O_WRONLY); }
static bool full_error(void) { return becomes(STDERR_FILENO, "/dev/full", O_WRONLY); }
static bool readable_output(void) { return becomes(STDOUT_FILENO, "/dev/null", O_RDONLY); }
static bool endless_input(void) { return becomes(STDIN_FILENO, "/dev/zero", O_RDONLY); }

/* Nobody reads what it prints. */
static bool broken_pipe(void) {
    int ends[2];
    return pipe2(ends, O_CLOEXEC) == 0 && dup2(ends[1], STDOUT_FILENO) >= 0 && close(ends[0]) == 0;
}

static bool ignored_pipe(void) { return signal(SIGPIPE, SIG_IGN) != SIG_ERR && broken_pipe(); }

static bool removed_directory(void) {
    return mkdir("../home/gone", 0755) == 0 && chdir("../home/gone") == 0 && rmdir(".") != 0 &&
           rmdir("../gone") == 0;
}

/* --- limits ----------------------------------------------------------------------------------- */

static bool limit(int what, rlim_t value) {
    return setrlimit(what, &(struct rlimit){value, value}) == 0;
}

static bool no_bytes(void) { return limit(RLIMIT_FSIZE, 0); }
static bool few_bytes(void) { return limit(RLIMIT_FSIZE, 100); }
static bool few_files(void) { return limit(RLIMIT_NOFILE, 6); }
static bool no_more_files(void) { return limit(RLIMIT_NOFILE, 4); }
static bool no_processes(void) { return limit(RLIMIT_NPROC, 1); }
static bool no_core(void) { return limit(RLIMIT_CORE, RLIM_INFINITY); }
static bool ignores_children(void) { return signal(SIGCHLD, SIG_IGN) != SIG_ERR; }

static bool blocked_signals(void) {
    sigset_t every;
    return sigfillset(&every) == 0 && sigprocmask(SIG_BLOCK, &every, NULL) == 0;
}

static bool odd_mask(void) { return umask(0777) != 0777; }

/* A small file system of its own over what the user has for temporary files. */
static bool mounted(const char *data, unsigned long flags) {
    const char *tmp = getenv("TMPDIR");
    return tmp != NULL && unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("seam-hostile", tmp, "tmpfs", flags, data) == 0;
}

static bool small_tmpdir(void) { return mounted("size=8k", 0); }
static bool noexec_tmpdir(void) { return mounted("size=1m", MS_NOEXEC); }
static bool readonly_tmpdir(void) { return mounted("size=1m", MS_RDONLY); }

/* --- the table -------------------------------------------------------------------------------- */

const struct hostile_place hostile_places[] = {
    {"no HOME", no_home},
    {"HOME is missing", missing_home},
    {"HOME cannot be written", unwritable_home},
    {"HOME is empty", empty_home},
    {"TMPDIR is missing", missing_tmpdir},
    {"TMPDIR cannot be written", unwritable_tmpdir},
    {"TMPDIR is relative", relative_tmpdir},
    {"TMPDIR is a file", file_tmpdir},
    {"TMPDIR has quotes", quoted_tmpdir},
    {"TMPDIR is full", small_tmpdir},
    {"TMPDIR is noexec", noexec_tmpdir},
    {"TMPDIR is read-only", readonly_tmpdir},
    {"PATH is empty", empty_path},
    {"no PATH", no_path},
    {"PATH is a file", file_path},
    {"others can write SEAM_CACHE", open_cache},
    {"SEAM_CACHE is a file", file_cache},
    {"SEAM_CACHE cannot be made", unwritable_cache},
    {"no variables", no_variables},
    {"Turkish", turkish},
    {"an unknown language", no_language},
    {"GOFLAGS and CC with open quotes", wrong_flags},
    {"BUILD_WORKING_DIRECTORY is missing", missing_caller},
    {"no standard input", no_input},
    {"no standard output", no_output},
    {"no standard error", no_error},
    {"no standard output and error", input_only},
    {"no standard files", no_files},
    {"output and error are one", one_file},
    {"output is full", full_output},
    {"error is full", full_error},
    {"output is for reading", readable_output},
    {"endless input", endless_input},
    {"the output is not read", broken_pipe},
    {"the same, SIGPIPE ignored", ignored_pipe},
    {"the directory is gone", removed_directory},
    {"files may have no bytes", no_bytes},
    {"files may have 100 bytes", few_bytes},
    {"6 descriptors", few_files},
    {"4 descriptors", no_more_files},
    {"1 process", no_processes},
    {"cores are kept", no_core},
    {"SIGCHLD is ignored", ignores_children},
    {"signals are blocked", blocked_signals},
    {"umask 777", odd_mask},
};

const int hostile_places_n = sizeof hostile_places / sizeof *hostile_places;
