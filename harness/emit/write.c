/* Steps as code: the rows of emit.def, with their operands filled in. */
#include "emit/writer.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "rules/rule.h"

struct row {
    const char *verb, *comment, *go, *c;
    seam_special *special;
};

/* One row of the table for each operation, or it does not compile. */
enum {
#define EMIT(op, ...) HAS_##op,
#include "emit/emit.def"
#undef EMIT
    ROWS,
#define OP(number, name, ...) NEEDS_##name = HAS_##name,
#include "language/ops.def"
#undef OP
};

static const struct row rows[SEAM_OPS] = {
#define EMIT(op, verb, comment, go, c) [SEAM_OP_##op] = {verb, comment, go, c, NULL},
#include "emit/emit.def"
#undef EMIT
};

static const struct {
    const char *name;
    seam_special *write;
} specials[] = {
    {"@link", seam_special_link},       {"@layout", seam_special_layout},
    {"@nothing", seam_special_nothing}, {"@close", seam_special_close},
    {"@use_c", seam_special_use_c},     {"@call", seam_special_call},
    {"@return", seam_special_return},   {"@result", seam_special_result},
    {"@raise", seam_special_raise},     {"@finalizer", seam_special_finalizer},
    {"@gc", seam_special_gc},           {"@finalize", seam_special_finalize},
    {"@reuse", seam_special_reuse},
};

static seam_special *special_of(const struct row *row) {
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (strcmp(row->go, specials[i].name) == 0 || strcmp(row->verb, specials[i].name) == 0)
            return specials[i].write;
    return NULL;
}

/* --- names ------------------------------------------------------------------------------------ */

/* A few results at a time: enough for the arguments of one call of printf. */
static char *scratch(void) {
    static char texts[16][160];
    static int next;
    return texts[next++ % 16];
}

/* Is it a function of C? */
static bool is_c_place(const struct seam_writer *writer, int place) {
    return writer->plan->is_c || writer->plan->places[place].kind == SEAM_PLACE_C;
}

const char *seam_write_name(const struct seam_writer *writer, enum seam_noun noun, int number,
                            bool in_c) {
    char *text = scratch();
    bool is_of_c = !in_c && writer->plan->where[noun][number] == SEAM_WHERE_C;
    snprintf(text, 160, "%s%s", is_of_c ? "C." : "", writer->plan->names[noun][number]);
    return text;
}

const char *seam_write_object(const struct seam_writer *writer, int any) {
    enum seam_noun noun = seam_any_noun(any);
    char *text = scratch();
    if (noun < SEAM_NOUNS && seam_noun_rows[noun].nature == SEAM_NATURE_BORN &&
        noun != SEAM_NOUN_callback && noun != SEAM_NOUN_thread)
        return writer->plan->names[noun][seam_any_number(any)];
    switch (noun) {
    case SEAM_NOUN_thread:
        return seam_any_number(any) == 0
                   ? "this goroutine"
                   : writer->plan->names[SEAM_NOUN_thread][seam_any_number(any)];
    case SEAM_NOUN_layout:
        return "the struct";
    case SEAM_NOUN_lock:
        return "the lock";
    case SEAM_NOUN_callback:
        return "the function";
    default:
        snprintf(text, 160, "it");
        return text;
    }
}

const char *seam_write_type(const struct seam_writer *writer, int go) {
    char *text = scratch();
    snprintf(text, 160, "%s", writer->plan->names[SEAM_NOUN_go][go]);
    text[0] = (char)toupper((unsigned char)text[0]);
    return text;
}

const char *seam_write_block_type(const struct seam_writer *writer, int c) {
    return seam_plan_is_view(writer->plan, c) ? "view" : "block";
}

void seam_write_free(struct seam_writer *writer, int c, bool as_lib, int step, bool in_c,
                     const char *name, struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    bool is_lib = as_lib || plan->allocator[c] == SEAM_ALLOCATOR_lib;
    if (seam_plan_is_view(plan, c))
        seam_draft_add(out, "view_free(%s)", name);
    else if (is_lib && plan->needs[c] >= 0 && !plan->memory[step].freed[c])
        seam_draft_add(out, "child_free(%s, %s)", name,
                       seam_write_name(writer, SEAM_NOUN_c, plan->needs[c], in_c));
    else
        seam_draft_add(out, "%s_free(%s)",
                       is_lib                                      ? "lib"
                       : plan->allocator[c] == SEAM_ALLOCATOR_mmap ? "region"
                                                                   : "block",
                       name);
}

