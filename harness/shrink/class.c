#include "shrink/class.h"

#include <string.h>

#include "base/print.h"

static struct seam_class_side side_of(const struct seam_event *event) {
    struct seam_class_side side = {0};
    if (event == NULL)
        return side;
    bool is_broken = event->kind == SEAM_EVENT_broken;
    side.kind = event->kind;
    side.rule = is_broken ? event->what : 0;
    side.noun = (uint8_t)seam_any_noun(is_broken ? (int)event->value : event->what);
    return side;
}

bool seam_class_side_equal(const struct seam_class_side *a, const struct seam_class_side *b) {
    return a->kind == b->kind && a->rule == b->rule && a->noun == b->noun && a->seen == b->seen;
}

bool seam_class_equal(const struct seam_class *a, const struct seam_class *b) {
    return a->verdict == b->verdict && seam_class_side_equal(&a->expected, &b->expected) &&
           seam_class_side_equal(&a->observed, &b->observed) && a->is_go == b->is_go &&
           a->flavor == b->flavor && a->how == b->how && a->symptom == b->symptom &&
           strcmp(a->words, b->words) == 0;
}

static const struct seam_event *first_of(const struct seam_trace *trace, enum seam_rule rule) {
    if (rule == SEAM_RULE_none)
        return seam_first_broken(trace);
    for (int i = 0; i < trace->n; i++)
        if (trace->events[i].kind == SEAM_EVENT_broken && trace->events[i].what == rule)
            return &trace->events[i];
    return NULL;
}

void seam_class_of_case(struct seam_class *class, const struct seam_case *it, enum seam_rule rule) {
    const struct seam_judgement *judgement = &it->judgement;
    *class = (struct seam_class){.verdict = judgement->verdict};
    if (judgement->verdict != SEAM_VERDICT_agreed) {
        class->expected = side_of(judgement->expected);
        class->observed = side_of(judgement->observed);
        if (seam_class_side_equal(&class->expected, &class->observed) &&
            class->expected.kind == SEAM_EVENT_broken)
            class->observed.seen = judgement->observed->seen;
        return;
    }
    class->expected = side_of(first_of(&it->expected, rule));
    if (class->expected.kind == SEAM_EVENT_none)
        class->verdict = SEAM_VERDICT_none;
}

static void copy_words(struct seam_class *class, const char *words) {
    snprintf(class->words, sizeof class->words, "%s", words);
}

void seam_class_of_death(struct seam_class *class, const char *words) {
    *class = (struct seam_class){.verdict = SEAM_VERDICT_crashed};
    copy_words(class, words);
}

void seam_class_of_go(struct seam_class *class, const struct seam_go_case *go) {
    const struct seam_judgement *judgement = &go->judgement;
    const struct seam_outcome *outcome = &go->outcome;
    *class = (struct seam_class){.verdict = judgement->verdict,
                                 .expected = side_of(judgement->expected),
                                 .observed = side_of(judgement->observed),
                                 .is_go = true,
                                 .flavor = go->flavor,
                                 .how = outcome->how,
                                 .symptom = outcome->symptom};
    if (judgement->verdict == SEAM_VERDICT_agreed && outcome->how == SEAM_HOW_finished)
        class->verdict = SEAM_VERDICT_none;
    if (outcome->how == SEAM_HOW_stopped && outcome->symptom == SEAM_SYMPTOM_none)
        copy_words(class, outcome->message);
}

struct seam_class_side seam_class_of_prediction(const struct seam_prediction *prediction) {
    return side_of(prediction->stopped);
}

/* --- in words --------------------------------------------------------------------------------- */

/* An object of this noun, from the manual: its kind has a birth. */
static const char *noun_words(enum seam_noun noun) {
    for (int kind = 0; kind < SEAM_KINDS; kind++)
        if (seam_kind_rows[kind].noun == noun && seam_kind_rows[kind].role == SEAM_ROLE_BIRTH &&
            strncmp(seam_kind_rows[kind].doc, "a new ", 6) == 0)
            return seam_kind_rows[kind].doc + 6;
    return seam_noun_rows[noun].name;
}

static void print_side(FILE *out, const struct seam_class_side *side) {
    static const char *const events[] = {
        "nothing", "", "a value", "a finalizer queued", "a finalizer run", "a collection"};
    char name[48];
    if (side->kind != SEAM_EVENT_broken)
        fputs(events[side->kind], out);
    else
        fputs(side->rule != SEAM_RULE_none ? seam_rule_name((enum seam_rule)side->rule, name)
                                           : "an unknown failure",
              out);
    if (side->kind != SEAM_EVENT_none && side->kind != SEAM_EVENT_collected)
        fprintf(out, " (%s)", noun_words((enum seam_noun)side->noun));
}

static void print_go(FILE *out, const struct seam_class *class) {
    fprintf(out, "real Go, %s: ", seam_flavor_name(class->flavor));
    fputs(class->how == SEAM_HOW_finished  ? "finished"
          : class->how == SEAM_HOW_stopped ? "stopped"
                                           : "hung",
          out);
    fprintf(out, ", %s; predicted: ",
            class->verdict == SEAM_VERDICT_agreed ? "as predicted"
                                                  : seam_verdict_name(class->verdict));
    print_side(out, &class->expected);
    if (class->observed.kind != SEAM_EVENT_none) {
        fputs("; Go: ", out);
        print_side(out, &class->observed);
    }
}

void seam_class_print(FILE *out, const struct seam_class *class) {
    if (class->is_go) {
        print_go(out, class);
    } else if (class->verdict == SEAM_VERDICT_crashed) {
        fputs("CRASHED", out);
    } else if (class->verdict == SEAM_VERDICT_agreed) {
        bool refused = seam_rule_rows[class->expected.rule].fate == SEAM_FATE_REFUSED;
        fputs(refused ? "FALSE ALARM " : "BROKEN ", out);
        print_side(out, &class->expected);
    } else {
        fprintf(out, "DISAGREEMENT %s: oracle ", seam_verdict_name(class->verdict));
        print_side(out, &class->expected);
        fputs(", model ", out);
        print_side(out, &class->observed);
    }
    if (class->words[0] != '\0') {
        fputs(": ", out);
        seam_print_line(out, class->words);
    }
}
