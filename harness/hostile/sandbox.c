/* One case in a sandbox: a directory for the user, one for TMPDIR, a home, a Go. What is checked is
 * the same for every case; what a case is, is in cases.c. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/format.h"
#include "base/words.h"
#include "hostile/case.h"

enum { SECONDS_MAX = 60, SECONDS_SLOW = 200, SECONDS_ORPHAN = 5 };

static const char usual_go[] = "case \"$*\" in *GOVERSION*) echo ROOT; echo go1.27.4 ;;"
                               " *) echo broken >&2; exit 1 ;; esac\n";

/* --- what is there before --------------------------------------------------------------------- */

static void write_file(const char *path, const char *bytes, size_t size, mode_t mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd) != 0)
        perror(path);
}

static void make_go(const struct hostile_go *go) {
    const char *text = go != NULL ? go->script : usual_go;
    char *root = realpath("go", NULL), *script = seam_format("#!/bin/sh\n%s", text ? text : "");
    for (char *at; (at = strstr(script, "ROOT")) != NULL;) {
        char *rest = seam_format("%.*s%s%s", (int)(at - script), script, root, at + 4);
        free(script);
        script = rest;
    }
    if (text == NULL)
        mkdir("go/bin/go", 0755);
    else
        write_file("go/bin/go", script, strlen(script), 0755);
    free(script);
    free(root);
}

/* Somebody who writes into a pipe once; it ends with its reader, or with this process. */
static void feed_pipe(const char *path, const struct hostile_file *file) {
    mkfifo(path, 0600);
    if (fork() != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(1);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    _exit(write(fd, file->bytes, file->size) == (ssize_t)file->size ? 0 : 1);
}

static void make_file(const struct hostile_case *it) {
    const struct hostile_file *file = it->file;
    char *path = seam_format("user/%s", it->name);
    if (file->kind == HOSTILE_DIRECTORY)
        mkdir(path, 0755);
    else if (file->kind == HOSTILE_LINK && symlink(file->bytes, path) != 0)
        perror(path);
    else if (file->kind == HOSTILE_PIPE)
        feed_pipe(path, file);
    else if (file->kind == HOSTILE_FILE || file->kind == HOSTILE_HUGE)
        write_file(path, file->bytes, file->size, 0644);
    if (file->kind == HOSTILE_HUGE && truncate(path, 3LL << 30) != 0)
        perror(path);
    free(path);
}

static bool make_sandbox(const struct hostile_case *it, const char *work) {
    static const char *const directories[] = {"user", "tmp", "home", "go", "go/bin"};
    bool ok = chdir(work) == 0;
    for (size_t i = 0; ok && i < sizeof directories / sizeof *directories; i++)
        ok = mkdir(directories[i], 0755) == 0;
    if (ok)
        make_go(it->go);
    if (ok && it->file != NULL)
        make_file(it);
    return ok;
}

/* --- running ---------------------------------------------------------------------------------- */

/* A word with {} in it has the name of the file there. Owned by nobody: the process ends soon. */
static char *word_of(const struct hostile_case *it, int i) {
    const char *at = strstr(it->words[i], "{}");
    return at == NULL
               ? seam_format("%s", it->words[i])
               : seam_format("%.*s%s%s", (int)(at - it->words[i]), it->words[i], it->name, at + 2);
}

_Noreturn static void become_seam(const struct hostile_case *it, const char *seam,
                                  const char *work) {
    char *argv[HOSTILE_WORDS + 2] = {(char[]){"seam"}};
    for (int i = 0; i < HOSTILE_WORDS && it->words[i] != NULL; i++)
        argv[i + 1] = word_of(it, i);
    int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int err = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    for (int fd = STDERR_FILENO + 1; fd < 32; fd++)
        close(fd);
    setenv("TMPDIR", seam_format("%s/tmp", work), 1);
    setenv("HOME", seam_format("%s/home", work), 1);
    unsetenv("SEAM_CACHE");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("BUILD_WORKING_DIRECTORY");
    if (chdir("user") != 0 || (it->place != NULL && !it->place->enter()))
        _exit(0); /* not to be had here */
    setenv("ASAN_OPTIONS", "exitcode=99:detect_leaks=0", 1);
    setenv("UBSAN_OPTIONS", "exitcode=99:print_stacktrace=1", 1);
    execv(seam, argv);
    _exit(126);
}

/* Wait for it, and send the signal in its time; false if it had to be killed. */
static bool await(const struct hostile_case *it, pid_t pid, int *status) {
    double begin = seam_now(), limit = it->is_slow ? SECONDS_SLOW : SECONDS_MAX;
    bool is_sent = it->signal == 0;
    while (waitpid(pid, status, WNOHANG) == 0) {
        double seconds = seam_now() - begin;
        if (!is_sent && seconds * 1000 >= it->after)
            is_sent = kill(pid, it->signal) == 0;
        if (seconds > limit) {
            kill(pid, SIGKILL);
            waitpid(pid, status, 0);
            return false;
        }
        usleep(1000);
    }
    return true;
}

/* Whatever seam started and left has this process for a parent: wait until there is none, or kill
 * it. False if one had to be killed. */
static bool has_no_orphans(void) {
    double begin = seam_now();
    for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) >= 0; usleep(2000))
        if (seam_now() - begin > SECONDS_ORPHAN) {
            char *tasks = seam_format("/proc/self/task/%d/children", (int)getpid());
            FILE *in = fopen(tasks, "r");
            for (int child; in != NULL && fscanf(in, "%d", &child) == 1;)
                kill(child, SIGKILL);
            if (in != NULL)
                fclose(in);
            free(tasks);
            while (waitpid(-1, NULL, 0) > 0) {}
            return false;
        }
    return true;
}

