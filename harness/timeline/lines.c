#include "timeline/lines.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"

/* The line of an item, which may be new. */
static struct seam_line *line_of(struct seam_lines *lines, const struct seam_state_item *item) {
    char who[SEAM_STATE_TEXT];
    seam_state_who(item, who);
    for (struct seam_line *line = lines->line; line < lines->line + lines->n; line++)
        if (line->subject == item->subject && strcmp(line->who, who) == 0)
            return line;
    seam_assert(lines->n < SEAM_LINES_MAX);
    struct seam_line *line = &lines->line[lines->n++];
    line->subject = item->subject;
    line->text[0] = '\0';
    snprintf(line->who, sizeof line->who, "%s", who);
    return line;
}

static void say(struct seam_lines *lines, const struct seam_state_item *item, const char *text) {
    if (*text == '\0')
        return;
    struct seam_line *line = line_of(lines, item);
    size_t n = strlen(line->text);
    snprintf(line->text + n, sizeof line->text - n, "%s%s", n > 0 ? "; " : "", text);
}

void seam_lines_of_state(const struct seam_state *state, struct seam_lines *lines) {
    char text[SEAM_STATE_TEXT];
    lines->n = 0;
    for (int i = 0; i < state->n; i++)
        say(lines, &state->items[i], seam_state_text(&state->items[i], false, text));
}

/* How many items of a list say the same as this one, before it. */
static int repetitions(const struct seam_state *own, const struct seam_state_item *item) {
    int n = 0;
    for (const struct seam_state_item *i = own->items; i < item; i++)
        n += i->row == item->row && i->subject == item->subject && i->value == item->value;
    return n;
}

/* The item of `state` that speaks of the same as one of `own`: of the same word, or of the same
 * thing in a list, which may be in it twice. */
static const struct seam_state_item *counterpart(const struct seam_state *state,
                                                 const struct seam_state *own,
                                                 const struct seam_state_item *item) {
    bool is_list = seam_state_rows[item->row].many == SEAM_MANY_LIST;
    int skip = is_list ? repetitions(own, item) : 0;
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++)
        if (i->row == item->row && i->subject == item->subject &&
            (is_list ? i->value == item->value : i->index == item->index) && skip-- == 0)
            return i;
    return NULL;
}

static bool is_over(const struct seam_state *state, int subject) {
    return seam_state_find(state, SEAM_STATE_collected, subject) != NULL ||
           seam_state_find(state, SEAM_STATE_freed, subject) != NULL;
}

static void say_now(struct seam_lines *lines, const struct seam_state *before,
                    const struct seam_state *after, const struct seam_state_item *item) {
    const struct seam_state_item *old = counterpart(before, after, item);
    char text[SEAM_STATE_TEXT], value[SEAM_STATE_TEXT], both[2 * SEAM_STATE_TEXT + 16];
    if (old != NULL && old->value == item->value)
        return;
    seam_state_text(item, false, text);
    if (old == NULL)
        snprintf(both, sizeof both, "%s", text);
    else
        snprintf(both, sizeof both, "%s, was %s", text, seam_state_value_text(old, value));
    say(lines, item, both);
}

static void say_gone(struct seam_lines *lines, const struct seam_state *before,
                     const struct seam_state *after, const struct seam_state_item *item) {
    char text[SEAM_STATE_TEXT];
    if (counterpart(after, before, item) == NULL && !is_over(after, item->subject))
        say(lines, item, seam_state_text(item, true, text));
}

/* What is gone was said first, whosever it is: put the lines where they belong. */
static void sort(struct seam_lines *lines) {
    for (int i = 1; i < lines->n; i++)
        for (int k = i; k > 0 && seam_state_rank(lines->line[k - 1].subject) >
                                     seam_state_rank(lines->line[k].subject);
             k--) {
            struct seam_line line = lines->line[k];
            lines->line[k] = lines->line[k - 1];
            lines->line[k - 1] = line;
        }
}

void seam_lines_of_change(const struct seam_state *before, const struct seam_state *after,
                          struct seam_lines *lines) {
    lines->n = 0;
    for (int i = 0; i < before->n; i++)
        say_gone(lines, before, after, &before->items[i]);
    for (int i = 0; i < after->n; i++)
        say_now(lines, before, after, &after->items[i]);
    sort(lines);
}

void seam_lines_of_difference(const struct seam_state *state, const struct seam_state *other,
                              struct seam_lines *lines) {
    char text[SEAM_STATE_TEXT];
    lines->n = 0;
    for (int i = 0; i < state->n; i++) {
        const struct seam_state_item *item = &state->items[i],
                                     *same = counterpart(other, state, item);
        if (item->row != SEAM_STATE_moved && (same == NULL || same->value != item->value))
            say(lines, item, seam_state_text(item, false, text));
    }
}
