/* The two parts of a sandbox that a kernel may refuse; for sandbox.c only.
 *
 * Each is prepared in the parent, entered in the child, and returns NULL or what was refused. */
#ifndef SEAM_SANDBOX_PARTS_H
#define SEAM_SANDBOX_PARTS_H

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

/* The descriptor, far from those that a child moves to places of its own; -1 if there is none. */
static inline int seam_sandbox_raise(int fd) {
    int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 10);
    if (fd >= 0)
        close(fd);
    return high;
}

/* --- a network of its own, with a loopback interface that is up (sandbox_network.c) ----------- */

/* Namespaces that exist as long as the descriptors are open. -1: none. */
struct seam_sandbox_network {
    int user, network;
};

/* NULL, or the name of what was refused with errno. */
const char *seam_sandbox_network_open(struct seam_sandbox_network *it);
bool seam_sandbox_network_enter(const struct seam_sandbox_network *it);

/* --- files that can be read but not written (sandbox_files.c) --------------------------------- */

/* The same. */
const char *seam_sandbox_files_open(void);

/* Everything is read-only but what is below `writable`, the devices that programs need, and
 * /proc/self; and no signal leaves the sandbox, if the kernel keeps them. */
bool seam_sandbox_files_enter(const char *writable);
bool seam_sandbox_files_keep_signals(void); /* from Linux 6.12 on */

/* The same without /proc/self, made once for many children: a descriptor that is open until this
 * process ends, or -1 with errno. */
int seam_sandbox_files_prepare(const char *writable);
bool seam_sandbox_files_enter_prepared(int ruleset);

#endif
