/* What the bodies of facts share: the oracle's state, their prototypes, from the table, and
 * helpers.
 *
 * A body does to the world what Go's documentation says of the fact, and reports each rule that is
 * broken. It has the arguments of its row by name, as f->go, and returns false when nothing that
 * follows is well defined. Bodies read facts, never operations. A missing body does not link.
 *
 * Bodies of Go memory, pins, handles and callbacks are in facts_go.c, of C memory in facts_c.c, of
 * calls and what C does with its arguments in facts_call.c, of the process as a whole in
 * facts_process.c, of threads and time in facts_time.c.
 *
 * To add a rule: one row in rules.def, one line in a body that calls broken(). */
#ifndef SEAM_ORACLE_FACTS_H
#define SEAM_ORACLE_FACTS_H

#include "oracle/world.h"
#include "rules/rule.h"
#include "rules/trace.h"

/* What an oracle knows: the world, and what the release of Go that is meant does. */
struct oracle {
    struct world world;
    bool ignores_pins;       /* Pin of a package variable does nothing: from Go 1.22 on */
    bool misplaces_int128;   /* up to Go 1.21 */
    bool mistakes_threads;   /* that are in Go for such that are not: Go 1.21 to 1.24 */
    bool returns_nil;        /* a nil interface may be returned: from Go 1.26 on */
    bool has_array_pointers; /* the check knows pointers to arrays: from Go 1.24 on */
    struct seam_trace *trace;
    int step;
};

#define FACT(name, ...) bool fact_##name(struct oracle *o, const uint8_t *args);
#include "language/facts.def"
#undef FACT

#define UNUSED __attribute__((unused))
#define BODY(name)                                                                                 \
    static bool body_##name(struct oracle *, const struct seam_fact_##name *);                     \
    bool fact_##name(struct oracle *o, const uint8_t *args) {                                      \
        return body_##name(o, (const void *)args);                                                 \
    }                                                                                              \
    static bool body_##name(UNUSED struct oracle *o, UNUSED const struct seam_fact_##name *f)

/* A run before its first step; `o->step` is the caller's to set. Then one fact: false if nothing
 * that follows is well defined. */
void oracle_begin(struct oracle *o, const struct seam_scenario *scenario, struct seam_trace *trace);
bool oracle_apply(struct oracle *o, const struct seam_fact *fact);

/* Report a broken rule; false if the run must end here. */
bool broken(struct oracle *o, enum seam_rule rule, enum seam_noun noun, int number);

/* Report what was read. */
void saw(struct oracle *o, enum seam_noun noun, int number, uint32_t value);

/* C memory, or what a reference leads to, is read or written; false if that ends the run. */
bool facts_touch_c(struct oracle *o, int c);
bool facts_touch(struct oracle *o, int ref);

/* The same of C memory, whose value is seen. */
bool facts_read_c(struct oracle *o, int c);

/* A C block is freed: by a side, with an allocator, perhaps by a finalizer. */
bool facts_free_c(struct oracle *o, int c, enum seam_owner by, enum seam_allocator allocator,
                  bool by_finalizer);

/* The innermost call of the current thread is over, having returned or not. */
bool facts_leave(struct oracle *o, bool returned);

#endif
