#define _GNU_SOURCE
#include "base/sandbox.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/format.h"
#include "base/json.h"
#include "base/private.h"
#include "base/sandbox_parts.h"

enum { CANNOT_START = 127 };
enum { PROCESSES_MORE = 4096 };

#define GIB ((uint64_t)1 << 30)

/* The sandbox of this process and of its workers. */
static struct {
    const char *mode; /* auto, on, off; NULL: never opened */
    struct seam_sandbox_network network;
    bool has_network, has_files; /* in force */
    int prepared;                /* rules for SEAM_FREQUENT; -1: each child makes its own */
    uint64_t processes, memory, resident;
    int record; /* descriptor + 1; 0: no record is kept */
} box = {.network = {-1, -1}, .prepared = -1};

static bool is_off(void) { return box.mode == NULL || strcmp(box.mode, "off") == 0; }

/* --- limits ----------------------------------------------------------------------------------- */

/* Files: generous, but a loop that writes does not fill the disk.
 *
 * Processes: the kernel counts all processes and threads of a user, whoever started them (and
 * never refuses root one). So the limit is what the user has now and at least 4,096 more: it ends a
 * fork bomb, and leaves what else runs on the machine alone.
 *
 * Memory: RLIMIT_DATA and not RLIMIT_AS, because Go and libraries with virtual machines reserve
 * more addresses than they use. It also counts the shadow memory of the sanitizers, so their
 * programs have no such limit; what is resident is limited for all, by who waits for them. */
static const struct limit {
    const char *name; /* in JSON */
    int resource;     /* of setrlimit; -1: seam_sandbox_is_too_large */
    uint64_t fixed;
    const uint64_t *measured; /* instead; NULL: fixed */
    unsigned not_for, only_for;
} limits[] = {
    {"core_bytes", RLIMIT_CORE, 0, NULL, 0, 0},
    {"file_bytes", RLIMIT_FSIZE, 4 * GIB, NULL, 0, 0},
    {"processes", RLIMIT_NPROC, 0, &box.processes, 0, 0},
    {"data_bytes", RLIMIT_DATA, 0, &box.memory, SEAM_SANITIZED, 0},
    {"resident_bytes", -1, 0, &box.resident, 0, SEAM_WATCHED},
};
enum { LIMITS = sizeof limits / sizeof *limits };

static bool applies(const struct limit *limit, unsigned how) {
    if (limit->resource == RLIMIT_CORE)
        return true;
    return !is_off() && (how & SEAM_CONFINED) != 0 && (how & limit->not_for) == 0 &&
           (how & limit->only_for) == limit->only_for;
}

static uint64_t value_of(const struct limit *limit) {
    return limit->measured != NULL ? *limit->measured : limit->fixed;
}

/* A limit that is there already and lower stays. */
static void set_limit(const struct limit *limit) {
    struct rlimit now;
    uint64_t most = value_of(limit);
    if (limit->resource < 0 || getrlimit(limit->resource, &now) != 0)
        return;
    now.rlim_max = now.rlim_max < most ? now.rlim_max : most;
    now.rlim_cur = now.rlim_cur < now.rlim_max ? now.rlim_cur : now.rlim_max;
    setrlimit(limit->resource, &now);
}

/* Threads of this user that can be seen. */
static uint64_t count_threads(void) {
    uint64_t n = 0;
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes != NULL && (entry = readdir(processes)) != NULL;) {
        struct stat status;
        char path[300], line[128];
        unsigned long threads;
        snprintf(path, sizeof path, "/proc/%s/status", entry->d_name);
        if (!isdigit((unsigned char)entry->d_name[0]) || stat(path, &status) != 0 ||
            status.st_uid != geteuid())
            continue;
        FILE *in = fopen(path, "re");
        while (in != NULL && fgets(line, sizeof line, in) != NULL)
            n += sscanf(line, "Threads: %lu", &threads) == 1 ? threads : 0;
        if (in != NULL)
            fclose(in);
    }
    if (processes != NULL)
        closedir(processes);
    return n;
}

