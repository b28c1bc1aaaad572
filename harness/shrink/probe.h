/* A process that tries things which may kill it: it answers questions until one does, and then the
 * next question has a new process.
 *
 * For shrinking, where the same mistake is met hundreds of times and most questions are answered in
 * microseconds. Question and answer are in memory that both share, at the same address. What the
 * process printed before it died is reduced to what is the same every time.
 *
 * Not a pool of workers (base/crew.h), and not real Go (realgo/gorun.h). */
#ifndef SEAM_PROBE_H
#define SEAM_PROBE_H

#include <stdbool.h>
#include <stddef.h>

struct seam_probe;

/* Have `run` called in a process of its own, with `size` bytes of shared memory, for each question.
 * NULL after an error was printed. */
struct seam_probe *seam_probe_open(void (*run)(void *memory), size_t size);

/* Zeroed at first; borrowed. */
void *seam_probe_memory(struct seam_probe *probe);

enum seam_probe_end {
    SEAM_PROBE_answered,
    SEAM_PROBE_died,
    SEAM_PROBE_failed, /* no process can be started; an error was printed */
};

/* Let it run once. */
enum seam_probe_end seam_probe_ask(struct seam_probe *probe);

/* How it died last: one line, the same for the same mistake. Borrowed until the next question. */
const char *seam_probe_words(const struct seam_probe *probe);

void seam_probe_close(struct seam_probe *probe);

#endif
