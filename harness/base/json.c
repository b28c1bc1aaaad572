#include "base/json.h"

#include <stdbool.h>

/* The length of the UTF-8 character at p if it is a well-formed one, else 0. */
static int utf8_length(const unsigned char *p) {
    int n = *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
    for (int i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (*p == 0xe0 && p[1] < 0xa0) || (*p == 0xf0 && p[1] < 0x90);
    bool beyond = (*p == 0xed && p[1] > 0x9f) || (*p == 0xf4 && p[1] > 0x8f);
    return n > 0 && (overlong || beyond) ? 0 : n;
}

void seam_json_string(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            fprintf(out, "\\%c", *p);
        else if (*p == '\n')
            fputs("\\n", out);
        else if (*p >= 0x80 && utf8_length(p) > 0) {
            int n = utf8_length(p);
            fwrite(p, 1, (size_t)n, out);
            p += n - 1;
        } else if (*p >= 0x80)
            fputs("\\ufffd", out);
        else if (*p < ' ' || *p > '~')
            fprintf(out, "\\u%04x", *p);
        else
            fputc(*p, out);
    }
    fputc('"', out);
}
