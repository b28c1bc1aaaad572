/* The programs of the advice on one Go release: write them, build them, run them.
 *
 * Not here: what their ends mean (advice.c). A failed build counts as evidence only if the compiler
 * names a place in the program; everything else that fails is the machine's, not the claim's. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "check.h"
#include "embed.h"
#include "input.h"
#include "process.h"

enum { BUILD_SECONDS = 600, OUTPUT_MAX = 1 << 20, WORDS_MAX = 160 };

/* The ways to build: word of go build, environment. */
static const struct {
    const char *option, *environment;
} builds[SEAM_ADVICE_BUILDS] = {
    {NULL, "GOEXPERIMENT="},
    {"-asan", "GOEXPERIMENT="},
    {NULL, "GOEXPERIMENT=cgocheck2"},
};

/* What a mode is: one of the builds (-1: it is not run), environment of the run. */
static const struct {
    int build;
    const char *environment;
} modes[] = {
    [SEAM_ADVICE_plain] = {0, "GODEBUG="},
    [SEAM_ADVICE_cgocheck2] = {0, "GODEBUG=cgocheck=2"},
    [SEAM_ADVICE_experiment] = {2, "GODEBUG="},
    [SEAM_ADVICE_asan] = {1, "ASAN_OPTIONS=detect_leaks=0"},
    [SEAM_ADVICE_leaks] = {1, "ASAN_OPTIONS=detect_leaks=1"},
    [SEAM_ADVICE_escapes] = {-1, NULL},
    [SEAM_ADVICE_cgo386] = {-1, NULL},
    [SEAM_ADVICE_cgo64] = {-1, NULL},
};

/* --- commands --------------------------------------------------------------------------------- */

/* The words of a command, which begin with `env`: what the user has set for Go programs of his own
 * does not reach ours. Formatted words are owned. */
struct command {
    const char *words[WORDS_MAX];
    int n, n_owned;
    char *owned[WORDS_MAX];
};

static void add(struct command *command, const char *word) {
    seam_assert(command->n + 1 < WORDS_MAX);
    command->words[command->n++] = word;
}

static void add_owned(struct command *command, char *word) {
    command->owned[command->n_owned++] = word;
    add(command, word);
}

static struct command *new_command(void) {
    static const char *const unset[] = {"GODEBUG",      "GOGC",        "GOMEMLIMIT",
                                        "GOMAXPROCS",   "GOTRACEBACK", "MALLOC_PERTURB_",
                                        "ASAN_OPTIONS", "CGO_CFLAGS",  "CGO_LDFLAGS"};
    struct command *command = calloc(1, sizeof *command);
    seam_assert(command != NULL);
    add(command, "env");
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) {
        add(command, "-u");
        add(command, unset[i]);
    }
    return command;
}

static struct command *new_go_command(const struct seam_advice_lab *lab, const char *environment) {
    struct command *command = new_command();
    add(command, "GOTOOLCHAIN=local");
    add(command, "GOFLAGS=-mod=mod");
    add(command, "GOPROXY=off");
    add(command, "GO111MODULE=on");
    add(command, "GOWORK=off");
    add(command, "CGO_ENABLED=1");
    add(command, environment);
    /* What a killed go leaves lies in our directory, too. */
    add_owned(command, seam_format("TMPDIR=%s", lab->work));
    add_owned(command, seam_format("GOTMPDIR=%s", lab->work));
    add_owned(command, seam_format("CC=%s", seam_go_c_compiler()));
    add_owned(command, seam_format("%s/bin/go", lab->release.root));
    return command;
}

/* Run it in a directory below the lab, both outputs to a file, and free it. */
static int run(const struct seam_advice_lab *lab, struct command *command, const char *directory,
               const char *output, int seconds) {
    char *path = seam_format("%s/%s", lab->work, directory);
    int status = seam_process_run_within(
        command->words, &(struct seam_process_place){path, "/dev/null", output}, seconds);
    free(path);
    while (command->n_owned > 0)
        free(command->owned[--command->n_owned]);
    free(command);
    return status;
}

/* --- the lab ---------------------------------------------------------------------------------- */

static const char root[] = "corpus/advice/";

