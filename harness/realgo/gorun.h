/* Real Go, run from a parent process: build an executor, feed it scenarios, survive its deaths.
 *
 * The executor is a Go program (go/), one process that runs scenario after scenario. Fatal throws,
 * signals and sanitizer reports kill it; the parent reads what it said, and starts the next one. A
 * process that does not answer is killed and the scenario's outcome is `hung`. */
#ifndef SEAM_GORUN_H
#define SEAM_GORUN_H

#include "outcome.h"

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

/* The C compiler that Go is told to use: $CC, or clang 19, clang or gcc. Borrowed. */
const char *seam_go_c_compiler(void);

/* Where seam keeps what it has built: $SEAM_CACHE, or seam in $XDG_CACHE_HOME or $HOME/.cache. It
 * may not exist yet; owned by the caller. */
char *seam_cache_directory(void);

/* Go wants a build cache and a GOPATH; where there is no home (in a build action), let them lie
 * beside our cache. */
void seam_go_ensure_build_cache(void);

struct seam_go; /* an executor of one release and flavor, with its process */

/* What is built: the executor, or the tests of go/ as one program. */
struct seam_go_product {
    enum seam_flavor flavor;
    bool tests;
};

/* Build it and write it to `out`. False with a one-line `error`. */
bool seam_go_build(const struct seam_go_release *release, const struct seam_go_product *product,
                   const char *out, char error[SEAM_GO_ERROR]);

/* Build (or take from the cache) and start an executor; NULL with a one-line `error`. Building
 * takes seconds: `progress`, if not NULL, is called once before it with what is being done. */
struct seam_go *seam_go_open(const struct seam_go_release *release, enum seam_flavor flavor,
                             void (*progress)(const char *what), char error[SEAM_GO_ERROR]);

/* Start a ready-made executor of which release and flavor are known. */
struct seam_go *seam_go_open_executor(const char *path, int minor, enum seam_flavor flavor,
                                      char error[SEAM_GO_ERROR]);

int seam_go_minor(const struct seam_go *go);
enum seam_flavor seam_go_flavor(const struct seam_go *go);

/* How long one scenario may take; default 10,000 ms. */
void seam_go_set_timeout(struct seam_go *go, int milliseconds);

/* Run the first `limit` steps of a program. False only if no executor can be started any more. */
bool seam_go_run(struct seam_go *go, const struct seam_program *program, int limit,
                 struct seam_outcome *outcome);

/* What an executor's processes have cost so far, in microseconds. */
struct seam_go_cost {
    uint64_t starts, starting;        /* processes that were waited for; 1 is the first */
    uint64_t collections, collecting; /* gc steps, and the time in them with all finalizers */
    uint64_t processor;               /* processor time of all of them */
    uint64_t answering;               /* processor time of runs that were answered */
};
struct seam_go_cost seam_go_cost(const struct seam_go *go);

/* The next scenario gets a new process. */
void seam_go_restart(struct seam_go *go);

/* From now on what ASan reports ends the scenario and not the process: starting another one takes
 * longer than most scenarios. What is reported is the same. */
void seam_go_survive_reports(struct seam_go *go);

void seam_go_close(struct seam_go *go);

#endif
