/* Names: what is exported and used in one file only, and operations that stand in a second list. */
#define _GNU_SOURCE
#include <string.h>

#include "style/checks.h"
#include "style/index.h"

/* The next place of a text in a line, or NULL. */
static const char *find(const char *at, const char *end, const char *text) {
    return at < end ? memmem(at, (size_t)(end - at), text, strlen(text)) : NULL;
}

/* --- exported and unused ---------------------------------------------------------------------- */

/* Does a word stand once more in the header, as in a macro or an inline function that uses it? */
static bool stands_twice(const char *code, const char *word, size_t size) {
    int n = 0;
    for (size_t k; *code != '\0'; code += k > 0 ? k : 1) {
        k = style_word(code);
        n += k == size && strncmp(code, word, size) == 0;
    }
    return n > 1;
}

/* The functions that one line declares: outside of macros, and not in the body of another. */
static void check_line(const struct style_index *index, const struct style_file *header, int number,
                       const char *line, const char *end, struct style_faults *faults) {
    if (line < end && *line == ' ')
        return;
    for (const char *at = line; (at = find(at, end, "seam_")) != NULL;) {
        size_t size = style_word(at);
        /* The header, the file that defines it, and one that uses it. */
        if (at[size] == '(' && (at == line || style_word(at - 1) == 0) &&
            style_index_files(index, at, size) < 3 && !stands_twice(header->code, at, size))
            style_fault(faults, header, number, "%.*s is used in one file only", (int)size, at);
        at += size;
    }
}

void style_check_exported(const struct style_tree *tree, struct style_faults *faults) {
    static struct style_index index;
    style_index_fill(&index, tree);
    for (int i = 0; i < tree->n; i++) {
        const struct style_file *header = &tree->files[i];
        const char *code = header->code, *line;
        size_t size;
        bool goes_on = false; /* the line before ended with a backslash: a macro */
        /* What a component offers is for others. */
        bool is_offer = strcmp(header->path, "harness/managed/managed.h") == 0;
        if (strncmp(header->path, "harness/", 8) != 0 || !style_ends_with(header->path, ".h") ||
            is_offer)
            continue;
        for (int number = 1; style_next_line(&code, &line, &size); number++) {
            bool is_macro = goes_on || line[0] == '#';
            goes_on = is_macro && size > 0 && line[size - 1] == '\\';
            if (!is_macro)
                check_line(&index, header, number, line, line + size, faults);
        }
    }
}

/* --- a second list ---------------------------------------------------------------------------- */

/* Is there, after the name of an operation, another one: `, B`, or `|| x == B`? */
static bool lists_another(const char *at) {
    at += strspn(at, " \n");
    if (*at == ',')
        return strncmp(at + 1 + strspn(at + 1, " \n"), "SEAM_OP_", 8) == 0;
    if (strncmp(at, "||", 2) != 0 && strncmp(at, "&&", 2) != 0)
        return false;
    at += 2;
    return find(at, at + strcspn(at, "|&;{?,"), "SEAM_OP_") != NULL;
}

void style_check_lists(const struct style_tree *tree, struct style_faults *faults) {
    for (int i = 0; i < tree->n; i++) {
        const struct style_file *file = &tree->files[i];
        const char *code = file->code, *line;
        size_t size;
        if (file->kind != STYLE_C)
            continue;
        for (int number = 1; style_next_line(&code, &line, &size); number++) {
            const char *at = line;
            while ((at = find(at, line + size, "SEAM_")) != NULL) {
                bool is_op = strncmp(at, "SEAM_OP_", 8) == 0;
                if ((is_op || strncmp(at, "SEAM_FACT_", 10) == 0) && at - line >= 5 &&
                    strncmp(at - 5, "case ", 5) == 0)
                    style_fault(faults, file, number, "a switch over %s: a column of the table",
                                is_op ? "operations" : "facts");
                at += style_word(at);
                if (is_op && lists_another(at))
                    style_fault(faults, file, number, "operations side by side: a second list");
            }
        }
    }
}
