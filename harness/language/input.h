/* Scenario files: read them, whatever is in them, and write files whole or not at all. */
#ifndef SEAM_INPUT_H
#define SEAM_INPUT_H

#include "program.h"

/* Read a scenario, text or bytes: a name ending in .seam is text, otherwise the content decides. An
 * empty file is the empty program. False after one line "seam: FILE:LINE:COLUMN: ..." was printed.
 */
bool seam_input_read(const char *path, struct seam_program *program);

/* Read a whole file into `*text` (owned by the caller, terminated); of one with more than `max`
 * bytes the beginning, more than `max` bytes. False with errno if it cannot be read; nothing is
 * printed. */
bool seam_input_slurp(const char *path, size_t max, char **text, size_t *size);

/* Write a file under its name only when it is complete. False after an error was printed. */
bool seam_output_write(const char *path, const void *bytes, size_t size);

#endif
