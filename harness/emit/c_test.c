/* Promise: each C program of the corpus builds and does what was predicted of it, with
 * AddressSanitizer and without. The Go programs are check.c's. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "emit/emit.h"
#include "generate/corpus.h"
#include "judge/symptom.h"
#include "run/pipeline.h"

static const char *compiler;
static char work[] = "/tmp/seam-emit-c-XXXXXX";
static int n_programs;

static int run(const char *const argv[], const char *log) {
    struct seam_process_place place = {.output = log, .seconds = 60};
    return seam_process_run(argv, &place);
}

/* Is it as expected? What a sanitizer must say is in the log. */
static bool is_right(enum seam_emit_end expected, const struct seam_prediction *prediction,
                     int status, const char *log) {
    char *text = NULL;
    size_t size;
    seam_assert(seam_file_read(log, SEAM_OUTPUT_MAX, &text, &size));
    const char *symptom =
        expected == SEAM_EMIT_STOPS
            ? seam_symptom_text(
                  (enum seam_symptom)seam_rule_rows[prediction->stopped->what].symptom)
            : "";
    bool right = expected == SEAM_EMIT_SILENT  ? status == 0
                 : expected == SEAM_EMIT_SHOWS ? status == 1 && strstr(text, "BUG: ") != NULL
                 : expected == SEAM_EMIT_DIES
                     ? status != 0
                     : status != 0 && strstr(text, "AddressSanitizer") != NULL &&
                           (*symptom == '\0' || strstr(text, symptom) != NULL ||
                            strstr(text, "AddressSanitizer: SEGV") != NULL);
    free(text);
    return right;
}

static void try(const char *name, const struct seam_case *it, const struct seam_emission *emission,
                enum seam_flavor flavor) {
    struct seam_prediction prediction = seam_predict(&it->scenario, &it->observed, flavor);
    if (flavor == SEAM_FLAVOR_plain) /* what Go's runtime reports, nobody does here */
        prediction.stopped = NULL;
    enum seam_emit_end expected = seam_emit_end_of(emission, flavor, &prediction);
    char *source = seam_format("%s/main.c", work), *binary = seam_format("%s/main", work);
    char *log = seam_format("%s/log", work);
    seam_assert(seam_file_write(source, emission->files[0].text, emission->files[0].size));
    const char *const build[] = {
        compiler, "-g", flavor == SEAM_FLAVOR_asan ? "-fsanitize=address" : "-O0", "-o", binary,
        source,   NULL};
    const char *const start[] = {"env", "ASAN_OPTIONS=detect_leaks=0", binary, NULL};
    if (run(build, log) != 0)
        expect_text("does not build", name);
    else if (!is_right(expected, &prediction, run(start, log), log))
        expect_text(seam_flavor_name(flavor), name);
    n_programs++;
    free(log);
    free(binary);
    free(source);
}

static void try_all(const char *path) {
    static struct seam_case it;
    struct seam_emission emission;
    struct seam_corpus corpus;
    seam_assert(seam_corpus_read(path, &corpus));
    for (int i = 0; i < corpus.n; i++) {
        it.scenario = corpus.entries[i].scenario;
        seam_assert(seam_pipeline_run(&it));
        if (seam_emit(&it, SEAM_EMIT_c, "x.seam", "", &emission)) {
            try(corpus.entries[i].name, &it, &emission, SEAM_FLAVOR_plain);
            try(corpus.entries[i].name, &it, &emission, SEAM_FLAVOR_asan);
        }
        seam_emission_free(&emission);
    }
    seam_corpus_free(&corpus);
}

int main(void) {
    compiler = seam_process_exists("clang-19") ? "clang-19" : "cc";
    if (!seam_process_exists(compiler)) {
        puts("SKIP: no cc on this machine; install clang-19 or gcc");
        return 0;
    }
    seam_assert(mkdtemp(work) != NULL);
    try_all("corpus/breaks");
    expect_true(n_programs >= 30);
    seam_remove_tree(work);
    return expect_status();
}
