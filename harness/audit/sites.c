#define _GNU_SOURCE
#include "audit/sites.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/elf.h"
#include "base/check.h"
#include "base/file.h"
#include "base/format.h"

enum { SOURCE_MAX = 1 << 26 };

/* --- the functions of C ----------------------------------------------------------------------- */

/* Names, each between two spaces, in a stream. cgo gives the Go half of a stub the name
 * _Cfunc_NAME, or _C2func_NAME with errno. */
static void add_function(void *data, const struct seam_elf_symbol *symbol) {
    static const char *const marks[] = {"._Cfunc_", "._C2func_"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *at = symbol->is_function ? strstr(symbol->name, marks[i]) : NULL;
        const char *name = at != NULL ? at + strlen(marks[i]) : "";
        int size = (int)strcspn(name, ".");
        if (size > 0) /* cgo's own malloc has a name of its own */
            fprintf(data, "%.*s ", size, strcmp(name, "_CMalloc") == 0 ? "malloc" : name);
    }
}

static char *functions_of(const char *program) {
    char *names = NULL;
    size_t size;
    FILE *out = open_memstream(&names, &size);
    seam_assert(out != NULL);
    putc(' ', out);
    seam_elf_each(program, add_function, out);
    fclose(out);
    return names;
}

static bool is_function(const char *functions, const char *name, int size) {
    char *word = seam_format(" %.*s ", size, name);
    bool is = strstr(functions, word) != NULL;
    free(word);
    return is;
}

/* --- Go source -------------------------------------------------------------------------------- */

static bool is_letter(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* The end of a comment, a string or a rune that begins here; `at` itself if none does. */
static const char *skip_quoted(const char *at) {
    const char *end = at;
    if (strncmp(at, "//", 2) == 0)
        return at + strcspn(at, "\n");
    if (strncmp(at, "/*", 2) == 0)
        return (end = strstr(at + 2, "*/")) != NULL ? end + 2 : at + strlen(at);
    if (*at == '`')
        return (end = strchr(at + 1, '`')) != NULL ? end + 1 : at + strlen(at);
    if (*at != '"' && *at != '\'')
        return at;
    for (end = at + 1; *end != '\0' && *end != '\n' && *end != *at; end++)
        end += *end == '\\' && end[1] != '\0';
    return *end == *at ? end + 1 : end;
}

/* Who hears of the sites of a package. */
struct listener {
    const struct seam_audit_package *package;
    const char *functions; /* of C, as functions_of has them */
    void (*use)(void *context, const struct seam_audit_site *site);
    void *context;
};

static void tell(const struct listener *it, const char *path, int line, const char *function,
                 int size) {
    char *name = seam_format("%.*s", size, function);
    it->use(it->context,
            &(struct seam_audit_site){it->package->path, seam_base_name(path), line, name});
    free(name);
}

static void tell_file(const struct listener *it, const char *path, const char *text) {
    int line = 1;
    for (const char *at = text, *begin = text; *at != '\0'; begin = at) {
        const char *end = skip_quoted(at);
        bool is_c = end == at && at[0] == 'C' && at[1] == '.' &&
                    (at == text || (!is_letter(at[-1]) && at[-1] != '.'));
        int size = 0;
        while (is_c && is_letter(at[2 + size]))
            size++;
        if (size > 0 && at[2 + size] == '(' && is_function(it->functions, at + 2, size))
            tell(it, path, line, at + 2, size);
        for (at = end > at ? end : at + 1; begin < at; begin++)
            line += *begin == '\n';
    }
}

void seam_sites_each(const struct seam_audit_package *package,
                     void (*use)(void *context, const struct seam_audit_site *site),
                     void *context) {
    char *functions = functions_of(package->program), *text = NULL;
    char **files = seam_file_list(package->directory, ".go");
    const struct listener it = {package, functions, use, context};
    size_t size;
    for (char **file = files; *file != NULL; file++)
        if (seam_file_read(*file, SOURCE_MAX, &text, &size)) {
            tell_file(&it, *file, text);
            free(text);
        }
    seam_file_list_free(files);
    free(functions);
}
