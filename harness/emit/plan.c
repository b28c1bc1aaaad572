#include "emit/plan.h"

#include <stdio.h>
#include <string.h>

#include "rules/rule.h"

/* --- the shows -------------------------------------------------------------------------------- */

static const struct {
    uint8_t how; /* enum seam_show */
    const char *text;
} shows[SEAM_RULES] = {
#define SHOW(rule, how, text) [SEAM_RULE_##rule] = {SEAM_SHOW_##how, text},
#include "emit/shows.def"
#undef SHOW
};

enum seam_show seam_show_of(enum seam_rule rule) { return (enum seam_show)shows[rule].how; }
const char *seam_show_text(enum seam_rule rule) {
    return shows[rule].text != NULL ? shows[rule].text : "";
}

bool seam_plan_causes(const struct seam_step *step, enum seam_fact_kind fact) {
    const struct seam_op_row *row = &seam_op_rows[step->op];
    for (int i = 0; i < row->n_facts; i++)
        if (row->facts[i].kind == fact)
            return true;
    return false;
}

/* --- functions -------------------------------------------------------------------------------- */

/* The functions that a thread is in, innermost last: Go and C by turns. */
struct stack {
    int places[4 * SEAM_DEPTH_MAX], n;
    int calls[SEAM_DEPTH_MAX], n_calls;
};

struct walk {
    struct seam_plan *plan;
    struct seam_scope scope;
    struct stack stacks[SEAM_THREAD_MAX];
    int thread;
    int callbacks[SEAM_STEPS_MAX]; /* of each call */
};

static int add_place(struct seam_plan *plan, enum seam_place_kind kind, int thread, int call) {
    plan->places[plan->n_places] =
        (struct seam_place){.kind = (uint8_t)kind, .thread = (uint8_t)thread, .call = call};
    return plan->n_places++;
}

static void push(struct stack *stack, int place) { stack->places[stack->n++] = place; }
static int top(const struct stack *stack) { return stack->places[stack->n - 1]; }

/* The function in which Go code, or C code, stands now: C calls Go back where it must. */
static int place_for(struct walk *walk, bool is_go) {
    struct seam_plan *plan = walk->plan;
    struct stack *stack = &walk->stacks[walk->thread];
    const struct seam_place *now = &plan->places[top(stack)];
    if (plan->is_c)
        return top(stack);
    if (!is_go && now->kind == SEAM_PLACE_CALLBACK)
        stack->n--;
    if (is_go && now->kind == SEAM_PLACE_C) {
        int call = now->call, place = add_place(plan, SEAM_PLACE_CALLBACK, walk->thread, call);
        plan->places[place].nth = ++walk->callbacks[call];
        push(stack, place);
    }
    return top(stack);
}

/* The innermost call is over. */
static void leave(struct walk *walk) {
    struct stack *stack = &walk->stacks[walk->thread];
    if (stack->n_calls == 0)
        return;
    if (walk->plan->places[top(stack)].kind == SEAM_PLACE_CALLBACK)
        stack->n--;
    stack->n--;
    stack->n_calls--;
}

/* The call of this thread whose argument it is, or -1. */
static int frame_of(const struct walk *walk, int any) {
    const struct stack *stack = &walk->stacks[walk->thread];
    for (int i = stack->n_calls - 1; i >= 0; i--) {
        const struct seam_step *step = seam_plan_step(walk->plan, stack->calls[i]);
        const struct seam_op_row *row = &seam_op_rows[step->op];
        for (int k = 0; k < row->n_operands; k++)
            if (seam_any((enum seam_noun)seam_kind_rows[row->kinds[k]].noun, step->operand[k]) ==
                    any &&
                seam_noun_rows[seam_any_noun(any)].nature == SEAM_NATURE_BORN)
                return stack->calls[i];
    }
    return -1;
}

static void find_frame(struct walk *walk, int s) {
    const struct seam_step *step = seam_plan_step(walk->plan, s);
    const struct seam_op_row *row = &seam_op_rows[step->op];
    struct seam_plan *plan = walk->plan;
    plan->frame[s] = plan->second[s] = -1;
    for (int i = 0; i < row->n_operands; i++) {
        if (seam_noun_rows[seam_kind_rows[row->kinds[i]].noun].nature != SEAM_NATURE_ARGUMENT)
            continue;
        int call = frame_of(walk, step->operand[i]);
        if (i == 0 || plan->frame[s] < 0)
            plan->frame[s] = (int16_t)call;
        plan->second[s] = (int16_t)call;
        if (call >= 0 && plan->body[call] != plan->place[s])
            plan->exports[call] = true;
    }
}

