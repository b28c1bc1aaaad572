/* Names for program counters, from a program's debug information: by llvm-symbolizer, which knows
 * of inlined calls and comes with clang, or else by Go's own addr2line, which does not. */
#ifndef SEAM_AUDIT_SYMBOL_H
#define SEAM_AUDIT_SYMBOL_H

#include <stdint.h>

#include "realgo/gobuild.h"

struct seam_symbol {
    char function[128]; /* package.(*Type).Method, without the package's directory */
    char file[256];
    int line;
};

/* Fill `symbols` with the frames at n return addresses of Go code in `program`, innermost first:
 * one for each function, also where one is inlined in another. Their number, at most `max`. Files
 * go to the directory `work`. */
int seam_symbols(const struct seam_go_release *go, const char *program, const char *work,
                 const uint64_t *pc, int n, struct seam_symbol *symbols, int max);

#endif
