#define _GNU_SOURCE
#include "audit/symbol.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"
#include "base/process.h"

/* --- what is known ---------------------------------------------------------------------------- */

/* A finding is seen again and again, at the same addresses: the program is asked once. Of deep
 * inlining the innermost functions are kept. */
enum { KNOWN_MAX = 1024, INLINED_MAX = 6 };

struct place {
    uint64_t pc; /* 0: empty */
    int n;
    struct seam_symbol symbols[INLINED_MAX];
};

static struct place known[KNOWN_MAX];
static int n_known;
static char *known_program; /* that the addresses belong to; owned */

/* Make room for n addresses of this program. */
static void forget_others(const char *program, int n) {
    bool is_same = known_program != NULL && strcmp(known_program, program) == 0;
    if (is_same && n_known + n <= KNOWN_MAX / 2)
        return;
    char *name = seam_format("%s", program);
    free(known_program);
    known_program = name;
    memset(known, 0, sizeof known);
    n_known = 0;
}

/* The place of an address, or the empty one where it will be: two addresses of one stack must not
 * take each other's. */
static struct place *place_of(uint64_t pc) {
    uint64_t i = pc * 0x9e3779b97f4a7c15ULL >> 54;
    while (known[i].pc != 0 && known[i].pc != pc)
        i = (i + 1) % KNOWN_MAX;
    return &known[i];
}

/* --- asking a tool ---------------------------------------------------------------------------- */

/* "/home/me/m.go:12:0" or "/home/me/m.go:12". */
static bool read_file_and_line(const char *text, size_t size, struct seam_symbol *symbol) {
    char place[sizeof symbol->file + 32];
    snprintf(place, sizeof place, "%.*s", (int)size, text);
    char *colon = strrchr(place, ':'), *line;
    if (colon == NULL)
        return false;
    *colon = '\0';
    line = strrchr(place, ':');
    if (line != NULL && strspn(line + 1, "0123456789") == strlen(line + 1))
        *line++ = '\0';
    else
        line = colon + 1;
    symbol->line = atoi(line);
    snprintf(symbol->file, sizeof symbol->file, "%s", place);
    return symbol->line > 0;
}

/* Two lines each: the function, then FILE:LINE. An empty line ends an address, where the tool has
 * several for one. Returns what follows. */
static const char *read_place(const char *text, bool has_inlined, uint64_t pc) {
    struct place *place = place_of(pc);
    n_known += place->pc == 0;
    place->pc = pc;
    place->n = 0;
    for (int i = 0; *text != '\0' && *text != '\n' && (has_inlined || i == 0); i++) {
        struct seam_symbol symbol = {"", "", 0};
        char *function = seam_format("%.*s", (int)strcspn(text, "\n"), text);
        snprintf(symbol.function, sizeof symbol.function, "%s", seam_base_name(function));
        free(function);
        text += strcspn(text, "\n");
        text += *text == '\n';
        size_t size = strcspn(text, "\n");
        if (place->n < INLINED_MAX && read_file_and_line(text, size, &symbol))
            place->symbols[place->n++] = symbol;
        text += size + (text[size] == '\n');
    }
    return text + (has_inlined && *text == '\n');
}

/* The name of llvm-symbolizer on this machine, the newest if there are several; NULL: none. */
static const char *symbolizer(void) {
    enum { NEWEST = 99, OLDEST = 11 };
    static char found[24] = "llvm-symbolizer";
    if (seam_process_exists(found))
        return found;
    for (int version = NEWEST; version >= OLDEST; version--) {
        snprintf(found, sizeof found, "llvm-symbolizer-%d", version);
        if (seam_process_exists(found))
            return found;
    }
    snprintf(found, sizeof found, "llvm-symbolizer");
    return NULL;
}

/* A return address belongs to the instruction before it. */
static bool write_addresses(const char *path, const uint64_t *pc, int n) {
    FILE *out = fopen(path, "w");
    for (int i = 0; out != NULL && i < n; i++)
        fprintf(out, "0x%llx\n", (unsigned long long)pc[i] - 1);
    return out != NULL && fclose(out) == 0;
}

static void ask(const struct seam_go_release *go, const char *program, const char *work,
                const uint64_t *pc, int n) {
    char *in = seam_format("%s/addresses.%d", work, (int)getpid());
    char *out = seam_format("%s/names.%d", work, (int)getpid()), *text = NULL;
    char *command = seam_format("%s/bin/go", go->root), *object = seam_format("--obj=%s", program);
    const char *llvm = symbolizer();
    const char *const with_llvm[] = {llvm, object, "--no-demangle", NULL};
    const char *const with_go[] = {command, "tool", "addr2line", program, NULL};
    size_t size;
    if (write_addresses(in, pc, n) &&
        seam_process_run(llvm != NULL ? with_llvm : with_go,
                         &(struct seam_process_place){
                             .input = in, .output = out, .seconds = SEAM_PROCESS_LISTING}) == 0 &&
        seam_file_read(out, SEAM_TEXT_FILE_MAX, &text, &size)) {
        const char *at = text;
        for (int i = 0; i < n; i++)
            at = read_place(at, llvm != NULL, pc[i]);
    }
    free(text);
    free(object);
    free(command);
    free(out);
    free(in);
}

int seam_symbols(const struct seam_go_release *go, const char *program, const char *work,
                 const uint64_t *pc, int n, struct seam_symbol *symbols, int max) {
    int n_symbols = 0;
    bool are_known = true;
    forget_others(program, n);
    for (int i = 0; i < n; i++)
        are_known = are_known && place_of(pc[i])->pc == pc[i];
    if (!are_known)
        ask(go, program, work, pc, n);
    for (int i = 0; i < n; i++) {
        const struct place *place = place_of(pc[i]);
        for (int k = 0; k < place->n && place->pc == pc[i] && n_symbols < max; k++)
            symbols[n_symbols++] = place->symbols[k];
    }
    return n_symbols;
}
