/* The programs of a set on one Go release: write them, build them, run them.
 *
 * Not here: what their ends mean (program.c). A failed build counts as evidence only if the
 * compiler names a place in the program; everything else that fails is the machine's, not the
 * claim's. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "base/sandbox.h"
#include "programs/program.h"
#include "realgo/gobuild.h"

enum { BUILD_SECONDS = 600, WORDS_MAX = 160 };

enum { VET = 7, NOT_BUILT = -1 };

/* The ways to build: go's command, one more word, experiments, flags for C, and whether what is
 * built maps terabytes of shadow memory. */
static const struct {
    const char *command, *option, *experiment, *flags;
    bool maps_shadow;
} builds[SEAM_PROGRAM_BUILDS] = {
    {"build", NULL, "", "", false},
    {"build", "-asan", "", "", true},
    {"build", NULL, "cgocheck2", "", false},
    {"build", "-race", "", "", true},
    {"build", "-gcflags=-d=checkptr", "", "", false},
    {"build", NULL, "arenas", "", false},
    {"build", "-o=/dev/null", "", "", false},
    [VET] = {"vet", NULL, "", "", false},
    {"build", NULL, "", "-g -O1 -fsanitize=thread", true},
};

/* What a mode is: its name, the stage, one of the builds, environment of the run (NULL: none). */
static const struct {
    const char *name;
    enum seam_program_stage stage;
    int build;
    const char *environment;
} modes[] = {
#define MODE(name, stage, build, environment)                                                      \
    [SEAM_PROGRAM_##name] = {#name, SEAM_PROGRAM_##stage, build, environment}
    MODE(plain, RUNS, 0, "GODEBUG="),
    MODE(cgocheck2, RUNS, 0, "GODEBUG=cgocheck=2"),
    MODE(experiment, RUNS, 2, "GODEBUG="),
    MODE(stores, RUNS, 2, "GODEBUG="), /* see way_of */
    MODE(asan, RUNS, 1, "ASAN_OPTIONS=detect_leaks=0"),
    MODE(leaks, RUNS, 1, "ASAN_OPTIONS=detect_leaks=1"),
    MODE(race, RUNS, 3, "GODEBUG="),
    MODE(tsan, RUNS, 8, "TSAN_OPTIONS=halt_on_error=1"),
    MODE(checkptr, RUNS, 4, "GODEBUG="),
    MODE(unchecked, RUNS, 0, "GODEBUG=cgocheck=0"),
    MODE(invalidptr, RUNS, 0, "GODEBUG=invalidptr=0"),
    MODE(finalizers, RUNS, 0, "GODEBUG=checkfinalizers=1"),
    MODE(arenas, RUNS, 5, "GODEBUG="),
    MODE(compile, COMPILES, 6, NULL),
    MODE(alone, COMPILES, 6, NULL),
    MODE(vet, VETS, VET, NULL),
    MODE(escapes, COMPILES, NOT_BUILT, NULL),
    MODE(cgo386, COMPILES, NOT_BUILT, NULL),
    MODE(cgo64, COMPILES, NOT_BUILT, NULL),
#undef MODE
};

enum seam_program_stage seam_program_stage(enum seam_program_mode mode) {
    return modes[mode].stage;
}

const char *seam_program_mode_name(enum seam_program_mode mode) { return modes[mode].name; }

/* The mode itself, but that one is the name of what two releases have under two names. */
static enum seam_program_mode way_of(const struct seam_program *program, int minor) {
    if (program->mode != SEAM_PROGRAM_stores)
        return program->mode;
    return minor <= 20 ? SEAM_PROGRAM_cgocheck2 : SEAM_PROGRAM_experiment;
}

static int build_of(const struct seam_program *program, int minor) {
    return modes[way_of(program, minor)].build;
}

bool seam_program_applies(const struct seam_program *program, int minor) {
    return minor >= program->since;
}

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
    static const char *const unset[] = {
        "GODEBUG",         "GOGC",         "GOMEMLIMIT", "GOMAXPROCS",  "GOTRACEBACK",
        "MALLOC_PERTURB_", "ASAN_OPTIONS", "CGO_CFLAGS", "CGO_LDFLAGS", "TSAN_OPTIONS"};
    struct command *command = calloc(1, sizeof *command);
    seam_assert(command != NULL);
    add(command, "env");
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) {
        add(command, "-u");
        add(command, unset[i]);
    }
    return command;
}

