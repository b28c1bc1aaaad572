/* Commands, run without a shell: no quoting, and nothing of the user's is interpreted.
 *
 * Always true: a command has a time limit and a process group of its own, which ends with it, with
 * its time and with seam; a child that outlives it, or that prints endlessly, does not block seam.
 * What runs for longer than a question leaves no core file and gains no privileges.
 *
 * Not here: the executor, which is talked to while it runs (realgo/gorun.c), and audited tests
 * (audit/run.c). */
#ifndef SEAM_PROCESS_H
#define SEAM_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

/* Time limits in seconds: of a question, of a listing that may fetch modules, of a build. */
enum { SEAM_PROCESS_QUESTION = 60, SEAM_PROCESS_LISTING = 900, SEAM_PROCESS_BUILD = 3600 };

/* Where a command runs; all may be 0. */
struct seam_process_place {
    const char *directory; /* NULL: here */
    const char *input;     /* a file to read; NULL: nothing */
    const char *output;    /* a file for standard output and error both; NULL: seam's own */
    int seconds;           /* its time limit; 0: SEAM_PROCESS_BUILD */
    unsigned confinement;  /* bits of base/sandbox.h */
};

/* The time was over, and the group was killed. */
enum { SEAM_PROCESS_LATE = -1 };

/* Run argv (NULL-terminated) and wait for it: as in a shell, NAME=VALUE... and then the command,
 * which is found on PATH. The exit status; 128 + n if signal n ended it; 127 if it could not be
 * started; SEAM_PROCESS_LATE if its time was over. */
int seam_process_run(const char *const argv[], const struct seam_process_place *place);

/* Run argv and keep what it prints to standard output, as text that fits in `size` bytes. True if
 * it ended with status 0, said no more than that, and took no longer than a question may. */
bool seam_process_read(const char *const argv[], char *text, size_t size);

/* End all that runs now. For a signal handler. */
void seam_process_stop(void);

/* Is there a command of that name on PATH? */
bool seam_process_exists(const char *command);

#endif
