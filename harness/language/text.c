#include "language/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

/* --- printing --------------------------------------------------------------------------------- */

int seam_text_print_operand(enum seam_noun noun, int number, char *out, size_t size) {
    if (noun == SEAM_NOUN_any)
        return seam_text_print_operand(seam_any_noun(number), seam_any_number(number), out, size);
    const struct seam_choice_row *choice = seam_choice(noun, number);
    if (choice != NULL)
        return snprintf(out, size, "%s", choice->name);
    return snprintf(out, size, "%s%d", seam_noun_rows[noun].prefix, number);
}

int seam_text_print_step(const struct seam_step *step, char out[SEAM_LINE_MAX]) {
    const struct seam_op_row *row = &seam_op_rows[step->op];
    int length = 0, operand = 0;
    for (const char *p = row->text; *p != '\0'; p++) {
        if (*p != '<') {
            out[length++] = *p;
            continue;
        }
        enum seam_noun noun = (enum seam_noun)seam_kind_rows[row->kinds[operand]].noun;
        length += seam_text_print_operand(noun, step->operand[operand++], out + length,
                                          (size_t)(SEAM_LINE_MAX - length));
        p = strchr(p, '>');
    }
    out[length] = '\0';
    return length;
}

size_t seam_text_print(const struct seam_scenario *scenario, char out[SEAM_TEXT_MAX]) {
    size_t length = 0;
    struct seam_indent state = {0};
    if (scenario->release != 0)
        length += (size_t)sprintf(out, "go 1.%d\n", scenario->release);
    for (int s = 0; s < scenario->n_steps; s++) {
        int indent = 2 * seam_indent(&state, &scenario->steps[s]);
        memset(out + length, ' ', (size_t)indent);
        length += (size_t)indent;
        length += (size_t)seam_text_print_step(&scenario->steps[s], out + length);
        out[length++] = '\n';
    }
    out[length] = '\0';
    return length;
}

bool seam_text_looks_like(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (bytes[i] > '~' || (bytes[i] < ' ' && strchr("\t\n\r", bytes[i]) == NULL) ||
            bytes[i] == 0)
            return false;
    return true;
}

/* --- parsing ---------------------------------------------------------------------------------- */

enum { NAMES_MAX = 100 };

struct parser {
    struct seam_scenario *scenario;
    struct seam_scope scope;
    uint8_t named[SEAM_NOUNS][NAMES_MAX]; /* what a written number means, plus one */
    int dropped[SEAM_NOUNS][NAMES_MAX]; /* the line on which a bound number was dropped; 0: none */
    const char *line, *p, *end;         /* the current line and the place in it */
    int line_number;
    struct seam_text_error *error;
};

static bool fail(struct parser *in, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(in->error->message, sizeof in->error->message, format, arguments);
    va_end(arguments);
    in->error->line = in->line_number;
    in->error->column = (int)(in->p - in->line) + 1;
    return false;
}

static bool is_word(int c) { return isalnum(c) || c == '_'; }

static void skip_space(struct parser *in) {
    while (in->p < in->end && (*in->p == ' ' || *in->p == '\t'))
        in->p++;
}

static size_t word_length(const struct parser *in, const char *from) {
    size_t length = 0;
    while (from + length < in->end && is_word((unsigned char)from[length]))
        length++;
    return length;
}

/* Decimal digits at p, as a number below 1000; -1 if there are none or too many. */
static int number_at(const char *p, size_t size) {
    int number = 0;
    if (size == 0 || size > 3)
        return -1;
    for (size_t i = 0; i < size; i++) {
        if (!isdigit((unsigned char)p[i]))
            return -1;
        number = number * 10 + (p[i] - '0');
    }
    return number;
}

static const char *op_name(int op) { return op < SEAM_OPS ? seam_op_rows[op].name : NULL; }

/* Other languages' comments are a common mistake. False after an error was noted. */
static bool is_no_comment(struct parser *in) {
    size_t left = (size_t)(in->end - in->p);
    bool is_slash = left > 1 && in->p[0] == '/' && (in->p[1] == '/' || in->p[1] == '*');
    if (!is_slash && (left == 0 || *in->p != ';'))
        return true;
    return fail(in,
                "'%.*s' means nothing here: comments begin with #, and each step has a line of "
                "its own",
                is_slash ? 2 : 1, in->p);
}

