/* Steps that a line of a table cannot say. Calls: calls.c. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emit/writer.h"
#include "rules/rule.h"

#define OPERANDS_OF(op, writer, step)                                                              \
    ((const struct seam_op_##op *)(const void *)seam_plan_step((writer)->plan, step)->operand)

static const struct {
    const char *type, *nil, *pointer;
} shapes[SEAM_SHAPES] = {
#define SHAPE_IN_GO(name, type, nil, pointer) [SEAM_SHAPE_##name] = {type, nil, pointer},
#include "emit/emit.def"
#undef SHAPE_IN_GO
};

const char *seam_write_shape(int shape, const char **nil, const char **type) {
    *nil = shapes[shape].nil;
    *type = shapes[shape].type;
    return shapes[shape].pointer;
}

void seam_write_fill(struct seam_draft *out, const char *pattern, const char *pointer) {
    for (; *pattern != '\0'; pattern++)
        if (pattern[0] == '{' && pattern[1] == '}') {
            seam_draft_add(out, "%s", pointer);
            pattern++;
        } else {
            seam_draft_add(out, "%c", *pattern);
        }
}

/* The comment is all: what follows begins after a gap. */
void seam_special_nothing(struct seam_writer *writer, int step) {
    seam_write_lines(writer, writer->plan->place[step], "\n");
}

void seam_special_return(struct seam_writer *writer, int step) {
    (void)writer;
    (void)step;
}

/* --- memory ----------------------------------------------------------------------------------- */

/* Both kinds of link have their operands in the same order: object, word, target. */
void seam_special_link(struct seam_writer *writer, int s) {
    const struct seam_step *step = seam_plan_step(writer->plan, s);
    const struct seam_op_link *o = (const void *)step->operand;
    bool is_c = step->op == SEAM_OP_link_c;
    struct seam_draft code = {NULL, 0, 0};
    char pointer[120];
    snprintf(pointer, sizeof pointer, "unsafe.Pointer(%s)",
             seam_write_name(writer, is_c ? SEAM_NOUN_c : SEAM_NOUN_go, o->go, false));
    seam_draft_add(&code, "%s.refs[%d] = ", seam_write_name(writer, SEAM_NOUN_go, o->node, false),
                   o->word);
    seam_write_fill(&code, shapes[writer->plan->shape[o->node]].pointer, pointer);
    seam_write_lines(writer, writer->plan->place[s], code.text);
    seam_draft_free(&code);
}

static const struct {
    const char *name, *fields;
} layouts[SEAM_LAYOUTS] = {
#define LAYOUT_IN_C(name, fields) [SEAM_LAYOUT_##name] = {#name, fields},
#include "emit/emit.def"
#undef LAYOUT_IN_C
};

void seam_special_layout(struct seam_writer *writer, int s) {
    int layout = OPERANDS_OF(layout, writer, s)->layout, place = writer->plan->place[s];
    const char *name = layouts[layout].name;
    static const char *const facts[3][3] = {
        {"size", "sizeof(struct %s)", "Sizeof(s)"},
        {"offset", "offsetof(struct %s, last)", "Offsetof(s.last)"},
        {"alignment", "_Alignof(struct %s)", "Alignof(s)"},
    };
    if (!writer->is_laid_out[layout])
        seam_draft_add(&writer->c_types, "struct %s {\n%s;\n\n", name, layouts[layout].fields);
    seam_write_add(writer, place, "{\n\tvar s C.struct_%s\n", name);
    for (int i = 0; i < 3; i++) {
        char expression[80];
        snprintf(expression, sizeof expression, facts[i][1], name);
        if (!writer->is_laid_out[layout]) {
            seam_draft_add(&writer->c_functions, "size_t %s_%s(void) { return %s; }\n", name,
                           facts[i][0], expression);
            seam_draft_add(&writer->c_prototypes, "size_t %s_%s(void);\n", name, facts[i][0]);
        }
        seam_write_add(writer, place,
                       "\tcheck(\"the %s of struct %s in Go\", uint64(unsafe.%s), "
                       "uint64(C.%s_%s()))\n",
                       facts[i][0], name, facts[i][2], name, facts[i][0]);
    }
    if (!writer->is_laid_out[layout])
        seam_draft_add(&writer->c_functions, "\n");
    seam_write_add(writer, place, "}\n");
    writer->is_laid_out[layout] = true;
}

/* The wrapper's word as a block. */
static void word_as_block(const struct seam_writer *writer, int go, int word, char text[120]) {
    snprintf(text, 120, "(*C.struct_block)(%s.refs[%d])",
             seam_write_name(writer, SEAM_NOUN_go, go, false), word);
}

