/* C's global variables in an audited program, by its ELF symbols: where a Go pointer could be kept.
 *
 * Not here: the variables of Go (its collector looks after them), of the sanitizer's runtime, of
 * seam's own code in the program, and of libraries, which the program itself can see. */
#ifndef SEAM_AUDIT_GLOBALS_H
#define SEAM_AUDIT_GLOBALS_H

#include "audit/inside/channel.h"

/* The ranges of such variables, in order, as the file has them; their number, at most `max`. 0 if
 * the file cannot be read or has no symbols. */
uint32_t seam_globals(const char *program, struct seam_audit_range *ranges, uint32_t max);

/* The name of the variable at an address of the file, in `name`; "" if there is none. */
void seam_global_name(const char *program, uint64_t address, char name[64]);

#endif
