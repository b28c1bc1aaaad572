#include "timeline/drawing.h"

#include <string.h>

#include "base/xml.h"
#include "judge/notes.h"
#include "language/text.h"
#include "timeline/story.h"

/* All in pixels. The head has two lines: the threads, and Go and C below them. It is an image of
 * its own, so that it stays where it is while the rows move. */
enum {
    HEAD = 44,
    ROW = 26,
    STEP_X = 46, /* where the text of a step begins */
    LETTER = 8,  /* of that text */
    SMALL = 7,   /* of a mark */
    LANE = 38,
    BAR = 12,
    OBJECTS_MAX = SEAM_GO_MAX + SEAM_C_MAX,
    MARK = 24,
};

struct object {
    int subject, birth, end; /* steps; `end` is n_rows if it is never freed */
    int x, width;
    char marks[SEAM_STEPS_MAX + 1][MARK];
};

struct drawing {
    FILE *out;
    const struct seam_timeline *timeline;
    const struct seam_books *books;
    int guilty, n_rows, n_threads;
    int lanes_x, objects_x, width, height;
    int n_objects;
    struct object objects[OBJECTS_MAX];
};

static int row_y(int step) { return step * ROW; }
static int middle(int step) { return row_y(step) + ROW / 2; }

/* The last step of which there are books before and after. */
static int last_told(const struct drawing *d) { return d->books->n - 2; }

/* --- what there is ---------------------------------------------------------------------------- */

static bool is_object(const struct seam_state_item *item) {
    return item->row == SEAM_STATE_shape || item->row == SEAM_STATE_block ||
           item->row == SEAM_STATE_borrowed;
}

static struct object *object_of(struct drawing *d, int subject) {
    for (int i = 0; i < d->n_objects; i++)
        if (d->objects[i].subject == subject)
            return &d->objects[i];
    return NULL;
}

/* A mark beside the bar of an object: "+p0" for a pin, "-p0" when it is gone. */
static void mark(struct drawing *d, int subject, int step, const char *sign, const char *what) {
    struct object *object = object_of(d, subject);
    if (object == NULL)
        return;
    char *text = object->marks[step];
    size_t n = strlen(text);
    snprintf(text + n, MARK - n, "%s%s%s", n > 0 ? " " : "", sign, what);
}

static bool has(const struct seam_state *state, const struct seam_state_item *item) {
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++)
        if (i->row == item->row && i->subject == item->subject && i->value == item->value)
            return true;
    return false;
}

static bool refers(const struct seam_state_item *item) {
    return item->row == SEAM_STATE_pin || item->row == SEAM_STATE_handle ||
           item->row == SEAM_STATE_callback || item->row == SEAM_STATE_weak ||
           item->row == SEAM_STATE_slot;
}

static bool is_queued(const struct seam_state *state, int subject) {
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++)
        if (i->row == SEAM_STATE_queue && (int)(i->value & 0xff) == seam_any_number(subject))
            return true;
    return false;
}

/* Mark what refers to objects in `state` and not in `other`, with the sign. A finalizer is gone
 * because it was queued, or because it was removed. */
static void mark_new(struct drawing *d, int step, bool is_gone, const struct seam_state *state,
                     const struct seam_state *other) {
    char who[8];
    const char *sign = is_gone ? "-" : "+";
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++) {
        if (has(other, i))
            continue;
        if (refers(i))
            mark(d, (int)i->value, step, sign, seam_object_name(i->subject, who));
        else if (i->row == SEAM_STATE_queue)
            mark(d, seam_any(SEAM_NOUN_go, i->value & 0xff), step, "", is_gone ? "ran" : "queued");
        else if (i->row == SEAM_STATE_finalizer && !(is_gone && is_queued(other, i->subject)))
            mark(d, i->subject, step, sign, "fin");
        else if (i->row == SEAM_STATE_cleanup && !is_gone)
            mark(d, i->subject, step, sign, "clean");
    }
}

static void find_objects(struct drawing *d) {
    for (int s = 0; s <= last_told(d); s++) {
        const struct seam_state *before = &d->books->states[s], *after = before + 1;
        for (const struct seam_state_item *i = after->items; i < after->items + after->n; i++) {
            if (is_object(i) && object_of(d, i->subject) == NULL)
                d->objects[d->n_objects++] =
                    (struct object){.subject = i->subject, .birth = s, .end = d->n_rows};
            if ((i->row == SEAM_STATE_freed || i->row == SEAM_STATE_collected) && !has(before, i))
                object_of(d, i->subject)->end = s;
            if (i->row == SEAM_STATE_thread && seam_any_number(i->subject) >= d->n_threads)
                d->n_threads = seam_any_number(i->subject) + 1;
        }
        mark_new(d, s, true, before, after);
        mark_new(d, s, false, after, before);
    }
}

