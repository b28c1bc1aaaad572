#include "oracle/passing.h"

int passing_leads_to(const struct world *w, int go, int from) {
    const struct world_go *it = &w->go[go];
    for (int i = from; i < SEAM_WORDS; i++)
        if (it->refs[i] != REF_NIL &&
            (world_words_are_boxes(it) ||
             (world_is_go(it->refs[i]) && world_is_unpinned(w, seam_any_number(it->refs[i])))))
            return it->refs[i];
    return -1;
}

int passing_leads_behind(const struct world *w, int go) {
    for (int i = 0; i < SEAM_WORDS; i++)
        if (world_is_go(w->go[go].refs[i])) {
            int inner = passing_leads_to(w, seam_any_number(w->go[go].refs[i]), 0);
            if (inner >= 0)
                return inner;
        }
    return -1;
}

/* A field as cgo recognises it in the call, or as a slice of what is in it. */
static bool is_shown_field(enum seam_form form) {
    return form == SEAM_FORM_field || form == SEAM_FORM_bytes || form == SEAM_FORM_bytesdata;
}

static bool is_field(enum seam_form form) {
    return is_shown_field(form) || form == SEAM_FORM_variable || form == SEAM_FORM_parentheses;
}

static bool is_element(enum seam_form form) {
    return form == SEAM_FORM_element || form == SEAM_FORM_slice || form == SEAM_FORM_tail ||
           form == SEAM_FORM_pointed || form == SEAM_FORM_slicedata;
}

/* "When passing a pointer to a field in a struct, the Go memory in question is the memory occupied
 * by the field, not the entire struct. When passing a pointer to an element in an array or slice,
 * the Go memory in question is the entire array or the entire backing array of the slice." The
 * field is the buffer, or the words of an array. */
bool passing_shows_words(enum seam_form form, enum seam_shape shape) {
    if (shape == SEAM_SHAPE_data || form == SEAM_FORM_uintptr)
        return false;
    return !is_field(form) || shape == SEAM_SHAPE_array;
}

bool passing_reaches_buffer(enum seam_form form, enum seam_shape shape) {
    return shape != SEAM_SHAPE_array && !is_element(form);
}

/* "Cgo checks dynamically": which check, if any, rejects the argument? These are the limits that
 * the documentation of the runtime's check states: by type where the expression shows it, else the
 * whole allocation, but only what is directly in it. SEAM_RULE_none: it is accepted; a refused_
 * rule: the reason, should the argument be legal. */
static enum seam_rule refusal_by_type(const struct world *w, int go, int from) {
    const struct world_go *it = &w->go[go];
    bool follows = it->shape == SEAM_SHAPE_node || it->shape == SEAM_SHAPE_array ||
                   it->shape == SEAM_SHAPE_interfaces;
    if (it->shape == SEAM_SHAPE_maps || it->shape == SEAM_SHAPE_chans)
        return SEAM_RULE_refused_nil;
    if (it->shape == SEAM_SHAPE_data)
        return SEAM_RULE_none;
    if (passing_leads_to(w, go, from) >= 0)
        return SEAM_RULE_refused_field;
    for (int i = from; i < SEAM_WORDS && follows; i++) {
        if (!world_is_go(it->refs[i]))
            continue;
        int inner = seam_any_number(it->refs[i]);
        if (w->go_global >> inner & 1 && w->go[inner].shape != SEAM_SHAPE_data)
            return SEAM_RULE_refused_global;
        if (passing_leads_to(w, inner, 0) >= 0)
            return SEAM_RULE_refused_field;
    }
    return SEAM_RULE_none;
}

enum seam_rule passing_refusal_of_pointer(const struct world *w, int go) {
    if (w->go[go].shape == SEAM_SHAPE_data)
        return SEAM_RULE_none;
    if (w->go_global >> go & 1)
        return SEAM_RULE_refused_global;
    return passing_leads_to(w, go, 0) >= 0 ? SEAM_RULE_refused_field : SEAM_RULE_none;
}

enum seam_rule passing_refusal(const struct world *w, int go, enum seam_form form) {
    if (form == SEAM_FORM_cast || form == SEAM_FORM_uintptr)
        return SEAM_RULE_none;
    if (is_element(form) || form == SEAM_FORM_whole)
        return refusal_by_type(w, go, form == SEAM_FORM_tail ? 1 : 0);
    if (is_shown_field(form))
        return w->go[go].shape == SEAM_SHAPE_array ? refusal_by_type(w, go, 0) : SEAM_RULE_none;
    return passing_refusal_of_pointer(w, go);
}
