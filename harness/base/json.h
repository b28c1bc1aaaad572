/* JSON for machines. Objects are written where they are known; only strings need care. */
#ifndef SEAM_JSON_H
#define SEAM_JSON_H

#include <stdio.h>

/* Print a string as JSON, with its quotes. Bytes that are not UTF-8 become U+FFFD. */
void seam_json_string(FILE *out, const char *text);

#endif
