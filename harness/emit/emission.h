/* What is written: the files of a program, and what is known of it before it runs. */
#ifndef SEAM_EMISSION_H
#define SEAM_EMISSION_H

#include <stdbool.h>
#include <stddef.h>

enum { SEAM_EMIT_FILES_MAX = 8, SEAM_EMIT_REASON = 240 };

/* What a program of one flavor does. */
enum seam_emit_end {
    SEAM_EMIT_SILENT, /* ends with status 0 */
    SEAM_EMIT_SHOWS,  /* prints what went wrong, ends with status 1 */
    SEAM_EMIT_STOPS,  /* a checker stops it with a message of that symptom */
    SEAM_EMIT_DIES,   /* memory is corrupted: it most likely does not end by itself */
};

struct seam_emit_file {
    const char *name; /* main.go */
    char *text;
    size_t size;
};

struct seam_emission {
    int n_files;
    struct seam_emit_file files[SEAM_EMIT_FILES_MAX];
    /* When no checker stops it before. It may show only that the stack has moved: with checkptr,
     * the variable is not on the stack. */
    bool shows, shows_stack, dies;
    int since; /* the lowest minor release of Go that builds it */
    char reason[SEAM_EMIT_REASON];
};

#endif
