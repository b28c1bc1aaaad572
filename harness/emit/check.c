/* Build and run emitted programs, and compare what they do with the prediction.
 *
 *     check [--go=DIR]... [--flavor=NAME]... [--part=K/N] [--work=DIR] [--repairs] [--verbose]
 *           CORPUS...
 *
 * All programs of one release are packages of one module, so that one `go build` builds them: a
 * package that does not build does not keep the others from it. What was not built has not passed.
 * The repairs of bugs are left out without --repairs. Prints a line for each program that did
 * something else, the reasons for which scenarios have no program, and a table. Exit status 1 if
 * anything differs. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "base/process.h"
#include "emit/emit.h"
#include "generate/corpus.h"
#include "judge/symptom.h"
#include "realgo/gobuild.h"
#include "run/pipeline.h"

enum { PROGRAMS_MAX = 1024, RELEASES_MAX = 8, BUILD_SECONDS = 3000, RUN_SECONDS = 60 };

struct program {
    char *name; /* of its package */
    struct seam_case it;
    struct seam_emission emission;
};

enum verdict { AS_PREDICTED, DIFFERS, NOT_BUILT, TOO_NEW, VERDICTS };

struct check {
    const char *work;
    bool verbose, repairs;
    int n_programs, n_not_emitted;
    struct program programs[PROGRAMS_MAX];
    int counts[RELEASES_MAX][SEAM_FLAVORS][VERDICTS];
};

static struct check check;

static void must(bool ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "check: cannot %s\n", what);
        exit(2);
    }
}

/* --- programs --------------------------------------------------------------------------------- */

/* The name of a file as that of a package: letters, digits and underscores. */
static char *package_of(const char *corpus, const char *file) {
    char *name = seam_format("%s_%s", seam_base_name(corpus), file);
    char *dot = strrchr(name, '.');
    if (dot != NULL)
        *dot = '\0';
    for (char *p = name; *p != '\0'; p++)
        if (strchr("/-.", *p) != NULL)
            *p = '_';
    return name;
}

static void emit_one(const char *corpus, const struct seam_corpus_entry *entry) {
    struct program *program = &check.programs[check.n_programs];
    program->it.scenario = entry->scenario;
    must(seam_pipeline_run(&program->it), "predict: the witnesses disagree");
    if (seam_emit(&program->it, SEAM_EMIT_go, entry->name, "", &program->emission)) {
        program->name = package_of(corpus, entry->name);
        must(++check.n_programs < PROGRAMS_MAX, "hold so many programs");
    } else {
        printf("no program: %s/%s: %s\n", corpus, entry->name, program->emission.reason);
        check.n_not_emitted++;
    }
}

static void emit_all(const char *path, int part, int parts) {
    struct seam_corpus corpus;
    must(seam_corpus_read(path, &corpus), "read the corpus");
    int n = 0;
    for (int i = 0; i < corpus.n; i++) {
        const char *name = corpus.entries[i].name;
        bool is_repair = strstr(name, "-fixed") != NULL || strstr(name, "-naive") != NULL;
        if ((!is_repair || check.repairs) && n++ % parts == part)
            emit_one(path, &corpus.entries[i]);
    }
    seam_corpus_free(&corpus);
}

static void write_program(const char *tree, const struct program *program) {
    for (int i = 0; i < program->emission.n_files; i++) {
        const struct seam_emit_file *file = &program->emission.files[i];
        if (strcmp(file->name, "go.mod") == 0)
            continue;
        char *path = seam_format("%s/%s/%s", tree, program->name, file->name);
        must(seam_make_directories(path) && seam_file_write(path, file->text, file->size),
             "write a program");
        free(path);
    }
}

/* The module of a release, without the programs that need a later one. */
static char *write_tree(const struct seam_go_release *release) {
    char *tree = seam_format("%s/%s", check.work, release->version);
    char *mod = seam_format("%s/go.mod", tree);
    char *text = seam_format("module example\n\ngo 1.%d\n", release->minor);
    must(seam_make_directories(mod) && seam_file_write(mod, text, strlen(text)), "write a module");
    for (int i = 0; i < check.n_programs; i++)
        if (check.programs[i].emission.since <= release->minor)
            write_program(tree, &check.programs[i]);
    free(text);
    free(mod);
    return tree;
}

/* --- building and running --------------------------------------------------------------------- */