/* go for a machine (NULL: this one), with experiments and with flags for the C compiler. */
static struct command *new_go_command(const struct seam_program_tree *tree, const char *machine,
                                      const char *experiments, const char *flags) {
    struct command *command = new_command();
    add(command, "GOTOOLCHAIN=local");
    add(command, "GOFLAGS=-mod=mod");
    add(command, "GOPROXY=off");
    add(command, "GO111MODULE=on");
    add(command, "GOWORK=off");
    add(command, "CGO_ENABLED=1");
    if (machine != NULL)
        add_owned(command, seam_format("GOARCH=%s", machine));
    add_owned(command, seam_format("GOEXPERIMENT=%s", experiments));
    if (*flags != '\0') {
        add_owned(command, seam_format("CGO_CFLAGS=%s", flags));
        add_owned(command, seam_format("CGO_LDFLAGS=%s", flags));
    }
    /* What a killed go leaves behind is in our directory, too. */
    add_owned(command, seam_format("TMPDIR=%s", tree->work));
    add_owned(command, seam_format("GOTMPDIR=%s", tree->work));
    add_owned(command, seam_format("CC=%s", seam_go_c_compiler()));
    add_owned(command, seam_format("%s/bin/go", tree->release.root));
    return command;
}

static void drop(struct command *command) {
    while (command->n_owned > 0)
        free(command->owned[--command->n_owned]);
    free(command);
}

/* Run it in a directory below the tree, both outputs to a file, and free it. */
static int run(const struct seam_program_tree *tree, struct command *command, const char *directory,
               struct seam_process_place place) {
    char *path = seam_format("%s/%s", tree->work, directory);
    place.directory = path;
    int status = seam_process_run(command->words, &place);
    free(path);
    drop(command);
    return status;
}

/* --- the tree --------------------------------------------------------------------------------- */

/* Below this, paths of a set are those of the tree. */
static const char root[] = "corpus/";

static bool write_source(const struct seam_program_tree *tree, const struct seam_embedded *file,
                         char error[SEAM_GO_ERROR]) {
    const char *name = strstr(file->path, root);
    seam_assert(name != NULL);
    char *path = seam_format("%s/src/%s", tree->work, name + strlen(root));
    FILE *out = seam_make_directories(path) ? fopen(path, "wb") : NULL;
    bool ok = out != NULL && fwrite(file->bytes, 1, file->size, out) == file->size;
    if (out != NULL && fclose(out) != 0)
        ok = false;
    if (!ok)
        snprintf(error, SEAM_GO_ERROR, "cannot write %s: %s; set TMPDIR to a writable directory",
                 path, strerror(errno));
    free(path);
    return ok;
}

static bool write_sources(const struct seam_program_tree *tree, char error[SEAM_GO_ERROR]) {
    bool ok = true;
    for (const struct seam_embedded *file = tree->set->files; ok && file->path != NULL; file++)
        ok = write_source(tree, file, error);
    return ok;
}

/* Run it where the set's module is, and free it. */
static int run_inside(const struct seam_program_tree *tree, struct command *command,
                      const char *output) {
    char *place = seam_format("src/%s", tree->set->name);
    int status = run(tree, command, place,
                     (struct seam_process_place){.output = output, .seconds = BUILD_SECONDS});
    free(place);
    return status;
}

/* Programs are judged as the release's own: its language, its defaults of GODEBUG. */
static bool set_language(const struct seam_program_tree *tree, char error[SEAM_GO_ERROR]) {
    char *log = seam_format("%s/log", tree->work);
    struct command *command = new_go_command(tree, NULL, "", "");
    add(command, "mod");
    add(command, "edit");
    add_owned(command, seam_format("-go=1.%d", tree->release.minor));
    bool ok = run_inside(tree, command, log) == 0;
    if (!ok)
        snprintf(error, SEAM_GO_ERROR,
                 "%s cannot edit a go.mod in %s; try another release with --go",
                 tree->release.version, tree->work);
    free(log);
    return ok;
}