/* --- parts of a template ---------------------------------------------------------------------- */

struct part {
    struct seam_writer *writer;
    int step;
    bool in_c;
    const char *suffix; /* "" or what follows the dot */
    struct seam_draft *out;
};

static bool is(const struct part *part, const char *suffix) {
    return strcmp(part->suffix, suffix) == 0;
}

static bool add_content(const struct part *part, const struct seam_content *content) {
    if (!content->is_known)
        return false;
    seam_draft_add(part->out, content->value < 4096 ? "%" PRIu64 : "%#" PRIx64, content->value);
    if (part->in_c && content->value >= 4096)
        seam_draft_add(part->out, "ULL");
    return true;
}

static bool part_of_go(const struct part *part, int go) {
    struct seam_writer *writer = part->writer;
    const char *nil, *type;
    if (is(part, "expected"))
        return add_content(part, &writer->plan->memory[part->step].go[go]);
    seam_write_shape(writer->plan->shape[go], &nil, &type);
    seam_draft_add(part->out, "%s",
                   is(part, "name")   ? writer->plan->names[SEAM_NOUN_go][go]
                   : is(part, "type") ? seam_write_type(writer, go)
                   : is(part, "nil")  ? nil
                                      : seam_write_name(writer, SEAM_NOUN_go, go, part->in_c));
    return true;
}

/* The content of the block that a word of this one points to. */
static bool add_target(const struct part *part, int c) {
    const struct seam_plan *plan = part->writer->plan;
    const struct seam_step *step = seam_plan_step(plan, part->step);
    const struct seam_word *word =
        &plan->memory[part->step]
             .c_words[c][((const struct seam_op_c_follow *)step->operand)->word];
    return word->target == SEAM_TARGET_C && !seam_plan_is_view(plan, word->number) &&
           add_content(part, &plan->memory[part->step].c[word->number]);
}

static bool part_of_c(const struct part *part, int c) {
    struct seam_writer *writer = part->writer;
    const char *name = seam_write_name(writer, SEAM_NOUN_c, c, part->in_c);
    if (is(part, "expected"))
        return add_content(part, &writer->plan->memory[part->step].c[writer->plan->whole[c]]);
    if (is(part, "target"))
        return add_target(part, c);
    if (is(part, "free") || is(part, "lib_free"))
        seam_write_free(writer, c, is(part, "lib_free"), part->step, part->in_c, name, part->out);
    else
        seam_draft_add(part->out, "%s",
                       is(part, "name")   ? writer->plan->names[SEAM_NOUN_c][c]
                       : is(part, "type") ? seam_write_block_type(writer, c)
                                          : name);
    return true;
}

/* The argument of an open call, as C has it. */
static bool part_of_argument(const struct part *part, int any) {
    struct seam_writer *writer = part->writer;
    const struct seam_plan *plan = writer->plan;
    int number = seam_any_number(any);
    bool is_first = seam_plan_step(plan, part->step)->operand[0] == any;
    int call = is_first ? plan->frame[part->step] : plan->second[part->step];
    enum seam_noun noun = seam_any_noun(any);
    bool is_outer = noun != SEAM_NOUN_c && call >= 0 && plan->body[call] != plan->place[part->step];
    char name[2 * SEAM_EMIT_NAME];
    snprintf(name, sizeof name, "%s%s", is_outer ? "outer_" : "", plan->names[noun][number]);
    int buffer = call >= 0 ? seam_plan_buffer(plan, call) : 0;
    int inside = 0;
    if (noun == SEAM_NOUN_go && call >= 0 && seam_plan_step(plan, call)->op == SEAM_OP_call) {
        const struct seam_op_call *o = (const void *)seam_plan_step(plan, call)->operand;
        if (buffer == 0)
            inside = SEAM_WORDS * seam_plan_word(plan, number);
        else if (o->form == SEAM_FORM_tail)
            inside = seam_plan_word(plan, number);
    }
    if (is(part, "pointer"))
        seam_draft_add(part->out, "%s", name);
    else if (is(part, "end"))
        seam_draft_add(part->out, "(char *)%s + %d", name, seam_plan_size(number) - inside);
    else if (is(part, "base") && inside == 0)
        seam_draft_add(part->out, "%s", name);
    else if (is(part, "base"))
        seam_draft_add(part->out, "(void *)((char *)%s - %d)", name, inside);
    else if (is(part, "expected"))
        return add_content(part, noun == SEAM_NOUN_c
                                     ? &plan->memory[part->step].c[plan->whole[number]]
                                 : noun == SEAM_NOUN_local ? &plan->memory[part->step].local[number]
                                                           : &plan->memory[part->step].go[number]);
    else if (noun == SEAM_NOUN_c)
        seam_draft_add(part->out, "%s->value", name);
    else if (noun == SEAM_NOUN_local)
        seam_draft_add(part->out, "*%s", name);
    else if (buffer < 0)
        return false;
    else
        seam_draft_add(part->out, "((uint64_t *)%s)[%d]", name, buffer);
    return true;
}

