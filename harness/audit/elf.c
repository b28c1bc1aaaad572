#include "audit/elf.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { FILE_MAX = 1 << 30 };

/* A program in memory. */
struct program {
    char *bytes;
    size_t size;
    const Elf64_Shdr *sections;
    size_t n_sections;
};

static bool is_within(const struct program *it, uint64_t from, uint64_t size) {
    return from <= it->size && size <= it->size - from;
}

/* Is it all there, and where its numbers can be read? */
static bool is_table(const struct program *it, uint64_t from, uint64_t size) {
    return is_within(it, from, size) && from % _Alignof(Elf64_Shdr) == 0;
}

static bool read_program(struct program *it, const char *path) {
    *it = (struct program){NULL, 0, NULL, 0};
    if (!seam_file_read(path, FILE_MAX, &it->bytes, &it->size) || it->size < sizeof(Elf64_Ehdr))
        return false;
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)(const void *)it->bytes;
    bool ok = memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
              header->e_ident[EI_CLASS] == ELFCLASS64 &&
              is_table(it, header->e_shoff, (uint64_t)header->e_shnum * sizeof *it->sections);
    if (ok) {
        it->sections = (const Elf64_Shdr *)(const void *)(it->bytes + header->e_shoff);
        it->n_sections = header->e_shnum;
    }
    return ok;
}

static bool is_writable(const struct program *it, const Elf64_Sym *symbol) {
    return symbol->st_shndx < it->n_sections &&
           (it->sections[symbol->st_shndx].sh_flags & SHF_WRITE) != 0;
}

/* One table of symbols and its names. */
static void each(const struct program *it, const Elf64_Shdr *table, const Elf64_Shdr *names,
                 void (*visit)(void *data, const struct seam_elf_symbol *symbol), void *data) {
    const Elf64_Sym *symbols = (const Elf64_Sym *)(const void *)(it->bytes + table->sh_offset);
    const char *file = "";
    for (size_t i = 0; i < table->sh_size / sizeof *symbols; i++) {
        const Elf64_Sym *from = &symbols[i];
        const char *name =
            from->st_name < names->sh_size ? it->bytes + names->sh_offset + from->st_name : "";
        int type = ELF64_ST_TYPE(from->st_info);
        if (type == STT_FILE)
            file = name; /* of the local symbols that follow */
        struct seam_elf_symbol symbol = {
            name,
            ELF64_ST_BIND(from->st_info) == STB_LOCAL ? file : "",
            from->st_value,
            from->st_size,
            type == STT_FUNC,
            type == STT_OBJECT && is_writable(it, from),
        };
        visit(data, &symbol);
    }
}

void seam_elf_each(const char *path,
                   void (*visit)(void *data, const struct seam_elf_symbol *symbol), void *data) {
    struct program it;
    bool ok = read_program(&it, path);
    for (size_t i = 0; ok && i < it.n_sections; i++) {
        const Elf64_Shdr *table = &it.sections[i];
        if (table->sh_type != SHT_SYMTAB || table->sh_link >= it.n_sections)
            continue;
        const Elf64_Shdr *names = &it.sections[table->sh_link];
        if (is_table(&it, table->sh_offset, table->sh_size) &&
            is_within(&it, names->sh_offset, names->sh_size))
            each(&it, table, names, visit, data);
    }
    free(it.bytes);
}