static bool write_sources(const struct seam_advice_lab *lab, char error[SEAM_GO_ERROR]) {
    bool ok = true;
    for (const struct seam_embedded *file = seam_advice_files; ok && file->path != NULL; file++) {
        const char *name = strstr(file->path, root);
        seam_assert(name != NULL);
        char *path = seam_format("%s/src/%s", lab->work, name + strlen(root));
        FILE *out = seam_make_directories(path) ? fopen(path, "wb") : NULL;
        ok = out != NULL && fwrite(file->bytes, 1, file->size, out) == file->size;
        if (out != NULL && fclose(out) != 0)
            ok = false;
        if (!ok)
            snprintf(error, SEAM_GO_ERROR,
                     "cannot write %s: %s; set TMPDIR to a writable directory", path,
                     strerror(errno));
        free(path);
    }
    return ok;
}

/* Programs are judged as the release's own: its language, its defaults of GODEBUG. */
static bool set_language(const struct seam_advice_lab *lab, char error[SEAM_GO_ERROR]) {
    char *log = seam_format("%s/log", lab->work);
    struct command *command = new_go_command(lab, "GOEXPERIMENT=");
    add(command, "mod");
    add(command, "edit");
    add_owned(command, seam_format("-go=1.%d", lab->release.minor));
    bool ok = run(lab, command, "src", log, BUILD_SECONDS) == 0;
    if (!ok)
        snprintf(error, SEAM_GO_ERROR, "%s cannot edit a go.mod in %s", lab->release.version,
                 lab->work);
    free(log);
    return ok;
}

bool seam_advice_lab_open(struct seam_advice_lab *lab, const char *work,
                          const struct seam_go_release *release, char error[SEAM_GO_ERROR]) {
    seam_go_ensure_build_cache();
    lab->release = *release;
    lab->work = seam_format("%s/%s", work, release->version);
    return write_sources(lab, error) && set_language(lab, error);
}

void seam_advice_lab_close(struct seam_advice_lab *lab) {
    free(lab->work);
    lab->work = NULL;
}

/* --- building --------------------------------------------------------------------------------- */

/* go build, in one of the ways, with its output in a directory; the programs are to be added. */
static struct command *new_build(const struct seam_advice_lab *lab, int build) {
    struct command *command = new_go_command(lab, builds[build].environment);
    add(command, "build");
    if (builds[build].option != NULL)
        add(command, builds[build].option);
    add(command, "-trimpath"); /* so that Go's cache knows them again */
    add(command, "-p=1");      /* there are several of us */
    add(command, "-o");
    add_owned(command, seam_format("%s/bin%d/", lab->work, build));
    return command;
}

static bool is_first_of_program(int i, int build, const bool *chosen) {
    for (int k = 0; k < i; k++)
        if (chosen[k] && modes[seam_advice_parts[k].mode].build == build &&
            strcmp(seam_advice_parts[k].program, seam_advice_parts[i].program) == 0)
            return false;
    return true;
}

void seam_advice_build(const struct seam_advice_lab *lab, int build, const bool *chosen) {
    struct command *command = new_build(lab, build);
    char *log = seam_format("%s/log%d", lab->work, build);
    for (int i = 0; i < seam_advice_n_parts(); i++) {
        const struct seam_advice_part *part = &seam_advice_parts[i];
        if (chosen[i] && modes[part->mode].build == build && is_first_of_program(i, build, chosen))
            add_owned(command, seam_format("./%s", part->program));
    }
    run(lab, command, "src", log, BUILD_SECONDS);
    free(log);
}

/* The program of a part, built before; owned by the caller. */
static char *binary_of(const struct seam_advice_lab *lab, const struct seam_advice_part *part) {
    return seam_format("%s/bin%d/%s", lab->work, modes[part->mode].build,
                       seam_base_name(part->program));
}

/* --- trying ----------------------------------------------------------------------------------- */

/* Judge what a command left in the file `output`. */
static void judge(const struct seam_advice_part *part, bool is_stopped, bool is_late,
                  const char *output, struct seam_advice_result *result) {
    char *text = NULL;
    size_t size;
    bool ok = seam_input_slurp(output, OUTPUT_MAX, &text, &size);
    seam_advice_judge(part, &(struct seam_advice_end){is_stopped, is_late, ok ? text : ""}, result);
    free(text);
}

/* Does the compiler name a place in a Go program? */
static bool names_place(const char *output) {
    char *text = NULL;
    size_t size;
    bool ok = seam_input_slurp(output, OUTPUT_MAX, &text, &size);
    bool names = ok && strstr(text, "main.go:") != NULL;
    free(text);
    return names;
}

