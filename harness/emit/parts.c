#include "emit/parts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/embed.h"

/* --- reading ---------------------------------------------------------------------------------- */

static enum seam_part_kind kind_of(const char *word) {
    static const char *const kinds[] = {"type", "function", "variable", "static", "go"};
    int kind = 0;
    while (strcmp(word, kinds[kind]) != 0)
        seam_assert(++kind <= SEAM_PART_GO);
    return (enum seam_part_kind)kind;
}

static void read_file(struct seam_parts *parts, const char *text) {
    for (const char *at = strstr(text, "\n@ "); at != NULL;) {
        struct seam_part *part = &parts->parts[parts->n++];
        char kind[16];
        seam_assert(parts->n < SEAM_PARTS_MAX &&
                    sscanf(at, "\n@ %15s %39s", kind, part->name) == 2);
        const char *from = strchr(at + 1, '\n') + 1, *end = strstr(from - 1, "\n@ ");
        size_t size = end != NULL ? (size_t)(end + 1 - from) : strlen(from);
        part->kind = kind_of(kind);
        part->is_needed = false;
        part->text = calloc(1, size + 1);
        seam_assert(part->text != NULL);
        memcpy(part->text, from, size);
        at = end;
    }
}

void seam_parts_read(struct seam_parts *parts) {
    parts->n = 0;
    for (const struct seam_embedded *file = seam_emit_files; file->path != NULL; file++)
        read_file(parts, (const char *)file->bytes);
}

void seam_parts_free(struct seam_parts *parts) {
    for (int i = 0; i < parts->n; i++)
        free(parts->parts[i].text);
    parts->n = 0;
}

/* --- names ------------------------------------------------------------------------------------ */

char *seam_parts_code(const char *text) {
    char *code = calloc(1, strlen(text) + 1), *to = code;
    seam_assert(code != NULL);
    while (*text != '\0') {
        const char *end = NULL;
        if (strncmp(text, "//", 2) == 0 && strncmp(text, "//export", 8) != 0)
            end = text + strcspn(text, "\n");
        else if (strncmp(text, "/*", 2) == 0 && strstr(text, "*/") != NULL)
            end = strstr(text, "*/") + 2;
        else if (*text == '"')
            for (end = text + 1; *end != '\0' && *end++ != '"';)
                end += end[-1] == '\\';
        if (end != NULL)
            text = end;
        else
            *to++ = *text++;
    }
    return code;
}

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* Is `name` in the code, after `before` and not after anything else? */
static bool names(const char *code, const char *before, const char *name) {
    size_t n = strlen(name), b = strlen(before);
    for (const char *at = code; (at = strstr(at, name)) != NULL; at += n) {
        const char *from = at - b;
        if (from < code || strncmp(from, before, b) != 0 || is_word(at[n]))
            continue;
        if (from == code || (!is_word(from[-1]) && from[-1] != '.' && from[-1] != '>'))
            return true;
    }
    return false;
}

/* Go names C's with `C.`. */
static bool is_named(const struct seam_part *part, const char *go, const char *c) {
    if (part->kind == SEAM_PART_GO)
        return names(go, "", part->name) ||
               (strstr(part->text, "//export ") != NULL && names(c, "", part->name));
    if (part->kind == SEAM_PART_TYPE)
        return names(go, "C.struct_", part->name) || names(go, "C.sizeof_struct_", part->name) ||
               names(c, "struct ", part->name);
    return names(go, "C.", part->name) || names(c, "", part->name);
}

/* The marker of a line that is there for another part only. */
static const char condition[] = "//? ";

