/* Calls: how Go writes the argument, what C gets, and what C calls back for a result. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "emit/writer.h"
#include "rules/rule.h"

static const struct {
    const char *variable, *value, *argument, *parameter;
} forms[SEAM_FORMS] = {
#define FORM_IN_GO(name, variable, value, argument, parameter)                                     \
    [SEAM_FORM_##name] = {variable, value, argument, parameter},
#include "emit/emit.def"
#undef FORM_IN_GO
};

/* One argument of one call. */
struct argument {
    char before[400], text[200], after[400];
};

/* The first argument of a call, as C has it: type, name, and a line that makes a pointer of it. */
struct parameter {
    char declaration[120], conversion[160];
    const char *name; /* the pointer */
};

/* Declare a variable of a function, or assign to it if it has been declared. */
static const char *sign(const struct seam_writer *writer, int place, const char *name) {
    char declared[80];
    snprintf(declared, sizeof declared, "\t%s := ", name);
    return strstr(seam_draft_text(&writer->bodies[place]), declared) != NULL ? "=" : ":=";
}

/* --- with a Go object ------------------------------------------------------------------------- */

static void fill(char *to, size_t size, const char *pattern, const char *object,
                 const char *variable) {
    to[0] = '\0';
    for (; *pattern != '\0'; pattern++) {
        const char *with = NULL;
        if (strncmp(pattern, "{}", 2) == 0)
            with = object;
        else if (strncmp(pattern, "{variable}", 10) == 0)
            with = variable;
        size_t n = strlen(to);
        if (with == NULL) {
            snprintf(to + n, size - n, "%c", *pattern);
        } else {
            snprintf(to + n, size - n, "%s", with);
            pattern += with == object ? 1 : 9;
        }
    }
}

static void pass_go(struct seam_writer *writer, int s, struct argument *to) {
    const struct seam_plan *plan = writer->plan;
    const struct seam_op_call *o = (const void *)seam_plan_step(plan, s)->operand;
    char object[60], variable[80], value[160];
    int n = 0, place = plan->place[s];
    const char *name = plan->names[SEAM_NOUN_go][o->go];
    bool is_last = (plan->it->scenario.last_go[s] >> o->go & 1) != 0 &&
                   plan->where[SEAM_NOUN_go][o->go] == SEAM_WHERE_PACKAGE;
    snprintf(object, sizeof object, is_last ? "%sArgument" : "%s", name);
    if (is_last)
        n = snprintf(to->before, sizeof to->before, "%s %s %s\n%s = nil // only C has it\n", object,
                     sign(writer, place, object), name, name);
    const char *suffix = forms[o->form].variable, *pattern = forms[o->form].value;
    bool is_array = plan->shape[o->go] == SEAM_SHAPE_array;
    if (is_array && o->form == SEAM_FORM_variable)
        pattern = "&{}.refs";
    if (is_array && o->form == SEAM_FORM_bytes)
        pattern = "{}.refs[:]";
    snprintf(variable, sizeof variable, "%s%s", name, suffix);
    fill(value, sizeof value, pattern, object, variable);
    if (suffix[0] != '\0')
        snprintf(to->before + n, sizeof to->before - (size_t)n, "%s %s %s\n", variable,
                 sign(writer, place, variable), value);
    pattern = forms[o->form].argument[0] != '\0' ? forms[o->form].argument : "{variable}";
    if (is_array && o->form == SEAM_FORM_field)
        pattern = "unsafe.Pointer(&{}.refs)";
    if (is_array && o->form == SEAM_FORM_parentheses)
        pattern = "unsafe.Pointer((&{}.refs))";
    if (is_array && o->form == SEAM_FORM_bytesdata)
        pattern = "unsafe.Pointer(unsafe.SliceData({}.refs[:]))";
    fill(to->text, sizeof to->text, pattern, object, variable);
}

/* --- the others ------------------------------------------------------------------------------- */

static bool has_event(const struct seam_plan *plan, enum seam_rule rule, int any) {
    const struct seam_trace *trace = &plan->it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++)
        if (e->kind == SEAM_EVENT_broken && e->what == rule && (int)e->value == any)
            return true;
    return false;
}