void seam_special_close(struct seam_writer *writer, int s) {
    int go = OPERANDS_OF(close, writer, s)->wrapper, place = writer->plan->place[s];
    const struct seam_word *word = &writer->plan->memory[s].go_words[go][0];
    struct seam_draft code = {NULL, 0, 0};
    char block[120];
    word_as_block(writer, go, 0, block);
    if (word->target == SEAM_TARGET_C) {
        seam_draft_add(&code, "C.");
        seam_write_free(writer, word->number, false, s, false, block, &code);
        seam_write_lines(writer, place, code.text);
    } else {
        seam_write_add(writer, place, "// There is nothing in it.\n");
    }
    seam_draft_free(&code);
}

void seam_special_use_c(struct seam_writer *writer, int s) {
    const struct seam_op_use_c *o = OPERANDS_OF(use_c, writer, s);
    const struct seam_plan *plan = writer->plan;
    const struct seam_word *word = &plan->memory[s].go_words[o->wrapper][o->word];
    char block[120];
    word_as_block(writer, o->wrapper, o->word, block);
    if (word->target == SEAM_TARGET_C && !seam_plan_is_view(plan, word->number) &&
        plan->memory[s].c[word->number].is_known)
        seam_write_add(writer, plan->place[s], "C.block_use(%s, %#llx)\n", block,
                       (unsigned long long)plan->memory[s].c[word->number].value);
    else if (word->target != SEAM_TARGET_GO)
        seam_write_add(writer, plan->place[s], "C.block_touch(%s)\n", block);
}

/* --- time ------------------------------------------------------------------------------------- */

static bool has_rule(const struct seam_plan *plan, enum seam_rule rule) {
    const struct seam_trace *trace = &plan->it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++)
        if (e->kind == SEAM_EVENT_broken && e->what == rule)
            return true;
    return false;
}

static bool uses_pool(const struct seam_plan *plan) {
    for (int s = 0; s < plan->n_steps; s++)
        if (seam_plan_step(plan, s)->op == SEAM_OP_pool_put)
            return true;
    return false;
}

/* What was collected at a step, as a set. */
static uint32_t collected_at(const struct seam_plan *plan, int s) {
    const struct seam_trace *trace = &plan->it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++)
        if (e->kind == SEAM_EVENT_collected && e->step == s)
            return e->value;
    return 0;
}

void seam_special_gc(struct seam_writer *writer, int s) {
    const struct seam_plan *plan = writer->plan;
    int place = plan->place[s];
    bool again = false;
    seam_write_add(writer, place, uses_pool(plan) ? "runtime.GC()\n" : "collect()\n");
    for (int g = 0; g < SEAM_GO_MAX; g++) {
        if ((collected_at(plan, s) >> g & 1) == 0 || !plan->is_witnessed[g])
            continue;
        const char *name = plan->names[SEAM_NOUN_go][g];
        const char *text = seam_show_text((enum seam_rule)plan->says[g]), *at = strstr(text, "%s");
        seam_write_add(writer, place, "await(%sCollected, \"%s is not collected\")\n", name, name);
        seam_write_add(writer, place, "bug(\"%.*s%s%s\")\n", (int)(at - text), text, name, at + 2);
        again = true;
    }
    if (again)
        seam_write_add(writer, place,
                       "// Its finalizer has run: now its memory is free.\nruntime.GC()\n");
}

/* What a finalizer does: the checks, and the free function. */
static void add_work(struct seam_writer *writer, const struct seam_due *due,
                     struct seam_draft *work) {
    const struct seam_plan *plan = writer->plan;
    const char *name = seam_write_name(writer, SEAM_NOUN_c, due->c, false);
    int at = due->ran >= 0 ? due->ran : plan->n_steps - 1;
    if (due->ran >= 0)
        seam_write_checks(writer, due->ran, false, work);
    seam_draft_add(work, "C.");
    seam_write_free(writer, due->c, false, at, false, name, work);
    seam_draft_add(work, "\n");
}

