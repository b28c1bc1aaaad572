/* Whoever interrupts a search gets what it has found so far: signals are noted, and end nothing. */
#ifndef SEAM_STOP_H
#define SEAM_STOP_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP are only noted. */
void seam_stop_catch(void);

/* Was there one? */
bool seam_stop_is_wanted(void);

#endif
