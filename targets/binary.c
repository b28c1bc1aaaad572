#define _GNU_SOURCE
#include "targets/binary.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __aarch64__
enum { OUR_MACHINE = EM_AARCH64 };
#else
enum { OUR_MACHINE = EM_X86_64 };
#endif

bool seam_binary_is_ours(const struct seam_binary *it) {
    const Elf64_Ehdr *head = (const void *)it->bytes;
    return it->size >= sizeof *head && memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 &&
           head->e_ident[EI_CLASS] == ELFCLASS64 && head->e_machine == OUR_MACHINE &&
           head->e_shentsize == sizeof(Elf64_Shdr) &&
           head->e_shoff + (size_t)head->e_shnum * sizeof(Elf64_Shdr) <= it->size;
}

bool seam_binary_contains(const struct seam_binary *it, const char *words) {
    return memmem(it->bytes, it->size, words, strlen(words)) != NULL;
}

/* --- sections --------------------------------------------------------------------------------- */

static const Elf64_Shdr *section(const struct seam_binary *it, int i) {
    const Elf64_Ehdr *head = (const void *)it->bytes;
    const Elf64_Shdr *all = (const void *)(it->bytes + head->e_shoff);
    if (i < 0 || i >= head->e_shnum || all[i].sh_type == SHT_NOBITS ||
        all[i].sh_offset + all[i].sh_size > it->size)
        return NULL;
    return &all[i];
}

static const Elf64_Shdr *section_of_type(const struct seam_binary *it, unsigned type) {
    const Elf64_Ehdr *head = (const void *)it->bytes;
    for (int i = 0; i < head->e_shnum; i++) {
        const Elf64_Shdr *one = section(it, i);
        if (one != NULL && one->sh_type == type)
            return one;
    }
    return NULL;
}

/* A string of a string section; "" if it does not end there. */
static const char *string_of(const struct seam_binary *it, const Elf64_Shdr *strings, size_t at) {
    const char *text = (const char *)it->bytes + strings->sh_offset + at;
    if (at >= strings->sh_size || memchr(text, '\0', strings->sh_size - at) == NULL)
        return "";
    return text;
}

const char *seam_binary_needs(const struct seam_binary *it, int i) {
    const Elf64_Shdr *dynamic = section_of_type(it, SHT_DYNAMIC);
    const Elf64_Shdr *strings = dynamic != NULL ? section(it, (int)dynamic->sh_link) : NULL;
    if (strings == NULL)
        return NULL;
    const Elf64_Dyn *entry = (const void *)(it->bytes + dynamic->sh_offset);
    for (size_t n = dynamic->sh_size / sizeof *entry; n > 0; n--, entry++)
        if (entry->d_tag == DT_NEEDED && i-- == 0)
            return string_of(it, strings, entry->d_un.d_val);
    return NULL;
}

/* --- calls ------------------------------------------------------------------------------------ */

/* The addresses at which functions of one runtime begin, sorted. */
struct functions {
    size_t n;
    uint64_t *starts; /* owned */
};

static int by_address(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* __asan_report_load8, or a member of the namespace __asan: _ZN6__asan..., _ZNK6__asan... */
static bool belongs_to(const char *name, const char *runtime) {
    char plain[16], nested[24];
    snprintf(plain, sizeof plain, "__%s", runtime);
    snprintf(nested, sizeof nested, "%zu__%s", strlen(plain), runtime);
    if (strncmp(name, plain, strlen(plain)) == 0)
        return true;
    const char *inner = strncmp(name, "_ZNK", 4) == 0  ? name + 4
                        : strncmp(name, "_ZN", 3) == 0 ? name + 3
                        : strncmp(name, "_ZL", 3) == 0 ? name + 3
                                                       : "";
    return strncmp(inner, nested, strlen(nested)) == 0;
}

static struct functions functions_of(const struct seam_binary *it, const char *runtime) {
    struct functions found = {0, NULL};
    const Elf64_Shdr *table = section_of_type(it, SHT_SYMTAB);
    const Elf64_Shdr *strings = table != NULL ? section(it, (int)table->sh_link) : NULL;
    if (strings == NULL)
        return found;
    const Elf64_Sym *symbol = (const void *)(it->bytes + table->sh_offset);
    size_t n = table->sh_size / sizeof *symbol;
    found.starts = calloc(n, sizeof *found.starts);
    for (; n > 0 && found.starts != NULL; n--, symbol++)
        if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_value != 0 &&
            belongs_to(string_of(it, strings, symbol->st_name), runtime))
            found.starts[found.n++] = symbol->st_value;
    if (found.n > 0)
        qsort(found.starts, found.n, sizeof *found.starts, by_address);
    return found;
}

/* Where a direct call at `code` goes, `at` being its address; 0 if it is none. */
static uint64_t call_target(const uint8_t *code, uint64_t at) {
    uint32_t word;
#ifdef __aarch64__
    memcpy(&word, code, sizeof word);
    int32_t distance = (int32_t)(word << 6) >> 4;
    return word >> 26 == 0x25 && at % 4 == 0 ? at + (uint64_t)(int64_t)distance : 0;
#else
    memcpy(&word, code + 1, sizeof word);
    return *code == 0xe8 ? at + 5 + (uint64_t)(int64_t)(int32_t)word : 0;
#endif
}

static long calls_in(const struct seam_binary *it, const Elf64_Shdr *code,
                     const struct functions *of) {
    enum { LONGEST = 5 };
    const uint8_t *bytes = it->bytes + code->sh_offset;
    long n = 0;
    for (size_t i = 0; i + LONGEST <= code->sh_size; i++) {
        uint64_t target = call_target(bytes + i, code->sh_addr + i);
        if (target != 0 &&
            bsearch(&target, of->starts, of->n, sizeof *of->starts, by_address) != NULL)
            n++;
    }
    return n;
}

long seam_binary_calls(const struct seam_binary *it, const char *runtime) {
    const Elf64_Ehdr *head = (const void *)it->bytes;
    struct functions of = functions_of(it, runtime);
    long n = 0;
    for (int i = 0; of.n > 0 && i < head->e_shnum; i++) {
        const Elf64_Shdr *one = section(it, i);
        if (one != NULL && one->sh_type == SHT_PROGBITS && (one->sh_flags & SHF_EXECINSTR) != 0)
            n += calls_in(it, one, &of);
    }
    free(of.starts);
    return n;
}
