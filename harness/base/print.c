#include "base/print.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* Control characters, and those that make a terminal print from right to left. */
static bool is_invisible(uint32_t point) {
    return (point < ' ' && point != '\n' && point != '\t') || (point >= 0x7f && point < 0xa0) ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

bool seam_is_visible(const char *text) {
    uint32_t point;
    for (int n; *text != '\0'; text += n) {
        n = seam_utf8(text, &point);
        if (n == 0 || is_invisible(point) || point == '\n' || point == '\t')
            return false;
    }
    return true;
}

/* Print the text up to `end`; how many bytes that took. With `is_line`, a line break and a tab are
 * not what they say either. */
static int print_visible(FILE *out, const char *text, const char *end, bool is_line) {
    uint32_t point;
    int column = 0;
    for (int n; text<end; text += n> 0 ? n : 1) {
        n = seam_utf8(text, &point);
        if (n == 0)
            column += fprintf(out, "\\x%02x", (unsigned char)*text);
        else if (is_line && (point == '\n' || point == '\t'))
            column += fprintf(out, point == '\n' ? "\\n" : "\\t");
        else if (is_invisible(point))
            column += fprintf(out, point < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)point);
        else
            column += (int)fwrite(text, 1, (size_t)n, out);
    }
    return column;
}

void seam_print_visible(FILE *out, const char *text) {
    print_visible(out, text, text + strlen(text), false);
}

void seam_print_line(FILE *out, const char *text) {
    print_visible(out, text, text + strlen(text), true);
}

void seam_print_wrapped(FILE *out, const char *heading, const char *text) {
    enum { WIDTH = 96 };
    int column = fprintf(out, "%s", heading), indent = column;
    while (*text != '\0') {
        int word = (int)strcspn(text, " ");
        if (column > indent && column + 1 + word > WIDTH)
            column = fprintf(out, "\n%*s", indent, "") - 1;
        column += fprintf(out, "%s", column > indent ? " " : "");
        column += print_visible(out, text, text + word, true);
        text += word + (text[word] == ' ');
    }
    fputc('\n', out);
}
