/* Directories that are seam's own in places where others can write: the work directory of one run,
 * and a cache.
 *
 * Always true: what belongs to another user, or can be written by one, is never trusted, followed
 * or removed. Whoever works in a work directory holds a lock on it, also in another PID namespace;
 * so a directory without a holder is what a killed run left behind. */
#ifndef SEAM_PRIVATE_H
#define SEAM_PRIVATE_H

#include <stdbool.h>

struct seam_workspace {
    char *path; /* owned; NULL: not open */
    int lock;   /* shared with forked children, closed by exec */
};

/* Where workspaces lie: $TMPDIR if it is absolute, or /tmp. Borrowed. */
const char *seam_workspace_base(void);

/* Make BASE/PREFIX-XXXXXX, which only this user can enter. False with errno. */
bool seam_workspace_open(struct seam_workspace *it, const char *base, const char *prefix);

/* Remove it with everything in it. Nothing happens to one that is not open. */
void seam_workspace_close(struct seam_workspace *it);

/* Remove the workspaces with that prefix that are not held: this user's only, and through no link.
 * How many were removed. */
int seam_workspace_sweep(const char *base, const char *prefix);

/* Can a program that lies there be run? Not where the file system is mounted without exec. */
bool seam_private_runs(const char *directory);

/* Make a directory for this user alone, with its parents, or check that it is one: NULL, or what is
 * wrong with it, as words to stand after its path. A link is followed if it is this user's. */
const char *seam_private_directory(const char *path);

/* Is it a regular file that only this user can have written? */
bool seam_private_file(const char *path);

#endif
