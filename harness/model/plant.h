/* SEAM_PLANTED(name): is the model built with this planted bug? See plants.def.
 *
 * Normally a constant, chosen by -DSEAM_PLANT=name; with -DSEAM_PLANTS_AT_RUN_TIME, for the canary
 * test, the variable seam_planted decides, and with -DSEAM_PLANTS_BY_NAME it begins as the bug that
 * SEAM_PLANT in the environment names (--define=plant=any). */
#ifndef SEAM_PLANT_H
#define SEAM_PLANT_H

enum seam_plant {
    SEAM_PLANT_none,
#define PLANT(name, target, doc) SEAM_PLANT_##name,
#include "model/plants.def"
#undef PLANT
};

#ifdef SEAM_PLANTS_AT_RUN_TIME
extern enum seam_plant seam_planted;
#define SEAM_PLANTED(name) (seam_planted == SEAM_PLANT_##name)
#else
#ifndef SEAM_PLANT
#define SEAM_PLANT none
#endif
#define SEAM_PLANT_PASTE(name) SEAM_PLANT_##name
#define SEAM_PLANT_EXPAND(name) SEAM_PLANT_PASTE(name)
#define SEAM_PLANTED(name) (SEAM_PLANT_EXPAND(SEAM_PLANT) == SEAM_PLANT_##name)
#endif

#endif
