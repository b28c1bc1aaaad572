/* The drawing of a timeline: time goes down, one row a step. Beside the steps are the lanes of each
 * thread (in Go, in C) and of the collector, with a line that follows who does what; then the life
 * of each object as a bar, with what refers to it as marks.
 *
 * SVG for a page (html.c), whose style gives the classes their looks. Each row is a link to #s1,
 * #s2 ...: the step in words. */
#ifndef SEAM_DRAWING_H
#define SEAM_DRAWING_H

#include "timeline/timeline.h"

void seam_drawing(FILE *out, const struct seam_timeline *timeline);

#endif