bool seam_program_tree_open(struct seam_program_tree *tree, const struct seam_program_set *set,
                            const char *work, const struct seam_go_release *release,
                            char error[SEAM_GO_ERROR]) {
    if (!seam_go_ensure_build_cache(error))
        return false;
    tree->set = set;
    tree->release = *release;
    tree->work = seam_format("%s/%s", work, release->version);
    return write_sources(tree, error) && set_language(tree, error);
}

void seam_program_tree_close(struct seam_program_tree *tree) {
    free(tree->work);
    tree->work = NULL;
}

/* --- building --------------------------------------------------------------------------------- */

/* go build or go vet, in one of the ways; the programs are to be added. */
static struct command *new_build(const struct seam_program_tree *tree, int build) {
    const char *option = builds[build].option;
    struct command *command =
        new_go_command(tree, NULL, builds[build].experiment, builds[build].flags);
    add(command, builds[build].command);
    if (option != NULL)
        add(command, option);
    add(command, "-p=1"); /* there are several of us */
    if (build != VET) {
        add(command, "-trimpath"); /* so that Go's cache knows them again */
        add(command,
            "-ldflags=-s"); /* they are never debugged: this saves a third of the linking */
    }
    if (build != VET && (option == NULL || strncmp(option, "-o", 2) != 0))
        add_owned(command, seam_format("-o=%s/bin%d/", tree->work, build));
    return command;
}

/* Is it among those that are built at once in this way? */
static bool is_built(const struct seam_program_tree *tree, int i, int build, const bool *chosen) {
    const struct seam_program *program = &tree->set->programs[i];
    int minor = tree->release.minor;
    return chosen[i] && program->mode != SEAM_PROGRAM_alone &&
           seam_program_applies(program, minor) && build_of(program, minor) == build;
}

static bool is_first_of_program(const struct seam_program_tree *tree, int i, int build,
                                const bool *chosen) {
    const struct seam_program *programs = tree->set->programs;
    for (int k = 0; k < i; k++)
        if (is_built(tree, k, build, chosen) && strcmp(programs[k].folder, programs[i].folder) == 0)
            return false;
    return true;
}

/* What was said when all were built. */
static char *log_of(const struct seam_program_tree *tree, int build) {
    return seam_format("%s/log%d", tree->work, build);
}

void seam_program_build(const struct seam_program_tree *tree, int build, const bool *chosen) {
    struct command *command = new_build(tree, build);
    char *log = log_of(tree, build);
    int n = 0;
    for (int i = 0; i < tree->set->n_programs; i++)
        if (is_built(tree, i, build, chosen) && is_first_of_program(tree, i, build, chosen)) {
            add_owned(command, seam_format("./%s", tree->set->programs[i].folder));
            n++;
        }
    if (n > 0)
        run_inside(tree, command, log);
    else
        drop(command);
    free(log);
}

/* The executable of a program, built before; owned by the caller. */
static char *binary_of(const struct seam_program_tree *tree, const struct seam_program *program) {
    return seam_format("%s/bin%d/%s", tree->work, build_of(program, tree->release.minor),
                       seam_base_name(program->folder));
}

/* --- trying ----------------------------------------------------------------------------------- */

/* Read what a command left in a file; "" if nothing can be read. Owned by the caller. */
static char *read_output(const char *output) {
    char *text = NULL;
    size_t size;
    return seam_file_read(output, SEAM_OUTPUT_MAX, &text, &size) ? text : seam_format("%s", "");
}

/* Does the compiler name a place in a Go program, or a directive for cgo? */
static bool names_place(const char *said) {
    return strstr(said, ".go:") != NULL || strstr(said, "cgo: #cgo ") != NULL;
}

/* Judge what a command left in the file `output`. */
static void judge(const struct seam_program *program, bool is_stopped, bool is_late,
                  const char *output, struct seam_program_result *result) {
    char *text = read_output(output);
    seam_program_judge(program, &(struct seam_program_end){is_stopped, is_late, text}, result);
    free(text);
}

