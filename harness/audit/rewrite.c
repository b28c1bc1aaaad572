#define _GNU_SOURCE
#include "audit/rewrite.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/inside/entries.h"
#include "base/check.h"
#include "base/format.h"

/* What the inserted calls need; on the line of a declaration that cgo writes before all stubs.
 * Weak, because cgo links its objects once by themselves, to see what they import. */
static const char prologue[] = "extern char* _cgo_topofstack(void);";
#define AS_TEXT(result, name, parameters)                                                          \
    " extern __attribute__((weak)) " #result " " #name #parameters ";"
static const char declarations[] = SEAM_AUDIT_STUB_ENTRIES(AS_TEXT);

/* Where we are in the text. */
struct place {
    char name[128];              /* of the function whose stub this is, "" outside */
    int fields;                  /* p0 ... of its argument struct */
    bool has_arguments, has_top; /* the variables _cgo_a and _cgo_stktop */
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
                       const char *arguments, const char *more) {
    fprintf(out, " { const void *seam_pointers[%d] = {0};", place->fields + 1);
    for (int i = 0; i < place->fields; i++)
        fprintf(out,
                " if (__builtin_classify_type(%sp%d) == 5) __builtin_memcpy(&seam_pointers[%d], "
                "&%sp%d, sizeof(void *));",
                arguments, i, i, arguments, i);
    fprintf(out, " if (%s) %s(\"%s\", seam_pointers, %d, __builtin_frame_address(0)%s); }",
            function, function, place->name, place->fields, more);
}

static const char leave[] = " if (seam_audit_leave) seam_audit_leave(__builtin_frame_address(0));";

/* The function may call back, so the goroutine's stack may move: cgo finds its arguments again
 * after the call with these two variables (cmd/cgo/out.go), and so do we before it. */
static void write_move(FILE *out, const struct place *place) {
    fprintf(out,
            " if (seam_audit_move) { char *seam_top = _cgo_topofstack(); "
            "seam_audit_move(__builtin_frame_address(0)); long seam_moved = _cgo_topofstack() - "
            "seam_top; _cgo_a = (void *)((char *)_cgo_a + seam_moved);%s }",
            place->has_top ? " _cgo_stktop += seam_moved;" : "");
}

static const char resume[] = " if (seam_audit_resume) seam_audit_resume();";

/* Is the name, which is not empty, in a list of names, each between spaces? "*" stands for all. */
static bool is_listed(const char *names, const char *name) {
    size_t size = strlen(name);
    for (const char *at = names; (at = strstr(at, name)) != NULL; at += size)
        if (at > names && at[-1] == ' ' && at[size] == ' ')
            return true;
    return strcmp(names, "*") == 0;
}

/* What a line tells about its stub. */
static void notice(struct place *place, const char *line) {
    bool is_malloc = strstr(line, ")) *a = v;") != NULL; /* its arguments are numbers, elsewhere */
    if (starts(line, "}"))
        place->name[0] = '\0';
    if (is_stub(line, place->name) || strstr(line, "typedef struct {") != NULL || is_malloc) {
        place->fields = 0;
        place->has_arguments = place->has_top = false;
    } else if (strstr(line, " *_cgo_a = v;") != NULL) {
        place->has_arguments = true;
    } else if (starts(line, "\tchar *_cgo_stktop = _cgo_topofstack();")) {
        place->has_top = true;
    }
}

/* What is inserted after a line. */
static void write_behind(FILE *out, const struct place *place, const char *quiet,
                         const char *line) {
    bool is_inside = place->name[0] != '\0';
    bool may_call_go = is_inside && !is_listed(quiet, place->name);
    bool may_move = may_call_go && place->has_arguments;
    if (strcmp(line, prologue) == 0)
        fputs(declarations, out);
    if (is_inside && starts(line, "\t_cgo_tsan_acquire();")) {
        write_call(out, "seam_audit_enter", place, "_cgo_a->", may_move ? ", 1" : ", 0");
        if (may_move)
            write_move(out, place);
    }
    if (is_inside && starts(line, "\t_cgo_tsan_release();")) {
        fputs(leave, out);
        if (may_call_go)
            fputs(resume, out);
    }
}

/* One line, without its newline. */
static void rewrite_line(FILE *out, struct place *place, const char *quiet, const char *line) {
    int field = field_number(line, strlen(line));
    if (field >= 0 && field == place->fields)
        place->fields++;
    if (is_callback(line, place->name)) {
        write_call(out, "seam_audit_callback", place, "_cgo_a.", "");
        fputs(line, out);
        fputs(leave, out);
        place->name[0] = '\0';
    } else {
        fputs(line, out);
        notice(place, line);
        write_behind(out, place, quiet, line);
    }
}

char *seam_rewrite(const char *text, const char *quiet, size_t *size) {
    char *result = NULL;
    struct place place = {.name = ""};
    FILE *out = open_memstream(&result, size);
    seam_assert(out != NULL);
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        char *line = strndup(text, n);
        seam_assert(line != NULL);
        rewrite_line(out, &place, quiet, line);
        free(line);
        text += n;
        if (*text == '\n')
            putc(*text++, out);
    }
    seam_assert(fclose(out) == 0);
    return result;
}

bool seam_rewrite_wants(const char *path) {
    const char *name = seam_base_name(path);
    size_t size = strlen(name);
    return (size > 7 && strcmp(name + size - 7, ".cgo2.c") == 0) ||
           strcmp(name, "_cgo_export.c") == 0;
}

/* The prolog of a file of stubs, or the first line of _cgo_export.c. */
bool seam_rewrite_is_cgo(const char *text) {
    return strstr(text, "#line 1 \"cgo-builtin-prolog\"") != NULL ||
           strstr(text, "Code generated by cmd/cgo") != NULL;
}

const char *seam_rewrite_source(const char *text, size_t *size) {
    for (const char *at = text; (at = strstr(at, "#line ")) != NULL; at++) {
        const char *path = at + 6 + strspn(at + 6, "0123456789");
        *size = starts(path, " \"/") ? strcspn(path + 2, "\"\n") : 0;
        if (*size > 3 && starts(path + 2 + *size - 3, ".go\""))
            return path + 2;
    }
    return NULL;
}

bool seam_rewrite_is_under(const char *text, const char *directory) {
    size_t size, n = strlen(directory);
    const char *source = seam_rewrite_source(text, &size);
    return source != NULL && size > n && strncmp(source, directory, n) == 0 && source[n] == '/';
}