static void measure(struct drawing *d) {
    const struct seam_scenario *scenario = &d->timeline->it->scenario;
    struct seam_indent indent = {0};
    char line[SEAM_LINE_MAX];
    int letters = 10, x;
    for (int s = 0; s < scenario->n_steps; s++) {
        int n = 2 * seam_indent(&indent, &scenario->steps[s]) +
                seam_text_print_step(&scenario->steps[s], line);
        letters = n > letters ? n : letters;
    }
    d->lanes_x = STEP_X + letters * LETTER + 12;
    d->objects_x = x = d->lanes_x + (2 * d->n_threads + 1) * LANE + 20;
    for (struct object *o = d->objects; o < d->objects + d->n_objects; o++) {
        size_t most = 2;
        for (int s = 0; s < d->n_rows; s++)
            most = strlen(o->marks[s]) > most ? strlen(o->marks[s]) : most;
        o->x = x + BAR / 2 + 6;
        o->width = BAR + 16 + (int)most * SMALL;
        x += o->width;
    }
    d->width = x + 10;
    d->height = row_y(d->n_rows) + 8;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void draw_row(const struct drawing *d, int s, int indent) {
    const struct seam_case *it = d->timeline->it;
    struct seam_notes notes;
    char line[SEAM_LINE_MAX] = "end";
    if (s < it->scenario.n_steps)
        seam_text_print_step(&it->scenario.steps[s], line);
    seam_notes_of_step(&it->scenario, &it->expected, s, &notes);
    fprintf(d->out, "<a class=\"row%s%s\" id=\"r%d\" href=\"#s%d\"><title>",
            s == d->guilty ? " guilty" : "",
            s > last_told(d) && s < it->scenario.n_steps ? " never" : "", s + 1, s + 1);
    seam_xml_text(d->out, notes.n > 0 ? notes.text : line);
    fprintf(d->out,
            "</title><rect class=\"hit\" x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
            "<text class=\"n\" x=\"%d\" y=\"%d\">",
            row_y(s), d->width, ROW, STEP_X - 10, middle(s) + 4);
    if (s < it->scenario.n_steps)
        fprintf(d->out, "%s%d", s == d->guilty ? "▶ " : "", s + 1);
    fprintf(d->out, "</text><text class=\"op\" x=\"%d\" y=\"%d\">", STEP_X + 2 * indent * LETTER,
            middle(s) + 4);
    seam_xml_text(d->out, line);
    fputs("</text></a>\n", d->out);
}

static void draw_rows(const struct drawing *d) {
    const struct seam_scenario *scenario = &d->timeline->it->scenario;
    struct seam_indent indent = {0};
    for (int s = 0; s < d->n_rows; s++)
        draw_row(d, s, s < scenario->n_steps ? seam_indent(&indent, &scenario->steps[s]) : 0);
}

/* --- lanes ------------------------------------------------------------------------------------ */

static int lane_x(const struct drawing *d, int lane) { return d->lanes_x + lane * LANE + LANE / 2; }

static void draw_text(const struct drawing *d, const char *class, int x, int y, const char *text) {
    fprintf(d->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y);
    seam_xml_text(d->out, text);
    fputs("</text>\n", d->out);
}

static void draw_line(const struct drawing *d, const char *class, int x, int from, int to) {
    fprintf(d->out, "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", class, x,
            from, x, to);
}

static bool is_collectors(const struct seam_step *step) {
    static const bool collects[SEAM_FACTS] = {
#define COLLECTS(fact) [SEAM_FACT_##fact] = true,
#include "language/facts.def"
#undef COLLECTS
    };
    const struct seam_op_row *row = &seam_op_rows[step->op];
    for (int i = 0; i < row->n_facts; i++)
        if (collects[row->facts[i].kind])
            return true;
    return false;
}

/* The thread that is running in this state. */
static int running(const struct seam_state *state) {
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++)
        if (i->row == SEAM_STATE_running)
            return seam_any_number(i->subject);
    return 0;
}

