/* Scenario files, text or bytes, and the releases of Go that they name. */
#ifndef SEAM_SCENARIO_FILE_H
#define SEAM_SCENARIO_FILE_H

#include "language/scenario.h"

/* Read a scenario, text or bytes: a name ending in .seam is text, otherwise the content decides. An
 * empty file is the empty scenario. False after one line "seam: FILE:LINE:COLUMN: ..." was printed.
 */
bool seam_scenario_read(const char *path, struct seam_scenario *scenario);

/* What is in a scenario file: a text; bytes, as a fuzz target's mutator writes them; bytes without
 * a header (bytes.h), which any file may be. A pipe, which is read only once, is taken for text. */
enum seam_file_kind { SEAM_FILE_TEXT, SEAM_FILE_BYTES, SEAM_FILE_BARE_BYTES };
enum seam_file_kind seam_scenario_file_kind(const char *path);

/* The minor release of "go1.N", 0 if value is NULL. False after an error was printed, also for one
 * that scenarios know nothing of. */
bool seam_option_release(const char *name, const char *value, int *minor);

#endif
