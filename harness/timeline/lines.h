/* The books of a witness as lines for a reader: one for each object, with all that is said of it.
 *
 * For the timeline as text and as a page. Always true: the lines are in the order of the state's
 * items; the same states give the same lines. To change what is said: rules/state.def. */
#ifndef SEAM_LINES_H
#define SEAM_LINES_H

#include "rules/state.h"

enum { SEAM_LINES_MAX = 72, SEAM_LINE_TEXT = 512 };

struct seam_lines {
    int n;
    struct seam_line {
        uint8_t subject; /* as in an item */
        char who[16];
        char text[SEAM_LINE_TEXT];
    } line[SEAM_LINES_MAX];
};

/* All that a state says. */
void seam_lines_of_state(const struct seam_state *state, struct seam_lines *lines);

/* What is new, another or gone after a step. */
void seam_lines_of_change(const struct seam_state *before, const struct seam_state *after,
                          struct seam_lines *lines);

/* What `state` says and `other` does not, of what both of the witnesses know. */
void seam_lines_of_difference(const struct seam_state *state, const struct seam_state *other,
                              struct seam_lines *lines);

#endif
