/* What comments, strings and documents name exists: files, targets, verbs, functions, rules.
 *
 * What is not of this tree stands in outside.def. A name with a part in capitals, an asterisk or
 * brackets stands for many, and is not looked for. */
#define _GNU_SOURCE
#include <ctype.h>
#include <string.h>

#include "style/checks.h"
#include "style/index.h"

/* One passage, and what is known of the tree. */
struct reader {
    const struct style_file *file;
    const struct style_passage *passage;
    struct style_faults *faults;
};

static struct style_index words, paths;

static const char *const outside[] = {
#define OUTSIDE(name, whose) name,
#include "style/outside.def"
#undef OUTSIDE
};

static int line_of(const struct reader *reader, const char *at) {
    int line = reader->passage->line;
    for (const char *c = reader->passage->text; c < at; c++)
        line += *c == '\n';
    return line;
}

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_outside(const char *name) {
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        if (style_ends_with(outside[i], "/") ? starts_with(name, outside[i])
                                             : strcmp(name, outside[i]) == 0)
            return true;
    return false;
}

/* --- rows of a table -------------------------------------------------------------------------- */

/* Has a table a row of that name, `VERB(name,`? Dashes of the name are underscores there. Without
 * the table, as in a sample, it has. */
static bool has_row(const struct style_tree *tree, const char *table, const char *macro,
                    const char *name, size_t size) {
    char row[100];
    const struct style_file *file = style_tree_find(tree, table);
    snprintf(row, sizeof row, "\n%s(%.*s,", macro, (int)size, name);
    for (char *c = row; *c != '\0'; c++)
        if (*c == '-')
            *c = '_';
    return file == NULL || strstr(file->text, row) != NULL;
}

/* The word after the name of the program: where it is quoted the word is a verb; in a sentence it
 * may be English, of which we know the third person, the past and some small words. */
static void check_verb(const struct style_tree *tree, const struct reader *reader, const char *at) {
    static const char small[] =
        " all already also always and as at below by can could does for from had has in is it "
        "itself left made may might must never not on only or said saw should that then there "
        "they to under was when which will with would ";
    const char *text = reader->passage->text, *word = at + 5;
    size_t size = strspn(word, "abcdefghijklmnopqrstuvwxyz-");
    char spaced[40];
    bool is_quoted = at > text && strchr("`\"'", at[-1]) != NULL;
    if (size == 0 || size > sizeof spaced - 3 || word[0] == '-' || word[size] == ':' ||
        has_row(tree, "harness/verbs/verbs.def", "VERB", word, size))
        return;
    snprintf(spaced, sizeof spaced, " %.*s ", (int)size, word);
    if (!is_quoted && (word[size - 1] == 's' || strncmp(word + size - 2, "ed", 2) == 0 ||
                       strstr(small, spaced) != NULL))
        return;
    style_fault(reader->faults, reader->file, line_of(reader, at), "seam has no verb %.*s",
                (int)size, word);
}

/* An option after the name of the program, on one line of a document: the tables of its verbs have
 * all of them. */
static void check_option(const struct style_tree *tree, const struct reader *reader,
                         const char *at) {
    char option[40];
    const char *line = at;
    const struct style_file *verbs = style_tree_find(tree, "harness/verbs/verbs.def");
    size_t size = 2 + strspn(at + 2, "abcdefghijklmnopqrstuvwxyz-");
    while (line > reader->passage->text && line[-1] != '\n')
        line--;
    if (size == 2 || size >= sizeof option || verbs == NULL ||
        memmem(line, (size_t)(at - line), "seam ", 5) == NULL)
        return;
    snprintf(option, sizeof option, "%.*s", (int)size, at);
    if (strcmp(option, "--help") != 0 && strstr(verbs->text, option) == NULL)
        style_fault(reader->faults, reader->file, line_of(reader, at), "seam has no option %s",
                    option);
}

