/* Run one scenario through both witnesses. */
#ifndef SEAM_CASE_H
#define SEAM_CASE_H

#include "report.h"

/* Fill the traces and the judgement from `it->program`. */
void seam_case_run(struct seam_case *it);

#endif
