/* The class of a finding: what must stay the same while its scenario shrinks.
 *
 * Two findings of one class have the same verdict, about the same rule, on the same kind of object;
 * where the witnesses differ, each says the same; on real Go, it stopped in the same way, in the
 * same flavor; where the process died, it died in the same place. Steps, numbers of objects and
 * values are not part of it: they are what shrinks.
 *
 * Pure data: zero it, fill it with one of the functions below, compare. */
#ifndef SEAM_CLASS_H
#define SEAM_CLASS_H

#include <stdio.h>

#include "judge/report.h"

enum { SEAM_CLASS_WORDS = 200 };

/* What one side says. */
struct seam_class_side {
    uint8_t kind; /* enum seam_event_kind; none: it says nothing */
    uint8_t rule; /* broken: which */
    uint8_t noun; /* of the object */
    uint8_t seen; /* broken: the checkers that report it, if the sides differ in that alone */
};

struct seam_class {
    enum seam_verdict verdict;                 /* none: there is no finding */
    struct seam_class_side expected, observed; /* agreed: what is broken, and nothing */
    bool is_go;                                /* the verdict is on real Go, in this flavor */
    enum seam_flavor flavor;
    enum seam_how how;
    enum seam_symptom symptom;
    char words[SEAM_CLASS_WORDS]; /* of a process that died, and of a symptom that is not known */
};

/* Of the two witnesses: their disagreement, or the rule that they agree is broken, which is that of
 * the headline or, if it is not none, `rule` wherever it is broken first. */
void seam_class_of_case(struct seam_class *class, const struct seam_case *it, enum seam_rule rule);

/* Of a process that died with these words. */
void seam_class_of_death(struct seam_class *class, const char *words);

/* Of real Go: what stopped it, or how it differs from its prediction. */
void seam_class_of_go(struct seam_class *class, const struct seam_go_case *go);

/* What the model says will stop a flavor; nothing if nothing will. */
struct seam_class_side seam_class_of_prediction(const struct seam_prediction *prediction);

bool seam_class_equal(const struct seam_class *a, const struct seam_class *b);
bool seam_class_side_equal(const struct seam_class_side *a, const struct seam_class_side *b);

/* Print it in a few words, without a newline: BROKEN use-after-free (C block). */
void seam_class_print(FILE *out, const struct seam_class *class);

#endif
