/* The outside of a file: its lines, its rulers, its head, its functions. */
#include <string.h>

#include "style/checks.h"

enum { LINE_MAX_ = 100, WIDE_MAX = 120, FILE_MAX = 700, README_MAX = 200, FUNCTION_MAX = 60 };

/* The columns of a line: a letter of several bytes takes one. */
static int columns(const char *line, size_t size) {
    int n = 0;
    for (size_t i = 0; i < size; i++)
        n += ((unsigned char)line[i] & 0xc0) != 0x80;
    return n;
}

static bool is_c(const struct style_file *file) {
    return file->kind == STYLE_C || file->kind == STYLE_TABLE;
}

/* --- lines ------------------------------------------------------------------------------------ */

static int columns_max(const struct style_file *file) { return is_c(file) ? LINE_MAX_ : WIDE_MAX; }

/* In a document a table is as wide as it is, and so are what it quotes and the command of that. */
static bool is_free(const struct style_file *file, const char *line) {
    return file->kind == STYLE_DOCUMENT &&
           (line[0] == '|' || strncmp(line, "    ", 4) == 0 || strncmp(line, "<!--", 4) == 0);
}

static int lines_max(const struct style_file *file) {
    if (strcmp(file->path, "README.md") == 0)
        return README_MAX;
    return file->kind == STYLE_TABLE || strcmp(file->path, "harness/managed/managed.c") == 0
               ? 0
               : FILE_MAX;
}

void style_check_lines(const struct style_tree *tree, struct style_faults *faults) {
    for (int i = 0; i < tree->n; i++) {
        const struct style_file *file = &tree->files[i];
        const char *text = file->text, *line;
        size_t size;
        int number = 0, max = columns_max(file), max_lines = lines_max(file);
        while (text != NULL && style_next_line(&text, &line, &size)) {
            number++;
            if (columns(line, size) > max && !is_free(file, line))
                style_fault(faults, file, number, "columns %d, at most %d", columns(line, size),
                            max);
            if (size > 0 && file->kind != STYLE_DOCUMENT && strchr(" \t", line[size - 1]) != NULL)
                style_fault(faults, file, number, "blanks at the end of a line");
        }
        if (max_lines > 0 && number > max_lines)
            style_fault(faults, file, number, "lines %d, at most %d", number, max_lines);
    }
}

/* --- rulers ----------------------------------------------------------------------------------- */

/* A line that begins like a ruler is one: a name, and a stroke to the last column. */
static bool is_whole_ruler(const char *line, size_t size, bool has_end) {
    size_t end = size - (has_end ? 3 : 0), stroke = end;
    if (size != LINE_MAX_ || (has_end && strncmp(line + end, " */", 3) != 0))
        return false;
    while (stroke > 0 && line[stroke - 1] == '-')
        stroke--;
    return stroke > 8 && end - stroke >= 2 && line[stroke - 1] == ' ' && line[stroke - 2] != '-';
}

void style_check_rulers(const struct style_tree *tree, struct style_faults *faults) {
    for (int i = 0; i < tree->n; i++) {
        const struct style_file *file = &tree->files[i];
        bool is_go = file->kind == STYLE_GO;
        const char *text = file->text, *line;
        size_t size;
        if (!is_c(file) && !is_go)
            continue;
        for (int number = 1; style_next_line(&text, &line, &size); number++)
            if (strncmp(line, is_go ? "// ---" : "/* ---", 6) == 0 &&
                !is_whole_ruler(line, size, !is_go))
                style_fault(faults, file, number,
                            "a ruler is one whole line, as wide as a line may be");
    }
}

/* --- heads ------------------------------------------------------------------------------------ */

static bool has_head(const struct style_file *file) {
    return file->passages_n > 0 && file->passages[0].prose == STYLE_COMMENT &&
           file->passages[0].line == 1 && strlen(file->passages[0].text) >= 20;
}

/* A source that its own header explains needs none, nor do the programs that are examined. */
static bool needs_head(const struct style_tree *tree, const struct style_file *file) {
    char header[sizeof file->path];
    if (!is_c(file) || strncmp(file->path, "corpus/", 7) == 0 || strstr(file->path, "/bug/") ||
        strstr(file->path, "/fixed/") || strstr(file->path, "testdata"))
        return false;
    strcpy(header, file->path);
    header[strlen(header) - 1] = 'h';
    return !style_ends_with(file->path, ".c") || style_tree_find(tree, header) == NULL;
}

void style_check_heads(const struct style_tree *tree, struct style_faults *faults) {
    for (int i = 0; i < tree->n; i++)
        if (needs_head(tree, &tree->files[i]) && !has_head(&tree->files[i]))
            style_fault(faults, &tree->files[i], 1, "no head comment says what the file is for");
}

/* --- functions -------------------------------------------------------------------------------- */

/* Does a function's body open on this line of code? In C after a parenthesis, which a struct, an
 * enum and an array do not have. */
static bool opens_function(const char *line, size_t size, bool is_go) {
    if (size == 0 || line[size - 1] != '{')
        return false;
    if (is_go)
        return strncmp(line, "func ", 5) == 0 && strncmp(line, "func init(", 10) != 0;
    return size >= 3 && strncmp(line + size - 3, ") {", 3) == 0;
}

void style_check_functions(const struct style_tree *tree, struct style_faults *faults) {
    for (int i = 0; i < tree->n; i++) {
        const struct style_file *file = &tree->files[i];
        const char *code = file->code, *line;
        size_t size;
        int begin = 0;
        /* The programs are examined, not read: a part of them is a statement after the other. */
        if ((file->kind != STYLE_C && file->kind != STYLE_GO) ||
            strncmp(file->path, "corpus/", 7) == 0)
            continue;
        for (int number = 1; style_next_line(&code, &line, &size); number++) {
            if (size > 0 && line[0] == '}') {
                if (begin > 0 && number - begin >= FUNCTION_MAX)
                    style_fault(faults, file, begin, "lines of the function %d, at most %d",
                                number - begin + 1, FUNCTION_MAX);
                begin = 0;
            } else if (begin == 0 && opens_function(line, size, file->kind == STYLE_GO)) {
                begin = number;
            }
        }
    }
}