static void build(const struct seam_go_release *release, enum seam_flavor flavor, const char *tree,
                  const char *bin) {
    char *compiler = seam_format("CC=%s", seam_go_c_compiler());
    char *go = seam_format("%s/bin/go", release->root), *log = seam_format("%s.log", bin);
    char *out = seam_format("%s/", bin);
    const char *argv[24];
    int n = 0;
    for (const char *const *word =
             (const char *const[]){"env", "-u", "GOFLAGS", "-u", "CGO_CFLAGS", "GOTOOLCHAIN=local",
                                   "GOPROXY=off", "CGO_ENABLED=1", NULL};
         *word != NULL; word++)
        argv[n++] = *word;
    argv[n++] = compiler;
    if (flavor == SEAM_FLAVOR_cgocheck2 && release->minor > 20)
        argv[n++] = "GOEXPERIMENT=cgocheck2";
    argv[n++] = go;
    argv[n++] = "build";
    argv[n++] = "-trimpath";
    argv[n++] = "-ldflags=-w"; /* nobody debugs them, and linking is most of the work */
    if (flavor == SEAM_FLAVOR_asan)
        argv[n++] = "-asan";
    if (flavor == SEAM_FLAVOR_race)
        argv[n++] = "-race";
    argv[n++] = "-o";
    argv[n++] = out;
    argv[n++] = "./...";
    argv[n] = NULL;
    must(seam_make_directories(out), "make a directory");
    struct seam_process_place place = {.directory = tree, .output = log, .seconds = BUILD_SECONDS};
    if (seam_process_run(argv, &place) != 0)
        printf("%s %s: not everything was built; see %s\n", release->version,
               seam_flavor_name(flavor), log);
    free(out);
    free(log);
    free(go);
    free(compiler);
}

struct end {
    int status;
    char *output;
};

static struct end run(const struct seam_go_release *release, enum seam_flavor flavor,
                      const char *binary) {
    bool checks = flavor == SEAM_FLAVOR_cgocheck2 && release->minor <= 20;
    const char *argv[] = {"env",
                          "-u",
                          "GOTRACEBACK",
                          "-u",
                          "GOGC",
                          checks ? "GODEBUG=cgocheck=2" : "GODEBUG=",
                          "ASAN_OPTIONS=detect_leaks=0",
                          binary,
                          NULL};
    char *log = seam_format("%s.out", binary);
    struct seam_process_place place = {.output = log, .seconds = RUN_SECONDS};
    struct end end = {seam_process_run(argv, &place), NULL};
    size_t size;
    must(seam_file_read(log, SEAM_OUTPUT_MAX, &end.output, &size), "read what a program said");
    free(log);
    return end;
}

/* --- comparing -------------------------------------------------------------------------------- */

static bool has_symptom(const char *output, enum seam_symptom expected) {
    for (const char *line = output; *line != '\0'; line += strcspn(line, "\n") + 1) {
        char text[400];
        size_t n = strcspn(line, "\n");
        snprintf(text, sizeof text, "%.*s", (int)n, line);
        enum seam_symptom symptom = seam_symptom_of_line(text);
        if (symptom != SEAM_SYMPTOM_none && seam_symptom_fits(expected, symptom))
            return true;
        if (line[n] == '\0')
            break;
    }
    return false;
}

static const char *const ends[] = {"is silent", "shows it", "is stopped", "dies"};

static bool is_as_predicted(enum seam_emit_end expected, const struct seam_prediction *prediction,
                            const struct end *end) {
    bool bug = strstr(end->output, "BUG: ") != NULL;
    if (end->status == SEAM_PROCESS_LATE || strstr(end->output, "FAILED: ") != NULL)
        return false;
    switch (expected) {
    case SEAM_EMIT_SILENT:
        return end->status == 0 && !bug;
    case SEAM_EMIT_SHOWS:
        return end->status == 1 && bug;
    case SEAM_EMIT_DIES:
        return end->status != 0;
    case SEAM_EMIT_STOPS:
        return end->status != 0 &&
               (prediction->stopped->what == SEAM_RULE_none ||
                has_symptom(end->output,
                            (enum seam_symptom)seam_rule_rows[prediction->stopped->what].symptom));
    }
    return false;
}

static enum verdict try(const struct seam_go_release *release, enum seam_flavor flavor,
                        const struct program *program, const char *bin) {
    static struct seam_case it;
    if (program->emission.since > release->minor)
        return TOO_NEW;
    char *binary = seam_format("%s/%s", bin, program->name);
    enum verdict verdict = NOT_BUILT;
    if (access(binary, X_OK) == 0) {
        it.scenario = program->it.scenario;
        it.scenario.release = release->minor;
        must(seam_pipeline_run(&it), "predict: the witnesses disagree");
        struct seam_prediction prediction = seam_predict(&it.scenario, &it.observed, flavor);
        enum seam_emit_end expected = seam_emit_end_of(&program->emission, flavor, &prediction);
        struct end end = run(release, flavor, binary);
        verdict = is_as_predicted(expected, &prediction, &end) ? AS_PREDICTED : DIFFERS;
        if (verdict == DIFFERS || check.verbose)
            printf("%s %s %s: %s, status %d, expected that it %s: %.*s\n", release->version,
                   seam_flavor_name(flavor), program->name,
                   verdict == DIFFERS ? "differs" : "as predicted", end.status, ends[expected],
                   (int)strcspn(end.output, "\n"), end.output);
        free(end.output);
    } else {
        printf("%s %s %s: not built\n", release->version, seam_flavor_name(flavor), program->name);
    }
    free(binary);
    return verdict;
}

