/* Find Go on this machine, and build the executor from the sources that seam carries in itself.
 *
 * The result is cached by the hash of the sources, the release and the flavor, under
 * $SEAM_CACHE, or $XDG_CACHE_HOME/seam, or $HOME/.cache/seam. Files appear under their final name
 * only when they are complete, and go when nobody has used them for a month. Not here: running the
 * executor (gorun.c). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/embed.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "realgo/gobuild.h"

enum { OLDEST_MINOR = 19, PATH_SIZE = 2048, CACHE_DAYS = 30 };

/* --- finding Go ------------------------------------------------------------------------------- */

/* Ask a go command for its root and version; false if it does not answer. */
static bool ask(const char *command, struct seam_go_release *release) {
    const char *const argv[] = {"env",    "GOTOOLCHAIN=local", command, "env",
                                "GOROOT", "GOVERSION",         NULL};
    char answer[PATH_SIZE];
    return seam_process_read(argv, answer, sizeof answer) &&
           sscanf(answer, "%1023[^\n] %23s", release->root, release->version) == 2 &&
           sscanf(release->version, "go1.%d", &release->minor) == 1;
}

/* Is it a release for seam, and further in that direction than the one found so far? */
static bool is_better(const struct seam_go_release *candidate, bool oldest,
                      const struct seam_go_release *release) {
    return candidate->minor >= OLDEST_MINOR &&
           (release->minor == 0 ||
            (oldest ? candidate->minor < release->minor : candidate->minor > release->minor));
}

