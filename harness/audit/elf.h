/* The symbols of an ELF program, 64 bits. */
#ifndef SEAM_AUDIT_ELF_H
#define SEAM_AUDIT_ELF_H

#include <stdbool.h>
#include <stdint.h>

struct seam_elf_symbol {
    const char *name; /* borrowed, for the visit */
    const char *file; /* of a local symbol: the C file; else "" */
    uint64_t address, size;
    bool is_function, is_variable; /* a variable can be written */
};

/* Call `visit` for each symbol, in the file's order; never if the file is not a program or has
 * none.
 */
void seam_elf_each(const char *path,
                   void (*visit)(void *data, const struct seam_elf_symbol *symbol), void *data);

#endif
