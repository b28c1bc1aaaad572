/* The options --go, --flavor, --executor, --go-minor, --timeout: which real Go to run; and those of
 * the sandbox that it runs in. */
#ifndef SEAM_GO_OPTIONS_H
#define SEAM_GO_OPTIONS_H

#include "base/options.h"
#include "base/sandbox.h"
#include "realgo/gorun.h"

struct seam_go_options {
    const char *go, *flavor, *executor, *minor, *timeout;
    struct seam_sandbox_options sandbox;
};

#define SEAM_GO_OPTIONS(o)                                                                         \
    {"--go[=", &(o).go}, {"--flavor=", &(o).flavor}, {"--executor=", &(o).executor},               \
        {"--go-minor=", &(o).minor}, {"--timeout=", &(o).timeout},                                 \
        SEAM_SANDBOX_OPTIONS((o).sandbox)

/* Executors that are open, with the version to print. */
struct seam_go_set {
    int n;
    struct seam_go *go[SEAM_FLAVORS];
    char version[24];
};

/* The flavor that --flavor names; false after an error was printed. */
bool seam_flavor_option(const char *name, enum seam_flavor *flavor);

/* Is real Go wanted at all? */
bool seam_go_wanted(const struct seam_go_options *options);

/* Open the executors the options ask for: those of `defaults` (a set of flavors, as bits) without
 * --flavor. False after an error was printed. A program "executor" that only says why there is none
 * (its text begins with SKIP:) leaves n = 0; the reason is printed. */
bool seam_go_set_open(const struct seam_go_options *options, int defaults, struct seam_go_set *set);
/* Is this "executor" only a text that says why there is none? Then the reason was printed. */
bool seam_go_skipped(const char *path);

/* For seam_go_open: say on standard error what is being built. */
void seam_go_progress(const char *what);

void seam_go_set_close(struct seam_go_set *set);

#endif
