#include "rules/flavor.h"

#include <string.h>

#include "rules/rule.h"

static const struct {
    const char *name;
    int checkers;
} flavors[SEAM_FLAVORS] = {
    {"plain", SEAM_SEEN_RUNTIME | SEAM_SEEN_CGOCHECK1},
    {"cgocheck2", SEAM_SEEN_RUNTIME | SEAM_SEEN_CGOCHECK1 | SEAM_SEEN_CGOCHECK2},
    {"asan", SEAM_SEEN_RUNTIME | SEAM_SEEN_CGOCHECK1 | SEAM_SEEN_CHECKPTR | SEAM_SEEN_ASAN},
    {"race", SEAM_SEEN_RUNTIME | SEAM_SEEN_CGOCHECK1 | SEAM_SEEN_CHECKPTR},
};

const char *seam_flavor_name(enum seam_flavor flavor) { return flavors[flavor].name; }

enum seam_flavor seam_flavor_find(const char *name) {
    int flavor = 0;
    while (flavor < SEAM_FLAVORS && strcmp(name, flavors[flavor].name) != 0)
        flavor++;
    return (enum seam_flavor)flavor;
}

int seam_flavor_checkers(enum seam_flavor flavor) { return flavors[flavor].checkers; }

/* The runtime tells LeakSanitizer where Go's memory is (runtime.lsanregisterrootregion). */
bool seam_flavor_sees_leaks(enum seam_flavor flavor, int minor) {
    enum { SINCE = 25 };
    return flavor == SEAM_FLAVOR_asan && minor >= SINCE;
}
