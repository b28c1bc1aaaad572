/* The timeline as text: what seam replay --timeline prints between headline and rule. */
#include <string.h>

#include "base/print.h"
#include "judge/notes.h"
#include "language/text.h"
#include "rules/flavor.h"
#include "timeline/story.h"

enum { NOTE_COLUMN = 34, WHO_COLUMN = 9, TEXT_COLUMN = 19 };

static const char *bold = "\033[1m", *dim = "\033[2m", *red = "\033[31m", *reset = "\033[0m";

struct printer {
    FILE *out;
    int width;
    bool color;
};

static const char *paint(const struct printer *p, const char *code) { return p->color ? code : ""; }

/* --- lines ------------------------------------------------------------------------------------ */

/* Where a line that begins at `text` ends: at a blank, or in a word that is too long. */
static size_t line_size(const char *text, size_t room) {
    size_t size = strlen(text), best = 0;
    if (size <= room)
        return size;
    for (size_t i = 1; i <= room; i++)
        if (text[i] == ' ')
            best = i;
    return best > 0 ? best : room;
}

/* Print a text that begins in column `at` and goes on there. `code` paints each line. */
static void print_block(const struct printer *p, int at, const char *code, const char *text) {
    size_t room = p->width > at + 20 ? (size_t)(p->width - at) : 20;
    for (bool is_first = true; *text != '\0' || is_first; is_first = false) {
        size_t n = line_size(text, room);
        fprintf(p->out, "%*s%s%.*s%s\n", is_first ? 0 : at, "", paint(p, code), (int)n, text,
                paint(p, *code != '\0' ? reset : ""));
        for (text += n; *text == ' ';)
            text++;
    }
}

static void print_line(const struct printer *p, const char *who_code, const char *who,
                       const char *code, const char *text) {
    fprintf(p->out, "%*s%s%s%s%*s", WHO_COLUMN, "", paint(p, who_code), who,
            paint(p, *who_code != '\0' ? reset : ""),
            (int)strlen(who) < TEXT_COLUMN - WHO_COLUMN
                ? TEXT_COLUMN - WHO_COLUMN - (int)strlen(who)
                : 1,
            "");
    print_block(p, TEXT_COLUMN, code, text);
}

static void print_lines(const struct printer *p, const struct seam_lines *lines) {
    for (int i = 0; i < lines->n; i++)
        print_line(p, bold, lines->line[i].who, "", lines->line[i].text);
}

static void print_state(const struct printer *p, const char *heading,
                        const struct seam_state *state) {
    static struct seam_lines lines;
    fprintf(p->out, "     %s\n", heading);
    seam_lines_of_state(state, &lines);
    print_lines(p, &lines);
}

/* --- steps ------------------------------------------------------------------------------------ */

static void print_step(const struct printer *p, const struct seam_timeline *timeline, int s,
                       int indent, bool is_guilty) {
    const struct seam_case *it = timeline->it;
    struct seam_notes notes;
    char line[SEAM_LINE_MAX];
    seam_notes_of_step(&it->scenario, &it->expected, s, &notes);
    if (s < it->scenario.n_steps)
        seam_text_print_step(&it->scenario.steps[s], line);
    const char *code = is_guilty ? bold : "";
    fprintf(p->out, "%s%s", paint(p, code), is_guilty ? ">" : " ");
    int width = 1;
    if (s < it->scenario.n_steps)
        width += fprintf(p->out, " %3d  %*s%s", s + 1, indent, "", line);
    else
        width += fprintf(p->out, " end");
    fputs(paint(p, *code != '\0' ? reset : ""), p->out);
    if (notes.n == 0) {
        fputc('\n', p->out);
        return;
    }
    int column = width < NOTE_COLUMN ? NOTE_COLUMN : width + 1;
    fprintf(p->out, "%*s# ", column - width, "");
    print_block(p, column + 2, is_guilty ? red : "", notes.text);
}

static void print_rules(const struct printer *p, const struct seam_timeline *timeline, int s) {
    char text[SEAM_STORY_RULES];
    for (char *next = text, *line = (char *)seam_story_broken(timeline, s, text);
         line != NULL && *line != '\0'; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        print_line(p, red, "broken", "", line);
    }
    if (*seam_story_kept(timeline, s, text) != '\0')
        print_line(p, dim, "kept", dim, text);
}