static bool part_of_operand(const struct part *part, enum seam_noun noun, int number) {
    const struct seam_choice_row *choice = seam_choice(noun, number);
    if (noun == SEAM_NOUN_go)
        return part_of_go(part, number);
    if (noun == SEAM_NOUN_c)
        return part_of_c(part, number);
    if (noun == SEAM_NOUN_any)
        return part_of_argument(part, number);
    if (choice != NULL)
        seam_draft_add(part->out, "%s", choice->name);
    else if (seam_noun_rows[noun].nature == SEAM_NATURE_BORN)
        seam_draft_add(part->out, "%s", seam_write_name(part->writer, noun, number, part->in_c));
    else
        seam_draft_add(part->out, "%d", number);
    return true;
}

/* What belongs to no operand. */
static bool part_of_program(const struct part *part, const char *name) {
    struct seam_writer *writer = part->writer;
    const struct seam_plan *plan = writer->plan;
    int thread = plan->thread[part->step];
    if (strcmp(name, "own") == 0)
        seam_draft_add(part->out, "%s", plan->names[SEAM_NOUN_thread][thread]);
    else if (strcmp(name, "level") == 0 && plan->memory[part->step].level < 0)
        return true;
    else if (strcmp(name, "level") == 0)
        seam_draft_add(part->out, "%d", plan->memory[part->step].level);
    else if (strcmp(name, "error") == 0)
        seam_draft_add(part->out, "%d", plan->memory[part->step].errors[thread]);
    else if (strcmp(name, "stack") == 0)
        seam_draft_add(part->out, "%d << 10", 64 << writer->grown[thread]++);
    else
        seam_assert(!"a template names an operand that its row does not have");
    return true;
}

static bool add_part(struct part *part, char *name) {
    const struct seam_step *step = seam_plan_step(part->writer->plan, part->step);
    const struct seam_op_row *row = &seam_op_rows[step->op];
    char *dot = strchr(name, '.');
    const char *at = row->operands;
    if (dot != NULL)
        *dot = '\0';
    part->suffix = dot != NULL ? dot + 1 : "";
    for (int i = 0; i < row->n_operands; i++) {
        at += strspn(at, " ,(");
        size_t n = strcspn(at, " ,)");
        if (strlen(name) == n && strncmp(at, name, n) == 0)
            return part_of_operand(part, (enum seam_noun)seam_kind_rows[row->kinds[i]].noun,
                                   step->operand[i]);
        at += n;
    }
    return part_of_program(part, name);
}

/* One alternative of one line. */
static bool expand_one(struct part *part, const char *from, size_t size) {
    for (const char *end = from + size; from < end;) {
        char name[48];
        const char *close = *from == '{' && islower((unsigned char)from[1])
                                ? memchr(from, '}', (size_t)(end - from))
                                : NULL;
        if (close == NULL) {
            seam_draft_add(part->out, "%c", *from++);
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)(close - from - 1), from + 1);
        if (!add_part(part, name))
            return false;
        from = close + 1;
    }
    return true;
}

/* Expand a template of emit.def for a step into `out`, as Go or as C. False if a line has no
 * alternative that can be written. */
static bool expand(struct seam_writer *writer, int step, bool in_c, const char *pattern,
                   struct seam_draft *out) {
    bool all = true;
    while (*pattern != '\0') {
        const char *line_end = pattern + strcspn(pattern, "\n");
        bool done = false;
        while (pattern < line_end && !done) {
            const char *bar = strstr(pattern, "||");
            const char *end = bar != NULL && bar < line_end ? bar : line_end;
            struct seam_draft line = {NULL, 0, 0};
            struct part part = {writer, step, in_c, "", &line};
            done = expand_one(&part, pattern, (size_t)(end - pattern));
            if (done)
                seam_draft_add(out, "%s\n", seam_draft_text(&line));
            seam_draft_free(&line);
            pattern = end < line_end ? end + 2 : end;
        }
        all = all && done;
        pattern = line_end + (*line_end == '\n');
    }
    return all;
}

