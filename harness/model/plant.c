/* Which planted bug a program has that is built with all of them: SEAM_PLANT in the environment
 * names it (--define=plant=any). In every other build this file is empty. It is not mutated,
 * because no test of the model could tell. */
#include "model/plant.h"

#ifdef SEAM_PLANTS_BY_NAME

#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void choose_plant(void) {
    static const char *const names[] = {
        "none",
#define PLANT(name, target, doc) #name,
#include "model/plants.def"
#undef PLANT
    };
    const char *wanted = getenv("SEAM_PLANT");
    for (size_t i = 0; wanted != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(wanted, names[i]) == 0)
            seam_planted = (enum seam_plant)i;
}

#endif
