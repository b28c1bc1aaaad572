/* A scenario as a program that stands alone: Go with cgo, or C.
 *
 * The program builds with the plain toolchain and shows by itself what the scenario is about, or
 * says that no program can see it and which tool does. Everything is decided here, before it runs:
 * the names, where each finalizer runs, what must be read. A pure function of the case: the same
 * scenario gives the same bytes. Not here: writing files (verbs/emit.c), and building and running
 * what was written (check.c).
 *
 * To add an operation: one row in emit.def. To show a rule: one row in shows.def. */
#ifndef SEAM_EMIT_H
#define SEAM_EMIT_H

#include "emit/emission.h"
#include "judge/report.h"

enum seam_emit_language { SEAM_EMIT_go, SEAM_EMIT_c };

/* Write the program of a case whose witnesses agree. `story` is what its author says of it, a line
 * a line, "" for nothing; `source` names the file in the head comment. False with the reason, one
 * line, if no single program can show it. The files are freed by seam_emission_free. */
bool seam_emit(const struct seam_case *it, enum seam_emit_language language, const char *source,
               const char *story, struct seam_emission *emission);
void seam_emission_free(struct seam_emission *emission);

/* How that program ends in a flavor, of a release whose predictions are in `it`. */
enum seam_emit_end seam_emit_end_of(const struct seam_emission *emission, enum seam_flavor flavor,
                                    const struct seam_prediction *prediction);

/* What the comments before the first step say, without #; owned by the caller. */
char *seam_emit_story(const char *text);

#endif