/* --- steps ------------------------------------------------------------------------------------ */

void seam_write_lines(struct seam_writer *writer, int place, const char *lines) {
    bool is_c = is_c_place(writer, place);
    seam_draft_lines(&writer->bodies[place], is_c ? "    " : "\t", writer->depth[place], lines);
}

void seam_write_add(struct seam_writer *writer, int place, const char *format, ...) {
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    seam_write_lines(writer, place, text);
}

/* What is wrong at a step, in the words of the rules. */
static void add_notes(struct seam_writer *writer, int s, struct seam_draft *comment) {
    const struct seam_trace *trace = &writer->plan->it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++) {
        if (e->kind != SEAM_EVENT_broken || e->step != s)
            continue;
        const char *note = seam_rule_rows[e->what].note, *object = strstr(note, "%s");
        seam_draft_add(comment, "%s%s: ", seam_draft_text(comment)[0] != '\0' ? " " : "",
                       seam_rule_rows[e->what].fate == SEAM_FATE_REFUSED ? "Legal, but refused"
                                                                         : "Wrong");
        if (object == NULL)
            seam_draft_add(comment, "%s.", note);
        else
            seam_draft_add(comment, "%.*s%s%s.", (int)(object - note), note,
                           seam_write_object(writer, (int)e->value), object + 2);
    }
}

static void write_comment(struct seam_writer *writer, int s) {
    int place = writer->plan->place[s];
    struct seam_draft comment = {NULL, 0, 0};
    expand(writer, s, true, rows[seam_plan_step(writer->plan, s)->op].comment, &comment);
    if (comment.size > 0)
        comment.text[--comment.size] = '\0'; /* the newline */
    if (writer->plan->runs[s] >= 0)
        seam_draft_add(
            &comment, "The finalizer of %s runs.",
            writer->plan->names[SEAM_NOUN_go][writer->plan->due[writer->plan->runs[s]].go]);
    add_notes(writer, s, &comment);
    bool is_c = is_c_place(writer, place);
    if (comment.size > 0)
        seam_draft_comment(&writer->bodies[place], is_c ? "    " : "\t", writer->depth[place], is_c,
                           comment.text);
    seam_draft_free(&comment);
}

/* The variable that a step makes: its noun and number, or false. */
static bool makes(const struct seam_plan *plan, int s, enum seam_noun *noun, int *number) {
    const struct seam_step *step = seam_plan_step(plan, s);
    const struct seam_op_row *row = &seam_op_rows[step->op];
    for (int i = 0; i < row->n_operands; i++)
        if (seam_kind_rows[row->kinds[i]].role == SEAM_ROLE_BIRTH) {
            *noun = (enum seam_noun)seam_kind_rows[row->kinds[i]].noun;
            *number = step->operand[i];
            return true;
        }
    return false;
}

/* Make `x := f()` fit to where x is. */
static void declare(struct seam_writer *writer, int s, struct seam_draft *code) {
    enum seam_noun noun;
    int number;
    char *sign = code->text != NULL ? strstr(code->text, " := ") : NULL;
    if (sign == NULL || !makes(writer->plan, s, &noun, &number))
        return;
    const struct seam_plan *plan = writer->plan;
    const char *name = plan->names[noun][number];
    bool once = plan->mentions[noun][number] <= 2 && !seam_draft_names(sign, name) &&
                !(noun == SEAM_NOUN_go && plan->is_witnessed[number]);
    if (plan->where[noun][number] == SEAM_WHERE_LOCAL && !once)
        return;
    struct seam_draft changed = {NULL, 0, 0};
    if (plan->where[noun][number] == SEAM_WHERE_LOCAL)
        seam_draft_add(&changed, "_ = %s", sign + 4);
    else
        seam_draft_add(&changed, "%.*s = %s", (int)(sign - code->text), code->text, sign + 4);
    seam_draft_free(code);
    *code = changed;
}

/* The same in C: `struct block *x = ...` of a variable that is not one of this function. */
static void declare_in_c(struct seam_writer *writer, int s, struct seam_draft *code) {
    enum seam_noun noun;
    int number;
    if (code->text == NULL || !makes(writer->plan, s, &noun, &number) ||
        writer->plan->where[noun][number] == SEAM_WHERE_LOCAL)
        return;
    char *star = strstr(code->text, "*");
    memmove(code->text, star + 1, strlen(star));
    code->size = strlen(code->text);
}

