/* The rule table, expanded, with the checkers that rules.def names. */
#ifndef SEAM_RULE_H
#define SEAM_RULE_H

#include <stdbool.h>
#include <stdint.h>

enum seam_rule {
    SEAM_RULE_none, /* also what was never set */
#define RULE(name, ...) SEAM_RULE_##name,
#include "rules/rules.def"
#undef RULE
    SEAM_RULES, /* rules are 1 to SEAM_RULES - 1; a table that has none too has it last */
};

/* What can detect a broken rule with real Go, as bits. */
enum seam_checker {
    SEAM_SEEN_NONE = 0,
    SEAM_SEEN_RUNTIME = 1,   /* the runtime itself, always on */
    SEAM_SEEN_CGOCHECK1 = 2, /* GODEBUG=cgocheck=1, the default */
    SEAM_SEEN_CGOCHECK2 = 4, /* GODEBUG=cgocheck=2, from Go 1.21 GOEXPERIMENT=cgocheck2 */
    SEAM_SEEN_CHECKPTR = 8,  /* -race, -asan or -d=checkptr */
    SEAM_SEEN_ASAN = 16,     /* go build -asan */
    SEAM_SEEN_LEAKS = 32,    /* the same from Go 1.25: LeakSanitizer, when the process ends */
    SEAM_CHECKERS = 6,
};

enum seam_fate { SEAM_FATE_GOES_ON, SEAM_FATE_ENDS, SEAM_FATE_REFUSED };

/* How a checker reports it; the Go side's messages are mapped to these in judge/symptom.c. */
enum seam_symptom {
    SEAM_SYMPTOM_none,
    SEAM_SYMPTOM_cgo_argument,
    SEAM_SYMPTOM_cgo_result,
    SEAM_SYMPTOM_cgo_argument_or_result,
    SEAM_SYMPTOM_cgo_store,
    SEAM_SYMPTOM_cannot_happen,
    SEAM_SYMPTOM_checkptr,
    SEAM_SYMPTOM_bad_stack_pointer,
    SEAM_SYMPTOM_bad_heap_pointer,
    SEAM_SYMPTOM_pinner_leak,
    SEAM_SYMPTOM_asan_go_memory,
    SEAM_SYMPTOM_asan_bad_free,
    SEAM_SYMPTOM_asan_use_after_free,
    SEAM_SYMPTOM_asan_double_free,
    SEAM_SYMPTOM_finalizer_set,
    SEAM_SYMPTOM_handle,
    SEAM_SYMPTOM_goexit,
    SEAM_SYMPTOM_nil_dereference,
    SEAM_SYMPTOM_asan_overflow,
    SEAM_SYMPTOM_fault,
    SEAM_SYMPTOM_finalizer_c,
    SEAM_SYMPTOM_pin_c,
    SEAM_SYMPTOM_pin_value,
    SEAM_SYMPTOM_length,
    SEAM_SYMPTOM_cleanup_self,
    SEAM_SYMPTOM_type_assertion,
    SEAM_SYMPTOM_signal_stack,
};

struct seam_rule_row {
    const char *name; /* with underscores; reports print dashes */
    const char *note; /* what is wrong at the guilty step, %s is the object */
    const char *words, *source, *fix;
    uint8_t since, until; /* Go minor releases in which it can be broken; 0: all */
    uint8_t seen;         /* enum seam_checker bits */
    uint8_t fate;         /* enum seam_fate */
    uint8_t symptom;      /* enum seam_symptom */
};

/* Row 0 is that of none, without words. */
extern const struct seam_rule_row seam_rule_rows[SEAM_RULES];

/* The rule of that name, with dashes or underscores, or SEAM_RULE_none. */
enum seam_rule seam_rule_find(const char *name);

/* The name with dashes, in `out` (at least 48 bytes); returns out. "none" for SEAM_RULE_none. */
const char *seam_rule_name(enum seam_rule rule, char *out);

/* The name of one checker bit. */
const char *seam_checker_name(enum seam_checker bit);

#endif
