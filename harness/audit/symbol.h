/* Names for program counters, from a program's debug information. */
#ifndef SEAM_AUDIT_SYMBOL_H
#define SEAM_AUDIT_SYMBOL_H

#include <stdint.h>

#include "gorun.h"

struct seam_symbol {
    char function[128]; /* package.(*Type).Method, without the package's directory */
    char file[256];
    int line; /* 0: unknown */
};

/* Fill `symbols` for n return addresses of Go code in `program`. Unknown ones are "?". */
void seam_symbols(const struct seam_go_release *go, const char *program, const char *work,
                  const uint64_t *pc, int n, struct seam_symbol *symbols);

#endif
