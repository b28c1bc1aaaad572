/* seam verify: the same input must give the same bytes, in every run and every build. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/options.h"
#include "language/scenario_file.h"
#include "run/case.h"
#include "run/pipeline.h"
#include "verbs/verbs.h"

/* The numbers on record count kinds of events and rules from 0. */
static uint64_t hash_trace(uint64_t hash, const struct seam_trace *trace) {
    for (int i = 0; i < trace->n; i++) {
        struct seam_event event = trace->events[i];
        if (event.kind-- == SEAM_EVENT_broken)
            event.what--;
        hash = seam_hash(hash, &event, sizeof event);
    }
    return hash;
}

/* A number for the report; 0 without memory. */
static uint64_t hash_report(const struct seam_case *it) {
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return 0;
    seam_report_text(memory, it, NULL, false);
    fclose(memory);
    uint64_t hash = seam_hash(SEAM_HASH_SEED, text, size);
    free(text);
    return hash;
}

/* A number for both traces and, unless they are all that is asked for, the report; 0 without
 * memory. */
static uint64_t hash_case(struct seam_case *it, bool traces_only) {
    seam_pipeline_run(it);
    uint64_t hash = traces_only ? SEAM_HASH_SEED : hash_report(it);
    return hash == 0 ? 0 : hash_trace(hash_trace(hash, &it->expected), &it->observed);
}

static int verify(const char *path, bool traces_only) {
    static struct seam_case it;
    if (!seam_scenario_read(path, &it.scenario))
        return SEAM_USAGE;
    uint64_t first = hash_case(&it, traces_only), second = hash_case(&it, traces_only);
    bool same = first != 0 && first == second;
    printf("%016llx %s%s\n", (unsigned long long)first, path, same ? "" : ": two runs differ");
    return same ? SEAM_OK : SEAM_FOUND;
}

int seam_verb_verify(int argc, char **argv) {
    const char *traces = NULL;
    const struct seam_option options[] = {{"--traces", &traces}, {NULL, NULL}};
    int n = seam_options(argc, argv, options), status = SEAM_OK;
    if (n < 1)
        return n < 0 ? SEAM_USAGE : seam_fail("verify needs a FILE; see seam verify --help");
    for (int i = 1; i <= n; i++) {
        int one = verify(argv[i], traces != NULL);
        status = one > status ? one : status;
    }
    return status;
}