/* The program is not there: build it alone, to hear why. True if it is there now. */
static bool build_alone(const struct seam_advice_lab *lab, const struct seam_advice_part *part,
                        const char *output, struct seam_advice_result *result) {
    struct command *command = new_build(lab, modes[part->mode].build);
    add_owned(command, seam_format("./%s", part->program));
    int status = run(lab, command, "src", output, BUILD_SECONDS);
    if (status == 0)
        return true;
    judge(part, true, status == -1, output, result);
    if (status == -1 || (part->mode != SEAM_ADVICE_experiment && !names_place(output))) {
        char *why = seam_format("%s does not build with %s: %s", part->program,
                                lab->release.version, result->evidence);
        snprintf(result->evidence, sizeof result->evidence, "%s", why);
        result->is_broken = true;
        result->outcome = SEAM_ADVICE_unknown;
        free(why);
    }
    return false;
}

static void try_run(const struct seam_advice_lab *lab, const struct seam_advice_part *part,
                    const char *output, struct seam_advice_result *result) {
    char *binary = binary_of(lab, part);
    if (access(binary, X_OK) == 0 || build_alone(lab, part, output, result)) {
        struct command *command = new_command();
        add(command, modes[part->mode].environment);
        add(command, binary);
        add(command, part->part);
        int status = run(lab, command, ".", output, lab->seconds_max);
        judge(part, status != 0, status == -1, output, result);
    }
    free(binary);
}

/* The compiler tells of escapes also when all is well. */
static void try_escapes(const struct seam_advice_lab *lab, const struct seam_advice_part *part,
                        const char *output, struct seam_advice_result *result) {
    struct command *command = new_go_command(lab, builds[0].environment);
    add(command, "build");
    add(command, "-trimpath");
    add(command, "-p=1");
    add(command, "-gcflags=-m");
    add(command, "-o=/dev/null");
    add_owned(command, seam_format("./%s", part->program));
    int status = run(lab, command, "src", output, BUILD_SECONDS);
    judge(part, true, status == -1, output, result);
}

/* Compile a program that calls nothing for a machine of 32 or 64 bits: without that machine's C
 * library, so not by go build. cgo writes the Go files, the compiler reads them. */
static void try_compile(const struct seam_advice_lab *lab, const struct seam_advice_part *part,
                        const char *output, struct seam_advice_result *result) {
    bool is_32 = part->mode == SEAM_ADVICE_cgo386;
    char *source = seam_format("src/%s", part->program);
    char *objects = seam_format("%s.objects", output), *inside = seam_format("%s/x", objects);
    seam_make_directories(inside); /* if not, cgo says so */
    struct command *cgo = new_go_command(lab, is_32 ? "GOARCH=386" : "GOARCH=amd64");
    add(cgo, "tool");
    add(cgo, "cgo");
    add(cgo, "-objdir");
    add(cgo, objects);
    add(cgo, "-import_runtime_cgo=false");
    add(cgo, "-import_syscall=false");
    add(cgo, "--");
    add(cgo, is_32 ? "-m32" : "-m64");
    add(cgo, "main.go");
    int status = run(lab, cgo, source, output, BUILD_SECONDS);
    if (status == 0) {
        struct command *compile = new_go_command(lab, is_32 ? "GOARCH=386" : "GOARCH=amd64");
        add(compile, "tool");
        add(compile, "compile");
        add(compile, "-p=main");
        add_owned(compile, seam_format("-o=%s/main.a", objects));
        add_owned(compile, seam_format("%s/_cgo_gotypes.go", objects));
        add_owned(compile, seam_format("%s/main.cgo1.go", objects));
        status = run(lab, compile, source, output, BUILD_SECONDS);
    }
    judge(part, status != 0, status == -1, output, result);
    if (status != 0 && !names_place(output))
        result->outcome = SEAM_ADVICE_unknown; /* a C compiler that knows no such machine */
    free(inside);
    free(objects);
    free(source);
}

void seam_advice_try(const struct seam_advice_lab *lab, const struct seam_advice_part *part,
                     struct seam_advice_result *result) {
    char *output = seam_format("%s/output-%s-%s", lab->work, part->claim, part->part);
    if (modes[part->mode].build >= 0)
        try_run(lab, part, output, result);
    else if (part->mode == SEAM_ADVICE_escapes)
        try_escapes(lab, part, output, result);
    else
        try_compile(lab, part, output, result);
    free(output);
}