static void print_changes(const struct printer *p, const struct seam_timeline *timeline, int s) {
    static struct seam_lines lines;
    const struct seam_state *before = seam_story_state(timeline, s),
                            *after = seam_story_state(timeline, s + 1);
    if (before == NULL || after == NULL)
        return;
    seam_lines_of_change(before, after, &lines);
    print_lines(p, &lines);
}

static void print_steps(const struct printer *p, const struct seam_timeline *timeline) {
    const struct seam_scenario *scenario = &timeline->it->scenario;
    struct seam_indent indent = {0};
    int guilty = seam_story_guilty(timeline);
    int untold = seam_first_untold(scenario, &timeline->it->expected);
    print_state(p, "at the start", seam_story_state(timeline, 0));
    for (int s = 0; s <= scenario->n_steps; s++) {
        if (s == untold && s < scenario->n_steps) {
            fprintf(p->out, "  %3d to %-25d# not reached either\n", s + 1, scenario->n_steps);
            return;
        }
        bool is_end = s == scenario->n_steps;
        char text[SEAM_STORY_RULES];
        if (is_end && *seam_story_broken(timeline, s, text) == '\0')
            return; /* nothing was left */
        int in = is_end ? 0 : 2 * seam_indent(&indent, &scenario->steps[s]);
        const struct seam_state *before = seam_story_state(timeline, s);
        if (s == guilty && before != NULL)
            print_state(p, is_end ? "at the end" : "before the guilty step", before);
        print_step(p, timeline, s, in, s == guilty);
        print_changes(p, timeline, s);
        print_rules(p, timeline, s);
    }
}

/* --- two sides -------------------------------------------------------------------------------- */

/* What the two say of each object, side by side. */
static void print_difference(const struct printer *p, const struct seam_timeline *timeline) {
    static struct seam_lines sides[2];
    char step[24];
    if (timeline->it->judgement.verdict == SEAM_VERDICT_agreed)
        return;
    int at = seam_story_difference(timeline, &sides[0], &sides[1]);
    if (at < 0) {
        fputs("The books of oracle and model are the same in every step.\n", p->out);
        return;
    }
    fprintf(p->out, "The books of oracle and model differ first after %s:\n",
            at > 0 ? seam_step_name(&timeline->it->scenario, at - 1, step) : "nothing");
    for (int side = 0; side < 2; side++) {
        fprintf(p->out, "     only the %s says\n", side == 0 ? "oracle" : "model");
        print_lines(p, &sides[side]);
        if (sides[side].n == 0)
            print_line(p, "", "", "", "nothing else");
    }
}

/* Prediction beside what happened, in each flavor. */
static void print_go(const struct printer *p, const struct seam_timeline *timeline) {
    char predicted[256], real[512];
    for (int i = 0; i < timeline->n_go; i++) {
        const struct seam_go_case *go = &timeline->go[i];
        bool agreed = go->judgement.verdict == SEAM_VERDICT_agreed;
        seam_story_go(timeline, go, predicted, real);
        fprintf(p->out, "%s %s: %s%s%s\n", go->version, seam_flavor_name(go->flavor),
                paint(p, agreed ? "" : red),
                agreed ? "as predicted" : seam_verdict_name(go->judgement.verdict),
                paint(p, agreed ? "" : reset));
        print_line(p, "", "predicted", "", predicted);
        print_line(p, "", "real Go", "", real);
    }
}

static struct printer printer(FILE *out, int width, bool color) {
    return (struct printer){out, width < SEAM_TIMELINE_WIDTH_MIN ? SEAM_TIMELINE_WIDTH_MIN : width,
                            color};
}

void seam_timeline_steps(FILE *out, const struct seam_timeline *timeline, int width, bool color) {
    struct printer p = printer(out, width, color);
    print_steps(&p, timeline);
}

void seam_timeline_sides(FILE *out, const struct seam_timeline *timeline, int width, bool color) {
    struct printer p = printer(out, width, color);
    print_difference(&p, timeline);
    print_go(&p, timeline);
}