static void measure(void) {
    uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    box.processes = (count_threads() / PROCESSES_MORE + 2) * PROCESSES_MORE; /* seldom changes */
    box.memory = memory > 16 * GIB ? memory : 16 * GIB;
    box.resident = memory / 8 * 7; /* before the kernel ends something, which may be another */
}

bool seam_sandbox_is_too_large(pid_t pid) {
    char path[64];
    unsigned long long all, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *in = is_off() ? NULL : fopen(path, "re");
    if (in == NULL)
        return false;
    bool ok = fscanf(in, "%llu %llu", &all, &resident) == 2;
    fclose(in);
    return ok && resident * (uint64_t)sysconf(_SC_PAGESIZE) > box.resident;
}

/* --- entering --------------------------------------------------------------------------------- */

static bool enter_files(unsigned how) {
    return (how & SEAM_FREQUENT) != 0 && box.prepared >= 0
               ? seam_sandbox_files_enter_prepared(box.prepared)
               : seam_sandbox_files_enter(seam_workspace_base());
}

/* The first part that is refused, or NULL. */
static const char *enter_parts(unsigned how) {
    if (box.has_network && !seam_sandbox_network_enter(&box.network))
        return "network";
    if (box.has_files && !enter_files(how))
        return "files";
    return NULL;
}

void seam_sandbox_enter(unsigned how) {
    for (int i = 0; i < LIMITS; i++)
        if (applies(&limits[i], how))
            set_limit(&limits[i]);
    signal(SIGXFSZ, SIG_DFL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const char *refused = (how & SEAM_CONFINED) != 0 ? enter_parts(how) : NULL;
    if (refused == NULL)
        return;
    dprintf(STDERR_FILENO, "cannot enter the sandbox (%s): %s\n", refused, strerror(errno));
    _exit(CANNOT_START);
}

/* Can a child enter the parts that are in force? Then all can. False with errno. */
static bool try_parts(void) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        _exit(enter_parts(SEAM_CONFINED) == NULL ? 0 : errno);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return false;
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
    return errno == 0;
}

/* --- opening ---------------------------------------------------------------------------------- */

/* Put a part in force, or append what it means that it is not; `refused` is owned, NULL at first.
 */
static void take_part(bool *is_in_force, const char *what, const char *consequence,
                      char **refused) {
    *is_in_force = what == NULL;
    if (what == NULL && try_parts())
        return;
    int why = errno;
    *is_in_force = false;
    char *more = seam_format("%s%s%s (%s: %s)", *refused != NULL ? *refused : "",
                             *refused != NULL ? "; " : "", consequence,
                             what != NULL ? what : "entering it", strerror(why));
    free(*refused);
    *refused = more;
}

/* What the kernel grants; what it refuses, as text that is owned by the caller, or NULL. */
static char *take_parts(bool keeps_network) {
    char *refused = NULL;
    if (!keeps_network)
        take_part(&box.has_network, seam_sandbox_network_open(&box.network),
                  "tests can reach the network", &refused);
    take_part(&box.has_files, seam_sandbox_files_open(), "they can write wherever you can",
              &refused);
    if (box.has_files)
        box.prepared = seam_sandbox_files_prepare(seam_workspace_base());
    return refused;
}

static bool open_record(const char *path) {
    if (path == NULL)
        return true;
    int fd =
        seam_sandbox_raise(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666));
    if (fd < 0)
        seam_fail("--record=%s: %s", path, strerror(errno));
    box.record = fd + 1;
    return fd >= 0;
}

static bool is_mode(const char *mode) {
    return strcmp(mode, "auto") == 0 || strcmp(mode, "on") == 0 || strcmp(mode, "off") == 0;
}

