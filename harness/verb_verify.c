/* seam verify: the same input must give the same bytes, in every run and every build. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "input.h"
#include "options.h"
#include "verbs.h"

static uint64_t hash_of(const char *text) {
    uint64_t hash = 0xcbf29ce484222325ULL; /* FNV-1a */
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        hash = (hash ^ *p) * 0x100000001b3ULL;
    return hash;
}

/* Run and report; the text is owned by the caller. */
static char *report_of(struct seam_case *it) {
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);
    seam_case_run(it);
    if (memory != NULL) {
        seam_report_text(memory, it, NULL, false);
        fclose(memory);
    }
    return text;
}

static int verify(const char *path) {
    static struct seam_case first, second;
    if (!seam_input_read(path, &first.program))
        return SEAM_USAGE;
    second.program = first.program;
    char *a = report_of(&first), *b = report_of(&second);
    bool same = a != NULL && b != NULL && strcmp(a, b) == 0;
    printf("%016llx %s%s\n", a != NULL ? (unsigned long long)hash_of(a) : 0, path,
           same ? "" : ": two runs differ");
    free(a);
    free(b);
    return same ? SEAM_OK : SEAM_FOUND;
}

int seam_verb_verify(int argc, char **argv) {
    static const struct seam_option options[] = {{NULL, NULL}};
    int n = seam_options(argc, argv, options), status = SEAM_OK;
    if (n < 1)
        return n < 0 ? SEAM_USAGE : seam_fail("verify needs a FILE; see seam verify --help");
    for (int i = 1; i <= n; i++) {
        int one = verify(argv[i]);
        status = one > status ? one : status;
    }
    return status;
}
