/* Text for people, broken into lines. */
#ifndef SEAM_PRINT_H
#define SEAM_PRINT_H

#include <stdio.h>

/* Print a heading and a text of words, broken into lines that begin under the text. */
void seam_print_wrapped(FILE *out, const char *heading, const char *text);

#endif
