/* Find Go on this machine, and build the executor from the sources that seam carries in itself.
 *
 * The result is cached by the hash of the sources, the release and the flavor, under
 * $SEAM_CACHE, or $XDG_CACHE_HOME/seam, or $HOME/.cache/seam. Files appear under their final name
 * only when they are complete. Not here: running the executor (gorun.c). */
#define _GNU_SOURCE
#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "embed.h"
#include "gorun.h"

enum { OLDEST_MINOR = 19, PATH_SIZE = 512 };

/* --- finding Go ------------------------------------------------------------------------------- */

/* Ask a go command for its root and version; false if it does not answer. */
static bool ask(const char *command, struct seam_go_release *release) {
    char line[PATH_SIZE + 64];
    snprintf(line, sizeof line, "GOTOOLCHAIN=local '%s' env GOROOT GOVERSION 2>/dev/null", command);
    FILE *answer = popen(line, "r");
    if (answer == NULL)
        return false;
    int fields = fscanf(answer, "%199s %23s", release->root, release->version);
    return pclose(answer) == 0 && fields == 2 &&
           sscanf(release->version, "go1.%d", &release->minor) == 1;
}

static bool find_newest(struct seam_go_release *release) {
    struct seam_go_release candidate;
    glob_t found;
    release->minor = 0;
    glob("/usr/lib/go-1.*/bin/go", 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (ask(found.gl_pathv[i], &candidate) && candidate.minor > release->minor)
            *release = candidate;
    globfree(&found);
    if (ask("go", &candidate) && candidate.minor > release->minor)
        *release = candidate;
    return release->minor > 0;
}

bool seam_go_find(const char *where, struct seam_go_release *release, char error[SEAM_GO_ERROR]) {
    char command[PATH_SIZE];
    struct stat status;
    if (where == NULL && !find_newest(release)) {
        snprintf(error, SEAM_GO_ERROR,
                 "no Go found in /usr/lib/go-1.* or on PATH; install golang-1.19-go "
                 "or newer, or run ci/setup");
        return false;
    }
    if (where != NULL) {
        bool is_command = stat(where, &status) == 0 && S_ISREG(status.st_mode);
        snprintf(command, sizeof command, is_command ? "%s" : "%s/bin/go", where);
        if (!ask(command, release)) {
            snprintf(error, SEAM_GO_ERROR,
                     "no Go in %.150s: %.40s is not there or does not run; name a "
                     "GOROOT such as /usr/lib/go-1.23",
                     where, is_command ? "the file" : "bin/go");
            return false;
        }
    }
    if (release->minor < OLDEST_MINOR) {
        snprintf(error, SEAM_GO_ERROR, "%s in %.150s is too old: seam needs Go 1.%d or newer",
                 release->version, release->root, OLDEST_MINOR);
        return false;
    }
    return true;
}

/* --- building --------------------------------------------------------------------------------- */

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) /* FNV-1a */
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3ULL;
    return hash;
}

static uint64_t hash_sources(void) {
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (const struct seam_embedded *file = seam_executor_sources; file->path != NULL; file++) {
        hash = hash_bytes(hash, file->path, strlen(file->path) + 1);
        hash = hash_bytes(hash, file->bytes, file->size);
    }
    return hash;
}

/* Format into memory that the caller frees; aborts without memory. */
__attribute__((format(printf, 1, 2))) static char *format(const char *pattern, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, pattern);
    int n = vasprintf(&text, pattern, arguments);
    va_end(arguments);
    seam_assert(n >= 0);
    return text;
}

/* Make every directory of a path up to its last slash. */
static bool make_directories(char *path) {
    for (char *p = path + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        int failed = mkdir(path, 0777) != 0 && errno != EEXIST;
        *p = '/';
        if (failed)
            return false;
    }
    return true;
}

/* Where executors are kept; the caller frees. */
static char *cache_directory(void) {
    const char *seam = getenv("SEAM_CACHE"), *xdg = getenv("XDG_CACHE_HOME"),
               *home = getenv("HOME");
    if (seam != NULL && *seam != '\0')
        return format("%s", seam);
    if (xdg != NULL && *xdg != '\0')
        return format("%s/seam", xdg);
    if (home != NULL && *home != '\0')
        return format("%s/.cache/seam", home);
    return format("/tmp/seam-cache-%u", (unsigned)getuid());
}

static bool write_sources(const char *directory, char error[SEAM_GO_ERROR]) {
    bool ok = true;
    for (const struct seam_embedded *file = seam_executor_sources; ok && file->path != NULL;
         file++) {
        char *path = format("%s/%s", directory, file->path);
        FILE *out = make_directories(path) ? fopen(path, "wb") : NULL;
        ok = out != NULL && fwrite(file->bytes, 1, file->size, out) == file->size;
        if (out != NULL && fclose(out) != 0)
            ok = false;
        if (!ok)
            snprintf(error, SEAM_GO_ERROR,
                     "cannot write %s: %s; set SEAM_CACHE to a writable "
                     "directory",
                     path, strerror(errno));
        free(path);
    }
    return ok;
}

