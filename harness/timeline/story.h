/* What a timeline tells of one step, for the text and for the page. */
#ifndef SEAM_STORY_H
#define SEAM_STORY_H

#include "timeline/lines.h"
#include "timeline/timeline.h"

/* The step that the headline is about: n_steps for the end, -1 for none. */
int seam_story_guilty(const struct seam_timeline *timeline);

/* The books before step number `step`, with what only the model has; NULL if the run ended before.
 * Valid until the next call but one. */
const struct seam_state *seam_story_state(const struct seam_timeline *timeline, int step);

/* The names of the rules that the oracle asked about in a step and found kept, with commas between
 * them; then what it found broken, a line each. Empty: none. */
enum { SEAM_STORY_RULES = 1024 };
const char *seam_story_kept(const struct seam_timeline *timeline, int step,
                            char out[SEAM_STORY_RULES]);
const char *seam_story_broken(const struct seam_timeline *timeline, int step,
                              char out[SEAM_STORY_RULES]);

/* The first step before which the books differ, with what each of the two says and the other does
 * not; -1: they never do. */
int seam_story_difference(const struct seam_timeline *timeline, struct seam_lines *oracle,
                          struct seam_lines *model);

/* What a flavor of real Go was predicted to do, and what it did. */
void seam_story_go(const struct seam_timeline *timeline, const struct seam_go_case *go,
                   char predicted[256], char real[512]);

#endif
