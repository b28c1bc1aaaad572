/* Names: what a maintainer might call these things. Each is used once in a program, in Go and in C,
 * so that neither a variable nor a function hides another. */
#include <stdio.h>
#include <string.h>

#include "emit/plan.h"

enum { TAKEN_MAX = 256 };

struct names {
    struct seam_plan *plan;
    const char *taken[TAKEN_MAX];
    int n;
};

static bool is_taken(const struct names *names, const char *name) {
    for (int i = 0; i < names->n; i++)
        if (strcmp(names->taken[i], name) == 0)
            return true;
    return false;
}

/* The first of these words, separated by spaces, that is free, or the first with a number. */
static void name(struct names *names, const char *words, char to[SEAM_EMIT_NAME]) {
    for (const char *word = words; *word != '\0'; word += strspn(word, " ")) {
        int n = (int)strcspn(word, " ");
        snprintf(to, SEAM_EMIT_NAME, "%.*s", n, word);
        if (!is_taken(names, to))
            break;
        word += n;
        to[0] = '\0';
    }
    for (int i = 2; to[0] == '\0'; i++) {
        snprintf(to, SEAM_EMIT_NAME, "%.*s%d", (int)strcspn(words, " "), words, i);
        if (is_taken(names, to))
            to[0] = '\0';
    }
    if (names->n < TAKEN_MAX)
        names->taken[names->n++] = to;
}

/* --- objects ---------------------------------------------------------------------------------- */

static const char *go_words(const struct seam_plan *plan, int go) {
    static const char *const words[SEAM_SHAPES] = {
        [SEAM_SHAPE_data] = "buffer other item result sample packet",
        [SEAM_SHAPE_node] = "node inner leaf next",
        [SEAM_SHAPE_array] = "array row column",
        [SEAM_SHAPE_strings] = "record names labels",
        [SEAM_SHAPE_slices] = "message parts chunks",
        [SEAM_SHAPE_interfaces] = "values options settings",
        [SEAM_SHAPE_funcs] = "hooks actions handlers",
        [SEAM_SHAPE_maps] = "index tables caches",
        [SEAM_SHAPE_chans] = "queues channels signals",
    };
    static const bool owns[SEAM_OPS] = {
#define OWNS(op) [SEAM_OP_##op] = true,
#include "emit/emit.def"
#undef OWNS
    };
    for (int s = 0; s < plan->n_steps; s++)
        if (owns[seam_plan_step(plan, s)->op] && seam_plan_step(plan, s)->operand[0] == go)
            return "owner second third fourth";
    return words[plan->shape[go]];
}

static const char *c_words(const struct seam_plan *plan, int c) {
    static const char *const words[SEAM_OPS] = {
#define NAMED(op, words) [SEAM_OP_##op] = words,
#include "emit/emit.def"
#undef NAMED
    };
    return words[seam_plan_step(plan, plan->born[c])->op];
}

static void name_nouns(struct names *names) {
    static const char *const words[SEAM_NOUNS] = {
        [SEAM_NOUN_local] = "local counter total", [SEAM_NOUN_pinner] = "pinner pinner2",
        [SEAM_NOUN_handle] = "id otherID",         [SEAM_NOUN_callback] = "0",
        [SEAM_NOUN_weak] = "weakly alsoWeakly",    [SEAM_NOUN_thread] = "worker helper third",
    };
    struct seam_plan *plan = names->plan;
    struct seam_scope scope;
    seam_scope_init(&scope, plan->it->scenario.release);
    snprintf(plan->names[SEAM_NOUN_thread][0], SEAM_EMIT_NAME, "main");
    for (int s = 0; s < plan->n_steps; s++) {
        const struct seam_step *step = seam_plan_step(plan, s);
        const struct seam_op_row *row = &seam_op_rows[step->op];
        for (int i = 0; i < row->n_operands; i++) {
            const struct seam_kind_row *kind = &seam_kind_rows[row->kinds[i]];
            int noun = kind->noun, number = step->operand[i];
            if (kind->role != SEAM_ROLE_BIRTH)
                continue;
            if (noun == SEAM_NOUN_callback)
                snprintf(plan->names[noun][number], SEAM_EMIT_NAME, "%d", number);
            else
                name(names,
                     noun == SEAM_NOUN_go  ? go_words(plan, number)
                     : noun == SEAM_NOUN_c ? c_words(plan, number)
                                           : words[noun],
                     plan->names[noun][number]);
        }
    }
}

/* --- functions -------------------------------------------------------------------------------- */

/* What C does in a call: the verb of the first of its operations that has one. */
static const char *verb_of(const struct seam_plan *plan, int place) {
    static const char *const verbs[SEAM_OPS] = {
#define EMIT(op, verb, ...) [SEAM_OP_##op] = verb,
#include "emit/emit.def"
#undef EMIT
    };
    int call = plan->places[place].call;
    if (seam_plan_step(plan, call)->op == SEAM_OP_call_protected)
        return "protect";
    for (int s = call + 1; s < plan->n_steps; s++)
        if (plan->place[s] == place && verbs[seam_plan_step(plan, s)->op][0] != '\0' &&
            verbs[seam_plan_step(plan, s)->op][0] != '@')
            return verbs[seam_plan_step(plan, s)->op];
    for (int i = 0; i < plan->n_places; i++)
        if (plan->places[i].kind == SEAM_PLACE_CALLBACK && plan->places[i].call == call)
            return "run";
    return "receive";
}

static void name_places(struct names *names) {
    struct seam_plan *plan = names->plan;
    for (int i = 0; i < plan->n_places; i++) {
        struct seam_place *place = &plan->places[i];
        char words[64];
        if (place->kind == SEAM_PLACE_MAIN) {
            snprintf(place->name, sizeof place->name, "run");
        } else if (place->kind == SEAM_PLACE_THREAD) {
            memcpy(place->name, plan->names[SEAM_NOUN_thread][place->thread], sizeof place->name);
        } else if (place->kind == SEAM_PLACE_C) {
            snprintf(words, sizeof words, "do_%s", verb_of(plan, i));
            name(names, words, place->name);
        }
    }
    for (int i = 0; i < plan->n_places; i++) {
        struct seam_place *place = &plan->places[i];
        char words[80];
        if (place->kind != SEAM_PLACE_CALLBACK)
            continue;
        const char *call = plan->places[plan->body[place->call]].name;
        snprintf(words, sizeof words, "during%c%s", call[3] - 'a' + 'A', call + 4);
        for (char *dash = strchr(words, '_'); dash != NULL; dash = strchr(dash, '_'))
            memmove(dash, dash + 1, strlen(dash));
        name(names, words, place->name);
    }
}

static void name_dues(struct names *names) {
    struct seam_plan *plan = names->plan;
    for (int s = 0; s < plan->n_steps; s++) {
        struct seam_due *due = &plan->due[s];
        char words[80];
        if (due->go < 0)
            continue;
        snprintf(words, sizeof words, "%.30s%s", plan->names[SEAM_NOUN_go][due->go],
                 !due->is_direct   ? "Due"
                 : due->is_cleanup ? "CleanedUp"
                                   : "Finalized");
        name(names, words, due->name);
    }
}

void seam_plan_name(struct seam_plan *plan) {
    struct names names = {.plan = plan};
    name_nouns(&names);
    name_places(&names);
    name_dues(&names);
}
