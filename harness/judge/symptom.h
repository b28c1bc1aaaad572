/* What Go, a sanitizer or libc said, as a symptom that the rows of rules.def expect. */
#ifndef SEAM_SYMPTOM_H
#define SEAM_SYMPTOM_H

#include <stddef.h>

#include "rules/rule.h"

/* What a line that Go, a sanitizer or libc printed means; none if it is not known. */
enum seam_symptom seam_symptom_of_line(const char *line);

/* What such a message has in it; "" for none. */
const char *seam_symptom_text(enum seam_symptom symptom);

/* Is what was observed the symptom that a rule's row expects? */
bool seam_symptom_fits(enum seam_symptom expected, enum seam_symptom observed);

/* Copy a line, up to its newline, without what differs between two runs: process ids,
 * addresses, registers and the number of the thread. `to` has `size` bytes and is terminated. */
void seam_copy_stable(char *to, size_t size, const char *line);

#endif