/* --- what must be true ------------------------------------------------------------------------ */

/* "seam: running: 163 of 341", "seam: seed 1, ...", "seam: building x ...". */
static bool is_progress(const char *line, size_t size) {
    int all;
    return strncmp(line, "seam: seed ", 11) == 0 ||
           (size >= 4 && memcmp(line + size - 4, " ...", 4) == 0) ||
           sscanf(line, "seam: %*[a-z]: %*d of %d", &all) == 1;
}

/* Lines of seam's own, without those about what it is doing. */
static int errors_in(const char *text) {
    int n = 0;
    for (const char *at = text; *at != '\0';) {
        size_t size = strcspn(at, "\n");
        n += strncmp(at, "seam: ", 6) == 0 && !is_progress(at, size);
        at += size + (at[size] == '\n');
    }
    return n;
}

static bool has_control(const char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' && *text != '\n' && *text != '\t')
            return true;
    return false;
}

/* Does it say what to do, or give the words of another program below its own? */
static bool has_remedy(const char *text) {
    static const char *const words[] = {
        "; ",         "see ",      "did you mean", "needs ",  "expected ", "name ",
        "choose",     "set ",      "try ",         "at most", "must be ",  " is not one of ",
        " is not a ", " is from ", "as in: ",      "\n  "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(text, words[i]) != NULL)
            return true;
    return false;
}

/* How many files are in a directory, and below; in `directories`, how many of those are one. */
static int files_below(const char *path, int *directories) {
    int n = 0;
    char **paths = seam_file_list(path, "");
    for (char **at = paths; *at != NULL; at++) {
        struct stat status;
        bool is_directory = lstat(*at, &status) == 0 && S_ISDIR(status.st_mode);
        *directories += is_directory;
        n += 1 + (is_directory ? files_below(*at, directories) : 0);
    }
    seam_file_list_free(paths);
    return n;
}

static const char *check_end(const struct hostile_case *it, int status, const char *err) {
    bool is_ours = WIFSIGNALED(status) && it->signal != 0;
    bool is_pipe = WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE && it->place != NULL;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (strstr(err, "\nSUMMARY: ") != NULL || code == 99)
        return "a memory error";
    if (is_ours || is_pipe || (it->signal != 0 && code == 128 + it->signal))
        return NULL;
    if (code > 2)
        return "the exit status is not 0, 1 or 2";
    if (it->is_bad && code != 2)
        return "it is not refused";
    if (it->place == NULL && code == 2 && errors_in(err) != 1)
        return "not one line of error";
    if (it->place == NULL && code == 2 && !has_remedy(err))
        return "no remedy in the error";
    if (code != 2 && errors_in(err) > 0 && it->is_bad)
        return "an error, and a status that denies it";
    return has_control(err) ? "control characters in the error" : NULL;
}

/* What is refused has made no directory either. */
static const char *check_left(const struct hostile_case *it, int status) {
    bool may_be_left = it->signal == SIGKILL || it->place != NULL;
    int directories = 0, own = it->file != NULL && it->file->kind == HOSTILE_DIRECTORY;
    if (!may_be_left && files_below("tmp", &directories) != 0)
        return "something is left in TMPDIR";
    directories = 0;
    if (it->place == NULL && files_below("user", &directories) > 2)
        return "something is left in the user's directory";
    if (it->place == NULL && WIFEXITED(status) && WEXITSTATUS(status) == 2 && directories > own)
        return "a directory is left of what was refused";
    return NULL;
}

const char *hostile_try(const struct hostile_case *it, const char *seam, const char *work,
                        char why[HOSTILE_WHY]) {
    int status = 0;
    char *err = NULL;
    size_t size;
    if (!make_sandbox(it, work))
        return "the sandbox cannot be made";
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        become_seam(it, seam, work);
    bool has_ended = pid > 0 && await(it, pid, &status), has_none = has_no_orphans();
    if (!seam_file_read("err", SEAM_TEXT_FILE_MAX, &err, &size))
        err = calloc(1, 1);
    const char *broken = !has_ended  ? "it hangs"
                         : !has_none ? "a process is left behind"
                                     : check_end(it, status, err);
    broken = broken != NULL ? broken : check_left(it, status);
    if (broken != NULL)
        snprintf(why, HOSTILE_WHY, "%s (status %d): %.300s", broken,
                 WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), err);
    free(err);
    return broken != NULL ? why : NULL;
}

void hostile_print(const struct hostile_case *it) {
    printf("%s: seam", it->family);
    for (int i = 0; i < HOSTILE_WORDS && it->words[i] != NULL; i++) {
        char *word = word_of(it, i);
        putchar(' ');
        seam_words_print(stdout, word);
        free(word);
    }
    if (it->file != NULL)
        printf(" # the file is %s", it->file->what);
    if (it->place != NULL)
        printf(" # %s", it->place->what);
    if (it->go != NULL)
        printf(" # ../go %s", it->go->what);
    if (it->signal != 0)
        printf(" # SIG%s after %d ms", sigabbrev_np(it->signal), it->after);
}
