#define _GNU_SOURCE
#include "run/case.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/options.h"
#include "language/text.h"

/* LeakSanitizer takes any word for a pointer. What it names is leaked, but where it is silent, an
 * old value may lie in some stack: so a new process is asked again. */
enum { LEAK_TRIES = 3 };

bool seam_case_run_go(const struct seam_case *it, struct seam_go *go, const char *version,
                      struct seam_go_case *result) {
    result->version = version;
    result->flavor = seam_go_flavor(go);
    result->prediction = seam_predict(&it->scenario, &it->observed, result->flavor);
    for (int tries = 0; tries < LEAK_TRIES; tries++) {
        if (tries > 0)
            seam_go_restart(go);
        if (!seam_go_run(go, &it->scenario, result->prediction.limit, &result->outcome)) {
            seam_fail("the Go executor can no longer be started");
            return false;
        }
        if (!seam_leak_is_missed(&it->observed, &result->outcome))
            break;
    }
    result->judgement = seam_judge_go(&it->observed, &result->prediction, &result->outcome);
    return true;
}

/* The next event of the model that real Go can see too, or NULL. */
static const struct seam_event *next_visible(const struct seam_trace *model, int *i) {
    while (*i < model->n) {
        const struct seam_event *event = &model->events[(*i)++];
        if (event->kind != SEAM_EVENT_broken && event->kind != SEAM_EVENT_collected)
            return event;
    }
    return NULL;
}

/* A value that the model calls unspecified differs from run to run. */
uint64_t seam_case_hash(const struct seam_case *it, const struct seam_outcome *outcome,
                        uint64_t index) {
    uint64_t hash = seam_hash(SEAM_HASH_SEED, &index, sizeof index);
    int how = (int)outcome->how - SEAM_HOW_finished; /* the numbers on record begin with 0 */
    hash = seam_hash(hash, &how, sizeof how);
    hash = seam_hash(hash, &outcome->step, sizeof outcome->step);
    hash = seam_hash(hash, outcome->message, strlen(outcome->message));
    for (int i = 0, j = 0; i < outcome->trace.n; i++) {
        struct seam_event event = outcome->trace.events[i];
        const struct seam_event *expected = next_visible(&it->observed, &j);
        if (expected != NULL && expected->value == SEAM_VALUE_UNKNOWN)
            event.value = SEAM_VALUE_UNKNOWN;
        event.kind--;
        hash = seam_hash(hash, &event, sizeof event);
    }
    return hash;
}

bool seam_case_write(const struct seam_case *it, const struct seam_go_case *go,
                     const char *directory, const char *name, const char *origin) {
    static char text[SEAM_TEXT_MAX];
    const struct seam_judgement *judgement = go != NULL ? &go->judgement : &it->judgement;
    const char *verdict = seam_verdict_name(judgement->verdict);
    char *bytes = NULL, *path = seam_format("%s/%s-%s.seam", directory, verdict, name);
    size_t size;
    FILE *memory = open_memstream(&bytes, &size);
    if (memory == NULL) {
        free(path);
        return false;
    }
    fprintf(memory, "# %s: %s at step %d\n", origin, verdict, judgement->step + 1);
    if (go != NULL) {
        fputs("# ", memory);
        seam_report_go(memory, go);
    }
    seam_text_print(&it->scenario, text);
    fputs(text, memory);
    fclose(memory);
    bool ok = seam_file_write(path, bytes, size);
    if (ok)
        fprintf(stderr, "\n%s: seam replay %s\n", verdict, path);
    free(path);
    free(bytes);
    return ok;
}
