/* What a trace says, in words: the notes beside a step, and an event of one side of a comparison.
 *
 * Shared by the reports of a scenario (report.c) and by its timeline. Nothing is wrapped or
 * coloured here. All texts are terminated. */
#ifndef SEAM_NOTES_H
#define SEAM_NOTES_H

#include "judge/judge.h"

/* What happened in one step, one event after the other, with commas between them. */
struct seam_notes {
    char text[256];
    size_t n;
};
void seam_notes_add(struct seam_notes *notes, const struct seam_event *event);

/* Fill `notes` from the oracle's trace; n_steps is the end. */
void seam_notes_of_step(const struct seam_scenario *scenario, const struct seam_trace *trace,
                        int step, struct seam_notes *notes);

/* Of the steps that are not reached, those from this one on are told in one line, if they are many;
 * n_steps if they are not. */
int seam_first_untold(const struct seam_scenario *scenario, const struct seam_trace *trace);

/* The name of an <any>. */
const char *seam_object_name(int any, char out[8]);

/* The names of the checkers in a set. */
const char *seam_checker_names(int seen, char out[64]);

/* A step, counted from 1, or the end of the scenario. */
const char *seam_step_name(const struct seam_scenario *scenario, int step, char out[24]);

/* An event in words. `seen` are the checkers that detect a broken rule. */
void seam_event_words(const struct seam_event *event, int seen, char out[128]);

/* Event number i of a trace: the oracle promises what the table says; the model tells which
 * checkers it has seen report. */
void seam_side_words(const struct seam_trace *trace, int i, bool is_model, char out[128]);

#endif
