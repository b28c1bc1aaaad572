#include "run/identity.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static void say(const char *name) {
    fprintf(stderr, "SUMMARY: seam: %s\nDEDUP_TOKEN: %s\n", name, name);
}

/* A function of its own, which stays on the stack: not inlined, not merged with one that is equal,
 * since none is, and not left by a jump, since abort does not return. */
#define IDENTITY(name)                                                                             \
    static __attribute__((noinline, cold)) void name(void) {                                       \
        say(#name);                                                                                \
        abort();                                                                                   \
    }

#define EVENT(name) IDENTITY(seam_wrong_value_##name)
#define EVENTS EVENT(none) EVENT(broken) EVENT(value) EVENT(queued) EVENT(ran) EVENT(collected)
EVENTS
#undef EVENT

#define RULE(name, ...)                                                                            \
    IDENTITY(seam_missed_##name)                                                                   \
    IDENTITY(seam_false_alarm_##name)                                                              \
    IDENTITY(seam_wrong_rule_##name)
RULE(none)
#include "rules/rules.def"
#undef RULE

IDENTITY(seam_no_judgement)

typedef void identity(void);

static identity *const events[] = {
#define EVENT(name) [SEAM_EVENT_##name] = seam_wrong_value_##name,
    EVENTS
#undef EVENT
};

static identity *const rules[SEAM_RULES][SEAM_VERDICTS] = {
#define RULE(name, ...)                                                                            \
    [SEAM_RULE_##name] = {[SEAM_VERDICT_missed] = seam_missed_##name,                              \
                          [SEAM_VERDICT_false_alarm] = seam_false_alarm_##name,                    \
                          [SEAM_VERDICT_wrong_rule] = seam_wrong_rule_##name},
    RULE(none)
#include "rules/rules.def"
#undef RULE
};

_Noreturn void seam_abort_as(const struct seam_judgement *judgement) {
    const struct seam_event *event = judgement->expected;
    if (event == NULL || (event->kind != SEAM_EVENT_broken && judgement->observed != NULL))
        event = judgement->observed;
    identity *die = seam_no_judgement;
    if (event != NULL && judgement->verdict == SEAM_VERDICT_wrong_value)
        die = events[event->kind];
    else if (event != NULL && event->kind == SEAM_EVENT_broken)
        die = rules[event->what][judgement->verdict];
    if (die != NULL)
        die();
    seam_no_judgement();
    abort();
}