/* The word after `rule`: the names of rules have a dash in them, other words there do not. */
static void check_rule(const struct style_tree *tree, const struct reader *reader, const char *at) {
    size_t size = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
    if (memchr(at, '-', size) == NULL || at[0] == '-' || at[size - 1] == '-' || at[size] == '*' ||
        has_row(tree, "harness/rules/rules.def", "RULE", at, size))
        return;
    style_fault(reader->faults, reader->file, line_of(reader, at), "no rule %.*s", (int)size, at);
}

/* --- functions -------------------------------------------------------------------------------- */

/* Is it in the code, or made there of two words: seam_op_##name? */
static bool is_name(const char *at, size_t size) {
    if (style_index_files(&words, at, size) > 0)
        return true;
    for (size_t i = 1; i + 1 < size; i++)
        if (at[i] == '_' && style_index_files(&words, at, i + 1) > 0 &&
            style_index_files(&words, at + i + 1, size - i - 1) > 0)
            return true;
    return false;
}

/* seam_x, and x() of any name that a C function of ours could have. */
static void check_word(const struct reader *reader, const char *at, size_t size) {
    const char *text = reader->passage->text, *end = at + size;
    bool is_ours = starts_with(at, "seam_") && size > 5 && *end != '*' && *end != '<';
    bool is_called = starts_with(end, "()") && islower((unsigned char)*at);
    if ((!is_ours && !is_called) || end[-1] == '_' || (at > text && strchr(".<*/", at[-1]) != NULL))
        return;
    for (const char *c = at; c < end; c++)
        if (isupper((unsigned char)*c))
            return;
    if (!is_name(at, size))
        style_fault(reader->faults, reader->file, line_of(reader, at), "no %.*s%s anywhere",
                    (int)size, at, is_called ? "()" : "");
}

/* --- files ------------------------------------------------------------------------------------ */

/* Note each directory and file, under its whole path and each end of it. */
static void note_paths(const struct style_tree *tree) {
    memset(&paths, 0, sizeof paths);
    for (int i = 0; i < tree->n; i++) {
        const char *path = tree->files[i].path;
        for (const char *end = strchr(path, '/');; end = strchr(end + 1, '/')) {
            size_t size = end != NULL ? (size_t)(end - path) : strlen(path);
            for (const char *at = path; at != NULL && at < path + size;) {
                style_index_note(&paths, &tree->files[i], at, size - (size_t)(at - path));
                at = memchr(at, '/', size - (size_t)(at - path));
                if (at != NULL)
                    at++;
            }
            if (end == NULL)
                break;
        }
    }
}

static bool is_top(const char *name) {
    return starts_with(name, "harness/") || starts_with(name, "targets/") ||
           starts_with(name, "corpus/") || starts_with(name, "ci/") || starts_with(name, "go/");
}

