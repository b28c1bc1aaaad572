/* Promise: what runs in the sandbox reaches no network but its own loopback, writes nowhere but in
 * $TMPDIR, signals nobody outside, and stays within limits; each part can be switched off; and
 * where a kernel refuses one, everything else goes on and says so in one line.
 *
 * Each case is a process that opens the sandbox, and a child of it that enters it. */
#define _GNU_SOURCE
#include "base/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"

enum {
    LANDLOCK_CREATE_RULESET = 444,
    LANDLOCK_WITH_SIGNALS = 6,
    CANNOT_OPEN = 99,
    SIGNALLED = 128
};

static char *base, *errors; /* the test's directory; what the last case printed */

/* A path below the test's directory, good until the fourth call from here. */
static char *at(const char *name) {
    static char paths[4][4096];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", base, name);
    return path;
}

/* --- cases ------------------------------------------------------------------------------------ */

/* From now on the kernel answers this system call with an error, as in a container. */
static void refuse(long call, int code) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)code),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(98);
}

static int status_of(int status) {
    return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What is tried, and where. */
struct attempt {
    struct seam_sandbox_options options;
    unsigned how;
    bool without_network, without_files; /* the kernel refuses them */
    int (*act)(void);                    /* in the sandbox; its exit status */
};

static void be(const struct attempt *it) {
    int status = 0, fd = open(at("errors"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, STDERR_FILENO);
    if (it->without_network)
        refuse(SYS_unshare, EPERM);
    if (it->without_files)
        refuse(LANDLOCK_CREATE_RULESET, ENOSYS);
    if (!seam_sandbox_open(&it->options))
        _exit(CANNOT_OPEN);
    pid_t pid = fork();
    if (pid == 0) {
        seam_sandbox_enter(it->how);
        _exit(it->act());
    }
    waitpid(pid, &status, 0);
    _exit(status_of(status));
}

/* How it ended: an exit status, CANNOT_OPEN, or SIGNALLED and a signal. */
static int try(struct attempt it) {
    int status = 0;
    size_t size;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        be(&it);
    waitpid(pid, &status, 0);
    free(errors);
    if (!seam_file_read(at("errors"), SEAM_TEXT_FILE_MAX, &errors, &size))
        errors = seam_format("%s", "");
    return status_of(status);
}

/* The test itself may be built with AddressSanitizer. */
enum { HOW = SEAM_CONFINED | SEAM_SANITIZED };

#define TRY(act_, ...) try((struct attempt){.how = HOW, .act = act_, .options = {__VA_ARGS__}})

static int nothing(void) { return 0; }

/* Some machines cannot do it: then there is nothing to see here, and the fallbacks are tried. */
static bool is_possible(void) {
    bool is = TRY(nothing, .sandbox = "on") == 0;
    if (!is)
        printf("not checked: %s", errors);
    return is;
}

/* --- the network ------------------------------------------------------------------------------ */

static int port; /* of a listener outside of the sandbox */

static int listener(int *number) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 5) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return -1;
    *number = ntohs(address.sin_port);
    return fd;
}

/* 0, or errno. */
static int connect_to(int number) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)number),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

static int reaches_outside(void) { return connect_to(port); }

static int reaches_itself(void) {
    int number = 0;
    return listener(&number) < 0 ? errno : connect_to(number);
}

static void the_network_is_loopback_only(void) {
    expect_int(TRY(reaches_outside, .sandbox = "on"), ECONNREFUSED);
    expect_int(TRY(reaches_itself, .sandbox = "on"), 0);
    expect_int(TRY(reaches_outside, .sandbox = "on", .network = ""), 0);
    expect_int(TRY(reaches_outside, .sandbox = "off"), 0);
    expect_text(errors, "");
}

/* --- files ------------------------------------------------------------------------------------ */

static int write_to(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    return fd < 0 ? errno : write(fd, "x", 1) == 1 ? 0 : errno;
}

static int writes_tree(void) { return write_to(at("tree/new")); }
static int overwrites_tree(void) { return write_to(at("tree/old")); }
static int truncates_tree(void) { return truncate(at("tree/old"), 0) == 0 ? 0 : errno; }
static int removes_from_tree(void) { return unlink(at("tree/old")) == 0 ? 0 : errno; }
static int reads_tree(void) { return open(at("tree/old"), O_RDONLY) >= 0 ? 0 : errno; }
static int writes_null(void) { return write_to("/dev/null"); }
static int writes_its_name(void) { return write_to("/proc/self/comm"); }

