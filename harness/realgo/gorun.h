/* Real Go, run from a parent process: feed an executor scenarios, survive its deaths.
 *
 * The executor is a Go program (go/), one process that runs scenario after scenario. Fatal throws,
 * signals and sanitizer reports kill it; the parent reads what it said, and starts the next one. A
 * process that does not answer is killed and the scenario's outcome is `hung`. */
#ifndef SEAM_GORUN_H
#define SEAM_GORUN_H

#include "judge/predict.h"
#include "realgo/gobuild.h"

struct seam_go; /* an executor of one release and flavor, with its process */

/* Build (or take from the cache) and start an executor; NULL with a one-line `error`. Building
 * takes seconds: `progress`, if not NULL, is called once before it with what is being done. */
struct seam_go *seam_go_open(const struct seam_go_release *release, enum seam_flavor flavor,
                             void (*progress)(const char *what), char error[SEAM_GO_ERROR]);

/* Start a ready-made executor of which release and flavor are known. */
struct seam_go *seam_go_open_executor(const char *path, int minor, enum seam_flavor flavor,
                                      char error[SEAM_GO_ERROR]);

int seam_go_minor(const struct seam_go *go);
enum seam_flavor seam_go_flavor(const struct seam_go *go);

/* How long one scenario may take, in milliseconds. */
enum { SEAM_GO_TIMEOUT = 10000 };
void seam_go_set_timeout(struct seam_go *go, int milliseconds);

/* Run the first `limit` steps of a scenario. False only if no executor can be started any more. */
bool seam_go_run(struct seam_go *go, const struct seam_scenario *scenario, int limit,
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
