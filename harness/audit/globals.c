#include "audit/globals.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/elf.h"
#include "audit/names.h"
#include "base/check.h"

/* --- which are C's ---------------------------------------------------------------------------- */

/* Go's own variables lie between these pairs of symbols (cmd/link). */
static const char *const go_data[][2] = {{"runtime.noptrdata", "runtime.enoptrdata"},
                                         {"runtime.data", "runtime.edata"},
                                         {"runtime.bss", "runtime.ebss"},
                                         {"runtime.noptrbss", "runtime.enoptrbss"}};
enum { GO_DATA = sizeof go_data / sizeof *go_data };

/* The sanitizer's and seam's own variables, and Go's, are left out. */
struct variables {
    struct seam_audit_range go[GO_DATA];
    void (*visit)(void *data, const struct seam_elf_symbol *symbol);
    void *data;
};

static void note_go_data(void *data, const struct seam_elf_symbol *symbol) {
    struct variables *it = data;
    for (int k = 0; k < GO_DATA; k++) {
        if (strcmp(symbol->name, go_data[k][0]) == 0)
            it->go[k].from = symbol->address;
        if (strcmp(symbol->name, go_data[k][1]) == 0)
            it->go[k].end = symbol->address;
    }
}

static bool is_go_data(const struct seam_audit_range ranges[GO_DATA], uint64_t address) {
    for (int i = 0; i < GO_DATA; i++)
        if (address >= ranges[i].from && address < ranges[i].end)
            return true;
    return false;
}

/* The runtimes of sanitizers are linked into the program, and so is seam's code. */
static bool is_ours(const char *file, const char *name) {
    static const char *const parts[] = {"__asan", "__sanitizer", "__lsan", "__interception",
                                        "__ubsan"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strstr(name, parts[i]) != NULL)
            return true;
    return strncmp(file, SEAM_INSIDE_PREFIX, strlen(SEAM_INSIDE_PREFIX)) == 0 ||
           strncmp(name, SEAM_INSIDE_PREFIX, strlen(SEAM_INSIDE_PREFIX)) == 0;
}

static void pass_on(void *data, const struct seam_elf_symbol *symbol) {
    const struct variables *it = data;
    if (symbol->is_variable && symbol->size >= 8 && !is_go_data(it->go, symbol->address) &&
        !is_ours(symbol->file, symbol->name))
        it->visit(it->data, symbol);
}

/* Call `visit` for each of C's variables. */
static void each_variable(const char *program,
                          void (*visit)(void *data, const struct seam_elf_symbol *symbol),
                          void *data) {
    struct variables it = {{{0, 0}}, visit, data};
    seam_elf_each(program, note_go_data, &it);
    seam_elf_each(program, pass_on, &it);
}

/* --- ranges and names ------------------------------------------------------------------------- */

struct ranges {
    struct seam_audit_range *all;
    size_t n, room;
};

static void add_range(void *data, const struct seam_elf_symbol *symbol) {
    struct ranges *to = data;
    if (to->n == to->room) {
        to->room = to->room * 2 + 64;
        to->all = realloc(to->all, to->room * sizeof *to->all);
        seam_assert(to->all != NULL);
    }
    to->all[to->n++] = (struct seam_audit_range){(symbol->address + 7) & ~7ULL,
                                                 (symbol->address + symbol->size) & ~7ULL};
}

static int compare_ranges(const void *a, const void *b) {
    const struct seam_audit_range *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

enum { GAP = 256 }; /* variables that lie so close are one range */

static uint32_t read_globals(const char *program, struct seam_audit_range *ranges, uint32_t max) {
    struct ranges found = {NULL, 0, 0};
    uint32_t n = 0;
    each_variable(program, add_range, &found);
    if (found.n > 0)
        qsort(found.all, found.n, sizeof *found.all, compare_ranges);
    for (size_t i = 0; i < found.n; i++) {
        if (n > 0 && found.all[i].from <= ranges[n - 1].end + GAP) {
            if (found.all[i].end > ranges[n - 1].end)
                ranges[n - 1].end = found.all[i].end;
        } else if (n < max) {
            ranges[n++] = found.all[i];
        }
    }
    free(found.all);
    return n;
}

static void note_runtime(void *data, const struct seam_elf_symbol *symbol) {
    struct seam_audit_symbols *to = data;
    if (strcmp(symbol->name, "runtime.worldsema") == 0)
        to->worldsema = symbol->address;
    if (strcmp(symbol->name, "runtime.gcphase") == 0)
        to->gcphase = symbol->address;
}

void seam_symbols_read(const char *program, struct seam_audit_symbols *symbols) {
    *symbols = (struct seam_audit_symbols){0};
    seam_elf_each(program, note_runtime, symbols);
    symbols->n_globals = read_globals(program, symbols->globals, SEAM_AUDIT_GLOBALS);
}

struct lookup {
    uint64_t address;
    char *name;
};

static void match(void *data, const struct seam_elf_symbol *symbol) {
    const struct lookup *it = data;
    if (it->address >= symbol->address && it->address - symbol->address < symbol->size)
        snprintf(it->name, 64, "%s", symbol->name);
}

void seam_global_name(const char *program, uint64_t address, char name[64]) {
    struct lookup lookup = {address, name};
    name[0] = '\0';
    each_variable(program, match, &lookup);
}
