/* Commands, run without a shell: no quoting, and nothing of the user's is interpreted.
 *
 * Not here: the executor, which is talked to while it runs (gorun.c). */
#ifndef SEAM_PROCESS_H
#define SEAM_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* Where a command runs; all may be NULL. */
struct seam_process_place {
    const char *directory; /* NULL: here */
    const char *input;     /* a file to read; NULL: seam's own standard input */
    const char *output;    /* a file for standard output and error both; NULL: seam's own */
};

/* Run argv (found on PATH, NULL-terminated) and wait for it. The exit status; 128 + n if signal n
 * ended it; 127 if it could not be started. */
int seam_process_run(const char *const argv[], const struct seam_process_place *place);

/* The same, for so many seconds at most, in a process group of its own that ends with it; -1 if the
 * time was over and the group was killed. */
int seam_process_run_within(const char *const argv[], const struct seam_process_place *place,
                            int seconds);

/* Run argv and keep what it prints to standard output, as text that fits in `size` bytes. True if
 * it ended with status 0. */
bool seam_process_read(const char *const argv[], char *text, size_t size);

/* Is there a command of that name on PATH? */
bool seam_process_exists(const char *command);

#endif