/* What operations do to the functions that are open. */
#define MOVE(name) static void move_##name(struct walk *walk, int s)

static void add_thread(struct walk *walk, int s, enum seam_thread kind) {
    int t = seam_plan_step(walk->plan, s)->operand[0];
    walk->plan->thread_kind[t] = (uint8_t)kind;
    push(&walk->stacks[t], add_place(walk->plan, SEAM_PLACE_THREAD, t, -1));
}

MOVE(goroutine) { add_thread(walk, s, SEAM_THREAD_goroutine); }
MOVE(c_thread) { add_thread(walk, s, SEAM_THREAD_c); }
MOVE(on) { walk->thread = seam_plan_step(walk->plan, s)->operand[0]; }

/* The innermost call of the thread is left and does not end. */
static void abandon(struct walk *walk) {
    const struct stack *stack = &walk->stacks[walk->thread];
    walk->plan->unfinished[stack->calls[stack->n_calls - 1]] = true;
    leave(walk);
}

MOVE(panic) {
    const struct stack *stack = &walk->stacks[walk->thread];
    (void)s;
    walk->plan->panics[stack->calls[stack->n_calls - 1]] = true;
    abandon(walk);
}

MOVE(goexit) {
    (void)s;
    while (walk->stacks[walk->thread].n_calls > 0)
        abandon(walk);
    walk->plan->ended[walk->thread] = true;
    walk->thread = 0;
}

MOVE(return ) {
    (void)s;
    leave(walk);
}

static void (*const moves[SEAM_OPS])(struct walk *, int) = {
#define MOVES(name) [SEAM_OP_##name] = move_##name
    MOVES(goroutine), MOVES(c_thread), MOVES(on), MOVES(panic), MOVES(goexit), MOVES(return ),
#undef MOVES
};

static void walk_steps(struct seam_plan *plan) {
    struct walk walk = {.plan = plan};
    push(&walk.stacks[0], add_place(plan, SEAM_PLACE_MAIN, 0, -1));
    for (int s = 0; s < plan->n_steps; s++) {
        int side = seam_op_rows[seam_plan_step(plan, s)->op].side;
        plan->thread[s] = (uint8_t)walk.thread;
        plan->body[s] = -1;
        plan->place[s] =
            side == SEAM_SIDE_OUT ? -1 : (int16_t)place_for(&walk, side != SEAM_SIDE_C);
        find_frame(&walk, s);
        if (side == SEAM_SIDE_IN) {
            struct stack *stack = &walk.stacks[walk.thread];
            plan->body[s] = (int16_t)add_place(plan, SEAM_PLACE_C, walk.thread, s);
            push(stack, plan->body[s]);
            stack->calls[stack->n_calls++] = s;
        }
        if (moves[seam_plan_step(plan, s)->op] != NULL)
            moves[seam_plan_step(plan, s)->op](&walk, s);
    }
    plan->ended[walk.thread] = true;
}

/* --- objects ---------------------------------------------------------------------------------- */

static void note_fact(struct seam_plan *plan, int s, const struct seam_fact *fact) {
    if (fact->kind == SEAM_FACT_born_go || fact->kind == SEAM_FACT_born_global) {
        const struct seam_fact_born_go *f = (const void *)fact->arg;
        plan->shape[f->go] = f->shape;
        plan->is_global[f->go] = fact->kind == SEAM_FACT_born_global;
    } else if (fact->kind == SEAM_FACT_born_c) {
        const struct seam_fact_born_c *f = (const void *)fact->arg;
        plan->born[f->c] = (int16_t)s;
        plan->allocator[f->c] = f->allocator;
        plan->whole[f->c] = f->c;
        plan->needs[f->c] = -1;
    } else if (fact->kind == SEAM_FACT_borrow) {
        const struct seam_fact_borrow *f = (const void *)fact->arg;
        plan->born[f->c] = (int16_t)s;
        plan->allocator[f->c] = SEAM_ALLOCATOR_malloc;
        plan->whole[f->c] = f->parent;
        plan->needs[f->c] = -1;
    } else if (fact->kind == SEAM_FACT_child) {
        const struct seam_fact_child *f = (const void *)fact->arg;
        plan->needs[f->c] = (int8_t)f->parent;
    }
}