void seam_special_finalizer(struct seam_writer *writer, int s) {
    const struct seam_plan *plan = writer->plan;
    const struct seam_due *due = &plan->due[s];
    struct seam_draft code = {NULL, 0, 0}, work = {NULL, 0, 0};
    const char *go = seam_write_name(writer, SEAM_NOUN_go, due->go, false);
    const char *type = seam_write_type(writer, due->go);
    add_work(writer, due, &work);
    if (due->is_cleanup)
        seam_draft_add(&code, "runtime.AddCleanup(%s, func(int) {\n", go);
    else
        seam_draft_add(&code, "runtime.SetFinalizer(%s, func(%s*%s) {\n", go,
                       due->is_direct ? "" : "o ", type);
    if (due->is_direct) {
        seam_draft_lines(&code, "\t", 1, work.text);
        seam_draft_add(&code, "\tclose(%s)\n", due->name);
        seam_draft_add(&writer->variables, "var %s = make(chan struct{})\n", due->name);
    } else {
        seam_draft_add(&code, "\t// Finalizers come in any order; here run decides.\n");
        seam_draft_add(&code, "\t%s <- func() {\n", due->name);
        seam_draft_lines(&code, "\t", 2, work.text);
        seam_draft_add(&code, due->is_cleanup ? "\t}\n" : "\t\truntime.KeepAlive(o)\n\t}\n");
        seam_draft_add(&writer->variables, "var %s = make(chan func(), 1)\n", due->name);
    }
    seam_draft_add(&code, due->is_cleanup ? "}, 0)\n" : "})\n");
    seam_write_lines(writer, plan->place[s], code.text);
    seam_draft_free(&work);
    seam_draft_free(&code);
}

void seam_special_finalize(struct seam_writer *writer, int s) {
    const struct seam_plan *plan = writer->plan;
    int place = plan->place[s];
    if (plan->runs[s] < 0)
        return;
    const struct seam_due *due = &plan->due[plan->runs[s]];
    if (due->is_direct)
        seam_write_add(writer, place, "await(%s, \"the finalizer of %s does not run\")\n",
                       due->name, plan->names[SEAM_NOUN_go][due->go]);
    else
        seam_write_add(writer, place, "(<-%s)()\n", due->name);
}

void seam_special_reuse(struct seam_writer *writer, int s) {
    struct seam_plan *plan = writer->plan;
    if (!seam_draft_names(seam_draft_text(&writer->functions), "allocate")) {
        seam_draft_add(&writer->variables, "var others []interface{}\n");
        seam_draft_add(&writer->functions, "// allocate fills the heap with objects of the same "
                                           "types.\nfunc allocate() {\n");
        for (int g = 0; plan->names[SEAM_NOUN_go][g][0] != '\0' && g < SEAM_GO_MAX; g++) {
            const char *type = seam_write_type(writer, g);
            int shape = plan->shape[g];
            if (plan->is_global[g])
                continue;
            seam_draft_add(&writer->functions, "\tfor i := 0; i < 1000; i++ {\n\t\to := new%s()\n",
                           type);
            if (shape == SEAM_SHAPE_data)
                seam_draft_add(&writer->functions, "\t\to.refs[0] = 0xdddddddddddddddd\n");
            else if (shape == SEAM_SHAPE_node || shape == SEAM_SHAPE_array)
                seam_draft_add(&writer->functions, "\t\to.refs[0] = unsafe.Pointer(o)\n");
            if (shape != SEAM_SHAPE_array)
                seam_draft_add(&writer->functions, "\t\to.value = 0xdddddddddddddddd\n");
            seam_draft_add(&writer->functions, "\t\tothers = append(others, o)\n\t}\n");
        }
        seam_draft_add(&writer->functions, "}\n\n");
    }
    seam_write_add(writer, plan->place[s], "allocate()\n");
}

/* --- checks ----------------------------------------------------------------------------------- */

struct check {
    struct seam_writer *writer;
    int step, any;
    bool in_c;
    const char *text; /* with %s */
    struct seam_draft *out;
};

/* `if condition { bug(text) }`, as Go or as C. */
__attribute__((format(printf, 2, 3))) static void check(const struct check *it, const char *format,
                                                        ...) {
    char condition[240];
    const char *name = seam_write_object(it->writer, it->any), *text = it->text;
    struct seam_draft words = {NULL, 0, 0};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(condition, sizeof condition, format, arguments);
    va_end(arguments);
    for (const char *at; (at = strstr(text, "%s")) != NULL; text = at + 2)
        seam_draft_add(&words, "%.*s%s", (int)(at - text), text, name);
    seam_draft_add(&words, "%s", text);
    seam_draft_add(it->out,
                   it->in_c ? "if (%s)\n    bug(\"%s\");\n" : "if %s {\n\tbug(\"%s\")\n}\n",
                   condition, seam_draft_text(&words));
    seam_draft_free(&words);
}

static void check_freed(const struct check *it) {
    const struct seam_plan *plan = it->writer->plan;
    if (seam_any_noun(it->any) != SEAM_NOUN_c)
        return;
    int whole = plan->whole[seam_any_number(it->any)];
    const char *name = seam_write_name(it->writer, SEAM_NOUN_c, whole, it->in_c);
    check(it, it->in_c ? "was_freed(%s)" : "C.was_freed(unsafe.Pointer(%s))", name);
}

