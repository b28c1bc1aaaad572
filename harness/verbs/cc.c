/* seam cc, and seam under the name seam-cc: the C compiler of an audit. Files that cgo wrote are
 * compiled from a rewritten copy; every other command goes to the compiler as it is.
 *
 * Go starts it some hundred times in a build, so there is nothing here but strings and an exec. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/names.h"
#include "audit/rewrite.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "verbs/verbs.h"

/* Flags for the code that seam itself puts into the program (audit/inside/), which is compiled
 * among the files of runtime/cgo with their flags. */
static const char *const own_flags[] = {"-std=gnu11", "-Wno-declaration-after-statement",
                                        "-fno-sanitize=all", "-fno-omit-frame-pointer", "-O2"};
enum { OWN_FLAGS = sizeof own_flags / sizeof *own_flags };

/* Is it one of our own files? A user's may have such a name, but not the same text. */
static bool is_own(const char *path) {
    const char *name = seam_base_name(path);
    size_t prefix = strlen(SEAM_INSIDE_PREFIX), size;
    char *text;
    if (strncmp(name, SEAM_INSIDE_PREFIX, prefix) != 0 ||
        !seam_file_read(path, SEAM_TEXT_FILE_MAX, &text, &size))
        return false;
    bool is_ours = false;
    for (const struct seam_embedded *file = seam_inside_sources; file->path != NULL; file++)
        is_ours = is_ours || (strcmp(seam_base_name(file->path), name + prefix) == 0 &&
                              file->size == size && memcmp(file->bytes, text, size) == 0);
    free(text);
    return is_ours;
}

/* Add the functions that a Go file names in "#cgo nocallback NAME": from Go 1.24 they may not call
 * Go back. */
static void add_quiet(FILE *out, const char *path) {
    static const char directive[] = "#cgo nocallback ";
    char *text = NULL;
    size_t size;
    if (!seam_file_read(path, SIZE_MAX / 2, &text, &size))
        return;
    for (const char *at = text; (at = strstr(at, directive)) != NULL;) {
        at += strlen(directive);
        at += strspn(at, " \t");
        fprintf(out, "%.*s ", (int)strcspn(at, " \t\r\n"), at);
    }
    free(text);
}

/* All such functions of the package that a text of cgo comes from; owned by the caller. What comes
 * from nowhere is cgo's own malloc. */
static char *list_quiet(const char *path_of_text, const char *text) {
    size_t size;
    const char *source = seam_rewrite_source(text, &size);
    if (source == NULL)
        return seam_format("%s",
                           strcmp(seam_base_name(path_of_text), "_cgo_export.c") == 0 ? "" : "*");
    char *path = seam_format("%.*s", (int)size, source), *names = NULL;
    char *directory = seam_format("%.*s", (int)(seam_base_name(path) - path), path);
    char **files = seam_file_list(directory, ".go");
    FILE *out = open_memstream(&names, &size);
    putc(' ', out);
    for (char **file = files; *file != NULL; file++)
        add_quiet(out, *file);
    fclose(out);
    seam_file_list_free(files);
    free(directory);
    free(path);
    return names;
}

/* Write the rewritten copy beside the original, so that #include finds the same files. The name of
 * the copy, or NULL if the file stays as it is. */
static char *rewritten(const char *path) {
    const char *root = getenv(SEAM_CC_GOROOT);
    char *text = NULL, *copy = NULL;
    size_t size;
    if (!seam_file_read(path, SIZE_MAX / 2, &text, &size))
        return NULL;
    bool is_wanted =
        seam_rewrite_is_cgo(text) && (root == NULL || !seam_rewrite_is_under(text, root));
    if (is_wanted) {
        char *quiet = list_quiet(path, text), *changed = seam_rewrite(text, quiet, &size);
        copy = seam_format("%.*s.seam.c", (int)(strlen(path) - 2), path);
        if (!seam_file_write(copy, changed, size))
            exit(SEAM_USAGE);
        free(changed);
        free(quiet);
    }
    free(text);
    return copy;
}

/* The program runs a few times and is removed: to compress what is for debuggers takes a quarter of
 * the linker's time, and who reads it has to undo it. */
static bool is_needless(const char *argument) {
    static const char compress[] = "-Wl,--compress-debug-sections=";
    return strncmp(argument, compress, sizeof compress - 1) == 0;
}

int seam_verb_cc(int argc, char **argv) {
    if (argc < 2)
        return seam_fail("cc needs a compiler; see seam cc --help");
    const char **command = calloc((size_t)argc + OWN_FLAGS, sizeof *command);
    if (command == NULL)
        return seam_fail("out of memory");
    int n = 0;
    bool own = false;
    for (int i = 1; i < argc; i++) {
        if (is_needless(argv[i]))
            continue;
        char *copy = seam_rewrite_wants(argv[i]) ? rewritten(argv[i]) : NULL;
        own = own || is_own(argv[i]);
        command[n++] = copy != NULL ? copy : argv[i];
    }
    for (int i = 0; own && i < OWN_FLAGS; i++)
        command[n++] = own_flags[i];
    execvp(command[0], (char *const *)(uintptr_t)command);
    return seam_fail("cc: cannot start %s: %s; set CC to a C compiler", command[0],
                     strerror(errno));
}