static bool on_path(const char *command) {
    char *line = format("command -v %s >/dev/null 2>&1", command);
    bool found = system(line) == 0;
    free(line);
    return found;
}

/* Debian's Go asks for a compiler by a name that Go 1.25 does not know: name one that it does. */
static const char *c_compiler(void) {
    const char *named = getenv("CC");
    if (named != NULL && *named != '\0')
        return named;
    return on_path("clang-19") ? "clang-19" : on_path("clang") ? "clang" : "gcc";
}

/* The first line of a build's log that is not a heading. */
static void explain_failure(const char *log, const char *version, char error[SEAM_GO_ERROR]) {
    char line[400] = "no output";
    FILE *in = fopen(log, "r");
    while (in != NULL && fgets(line, sizeof line, in) != NULL && line[0] == '#') {}
    if (in != NULL)
        fclose(in);
    line[strcspn(line, "\n")] = '\0';
    bool no_runtime = strstr(line, "clang_rt") != NULL || strstr(line, "libclang") != NULL;
    snprintf(error, SEAM_GO_ERROR, "cannot build the executor with %s: %s%s", version, line,
             no_runtime ? "; install libclang-rt-19-dev or run ci/setup" : "");
}

/* Go wants a build cache; where there is no home (in a build action), it lies beside ours. */
static void ensure_build_cache(void) {
    if (getenv("GOCACHE") != NULL || getenv("HOME") != NULL || getenv("XDG_CACHE_HOME") != NULL)
        return;
    char *cache = cache_directory(), *build = format("%s/go-build", cache);
    setenv("GOCACHE", build, 1);
    free(build);
    free(cache);
}

/* Run go build in a directory of sources. The build cache of Go does not see C files outside a
 * package's directory, so their hash is in the flags. */
static bool go_build(const struct seam_go_release *release, enum seam_flavor flavor,
                     const char *sources, const char *out, char error[SEAM_GO_ERROR]) {
    bool experiment = flavor == SEAM_FLAVOR_cgocheck2 && release->minor >= 21;
    char *log = format("%s/log", sources);
    char *line =
        format("cd '%s/go' && env GOTOOLCHAIN=local GOFLAGS=-mod=mod GOPROXY=off GO111MODULE=on "
               "CGO_ENABLED=1 GOEXPERIMENT=%s CC='%s' CGO_CFLAGS='-O1 -g -DSEAM_SOURCES=0x%016llx' "
               "'%s/bin/go' build %s -trimpath -o '%s' ./cmd/executor >'%s' 2>&1",
               sources, experiment ? "cgocheck2" : "", c_compiler(),
               (unsigned long long)hash_sources(), release->root,
               flavor == SEAM_FLAVOR_asan   ? "-asan"
               : flavor == SEAM_FLAVOR_race ? "-race"
                                            : "",
               out, log);
    bool ok = system(line) == 0;
    if (!ok)
        explain_failure(log, release->version, error);
    free(line);
    free(log);
    return ok;
}

static void remove_tree(const char *directory) {
    char *line = format("rm -rf '%s'", directory);
    if (system(line) != 0)
        fprintf(stderr, "seam: cannot remove %s\n", directory);
    free(line);
}

/* Each build has a tree of its own, so that two at once do not meet, and the result appears under
 * its name only when it is complete. */
bool seam_go_build(const struct seam_go_release *release, enum seam_flavor flavor, const char *out,
                   char error[SEAM_GO_ERROR]) {
    ensure_build_cache();
    char *cache = cache_directory();
    char *sources = format("%s/src-%d", cache, (int)getpid());
    char *here = realpath(".", NULL);
    char *temporary = out[0] == '/' ? format("%s.%d", out, (int)getpid())
                                    : format("%s/%s.%d", here, out, (int)getpid());
    bool ok = write_sources(sources, error) && go_build(release, flavor, sources, temporary, error);
    if (ok && rename(temporary, out) != 0) {
        snprintf(error, SEAM_GO_ERROR, "cannot write %s: %s", out, strerror(errno));
        ok = false;
    }
    remove_tree(sources);
    free(temporary);
    free(here);
    free(sources);
    free(cache);
    return ok;
}

struct seam_go *seam_go_open(const struct seam_go_release *release, enum seam_flavor flavor,
                             void (*progress)(const char *what), char error[SEAM_GO_ERROR]) {
    char *cache = cache_directory();
    char *path = format("%s/executor-%016llx-%s-%s", cache, (unsigned long long)hash_sources(),
                        release->version, seam_flavor_name(flavor));
    bool ok = access(path, X_OK) == 0;
    if (!ok) {
        char *what =
            format("building the %s executor with %s", seam_flavor_name(flavor), release->version);
        if (progress != NULL)
            progress(what);
        free(what);
        ok = seam_go_build(release, flavor, path, error);
    }
    struct seam_go *go = ok ? seam_go_open_executor(path, release->minor, flavor, error) : NULL;
    free(path);
    free(cache);
    return go;
}