static void pass_local(struct seam_writer *writer, int s, struct argument *to) {
    const struct seam_plan *plan = writer->plan;
    const struct seam_op_call_local *o = (const void *)seam_plan_step(plan, s)->operand;
    const char *name = plan->names[SEAM_NOUN_local][o->new_local];
    const struct seam_content *content = &plan->memory[plan->n_steps].local[o->new_local];
    int any = seam_any(SEAM_NOUN_local, o->new_local), n;
    snprintf(to->before, sizeof to->before,
             "%s := uint64(%d)\n%sAddress := uintptr(unsafe.Pointer(&%s))\n", name, o->value, name,
             name);
    snprintf(to->text, sizeof to->text, "C.uintptr_t(%sAddress)", name);
    n = snprintf(to->after, sizeof to->after, "check(\"%s\", %s, %llu)\n", name, name,
                 (unsigned long long)content->value);
    if (has_event(plan, SEAM_RULE_stale_stack_address, any))
        snprintf(to->after + n, sizeof to->after - (size_t)n,
                 "if uintptr(unsafe.Pointer(&%s)) != %sAddress {\n"
                 "\tbug(\"the stack has moved, and C has the old address of %s\")\n}\n",
                 name, name, name);
}

static void pass_block(struct seam_writer *writer, int s, struct argument *to) {
    const struct seam_plan *plan = writer->plan;
    snprintf(to->text, sizeof to->text, "%s",
             seam_write_name(writer, SEAM_NOUN_c, seam_plan_step(plan, s)->operand[0], plan->is_c));
}

static const char *id_of(const struct seam_plan *plan, int s) {
    return plan->names[SEAM_NOUN_handle][seam_plan_step(plan, s)->operand[0]];
}

static void pass_id(struct seam_writer *writer, int s, struct argument *to) {
    snprintf(to->text, sizeof to->text, "C.uintptr_t(%s)", id_of(writer->plan, s));
}

static void pass_number(struct seam_writer *writer, int s, struct argument *to) {
    snprintf(to->before, sizeof to->before,
             "number := uintptr(%s)\npointer := unsafe.Pointer(number)\n", id_of(writer->plan, s));
    snprintf(to->text, sizeof to->text, "pointer");
    snprintf(to->after, sizeof to->after, "runtime.KeepAlive(pointer)\n");
}

static void pass_mark(struct seam_writer *writer, int s, struct argument *to) {
    (void)writer, (void)s;
    snprintf(to->before, sizeof to->before, "mark := C.sentinel()\n");
    snprintf(to->text, sizeof to->text, "mark");
    snprintf(to->after, sizeof to->after, "runtime.KeepAlive(mark)\n");
}

static void pass_nothing(struct seam_writer *writer, int s, struct argument *to) {
    (void)writer, (void)s, (void)to;
}

static void (*const passes[SEAM_OPS])(struct seam_writer *, int, struct argument *) = {
#define CALL_WITH(op, what) [SEAM_OP_##op] = pass_##what,
#include "emit/emit.def"
#undef CALL_WITH
};

/* A second call of its kind in a function assigns where the first one declared. */
static void assign_again(const struct seam_writer *writer, int place, char *before) {
    for (char *at; (at = strstr(before, " := ")) != NULL;) {
        char *line = at;
        char name[80];
        while (line > before && line[-1] != '\n')
            line--;
        snprintf(name, sizeof name, "%.*s", (int)(at - line), line);
        if (strcmp(sign(writer, place, name), "=") == 0)
            memmove(at + 1, at + 2, strlen(at + 2) + 1);
        before = at + 3;
    }
}

void seam_special_call(struct seam_writer *writer, int s) {
    const struct seam_plan *plan = writer->plan;
    int place = plan->place[s], body = plan->body[s];
    struct argument argument;
    struct seam_draft call = {NULL, 0, 0};
    argument = (struct argument){"", "", ""};
    passes[seam_plan_step(plan, s)->op](writer, s, &argument);
    assign_again(writer, place, argument.before);
    seam_write_lines(writer, place, argument.before);
    seam_draft_add(&call, "%s%s(%s", plan->is_c ? "" : "C.", plan->places[body].name,
                   argument.text);
    const char *comma = argument.text[0] != '\0' ? ", " : "";
    for (int c = 0; c < SEAM_C_MAX; c++)
        if ((plan->places[body].params >> c & 1) != 0) {
            seam_draft_add(&call, "%s%s", comma, seam_write_name(writer, SEAM_NOUN_c, c, false));
            comma = ", ";
        }
    seam_draft_add(&call, plan->is_c ? ");\n" : ")\n");
    bool counts = plan->announced[s];
    if (counts)
        seam_write_add(writer, place, plan->is_c ? "calls++;\n" : "atomic.AddInt32(&calling, 1)\n");
    if (plan->panics[s])
        seam_write_add(writer, place, "func() {\n\tdefer recoverFailure()\n\t%s}()\n", call.text);
    else
        seam_write_lines(writer, place, call.text);
    if (counts)
        seam_write_add(writer, place,
                       plan->is_c ? "calls--;\n" : "atomic.AddInt32(&calling, -1)\n");
    seam_write_lines(writer, place, argument.after);
    seam_draft_free(&call);
    if (plan->unfinished[s])
        seam_write_add(writer, body, "unfinished++;\n");
    if (seam_plan_step(plan, s)->op == SEAM_OP_call_protected) {
        seam_write_add(writer, body, "if (setjmp(%s_back) == 0) {\n", plan->places[body].name);
        writer->depth[body]++;
        seam_draft_add(&writer->c_statics, "static jmp_buf %s_back;\n", plan->places[body].name);
    }
}