static void try_all(int r, const struct seam_go_release *release, enum seam_flavor flavor,
                    const char *tree) {
    char *bin = seam_format("%s-%s", tree, seam_flavor_name(flavor));
    build(release, flavor, tree, bin);
    for (int i = 0; i < check.n_programs; i++) {
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r%s %s %d of %d ", release->version, seam_flavor_name(flavor), i + 1,
                    check.n_programs);
        check.counts[r][flavor][try(release, flavor, &check.programs[i], bin)]++;
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\n");
    free(bin);
}

/* --- the command ------------------------------------------------------------------------------ */

static int print_table(const struct seam_go_release *releases, int n, unsigned flavors) {
    int bad = 0;
    printf("%-12s %-10s %12s %8s %9s %9s\n", "release", "flavor", "as predicted", "differ",
           "not built", "need more");
    for (int r = 0; r < n; r++)
        for (int f = 0; f < SEAM_FLAVORS; f++) {
            const int *counts = check.counts[r][f];
            if ((flavors >> f & 1) == 0)
                continue;
            printf("%-12s %-10s %12d %8d %9d %9d\n", releases[r].version,
                   seam_flavor_name((enum seam_flavor)f), counts[AS_PREDICTED], counts[DIFFERS],
                   counts[NOT_BUILT], counts[TOO_NEW]);
            bad += counts[DIFFERS] + counts[NOT_BUILT];
        }
    printf("%d program%s, %d scenario%s without one\n", check.n_programs,
           seam_plural((unsigned)check.n_programs), check.n_not_emitted,
           seam_plural((unsigned)check.n_not_emitted));
    return bad == 0 ? 0 : 1;
}

static int find_releases(const char *const *wanted, struct seam_go_release *releases) {
    char error[SEAM_GO_ERROR];
    int n = 0;
    for (; wanted[n] != NULL && n < RELEASES_MAX; n++)
        if (!seam_go_find(wanted[n], &releases[n], error))
            exit(seam_fail("%s", error));
    if (!seam_go_ensure_build_cache(error))
        exit(seam_fail("%s", error));
    if (n > 0)
        return n;
    if (!seam_go_find_oldest(&releases[0], error) || !seam_go_find(NULL, &releases[1], error))
        exit(seam_fail("%s", error));
    return releases[0].minor == releases[1].minor ? 1 : 2;
}

static unsigned find_flavors(const char *const *wanted) {
    unsigned flavors = 0;
    for (; *wanted != NULL; wanted++) {
        must(seam_flavor_find(*wanted) != SEAM_FLAVORS, "find a flavor of that name");
        flavors |= 1u << seam_flavor_find(*wanted);
    }
    return flavors != 0 ? flavors : 1u << SEAM_FLAVOR_plain | 1u << SEAM_FLAVOR_asan;
}

int main(int argc, char **argv) {
    const char *gos[SEAM_OPTION_MANY + 1] = {NULL}, *names[SEAM_OPTION_MANY + 1] = {NULL};
    const char *part = NULL, *work = NULL, *verbose = NULL;
    const char *repairs = NULL;
    const struct seam_option options[] = {
        {"--go=...", gos},       {"--flavor=...", names}, {"--part=", &part}, {"--work=", &work},
        {"--verbose", &verbose}, {"--repairs", &repairs}, {NULL, NULL}};
    struct seam_go_release releases[RELEASES_MAX];
    int k = 0, parts = 1, n = seam_options(argc, argv, options);
    if (n < 1 || (part != NULL && (sscanf(part, "%d/%d", &k, &parts) != 2 || parts < 1)))
        return seam_fail("check needs CORPUS..., and --part is K/N");
    char template[] = "/tmp/seam-emit-XXXXXX";
    check.work = work != NULL ? work : mkdtemp(template);
    check.verbose = verbose != NULL;
    check.repairs = repairs != NULL;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 1; i <= n; i++)
        emit_all(argv[i], k, parts);
    unsigned flavors = find_flavors(names);
    int n_releases = find_releases(gos, releases);
    for (int r = 0; r < n_releases; r++) {
        char *tree = write_tree(&releases[r]);
        for (int f = 0; f < SEAM_FLAVORS; f++)
            if ((flavors >> f & 1) != 0)
                try_all(r, &releases[r], (enum seam_flavor)f, tree);
        free(tree);
    }
    int status = print_table(releases, n_releases, flavors);
    if (work == NULL)
        seam_remove_tree(check.work);
    return status;
}
