/* Promise: the table of go/audit/README.md has a row for each wrapper, and in it what its
 * finding.expected says and what ci/bench-audit has measured; no other row, and no fixed twin that
 * was reported.
 *
 * Arguments: the directory go/. With --print after it the table is printed, from the lines of a
 * measurement on standard input, or from those of the README with --reprint: ci/bench-audit does
 * that. Stale means that the texts differ, however old they are. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>

#include "audit/expected.h"
#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"

/* "wrapper plain cgocheck2 race asan vet audit fixed": what each tool said of a bug, and what
 * seam said of the twin. */
enum { TOOLS = 6, WORD = 16 };

struct measured {
    char wrapper[64], words[TOOLS + 1][WORD];
};

static struct seam_expected wrappers[SEAM_EXPECTED_MAX];
static int n_wrappers;
static struct measured measured[SEAM_EXPECTED_MAX];
static int n_measured;

/* --- what was measured ------------------------------------------------------------------------ */

static void add_measured(const char *line, const char *format) {
    struct measured *it = &measured[n_measured];
    if (n_measured < SEAM_EXPECTED_MAX &&
        sscanf(line, format, it->wrapper, it->words[0], it->words[1], it->words[2], it->words[3],
               it->words[4], it->words[5], it->words[6]) == TOOLS + 2)
        n_measured++;
}

static void read_measured(FILE *in) {
    char line[1024];
    while (fgets(line, sizeof line, in) != NULL)
        add_measured(line, "%63s %15s %15s %15s %15s %15s %15s %15s");
}

/* The rows of the README, each a wrapper's. */
static void read_rows(FILE *in) {
    char line[1024];
    while (fgets(line, sizeof line, in) != NULL)
        add_measured(line, "| `%63[^`]` | %*[^|]| %*[^|]| %*[^|]| %15s | %15s | %15s | %15s | "
                           "%15s | %15s | %15s |");
}

static const struct measured *find_measured(const char *wrapper) {
    for (int i = 0; i < n_measured; i++)
        if (strcmp(measured[i].wrapper, wrapper) == 0)
            return &measured[i];
    return NULL;
}

/* --- the table -------------------------------------------------------------------------------- */

static void print_table(FILE *out) {
    fputs("| wrapper | bug | rule | found by | go test | cgocheck2 | -race | -asan | go vet | seam "
          "audit "
          "| its twin |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
          out);
    for (int i = 0; i < n_wrappers; i++) {
        const struct measured *it = find_measured(wrappers[i].name);
        fprintf(out, "| `%s` | %s | %s | %s |", wrappers[i].name, wrappers[i].bug, wrappers[i].rule,
                wrappers[i].found_by);
        for (int k = 0; k <= TOOLS; k++)
            fprintf(out, " %s |", it != NULL ? it->words[k] : "?");
        putc('\n', out);
    }
}

static void every_wrapper_was_measured_and_no_twin_reported(void) {
    expect_true(n_wrappers >= 32);
    for (int i = 0; i < n_wrappers; i++) {
        const struct measured *it = find_measured(wrappers[i].name);
        expect_text(it != NULL ? it->wrapper : "not measured", wrappers[i].name);
        expect_text(it != NULL ? it->words[TOOLS] : "?", "-");
    }
}

static void the_table_is_what_the_files_say(const char *readme) {
    char *text = NULL, *table = NULL;
    size_t size, table_size;
    bool ok = seam_file_read(readme, 1 << 20, &text, &size);
    FILE *out = open_memstream(&table, &table_size);
    print_table(out);
    fclose(out);
    bool is_fresh = ok && strstr(text, table) != NULL;
    expect_true(is_fresh);
    expect_int(n_measured, n_wrappers); /* no row of a wrapper that is gone */
    if (!is_fresh)
        fputs("The table is stale: run ci/bench-audit --update, or --words if only words of a "
              "finding.expected have changed.\n",
              stderr);
    free(table);
    free(text);
}

int main(int argc, char **argv) {
    const char *option = argc > 2 ? argv[2] : "";
    if (argc < 2) {
        fprintf(stderr, "usage: table_test GO_DIRECTORY [--print | --reprint]\n");
        return 2;
    }
    char *readme = seam_format("%s/audit/README.md", argv[1]);
    FILE *in = strcmp(option, "--print") == 0 ? stdin : fopen(readme, "r");
    n_wrappers = seam_expected_read(argv[1], wrappers);
    if (in == NULL || n_wrappers < 0)
        return 2;
    (in == stdin ? read_measured : read_rows)(in);
    fclose(in);
    if (*option != '\0') {
        print_table(stdout);
        return 0;
    }
    every_wrapper_was_measured_and_no_twin_reported();
    the_table_is_what_the_files_say(readme);
    free(readme);
    return expect_status();
}
