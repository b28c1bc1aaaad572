/* The variables behind hooks.h. */
#include "managed/hooks.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void (*seam_managed_point)(void);
#ifdef SEAM_PLANTS_AT_RUN_TIME
enum seam_managed_plant seam_managed_planted;
#endif

#ifdef SEAM_PLANTS_BY_NAME
__attribute__((constructor)) static void choose_plant(void) {
    static const char *const names[] = {
        "none",
#define PLANT(name, target, doc) #name,
#include "managed/plants.def"
#undef PLANT
    };
    const char *wanted = getenv("SEAM_PLANT");
    for (size_t i = 0; wanted != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(wanted, names[i]) == 0)
            seam_managed_planted = (enum seam_managed_plant)i;
}
#endif
