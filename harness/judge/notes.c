#include "judge/notes.h"

#include <stdio.h>
#include <string.h>

#include "language/text.h"

/* --- names ------------------------------------------------------------------------------------ */

const char *seam_object_name(int any, char out[8]) {
    seam_text_print_operand(SEAM_NOUN_any, any, out, 8);
    return out;
}

/* The names of the checkers in a set. */
const char *seam_checker_names(int seen, char out[64]) {
    size_t n = 0;
    strcpy(out, "no Go checker");
    for (int bit = 1; bit < 1 << SEAM_CHECKERS; bit <<= 1)
        if (seen & bit)
            n += (size_t)snprintf(out + n, 64 - n, "%s%s", n > 0 ? ", " : "",
                                  seam_checker_name((enum seam_checker)bit));
    return out;
}

/* A step, counted from 1, or the end of the scenario. */
const char *seam_step_name(const struct seam_scenario *scenario, int step, char out[24]) {
    if (step >= scenario->n_steps)
        return "the end";
    snprintf(out, 24, "step %d", step + 1);
    return out;
}

/* --- the notes of a step ---------------------------------------------------------------------- */

static void note(struct seam_notes *notes, const char *format, const char *a, unsigned b) {
    notes->n += (size_t)snprintf(notes->text + notes->n, sizeof notes->text - notes->n, "%s",
                                 notes->n > 0 ? ", " : "");
    if (notes->n < sizeof notes->text)
        notes->n +=
            (size_t)snprintf(notes->text + notes->n, sizeof notes->text - notes->n, format, a, b);
    if (notes->n >= sizeof notes->text)
        notes->n = sizeof notes->text - 1;
}

/* The value of a layout event is described in peer.h. */
static void note_layout(struct seam_notes *notes, uint32_t value) {
    char text[64];
    snprintf(text, sizeof text, "Go: size %u, offset of last %u, alignment %u", value >> 16,
             value >> 8 & 0xff, value & 0xff);
    note(notes, "%s", text, 0);
}

void seam_notes_add(struct seam_notes *notes, const struct seam_event *event) {
    char name[8], list[64] = "";
    switch (event->kind) {
    case SEAM_EVENT_broken:
        note(notes, seam_rule_rows[event->what].note, seam_object_name((int)event->value, name), 0);
        return;
    case SEAM_EVENT_value:
        if (event->value == SEAM_VALUE_UNKNOWN)
            note(notes, "%s: unspecified value", seam_object_name(event->what, name), 0);
        else if (seam_any_noun(event->what) == SEAM_NOUN_thread)
            note(notes, "%s reads %u", seam_object_name(event->what, name), event->value);
        else if (seam_any_noun(event->what) == SEAM_NOUN_layout)
            note_layout(notes, event->value);
        else if (seam_any_noun(event->what) == SEAM_NOUN_weak)
            note(notes, event->value != 0 ? "%s is not nil" : "%s is nil",
                 seam_object_name(event->what, name), 0);
        else if (seam_any_noun(event->what) == SEAM_NOUN_handle)
            note(notes, "%s stands for g%u", seam_object_name(event->what, name), event->value);
        else
            note(notes, "%s holds %u", seam_object_name(event->what, name), event->value);
        return;
    case SEAM_EVENT_queued:
        note(notes, "finalizer queued: g%.0s%u", "", event->what);
        return;
    case SEAM_EVENT_ran:
        note(notes, "finalizer ran: g%.0s%u", "", event->what);
        return;
    case SEAM_EVENT_collected:
        for (uint32_t set = event->value; set != 0; set &= set - 1)
            snprintf(list + strlen(list), sizeof list - strlen(list), " g%d", __builtin_ctz(set));
        if (event->value != 0 || notes->n == 0)
            note(notes, event->value != 0 ? "collected:%s" : "nothing collected", list, 0);
    }
}

/* Does this step create the object that the first finding is about? */
static bool is_birth_of(const struct seam_step *step, int any) {
    const struct seam_op_row *row = &seam_op_rows[step->op];
    for (int i = 0; i < row->n_operands; i++) {
        const struct seam_kind_row *kind = &seam_kind_rows[row->kinds[i]];
        if (kind->role == SEAM_ROLE_BIRTH &&
            seam_any((enum seam_noun)kind->noun, step->operand[i]) == any)
            return true;
    }
    return false;
}

/* The last step that ran: the one whose finding ended the run, if one did. */
static int last_step(const struct seam_scenario *scenario, const struct seam_trace *trace) {
    if (trace->n > 0) {
        const struct seam_event *event = &trace->events[trace->n - 1];
        if (event->kind == SEAM_EVENT_broken && seam_rule_rows[event->what].fate == SEAM_FATE_ENDS)
            return event->step;
    }
    return scenario->n_steps;
}

int seam_first_untold(const struct seam_scenario *scenario, const struct seam_trace *trace) {
    enum { MANY = 8 };
    int last = last_step(scenario, trace);
    return scenario->n_steps - last > MANY ? last + 2 : scenario->n_steps;
}

void seam_notes_of_step(const struct seam_scenario *scenario, const struct seam_trace *trace,
                        int step, struct seam_notes *notes) {
    const struct seam_event *guilty = seam_first_broken(trace);
    char name[8];
    *notes = (struct seam_notes){"", 0};
    if (guilty != NULL && step < scenario->n_steps && step <= guilty->step &&
        is_birth_of(&scenario->steps[step], (int)guilty->value))
        note(notes, "%s created here", seam_object_name((int)guilty->value, name), 0);
    for (int i = 0; i < trace->n; i++)
        if (trace->events[i].step == step)
            seam_notes_add(notes, &trace->events[i]);
    if (step > last_step(scenario, trace))
        note(notes, "%snot reached", "", 0);
}

/* --- an event of one side --------------------------------------------------------------------- */

/* An event in words. `seen` are the checkers that detect a broken rule. */
void seam_event_words(const struct seam_event *event, int seen, char out[128]) {
    char name[48], object[8], list[64];
    struct seam_notes notes = {"", 0};
    if (event->kind != SEAM_EVENT_broken) {
        seam_notes_add(&notes, event);
        snprintf(out, 128, "%s", notes.text);
        return;
    }
    snprintf(out, 128, "%s: %s (%s)", seam_object_name((int)event->value, object),
             event->what != SEAM_RULE_none ? seam_rule_name((enum seam_rule)event->what, name)
                                           : "an unknown failure",
             seam_checker_names(seen, list));
}

/* The oracle promises what the table says; the model tells which checkers it has seen report. */
void seam_side_words(const struct seam_trace *trace, int i, bool is_model, char out[128]) {
    strcpy(out, "nothing more");
    if (i >= trace->n)
        return;
    const struct seam_event *event = &trace->events[i];
    bool is_rule = event->kind == SEAM_EVENT_broken && event->what != SEAM_RULE_none;
    seam_event_words(event, is_model || !is_rule ? event->seen : seam_rule_rows[event->what].seen,
                     out);
}