static void note_objects(struct seam_plan *plan) {
    for (int s = 0; s < plan->n_steps; s++) {
        const struct seam_step *step = seam_plan_step(plan, s);
        const struct seam_op_row *row = &seam_op_rows[step->op];
        for (int i = 0; i < row->n_facts; i++) {
            struct seam_fact fact = seam_fact_of_step(&row->facts[i], step);
            note_fact(plan, s, &fact);
        }
    }
}

/* --- finalizers ------------------------------------------------------------------------------- */

static void set_due(struct seam_plan *plan, int s) {
    const struct seam_step *step = seam_plan_step(plan, s);
    const struct seam_op_finalizer *o = (const void *)step->operand;
    bool is_cleanup = seam_plan_causes(step, SEAM_FACT_cleanup);
    if (is_cleanup || seam_plan_causes(step, SEAM_FACT_finalizer))
        plan->due[s] = (struct seam_due){
            .go = o->go, .c = o->block, .is_cleanup = is_cleanup, .queued = -1, .ran = -1};
    else
        plan->due[s] = (struct seam_due){.go = -1};
    for (int i = 0; step->op == SEAM_OP_detach && i < s; i++)
        if (plan->due[i].go == step->operand[0] && !plan->due[i].is_cleanup &&
            plan->due[i].queued < 0)
            plan->due[i].is_removed = true;
}

/* The step that set what the event is about: the first one of the object that waits for it. */
static int due_of(const struct seam_plan *plan, const struct seam_event *event) {
    bool ran = event->kind == SEAM_EVENT_ran;
    for (int cleanup = 0; cleanup < 2; cleanup++)
        for (int s = 0; s < event->step; s++) {
            const struct seam_due *due = &plan->due[s];
            if (due->go == event->what && due->is_cleanup == cleanup && !due->is_removed &&
                (ran ? due->queued >= 0 && due->ran < 0 : due->queued < 0))
                return s;
        }
    return -1;
}

static int queued_at(const struct seam_plan *plan, int step) {
    int n = 0;
    for (int s = 0; s < plan->n_steps; s++)
        n += plan->due[s].go >= 0 && plan->due[s].queued == step;
    return n;
}

static void plan_dues(struct seam_plan *plan) {
    const struct seam_trace *trace = &plan->it->observed;
    for (int s = 0; s < plan->n_steps; s++) {
        plan->runs[s] = -1;
        set_due(plan, s);
    }
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++) {
        if (e->kind != SEAM_EVENT_queued && e->kind != SEAM_EVENT_ran)
            continue;
        int s = due_of(plan, e);
        if (s >= 0 && e->kind == SEAM_EVENT_queued)
            plan->due[s].queued = e->step;
        else if (s >= 0) {
            plan->due[s].ran = e->step;
            plan->runs[e->step] = (int16_t)s;
        }
    }
    for (int s = 0; s < plan->n_steps; s++) {
        struct seam_due *due = &plan->due[s];
        due->is_direct =
            due->go >= 0 &&
            (due->queued < 0 || (due->ran == due->queued + 1 && queued_at(plan, due->queued) == 1));
    }
}

/* --- shows ------------------------------------------------------------------------------------ */

static bool is_collected(const struct seam_plan *plan, int go) {
    const struct seam_trace *trace = &plan->it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++)
        if (e->kind == SEAM_EVENT_collected && (e->value >> go & 1) != 0)
            return true;
    return false;
}

static bool has_due(const struct seam_plan *plan, int go) {
    for (int s = 0; s < plan->n_steps; s++)
        if (plan->due[s].go == go)
            return true;
    return false;
}

/* The calls that are open at a step and were given this block. */
static void announce(struct seam_plan *plan, int step, int c) {
    for (int s = 0; s < step; s++) {
        const struct seam_op_call_c *o = (const void *)seam_plan_step(plan, s)->operand;
        if (seam_plan_step(plan, s)->op == SEAM_OP_call_c && plan->whole[o->c] == plan->whole[c])
            plan->announced[s] = true;
    }
}

