/* What a program's file says about how it was built: for the test of packages (oss_fuzz_test.c).
 *
 * Not a disassembler: a direct call is recognised by its opcode and by its target, which is exactly
 * the beginning of a function. That is what `objdump -d | grep call` counts, and takes no time. */
#ifndef SEAM_BINARY_H
#define SEAM_BINARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seam_binary {
    const uint8_t *bytes; /* borrowed */
    size_t size;
};

/* Is it a 64-bit ELF file for this machine? The functions below ask for one. */
bool seam_binary_is_ours(const struct seam_binary *it);

/* Are these words anywhere in it? */
bool seam_binary_contains(const struct seam_binary *it, const char *words);

/* The number of direct calls of functions of a sanitizer's runtime, which is named "asan", "ubsan"
 * or "msan": __asan_x and, inside the runtime, __asan::x. */
long seam_binary_calls(const struct seam_binary *it, const char *runtime);

/* The shared libraries it needs, in the order in which they stand there: the name of number `i`,
 * borrowed; NULL if there are fewer. */
const char *seam_binary_needs(const struct seam_binary *it, int i);

#endif
