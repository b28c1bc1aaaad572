#include "base/xml.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"

/* The characters of XML 1.0, section 2.2. */
static bool is_character(uint32_t point) {
    return point == '\t' || point == '\n' || point == '\r' ||
           (point >= 0x20 && point != 0xfffe && point != 0xffff);
}

void seam_xml_text(FILE *out, const char *text) {
    uint32_t point;
    for (int n; *text != '\0'; text += n > 0 ? n : 1) {
        n = seam_utf8(text, &point);
        if (n == 0 || !is_character(point))
            fputs("&#xfffd;", out);
        else if (point == '<')
            fputs("&lt;", out);
        else if (point == '>') /* "]]>" may not stand in text */
            fputs("&gt;", out);
        else if (point == '&')
            fputs("&amp;", out);
        else if (point == '"')
            fputs("&quot;", out);
        else
            fwrite(text, 1, (size_t)n, out);
    }
}
