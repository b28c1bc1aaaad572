/* Seconds of a clock that only goes forward. */
#ifndef SEAM_CLOCK_H
#define SEAM_CLOCK_H

double seam_now(void);

#endif
