/* Find Go on this machine, and build the executor from the sources that are built into seam.
 *
 * The result is cached by the hash of the sources, the release and the flavor, under
 * $SEAM_CACHE, or $XDG_CACHE_HOME/seam, or $HOME/.cache/seam. Files appear under their final name
 * only when they are complete, are run only if they are ours and whole, and are removed after 30
 * days without use. Not here: running the
 * executor (gorun.c). */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/crew.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/private.h"
#include "base/process.h"
#include "language/limits.h"
#include "realgo/gobuild.h"

enum {
    PATH_SIZE = 2048,
    CACHE_DAYS = 30,
    SUM_SIZE = 48,
};

/* The trees that executors are built in. */
#define SOURCES "seam-sources"
#define PRODUCT "product"

/* --- finding Go ------------------------------------------------------------------------------- */

/* Ask a go command for its root and version; false if it does not answer. */
static bool ask(const char *command, struct seam_go_release *release) {
    const char *const argv[] = {"GOTOOLCHAIN=local", command, "env", "GOROOT", "GOVERSION", NULL};
    char answer[PATH_SIZE];
    return seam_process_read(argv, answer, sizeof answer) &&
           sscanf(answer, "%1023[^\n] %23s", release->root, release->version) == 2 &&
           sscanf(release->version, "go1.%d", &release->minor) == 1;
}

