/* A network namespace in which there is only this machine itself.
 *
 * It is made once, by a child that is gone when this returns: the open descriptors keep it. So a
 * process enters it in microseconds, where making one takes milliseconds. Tests that run in
 * parallel share its ports, as they share those of the machine without it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox_parts.h"

/* --- in the child that makes it --------------------------------------------------------------- */

static bool loopback_up(void) {
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags |= IFF_UP;
    return ok && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
}

/* Say how it went: 0 or errno. */
static void say(int fd, int code) {
    if (write(fd, &code, sizeof code) != (ssize_t)sizeof code)
        _exit(1);
}

/* Make the namespaces, wait for the maps, bring loopback up, stay until the parent is done. */
static void make(int fd, int flags) {
    char byte;
    if (unshare(flags) != 0)
        say(fd, errno);
    else {
        say(fd, 0);
        if (read(fd, &byte, 1) == 1) {
            say(fd, loopback_up() ? 0 : errno);
            (void)!read(fd, &byte, 1);
        }
    }
    _exit(0);
}

/* --- in the parent ---------------------------------------------------------------------------- */

static bool write_file(pid_t pid, const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    int why = errno;
    if (fd >= 0)
        close(fd);
    errno = why;
    return ok;
}

/* Every id that exists here, as itself: root goes on being able to read files of others. */
static bool map_all(pid_t pid, const char *name) {
    char text[4096] = "", path[64];
    unsigned long inside, outside, count;
    size_t used = 0;
    snprintf(path, sizeof path, "/proc/self/%s", name);
    FILE *in = fopen(path, "re");
    while (in != NULL && used < sizeof text - 64 &&
           fscanf(in, "%lu %lu %lu", &inside, &outside, &count) == 3)
        used += (size_t)snprintf(text + used, sizeof text - used, "%lu %lu %lu\n", inside, inside,
                                 count);
    if (in != NULL)
        fclose(in);
    return used > 0 && write_file(pid, name, text);
}

/* Only our own id: all that a user without privileges may map. */
static bool map_one(pid_t pid, const char *name, unsigned id) {
    char text[64];
    snprintf(text, sizeof text, "%u %u 1\n", id, id);
    return write_file(pid, name, text);
}

/* User and group keep their numbers. */
static bool write_maps(pid_t pid) {
    if (geteuid() == 0 && map_all(pid, "uid_map") && map_all(pid, "gid_map"))
        return true;
    return map_one(pid, "uid_map", geteuid()) && write_file(pid, "setgroups", "deny") &&
           map_one(pid, "gid_map", getegid());
}

static int open_namespace(pid_t pid, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, name);
    return seam_sandbox_raise(open(path, O_RDONLY | O_CLOEXEC));
}

/* What the child says of its last step; its errno becomes ours. */
static bool hear(int fd) {
    int code = EPIPE;
    if (read(fd, &code, sizeof code) != (ssize_t)sizeof code)
        code = EPIPE;
    errno = code;
    return code == 0;
}

/* With the child that has made them. */
static const char *take(struct seam_sandbox_network *it, pid_t pid, int fd, bool has_user) {
    if (!hear(fd))
        return "unshare";
    if (has_user && !write_maps(pid))
        return "uid_map";
    if (write(fd, "", 1) != 1 || !hear(fd))
        return "loopback";
    it->user = has_user ? open_namespace(pid, "user") : -1;
    it->network = open_namespace(pid, "net");
    return it->network >= 0 && (it->user >= 0 || !has_user) ? NULL : "/proc/PID/ns";
}

static const char *try_flags(struct seam_sandbox_network *it, int flags) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return "socketpair";
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        make(ends[1], flags);
    }
    close(ends[1]);
    const char *refused = pid > 0 ? take(it, pid, ends[0], (flags & CLONE_NEWUSER) != 0) : "fork";
    int why = errno;
    close(ends[0]);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    errno = why;
    return refused;
}

/* With a user namespace nobody needs privileges, and root keeps none outside of it. Where those are
 * forbidden, root may still be allowed to have a network namespace. */
const char *seam_sandbox_network_open(struct seam_sandbox_network *it) {
    *it = (struct seam_sandbox_network){-1, -1};
    const char *refused = try_flags(it, CLONE_NEWUSER | CLONE_NEWNET);
    int why = errno;
    if (refused == NULL || geteuid() != 0)
        return refused;
    if (try_flags(it, CLONE_NEWNET) == NULL)
        return NULL;
    errno = why;
    return refused;
}

bool seam_sandbox_network_enter(const struct seam_sandbox_network *it) {
    return (it->user < 0 || setns(it->user, CLONE_NEWUSER) == 0) &&
           (it->network < 0 || setns(it->network, CLONE_NEWNET) == 0);
}
