/* The files of a program, put together from what writer.h has. */
#ifndef SEAM_EMIT_PROGRAM_H
#define SEAM_EMIT_PROGRAM_H

#include "emit/writer.h"

/* Add a program's files to an emission; `head` is the comment that it begins with, without the
 * marks of a comment. */
void seam_program_go(struct seam_writer *writer, const char *head, struct seam_emission *emission);
void seam_program_c(struct seam_writer *writer, const char *head, struct seam_emission *emission);

#endif
