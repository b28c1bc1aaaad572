/* What one run of a scenario reports: a list of events, the same for oracle, model and real Go.
 *
 * An event is an observation, never an explanation: no addresses, no times, objects by number. The
 * events of one run are in the order of the steps; within a collection they are sorted by object.
 * Always true: two runs of one scenario by one executor have the same bytes. */
#ifndef SEAM_TRACE_H
#define SEAM_TRACE_H

#include "language/limits.h"
#include "rules/rule.h"

enum seam_event_kind {
    SEAM_EVENT_none,      /* also what was never written */
    SEAM_EVENT_broken,    /* what: the rule; value: the object (an <any>) */
    SEAM_EVENT_value,     /* value: what Go or C read from a buffer; what: the object */
    SEAM_EVENT_queued,    /* what: the object whose finalizer or cleanup was queued */
    SEAM_EVENT_ran,       /* what: the object whose finalizer or cleanup ran */
    SEAM_EVENT_collected, /* value: the set of objects freed; real Go does not report it */
};

/* A value that cannot be predicted. */
#define SEAM_VALUE_UNKNOWN UINT32_MAX

struct seam_event {
    uint8_t kind; /* enum seam_event_kind */
    uint8_t step;
    uint8_t what;
    uint8_t seen; /* broken, in a model's trace: checkers that saw it (enum seam_checker bits) */
    uint32_t value;
};

/* Plain memory; only the first n events are meaningful. */
struct seam_trace {
    int n;
    struct seam_event events[SEAM_EVENTS_MAX];
};

static inline void seam_trace_add(struct seam_trace *trace, enum seam_event_kind kind, int step,
                                  int what, uint32_t value) {
    if (trace->n < SEAM_EVENTS_MAX)
        trace->events[trace->n++] =
            (struct seam_event){(uint8_t)kind, (uint8_t)step, (uint8_t)what, 0, value};
}

#endif