/* The operation is the first word of a line, or follows `name =`. */
static enum seam_op find_op(struct parser *in) {
    size_t length = word_length(in, in->p);
    enum seam_op op = seam_op_find(in->p, length);
    if (op != SEAM_OPS)
        return op;
    const char *start = in->p, *word = in->p + length;
    while (word < in->end && (*word == ' ' || *word == '\t'))
        word++;
    if (word < in->end && *word == '=') {
        in->p = word + 1;
        skip_space(in);
        length = word_length(in, in->p);
        op = seam_op_find(in->p, length);
        if (op != SEAM_OPS) {
            in->p = start;
            return op;
        }
    }
    if (!is_no_comment(in))
        return SEAM_OPS;
    if (length == 0) {
        fail(in, "expected an operation; seam ops lists them");
        return SEAM_OPS;
    }
    const struct seam_op_row *row = &seam_op_rows[seam_nearest(in->p, length, op_name)];
    fail(in, "unknown operation '%.*s'; did you mean: %s", (int)(length > 40 ? 40 : length), in->p,
         row->text);
    return SEAM_OPS;
}

static int choice_number(enum seam_noun noun, const char *word, size_t size) {
    const struct seam_choice_row *row;
    for (int i = 0; (row = seam_choice(noun, i)) != NULL; i++)
        if (strlen(row->name) == size && memcmp(row->name, word, size) == 0)
            return i;
    return -1;
}

/* A name such as g7: -1 if the word is not one of this noun. */
static int name_number(enum seam_noun noun, const char *word, size_t size) {
    size_t prefix = strlen(seam_noun_rows[noun].prefix);
    if (size <= prefix || memcmp(word, seam_noun_rows[noun].prefix, prefix) != 0)
        return -1;
    int number = number_at(word + prefix, size - prefix);
    return number < NAMES_MAX ? number : -1;
}

static int look_up(struct parser *in, enum seam_noun noun, const char *word, size_t size);

/* The argument of an open call is written by its own name. */
static int look_up_argument(struct parser *in, const char *word, size_t size) {
    for (int n = 0; n < seam_noun_rows[SEAM_NOUN_any].range / 16; n++) {
        int number = look_up(in, (enum seam_noun)n, word, size);
        if (number >= 0)
            return seam_any((enum seam_noun)n, number);
    }
    return -1;
}

/* The bound number of a written name, -1 if it is not bound. */
static int look_up(struct parser *in, enum seam_noun noun, const char *word, size_t size) {
    uint8_t nature = seam_noun_rows[noun].nature;
    if (nature == SEAM_NATURE_ARGUMENT)
        return look_up_argument(in, word, size);
    if (nature == SEAM_NATURE_CHOICE)
        return choice_number(noun, word, size);
    if (nature == SEAM_NATURE_NUMBER)
        return number_at(word, size);
    int number = name_number(noun, word, size);
    if (number < 0 || nature == SEAM_NATURE_FIXED)
        return number;
    return in->named[noun][number] - 1;
}

static bool parse_birth(struct parser *in, enum seam_noun noun, size_t size, uint8_t *operand) {
    int number = name_number(noun, in->p, size);
    if (number < 0)
        return fail(in, "expected a new name such as %s0", seam_noun_rows[noun].prefix);
    if (in->named[noun][number] != 0)
        return fail(in, "%.*s already exists", (int)size, in->p);
    if (in->scope.born[noun] >= seam_noun_rows[noun].range)
        return fail(in, "a scenario has at most %d names %s0, %s1, ...", seam_noun_rows[noun].range,
                    seam_noun_rows[noun].prefix, seam_noun_rows[noun].prefix);
    in->named[noun][number] = (uint8_t)(in->scope.born[noun] + 1);
    *operand = in->scope.born[noun];
    return true;
}

static bool fail_for_steps(struct parser *in) {
    return fail(in, "no room for this step: at most %d steps, the returns of all calls included",
                SEAM_STEPS_MAX);
}

