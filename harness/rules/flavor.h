/* The flavors: ways to build and run Go. A flavor decides which checkers are active.
 *
 * To add one: here, its row in flavor.c, and how it is built in realgo/gobuild.c and audit/plan.c.
 */
#ifndef SEAM_FLAVOR_H
#define SEAM_FLAVOR_H

#include <stdbool.h>

/* Zero is what nobody has chosen a flavor for: plain go build. */
enum seam_flavor {
    SEAM_FLAVOR_plain,     /* go build: runtime, cgocheck=1 */
    SEAM_FLAVOR_cgocheck2, /* GODEBUG=cgocheck=2 up to Go 1.20, then GOEXPERIMENT=cgocheck2 */
    SEAM_FLAVOR_asan,      /* go build -asan, with checkptr */
    SEAM_FLAVOR_race,      /* go build -race, with checkptr */
    SEAM_FLAVORS,
};

const char *seam_flavor_name(enum seam_flavor flavor);

/* The flavor of that name, or SEAM_FLAVORS. */
enum seam_flavor seam_flavor_find(const char *name);

/* The checkers (enum seam_checker bits) that are active in an executor of this flavor, whatever the
 * release, and so without the one for leaks. */
int seam_flavor_checkers(enum seam_flavor flavor);

/* Does Go of this minor release look for leaks of C memory? */
bool seam_flavor_sees_leaks(enum seam_flavor flavor, int minor);

#endif
