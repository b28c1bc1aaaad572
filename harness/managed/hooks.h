/* What managed.c is built with when it is itself under test (SEAM_MANAGED_TEST): planted bugs, and
 * points where another thread may come in between.
 *
 * PLANTED(name): is this bug of plants.def in? A constant chosen by -DSEAM_PLANT=name, or
 * the variable seam_managed_planted with -DSEAM_PLANTS_AT_RUN_TIME. */
#ifndef SEAM_MANAGED_HOOKS_H
#define SEAM_MANAGED_HOOKS_H

enum seam_managed_plant {
    SEAM_MANAGED_PLANT_none,
#define PLANT(name, target, doc) SEAM_MANAGED_PLANT_##name,
#include "managed/plants.def"
#undef PLANT
};

#ifdef SEAM_PLANTS_AT_RUN_TIME
extern enum seam_managed_plant seam_managed_planted;
#define PLANTED(name) (seam_managed_planted == SEAM_MANAGED_PLANT_##name)
#else
#ifndef SEAM_PLANT
#define SEAM_PLANT none
#endif
#define SEAM_MANAGED_PASTE(name) SEAM_MANAGED_PLANT_##name
#define SEAM_MANAGED_EXPAND(name) SEAM_MANAGED_PASTE(name)
#define PLANTED(name) (SEAM_MANAGED_EXPAND(SEAM_PLANT) == SEAM_MANAGED_PLANT_##name)
#endif

/* NULL, or called between a look at a slot's word and its change; never under a lock. */
extern void (*seam_managed_point)(void);
#define POINT() (seam_managed_point != NULL ? seam_managed_point() : (void)0)

#endif