static int works_in_its_directory(void) {
    int code = write_to(at("tmp/file"));
    if (code == 0 &&
        (mkdir(at("tmp/d"), 0700) != 0 || rename(at("tmp/file"), at("tmp/d/file")) != 0 ||
         truncate(at("tmp/d/file"), 0) != 0 || unlink(at("tmp/d/file")) != 0 ||
         rmdir(at("tmp/d")) != 0))
        code = errno;
    return code;
}

static void only_its_directory_can_be_written(void) {
    expect_int(TRY(writes_tree, .sandbox = "on"), EACCES);
    expect_int(TRY(overwrites_tree, .sandbox = "on"), EACCES);
    expect_int(TRY(truncates_tree, .sandbox = "on"), EACCES);
    expect_int(TRY(removes_from_tree, .sandbox = "on"), EACCES);
    expect_int(TRY(reads_tree, .sandbox = "on"), 0);
    expect_int(TRY(works_in_its_directory, .sandbox = "on"), 0);
    expect_int(TRY(writes_null, .sandbox = "on"), 0);
    expect_int(TRY(writes_its_name, .sandbox = "on"), 0);
    expect_int(TRY(overwrites_tree, .sandbox = "off"), 0);
}

/* --- signals ---------------------------------------------------------------------------------- */

static int kills_its_parent(void) { return kill(getppid(), 0) == 0 ? 0 : errno; }

static int kills_itself(void) { return kill(getpid(), 0) == 0 ? 0 : errno; }

static int kills_its_child(void) {
    pid_t pid = fork();
    if (pid == 0)
        pause();
    int code = kill(pid, SIGKILL) == 0 ? 0 : errno;
    return code != 0 ? code : waitpid(pid, NULL, 0) == pid ? 0 : errno;
}

static bool keeps_signals(void) {
    return syscall(LANDLOCK_CREATE_RULESET, NULL, 0, 1) >= LANDLOCK_WITH_SIGNALS;
}

static void no_signal_leaves_the_sandbox(void) {
    expect_int(TRY(kills_itself, .sandbox = "on"), 0);
    expect_int(TRY(kills_its_child, .sandbox = "on"), 0);
    if (keeps_signals())
        expect_int(TRY(kills_its_parent, .sandbox = "on"), EPERM);
    else
        printf("not checked: this kernel keeps no signals in a sandbox\n");
    expect_int(TRY(kills_its_parent, .sandbox = "off"), 0);
}

static int frequent(int (*act)(void)) {
    return try(
        (struct attempt){.how = HOW | SEAM_FREQUENT, .act = act, .options = {.sandbox = "on"}});
}

/* The rules that are made once are those that a child makes for itself, less /proc/self. */
static void rules_made_once_are_the_same(void) {
    expect_int(frequent(writes_tree), EACCES);
    expect_int(frequent(removes_from_tree), EACCES);
    expect_int(frequent(reads_tree), 0);
    expect_int(frequent(works_in_its_directory), 0);
    expect_int(frequent(writes_null), 0);
    expect_int(frequent(writes_its_name), EACCES);
    expect_int(frequent(reaches_outside), ECONNREFUSED);
    expect_int(frequent(kills_its_parent), keeps_signals() ? EPERM : 0);
}

/* --- limits and privileges -------------------------------------------------------------------- */

static int core_is_off(void) {
    struct rlimit core;
    return getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0 ? 0 : 1;
}

static int has_no_new_privileges(void) {
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 1;
}

