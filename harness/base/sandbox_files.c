/* What can be written, by Landlock: rules that a process gives itself, without privileges, and that
 * it and its children cannot take back. Descriptors that are open already stay as they are.
 *
 * The numbers of the interface are written out, because headers of older systems lack them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sandbox_parts.h"

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, ASK_VERSION = 1, BELOW = 1 };

/* Version 1 refuses every rename from one directory to another: too many programs do that. */
enum { VERSION_REFER = 2, VERSION_TRUNCATE = 3, VERSION_SCOPED = 6 };

/* No signals to processes that are not in the sandbox, such as the one that waits for this one. */
enum { SCOPED_SIGNALS = 1 << 1 };

/* What a rule can allow. Reading and executing are nowhere restricted. */
enum {
    WRITE = 1 << 1,
    CHANGE = 0x1ff0, /* make or remove a name, of any kind */
    REFER = 1 << 13, /* move a name to another directory */
    TRUNCATE = 1 << 14,
};

struct ruleset {
    uint64_t files, network, scoped; /* an older kernel takes more than it knows, if it is zero */
};

struct rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

/* What a program may write besides its own directory. All devices are open to those to whom the
 * system gives them; root gets the harmless ones only. */
static const struct {
    const char *path;
    uint64_t allowed;
    bool for_root;
} writable_always[] = {
    {"/dev/shm", WRITE | CHANGE | REFER | TRUNCATE, true},
    {"/dev", WRITE | TRUNCATE, false},
    {"/dev/null", WRITE | TRUNCATE, true},
    {"/dev/zero", WRITE | TRUNCATE, true},
    {"/dev/full", WRITE | TRUNCATE, true},
    {"/dev/random", WRITE | TRUNCATE, true},
    {"/dev/urandom", WRITE | TRUNCATE, true},
    {"/dev/tty", WRITE | TRUNCATE, true},
    {"/dev/ptmx", WRITE | TRUNCATE, true},
    {"/dev/pts", WRITE | TRUNCATE, true},
};

/* Names of threads, for one. It is another directory in each process. */
#define OF_THE_PROCESS "/proc/self"

static long version(void) {
    static long known; /* 0: not asked yet */
    if (known == 0)
        known = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
    return known;
}

static uint64_t handled(void) {
    return WRITE | CHANGE | REFER | (version() >= VERSION_TRUNCATE ? TRUNCATE : 0);
}

/* Allow something below a path; a path that is not there needs no rule. */
static bool allow(int ruleset, const char *path, uint64_t allowed) {
    struct stat status;
    struct rule rule = {.parent = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent < 0)
        return true;
    bool is_directory = fstat(rule.parent, &status) == 0 && S_ISDIR(status.st_mode);
    rule.allowed = allowed & handled() & (is_directory ? ~(uint64_t)0 : WRITE | TRUNCATE);
    bool ok = syscall(ADD_RULE, ruleset, BELOW, &rule, 0) == 0;
    close(rule.parent);
    return ok;
}

const char *seam_sandbox_files_open(void) {
    long is = version();
    if (is >= 0 && is < VERSION_REFER)
        errno = ENOSYS;
    return is < VERSION_REFER ? "Landlock" : NULL;
}

bool seam_sandbox_files_keep_signals(void) { return version() >= VERSION_SCOPED; }

int seam_sandbox_files_prepare(const char *writable) {
    struct ruleset wanted = {handled(), 0, seam_sandbox_files_keep_signals() ? SCOPED_SIGNALS : 0};
    int ruleset = (int)syscall(CREATE_RULESET, &wanted, sizeof wanted, 0);
    bool ok = ruleset >= 0 && allow(ruleset, writable, wanted.files);
    for (size_t i = 0; ok && i < sizeof writable_always / sizeof *writable_always; i++)
        if (writable_always[i].for_root || geteuid() != 0)
            ok = allow(ruleset, writable_always[i].path, writable_always[i].allowed);
    if (ok || ruleset < 0)
        return seam_sandbox_raise(ruleset);
    close(ruleset);
    return -1;
}

bool seam_sandbox_files_enter_prepared(int ruleset) {
    return syscall(RESTRICT_SELF, ruleset, 0) == 0;
}

bool seam_sandbox_files_enter(const char *writable) {
    int ruleset = seam_sandbox_files_prepare(writable);
    bool ok = ruleset >= 0 && allow(ruleset, OF_THE_PROCESS, WRITE | TRUNCATE) &&
              seam_sandbox_files_enter_prepared(ruleset);
    if (ruleset >= 0)
        close(ruleset);
    return ok;
}