bool seam_sandbox_open(const struct seam_sandbox_options *options) {
    const char *mode = options->sandbox != NULL ? options->sandbox : "auto";
    if (box.mode != NULL)
        return true;
    if (!is_mode(mode)) {
        seam_fail("--sandbox=%s: choose auto, on or off", mode);
        return false;
    }
    if (!open_record(options->record))
        return false;
    box.mode = mode;
    if (is_off())
        return true;
    fflush(NULL);
    measure();
    char *refused = take_parts(options->network != NULL);
    bool ok = refused == NULL || strcmp(mode, "auto") == 0;
    if (!ok)
        seam_fail("--sandbox=on is not possible here: %s", refused);
    else if (refused != NULL)
        fprintf(stderr, "seam: the sandbox is incomplete: %s\n", refused);
    free(refused);
    return ok;
}

bool seam_sandbox_may_compare(void) { return !is_off() && strcmp(box.mode, "auto") == 0; }

/* --- telling ---------------------------------------------------------------------------------- */

/* What programs print when something is denied, and what it means. The first one counts. */
static const struct {
    const char *said, *means;
} denials[] = {
    {"SIGXFSZ", "it writes a file of more than 4 GiB; run with --sandbox=off"},
    {"file too large", "it writes a file of more than 4 GiB; run with --sandbox=off"},
    {"etwork is unreachable", "it uses the network; run with --network"},
    {"o such host", "it uses the network; run with --network"},
    {"ame resolution", "it uses the network; run with --network"},
    {"server misbehaving", "it uses the network; run with --network"},
    {"annot assign requested address", "it uses the network; run with --network"},
    {"read udp", "it uses the network; run with --network"},
    {"onnection refused", "it uses the network; run with --network"},
    {"dial tcp", "it uses the network; run with --network"},
    {"ermission denied", "it writes outside of its temporary directory; run with --sandbox=off"},
    {"esource temporarily unavailable",
     "it starts more than 4096 processes and threads; run with --sandbox=off"},
    {"annot allocate memory", "it needs more memory than there is; run with --sandbox=off"},
    {"ut of memory", "it needs more memory than there is; run with --sandbox=off"},
    {"peration not permitted", "it needs privileges; run with --sandbox=off"},
};

const char *seam_sandbox_explain(const char *output) {
    for (size_t i = 0; i < sizeof denials / sizeof *denials; i++)
        if (strstr(output, denials[i].said) != NULL)
            return denials[i].means;
    return NULL;
}

void seam_sandbox_json(FILE *out, unsigned how) {
    bool confines = (how & SEAM_CONFINED) != 0;
    fputc('{', out);
    for (int i = 0; i < LIMITS; i++) {
        fprintf(out, "\"%s\":", limits[i].name);
        if (applies(&limits[i], how))
            fprintf(out, "%" PRIu64 ",", value_of(&limits[i]));
        else
            fputs("null,", out);
    }
    fprintf(out, "\"no_new_privileges\":true,\"network\":\"%s\",\"writable\":",
            confines && box.has_network ? "loopback" : "all");
    seam_json_string(out, confines && box.has_files ? seam_workspace_base() : "all");
    fprintf(out, ",\"signals\":\"%s\",\"sandbox\":\"%s\"}",
            confines && box.has_files && seam_sandbox_files_keep_signals() ? "inside" : "all",
            box.mode != NULL ? box.mode : "off");
}

void seam_sandbox_record(const char *const arguments[], const char *directory, unsigned how) {
    char *text = NULL;
    size_t size;
    FILE *out = box.record > 0 ? open_memstream(&text, &size) : NULL;
    if (out == NULL)
        return;
    char *here = directory == NULL ? realpath(".", NULL) : realpath(directory, NULL);
    fputs("{\"program\":[", out);
    for (int i = 0; arguments[i] != NULL; i++) {
        fputs(i > 0 ? "," : "", out);
        seam_json_string(out, arguments[i]);
    }
    fputs("],\"directory\":", out);
    seam_json_string(out, here != NULL ? here : "");
    fputs(",\"limits\":", out);
    seam_sandbox_json(out, how);
    fputs("}\n", out);
    fclose(out);
    (void)!write(box.record - 1, text, size); /* whole: others append, too */
    free(here);
    free(text);
}
