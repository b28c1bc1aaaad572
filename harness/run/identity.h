/* How a disagreement crashes: in a function that is named after it.
 *
 * Engines and services tell crashes apart by the functions on the stack, and all disagreements are
 * found in one place. So each verdict about each rule has a function of its own here, from the row
 * of the rule, which is the first own frame: seam_missed_use_after_free. */
#ifndef SEAM_IDENTITY_H
#define SEAM_IDENTITY_H

#include "judge/judge.h"

/* Print the identity of a disagreement on standard error, as the line that ends a sanitizer's
 * report and as the token by which libFuzzer's -minimize_crash keeps to one bug, and abort. */
_Noreturn void seam_abort_as(const struct seam_judgement *judgement);

#endif
