/* A program while it is written: the bodies of its functions, and what else it needs.
 *
 * write.c writes steps from emit.def; special.c what a line of a table cannot say; calls.c the
 * calls; program.c puts the files together. */
#ifndef SEAM_EMIT_WRITER_H
#define SEAM_EMIT_WRITER_H

#include "emit/draft.h"
#include "emit/emission.h"
#include "emit/plan.h"

struct seam_writer {
    struct seam_plan *plan;
    struct seam_draft bodies[SEAM_EMIT_PLACES];
    int depth[SEAM_EMIT_PLACES]; /* of braces that are open there, 1 in the beginning */
    bool is_called[SEAM_EMIT_PLACES];
    bool is_laid_out[SEAM_LAYOUTS];
    struct seam_draft variables; /* of the package */
    struct seam_draft functions; /* of Go, besides the bodies */
    struct seam_draft c_statics; /* of C, before its functions */
    struct seam_draft c_functions;
    struct seam_draft c_types, c_prototypes; /* in the header */
    int grown[SEAM_THREAD_MAX];
    char reason[SEAM_EMIT_REASON]; /* why there is no such program; "" while there is */
};

/* Write the code of a step. */
void seam_write_step(struct seam_writer *writer, int step);

/* Add lines to a function. */
void seam_write_lines(struct seam_writer *writer, int place, const char *lines);

/* Add a formatted statement to a function. */
__attribute__((format(printf, 3, 4))) void seam_write_add(struct seam_writer *writer, int place,
                                                          const char *format, ...);

/* How Go, or C, writes an object. Borrowed for a few calls. */
const char *seam_write_name(const struct seam_writer *writer, enum seam_noun noun, int number,
                            bool in_c);
/* What a report calls it. */
const char *seam_write_object(const struct seam_writer *writer, int any);

/* The type of a Go object: its name with a capital. */
const char *seam_write_type(const struct seam_writer *writer, int go);

/* "block" or "view". */
const char *seam_write_block_type(const struct seam_writer *writer, int c);

/* The call that frees a block with what allocated it, as after this step, without `C.`. */
void seam_write_free(struct seam_writer *writer, int c, bool as_lib, int step, bool in_c,
                     const char *name, struct seam_draft *out);

/* The checks before a guilty step, into `out`, at no depth. */
void seam_write_checks(struct seam_writer *writer, int step, bool in_c, struct seam_draft *out);

/* What is asked when everything is over. */
void seam_write_end(struct seam_writer *writer);

/* How the words of a shape, and a result of a type, refer to a pointer: `pattern` with {} filled.
 */
void seam_write_fill(struct seam_draft *out, const char *pattern, const char *pointer);
const char *seam_write_shape(int shape, const char **nil, const char **type);

typedef void seam_special(struct seam_writer *writer, int step);
seam_special seam_special_link, seam_special_layout, seam_special_nothing, seam_special_close,
    seam_special_use_c, seam_special_call, seam_special_return, seam_special_result,
    seam_special_raise, seam_special_finalizer, seam_special_gc, seam_special_finalize,
    seam_special_reuse;

/* The frame of a C function: what stands before and after its body. */
void seam_write_c_function(struct seam_writer *writer, int place, struct seam_draft *out,
                           struct seam_draft *prototype);

#endif