/* The lane in which a step is done, and in which control is after it. */
static void lanes_of(const struct drawing *d, int s, int *from, int *to) {
    const struct seam_step *step = &d->timeline->it->scenario.steps[s];
    int thread = running(&d->books->states[s]), side = seam_op_rows[step->op].side;
    bool is_c = side == SEAM_SIDE_C || side == SEAM_SIDE_OUT;
    *from = is_collectors(step) ? 2 * d->n_threads : 2 * thread + is_c;
    *to = side == SEAM_SIDE_IN ? *from + 1 : side == SEAM_SIDE_OUT ? *from - 1 : *from;
}

static void draw_heads(const struct drawing *d) {
    char who[8];
    for (int t = 0; t < d->n_threads; t++) {
        bool is_c = seam_state_find(&d->books->states[d->books->n - 1], SEAM_STATE_thread,
                                    seam_any(SEAM_NOUN_thread, t))
                        ->value == SEAM_THREAD_c;
        char text[32];
        snprintf(text, sizeof text, "%s%s", seam_object_name(seam_any(SEAM_NOUN_thread, t), who),
                 is_c ? ", of C" : "");
        draw_text(d, "head", lane_x(d, 2 * t) + LANE / 2, 16, text);
        draw_text(d, "sub", lane_x(d, 2 * t), 34, "Go");
        draw_text(d, "sub", lane_x(d, 2 * t + 1), 34, "C");
    }
    draw_text(d, "head", lane_x(d, 2 * d->n_threads), 16, "GC");
    for (const struct object *o = d->objects; o < d->objects + d->n_objects; o++)
        draw_text(d, "name", o->x, 34, seam_object_name(o->subject, who));
}

static void draw_lanes(const struct drawing *d) {
    for (int lane = 0; lane <= 2 * d->n_threads; lane++)
        draw_line(d, "lane", lane_x(d, lane), 0, row_y(d->n_rows));
}

/* A thread is inside C from the row of its first open call to that of the last return. */
static void draw_calls(const struct drawing *d) {
    for (int t = 0; t < d->n_threads; t++)
        for (int s = 0, from = -1; s <= last_told(d) + 1; s++) {
            bool is_in = seam_state_find(&d->books->states[s], SEAM_STATE_call,
                                         seam_any(SEAM_NOUN_thread, t)) != NULL;
            bool is_last = s == last_told(d) + 1;
            if (is_in && from < 0)
                from = s - 1;
            if (from < 0 || (is_in && !is_last))
                continue;
            int until = is_in ? row_y(s) : middle(s - 1);
            fprintf(d->out,
                    "<rect class=\"in\" x=\"%d\" y=\"%d\" width=\"14\" height=\"%d\" rx=\"4\"/>\n",
                    lane_x(d, 2 * t + 1) - 7, middle(from), until - middle(from));
            from = -1;
        }
}

/* The line that follows who does what, and a mark for each step. */
static void draw_control(const struct drawing *d) {
    int from, to;
    fputs("<polyline class=\"control\" points=\"", d->out);
    for (int s = 0; s <= last_told(d); s++) {
        lanes_of(d, s, &from, &to);
        fprintf(d->out, "%s%d,%d", s > 0 ? " " : "", lane_x(d, from), middle(s));
        if (to != from)
            fprintf(d->out, " %d,%d", lane_x(d, to), middle(s));
    }
    fputs("\"/>\n", d->out);
    for (int s = 0; s <= last_told(d); s++) {
        lanes_of(d, s, &from, &to);
        const char *class = from == 2 * d->n_threads ? "gc" : from % 2 == 1 ? "c" : "go";
        fprintf(d->out, "<circle class=\"at %s%s\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>\n", class,
                s == d->guilty ? " guilty" : "", lane_x(d, from), middle(s),
                s == d->guilty ? 7 : 5);
        if (to != from)
            fprintf(d->out, "<circle class=\"to\" cx=\"%d\" cy=\"%d\" r=\"3\"/>\n", lane_x(d, to),
                    middle(s));
    }
}

/* --- the lives of objects --------------------------------------------------------------------- */

/* How an object looks after a step. */
static const char *look(const struct seam_state *state, int subject) {
    const struct seam_state_item *owner = seam_state_find(state, SEAM_STATE_owner, subject);
    if (seam_any_noun(subject) == SEAM_NOUN_go)
        return seam_state_find(state, SEAM_STATE_unreachable, subject) != NULL ? "go dead" : "go";
    return owner == NULL ? "lent" : owner->value == SEAM_OWNER_c ? "byc" : "bygo";
}

static bool is_pinned(const struct seam_state *state, int subject) {
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++)
        if (i->row == SEAM_STATE_pin && i->value == (uint32_t)subject)
            return true;
    return false;
}

