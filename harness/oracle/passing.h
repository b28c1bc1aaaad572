/* What C comes to through a Go pointer that is passed or returned, and which of it cgo's check
 * refuses. For the oracle; from the documentation of the rule and of the check, not from its code.
 *
 * Always true: nothing here changes the world. To add a form or a shape: the predicate that it
 * concerns. */
#ifndef SEAM_PASSING_H
#define SEAM_PASSING_H

#include "oracle/world.h"
#include "rules/rule.h"

/* What Go memory the first word, from `from` on, leads to that C may not have: an <any>, or -1. */
int passing_leads_to(const struct world *world, int go, int from);

/* The same, behind one of the objects that its words point to. */
int passing_leads_behind(const struct world *world, int go);

/* Are the words of such an object part of the Go memory in question? */
bool passing_shows_words(enum seam_form form, enum seam_shape shape);

/* Can this argument be used to reach the object's buffer? */
bool passing_reaches_buffer(enum seam_form form, enum seam_shape shape);

/* Does the check of an argument refuse it? SEAM_RULES: it passes; a refused_ rule: the reason,
 * should the argument be legal. The second is for a pointer of which only the value is known. */
enum seam_rule passing_refusal(const struct world *world, int go, enum seam_form form);
enum seam_rule passing_refusal_of_pointer(const struct world *world, int go);

#endif
