/* What was never set says so: the zero of a type that tells what happened is none or unknown, so
 * that memory nobody has written reports nothing, agrees with nothing and has not succeeded.
 *
 * A new type of that kind gets a row. Not here: choices, whose zero is the default. */
#include <string.h>

#include "audit/classify.h"
#include "audit/hunt.h"
#include "audit/inside/channel.h"
#include "audit/run.h"
#include "base/crew.h"
#include "base/expect.h"
#include "judge/judge.h"
#include "judge/predict.h"
#include "rules/trace.h"

static const struct {
    const char *type;
    int none;
} types[] = {
    {"enum seam_rule", SEAM_RULE_none},
    {"enum seam_checker", SEAM_SEEN_NONE},
    {"enum seam_symptom", SEAM_SYMPTOM_none},
    {"enum seam_event_kind", SEAM_EVENT_none},
    {"enum seam_verdict", SEAM_VERDICT_none},
    {"enum seam_how", SEAM_HOW_unknown},
    {"enum seam_crew_end", SEAM_CREW_waiting},
    {"enum seam_audit_end", SEAM_END_unknown},
    {"enum seam_audit_kind", SEAM_AUDIT_none},
    {"enum seam_audit_schedule", SEAM_SCHEDULE_none},
    {"enum seam_audit_place", SEAM_PLACE_elsewhere},
    {"enum seam_audit_dirty", SEAM_DIRTY_none},
    {"enum seam_hunt_state", SEAM_HUNT_waiting},
};

static void the_zero_of_every_type_that_tells_what_happened_is_none(void) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].none != 0)
            expect_text(types[i].type, "zero is none");
}

static void what_was_never_set_is_no_finding_and_no_agreement(void) {
    char name[48];
    static struct seam_trace model;
    static struct seam_outcome outcome;
    struct seam_prediction prediction = {0};
    struct seam_classification result;
    seam_classify(&(struct seam_evidence){0}, &result);
    expect_text(seam_rule_name(result.rule, name), "none");
    expect_true(result.is_doubtful);
    expect_text(seam_audit_rule_name((struct seam_classification){0}.rule, name),
                "changed-behaviour");
    expect_text(seam_verdict_name((struct seam_judgement){0}.verdict), "none");
    expect_text(seam_verdict_name(seam_judge_go(&model, &prediction, &outcome).verdict), "none");
    expect_int(seam_rule_find("none"), SEAM_RULE_none);
    expect_text(seam_rule_rows[SEAM_RULE_none].words, "");
}

int main(void) {
    the_zero_of_every_type_that_tells_what_happened_is_none();
    what_was_never_set_is_no_finding_and_no_agreement();
    return expect_status();
}