/* --- the C function --------------------------------------------------------------------------- */

static void take_go(const struct seam_plan *plan, int s, struct parameter *to) {
    const struct seam_op_call *o = (const void *)seam_plan_step(plan, s)->operand;
    const char *name = plan->names[SEAM_NOUN_go][o->go], *type = forms[o->form].parameter;
    to->name = name;
    if (strcmp(type, "void *") == 0) {
        snprintf(to->declaration, sizeof to->declaration, "void *%s", name);
        return;
    }
    bool is_box = strcmp(type, "struct box ") == 0;
    const char *kind = is_box ? "_box" : strcmp(type, "char *") == 0 ? "_text" : "_address";
    snprintf(to->declaration, sizeof to->declaration, "%s%s%s", type, name, kind);
    snprintf(to->conversion, sizeof to->conversion, "void *%s = %s%s%s%s;\n", name,
             is_box ? "" : "(void *)", name, kind, is_box ? ".pointer" : "");
}

static void take_block(const struct seam_plan *plan, int s, struct parameter *to) {
    int c = seam_plan_step(plan, s)->operand[0];
    snprintf(to->declaration, sizeof to->declaration, "struct %s *%s",
             seam_plan_is_view(plan, c) ? "view" : "block", plan->names[SEAM_NOUN_c][c]);
}

static void take_local(const struct seam_plan *plan, int s, struct parameter *to) {
    to->name = plan->names[SEAM_NOUN_local][seam_plan_step(plan, s)->operand[0]];
    snprintf(to->declaration, sizeof to->declaration, "uintptr_t %s_address", to->name);
    snprintf(to->conversion, sizeof to->conversion, "uint64_t *%s = (uint64_t *)%s_address;\n",
             to->name, to->name);
}

static void take_id(const struct seam_plan *plan, int s, struct parameter *to) {
    snprintf(to->declaration, sizeof to->declaration, "uintptr_t %s", id_of(plan, s));
}

static void take_number(const struct seam_plan *plan, int s, struct parameter *to) {
    snprintf(to->declaration, sizeof to->declaration, "void *%s", id_of(plan, s));
}

static void take_mark(const struct seam_plan *plan, int s, struct parameter *to) {
    (void)plan, (void)s;
    snprintf(to->declaration, sizeof to->declaration, "void *mark");
}

static void take_nothing(const struct seam_plan *plan, int s, struct parameter *to) {
    (void)plan, (void)s, (void)to;
}

static void (*const takes[SEAM_OPS])(const struct seam_plan *, int, struct parameter *) = {
#define CALL_WITH(op, what) [SEAM_OP_##op] = take_##what,
#include "emit/emit.def"
#undef CALL_WITH
};

void seam_write_c_function(struct seam_writer *writer, int place, struct seam_draft *out,
                           struct seam_draft *prototype) {
    const struct seam_plan *plan = writer->plan;
    const struct seam_place *it = &plan->places[place];
    struct parameter parameter;
    struct seam_draft head = {NULL, 0, 0};
    parameter = (struct parameter){"", "", NULL};
    takes[seam_plan_step(plan, it->call)->op](plan, it->call, &parameter);
    seam_draft_add(&head, "void %s(%s", it->name, parameter.declaration);
    const char *comma = parameter.declaration[0] != '\0' ? ", " : "";
    for (int c = 0; c < SEAM_C_MAX; c++)
        if ((it->params >> c & 1) != 0) {
            seam_draft_add(&head, "%sstruct %s *%s", comma, seam_write_block_type(writer, c),
                           plan->names[SEAM_NOUN_c][c]);
            comma = ", ";
        }
    seam_draft_add(&head, "%s)", *comma == ',' ? "" : "void");
    seam_draft_add(prototype, "%s;\n", head.text);
    while (writer->depth[place] > 1) {
        writer->depth[place]--;
        seam_write_add(writer, place, "}\n");
    }
    if (plan->unfinished[it->call])
        seam_write_add(writer, place, "unfinished--;\n");
    seam_draft_add(out, "%s {\n", head.text);
    seam_draft_lines(out, "    ", 1, parameter.conversion);
    if (plan->exports[it->call] && parameter.name != NULL) {
        bool is_local = seam_plan_step(plan, it->call)->op == SEAM_OP_call_local;
        seam_draft_add(out, "    outer_%s = %s;\n", parameter.name, parameter.name);
        seam_draft_add(&writer->c_statics, "static %s *outer_%s;\n", is_local ? "uint64_t" : "void",
                       parameter.name);
    }
    seam_draft_add(out, "%s}\n\n", seam_draft_text(&writer->bodies[place]));
    seam_draft_free(&head);
}