/* What a kind can be, for a message: its choices, or what it is. */
static const char *describe(enum seam_kind kind, char *out, size_t size) {
    const struct seam_kind_row *row = &seam_kind_rows[kind];
    const struct seam_choice_row *choice;
    size_t n = 0;
    for (int i = 0; (choice = seam_choice((enum seam_noun)row->noun, i)) != NULL && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i > 0 ? ", " : "one of ", choice->name);
    return n > 0 ? out : row->doc;
}

/* Say why a name that means something may not stand here; true if nothing is known but its kind. */
static bool fail_for_name(struct parser *in, enum seam_noun noun, int number, int shown) {
    const struct seam_choice_row *choice = number >= 0 ? seam_choice(noun, number) : NULL;
    bool is_name = number >= 0 && number < NAMES_MAX;
    if (choice != NULL && in->scope.release != 0 && choice->since > in->scope.release)
        return fail(in, "%s exists only since Go 1.%d", choice->name, choice->since);
    if (is_name && in->dropped[noun][number] != 0)
        return fail(in, "'%.*s' was dropped on line %d: no later step can name it", shown, in->p,
                    in->dropped[noun][number]);
    if (!is_name || noun != SEAM_NOUN_thread)
        return true;
    if (in->scope.thread == number)
        return fail(in, "'%.*s' is running already", shown, in->p);
    if (in->scope.ended >> number & 1)
        return fail(in, "'%.*s' has ended", shown, in->p);
    return fail_for_steps(in);
}

static bool parse_operand(struct parser *in, enum seam_kind kind, uint8_t *operand) {
    const struct seam_kind_row *row = &seam_kind_rows[kind];
    size_t size = word_length(in, in->p);
    int shown = (int)(size > 40 ? 40 : size);
    char kinds[160];
    const char *doc = describe(kind, kinds, sizeof kinds);
    if (size == 0)
        return fail(in, "expected %s", doc);
    if (row->role == SEAM_ROLE_BIRTH)
        return parse_birth(in, (enum seam_noun)row->noun, size, operand);
    int number = look_up(in, (enum seam_noun)row->noun, in->p, size);
    if (number < 0 || !seam_scope_accepts(&in->scope, kind, number))
        return fail_for_name(in, (enum seam_noun)row->noun, number, shown) &&
               fail(in, "'%.*s' is not %s here", shown, in->p, doc);
    *operand = (uint8_t)number;
    in->p += size;
    return true;
}

/* A word or a sign of the row's text, at `t`: its length, 0 after an error was noted. */
static size_t parse_literal(struct parser *in, const char *t, const struct seam_op_row *row) {
    size_t size = 1;
    while (is_word((unsigned char)*t) && is_word((unsigned char)t[size]))
        size++;
    size_t given = is_word((unsigned char)*t) ? word_length(in, in->p) : in->p < in->end;
    if (given == size && memcmp(in->p, t, size) == 0) {
        in->p += size;
        return size;
    }
    if (is_no_comment(in))
        fail(in, "expected '%.*s' as in: %s", (int)size, t, row->text);
    return 0;
}

/* What was named for the last time. */
static void note_dropped(struct parser *in, const struct seam_step *step) {
    const struct seam_op_row *row = &seam_op_rows[step->op];
    for (int i = 0; i < row->n_operands; i++) {
        const struct seam_kind_row *kind = &seam_kind_rows[row->kinds[i]];
        if (kind->role == SEAM_ROLE_GONE)
            in->dropped[kind->noun][step->operand[i]] = in->line_number;
    }
}

/* Walk the line along the row's text. A birth is entered only when the line is right. */
static bool parse_step(struct parser *in, enum seam_op op) {
    const struct seam_op_row *row = &seam_op_rows[op];
    struct seam_step step = {(uint8_t)op, {0}};
    int operand = 0;
    for (const char *t = row->text; *t != '\0'; t++) {
        if (*t == ' ') {
            skip_space(in);
        } else if (*t == '<') {
            skip_space(in);
            enum seam_kind kind = (enum seam_kind)row->kinds[operand];
            if (!parse_operand(in, kind, &step.operand[operand]))
                return false;
            if (seam_kind_rows[kind].role == SEAM_ROLE_BIRTH)
                in->p += word_length(in, in->p);
            operand++;
            t = strchr(t, '>');
        } else {
            if (*t == '[' || *t == ']')
                skip_space(in);
            size_t size = parse_literal(in, t, row);
            if (size == 0)
                return false;
            t += size - 1;
        }
    }
    skip_space(in);
    if (in->p < in->end)
        return is_no_comment(in) && fail(in, "unexpected text after: %s", row->text);
    seam_scenario_append(in->scenario, &in->scope, step);
    note_dropped(in, &step);
    return true;
}

