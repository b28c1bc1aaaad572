#include "emit/draft.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static void make_room(struct seam_draft *draft, size_t more) {
    if (draft->size + more + 1 <= draft->room)
        return;
    draft->room = 2 * (draft->size + more + 1);
    draft->text = realloc(draft->text, draft->room);
    seam_assert(draft->text != NULL);
}

static void add(struct seam_draft *draft, const char *text, size_t size) {
    make_room(draft, size);
    memcpy(draft->text + draft->size, text, size);
    draft->size += size;
    draft->text[draft->size] = '\0';
}

void seam_draft_add(struct seam_draft *draft, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    seam_assert(size >= 0);
    make_room(draft, (size_t)size);
    va_start(arguments, format);
    vsnprintf(draft->text + draft->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    draft->size += (size_t)size;
}

void seam_draft_lines(struct seam_draft *draft, const char *indent, int depth, const char *lines) {
    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");
        for (int i = 0; i < depth && n > 0; i++)
            add(draft, indent, strlen(indent));
        add(draft, lines, n);
        add(draft, "\n", 1);
        lines += n + (lines[n] != '\0');
    }
}

void seam_draft_wrap(struct seam_draft *draft, const char *prefix, int width, const char *text) {
    size_t column = 0;
    while (*(text += strspn(text, " ")) != '\0') {
        size_t n = strcspn(text, " \n");
        if (column > 0 && column + 1 + n > (size_t)width) {
            add(draft, "\n", 1);
            column = 0;
        }
        if (column == 0) {
            add(draft, prefix, strlen(prefix));
            column = strlen(prefix);
        } else if (n > 0) {
            add(draft, " ", 1);
            column++;
        }
        add(draft, text, n);
        column += n;
        text += n;
        if (*text == '\n') {
            add(draft, "\n", 1);
            column = 0;
            text++;
        }
    }
    if (column > 0)
        add(draft, "\n", 1);
}

void seam_draft_comment(struct seam_draft *draft, const char *indent, int depth, bool is_c,
                        const char *text) {
    struct seam_draft body = {NULL, 0, 0}, prefix = {NULL, 0, 0};
    for (int i = 0; i < depth; i++)
        seam_draft_add(&prefix, "%s", indent);
    if (!is_c) {
        seam_draft_add(&prefix, "// ");
        seam_draft_wrap(draft, prefix.text, 100, text);
    } else {
        seam_draft_add(&prefix, "   ");
        seam_draft_wrap(&body, prefix.text, 90, text);
        seam_assert(body.text != NULL);
        body.text[body.size - 1] = '\0';
        memcpy(body.text + prefix.size - 3, "/* ", 3);
        seam_draft_add(draft, "%s */\n", body.text);
    }
    seam_draft_free(&body);
    seam_draft_free(&prefix);
}

const char *seam_draft_text(const struct seam_draft *draft) {
    return draft->text != NULL ? draft->text : "";
}

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

bool seam_draft_names(const char *text, const char *identifier) {
    size_t n = strlen(identifier);
    for (const char *at = text; (at = strstr(at, identifier)) != NULL; at += n)
        if ((at == text || !is_word(at[-1])) && !is_word(at[n]))
            return true;
    return false;
}

void seam_draft_free(struct seam_draft *draft) {
    free(draft->text);
    *draft = (struct seam_draft){NULL, 0, 0};
}
