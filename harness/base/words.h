/* Words of a command line, as the Go command and the shell write them. */
#ifndef SEAM_WORDS_H
#define SEAM_WORDS_H

#include <stdio.h>

/* Split a text as the Go command splits $CC: between white space, except in a word that is quoted
 * as a whole by ' or " (there is no escape). An array that ends with NULL; the words and it are one
 * block, owned by the caller, to be freed. NULL if a quote is not closed. */
char **seam_words_split(const char *text);

/* Print a word so that a shell reads it as that word: as it is if it is plain, else in quotes. */
void seam_words_print(FILE *out, const char *word);

#endif