static bool find_here(bool oldest, struct seam_go_release *release) {
    struct seam_go_release candidate;
    glob_t found;
    release->minor = 0;
    glob("/usr/lib/go-1.*/bin/go", 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (ask(found.gl_pathv[i], &candidate) && is_better(&candidate, oldest, release))
            *release = candidate;
    globfree(&found);
    if (ask("go", &candidate) && is_better(&candidate, oldest, release))
        *release = candidate;
    return release->minor > 0;
}

static const char no_go[] = "no Go found in /usr/lib/go-1.* or on PATH; install golang-1.19-go "
                            "or newer, or run ci/setup";

bool seam_go_find_oldest(struct seam_go_release *release, char error[SEAM_GO_ERROR]) {
    if (find_here(true, release))
        return true;
    snprintf(error, SEAM_GO_ERROR, "%s", no_go);
    return false;
}

bool seam_go_find(const char *where, struct seam_go_release *release, char error[SEAM_GO_ERROR]) {
    char command[PATH_SIZE];
    struct stat status;
    if (where == NULL && !find_here(false, release)) {
        snprintf(error, SEAM_GO_ERROR, "%s", no_go);
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

static uint64_t hash_sources(void) {
    uint64_t hash = SEAM_HASH_SEED;
    for (const struct seam_embedded *file = seam_executor_sources; file->path != NULL; file++) {
        hash = seam_hash(hash, file->path, strlen(file->path) + 1);
        hash = seam_hash(hash, file->bytes, file->size);
    }
    return hash;
}

char *seam_cache_directory(void) {
    const char *seam = getenv("SEAM_CACHE"), *xdg = getenv("XDG_CACHE_HOME"),
               *home = getenv("HOME");
    if (seam != NULL && *seam != '\0')
        return seam_format("%s", seam);
    if (xdg != NULL && *xdg != '\0')
        return seam_format("%s/seam", xdg);
    if (home != NULL && *home != '\0')
        return seam_format("%s/.cache/seam", home);
    return seam_format("/tmp/seam-cache-%u", (unsigned)getuid());
}

static bool write_sources(const char *directory, char error[SEAM_GO_ERROR]) {
    bool ok = true;
    for (const struct seam_embedded *file = seam_executor_sources; ok && file->path != NULL;
         file++) {
        char *path = seam_format("%s/%s", directory, file->path);
        FILE *out = seam_make_directories(path) ? fopen(path, "wb") : NULL;
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

/* Debian's Go asks for a compiler by a name that Go 1.25 does not know: name one that it does. */
const char *seam_go_c_compiler(void) {
    const char *named = getenv("CC");
    if (named != NULL && *named != '\0')
        return named;
    return seam_process_exists("clang-19") ? "clang-19"
           : seam_process_exists("clang")  ? "clang"
                                           : "gcc";
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

void seam_go_ensure_build_cache(void) {
    if (getenv("HOME") != NULL)
        return;
    char *cache = seam_cache_directory(), *build = seam_format("%s/go-build", cache);
    char *modules = seam_format("%s/go", cache);
    if (getenv("XDG_CACHE_HOME") == NULL)
        setenv("GOCACHE", build, 0);
    setenv("GOPATH", modules, 0);
    free(modules);
    free(build);
    free(cache);
}

/* Run go in a directory of sources. The build cache of Go does not see C files outside a package's
 * directory, so their hash is in the flags. */
static bool go_build(const struct seam_go_release *release, const struct seam_go_product *product,
                     const char *sources, const char *out, char error[SEAM_GO_ERROR]) {
    bool experiment = product->flavor == SEAM_FLAVOR_cgocheck2 && release->minor >= 21;
    char *go = seam_format("%s/bin/go", release->root);
    char *directory = seam_format("%s/go", sources), *log = seam_format("%s/log", sources);
    char *cc = seam_format("CC=%s", seam_go_c_compiler());
    char *flags = seam_format(
        "CGO_CFLAGS=-O1 -g -DSEAM_SOURCES=0x%016llx%s", (unsigned long long)hash_sources(),
        product->flavor == SEAM_FLAVOR_asan ? " -fsanitize-recover=address" : "");
    const char *argv[24] = {"env",
                            "GOTOOLCHAIN=local",
                            "GOFLAGS=-mod=mod",
                            "GOPROXY=off",
                            "GO111MODULE=on",
                            "GOWORK=off",
                            "CGO_ENABLED=1",
                            experiment ? "GOEXPERIMENT=cgocheck2" : "GOEXPERIMENT=",
                            cc,
                            flags,
                            go};
    const char **next = argv + 11;
    *next++ = product->tests ? "test" : "build";
    if (product->tests)
        *next++ = "-c";
    if (product->flavor == SEAM_FLAVOR_asan)
        *next++ = "-asan";
    if (product->flavor == SEAM_FLAVOR_race)
        *next++ = "-race";
    *next++ = "-trimpath";
    *next++ = "-o";
    *next++ = out;
    *next++ = product->tests ? "." : "./cmd/executor";
    bool ok = seam_process_run(argv, &(struct seam_process_place){directory, NULL, log}) == 0;
    if (!ok)
        explain_failure(log, release->version, error);
    free(flags);
    free(cc);
    free(log);
    free(directory);
    free(go);
    return ok;
}

/* Each build has a tree of its own, so that two at once do not meet, and the result appears under
 * its name only when it is complete. */
bool seam_go_build(const struct seam_go_release *release, const struct seam_go_product *product,
                   const char *out, char error[SEAM_GO_ERROR]) {
    seam_go_ensure_build_cache();
    char *cache = seam_cache_directory();
    char *sources = seam_format("%s/src-%d", cache, (int)getpid());
    char *here = realpath(".", NULL);
    char *temporary = out[0] == '/' ? seam_format("%s.%d", out, (int)getpid())
                                    : seam_format("%s/%s.%d", here, out, (int)getpid());
    bool ok =
        write_sources(sources, error) && go_build(release, product, sources, temporary, error);
    if (ok && rename(temporary, out) != 0) {
        snprintf(error, SEAM_GO_ERROR, "cannot write %s: %s", out, strerror(errno));
        ok = false;
    }
    seam_remove_tree(sources);
    free(temporary);
    free(here);
    free(sources);
    free(cache);
    return ok;
}

/* Executors that no seam has opened for so long, and what is left of builds that were killed. */
static void remove_old(const char *cache) {
    char *executors = seam_format("%s/executor-*", cache),
         *sources = seam_format("%s/src-*", cache);
    glob_t found;
    struct stat status;
    glob(executors, 0, NULL, &found);
    glob(sources, GLOB_APPEND, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (lstat(found.gl_pathv[i], &status) == 0 &&
            time(NULL) - status.st_mtime > CACHE_DAYS * 24 * 3600)
            seam_remove_tree(found.gl_pathv[i]);
    globfree(&found);
    free(sources);
    free(executors);
}

char *seam_go_ensure_executor(const struct seam_go_release *release, enum seam_flavor flavor,
                              void (*progress)(const char *what), char error[SEAM_GO_ERROR]) {
    char *cache = seam_cache_directory();
    char *path = seam_format("%s/executor-%016llx-%s-%s", cache, (unsigned long long)hash_sources(),
                             release->version, seam_flavor_name(flavor));
    bool ok = access(path, X_OK) == 0;
    if (!ok) {
        char *what = seam_format("building the %s executor with %s", seam_flavor_name(flavor),
                                 release->version);
        if (progress != NULL)
            progress(what);
        free(what);
        remove_old(cache);
        ok = seam_go_build(release, &(struct seam_go_product){.flavor = flavor}, path, error);
    }
    free(cache);
    if (ok) {
        utimensat(AT_FDCWD, path, NULL, 0); /* it is in use */
        return path;
    }
    free(path);
    return NULL;
}