/* What go said of this program when it built many: what is between its heading, "# advice/x", and
 * the next. Owned; NULL if it said nothing of it. */
static char *find_said(const struct seam_program_tree *tree, const struct seam_program *program) {
    char *log = log_of(tree, build_of(program, tree->release.minor)), *text = read_output(log);
    char *heading = seam_format("# %s/%s\n", tree->set->name, program->folder), *said = NULL;
    for (char *at = text; said == NULL && (at = strstr(at, heading)) != NULL;) {
        bool is_heading = at == text || at[-1] == '\n';
        at += strlen(heading);
        if (strncmp(at, "# [", 3) == 0)
            at = strchrnul(at, '\n'); /* go vet has it once more, in brackets */
        char *end = strstr(at, "\n# ");
        if (is_heading)
            said = seam_format("%.*s", end != NULL ? (int)(end + 1 - at) : (int)strlen(at), at);
    }
    free(heading);
    free(text);
    free(log);
    return said;
}

/* The program cannot be built. That is evidence if the compiler names a place, or says what was
 * expected of it; if not, the machine lacks something. */
static void judge_unbuilt(const struct seam_program_tree *tree, const struct seam_program *program,
                          const char *said, bool is_late, struct seam_program_result *result) {
    seam_program_judge(program, &(struct seam_program_end){true, is_late, said}, result);
    bool is_evidence = names_place(said) || program->mode == SEAM_PROGRAM_experiment ||
                       (result->outcome == SEAM_PROGRAM_holds && *program->text != '\0');
    if (is_evidence && !is_late)
        return;
    char *why = seam_format("%s does not build with %s: %s", program->folder, tree->release.version,
                            result->evidence);
    snprintf(result->evidence, sizeof result->evidence, "%s", why);
    result->is_broken = true;
    result->outcome = SEAM_PROGRAM_unknown;
    free(why);
}

/* The program is not there: build it alone, to hear why. True if it is there now. */
static bool build_alone(const struct seam_program_tree *tree, const struct seam_program *program,
                        const char *output, struct seam_program_result *result) {
    struct command *command = new_build(tree, build_of(program, tree->release.minor));
    add_owned(command, seam_format("./%s", program->folder));
    int status = run_inside(tree, command, output);
    if (status == 0)
        return true;
    char *said = read_output(output);
    judge_unbuilt(tree, program, said, status == -1, result);
    free(said);
    return false;
}

/* go says that it has built the program, and it is not there. */
static void judge_missing(const struct seam_program_tree *tree, const struct seam_program *program,
                          struct seam_program_result *result) {
    snprintf(result->evidence, sizeof result->evidence,
             "%s is not built: %s ends with status 0 and writes nothing; name another Go with --go",
             program->folder, tree->release.version);
    result->is_broken = true;
}

/* Is the program there, perhaps only now? If not, the result says why. */
static bool ensure_built(const struct seam_program_tree *tree, const struct seam_program *program,
                         const char *output, struct seam_program_result *result) {
    char *binary = binary_of(tree, program), *said = NULL;
    bool is_there = access(binary, X_OK) == 0;
    if (!is_there && (said = find_said(tree, program)) != NULL)
        judge_unbuilt(tree, program, said, false, result);
    else if (!is_there && build_alone(tree, program, output, result) &&
             !(is_there = access(binary, X_OK) == 0))
        judge_missing(tree, program, result);
    free(said);
    free(binary);
    return is_there;
}

static void try_run(const struct seam_program_tree *tree, const struct seam_program *program,
                    const char *output, struct seam_program_result *result) {
    if (!ensure_built(tree, program, output, result))
        return;
    char *binary = binary_of(tree, program);
    struct command *command = new_command();
    add(command, modes[way_of(program, tree->release.minor)].environment);
    add(command, binary);
    add_owned(command, seam_format("%.*s", (int)strcspn(program->part, "/"), program->part));
    bool maps_shadow = builds[build_of(program, tree->release.minor)].maps_shadow;
    int status = run(tree, command, ".",
                     (struct seam_process_place){
                         .output = output,
                         .seconds = tree->seconds_max,
                         .confinement = SEAM_CONFINED | (maps_shadow ? SEAM_SANITIZED : 0)});
    judge(program, status != 0, status == -1, output, result);
    free(binary);
}

