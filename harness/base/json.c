#include "base/json.h"

#include <stdint.h>

#include "base/utf8.h"

void seam_json_open(FILE *out, const char *type) { fprintf(out, "{\"type\":\"%s\"", type); }

void seam_json_open_alone(FILE *out, const char *type) {
    seam_json_open(out, type);
    fprintf(out, ",\"schema\":%d", SEAM_JSON_SCHEMA);
}

void seam_json_string(FILE *out, const char *text) {
    uint32_t point;
    fputc('"', out);
    for (int n; *text != '\0'; text += n > 0 ? n : 1) {
        n = seam_utf8(text, &point);
        if (n == 0)
            fputs("\\ufffd", out);
        else if (n > 1)
            fwrite(text, 1, (size_t)n, out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if (*text == '\n')
            fputs("\\n", out);
        else if (*text < ' ' || *text > '~')
            fprintf(out, "\\u%04x", *text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}
