/* Scenarios as people read and write them: their text.
 *
 * One step a line, `#` starts a comment, steps inside a call are indented when printed. The syntax
 * of each line is the text column of ops.def; nothing here knows an operation. Names may have any
 * number when read (g7 = go_new data); they are counted from 0 when printed. A first line `go 1.N`
 * says which release's behaviour is meant, for the scenarios where that matters.
 *
 * Not for bytes: those cannot be wrong (scenario.h). Text can, and says where. */
#ifndef SEAM_TEXT_H
#define SEAM_TEXT_H

#include "language/scenario.h"

struct seam_text_error {
    int line, column; /* from 1 */
    char message[240];
};

/* Fill `scenario` from `size` bytes of text. On error: false, and `error` says where and what. */
bool seam_text_parse(struct seam_scenario *scenario, const char *text, size_t size,
                     struct seam_text_error *error);

/* Print one step without indent or newline; terminated. Its length, less than SEAM_LINE_MAX. */
int seam_text_print_step(const struct seam_step *step, char out[SEAM_LINE_MAX]);

/* Print an operand as it is written: g0, 3, node. Its length. */
int seam_text_print_operand(enum seam_noun noun, int number, char *out, size_t size);

/* Print the whole scenario, a line each, terminated. Its length. */
size_t seam_text_print(const struct seam_scenario *scenario, char out[SEAM_TEXT_MAX]);

/* Does this file look like text rather than encoded bytes? (No byte below space but white space,
 * none above ASCII.) An empty file is text. */
bool seam_text_looks_like(const uint8_t *bytes, size_t size);

#endif
