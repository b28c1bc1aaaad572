/* Surroundings in which seam is started: variables, descriptors, limits, file systems. */
#ifndef SEAM_HOSTILE_PLACES_H
#define SEAM_HOSTILE_PLACES_H

#include "hostile/case.h"

extern const struct hostile_place hostile_places[];
extern const int hostile_places_n;

#endif
