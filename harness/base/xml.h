/* XML for machines. Elements are written where they are known; only text needs care. */
#ifndef SEAM_XML_H
#define SEAM_XML_H

#include <stdio.h>

/* Print text so that it can stand in an element or, in double quotes, in an attribute. What XML 1.0
 * has no character for (most control characters, bytes that are not UTF-8) becomes U+FFFD. */
void seam_xml_text(FILE *out, const char *text);

#endif
