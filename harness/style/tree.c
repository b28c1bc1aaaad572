#define _GNU_SOURCE
#include "style/tree.h"

#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/file.h"
#include "base/format.h"

/* --- small things ----------------------------------------------------------------------------- */

bool style_ends_with(const char *path, const char *end) {
    size_t path_size = strlen(path), size = strlen(end);
    return path_size >= size && strcmp(path + path_size - size, end) == 0;
}

bool style_is_samples(const struct style_file *file) {
    return strcmp(file->path, "harness/style/samples.def") == 0 ||
           strcmp(file->path, "harness/style/phrases.def") == 0;
}

size_t style_word(const char *text) {
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || text[n] == '_')
        n++;
    return n;
}

bool style_next_line(const char **text, const char **line, size_t *size) {
    if (**text == '\0')
        return false;
    *line = *text;
    *size = strcspn(*text, "\n");
    *text += *size + ((*text)[*size] == '\n');
    return true;
}

void style_fault(struct style_faults *faults, const struct style_file *file, int line,
                 const char *format, ...) {
    faults->n++;
    if (faults->out == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    fprintf(faults->out, "%s:%d: ", file->path, line);
    vfprintf(faults->out, format, arguments);
    fprintf(faults->out, " [%s]\n", faults->check);
    va_end(arguments);
}

/* --- cutting a file --------------------------------------------------------------------------- */

/* Where the cutting of a file is. */
struct cutter {
    struct style_file *file;
    const char *at;
    int line;
    char *end; /* of the passages' texts, which lie in one block behind one another */
    int room;
};

static struct style_passage *new_passage(struct cutter *cutter, enum style_prose prose) {
    struct style_file *file = cutter->file;
    if (file->passages_n == cutter->room) {
        cutter->room = 2 * cutter->room + 16;
        file->passages = realloc(file->passages, cutter->room * sizeof *file->passages);
        seam_assert(file->passages != NULL);
    }
    struct style_passage *passage = &file->passages[file->passages_n++];
    *passage = (struct style_passage){prose, cutter->line, cutter->end};
    return passage;
}

/* Take the next byte out of the code; `keep` says whether it belongs to the passage. */
static void take(struct cutter *cutter, bool keep) {
    char c = *cutter->at;
    if (c != '\n')
        cutter->file->code[cutter->at - cutter->file->text] = ' ';
    else
        cutter->line++;
    if (keep)
        *cutter->end++ = c;
    cutter->at++;
}

static void end_passage(struct cutter *cutter) { *cutter->end++ = '\0'; }

static void take_all(struct cutter *cutter, size_t n, bool keep) {
    while (n-- > 0 && *cutter->at != '\0')
        take(cutter, keep);
}

/* Blanks, and the asterisk of a comment's next line. */
static void take_margin(struct cutter *cutter) {
    take_all(cutter, strspn(cutter->at, " \t"), false);
    if (cutter->at[0] == '*' && cutter->at[1] != '/')
        take_all(cutter, 1 + (cutter->at[1] == ' '), false);
}

static void take_block_comment(struct cutter *cutter) {
    new_passage(cutter, STYLE_COMMENT);
    take_all(cutter, 2, false);
    while (*cutter->at != '\0' && strncmp(cutter->at, "*/", 2) != 0) {
        bool line_ends = *cutter->at == '\n';
        take(cutter, true);
        if (line_ends)
            take_margin(cutter);
    }
    take_all(cutter, 2, false);
    end_passage(cutter);
}

/* A comment of lines that begin with a mark, as long as each is directly below the one before. */
static void take_line_comment(struct cutter *cutter, const char *mark) {
    size_t size = strlen(mark);
    new_passage(cutter, STYLE_COMMENT);
    for (;;) {
        take_all(cutter, size, false);
        take_all(cutter, strcspn(cutter->at, "\n"), true);
        size_t blank = *cutter->at == '\n' ? 1 + strspn(cutter->at + 1, " \t") : 0;
        if (blank == 0 || strncmp(cutter->at + blank, mark, size) != 0)
            break;
        take(cutter, true);
        take_all(cutter, blank - 1, false);
    }
    end_passage(cutter);
}

/* What a BUILD file says of itself: as a comment. */
static void take_docstring(struct cutter *cutter) {
    new_passage(cutter, STYLE_COMMENT);
    take_all(cutter, 3, false);
    while (*cutter->at != '\0' && strncmp(cutter->at, "\"\"\"", 3) != 0)
        take(cutter, true);
    take_all(cutter, 3, false);
    end_passage(cutter);
}

/* The inside of one literal; its marks stay in the code. */
static void take_literal(struct cutter *cutter, char mark, bool keep) {
    cutter->at++;
    while (*cutter->at != '\0' && *cutter->at != mark) {
        bool is_escape = *cutter->at == '\\' && mark != '`';
        bool is_newline = is_escape && cutter->at[1] == 'n';
        if (is_escape)
            take(cutter, false);
        if (is_newline && keep)
            *cutter->end++ = ' ';
        take_all(cutter, 1, keep && !is_newline);
    }
    cutter->at += *cutter->at == mark;
}

/* A string, and those that the compiler joins to it. */
static void take_string(struct cutter *cutter, char mark) {
    new_passage(cutter, STYLE_STRING);
    for (;;) {
        take_literal(cutter, mark, true);
        size_t blank = strspn(cutter->at, " \t\n");
        if (mark != '"' || cutter->at[blank] != '"')
            break;
        for (; blank > 0; blank--)
            if (*cutter->at++ == '\n')
                cutter->line++, *cutter->end++ = '\n';
    }
    end_passage(cutter);
}

static void cut_code(struct cutter *cutter) {
    bool is_go = cutter->file->kind == STYLE_GO, is_build = cutter->file->kind == STYLE_BUILD;
    while (*cutter->at != '\0') {
        if (!is_build && strncmp(cutter->at, "/*", 2) == 0)
            take_block_comment(cutter);
        else if (!is_build && strncmp(cutter->at, "//", 2) == 0)
            take_line_comment(cutter, "//");
        else if (is_build && *cutter->at == '#' &&
                 (cutter->at == cutter->file->text || strchr(" \n", cutter->at[-1]) != NULL))
            take_line_comment(cutter, "#");
        else if (is_build && strncmp(cutter->at, "\"\"\"", 3) == 0)
            take_docstring(cutter);
        else if (!is_build && (*cutter->at == '"' || (is_go && *cutter->at == '`')))
            take_string(cutter, *cutter->at);
        else if (!is_build && *cutter->at == '\'')
            take_literal(cutter, '\'', false);
        else
            cutter->line += *cutter->at++ == '\n';
    }
}

/* A document has no code: each paragraph, and each line that is quoted, is a passage. */
static void cut_document(struct cutter *cutter) {
    while (*cutter->at != '\0') {
        if (*cutter->at == '\n') {
            take(cutter, false);
            continue;
        }
        new_passage(cutter, STYLE_PARAGRAPH);
        while (*cutter->at != '\0' && !(cutter->at[0] == '\n' && cutter->at[1] == '\n'))
            take(cutter, true);
        end_passage(cutter);
    }
}

/* --- the tree --------------------------------------------------------------------------------- */

static enum style_kind kind_of(const char *path) {
    static const struct {
        const char *end;
        enum style_kind kind;
    } kinds[] = {{".c", STYLE_C},       {".h", STYLE_C},         {".def", STYLE_TABLE},
                 {".go", STYLE_GO},     {".md", STYLE_DOCUMENT}, {".bzl", STYLE_BUILD},
                 {"BUILD", STYLE_BUILD}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (style_ends_with(path, kinds[i].end))
            return kinds[i].kind;
    return strncmp(path, "ci/", 3) == 0 && strchr(path, '.') == NULL ? STYLE_BUILD : STYLE_OTHER;
}

static void cut(struct style_file *file) {
    size_t size = strlen(file->text);
    file->code = strdup(file->text);
    char *passages = malloc(2 * size + 2);
    seam_assert(file->code != NULL && passages != NULL);
    struct cutter cutter = {file, file->text, 1, passages, 0};
    if (file->kind == STYLE_DOCUMENT)
        cut_document(&cutter);
    else
        cut_code(&cutter);
    if (file->passages_n == 0)
        free(passages);
}

static struct style_file *add_file(struct style_tree *tree, const char *path) {
    seam_assert(tree->n < STYLE_FILES_MAX && strlen(path) < sizeof tree->files[0].path);
    struct style_file *file = &tree->files[tree->n++];
    *file = (struct style_file){.kind = kind_of(path)};
    strcpy(file->path, path);
    return file;
}

void style_tree_add(struct style_tree *tree, const char *path, const char *text) {
    struct style_file *file = add_file(tree, path);
    if (file->kind == STYLE_OTHER)
        return;
    file->text = strdup(text);
    seam_assert(file->text != NULL);
    cut(file);
}

void style_tree_release(struct style_tree *tree) {
    for (int i = 0; i < tree->n; i++) {
        struct style_file *file = &tree->files[i];
        if (file->passages_n > 0)
            free(file->passages[0].text); /* the block of all of them begins there */
        free(file->passages);
        free(file->code);
        free(file->text);
    }
    tree->n = 0;
}

const struct style_file *style_tree_find(const struct style_tree *tree, const char *path) {
    for (int i = 0; i < tree->n; i++)
        if (strcmp(tree->files[i].path, path) == 0)
            return &tree->files[i];
    return NULL;
}

static bool read_file(struct style_tree *tree, const char *root, const char *path) {
    struct style_file *file = add_file(tree, path);
    if (file->kind == STYLE_OTHER)
        return true;
    char *full = seam_format("%s/%s", root, path);
    size_t size;
    bool ok = seam_file_read(full, 1 << 22, &file->text, &size);
    if (ok)
        cut(file);
    else
        perror(full);
    free(full);
    return ok;
}

/* A file, or all below a directory. Links lead out of the tree, as bazel-bin does. */
static bool read_path(struct style_tree *tree, const char *root, const char *path) {
    char *full = seam_format("%s/%s", root, path);
    struct stat status;
    bool ok = lstat(full, &status) == 0;
    struct dirent **entries = NULL;
    int n = 0;
    if (ok && S_ISREG(status.st_mode))
        ok = read_file(tree, root, path);
    else if (ok && S_ISDIR(status.st_mode))
        ok = (n = scandir(full, &entries, NULL, alphasort)) >= 0;
    for (int i = 0; i < n; i++) {
        char *below = seam_format("%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            ok = read_path(tree, root, below) && ok;
        free(below);
        free(entries[i]);
    }
    free(entries);
    free(full);
    return ok;
}

bool style_tree_read(struct style_tree *tree, const char *root) {
    static const char *const tops[] = {"BUILD", "README.md", "ci",     "corpus",
                                       "go",    "harness",   "targets"};
    bool ok = true;
    for (size_t i = 0; i < sizeof tops / sizeof tops[0]; i++)
        if (!read_path(tree, root, tops[i])) {
            fprintf(stderr, "%s/%s: cannot be read\n", root, tops[i]);
            ok = false;
        }
    return ok;
}