/* Has C got its address: as an argument, in its memory or in a variable? */
static bool is_with_c(const struct seam_state *state, int subject) {
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++) {
        bool in_c = i->row == SEAM_STATE_slot ||
                    (i->row == SEAM_STATE_word && seam_any_noun(i->subject) == SEAM_NOUN_c);
        if ((in_c && i->value == (uint32_t)subject) ||
            (i->row == SEAM_STATE_call && (int)(i->value & 0xff) == subject))
            return true;
    }
    return false;
}

/* A stripe beside the bar, as long as something is so. */
static void draw_stripe(const struct drawing *d, const struct object *o, const char *class, int dx,
                        bool (*is_so)(const struct seam_state *, int)) {
    int end = o->end < last_told(d) ? o->end : last_told(d), from = -1;
    for (int s = o->birth; s <= end + 1; s++) {
        bool is = s <= end && s != o->end && is_so(&d->books->states[s + 1], o->subject);
        if (is && from < 0)
            from = s;
        if (is || from < 0)
            continue;
        draw_line(d, class, o->x + dx, middle(from), s <= end ? middle(s) : row_y(s));
        from = -1;
    }
}

static void draw_bar(const struct drawing *d, const struct object *o) {
    int end = o->end < last_told(d) ? o->end : last_told(d);
    for (int s = o->birth, from = s; s <= end; s++) {
        const char *now = look(&d->books->states[from + 1], o->subject);
        bool goes_on = s < end && (s + 1 == o->end ||
                                   strcmp(now, look(&d->books->states[s + 2], o->subject)) == 0);
        if (goes_on)
            continue;
        int until = s == o->end ? middle(s) : s == end ? row_y(s + 1) : middle(s + 1);
        if (s > from || s != o->end)
            fprintf(d->out,
                    "<rect class=\"bar %s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", now,
                    o->x - BAR / 2, middle(from), BAR, until - middle(from));
        from = s + 1;
    }
}

static void draw_object(const struct drawing *d, const struct object *o) {
    char name[8];
    seam_object_name(o->subject, name);
    fprintf(d->out, "<g><title>%s</title>\n", name);
    draw_bar(d, o);
    draw_stripe(d, o, "pinned", BAR / 2 + 3, is_pinned);
    draw_stripe(d, o, "held", -BAR / 2 - 3, is_with_c);
    draw_line(d, "lead", o->x, 0, middle(o->birth));
    for (int s = o->birth; s < d->n_rows; s++)
        if (o->marks[s][0] != '\0')
            draw_text(d, "mark", o->x + BAR / 2 + 7, middle(s) + 3, o->marks[s]);
    if (o->end < d->n_rows)
        draw_text(d, "gone", o->x, middle(o->end) + 5, "✕");
    fputs("</g>\n", d->out);
}

static void draw_guilt(struct drawing *d) {
    const struct seam_event *first = seam_first_broken(&d->timeline->it->expected);
    if (first == NULL)
        return;
    const struct object *o = object_of(d, (int)first->value);
    if (o != NULL)
        fprintf(d->out, "<circle class=\"guilt\" cx=\"%d\" cy=\"%d\" r=\"10\"/>\n", o->x,
                middle(d->guilty));
}

static void begin_image(const struct drawing *d, const char *class, int height, const char *label) {
    fprintf(d->out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"%s\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" role=\"group\" aria-label=\"%s\">\n",
            class, d->width, height, d->width, height, label);
}

void seam_drawing(FILE *out, const struct seam_timeline *timeline) {
    static struct drawing drawing;
    struct drawing *d = &drawing;
    int n_steps = timeline->it->scenario.n_steps, guilty = seam_story_guilty(timeline);
    *d = (struct drawing){.out = out,
                          .timeline = timeline,
                          .books = timeline->oracle,
                          .guilty = guilty,
                          .n_rows = n_steps + (guilty == n_steps),
                          .n_threads = 1};
    find_objects(d);
    measure(d);
    begin_image(d, "heads", HEAD, "What the columns are");
    draw_heads(d);
    fputs("</svg>\n", out);
    begin_image(d, "rows", d->height, "The steps, their lanes and their objects");
    draw_rows(d);
    draw_lanes(d);
    draw_calls(d);
    draw_control(d);
    for (int i = 0; i < d->n_objects; i++)
        draw_object(d, &d->objects[i]);
    draw_guilt(d);
    fputs("</svg>\n", out);
}