/* --- errors ----------------------------------------------------------------------------------- */

void seam_special_raise(struct seam_writer *writer, int s) {
    const struct seam_plan *plan = writer->plan;
    int place = plan->place[s], found = -1;
    for (int p = 0; p < plan->n_places; p++) { /* the innermost one: calls are in order */
        const struct seam_place *it = &plan->places[p];
        if (it->kind == SEAM_PLACE_C && it->call < s && it->thread == plan->thread[s] &&
            seam_plan_step(plan, it->call)->op == SEAM_OP_call_protected && writer->depth[p] > 1)
            found = p;
    }
    if (found < 0)
        return;
    const char *name = plan->places[found].name;
    if (plan->places[place].kind == SEAM_PLACE_C) {
        seam_write_add(writer, place, "longjmp(%s_back, 1);\n", name);
    } else {
        seam_draft_add(&writer->c_functions, "void raise_%s(void) { longjmp(%s_back, 1); }\n\n",
                       name, name);
        seam_draft_add(&writer->c_prototypes, "void raise_%s(void);\n", name);
        seam_write_add(writer, place, "C.raise_%s()\n", name);
    }
    if (found == place) { /* what follows is what C does after the error */
        writer->depth[place]--;
        seam_write_add(writer, place, "}\n");
    }
}

/* --- results ---------------------------------------------------------------------------------- */

static const struct {
    const char *type, *value, *nil;
} types[SEAM_TYPES] = {
#define TYPE_IN_GO(name, type, value, nil) [SEAM_TYPE_##name] = {type, value, nil},
#include "emit/emit.def"
#undef TYPE_IN_GO
};

/* What the exported function returns: its type, and its value of a pointer, or nil. */
static void result_of(const struct seam_step *step, const char **type, const char **value) {
    int as = step->operand[0];
    *type = step->op == SEAM_OP_result       ? "unsafe.Pointer"
            : step->op == SEAM_OP_result_int ? "C.uintptr_t"
                                             : types[as].type;
    *value = step->op == SEAM_OP_result       ? "{}"
             : step->op == SEAM_OP_result_int ? "C.uintptr_t(uintptr({}))"
             : step->op == SEAM_OP_result_as  ? types[as].value
                                              : types[as].nil;
}

void seam_special_result(struct seam_writer *writer, int s) {
    const struct seam_plan *plan = writer->plan;
    const struct seam_step *step = seam_plan_step(plan, s);
    int place = plan->place[s], go = step->operand[step->op == SEAM_OP_result_as ? 1 : 0];
    const char *type, *value;
    char name[80];
    struct seam_draft *out = &writer->functions;
    result_of(step, &type, &value);
    if (step->op == SEAM_OP_result_nil)
        snprintf(name, sizeof name, "giveNothing%d", s + 1);
    else
        snprintf(name, sizeof name, "give%s%d", seam_write_type(writer, go), s + 1);
    seam_draft_add(out, "//export %s\nfunc %s() %s {\n", name, name, type);
    if (step->op != SEAM_OP_result_nil) {
        seam_draft_add(out, "\tp := unsafe.Pointer(%s)\n", plan->names[SEAM_NOUN_go][go]);
        if ((plan->it->scenario.last_go[s] >> go & 1) != 0)
            seam_draft_add(out, "\t%s = nil // not used any more\n", plan->names[SEAM_NOUN_go][go]);
    }
    seam_draft_add(out, "\treturn ");
    seam_write_fill(out, value, "p");
    seam_draft_add(out, "\n}\n\n");
    if (plan->places[place].kind == SEAM_PLACE_C) {
        seam_write_add(writer, place, "(void)%s();\n", name);
    } else {
        seam_draft_add(&writer->c_functions, "void ask_%s(void) { (void)%s(); }\n\n", name, name);
        seam_draft_add(&writer->c_prototypes, "void ask_%s(void);\n", name);
        seam_write_add(writer, place, "C.ask_%s()\n", name);
    }
}
