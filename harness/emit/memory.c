/* What is in memory, step by step, as far as the facts say: a program knows what it should read. */
#include "emit/plan.h"

#include <string.h>

#include "rules/rule.h"

#define DIRTY_WORD 0xdbdbdbdbdbdbdbdbULL

struct memory_step {
    const struct seam_plan *plan;
    struct seam_memory *memory;
    int step;
};

#define EFFECT(name)                                                                               \
    static void effect_##name(const struct memory_step *at, const struct seam_fact_##name *f);     \
    static void do_##name(const struct memory_step *at, const uint8_t *arg) {                      \
        effect_##name(at, (const void *)arg);                                                      \
    }                                                                                              \
    static void effect_##name(const struct memory_step *at, const struct seam_fact_##name *f)

static struct seam_content known(uint64_t value) { return (struct seam_content){true, value}; }

/* The buffer that a C pointer leads to: that of its block. */
static struct seam_content *buffer_of(const struct memory_step *at, int c) {
    return &at->memory->c[at->plan->whole[c]];
}

static void point(struct seam_word *word, enum seam_target target, int number) {
    *word = (struct seam_word){(uint8_t)target, (uint8_t)number};
}

/* The content that an argument leads to, or NULL if C was not given the buffer. */
static struct seam_content *content_of(const struct memory_step *at, int any) {
    int number = seam_any_number(any), call = at->plan->frame[at->step];
    if (seam_any_noun(any) == SEAM_NOUN_c)
        return buffer_of(at, number);
    if (seam_any_noun(any) == SEAM_NOUN_local)
        return &at->memory->local[number];
    return call >= 0 && seam_plan_buffer(at->plan, call) >= 0 ? &at->memory->go[number] : NULL;
}

static void point_at(struct seam_word *word, int any) {
    point(word, seam_any_noun(any) == SEAM_NOUN_c ? SEAM_TARGET_C : SEAM_TARGET_GO,
          seam_any_number(any));
}

EFFECT(born_go) { at->memory->go[f->go] = known(0); }
EFFECT(born_global) { at->memory->go[f->go] = known(0); }
EFFECT(link_go) { point(&at->memory->go_words[f->go][f->word], SEAM_TARGET_GO, f->to); }
EFFECT(link_c) { point(&at->memory->go_words[f->go][f->word], SEAM_TARGET_C, f->c); }
EFFECT(sentinel) { point(&at->memory->go_words[f->go][f->word], SEAM_TARGET_OTHER, 0); }
EFFECT(unlink) { point(&at->memory->go_words[f->go][f->word], SEAM_TARGET_NOTHING, 0); }
EFFECT(c_link) { point_at(&at->memory->go_words[seam_any_number(f->arg)][f->word], f->to); }
EFFECT(born_c) {
    at->memory->c[f->c] = known(f->fill == SEAM_FILL_dirty ? DIRTY_WORD : 0);
    for (int w = 0; w < SEAM_WORDS && f->fill == SEAM_FILL_dirty; w++)
        point(&at->memory->c_words[f->c][w], SEAM_TARGET_OTHER, 0);
}
EFFECT(free) { at->memory->freed[f->c] = true; }
EFFECT(close) {
    const struct seam_word *word = &at->memory->go_words[f->go][0];
    if (word->target == SEAM_TARGET_C)
        at->memory->freed[word->number] = true;
}
EFFECT(run) {
    int set = at->plan->runs[at->step];
    (void)f;
    if (set >= 0)
        at->memory->freed[at->plan->due[set].c] = true;
}
EFFECT(put_c) { *buffer_of(at, f->c) = known(f->value); }
EFFECT(copy_out) { *buffer_of(at, f->c) = at->memory->go[f->go]; }
EFFECT(copy_in) { at->memory->go[f->go] = *buffer_of(at, f->c); }
EFFECT(copy_c) {
    *buffer_of(at, f->c) = *buffer_of(at, f->from);
    memcpy(at->memory->c_words[f->c], at->memory->c_words[f->from],
           sizeof at->memory->c_words[f->c]);
}
EFFECT(store_go) { point(&at->memory->c_words[f->c][f->word], SEAM_TARGET_GO, f->go); }
EFFECT(store_int) { point(&at->memory->c_words[f->c][f->word], SEAM_TARGET_GO, f->go); }
EFFECT(store_c) { point(&at->memory->c_words[f->c][f->word], SEAM_TARGET_C, f->to); }
EFFECT(store_words) {
    memcpy(at->memory->c_words[f->c], at->memory->go_words[f->go],
           sizeof at->memory->c_words[f->c]);
}
EFFECT(clear) { point(&at->memory->c_words[f->c][f->word], SEAM_TARGET_NOTHING, 0); }
EFFECT(keep) { point_at(&at->memory->c_words[f->c][f->word], f->arg); }
EFFECT(advance) { point(&at->memory->c_words[f->c][f->word], SEAM_TARGET_OTHER, 0); }
EFFECT(enter_local) { at->memory->local[f->local] = known(f->value); }
EFFECT(put_arg) {
    struct seam_content *content = content_of(at, f->arg);
    if (content != NULL)
        *content = known(f->value);
}
EFFECT(put_ints) {
    struct seam_content *content = content_of(at, f->arg);
    if (content != NULL)
        *content = known(f->value);
}
EFFECT(setenv) { at->memory->level = f->value; }
EFFECT(c_setenv) { at->memory->level = f->value; }
EFFECT(set_error) { at->memory->errors[at->plan->thread[at->step]] = f->value; }
EFFECT(succeed) {
    (void)f;
    at->memory->errors[at->plan->thread[at->step]] = 0;
}

