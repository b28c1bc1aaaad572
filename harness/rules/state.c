#include "rules/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "language/text.h"

const struct seam_state_row seam_state_rows[SEAM_STATES] = {
#define STATE(name, who, many, value, is, gone)                                                    \
    {#name, who, is, gone, SEAM_MANY_##many, SEAM_VALUE_##value},
#include "rules/state.def"
#undef STATE
};

void seam_state_add(struct seam_state *state, enum seam_state_row_name row, int subject, int index,
                    uint32_t value) {
    seam_assert(state->n < SEAM_STATE_MAX);
    state->items[state->n++] =
        (struct seam_state_item){(uint8_t)row, (uint8_t)subject, (uint8_t)index, value};
}

/* --- order ------------------------------------------------------------------------------------ */

int seam_state_rank(int subject) {
    bool is_thread = subject != SEAM_STATE_PROCESS && seam_any_noun(subject) == SEAM_NOUN_thread;
    return is_thread ? seam_any_number(subject) : 0x100 + subject;
}

static int compare(const void *left, const void *right) {
    const struct seam_state_item *a = left, *b = right;
    int difference = seam_state_rank(a->subject) - seam_state_rank(b->subject);
    if (difference != 0)
        return difference;
    return a->row != b->row ? a->row - b->row : a->index - b->index;
}

void seam_state_sort(struct seam_state *state) {
    qsort(state->items, (size_t)state->n, sizeof state->items[0], compare);
}

const struct seam_state_item *seam_state_find(const struct seam_state *state,
                                              enum seam_state_row_name row, int subject) {
    for (const struct seam_state_item *i = state->items; i < state->items + state->n; i++)
        if (i->row == row && i->subject == subject)
            return i;
    return NULL;
}

/* --- words ------------------------------------------------------------------------------------ */

const char *seam_state_who(const struct seam_state_item *item, char out[SEAM_STATE_TEXT]) {
    const char *who = seam_state_rows[item->row].who;
    if (*who != '\0')
        snprintf(out, SEAM_STATE_TEXT, "%s", who);
    else
        seam_text_print_operand(SEAM_NOUN_any, item->subject, out, SEAM_STATE_TEXT);
    return out;
}

static void print_object(uint32_t value, char out[SEAM_STATE_TEXT]) {
    static const char *const others[] = {"uninitialised", "the sentinel", "one past the end"};
    if (value >= SEAM_STATE_DIRTY)
        snprintf(out, SEAM_STATE_TEXT, "%s", others[value - SEAM_STATE_DIRTY]);
    else
        seam_text_print_operand(SEAM_NOUN_any, (int)value, out, SEAM_STATE_TEXT);
}

static void print_call(uint32_t value, char out[SEAM_STATE_TEXT]) {
    char object[16];
    int arg = value & 0xff, form = value >> 8 & 0xff;
    const char *then = value >> 16 & 1 ? ", under setjmp" : "";
    if (value >> 17 & 1) {
        snprintf(out, SEAM_STATE_TEXT, "a call with an integer as a pointer%s", then);
    } else if (arg == SEAM_NO_ARG) {
        snprintf(out, SEAM_STATE_TEXT, "a call without memory%s", then);
    } else {
        bool is_go = seam_any_noun(arg) == SEAM_NOUN_go;
        seam_text_print_operand(SEAM_NOUN_any, arg, object, sizeof object);
        snprintf(out, SEAM_STATE_TEXT, "a call with %s%s%s%s", object, is_go ? " as " : "",
                 is_go ? seam_choice(SEAM_NOUN_form, form)->name : "", then);
    }
}

const char *seam_state_value_text(const struct seam_state_item *item, char out[SEAM_STATE_TEXT]) {
    bool is_buffer = seam_state_rows[item->row].value == SEAM_VALUE_BUFFER;
    static const char *const owners[SEAM_OWNERS] = {"Go", "C"};
    static const char *const allocators[] = {"malloc", "the library", "mmap"};
    static const char *const threads[] = {"goroutine", "C thread"};
    static const char *const stacks[] = {"no stack", "the interrupted stack", "the signal stack"};
    switch (seam_state_rows[item->row].value) {
    case SEAM_VALUE_OBJECT:
        print_object(item->value, out);
        break;
    case SEAM_VALUE_SHAPE:
        snprintf(out, SEAM_STATE_TEXT, "%s", seam_choice(SEAM_NOUN_shape, (int)item->value)->name);
        break;
    case SEAM_VALUE_OWNER:
        snprintf(out, SEAM_STATE_TEXT, "%s", owners[item->value]);
        break;
    case SEAM_VALUE_ALLOCATOR:
        snprintf(out, SEAM_STATE_TEXT, "%s", allocators[item->value]);
        break;
    case SEAM_VALUE_THREAD:
        snprintf(out, SEAM_STATE_TEXT, "%s", threads[item->value]);
        break;
    case SEAM_VALUE_STACK:
        snprintf(out, SEAM_STATE_TEXT, "%s", stacks[item->value]);
        break;
    case SEAM_VALUE_CALL:
        print_call(item->value, out);
        break;
    case SEAM_VALUE_QUEUED:
        snprintf(out, SEAM_STATE_TEXT, "%s of g%u, frees c%u",
                 item->value >> 16 & 1 ? "finalizer" : "cleanup", item->value & 0xff,
                 item->value >> 8 & 0xff);
        break;
    default:
        if (is_buffer && item->value == (uint32_t)SEAM_DIRTY)
            snprintf(out, SEAM_STATE_TEXT, "uninitialised");
        else
            snprintf(out, SEAM_STATE_TEXT, "%u", item->value);
    }
    return out;
}

const char *seam_state_text(const struct seam_state_item *item, bool gone,
                            char out[SEAM_STATE_TEXT]) {
    const struct seam_state_row *row = &seam_state_rows[item->row];
    char value[SEAM_STATE_TEXT];
    size_t n = 0;
    seam_state_value_text(item, value);
    for (const char *p = gone ? row->gone : row->is; *p != '\0' && n < SEAM_STATE_TEXT - 1; p++) {
        char index[8] = "";
        snprintf(index, sizeof index, "%d", item->index);
        const char *text = *p == '%' ? value : *p == '#' ? index : NULL;
        if (text != NULL)
            n += (size_t)snprintf(out + n, SEAM_STATE_TEXT - n, "%s", text);
        else
            out[n++] = *p;
    }
    out[n < SEAM_STATE_TEXT ? n : SEAM_STATE_TEXT - 1] = '\0';
    return out;
}