static void plan_show(struct seam_plan *plan, const struct seam_event *e) {
    int number = seam_any_number((int)e->value);
    if (seam_show_of((enum seam_rule)e->what) == SEAM_SHOW_COLLECTED &&
        seam_any_noun((int)e->value) == SEAM_NOUN_go && !plan->is_global[number] &&
        !has_due(plan, number) && is_collected(plan, number) && !plan->is_witnessed[number]) {
        plan->is_witnessed[number] = true;
        plan->says[number] = e->what;
    }
    if (seam_show_of((enum seam_rule)e->what) == SEAM_SHOW_CALLING &&
        seam_any_noun((int)e->value) == SEAM_NOUN_c)
        announce(plan, e->step, number);
}

bool seam_plan_shows(const struct seam_plan *plan, const struct seam_event *e) {
    enum seam_noun noun = seam_any_noun((int)e->value);
    int number = seam_any_number((int)e->value);
    switch (seam_show_of((enum seam_rule)e->what)) {
    case SEAM_SHOW_SAYS:
        return false;
    case SEAM_SHOW_COLLECTED:
        return noun == SEAM_NOUN_go && plan->is_witnessed[number];
    case SEAM_SHOW_CALLING: /* the flag is Go's */
        return plan->is_c || plan->runs[e->step] >= 0 ||
               plan->places[plan->place[e->step]].kind != SEAM_PLACE_C;
    default:
        return true;
    }
}

/* --- sizes ------------------------------------------------------------------------------------ */

/* Each object has a size class that no other has, so that nothing takes the place of one that was
 * collected unless the scenario says so; see go/machine.go. */
int seam_plan_size(int go) {
    static const int classes[SEAM_GO_MAX] = {704,  768,  896,  1024, 1280, 1408,
                                             1536, 2688, 3072, 3200, 3456, 4096};
    return classes[go] - 136;
}

int seam_plan_word(const struct seam_plan *plan, int go) {
    static const uint8_t sizes[SEAM_SHAPES] = {
        [SEAM_SHAPE_strings] = 16, [SEAM_SHAPE_slices] = 24, [SEAM_SHAPE_interfaces] = 16};
    int size = sizes[plan->shape[go]];
    return size > 0 ? size : 8;
}

int seam_plan_prefix(const struct seam_plan *plan, int go) {
    return SEAM_WORDS * seam_plan_word(plan, go) + (plan->shape[go] != SEAM_SHAPE_array ? 8 : 0);
}

/* --- variables -------------------------------------------------------------------------------- */

/* A function of Go names it. Twice in one is a local variable, once in each of two is not. */
static void mention(struct seam_plan *plan, enum seam_noun noun, int number, int place) {
    if (plan->where[noun][number] == SEAM_WHERE_C)
        return;
    if (plan->mentions[noun][number]++ == 0) {
        plan->home[noun][number] = (int16_t)place;
        plan->where[noun][number] = SEAM_WHERE_LOCAL;
    } else if (plan->home[noun][number] != place) {
        plan->where[noun][number] = SEAM_WHERE_PACKAGE;
    }
}

/* A C function names a block: it is its argument, or given to it as well, or a variable of C. */
static void mention_in_c(struct seam_plan *plan, int c, int place) {
    int call = plan->places[place].call;
    const struct seam_op_call_c *o = (const void *)seam_plan_step(plan, call)->operand;
    if (seam_plan_step(plan, call)->op == SEAM_OP_call_c && o->c == c)
        return;
    if (plan->born[c] < call) {
        plan->places[place].params |= 1u << c;
        mention(plan, SEAM_NOUN_c, c, plan->place[call]);
    } else {
        plan->where[SEAM_NOUN_c][c] = SEAM_WHERE_C;
    }
}

static void mention_block(struct seam_plan *plan, int c, int place) {
    const struct seam_place *it = &plan->places[place];
    if (it->kind == SEAM_PLACE_C && !plan->is_c)
        mention_in_c(plan, c, place);
    else if (it->kind != SEAM_PLACE_C || seam_plan_step(plan, it->call)->operand[0] != c)
        mention(plan, SEAM_NOUN_c, c, place);
}

