/* UTF-8, in what other programs print: it may be anything. */
#ifndef SEAM_UTF8_H
#define SEAM_UTF8_H

#include <stdint.h>

/* The length of the well-formed UTF-8 character at `p` (terminated), and its code point; 0 if there
 * is none. ASCII has length 1. */
int seam_utf8(const char *p, uint32_t *point);

#endif