static bool has_extension(const char *name) {
    static const char *const ends[] = {".c",  ".h",    ".def",    ".go",      ".bzl",
                                       ".md", ".seam", ".report", ".expected"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (style_ends_with(name, ends[i]))
            return strlen(name) > strlen(ends[i]) + 1;
    return false;
}

/* A sign that stands for any name, or a part in capitals: *.h, X.seam, DIRECTORY/name. */
static bool stands_for_many(const char *name) {
    if (strpbrk(name, "*<>{}$~@=|") != NULL || strstr(name, "://") || strstr(name, ".."))
        return true;
    for (const char *part = name; *part != '\0'; part += strcspn(part, "/")) {
        part += strspn(part, "/");
        size_t size = strcspn(part, "/.");
        if (size > 0 && strspn(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == size)
            return true;
    }
    return false;
}

/* A label of Bazel: its package has a BUILD file, which has the name, or the name without what a
 * macro adds to it. */
static bool has_target(const struct style_tree *tree, const char *label) {
    static const char *const added[] = {"", "_bin", "_replay", "_test", "_fuzz"};
    char build[200], name[100];
    size_t size = strcspn(label, ":");
    if (style_ends_with(label, "..."))
        return true;
    snprintf(build, sizeof build, "%.*s%sBUILD", (int)size, label, size > 0 ? "/" : "");
    const struct style_file *file = style_tree_find(tree, build);
    if (file == NULL || label[size] == '\0')
        return file != NULL;
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
        snprintf(name, sizeof name, "%s", label + size + 1);
        if (!style_ends_with(name, added[i]))
            continue;
        name[strlen(name) - strlen(added[i])] = '\0';
        if (strstr(file->text, name) != NULL)
            return true;
    }
    return false;
}

static void check_path(const struct style_tree *tree, const struct reader *reader, const char *at,
                       size_t size) {
    char name[200];
    while (size > 0 && strchr(".,:-/", at[size - 1]) != NULL)
        size--;
    if (size < 3 || size >= sizeof name)
        return;
    snprintf(name, sizeof name, "%.*s", (int)size, at);
    bool is_label = starts_with(name, "//") && is_top(name + 2);
    /* What an audit writes into a program has this in front of its name. */
    static const char audited[] = "seam_audit_";
    if (starts_with(name, audited))
        memmove(name, name + sizeof audited - 1, strlen(name) - sizeof audited + 2);
    if (stands_for_many(name) || is_outside(name) || (name[0] == '/' && !is_label))
        return;
    if (is_label ? has_target(tree, name + 2)
                 : (!has_extension(name) && !is_top(name)) ||
                       style_index_files(&paths, name, strlen(name)) > 0)
        return;
    style_fault(reader->faults, reader->file, line_of(reader, at), "there is no %s", name);
}

/* --- all -------------------------------------------------------------------------------------- */

static void read_passage(const struct style_tree *tree, const struct reader *reader) {
    static const char in_path[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_./*<>{}$:+-~@=|";
    const char *text = reader->passage->text;
    bool is_string = reader->passage->prose == STYLE_STRING;
    for (const char *at = text; *at != '\0';) {
        size_t size = style_word(at);
        bool is_first = at == text || strchr(" \n`\"'([", at[-1]) != NULL;
        if (is_first && starts_with(at, "seam "))
            check_verb(tree, reader, at);
        if (is_first && starts_with(at, "--") && reader->passage->prose == STYLE_PARAGRAPH)
            check_option(tree, reader, at);
        if (is_first && starts_with(at, "rule "))
            check_rule(tree, reader, at + 5);
        if (size > 0 && !is_string)
            check_word(reader, at, size);
        if (is_first && !is_string)
            check_path(tree, reader, at, strspn(at, in_path));
        at += size > 0 ? size : 1;
    }
}

/* Is it what Bazel makes of a target, room/name of //room:name? */
static bool is_built(const struct style_tree *tree, const char *at, size_t size) {
    char label[200];
    snprintf(label, sizeof label, "%.*s", size < sizeof label ? (int)size : 0, at);
    char *slash = strrchr(label, '/');
    if (slash != NULL)
        *slash = ':';
    return slash != NULL && has_target(tree, label);
}

/* A script names files in its code too: those of the tree from its top. */
static void read_script(const struct style_tree *tree, const struct style_file *file,
                        struct style_faults *faults) {
    struct style_passage code = {STYLE_STRING, 1, file->code};
    struct reader reader = {file, &code, faults};
    for (const char *at = file->code; *at != '\0'; at += *at != '\0') {
        size_t size = strcspn(at, " \n\"'();,");
        if (is_top(at) && !is_built(tree, at, size))
            check_path(tree, &reader, at, size);
        at += size;
    }
}

void style_check_references(const struct style_tree *tree, struct style_faults *faults) {
    style_index_fill(&words, tree);
    note_paths(tree);
    for (int i = 0; i < tree->n; i++) {
        const struct style_file *file = &tree->files[i];
        if (file->kind == STYLE_BUILD && starts_with(file->path, "ci/"))
            read_script(tree, file, faults);
        for (int k = 0; k < file->passages_n && !style_is_samples(file); k++) {
            struct reader reader = {file, &file->passages[k], faults};
            read_passage(tree, &reader);
        }
    }
}
