/* Put calls of the audit into C code that the cgo tool wrote.
 *
 * cgo writes one C stub for each C function that Go calls (X.cgo2.c), and one C function for each
 * Go function that C may call (_cgo_export.c). The text is regular, and the same from Go 1.19
 * to 1.27; what is not recognised stays as it is. No line is added or removed, so line numbers
 * stay. */
#ifndef SEAM_AUDIT_REWRITE_H
#define SEAM_AUDIT_REWRITE_H

#include <stdbool.h>
#include <stddef.h>

/* Is this the name of a file that cgo writes and that has crossings? */
bool seam_rewrite_wants(const char *path);

/* Has cgo written this text? A user's file may have such a name. */
bool seam_rewrite_is_cgo(const char *text);

/* The rewritten text, NUL-terminated, owned by the caller; its size is filled. `quiet` names the
 * functions that never call Go back, each between two spaces; "*" is all of them. */
char *seam_rewrite(const char *text, const char *quiet, size_t *size);

/* The path of the Go file that the text comes from, if it is absolute: `size` bytes of `text`; else
 * NULL. */
const char *seam_rewrite_source(const char *text, size_t *size);

/* Is that path under this directory? */
bool seam_rewrite_is_under(const char *text, const char *directory);

#endif
