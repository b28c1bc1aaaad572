/* JSON for machines. Objects are written where they are known; only strings need care.
 *
 * Each object that a verb prints with --json says first which type it is of. The keys of one type
 * keep their meaning for as long as the schema keeps its number; others may be added. */
#ifndef SEAM_JSON_H
#define SEAM_JSON_H

#include <stdio.h>

enum { SEAM_JSON_SCHEMA = 1 };

/* Print the beginning of an object, {"type":"TYPE", without a comma behind it. */
void seam_json_open(FILE *out, const char *type);

/* The same with the number of the schema, for an object that stands alone. */
void seam_json_open_alone(FILE *out, const char *type);

/* Print a string as JSON, with its quotes. Bytes that are not UTF-8 become U+FFFD. */
void seam_json_string(FILE *out, const char *text);

#endif
