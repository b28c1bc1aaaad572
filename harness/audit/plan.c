#define _GNU_SOURCE
#include "audit/plan.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/globals.h"
#include "base/check.h"
#include "base/crew.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/process.h"

/* The temporary directories of audits begin with it. */
#define WORKSPACE "seam-audit"

/* --- files ------------------------------------------------------------------------------------ */

/* Write our files, and the overlay that puts them into runtime/cgo. */
static bool write_overlay(const struct seam_audit_plan *plan) {
    char *json = NULL, *path = seam_format("%s/overlay.json", plan->work);
    size_t size;
    FILE *out = open_memstream(&json, &size);
    seam_assert(out != NULL);
    fputs("{\"Replace\":{", out);
    bool ok = true;
    for (const struct seam_embedded *file = seam_inside_sources; ok && file->path != NULL; file++) {
        char *name = seam_format(SEAM_INSIDE_PREFIX "%s", seam_base_name(file->path));
        char *ours = seam_format("%s/%s", plan->work, name);
        ok = seam_file_write(ours, file->bytes, file->size);
        char *place = seam_format("%s/src/runtime/cgo/%s", plan->go.root, name);
        fputs(file == seam_inside_sources ? "" : ",", out);
        seam_json_string(out, place);
        fputc(':', out);
        seam_json_string(out, ours);
        free(place);
        free(ours);
        free(name);
    }
    fputs("}}\n", out);
    fclose(out);
    ok = ok && seam_file_write(path, json, size);
    free(path);
    free(json);
    return ok;
}

/* --- asking and building ---------------------------------------------------------------------- */

/* A hash of this very program: objects that another seam made are not taken from Go's cache. */
static unsigned long long hash_self(void) {
    uint64_t hash = 0;
    return seam_file_hash("/proc/self/exe", &hash) ? hash : 0;
}

/* Make `path` a link to the target, whatever it was before: the program that it named may have been
 * moved, or another one may be there by now. At no time is there no link. */
static bool link_to(const char *target, const char *path) {
    char there[4096] = "", *temporary = seam_format("%s.%d", path, (int)getpid());
    bool ok = readlink(path, there, sizeof there - 1) > 0 && strcmp(there, target) == 0;
    if (!ok)
        ok = symlink(target, temporary) == 0 && rename(temporary, path) == 0;
    free(temporary);
    return ok;
}

/* The path of a link to this program under the compiler's name. The path is a part of the keys of
 * Go's build cache, so it is always the same for the same seam, and never for another. NULL with an
 * error; owned by the caller. */
