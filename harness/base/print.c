#include "base/print.h"

#include <string.h>

void seam_print_wrapped(FILE *out, const char *heading, const char *text) {
    enum { WIDTH = 96 };
    int column = fprintf(out, "%s", heading), indent = column;
    while (*text != '\0') {
        int word = (int)strcspn(text, " ");
        if (column > indent && column + 1 + word > WIDTH)
            column = fprintf(out, "\n%*s", indent, "") - 1;
        column += fprintf(out, "%s%.*s", column > indent ? " " : "", word, text);
        text += word + (text[word] == ' ');
    }
    fputc('\n', out);
}
