/* Text for people, broken into lines. */
#ifndef SEAM_PRINT_H
#define SEAM_PRINT_H

#include <stdbool.h>
#include <stdio.h>

/* Print a heading and a text, broken into lines that are indented to align with the text; visibly,
 * as below. */
void seam_print_wrapped(FILE *out, const char *heading, const char *text);

/* Print what another program said, so that it cannot speak to the terminal: a control character,
 * and a byte that is not UTF-8, becomes \x1b; line breaks and tabs stay. */
void seam_print_visible(FILE *out, const char *text);

/* Is it one line that would be printed as it is? */
bool seam_is_visible(const char *text);

/* The same on one line: a line break becomes \n, a tab \t. */
void seam_print_line(FILE *out, const char *text);

#endif