static char *link_compiler(char error[SEAM_GO_ERROR]) {
    char self[4096] = "";
    char *cache = seam_cache_directory(error);
    if (cache == NULL)
        return NULL;
    char *path = seam_format("%s/cc-%016llx/" SEAM_CC_NAME, cache, hash_self());
    seam_assert(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    bool ok = seam_make_directories(path) && link_to(self, path);
    if (!ok)
        snprintf(error, SEAM_GO_ERROR,
                 "cannot write %s: %s; set SEAM_CACHE to a writable directory", path,
                 strerror(errno));
    else if (strpbrk(path, " \t'\"") != NULL)
        snprintf(error, SEAM_GO_ERROR,
                 "%s has a space or a quote in it, which Go does not allow in "
                 "CC; set SEAM_CACHE to another directory",
                 cache);
    free(cache);
    if (ok && strpbrk(path, " \t'\"") == NULL)
        return path;
    free(path);
    return NULL;
}

/* Up to Go 1.20 a variable of the program that runs, then one of the build. */
static void set_cgocheck2(int minor) {
    const char *given = getenv("GODEBUG");
    char *debug =
        seam_format("%s%scgocheck=2", given != NULL ? given : "", given != NULL ? "," : "");
    if (minor >= 21)
        setenv("GOEXPERIMENT", "cgocheck2", 1);
    else
        setenv("GODEBUG", debug, 1);
    free(debug);
}

/* The environment that makes this program Go's C compiler. */
static bool set_environment(const struct seam_audit_plan *plan, char error[SEAM_GO_ERROR]) {
    const char *given = getenv("CGO_CFLAGS");
    char *cc = seam_go_ensure_build_cache(error) ? link_compiler(error) : NULL;
    char *flags = seam_format("%s -fno-omit-frame-pointer",
                              given != NULL && *given != '\0' ? given : "-g -O2");
    if (cc != NULL) {
        setenv(SEAM_CC_COMPILER, seam_go_c_compiler(), 1);
        setenv(SEAM_CC_GOROOT, plan->go.root, 1);
        setenv("CC", cc, 1);
        setenv("CGO_CFLAGS", flags, 1);
        setenv("CGO_ENABLED", "1", 1);
        setenv("GOTOOLCHAIN", "local", 1);
        if (plan->flavor == SEAM_FLAVOR_cgocheck2)
            set_cgocheck2(plan->go.minor);
    }
    free(flags);
    free(cc);
    return cc != NULL;
}

bool seam_plan_open(struct seam_audit_plan *plan, const char *go, char error[SEAM_GO_ERROR]) {
    const char *base = seam_workspace_base();
    plan->work = NULL;
    plan->workspace = (struct seam_workspace){NULL, -1};
    if (!seam_go_find(go, &plan->go, error))
        return false;
    seam_workspace_sweep(base, WORKSPACE);
    if (!seam_workspace_open(&plan->workspace, base, WORKSPACE)) {
        snprintf(error, SEAM_GO_ERROR,
                 "cannot make a directory in %.200s: %s; set TMPDIR to a writable directory", base,
                 strerror(errno));
        return false;
    }
    seam_crew_clean_up(plan->work = plan->workspace.path);
    if (!seam_private_runs(plan->work)) {
        snprintf(error, SEAM_GO_ERROR,
                 "%.200s is mounted noexec, so no test can run there; set TMPDIR to a directory "
                 "where programs can run",
                 base);
        return false;
    }
    if (!write_overlay(plan)) {
        snprintf(error, SEAM_GO_ERROR, "cannot write into %s: %s", plan->work, strerror(errno));
        return false;
    }
    return set_environment(plan, error);
}

void seam_plan_close(struct seam_audit_plan *plan) {
    seam_crew_clean_up(NULL);
    seam_workspace_close(&plan->workspace);
    plan->work = NULL;
}

/* A command of Go that grows by words; NULL-ended, and what is owned is freed by drop. */
struct command {
    const char **words;
    size_t n, room;
    char *go, *tags;
};

static void add(struct command *it, const char *word) {
    if (it->n + 2 > it->room) {
        it->words = realloc(it->words, (it->room = 2 * it->room + 16) * sizeof *it->words);
        seam_assert(it->words != NULL);
    }
    it->words[it->n++] = word;
    it->words[it->n] = NULL;
}

/* "go VERB", with -tags only if seam was given some: else those of $GOFLAGS count. */
static struct command command_of(const struct seam_audit_plan *plan, const char *verb) {
    struct command it = {NULL, 0, 0, seam_format("%s/bin/go", plan->go.root), NULL};
    add(&it, it.go);
    add(&it, verb);
    if (plan->tags != NULL)
        add(&it, it.tags = seam_format("-tags=%s", plan->tags));
    return it;
}

static void drop(struct command *it) {
    free(it->words);
    free(it->tags);
    free(it->go);
}

enum { QUOTE_MAX = 160 };

/* Append Go's output to `error`, without its headings and the ends of the linker's commands. */
static void quote_log(const char *log, char error[SEAM_GO_ERROR]) {
    char *line = NULL;
    size_t used = strlen(error), room = 0;
    FILE *in = fopen(log, "r");
    while (in != NULL && getline(&line, &room, in) > 0 && used < SEAM_GO_ERROR - 1) {
        size_t size = strcspn(line, "\n");
        if (line[0] != '#')
            used += (size_t)snprintf(error + used, SEAM_GO_ERROR - used, "\n  %.*s%s",
                                     (int)(size < QUOTE_MAX ? size : QUOTE_MAX), line,
                                     size > QUOTE_MAX ? " ..." : "");
    }
    free(line);
    if (in != NULL)
        fclose(in);
}

/* Run "go list" with these words and patterns for its output, or false with an error. The text is
 * owned by the caller. */
static bool list(const struct seam_audit_plan *plan, const char *const *words,
                 char *const *patterns, int n, char **text, char error[SEAM_GO_ERROR]) {
    struct command command = command_of(plan, "list");
    char *log = seam_format("%s/list", plan->work);
    size_t size;
    for (; *words != NULL; words++)
        add(&command, *words);
    for (int i = 0; i < n; i++)
        add(&command, patterns[i]);
    int status = seam_process_run(
        command.words,
        &(struct seam_process_place){.output = log, .seconds = SEAM_PROCESS_LISTING});
    bool ok = status == 0 && seam_file_read(log, SEAM_FILE_MAX, text, &size);
    if (status == SEAM_PROCESS_LATE) {
        snprintf(error, SEAM_GO_ERROR, "%s did not list the packages within %d minutes",
                 plan->go.version, SEAM_PROCESS_LISTING / 60);
    } else if (!ok) {
        snprintf(error, SEAM_GO_ERROR, "%s cannot list the packages:", plan->go.version);
        quote_log(log, error);
    }
    free(log);
    drop(&command);
    return ok;
}

/* --- which packages have cgo ------------------------------------------------------------------ */

/* Names between newlines, with one at the start. */
struct names {
    char *text; /* owned */
};

static bool has_name(const struct names *names, const char *name, size_t size) {
    char *line = seam_format("\n%.*s\n", (int)size, name);
    bool has = strstr(names->text, line) != NULL;
    free(line);
    return has;
}

/* "path<TAB>number of files with cgo<TAB>import,import,...": add the path if it has cgo, or imports
 * something that has. */
static void add_if_cgo(struct names *names, const char *line, size_t size) {
    const char *end = line + size, *tab = memchr(line, '\t', size);
    const char *imports = tab != NULL ? memchr(tab + 1, '\t', (size_t)(end - tab - 1)) : NULL;
    if (imports == NULL)
        return;
    bool has = tab[1] != '0';
    for (const char *at = imports + 1; !has && at < end; at++) {
        size_t n = strcspn(at, ",\n");
        has = has_name(names, at, n);
        at += n;
    }
    if (!has)
        return;
    char *more = seam_format("%s%.*s\n", names->text, (int)(tab - line), line);
    free(names->text);
    names->text = more;
}

/* All packages outside the standard library that have cgo or need one that has; the tests of p are
 * p.test. Go lists a package after everything that it imports, so one pass over the lines is
 * enough. */
static bool find_cgo(const struct seam_audit_plan *plan, char *const *patterns, int n,
                     struct names *names, char error[SEAM_GO_ERROR]) {
    static const char *const words[] = {
        "-e",
        "-deps",
        "-test",
        "-f",
        "{{if not .Standard}}{{.ImportPath}}\t{{len .CgoFiles}}\t{{join .Imports \",\"}}{{end}}",
        NULL};
    char *text = NULL;
    names->text = seam_format("\n");
    if (!list(plan, words, patterns, n, &text, error))
        return false;
    for (const char *line = text; *line != '\0'; line += strspn(line, "\n")) {
        size_t size = strcspn(line, "\n");
        add_if_cgo(names, line, size);
        line += size;
    }
    free(text);
    return true;
}

static bool uses_cgo(const struct names *names, const char *path) {
    char *tests = seam_format("%s.test", path);
    bool uses = has_name(names, path, strlen(path)) || has_name(names, tests, strlen(tests));
    free(tests);
    return uses;
}

/* What Go quoted with %q, in place: a line break in it is a blank. */
static char *unquote(char *text) {
    char *to = text;
    for (const char *at = text + (*text == '"'); *at != '\0' && strcmp(at, "\"") != 0; at++) {
        bool is_escape = *at == '\\' && at[1] != '\0';
        at += is_escape;
        *to++ = is_escape && (*at == 'n' || *at == 't') ? ' ' : *at;
    }
    *to = '\0';
    return text;
}

/* "path<TAB>directory<TAB>number of tests<TAB>name<TAB>error". */
static bool read_package(const struct seam_audit_plan *plan, char *line,
                         struct seam_audit_package *package) {
    char *fields[5], *saved = line;
    for (int i = 0; i < 5; i++)
        if ((fields[i] = strsep(&saved, "\t")) == NULL)
            return false; /* what else Go prints: "go: downloading ..." */
    package->path = seam_format("%s", fields[0]);
    package->directory = seam_format("%s", fields[1]);
    package->is_main = strcmp(fields[3], "main") == 0;
    package->has_tests = strspn(fields[2], "0") < strlen(fields[2]);
    if (fields[4][0] != '\0')
        package->failure = seam_format("cannot be listed: %s", unquote(fields[4]));
    package->program = seam_format(
        "%s/%016llx.test", plan->work,
        (unsigned long long)seam_hash(SEAM_HASH_SEED, package->path, strlen(package->path)));
    return true;
}

int seam_plan_packages(struct seam_audit_plan *plan, char *const *patterns, int n,
                       struct seam_audit_package **packages, char error[SEAM_GO_ERROR]) {
    static const char *const words[] = {
        "-e", "-f",
        "{{.ImportPath}}\t{{.Dir}}\t{{len .TestGoFiles}}{{len .XTestGoFiles}}\t{{.Name}}\t"
        "{{if .Error}}{{printf \"%q\" .Error.Err}}{{end}}",
        NULL};
    char *text = NULL, *rest;
    struct names cgo = {NULL};
    int found = 0;
    if (!list(plan, words, patterns, n, &text, error) ||
        !find_cgo(plan, patterns, n, &cgo, error)) {
        free(text);
        free(cgo.text);
        return -1;
    }
    *packages = calloc(strlen(text) + 1, sizeof **packages);
    seam_assert(*packages != NULL);
    rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        if (read_package(plan, line, &(*packages)[found])) {
            (*packages)[found].has_cgo = uses_cgo(&cgo, (*packages)[found].path);
            found++;
        }
    free(text);
    free(cgo.text);
    return found;
}

void seam_plan_free_packages(struct seam_audit_package *packages, int n) {
    for (int i = 0; i < n; i++) {
        free(packages[i].path);
        free(packages[i].directory);
        free(packages[i].program);
        free(packages[i].symbols);
        free(packages[i].failure);
    }
    free(packages);
}

/* --- building --------------------------------------------------------------------------------- */

static char *log_of(const struct seam_audit_package *package) {
    return seam_format("%s.log", package->program);
}

/* Run Go; its exit status. Go's temporary files go where ours are, so that they are removed with
 * them. */
static int build(const struct seam_audit_plan *plan, const struct seam_audit_package *package,
                 bool tests) {
    struct command command = command_of(plan, tests ? "test" : "build");
    char *log = log_of(package), *overlay = seam_format("-overlay=%s/overlay.json", plan->work);
    if (tests)
        add(&command, "-c");
    if (tests)
        add(&command, "-vet=off");
    if (plan->flavor == SEAM_FLAVOR_asan)
        add(&command, "-asan");
    if (plan->flavor == SEAM_FLAVOR_race)
        add(&command, "-race");
    add(&command, overlay);
    add(&command, "-o");
    add(&command, package->program);
    add(&command, package->path);
    setenv("GOTMPDIR", plan->work, 1);
    int status = seam_process_run(command.words, &(struct seam_process_place){.output = log});
    free(log);
    free(overlay);
    drop(&command);
    return status;
}

/* A package is built when its program is there. */
static void finish_build(const struct seam_audit_plan *plan, struct seam_audit_package *package) {
    char *log = log_of(package), error[SEAM_GO_ERROR];
    if (access(package->program, X_OK) == 0) {
        package->symbols = calloc(1, sizeof *package->symbols);
        seam_assert(package->symbols != NULL);
        seam_symbols_read(package->program, package->symbols);
    } else {
        snprintf(error, sizeof error, "does not build with %s:", plan->go.version);
        quote_log(log, error);
        package->failure = seam_format("%s", error);
    }
    free(log);
}

struct building {
    const struct seam_audit_plan *plan;
    struct seam_audit_package *const *packages;
    bool tests;
};

static bool build_one(void *context, int i) {
    const struct building *it = context;
    fprintf(stderr, "seam: building %s\n", it->packages[i]->path);
    build(it->plan, it->packages[i], it->tests);
    return true; /* finish_build reports a failure */
}

/* What Go starts is in the group of the process that builds. */
static void build_some(struct building *it, int n, int jobs) {
    seam_crew_run(&(struct seam_crew){.jobs = jobs,
                                      .tasks = n,
                                      .context = it,
                                      .is_alone = true,
                                      .has_groups = true,
                                      .work = build_one});
}

void seam_plan_build(struct seam_audit_plan *plan, struct seam_audit_package *const *packages,
                     int n, bool tests, int jobs) {
    /* The first one goes alone: it compiles what all the others need, the runtime above all. */
    struct building first = {plan, packages, tests}, others = {plan, packages + 1, tests};
    if (n > 0)
        build_some(&first, 1, 1);
    if (n > 1)
        build_some(&others, n - 1, jobs);
    for (int i = 0; i < n; i++)
        finish_build(plan, packages[i]);
}
