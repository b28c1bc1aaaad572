/* The variables behind hooks.h. */
#include "managed/hooks.h"

#include <stddef.h>

void (*seam_managed_point)(void);
#ifdef SEAM_PLANTS_AT_RUN_TIME
enum seam_managed_plant seam_managed_planted;
#endif
