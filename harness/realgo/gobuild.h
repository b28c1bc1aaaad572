/* Go on this machine: find it, and build the executor with it. */
#ifndef SEAM_GOBUILD_H
#define SEAM_GOBUILD_H

#include <stdbool.h>

#include "rules/flavor.h"

enum { SEAM_GO_ERROR = 4096 };

/* A Go release on this machine. */
struct seam_go_release {
    char root[1024];  /* GOROOT; root/bin/go is the command */
    char version[24]; /* go1.27.4 */
    int minor;        /* 27 */
};

/* Find a release: `where` is a GOROOT, a go command, or NULL for the newest of /usr/lib/go-1.* and
 * the go on PATH. False with a one-line `error` that says what is missing and how to install it. */
bool seam_go_find(const char *where, struct seam_go_release *release, char error[SEAM_GO_ERROR]);

/* The same: the oldest of them that seam knows. */
bool seam_go_find_oldest(struct seam_go_release *release, char error[SEAM_GO_ERROR]);

/* The C compiler that Go is told to use: $CC, or the newest clang-N, clang or gcc. Borrowed. */
const char *seam_go_c_compiler(void);

/* Where seam keeps what it has built: $SEAM_CACHE, or seam in $XDG_CACHE_HOME or $HOME/.cache. It
 * exists, and only this user can write it; owned by the caller. NULL with a one-line `error`. */
char *seam_cache_directory(char error[SEAM_GO_ERROR]);

/* Go wants a build cache and a GOPATH; where there is no home (in a build action), let them lie
 * beside our cache. False with a one-line `error`. */
bool seam_go_ensure_build_cache(char error[SEAM_GO_ERROR]);

/* What is built: the executor, or the tests of go/ as one program. */
struct seam_go_product {
    enum seam_flavor flavor;
    bool tests;
};

/* Build it and write it to `out`. False with a one-line `error`. */
bool seam_go_build(const struct seam_go_release *release, const struct seam_go_product *product,
                   const char *out, char error[SEAM_GO_ERROR]);

/* The path of an executor, built or taken from the cache; owned by the caller. NULL with a one-line
 * `error`. Building takes seconds: `progress`, if not NULL, is called once before it with what is
 * being done. */
char *seam_go_ensure_executor(const struct seam_go_release *release, enum seam_flavor flavor,
                              void (*progress)(const char *what), char error[SEAM_GO_ERROR]);

/* Do programs of this flavor map terabytes of shadow memory? */
bool seam_go_maps_shadow(enum seam_flavor flavor);

#endif