/* Is it a release for seam, and further in that direction than the one found so far? */
static bool is_better(const struct seam_go_release *candidate, bool oldest,
                      const struct seam_go_release *release) {
    return candidate->minor >= SEAM_RELEASE_OLDEST &&
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
    if (release->minor < SEAM_RELEASE_OLDEST) {
        snprintf(error, SEAM_GO_ERROR, "%s in %.150s is too old: seam needs Go 1.%d or newer",
                 release->version, release->root, SEAM_RELEASE_OLDEST);
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

char *seam_cache_directory(char error[SEAM_GO_ERROR]) {
    const char *seam = getenv("SEAM_CACHE"), *xdg = getenv("XDG_CACHE_HOME"),
               *home = getenv("HOME");
    char *path = seam != NULL && *seam != '\0'   ? seam_format("%s", seam)
                 : xdg != NULL && *xdg != '\0'   ? seam_format("%s/seam", xdg)
                 : home != NULL && *home != '\0' ? seam_format("%s/.cache/seam", home)
                                                 : seam_format("/tmp/seam-cache-%u", geteuid());
    const char *wrong = seam_private_directory(path);
    if (wrong == NULL)
        return path;
    snprintf(error, SEAM_GO_ERROR,
             "the cache %.200s cannot be used: %s; set SEAM_CACHE to a directory that is yours "
             "and that only you can write",
             path, wrong);
    free(path);
    return NULL;
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
    enum { NEWEST = 99, OLDEST = 11 };
    static char found[16];
    const char *named = getenv("CC");
    if (named != NULL && *named != '\0')
        return named;
    for (int version = NEWEST; version >= OLDEST; version--) {
        snprintf(found, sizeof found, "clang-%d", version);
        if (seam_process_exists(found))
            return found;
    }
    return seam_process_exists("clang") ? "clang" : "gcc";
}

/* The first line of a build's log that is not a heading. */
static void explain_failure(const char *log, const char *version, char error[SEAM_GO_ERROR]) {
    char line[400] = "no output";
    FILE *in = fopen(log, "r");
    while (in != NULL && fgets(line, sizeof line, in) != NULL && line[0] == '#') {}
    if (in != NULL)
        fclose(in);
    line[strcspn(line, "\n")] = '\0';
    const char *cc = seam_go_c_compiler(), *number = strncmp(cc, "clang-", 6) == 0 ? cc + 5 : "";
    bool no_runtime = strstr(line, "clang_rt") != NULL || strstr(line, "libclang") != NULL;
    snprintf(error, SEAM_GO_ERROR, "cannot build the executor with %s: %s; ", version, line);
    size_t n = strlen(error);
    if (no_runtime)
        snprintf(error + n, SEAM_GO_ERROR - n, "install libclang-rt%s-dev or run ci/setup", number);
    else
        snprintf(error + n, SEAM_GO_ERROR - n, "try another release with --go");
}

bool seam_go_ensure_build_cache(char error[SEAM_GO_ERROR]) {
    if (getenv("HOME") != NULL)
        return true;
    char *cache = seam_cache_directory(error);
    if (cache == NULL)
        return false;
    char *build = seam_format("%s/go-build", cache), *modules = seam_format("%s/go", cache);
    if (getenv("XDG_CACHE_HOME") == NULL)
        setenv("GOCACHE", build, 0);
    setenv("GOPATH", modules, 0);
    free(modules);
    free(build);
    free(cache);
    return true;
}

/* Run go in a directory of sources. The build cache of Go does not see C files outside a package's
 * directory, so their hash is in the flags. */
static bool go_build(const struct seam_go_release *release, const struct seam_go_product *product,
                     const char *sources, char error[SEAM_GO_ERROR]) {
    bool experiment = product->flavor == SEAM_FLAVOR_cgocheck2 && release->minor >= 21;
    char *go = seam_format("%s/bin/go", release->root);
    char *directory = seam_format("%s/go", sources), *log = seam_format("%s/log", sources);
    char *cc = seam_format("CC=%s", seam_go_c_compiler());
    char *flags = seam_format(
        "CGO_CFLAGS=-O1 -g -DSEAM_SOURCES=0x%016llx%s", (unsigned long long)hash_sources(),
        product->flavor == SEAM_FLAVOR_asan ? " -fsanitize-recover=address" : "");
    const char *argv[24] = {"GOTOOLCHAIN=local",
                            "GOFLAGS=-mod=mod",
                            "GOPROXY=off",
                            "GO111MODULE=on",
                            "GOWORK=off",
                            "CGO_ENABLED=1",
                            experiment ? "GOEXPERIMENT=cgocheck2" : "GOEXPERIMENT=",
                            cc,
                            flags,
                            go};
    const char **next = argv + 10;
    *next++ = product->tests ? "test" : "build";
    if (product->tests)
        *next++ = "-c";
    if (product->flavor == SEAM_FLAVOR_asan)
        *next++ = "-asan";
    if (product->flavor == SEAM_FLAVOR_race)
        *next++ = "-race";
    *next++ = "-trimpath";
    *next++ = "-o";
    *next++ = "../" PRODUCT; /* seen from the directory of Go's sources */
    *next++ = product->tests ? "." : "./cmd/executor";
    int status =
        seam_process_run(argv, &(struct seam_process_place){.directory = directory, .output = log});
    bool ok = status == 0;
    if (status == SEAM_PROCESS_LATE)
        snprintf(error, SEAM_GO_ERROR, "%s did not build the executor within %d minutes",
                 release->version, SEAM_PROCESS_BUILD / 60);
    else if (!ok)
        explain_failure(log, release->version, error);
    free(flags);
    free(cc);
    free(log);
    free(directory);
    free(go);
    return ok;
}

/* Whoever cannot be given the product hears it before it is built. */
static bool can_write(const char *out, char error[SEAM_GO_ERROR]) {
    struct stat status;
    char *directory = seam_format("%s", out), *slash = strrchr(directory, '/');
    bool is_directory = stat(out, &status) == 0 && S_ISDIR(status.st_mode);
    if (slash != NULL)
        slash[slash == directory] = '\0';
    bool ok = *out != '\0' && !is_directory && access(slash != NULL ? directory : ".", W_OK) == 0;
    if (is_directory)
        snprintf(error, SEAM_GO_ERROR, "%.200s is a directory; name a file in it", out);
    else if (!ok)
        snprintf(error, SEAM_GO_ERROR, "cannot write '%.200s': %s; choose another place with -o",
                 out, strerror(*out == '\0' ? ENOENT : errno));
    free(directory);
    return ok;
}

/* Move what was built in a tree to its place. */
static bool take_product(const struct seam_go_release *release, const char *tree, const char *out,
                         char error[SEAM_GO_ERROR]) {
    char *built = seam_format("%s/" PRODUCT, tree);
    bool is_built = access(built, F_OK) == 0, ok = is_built && seam_file_move(built, out);
    if (!is_built)
        snprintf(error, SEAM_GO_ERROR,
                 "%s ends with status 0 and builds nothing; name another Go with --go",
                 release->version);
    else if (!ok)
        snprintf(error, SEAM_GO_ERROR, "cannot write %.200s: %s; choose another place with -o", out,
                 strerror(errno));
    free(built);
    return ok;
}

/* Each build has a tree of its own, so that two at once do not meet; what a killed one leaves there
 * is swept away. The result appears under its name only when it is complete. */
bool seam_go_build(const struct seam_go_release *release, const struct seam_go_product *product,
                   const char *out, char error[SEAM_GO_ERROR]) {
    struct seam_workspace work;
    char *cache = can_write(out, error) && seam_go_ensure_build_cache(error)
                      ? seam_cache_directory(error)
                      : NULL;
    if (cache == NULL)
        return false;
    seam_workspace_sweep(cache, SOURCES);
    bool ok = seam_workspace_open(&work, cache, SOURCES);
    seam_crew_clean_up(work.path);
    if (!ok)
        snprintf(error, SEAM_GO_ERROR,
                 "cannot write into the cache %.200s: %s; set SEAM_CACHE to another directory",
                 cache, strerror(errno));
    free(cache);
    ok = ok && write_sources(work.path, error) && go_build(release, product, work.path, error) &&
         take_product(release, work.path, out, error);
    seam_crew_clean_up(NULL);
    seam_workspace_close(&work);
    return ok;
}

/* --- the cache -------------------------------------------------------------------------------- */

/* Is this the name of an executor, or of its sum, as seam_go_ensure_executor gives it? */
static bool is_executor(const char *name) {
    int size = 0, minor, patch;
    char flavor[16] = "", rest[8] = "";
    if (sscanf(name, "executor-%*16[0-9a-f]%n-go1.%d", &size, &minor) < 1 || size != 9 + 16)
        return false;
    const char *dash = strchr(name + size + 1, '-');
    return sscanf(name + size, "-go1.%d.%d", &minor, &patch) >= 1 && dash != NULL &&
           sscanf(dash, "-%15[a-z0-9]%7s", flavor, rest) >= 1 &&
           seam_flavor_find(flavor) != SEAM_FLAVORS &&
           (rest[0] == '\0' || strcmp(rest, ".sum") == 0);
}

/* Executors that no seam has opened for that long. Nothing else is touched: a user may have named a
 * directory of other things. */
static void remove_old(const char *cache) {
    struct stat status;
    DIR *list = opendir(cache);
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;)
        if (is_executor(entry->d_name) &&
            fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
            time(NULL) - status.st_mtime > CACHE_DAYS * 24 * 3600)
            unlinkat(dirfd(list), entry->d_name, 0);
    if (list != NULL)
        closedir(list);
}

/* What an executor's bytes add up to, as text; "" if it cannot be read. */
static void sum_of(const char *path, char sum[SUM_SIZE]) {
    char *bytes;
    size_t size;
    sum[0] = '\0';
    if (!seam_file_read(path, SEAM_FILE_MAX, &bytes, &size))
        return;
    snprintf(sum, SUM_SIZE, "%016llx %zu\n",
             (unsigned long long)seam_hash(SEAM_HASH_SEED, bytes, size), size);
    free(bytes);
}

/* Is it there, ours, and as it was built? A disk that was full may have left half of one. */
static bool is_whole(const char *path) {
    char sum[SUM_SIZE], *name = seam_format("%s.sum", path), *wanted = NULL;
    size_t size;
    bool ok = access(path, X_OK) == 0 && seam_private_file(path) && seam_private_file(name) &&
              seam_file_read(name, SUM_SIZE, &wanted, &size);
    if (ok) {
        sum_of(path, sum);
        ok = strcmp(sum, wanted) == 0;
    }
    free(wanted);
    free(name);
    return ok;
}

static bool build_into_cache(const struct seam_go_release *release, enum seam_flavor flavor,
                             const char *path, char error[SEAM_GO_ERROR]) {
    char sum[SUM_SIZE], *name = seam_format("%s.sum", path);
    bool ok = seam_go_build(release, &(struct seam_go_product){.flavor = flavor}, path, error);
    if (ok) {
        sum_of(path, sum);
        ok = seam_file_put(name, sum, strlen(sum));
        if (!ok)
            snprintf(error, SEAM_GO_ERROR,
                     "cannot write %.200s: %s; set SEAM_CACHE to another directory", name,
                     strerror(errno));
    }
    free(name);
    return ok;
}

char *seam_go_ensure_executor(const struct seam_go_release *release, enum seam_flavor flavor,
                              void (*progress)(const char *what), char error[SEAM_GO_ERROR]) {
    char *cache = seam_cache_directory(error);
    if (cache == NULL)
        return NULL;
    if (!seam_private_runs(cache)) {
        snprintf(error, SEAM_GO_ERROR,
                 "the cache %.200s is mounted noexec, so no executor can run there; set SEAM_CACHE "
                 "to a directory where programs can run",
                 cache);
        free(cache);
        return NULL;
    }
    char *path = seam_format("%s/executor-%016llx-%s-%s", cache, (unsigned long long)hash_sources(),
                             release->version, seam_flavor_name(flavor));
    bool ok = is_whole(path);
    if (!ok) {
        char *what = seam_format("building the %s executor with %s", seam_flavor_name(flavor),
                                 release->version);
        if (progress != NULL)
            progress(what);
        free(what);
        remove_old(cache);
        ok = build_into_cache(release, flavor, path, error);
    }
    free(cache);
    if (ok) {
        utimensat(AT_FDCWD, path, NULL, 0); /* it is in use */
        return path;
    }
    free(path);
    return NULL;
}

bool seam_go_maps_shadow(enum seam_flavor flavor) {
    return flavor == SEAM_FLAVOR_asan || flavor == SEAM_FLAVOR_race;
}