/* Facts that change nothing here have no entry. */
static void (*const effects[SEAM_FACTS])(const struct memory_step *, const uint8_t *) = {
#define DOES(name) [SEAM_FACT_##name] = do_##name
    DOES(born_go),   DOES(born_global), DOES(link_go),     DOES(link_c),      DOES(sentinel),
    DOES(unlink),    DOES(c_link),      DOES(born_c),      DOES(free),        DOES(close),
    DOES(run),       DOES(put_c),       DOES(copy_out),    DOES(copy_in),     DOES(copy_c),
    DOES(store_go),  DOES(store_int),   DOES(store_c),     DOES(clear),       DOES(keep),
    DOES(advance),   DOES(put_arg),     DOES(put_ints),    DOES(setenv),      DOES(c_setenv),
    DOES(set_error), DOES(succeed),     DOES(enter_local), DOES(store_words),
#undef DOES
};

void seam_plan_apply(const struct seam_plan *plan, int step, struct seam_memory *memory) {
    const struct memory_step at = {plan, memory, step};
    const struct seam_op_row *row = &seam_op_rows[seam_plan_step(plan, step)->op];
    for (int i = 0; i < row->n_facts; i++) {
        struct seam_fact fact = seam_fact_of_step(&row->facts[i], seam_plan_step(plan, step));
        if (effects[fact.kind] != NULL)
            effects[fact.kind](&at, fact.arg);
    }
}

/* Where the pointer of each form points: at the words, at the buffer, or at the second word. */
enum form_place { AT_OBJECT, AT_BUFFER, AT_WORDS };
static const uint8_t form_places[SEAM_FORMS] = {
    [SEAM_FORM_field] = AT_BUFFER,       [SEAM_FORM_variable] = AT_BUFFER,
    [SEAM_FORM_parentheses] = AT_BUFFER, [SEAM_FORM_element] = AT_WORDS,
    [SEAM_FORM_slice] = AT_WORDS,        [SEAM_FORM_tail] = AT_WORDS,
    [SEAM_FORM_pointed] = AT_WORDS,      [SEAM_FORM_slicedata] = AT_WORDS,
    [SEAM_FORM_bytes] = AT_BUFFER,       [SEAM_FORM_bytesdata] = AT_BUFFER,
};

int seam_plan_buffer(const struct seam_plan *plan, int call) {
    const struct seam_step *step = seam_plan_step(plan, call);
    if (step->op != SEAM_OP_call)
        return 0;
    const struct seam_op_call *o = (const void *)step->operand;
    if (plan->shape[o->go] == SEAM_SHAPE_array || form_places[o->form] == AT_WORDS)
        return -1;
    return form_places[o->form] == AT_BUFFER ? 0 : SEAM_WORDS * seam_plan_word(plan, o->go) / 8;
}