static void mention_operands(struct seam_plan *plan, int s) {
    const struct seam_step *step = seam_plan_step(plan, s);
    const struct seam_op_row *row = &seam_op_rows[step->op];
    int place = plan->place[s];
    for (int i = 0; i < row->n_operands; i++) {
        int noun = seam_kind_rows[row->kinds[i]].noun, number = step->operand[i];
        if (noun == SEAM_NOUN_any && seam_any_noun(number) == SEAM_NOUN_c)
            mention_block(plan, seam_any_number(number), place);
        else if (noun == SEAM_NOUN_c)
            mention_block(plan, number, place);
        else if (noun == SEAM_NOUN_go && row->side == SEAM_SIDE_C)
            plan->where[noun][number] = SEAM_WHERE_PACKAGE; /* a result's function names it */
        else if (seam_noun_rows[noun].nature == SEAM_NATURE_BORN)
            mention(plan, (enum seam_noun)noun, number, place);
        if (noun == SEAM_NOUN_c && plan->needs[number] >= 0)
            mention_block(plan, plan->needs[number], place);
    }
}

/* Blocks that a step is about and does not name: what a wrapper holds, what a check looks at. */
static void mention_others(struct seam_plan *plan, int s) {
    const struct seam_step *step = seam_plan_step(plan, s);
    const struct seam_trace *trace = &plan->it->observed;
    int place = plan->place[s];
    if (step->op == SEAM_OP_close) {
        const struct seam_word *word = &plan->memory[s].go_words[step->operand[0]][0];
        if (word->target == SEAM_TARGET_C && plan->needs[word->number] >= 0)
            mention_block(plan, plan->needs[word->number], place);
    }
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++) {
        if (e->kind != SEAM_EVENT_broken || e->step != s)
            continue;
        enum seam_show show = seam_show_of((enum seam_rule)e->what);
        enum seam_noun noun = seam_any_noun((int)e->value);
        int number = seam_any_number((int)e->value);
        if (noun == SEAM_NOUN_c && (show == SEAM_SHOW_GONE || show == SEAM_SHOW_ENDS))
            mention_block(plan, plan->whole[number],
                          plan->runs[s] >= 0 ? plan->place[plan->runs[s]] : place);
    }
}

/* What is looked at when everything is over. */
static void mention_at_the_end(struct seam_plan *plan) {
    const struct seam_trace *trace = &plan->it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++) {
        enum seam_noun noun = seam_any_noun((int)e->value);
        int number = seam_any_number((int)e->value);
        if (e->kind != SEAM_EVENT_broken)
            continue;
        enum seam_show show = seam_show_of((enum seam_rule)e->what);
        if (noun == SEAM_NOUN_c && show == SEAM_SHOW_LIVE)
            mention(plan, SEAM_NOUN_c, plan->whole[number], 0);
        if (noun == SEAM_NOUN_handle && show == SEAM_SHOW_DELETED)
            mention(plan, SEAM_NOUN_handle, number, 0);
    }
}

/* What follows a step that corrupts memory is not part of the program. */
static int steps_of(const struct seam_case *it) {
    const struct seam_trace *trace = &it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++)
        if (e->kind == SEAM_EVENT_broken && e->what != SEAM_RULE_none &&
            seam_rule_rows[e->what].fate == SEAM_FATE_ENDS && e->step < it->scenario.n_steps)
            return e->step + 1;
    return it->scenario.n_steps;
}

void seam_plan_make(struct seam_plan *plan, const struct seam_case *it, bool is_c) {
    *plan = (struct seam_plan){.it = it, .is_c = is_c, .n_steps = steps_of(it)};
    const struct seam_trace *trace = &it->observed;
    walk_steps(plan);
    note_objects(plan);
    plan_dues(plan);
    plan->memory[0].level = -1;
    for (int s = 0; s < plan->n_steps; s++) {
        plan->memory[s + 1] = plan->memory[s];
        seam_plan_apply(plan, s, &plan->memory[s + 1]);
    }
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++)
        if (e->kind == SEAM_EVENT_broken)
            plan_show(plan, e);
    for (int pass = 0; pass < 2; pass++) /* a variable of C may be found late */
        for (int s = 0; s < plan->n_steps; s++)
            if (plan->place[s] >= 0) {
                mention_operands(plan, s);
                mention_others(plan, s);
            }
    mention_at_the_end(plan);
    seam_plan_name(plan);
}