/* `go 1.N`, before all steps. */
static bool parse_release(struct parser *in, const char *number) {
    int minor = number_at(number, (size_t)(in->end - number));
    if (minor < SEAM_RELEASE_OLDEST || minor > SEAM_RELEASE_NEWEST)
        return fail(in, "a release must be go 1.%d to go 1.%d", SEAM_RELEASE_OLDEST,
                    SEAM_RELEASE_NEWEST);
    if (in->scope.n_steps > 0)
        return fail(in, "the release must come before all steps");
    in->scope.release = minor;
    return true;
}

/* Say why a fact may not happen here. */
static bool fail_for_fact(struct parser *in, enum seam_fact_kind fact) {
    static const struct {
        int most;
        const char *doc;
    } limits[SEAM_FACTS] = {
#define LIMIT(fact, most, doc) [SEAM_FACT_##fact] = {most, doc},
#include "language/facts.def"
#undef LIMIT
    };
    static const char *const needs[SEAM_FACTS] = {
#define NEEDS(fact, what) [SEAM_FACT_##fact] = what,
#include "language/facts.def"
#undef NEEDS
    };
    if (needs[fact] != NULL)
        return fail(in, "this step needs %s", needs[fact]);
    return fail(in, "no room for this step: at most %d %s in a scenario", limits[fact].most,
                limits[fact].doc);
}

/* Say why the scope has no room for an operation. */
static bool fail_without_room(struct parser *in, enum seam_op op) {
    const struct seam_op_row *row = &seam_op_rows[op];
    if (row->side == SEAM_SIDE_OUT)
        return fail(in, "return without an open call");
    if (in->scope.release != 0 && row->since > in->scope.release)
        return fail(in, "%s exists only since Go 1.%d", row->name, row->since);
    if (row->side == SEAM_SIDE_IN && in->scope.depth == SEAM_DEPTH_MAX)
        return fail(in, "no room for this step: at most %d open calls", SEAM_DEPTH_MAX);
    for (int i = 0; i < row->n_facts; i++)
        if (!seam_scope_has_room_for(&in->scope, (enum seam_fact_kind)row->facts[i].kind))
            return fail_for_fact(in, (enum seam_fact_kind)row->facts[i].kind);
    return fail_for_steps(in);
}

static bool parse_line(struct parser *in) {
    static const char release[] = "go 1.";
    skip_space(in);
    if (in->p == in->end)
        return true;
    if ((size_t)(in->end - in->p) >= strlen(release) &&
        memcmp(in->p, release, strlen(release)) == 0)
        return parse_release(in, in->p + strlen(release));
    enum seam_op op = find_op(in);
    if (op == SEAM_OPS)
        return false;
    if (!seam_scope_has_room(&in->scope, op))
        return fail_without_room(in, op);
    return parse_step(in, op);
}

bool seam_text_parse(struct seam_scenario *scenario, const char *text, size_t size,
                     struct seam_text_error *error) {
    struct parser in = {.scenario = scenario, .error = error};
    seam_scope_init(&in.scope, 0);
    in.named[SEAM_NOUN_thread][0] = 1; /* t0 is there from the start */
    const char *p = text, *text_end = text + size;
    while (p < text_end) {
        const char *newline = memchr(p, '\n', (size_t)(text_end - p));
        const char *next = newline != NULL ? newline + 1 : text_end;
        const char *stop = newline != NULL ? newline : text_end;
        const char *comment = memchr(p, '#', (size_t)(stop - p));
        in.end = comment != NULL ? comment : stop;
        while (in.end > p && isspace((unsigned char)in.end[-1]))
            in.end--;
        in.line = in.p = p;
        in.line_number++;
        if (!parse_line(&in))
            return false;
        p = next;
    }
    seam_scenario_close(scenario, &in.scope);
    return true;
}
