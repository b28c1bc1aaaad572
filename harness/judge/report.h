/* The report of one scenario: what was done, which rule broke where, what detects it, how to fix
 * it.
 *
 * Text for people and JSON for machines, from the same case. No clock, address, process id or
 * environment reaches a report: the same scenario gives the same bytes everywhere. */
#ifndef SEAM_REPORT_H
#define SEAM_REPORT_H

#include <stdio.h>

#include "judge/judge.h"
#include "judge/predict.h"

/* A scenario with the traces of both witnesses. Plain memory; the judgement points into the
 * traces. */
struct seam_case {
    struct seam_scenario scenario;
    struct seam_trace expected; /* the oracle's */
    struct seam_trace observed; /* the model's */
    struct seam_judgement judgement;
};

/* What one flavor of real Go did. */
struct seam_go_case {
    const char *version; /* go1.27.4 */
    enum seam_flavor flavor;
    struct seam_prediction prediction;
    struct seam_outcome outcome;
    struct seam_judgement judgement;
};

/* Print the report. `words` are those behind `seam replay` in the last line, as for a shell; NULL
 * leaves the line out. `color` marks the guilty step. */
void seam_report_text(FILE *out, const struct seam_case *it, const char *words, bool color);

/* The same without its steps: what comes before them, and after. */
void seam_report_head(FILE *out, const struct seam_case *it, bool color);
void seam_report_tail(FILE *out, const struct seam_case *it, const char *words);

/* One line about real Go, printed after a report. */
void seam_report_go(FILE *out, const struct seam_go_case *go);

/* One object on one line:
 *   {"file":s,"verdict":"agreed"|...,"broken":[{"rule":s,"step":n,"object":s,"seen":[s,...]},...],
 *    "go":[{"version":s,"flavor":s,"verdict":s,"step":n,"message":s},...],"program":s}
 * Steps count from 1. The first element of "broken" is the verdict of the scenario, the headline of
 * the text; the others are in the order of the steps. [] keeps all rules. */
void seam_report_json(FILE *out, const struct seam_case *it, const char *path,
                      const struct seam_go_case *go, int n_go);

#endif