/* What go build or go vet has to say. */
static void try_build(const struct seam_program_tree *tree, const struct seam_program *program,
                      const char *output, struct seam_program_result *result) {
    char *said = program->mode == SEAM_PROGRAM_alone ? NULL : find_said(tree, program);
    if (said != NULL)
        judge_unbuilt(tree, program, said, false, result);
    else if (build_alone(tree, program, output, result))
        judge(program, false, false, "/dev/null", result);
    free(said);
}

/* The compiler tells of escapes also when all is well. */
static void try_escapes(const struct seam_program_tree *tree, const struct seam_program *program,
                        const char *output, struct seam_program_result *result) {
    struct command *command = new_go_command(tree, NULL, "", "");
    add(command, "build");
    add(command, "-trimpath");
    add(command, "-p=1");
    add(command, "-gcflags=-m");
    add(command, "-o=/dev/null");
    add_owned(command, seam_format("./%s", program->folder));
    int status = run_inside(tree, command, output);
    judge(program, true, status == -1, output, result);
}

/* Compile a program that calls nothing for a machine of 32 or 64 bits: without that machine's C
 * library, so not by go build. cgo writes the Go files, the compiler reads them. */
static void try_compile(const struct seam_program_tree *tree, const struct seam_program *program,
                        const char *output, struct seam_program_result *result) {
    bool is_32 = program->mode == SEAM_PROGRAM_cgo386;
    char *source = seam_format("src/%s/%s", tree->set->name, program->folder);
    char *objects = seam_format("%s.objects", output), *inside = seam_format("%s/x", objects);
    const struct seam_process_place build = {.output = output, .seconds = BUILD_SECONDS};
    seam_make_directories(inside); /* if not, cgo says so */
    struct command *cgo = new_go_command(tree, is_32 ? "386" : "amd64", "", "");
    add(cgo, "tool");
    add(cgo, "cgo");
    add(cgo, "-objdir");
    add(cgo, objects);
    add(cgo, "-import_runtime_cgo=false");
    add(cgo, "-import_syscall=false");
    add(cgo, "--");
    add(cgo, is_32 ? "-m32" : "-m64");
    add(cgo, "main.go");
    int status = run(tree, cgo, source, build);
    if (status == 0) {
        struct command *compile = new_go_command(tree, is_32 ? "386" : "amd64", "", "");
        add(compile, "tool");
        add(compile, "compile");
        add(compile, "-p=main");
        add_owned(compile, seam_format("-o=%s/main.a", objects));
        add_owned(compile, seam_format("%s/_cgo_gotypes.go", objects));
        add_owned(compile, seam_format("%s/main.cgo1.go", objects));
        status = run(tree, compile, source, build);
    }
    judge(program, status != 0, status == -1, output, result);
    char *said = read_output(output);
    if (status != 0 && !names_place(said))
        result->outcome = SEAM_PROGRAM_unknown; /* a C compiler that knows no such machine */
    free(said);
    free(inside);
    free(objects);
    free(source);
}

void seam_program_try(const struct seam_program_tree *tree, const struct seam_program *program,
                      struct seam_program_result *result) {
    char *name = seam_format("%s-%s", program->subject, program->part);
    for (char *slash; (slash = strchr(name, '/')) != NULL;)
        *slash = '-';
    char *output = seam_format("%s/output-%s", tree->work, name);
    if (modes[program->mode].stage == SEAM_PROGRAM_RUNS)
        try_run(tree, program, output, result);
    else if (modes[program->mode].build != NOT_BUILT)
        try_build(tree, program, output, result);
    else if (program->mode == SEAM_PROGRAM_escapes)
        try_escapes(tree, program, output, result);
    else
        try_compile(tree, program, output, result);
    free(output);
    free(name);
}
