/* Text for people, broken into lines. */
#ifndef SEAM_PRINT_H
#define SEAM_PRINT_H

#include <stdio.h>

/* Print a heading and a text, broken into lines that are indented to align with the text. */
void seam_print_wrapped(FILE *out, const char *heading, const char *text);

#endif
