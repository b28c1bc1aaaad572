/* What every page for a browser has in common: its head, its colours in light and dark, its end.
 *
 * A page is one file: it loads nothing, and can be read without scripts. What is written here is
 * well-formed XML as well as HTML, so a page that is written so can be checked by a parser. Text of
 * others goes through seam_xml_text (base/xml.h). */
#ifndef SEAM_PAGE_H
#define SEAM_PAGE_H

#include <stdio.h>

/* Begin a page. `style` is added to the common one, whose colours it has as var(--name): page, ink,
 * soft, line, head, and in pairs with -ink: caught, silent, cut, odd. */
void seam_page_begin(FILE *out, const char *title, const char *style);

/* End it, with a script that only makes it more convenient. */
void seam_page_end(FILE *out, const char *script);

#endif