/* Take the lines whose condition does not hold away, and the markers of the others. */
static char *settled(const struct seam_parts *parts, const char *text) {
    struct seam_draft out = {NULL, 0, 0};
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        char line[240];
        snprintf(line, sizeof line, "%.*s", (int)n, text);
        text += n + (text[n] != '\0');
        char *marker = strstr(line, condition);
        if (marker != NULL && !seam_parts_has(parts, marker + strlen(condition)))
            continue;
        while (marker != NULL && marker > line && marker[-1] == ' ')
            marker--;
        if (marker != NULL)
            *marker = '\0';
        seam_draft_add(&out, "%s\n", line);
    }
    char *result = out.text != NULL ? out.text : calloc(1, 1);
    seam_assert(result != NULL);
    return result;
}

static bool choose_once(struct seam_parts *parts, const char *go, const char *c) {
    bool changed = false;
    char *go_code = seam_parts_code(go), *c_code = seam_parts_code(c);
    for (int i = 0; i < parts->n; i++)
        if (!parts->parts[i].is_needed && is_named(&parts->parts[i], go_code, c_code))
            changed = parts->parts[i].is_needed = true;
    free(go_code);
    free(c_code);
    return changed;
}

void seam_parts_choose(struct seam_parts *parts, const char *go, const char *c) {
    bool changed = choose_once(parts, go, c);
    for (int turn = 0; changed || turn < 2; turn++) {
        struct seam_draft all_go = {NULL, 0, 0}, all_c = {NULL, 0, 0};
        for (int i = 0; i < parts->n; i++) {
            struct seam_part *part = &parts->parts[i];
            char *text = part->is_needed ? settled(parts, part->text) : NULL;
            if (text != NULL)
                seam_draft_add(part->kind == SEAM_PART_GO ? &all_go : &all_c, "%s", text);
            free(text);
        }
        changed = choose_once(parts, seam_draft_text(&all_go), seam_draft_text(&all_c));
        seam_draft_free(&all_go);
        seam_draft_free(&all_c);
    }
}

bool seam_parts_has(const struct seam_parts *parts, const char *name) {
    for (int i = 0; i < parts->n; i++)
        if (parts->parts[i].is_needed && strcmp(parts->parts[i].name, name) == 0)
            return true;
    return false;
}

/* --- writing ---------------------------------------------------------------------------------- */

void seam_parts_add(const struct seam_parts *parts, enum seam_part_kind kind,
                    struct seam_draft *out) {
    for (int i = 0; i < parts->n; i++) {
        if (!parts->parts[i].is_needed || parts->parts[i].kind != kind)
            continue;
        char *text = settled(parts, parts->parts[i].text);
        seam_draft_add(out, "%s\n", text);
        free(text);
    }
}

/* Where the definition itself begins, behind its comment. */
static char *definition(char *text) {
    while (strncmp(text, "/*", 2) == 0)
        text = strstr(text, "*/\n") + 3;
    return text;
}

void seam_parts_add_c(const struct seam_parts *parts, bool is_one_file, struct seam_draft *out) {
    for (int i = 0; i < parts->n; i++) {
        const struct seam_part *part = &parts->parts[i];
        if (!part->is_needed || part->kind == SEAM_PART_GO || part->kind == SEAM_PART_TYPE)
            continue;
        char *text = settled(parts, part->text), *from = definition(text);
        bool is_global = part->kind == SEAM_PART_FUNCTION || part->kind == SEAM_PART_VARIABLE;
        seam_draft_add(out, "%.*s%s%s%s", (int)(from - text), text,
                       is_one_file && is_global ? "static " : "", from, *from != '\0' ? "\n" : "");
        free(text);
    }
}

void seam_parts_add_declarations(const struct seam_parts *parts, struct seam_draft *out) {
    for (int i = 0; i < parts->n; i++) {
        const struct seam_part *part = &parts->parts[i];
        if (!part->is_needed)
            continue;
        const char *from = definition(part->text);
        if (part->kind == SEAM_PART_FUNCTION)
            seam_draft_add(out, "%.*s;\n", (int)(strstr(from, " {") - from), from);
        else if (part->kind == SEAM_PART_VARIABLE)
            seam_draft_add(out, "extern %s", from);
    }
}