/* Variables of the package that no later step names do not keep their objects. */
static void forget(struct seam_writer *writer, int s) {
    const struct seam_plan *plan = writer->plan;
    int place = plan->place[s];
    for (int g = 0; g < SEAM_GO_MAX; g++)
        if ((plan->it->scenario.last_go[s] >> g & 1) != 0 &&
            plan->where[SEAM_NOUN_go][g] == SEAM_WHERE_PACKAGE)
            seam_write_add(writer, place, "%s = nil // not used any more\n",
                           plan->names[SEAM_NOUN_go][g]);
    for (int p = 0; p < SEAM_PINNER_MAX; p++)
        if ((plan->it->scenario.last_pinner[s] >> p & 1) != 0 &&
            plan->where[SEAM_NOUN_pinner][p] == SEAM_WHERE_PACKAGE)
            seam_write_add(writer, place, "%s = nil\n", plan->names[SEAM_NOUN_pinner][p]);
}

/* What C does, outside of a call: Go calls that function. */
static void through_cgo(struct seam_draft *code) {
    struct seam_draft changed = {NULL, 0, 0};
    seam_draft_add(&changed, "C.%s", seam_draft_text(code));
    char *end = strrchr(changed.text, ';');
    if (end != NULL)
        strcpy(end, "\n");
    changed.size = strlen(changed.text);
    seam_draft_free(code);
    *code = changed;
}

static void write_code(struct seam_writer *writer, int s, const struct row *row) {
    const struct seam_plan *plan = writer->plan;
    bool in_c = is_c_place(writer, plan->place[s]);
    bool is_of_c = seam_op_rows[seam_plan_step(plan, s)->op].side == SEAM_SIDE_C;
    const char *pattern = in_c || is_of_c ? row->c : row->go;
    struct seam_draft code = {NULL, 0, 0};
    if (pattern[0] == '\0') {
        snprintf(writer->reason, sizeof writer->reason, "%s needs Go; try seam emit go",
                 seam_op_rows[seam_plan_step(plan, s)->op].name);
        return;
    }
    expand(writer, s, in_c, pattern, &code);
    if (in_c)
        declare_in_c(writer, s, &code);
    else if (is_of_c)
        through_cgo(&code);
    else
        declare(writer, s, &code);
    seam_write_lines(writer, plan->place[s], seam_draft_text(&code));
    seam_draft_free(&code);
}

/* A finalizer of an object that C still knows tells when it is collected. */
static void witness(struct seam_writer *writer, int s) {
    enum seam_noun noun;
    int number;
    const struct seam_plan *plan = writer->plan;
    if (!makes(plan, s, &noun, &number) || noun != SEAM_NOUN_go || !plan->is_witnessed[number])
        return;
    seam_write_add(writer, plan->place[s],
                   "// Tells when it was collected.\nruntime.SetFinalizer(%s, func(*%s) { "
                   "close(%sCollected) })\n",
                   plan->names[noun][number], seam_write_type(writer, number),
                   plan->names[noun][number]);
}

/* A callback begins: C calls it. */
static void call_back(struct seam_writer *writer, int place) {
    const struct seam_place *it = &writer->plan->places[place];
    if (it->kind != SEAM_PLACE_CALLBACK || writer->is_called[place])
        return;
    writer->is_called[place] = true;
    seam_write_add(writer, writer->plan->body[it->call], "%s();\n", it->name);
}

void seam_write_step(struct seam_writer *writer, int s) {
    const struct seam_plan *plan = writer->plan;
    const struct row *row = &rows[seam_plan_step(plan, s)->op];
    int place = plan->place[s];
    struct seam_draft checks = {NULL, 0, 0};
    if (place < 0)
        return;
    call_back(writer, place);
    write_comment(writer, s);
    if (plan->runs[s] < 0)
        seam_write_checks(writer, s, is_c_place(writer, place), &checks);
    seam_write_lines(writer, place, seam_draft_text(&checks));
    seam_draft_free(&checks);
    seam_special *special = special_of(row);
    if (special != NULL && (!plan->is_c || row->c[0] != '\0' || row->verb[0] == '@'))
        special(writer, s);
    else
        write_code(writer, s, row);
    witness(writer, s);
    if (!plan->is_c && seam_op_rows[seam_plan_step(plan, s)->op].side == SEAM_SIDE_GO)
        forget(writer, s);
}
