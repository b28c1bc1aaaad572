/* A scenario as it goes: what each step changes in the books of the oracle, which rules the oracle
 * asks about, and where two traces part, in words. As text, and as a page for a browser.
 *
 * Takes the place of the table of steps in a report (judge/report.h). It is told what happened and
 * decides nothing: the books are filled by run/observe.h. No clock, address or environment reaches
 * it; the same case gives the same bytes, whatever the terminal but for its width and colour. */
#ifndef SEAM_TIMELINE_H
#define SEAM_TIMELINE_H

#include "judge/report.h"
#include "rules/state.h"

/* A case with the books of both. Borrowed by the functions below. */
struct seam_timeline {
    const struct seam_case *it;
    const struct seam_books *oracle, *model;
    const struct seam_go_case *go; /* what real Go did, n_go of them */
    int n_go;
};

/* How wide a text is, if it does not go to a terminal, and at least. */
enum { SEAM_TIMELINE_WIDTH = 100, SEAM_TIMELINE_WIDTH_MIN = 60 };

/* Print the steps with what they change. `color` marks the guilty step. */
void seam_timeline_steps(FILE *out, const struct seam_timeline *timeline, int width, bool color);

/* Print, for the end of the report, two sides of the same: where the books of oracle and model
 * differ first, if the two disagree; and what real Go did beside what was predicted. */
void seam_timeline_sides(FILE *out, const struct seam_timeline *timeline, int width, bool color);

/* Print the whole page. `name` is that of the file, and `words` those behind `seam replay`, as in
 * seam_report_text; both may be any text. */
void seam_timeline_html(FILE *out, const struct seam_timeline *timeline, const char *name,
                        const char *words);

#endif
