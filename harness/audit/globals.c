#include "audit/globals.h"

#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/plan.h"
#include "check.h"
#include "input.h"

enum { FILE_MAX = 1 << 30 };

/* A program in memory. The pointers are NULL if it has no symbols. */
struct program {
    char *bytes;
    size_t size;
    const Elf64_Shdr *sections;
    const Elf64_Sym *symbols;
    size_t n_sections, n_symbols;
    const char *names;
    size_t names_size;
};

static bool is_within(const struct program *it, uint64_t from, uint64_t size) {
    return from <= it->size && size <= it->size - from;
}

static void open_program(struct program *it, const char *path) {
    memset(it, 0, sizeof *it);
    if (!seam_input_slurp(path, FILE_MAX, &it->bytes, &it->size))
        return;
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)(const void *)it->bytes;
    if (it->size < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_ident[EI_CLASS] != ELFCLASS64 ||
        !is_within(it, header->e_shoff, (uint64_t)header->e_shnum * sizeof(Elf64_Shdr)))
        return;
    it->sections = (const Elf64_Shdr *)(const void *)(it->bytes + header->e_shoff);
    it->n_sections = header->e_shnum;
    for (size_t i = 0; i < it->n_sections; i++) {
        const Elf64_Shdr *section = &it->sections[i];
        if (section->sh_type != SHT_SYMTAB || section->sh_link >= it->n_sections ||
            !is_within(it, section->sh_offset, section->sh_size))
            continue;
        const Elf64_Shdr *names = &it->sections[section->sh_link];
        if (!is_within(it, names->sh_offset, names->sh_size))
            continue;
        it->symbols = (const Elf64_Sym *)(const void *)(it->bytes + section->sh_offset);
        it->n_symbols = section->sh_size / sizeof *it->symbols;
        it->names = it->bytes + names->sh_offset;
        it->names_size = names->sh_size;
    }
}

static const char *name_of(const struct program *it, const Elf64_Sym *symbol) {
    return symbol->st_name < it->names_size ? it->names + symbol->st_name : "";
}

/* --- which are C's ---------------------------------------------------------------------------- */

static bool is_writable_data(const struct program *it, const Elf64_Sym *symbol) {
    return ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT && symbol->st_size >= 8 &&
           symbol->st_shndx < it->n_sections &&
           (it->sections[symbol->st_shndx].sh_flags & SHF_WRITE) != 0;
}

/* Go's own variables lie between these pairs of symbols (cmd/link). */
static const char *const go_data[][2] = {{"runtime.noptrdata", "runtime.enoptrdata"},
                                         {"runtime.data", "runtime.edata"},
                                         {"runtime.bss", "runtime.ebss"},
                                         {"runtime.noptrbss", "runtime.enoptrbss"}};
enum { GO_DATA = sizeof go_data / sizeof *go_data };

static void find_go_data(const struct program *it, struct seam_audit_range ranges[GO_DATA]) {
    memset(ranges, 0, GO_DATA * sizeof *ranges);
    for (size_t i = 0; i < it->n_symbols; i++)
        for (int k = 0; k < GO_DATA; k++) {
            const char *name = name_of(it, &it->symbols[i]);
            if (strcmp(name, go_data[k][0]) == 0)
                ranges[k].from = it->symbols[i].st_value;
            if (strcmp(name, go_data[k][1]) == 0)
                ranges[k].end = it->symbols[i].st_value;
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

/* Call `visit` for each of C's variables. */
static void each_variable(const char *path,
                          void (*visit)(void *data, const Elf64_Sym *symbol, const char *name),
                          void *data) {
    struct program it;
    struct seam_audit_range go[GO_DATA];
    const char *file = "";
    open_program(&it, path);
    find_go_data(&it, go);
    for (size_t i = 0; i < it.n_symbols; i++) {
        const Elf64_Sym *symbol = &it.symbols[i];
        const char *name = name_of(&it, symbol);
        if (ELF64_ST_TYPE(symbol->st_info) == STT_FILE)
            file = name; /* of the local symbols that follow */
        if (is_writable_data(&it, symbol) && !is_go_data(go, symbol->st_value) &&
            !is_ours(ELF64_ST_BIND(symbol->st_info) == STB_LOCAL ? file : "", name))
            visit(data, symbol, name);
    }
    free(it.bytes);
}

/* --- ranges and names ------------------------------------------------------------------------- */

struct ranges {
    struct seam_audit_range *all;
    size_t n, room;
};

static void add_range(void *data, const Elf64_Sym *symbol, const char *name) {
    struct ranges *to = data;
    (void)name;
    if (to->n == to->room) {
        to->room = to->room * 2 + 64;
        to->all = realloc(to->all, to->room * sizeof *to->all);
        seam_assert(to->all != NULL);
    }
    to->all[to->n++] = (struct seam_audit_range){(symbol->st_value + 7) & ~7ULL,
                                                 (symbol->st_value + symbol->st_size) & ~7ULL};
}

static int compare_ranges(const void *a, const void *b) {
    const struct seam_audit_range *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

enum { GAP = 256 }; /* variables that lie so close are one range */

uint32_t seam_globals(const char *program, struct seam_audit_range *ranges, uint32_t max) {
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

struct lookup {
    uint64_t address;
    char *name;
};

static void match(void *data, const Elf64_Sym *symbol, const char *name) {
    const struct lookup *it = data;
    if (it->address >= symbol->st_value && it->address - symbol->st_value < symbol->st_size)
        snprintf(it->name, 64, "%s", name);
}

void seam_global_name(const char *program, uint64_t address, char name[64]) {
    struct lookup lookup = {address, name};
    name[0] = '\0';
    each_variable(program, match, &lookup);
}
