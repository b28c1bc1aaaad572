/* Find Go on this machine, and build the executor from the sources that seam carries in itself.
 *
 * The result is cached by the hash of the sources, the release and the flavor, under
 * $SEAM_CACHE, or $XDG_CACHE_HOME/seam, or $HOME/.cache/seam. Files appear under their final name
 * only when they are complete. Not here: running the executor (gorun.c). */
#define _GNU_SOURCE
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

bool seam_go_find(const char *where, struct seam_go_release *release, char error[300]) {
    char command[PATH_SIZE];
    struct stat status;
    if (where == NULL && !find_newest(release)) {
        snprintf(error, 300, "no Go found in /usr/lib/go-1.* or on PATH; install golang-1.19-go "
                             "or newer, or run ci/setup");
        return false;
    }
    if (where != NULL) {
        bool is_command = stat(where, &status) == 0 && S_ISREG(status.st_mode);
        snprintf(command, sizeof command, is_command ? "%s" : "%s/bin/go", where);
        if (!ask(command, release)) {
            snprintf(error, 300, "no Go in %.150s: %.40s is not there or does not run; name a "
                                 "GOROOT such as /usr/lib/go-1.23",
                     where, is_command ? "the file" : "bin/go");
            return false;
        }
    }
    if (release->minor < OLDEST_MINOR) {
        snprintf(error, 300, "%s in %.150s is too old: seam needs Go 1.%d or newer",
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

static void cache_directory(char out[PATH_SIZE]) {
    const char *seam = getenv("SEAM_CACHE"), *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (seam != NULL && *seam != '\0')
        snprintf(out, PATH_SIZE, "%s", seam);
    else if (xdg != NULL && *xdg != '\0')
        snprintf(out, PATH_SIZE, "%s/seam", xdg);
    else if (home != NULL && *home != '\0')
        snprintf(out, PATH_SIZE, "%s/.cache/seam", home);
    else
        snprintf(out, PATH_SIZE, "/tmp/seam-cache-%u", (unsigned)getuid());
}

static bool write_sources(const char *directory, char error[300]) {
    char path[PATH_SIZE + 128];
    for (const struct seam_embedded *file = seam_executor_sources; file->path != NULL; file++) {
        snprintf(path, sizeof path, "%s/%s", directory, file->path);
        FILE *out = make_directories(path) ? fopen(path, "wb") : NULL;
        bool ok = out != NULL && fwrite(file->bytes, 1, file->size, out) == file->size;
        if (out == NULL || (fclose(out) != 0) || !ok) {
            snprintf(error, 300, "cannot write %.200s: %s; set SEAM_CACHE to a writable directory",
                     path, strerror(errno));
            return false;
        }
    }
    return true;
}

static bool on_path(const char *command) {
    char line[64];
    snprintf(line, sizeof line, "command -v %s >/dev/null 2>&1", command);
    return system(line) == 0;
}

/* Debian's Go asks for a compiler by a name that Go 1.25 does not know: name one that it does. */
static const char *c_compiler(void) {
    const char *named = getenv("CC");
    if (named != NULL && *named != '\0')
        return named;
    return on_path("clang-19") ? "clang-19" : on_path("clang") ? "clang" : "gcc";
}

static bool go_build(const struct seam_go_release *release, enum seam_flavor flavor,
                     const char *sources, uint64_t hash, const char *out, char error[300]) {
    char line[4 * PATH_SIZE], log[PATH_SIZE + 8], first[200] = "no output";
    const char *option = flavor == SEAM_FLAVOR_asan ? "-asan" : flavor == SEAM_FLAVOR_race ? "-race"
                                                                                           : "";
    bool experiment = flavor == SEAM_FLAVOR_cgocheck2 && release->minor >= 21;
    snprintf(log, sizeof log, "%s.log", out);
    snprintf(line, sizeof line,
             "cd '%s/go' && env GOTOOLCHAIN=local GOFLAGS=-mod=mod GOPROXY=off GO111MODULE=on "
             "CGO_ENABLED=1 GOEXPERIMENT=%s CC='%s' CGO_CFLAGS='-O1 -g -DSEAM_SOURCES=0x%016llx' "
             "'%s/bin/go' build %s -trimpath -o '%s' ./cmd/executor >'%s' 2>&1",
             sources, experiment ? "cgocheck2" : "", c_compiler(), (unsigned long long)hash,
             release->root, option, out, log);
    if (system(line) == 0) {
        unlink(log);
        return true;
    }
    FILE *in = fopen(log, "r");
    while (in != NULL && fgets(first, sizeof first, in) != NULL && first[0] == '#') {
    }
    if (in != NULL)
        fclose(in);
    first[strcspn(first, "\n")] = '\0';
    snprintf(error, 300, "cannot build the executor with %s: %.120s (all of it in %.100s)%s",
             release->version, first, log,
             strstr(first, "rt") != NULL && strstr(first, "clang") != NULL
                 ? "; install libclang-rt-19-dev"
                 : "");
    return false;
}

struct seam_go *seam_go_open(const struct seam_go_release *release, enum seam_flavor flavor,
                             void (*progress)(const char *what), char error[300]) {
    char cache[PATH_SIZE], sources[PATH_SIZE + 32], path[PATH_SIZE + 96], temporary[PATH_SIZE + 128];
    char what[96];
    uint64_t hash = hash_sources();
    cache_directory(cache);
    snprintf(path, sizeof path, "%.380s/executor-%016llx-%s-%s", cache, (unsigned long long)hash,
             release->version, seam_flavor_name(flavor));
    if (access(path, X_OK) != 0) {
        /* Each build has a tree of its own, so that two at once do not meet. */
        snprintf(sources, sizeof sources, "%.380s/src-%d", cache, (int)getpid());
        snprintf(temporary, sizeof temporary, "%s.%d", path, (int)getpid());
        snprintf(what, sizeof what, "building the %s executor with %s", seam_flavor_name(flavor),
                 release->version);
        if (progress != NULL)
            progress(what);
        bool built = write_sources(sources, error) &&
                     go_build(release, flavor, sources, hash, temporary, error);
        snprintf(what, sizeof what, "rm -rf '%.80s'", sources);
        if (strlen(sources) < 80 && system(what) != 0)
            return NULL;
        if (!built)
            return NULL;
        if (rename(temporary, path) != 0) {
            snprintf(error, 300, "cannot rename %.200s: %s", temporary, strerror(errno));
            return NULL;
        }
    }
    return seam_go_open_executor(path, release->minor, flavor, error);
}
