/* What C can reach through a Go pointer that is passed or returned, and what of it cgo's check
 * rejects. For the oracle; from the documentation of the rule and of the check, not from its code.
 *
 * Always true: nothing here changes the world. To add a form or a shape: the predicate that it
 * concerns. */
#ifndef SEAM_PASSING_H
#define SEAM_PASSING_H

#include "oracle/world.h"
#include "rules/rule.h"

/* The Go memory that C may not have and that the first such word, from `from` on, leads to: an
 * <any>, or -1. */
int passing_leads_to(const struct world *world, int go, int from);

/* The same, through one of the objects that its words point to. */
int passing_leads_behind(const struct world *world, int go);

/* Are the words of such an object part of the Go memory in question? */
bool passing_shows_words(enum seam_form form, enum seam_shape shape);

/* Can this argument be used to reach the object's buffer? */
bool passing_reaches_buffer(enum seam_form form, enum seam_shape shape);

/* Does the check of an argument reject it? SEAM_RULE_none: it is accepted; a refused_ rule: the
 * reason, should the argument be legal. The second is for a pointer of which only the value is
 * known. */
enum seam_rule passing_refusal(const struct world *world, int go, enum seam_form form);
enum seam_rule passing_refusal_of_pointer(const struct world *world, int go);

#endif
