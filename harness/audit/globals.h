/* What an audited program's ELF symbols say: C's global variables, where a Go pointer could be
 * kept, and the two variables of Go's runtime that hold a collection open (inside/marking.c).
 *
 * Not here: the variables of Go (its collector looks after them), of the sanitizer's runtime, of
 * seam's own code in the program, and of libraries, which the program itself can see. */
#ifndef SEAM_AUDIT_GLOBALS_H
#define SEAM_AUDIT_GLOBALS_H

#include "audit/inside/channel.h"

/* The ranges of C's variables are in order, at most SEAM_AUDIT_GLOBALS. All is 0 if the file cannot
 * be read or has no symbols. */
void seam_symbols_read(const char *program, struct seam_audit_symbols *symbols);

/* The name of the variable at an address of the file, in `name`; "" if there is none. */
void seam_global_name(const char *program, uint64_t address, char name[64]);

#endif