static void check_old_word(const struct check *it) {
    const struct seam_step *step = seam_plan_step(it->writer->plan, it->step);
    const struct seam_op_store *o = (const void *)step->operand;
    bool has_word = seam_op_rows[step->op].n_operands > 1 &&
                    seam_kind_rows[seam_op_rows[step->op].kinds[1]].noun == SEAM_NOUN_word;
    check(it, it->in_c ? "%s->refs[%d] != NULL" : "%s.refs[%d] != nil",
          seam_write_name(it->writer, SEAM_NOUN_c, o->block, it->in_c), has_word ? o->word : 0);
}

static void check_event(const struct check *it, enum seam_show show) {
    const char *name = it->writer->plan->names[SEAM_NOUN_c][seam_any_number(it->any)];
    switch (show) {
    case SEAM_SHOW_GONE:
        check_freed(it);
        break;
    case SEAM_SHOW_ENDS:
        if (it->text[0] != '\0')
            check_freed(it);
        break;
    case SEAM_SHOW_COUNTED:
        check(it, it->in_c ? "%s_references > 1" : "C.%s_references > 1", name);
        break;
    case SEAM_SHOW_CALLING:
        if (it->writer->plan->is_c)
            check(it, "calls > 0");
        else if (!it->in_c)
            check(it, "atomic.LoadInt32(&calling) > 0");
        break;
    case SEAM_SHOW_THREAD:
        check(it, it->in_c ? "!is_bound_here()" : "!C.is_bound_here()");
        break;
    case SEAM_SHOW_OLD_WORD:
        check_old_word(it);
        break;
    default:
        break;
    }
}

void seam_write_checks(struct seam_writer *writer, int step, bool in_c, struct seam_draft *out) {
    const struct seam_trace *trace = &writer->plan->it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++) {
        if (e->kind != SEAM_EVENT_broken || e->step != step)
            continue;
        struct check it = {
            writer, step, (int)e->value, in_c, seam_show_text((enum seam_rule)e->what), out};
        check_event(&it, seam_show_of((enum seam_rule)e->what));
    }
}

/* --- the end ---------------------------------------------------------------------------------- */

static bool is_counted(const struct seam_plan *plan, int c) {
    for (int s = 0; s < plan->n_steps; s++) {
        const struct seam_step *step = seam_plan_step(plan, s);
        if ((seam_plan_causes(step, SEAM_FACT_share) || seam_plan_causes(step, SEAM_FACT_unref)) &&
            step->operand[0] == c)
            return true;
    }
    return false;
}

static void end_event(struct seam_writer *writer, const struct seam_event *e,
                      struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    int number = seam_any_number((int)e->value);
    struct check it = {
        writer, e->step, (int)e->value, plan->is_c, seam_show_text((enum seam_rule)e->what), out};
    switch (seam_show_of((enum seam_rule)e->what)) {
    case SEAM_SHOW_LIVE:
        if (is_counted(plan, number))
            check(&it, plan->is_c ? "%s_references > 0" : "C.%s_references > 0",
                  plan->names[SEAM_NOUN_c][number]);
        else
            check(&it, plan->is_c ? "!was_freed(%s)" : "!C.was_freed(unsafe.Pointer(%s))",
                  seam_write_name(writer, SEAM_NOUN_c, number, plan->is_c));
        break;
    case SEAM_SHOW_DELETED:
        check(&it, "isValid(%s)", plan->names[SEAM_NOUN_handle][number]);
        break;
    case SEAM_SHOW_WAITED:
        for (int s = 0; s < plan->n_steps; s++)
            if (plan->due[s].go == number)
                seam_draft_add(out,
                               "select {\ncase <-%s:\ndefault:\n\tbug(\"the finalizer of %s does "
                               "not run\")\n}\n",
                               plan->due[s].name, plan->names[SEAM_NOUN_go][number]);
        break;
    case SEAM_SHOW_OPEN:
        it.text = "a C function was entered, and will never reach its end";
        check(&it, "C.unfinished > 0");
        break;
    default:
        break;
    }
}

void seam_write_end(struct seam_writer *writer) {
    const struct seam_trace *trace = &writer->plan->it->observed;
    struct seam_draft out = {NULL, 0, 0};
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++)
        if (e->kind == SEAM_EVENT_broken)
            end_event(writer, e, &out);
    if (has_rule(writer->plan, SEAM_RULE_go_memory_reused) &&
        seam_draft_names(seam_draft_text(&writer->functions), "allocate"))
        seam_draft_add(&out, "checkOthers()\n");
    seam_write_lines(writer, 0, seam_draft_text(&out));
    seam_draft_free(&out);
}