static int makes_file(off_t size) {
    int fd = open(at("tmp/big"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    int code = fd < 0 || pwrite(fd, "x", 1, size - 1) != 1 ? errno : 0;
    unlink(at("tmp/big"));
    return code;
}

static int makes_big_file(void) { return makes_file((off_t)1 << 32); }
static int makes_too_big_file(void) { return makes_file(((off_t)1 << 32) + 1); }

static int limits_processes(void) {
    struct rlimit most;
    return getrlimit(RLIMIT_NPROC, &most) == 0 && most.rlim_max != RLIM_INFINITY &&
                   most.rlim_max >= 4096
               ? 0
               : 1;
}

static int limits_data(void) {
    struct rlimit most;
    return getrlimit(RLIMIT_DATA, &most) == 0 && most.rlim_cur != RLIM_INFINITY &&
                   most.rlim_cur >= (rlim_t)1 << 34
               ? 0
               : 1;
}

/* It has no more resident memory than there is; and who has none is not there. */
static int is_small(void) {
    return seam_sandbox_is_too_large(getpid()) || seam_sandbox_is_too_large(-1) ? 1 : 0;
}

static void limits_hold(void) {
    expect_int(TRY(core_is_off), 0);
    expect_int(TRY(has_no_new_privileges), 0);
    expect_int(TRY(makes_big_file), 0);
    expect_int(TRY(makes_too_big_file), SIGNALLED + SIGXFSZ);
    expect_int(TRY(limits_processes), 0);
    expect_int(try((struct attempt){.how = SEAM_CONFINED, .act = limits_data}), 0);
    expect_int(TRY(is_small), 0);
    expect_int(TRY(limits_data), 1);
}

/* Builds, and what is compared with. */
static void who_is_only_hardened_keeps_the_rest(void) {
    expect_int(try((struct attempt){.act = core_is_off}), 0);
    expect_int(try((struct attempt){.act = has_no_new_privileges}), 0);
    expect_int(try((struct attempt){.act = makes_too_big_file}), 0);
    expect_int(try((struct attempt){.act = reaches_outside}), 0);
    expect_int(try((struct attempt){.act = overwrites_tree}), 0);
}

static int is_compared(void) { return seam_sandbox_may_compare() ? 0 : 1; }

/* Who insists on the sandbox gets nothing run outside of it. */
static void comparing_is_for_auto_only(void) {
    expect_int(TRY(is_compared), 0);
    expect_int(TRY(is_compared, .sandbox = "off"), 1);
    expect_true(!seam_sandbox_may_compare());
}

static void off_is_off(void) {
    expect_int(TRY(makes_too_big_file, .sandbox = "off"), 0);
    expect_int(try((struct attempt){
                   .how = SEAM_CONFINED, .act = limits_data, .options = {.sandbox = "off"}}),
               1);
    expect_int(TRY(core_is_off, .sandbox = "off"), 0);
    expect_int(TRY(has_no_new_privileges, .sandbox = "off"), 0);
}

/* --- a kernel that refuses -------------------------------------------------------------------- */

#define REFUSED(act_, mode, network_, files_)                                                      \
    try((struct attempt){.how = HOW,                                                               \
                         .act = act_,                                                              \
                         .without_network = network_,                                              \
                         .without_files = files_,                                                  \
                         .options = {.sandbox = mode}})

static int lines(const char *text) {
    int n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

static void what_is_refused_is_left_out_and_said_once(void) {
    expect_int(REFUSED(reaches_outside, "auto", true, true), 0);
    expect_int(lines(errors), 1);
    expect_contains(errors, "seam: the sandbox is incomplete: tests can reach the network "
                            "(unshare: Operation not permitted); they can write wherever you can "
                            "(Landlock: Function not implemented)\n");
    expect_int(REFUSED(overwrites_tree, "auto", true, true), 0);
    expect_int(REFUSED(makes_too_big_file, "auto", true, true), SIGNALLED + SIGXFSZ);
    expect_int(REFUSED(nothing, "on", true, false), CANNOT_OPEN);
    expect_contains(errors, "seam: --sandbox=on is not possible here: tests can reach the network");
    expect_int(lines(errors), 1);
    expect_int(REFUSED(nothing, "on", false, true), CANNOT_OPEN);
    expect_contains(errors, "Landlock");
}

static void one_part_goes_without_the_other(void) {
    expect_int(REFUSED(overwrites_tree, "auto", true, false), EACCES);
    expect_int(REFUSED(reaches_outside, "auto", false, true), ECONNREFUSED);
    expect_int(lines(errors), 1);
}

static void a_wrong_mode_is_told(void) {
    expect_int(TRY(nothing, .sandbox = "maybe"), CANNOT_OPEN);
    expect_contains(errors, "seam: --sandbox=maybe: choose auto, on or off\n");
    expect_int(TRY(nothing, .record = at("missing/record")), CANNOT_OPEN);
    expect_contains(errors, "record");
}

/* --- what is told ----------------------------------------------------------------------------- */

static int records(void) {
    static const char *const words[] = {"prog \"x\"", "-a", NULL};
    seam_sandbox_record(words, at("tmp"), SEAM_CONFINED | SEAM_SANITIZED);
    seam_sandbox_record(words, NULL, 0);
    return 0;
}

/* A process cannot open its record once it is in the sandbox; it has it open already. */
static void each_start_is_a_line_of_the_record(void) {
    char *text = NULL;
    size_t size;
    expect_int(TRY(records, .sandbox = "on", .record = at("record")), 0);
    expect_true(seam_file_read(at("record"), SEAM_TEXT_FILE_MAX, &text, &size));
    if (text == NULL)
        return;
    expect_int(lines(text), 2);
    char *start = seam_format("{\"program\":[\"prog \\\"x\\\"\",\"-a\"],\"directory\":\"%s/tmp\","
                              "\"limits\":{\"core_bytes\":0,\"file_bytes\":4294967296,",
                              base);
    char *end = seam_format(",\"data_bytes\":null,\"resident_bytes\":null,"
                            "\"no_new_privileges\":true,\"network\":\"loopback\","
                            "\"writable\":\"%s/tmp\",\"signals\":\"%s\",\"sandbox\":\"on\"}}\n",
                            base, keeps_signals() ? "inside" : "all");
    expect_true(strncmp(text, start, strlen(start)) == 0);
    expect_contains(text, end);
    expect_contains(text, "\"file_bytes\":null,");
    expect_contains(text, "\"network\":\"all\",\"writable\":\"all\",\"signals\":\"all\",");
    free(end);
    free(start);
    free(text);
}

static void without_a_sandbox_it_is_said_that_there_is_none(void) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    seam_sandbox_json(out, SEAM_CONFINED);
    fclose(out);
    expect_text(text,
                "{\"core_bytes\":0,\"file_bytes\":null,\"processes\":null,\"data_bytes\":null,"
                "\"resident_bytes\":null,\"no_new_privileges\":true,\"network\":\"all\","
                "\"writable\":\"all\",\"signals\":\"all\",\"sandbox\":\"off\"}");
    free(text);
}

static void a_denial_is_recognized(void) {
    expect_true(seam_sandbox_explain("m_test.go:5: want 3, got 4\n") == NULL);
    expect_contains(seam_sandbox_explain("dial tcp 1.1.1.1:80: connect: network is unreachable"),
                    "--network");
    expect_contains(seam_sandbox_explain("open testdata/x: permission denied"), "--sandbox=off");
    expect_contains(seam_sandbox_explain("SIGXFSZ: file size limit exceeded"), "4 GiB");
}

/* A process of real Go starts in 1 to 10 ms. */
static int enters_quickly(void) {
    enum { TIMES = 200 };
    double begin = seam_now();
    for (int i = 0; i < TIMES; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            seam_sandbox_enter(HOW);
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    printf("a child with the sandbox: %.0f us\n", (seam_now() - begin) / TIMES * 1e6);
    fflush(stdout);
    return 0;
}

static void entering_is_measured(void) {
    struct seam_sandbox_options options = {.sandbox = "auto"};
    fflush(NULL);
    pid_t pid = fork();
    int status;
    if (pid == 0) {
        double begin = seam_now();
        bool ok = seam_sandbox_open(&options);
        printf("opening: %.0f us\n", (seam_now() - begin) * 1e6);
        _exit(ok ? enters_quickly() : 1);
    }
    waitpid(pid, &status, 0);
    expect_int(status, 0);
}

int main(void) {
    const char *given = getenv("TEST_TMPDIR");
    char *pattern = seam_format("%s/sandbox-test-XXXXXX", given != NULL ? given : "/tmp");
    int fd = mkdtemp(pattern) != NULL ? listener(&port) : -1;
    base = realpath(pattern, NULL);
    expect_true(fd >= 0 && base != NULL);
    expect_true(mkdir(at("tmp"), 0700) == 0 && mkdir(at("tree"), 0700) == 0);
    expect_true(seam_file_write(at("tree/old"), "x", 1));
    setenv("TMPDIR", at("tmp"), 1);
    if (is_possible()) {
        the_network_is_loopback_only();
        only_its_directory_can_be_written();
        rules_made_once_are_the_same();
        no_signal_leaves_the_sandbox();
        one_part_goes_without_the_other();
        each_start_is_a_line_of_the_record();
    }
    limits_hold();
    who_is_only_hardened_keeps_the_rest();
    comparing_is_for_auto_only();
    off_is_off();
    what_is_refused_is_left_out_and_said_once();
    a_wrong_mode_is_told();
    a_denial_is_recognized();
    without_a_sandbox_it_is_said_that_there_is_none();
    entering_is_measured();
    close(fd);
    expect_true(seam_remove_tree(base));
    free(errors);
    free(base);
    free(pattern);
    return expect_status();
}
