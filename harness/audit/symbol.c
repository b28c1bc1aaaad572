#define _GNU_SOURCE
#include "audit/symbol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"
#include "process.h"

enum { TEXT_MAX = 1 << 20 };

/* A return address belongs to the instruction in front of it. */
static bool write_addresses(const char *path, const uint64_t *pc, int n) {
    FILE *out = fopen(path, "w");
    for (int i = 0; out != NULL && i < n; i++)
        fprintf(out, "0x%llx\n", (unsigned long long)pc[i] - 1);
    return out != NULL && fclose(out) == 0;
}

/* Two lines each: the function, and FILE:LINE. */
static void read_symbol(char **saved, struct seam_symbol *symbol) {
    const char *function = strtok_r(NULL, "\n", saved), *place = strtok_r(NULL, "\n", saved);
    const char *colon = place != NULL ? strrchr(place, ':') : NULL;
    if (colon == NULL || strcmp(function, "?") == 0)
        return;
    snprintf(symbol->function, sizeof symbol->function, "%s", seam_base_name(function));
    snprintf(symbol->file, sizeof symbol->file, "%.*s", (int)(colon - place), place);
    symbol->line = atoi(colon + 1);
}

/* --- what is known -----------------------------------------------------------------------------
 */

/* A finding is seen again and again, at the same addresses: Go's tool is asked once. */
enum { KNOWN_MAX = 4096 };

static struct {
    uint64_t pc; /* 0: empty */
    struct seam_symbol symbol;
} known[KNOWN_MAX];

static char *known_program; /* that the addresses belong to */

static void forget_others(const char *program) {
    if (known_program != NULL && strcmp(known_program, program) == 0)
        return;
    free(known_program);
    known_program = seam_format("%s", program);
    memset(known, 0, sizeof known);
}

/* The symbol of an address; later ones take the place of earlier ones. */
static struct seam_symbol *place_of(uint64_t pc, bool *is_known) {
    size_t i = pc * 0x9e3779b97f4a7c15ULL >> 52;
    *is_known = known[i].pc == pc;
    known[i].pc = pc;
    return &known[i].symbol;
}

/* --- asking Go ---------------------------------------------------------------------------------
 */

static void ask(const struct seam_go_release *go, const char *program, const char *work,
                const uint64_t *pc, int n, struct seam_symbol *symbols) {
    char *in = seam_format("%s/pc.%d", work, (int)getpid());
    char *out = seam_format("%s/symbols.%d", work, (int)getpid()), *text = NULL, *saved;
    char *command = seam_format("%s/bin/go", go->root);
    const char *const argv[] = {command, "tool", "addr2line", program, NULL};
    size_t size;
    if (write_addresses(in, pc, n) &&
        seam_process_run(argv, &(struct seam_process_place){NULL, in, out}) == 0 &&
        seam_input_slurp(out, TEXT_MAX, &text, &size)) {
        /* A first token starts strtok_r. */
        char *all = seam_format("begin\n%s", text);
        strtok_r(all, "\n", &saved);
        for (int i = 0; i < n; i++)
            read_symbol(&saved, &symbols[i]);
        free(all);
    }
    free(text);
    free(command);
    free(in);
    free(out);
}

void seam_symbols(const struct seam_go_release *go, const char *program, const char *work,
                  const uint64_t *pc, int n, struct seam_symbol *symbols) {
    bool all_known = true, is_known;
    forget_others(program);
    for (int i = 0; i < n; i++) {
        symbols[i] = (struct seam_symbol){"?", "?", 0};
        const struct seam_symbol *symbol = place_of(pc[i], &is_known);
        if (is_known)
            symbols[i] = *symbol;
        all_known = all_known && is_known;
    }
    if (all_known)
        return;
    ask(go, program, work, pc, n, symbols);
    for (int i = 0; i < n; i++)
        *place_of(pc[i], &is_known) = symbols[i];
}
