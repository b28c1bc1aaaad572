#define _GNU_SOURCE
#include "rewrite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* What the inserted calls need; on the line of a declaration that cgo writes in front of all stubs.
 * Weak, because cgo links its objects once by themselves, to see what they import. */
static const char prologue[] = "extern char* _cgo_topofstack(void);";
static const char declarations[] =
    " extern __attribute__((weak)) void seam_audit_enter(const char *, const void *const *, int, "
    "void *); extern __attribute__((weak)) void seam_audit_callback(const char *, const void "
    "*const *, int, void *); extern __attribute__((weak)) void seam_audit_leave(void *);";

/* Where we are in the text. */
struct place {
    char name[128]; /* of the function whose stub this is, "" outside */
    int fields;     /* p0 ... of its argument struct */
};

static bool starts(const char *line, const char *with) {
    return strncmp(line, with, strlen(with)) == 0;
}

/* "_cgo_0123456789ab_Cfunc_name(void *v)" and "_C2func_": the name. */
static bool is_stub(const char *line, char name[128]) {
    const char *at = strstr(line, "_cgo_");
    if (at == NULL || (at != line && !starts(line, "void _cgo_")))
        return false;
    at += strlen("_cgo_");
    while (isxdigit((unsigned char)*at))
        at++;
    if (starts(at, "_Cfunc_"))
        at += strlen("_Cfunc_");
    else if (starts(at, "_C2func_"))
        at += strlen("_C2func_");
    else
        return false;
    if (starts(at, "_Cmalloc(")) /* cgo's own name for C.malloc */
        at += 2;
    size_t size = strcspn(at, "(");
    if (!starts(at + size, "(void *v)") || size >= 128)
        return false;
    memcpy(name, at, size);
    name[size] = '\0';
    return true;
}

/* "\tcrosscall2(_cgoexp_0123456789ab_name, ...": the name of the Go function. */
static bool is_callback(const char *line, char name[128]) {
    static const char begin[] = "\tcrosscall2(_cgoexp_";
    if (!starts(line, begin))
        return false;
    const char *at = line + strlen(begin);
    while (isxdigit((unsigned char)*at))
        at++;
    size_t size = strcspn(at, ",");
    if (*at != '_' || size >= 128)
        return false;
    memcpy(name, at + 1, size - 1);
    name[size - 1] = '\0';
    return true;
}

/* "\t\ttype p3;": a field of the argument struct, counted from 0; else -1. */
static int field_number(const char *line, size_t size) {
    if (!starts(line, "\t\t") || size < 5 || line[size - 1] != ';')
        return -1;
    size_t digits = size - 1;
    while (digits > 2 && isdigit((unsigned char)line[digits - 1]))
        digits--;
    bool is_field = digits < size - 1 && line[digits - 1] == 'p' && line[digits - 2] == ' ';
    return is_field ? atoi(line + digits) : -1;
}

/* A call of `function`, with the pointers among the arguments. 5 is the class of pointers in
 * __builtin_classify_type, for gcc and clang; only the compiler knows which types are. */
static void write_call(FILE *out, const char *function, const struct place *place,
                       const char *arguments) {
    fprintf(out, " { const void *seam_pointers[%d] = {0};", place->fields + 1);
    for (int i = 0; i < place->fields; i++)
        fprintf(out,
                " if (__builtin_classify_type(%sp%d) == 5) __builtin_memcpy(&seam_pointers[%d], "
                "&%sp%d, sizeof(void *));",
                arguments, i, i, arguments, i);
    fprintf(out, " if (%s) %s(\"%s\", seam_pointers, %d, __builtin_frame_address(0)); }", function,
            function, place->name, place->fields);
}

static const char leave[] = " if (seam_audit_leave) seam_audit_leave(__builtin_frame_address(0));";

/* One line, without its newline. */
static void rewrite_line(FILE *out, struct place *place, const char *line, size_t size) {
    char callback[128];
    int field = field_number(line, size);
    if (field >= 0 && field == place->fields)
        place->fields++;
    if (starts(line, "}"))
        place->name[0] = '\0';
    if (is_callback(line, callback)) {
        strcpy(place->name, callback);
        write_call(out, "seam_audit_callback", place, "_cgo_a.");
        fwrite(line, 1, size, out);
        fputs(leave, out);
        place->name[0] = '\0';
        return;
    }
    fwrite(line, 1, size, out);
    /* cgo's own malloc keeps its arguments elsewhere; they are numbers. */
    bool without_arguments = strstr(line, ")) *a = v;") != NULL;
    if (is_stub(line, place->name) || strstr(line, "typedef struct {") != NULL || without_arguments)
        place->fields = 0;
    else if (size == strlen(prologue) && starts(line, prologue))
        fputs(declarations, out);
    else if (place->name[0] != '\0' && starts(line, "\t_cgo_tsan_acquire();"))
        write_call(out, "seam_audit_enter", place, "_cgo_a->");
    else if (place->name[0] != '\0' && starts(line, "\t_cgo_tsan_release();"))
        fputs(leave, out);
}

char *seam_rewrite(const char *text, size_t *size) {
    char *result = NULL;
    struct place place = {"", 0};
    FILE *out = open_memstream(&result, size);
    seam_assert(out != NULL);
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        char *line = strndup(text, n);
        seam_assert(line != NULL);
        rewrite_line(out, &place, line, n);
        free(line);
        text += n;
        if (*text == '\n')
            putc(*text++, out);
    }
    seam_assert(fclose(out) == 0);
    return result;
}

bool seam_rewrite_wants(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    size_t size = strlen(name);
    return (size > 7 && strcmp(name + size - 7, ".cgo2.c") == 0) ||
           strcmp(name, "_cgo_export.c") == 0;
}

bool seam_rewrite_is_under(const char *text, const char *directory) {
    char *quoted = NULL;
    if (asprintf(&quoted, " \"%s/", directory) < 0)
        return false;
    for (const char *at = text; (at = strstr(at, "#line ")) != NULL; at++) {
        const char *number_end = at + 6 + strspn(at + 6, "0123456789");
        if (starts(number_end, quoted)) {
            free(quoted);
            return true;
        }
    }
    free(quoted);
    return false;
}
