/* mutants_tool DIRECTORY PREFIX FILE...: write a copy of each C file into DIRECTORY, in which every
 * place that can be wrong is wrapped in a macro of mutants.h, and DIRECTORY/places.c with the list
 * of them. Names of files lose PREFIX. A build tool.
 *
 * It reads C as this project writes it: after clang-format, a function's body begins with ") {"
 * outside of any brace. Always true: without a mutant alive, the copy does what the original does.
 * Left alone are assertions, and the planted bugs (plants.def), of which only the switch is a
 * place.
 *
 * To add a kind of mistake: a macro in mutants.h, and the place here where the statement or
 * condition is printed. */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TOKENS_MAX = 20000, LABELS_MAX = 64 };

/* A token, and the blanks, comments and preprocessor lines before it. */
struct token {
    const char *blank, *text, *end;
    int line;
};

static struct token tokens[TOKENS_MAX];
static int n_tokens;
static int at; /* the token that is printed next */
static FILE *out, *places;
static const char *file;
static char function[80];
static bool returns_bool;
static int n_places;

static void die(const char *what) {
    fprintf(stderr, "mutants_tool: %s: line %d: %s\n", file, at < n_tokens ? tokens[at].line : 0,
            what);
    exit(2);
}

/* --- tokens ----------------------------------------------------------------------------------- */

static const char *skip_line(const char *p) {
    while (*p != '\0' && *p != '\n')
        p += p[0] == '\\' && p[1] != '\0' ? 2 : 1;
    return p;
}

static const char *skip_blank(const char *p, bool at_line_start) {
    for (;; p++) {
        if (*p == '\n')
            at_line_start = true;
        else if (p[0] == '/' && p[1] == '*')
            p = strstr(p, "*/") + 1;
        else if (*p == '#' && at_line_start)
            p = skip_line(p) - 1;
        else if (*p == '\0' || !isspace((unsigned char)*p))
            return p;
    }
}

static const char *skip_token(const char *p) {
    static const char *const signs[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
                                        "<=",  ">=",  "==",  "!=", "&&", "||", "+=", "-=",
                                        "*=",  "/=",  "%=",  "&=", "|=", "^="};
    if (*p == '"' || *p == '\'') {
        for (char quote = *p++; *p != quote; p++)
            p += *p == '\\';
        return p + 1;
    }
    if (isalnum((unsigned char)*p) || *p == '_') {
        while (isalnum((unsigned char)*p) || *p == '_')
            p++;
        return p;
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(p, signs[i], strlen(signs[i])) == 0)
            return p + strlen(signs[i]);
    return p + 1;
}

static void read_tokens(const char *text) {
    int line = 1;
    n_tokens = at = 0;
    for (const char *p = text; *p != '\0';) {
        struct token *token = &tokens[n_tokens++];
        if (n_tokens == TOKENS_MAX)
            die("the file has too many tokens");
        token->blank = p;
        token->text = skip_blank(p, p == text);
        token->end = *token->text != '\0' ? skip_token(token->text) : token->text;
        for (; p < token->text; p++)
            line += *p == '\n';
        token->line = line;
        p = token->end;
    }
}

static bool is(int i, const char *text) {
    return i >= 0 && i < n_tokens && strlen(text) == (size_t)(tokens[i].end - tokens[i].text) &&
           memcmp(tokens[i].text, text, strlen(text)) == 0;
}

static bool is_one_of(int i, const char *const *list) {
    for (; *list != NULL; list++)
        if (is(i, *list))
            return true;
    return false;
}

static bool is_name(int i) {
    return isalpha((unsigned char)*tokens[i].text) || *tokens[i].text == '_';
}

static bool opens(int i) { return is(i, "(") || is(i, "[") || is(i, "{"); }
static bool closes(int i) { return is(i, ")") || is(i, "]") || is(i, "}"); }

/* The token that closes what token `i` opens. */
static int closing(int i) {
    int depth = 0;
    do {
        depth += opens(i) - closes(i);
        if (++i > n_tokens)
            die("something is not closed");
    } while (depth > 0);
    return i - 1;
}

/* The first of `text` from `i` up to `end`, outside of all brackets; -1: there is none. */
static int find(int i, int end, const char *text) {
    for (; i < end; i++) {
        if (is(i, text))
            return i;
        if (opens(i))
            i = closing(i);
    }
    return -1;
}

static bool mentions(int i, int end, const char *text) {
    for (; i < end; i++)
        if (is(i, text))
            return true;
    return false;
}

/* --- printing --------------------------------------------------------------------------------- */

static void print(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vfprintf(out, format, list);
    va_end(list);
}

/* Print the tokens up to `end` as they are. */
static void copy(int end) {
    for (; at < end; at++)
        fwrite(tokens[at].blank, 1, (size_t)(tokens[at].end - tokens[at].blank), out);
}

/* A new place, the tokens from `i` up to `end`; its number. */
static int place(const char *change, int i, int end) {
    fprintf(places, "{\"%s\", \"%s\", %d, \"%s\", \"", file, function, tokens[i].line, change);
    for (int k = i; k < end; k++) {
        bool blank = k > i && tokens[k].blank < tokens[k].text;
        fprintf(places, "%s", blank ? " " : "");
        for (const char *p = tokens[k].text; p < tokens[k].end; p++)
            fprintf(places, "%s%c", *p == '"' || *p == '\\' ? "\\" : "", *p);
    }
    fprintf(places, "\"},\n");
    return n_places++;
}

/* --- expressions ------------------------------------------------------------------------------ */

static void condition(int end);

/* Print an expression of which nothing but what stands in brackets is a condition. */
static void operand(int end);

/* The operator of an assignment, or -1. */
static int find_assignment(int end) {
    static const char *const signs[] = {
        "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", NULL};
    for (int i = at; i < end; i++) {
        if (is_one_of(i, signs))
            return i;
        if (opens(i))
            i = closing(i);
    }
    return -1;
}

/* Print any expression, or a list of them. */
static void expression(int end) {
    int comma = find(at, end, ",");
    if (comma >= 0) {
        expression(comma);
        copy(comma + 1);
        expression(end);
        return;
    }
    int assignment = find_assignment(end), question = find(at, end, "?");
    if (assignment >= 0) {
        operand(assignment);
        copy(assignment + 1);
        expression(end);
    } else if (question >= 0) {
        int depth = 0, colon = question;
        do
            depth += is(colon, "?") - is(colon, ":");
        while (depth > 0 && ++colon < end);
        condition(question);
        copy(question + 1);
        expression(colon);
        copy(colon + 1);
        expression(end);
    } else if (find(at, end, "||") >= 0 || find(at, end, "&&") >= 0) {
        condition(end);
    } else {
        operand(end);
    }
}

static void operand(int end) {
    while (at < end) {
        bool is_open = opens(at);
        int close = is_open ? closing(at) : at;
        copy(at + 1);
        if (!is_open)
            continue;
        expression(close);
        copy(close + 1);
    }
}

/* Print the operands between && or ||. In a conjunction with a planted bug, its switch alone is a
 * place.
 */
static void operands(int end, const char *sign, const char *macro) {
    bool planted = mentions(at, end, "SEAM_PLANTED");
    while (at < end) {
        int next = find(at, end, sign), stop = next >= 0 ? next : end;
        if (planted && !mentions(at, stop, "SEAM_PLANTED")) {
            copy(stop);
        } else {
            if (!planted)
                print(" %s(%d,", macro, place("dropped", at, stop));
            condition(stop);
            print("%s", planted ? "" : ")");
        }
        if (next >= 0)
            copy(next + 1);
    }
}

static bool is_constant(int end) {
    return end == at + 1 && (is(at, "true") || is(at, "false") || is(at, "HAS_ASAN"));
}

static void condition(int end) {
    if (find(at, end, "?") >= 0) {
        expression(end);
    } else if (find(at, end, "||") >= 0) {
        operands(end, "||", "SEAM_DROPPED_OR");
    } else if (find(at, end, "&&") >= 0) {
        operands(end, "&&", "SEAM_DROPPED_AND");
    } else if (is(at, "(") && closing(at) == end - 1) {
        copy(at + 1);
        condition(end - 1);
        copy(end);
    } else if (is_constant(end)) {
        copy(end);
    } else {
        print(" SEAM_NEGATED(%d,", place("negated", at, end));
        operand(end);
        print(")");
    }
}

/* --- statements ------------------------------------------------------------------------------- */

static void statement(void);

static bool is_declaration(int end) {
    static const char *const words[] = {"struct", "enum", "static", "const", "unsigned", NULL};
    if (is_one_of(at, words) || !is_name(at))
        return is_name(at);
    int second = at + 1;
    while (is(second, "*"))
        second++;
    return is_name(second) && second < end &&
           (second == at + 1 || is(second + 1, "=") || is(second + 1, ";"));
}

static void declaration(int end) {
    bool is_bool = is(at, "bool");
    if (is(at, "static") || is(at, "enum")) {
        copy(end);
        return;
    }
    while (at < end) {
        int comma = find(at, end, ","), stop = comma >= 0 ? comma : end;
        int assignment = find_assignment(stop);
        copy(assignment >= 0 ? assignment + 1 : stop);
        if (assignment >= 0)
            (is_bool ? condition : expression)(stop);
        copy(comma >= 0 ? comma + 1 : end);
    }
}

/* Print "( condition )". */
static void bracketed_condition(void) {
    int close = closing(at);
    copy(at + 1);
    condition(close);
    copy(close + 1);
}

static void if_statement(void) {
    int close = closing(at + 1);
    bool planted = mentions(at, close, "SEAM_PLANTED") && !mentions(at, close, "!");
    copy(at + 1);
    bracketed_condition();
    if (planted) /* what a planted bug does is not there anyway */
        copy(is(at, "{") ? closing(at) + 1 : find(at, n_tokens, ";") + 1);
    else
        statement();
    if (is(at, "else")) {
        copy(at + 1);
        statement();
    }
}

static void for_statement(void) {
    int close = closing(at + 1), first = find(at + 2, close, ";"),
        second = find(first + 1, close, ";");
    copy(first + 1);
    if (second > first + 1)
        condition(second);
    copy(close + 1);
    statement();
}

/* The labels of a switch are constants, so it is the value that misses one of them. */
static void switch_statement(void) {
    int close = closing(at + 1), body_end = closing(close + 1), n = 0, labels[LABELS_MAX];
    for (int i = close + 1; i < body_end; i++)
        if (is(i, "case") && n < LABELS_MAX)
            labels[n++] = i + 1;
    copy(at + 2);
    for (int i = 0; i < n; i++) {
        int number = place("case", labels[i], find(labels[i], body_end, ":"));
        if (i == 0)
            print("SEAM_CASES(%d,", number);
    }
    copy(close);
    for (int i = 0; i < n; i++)
        print(",%.*s", (int)(tokens[labels[i]].end - tokens[labels[i]].text),
              tokens[labels[i]].text);
    print("%s", n > 0 ? ")" : "");
    copy(close + 1);
    statement();
}

static void return_statement(int end) {
    copy(at + 1);
    if (at < end)
        (returns_bool ? condition : expression)(end);
    copy(end + 1);
}

/* A statement that is neither compound nor a declaration. */
static void simple_statement(int end) {
    bool is_void = is(at, "(") && is(at + 1, "void");
    if (end == at || is_void || is(at, "seam_assert") || is(at, "break") || is(at, "continue") ||
        is(at, "goto")) {
        copy(end + 1);
        return;
    }
    print(" SEAM_DELETED(%d,", place("deleted", at, end));
    expression(end);
    print(")");
    copy(end + 1);
}

static void block(void) {
    int close = closing(at);
    copy(at + 1);
    while (at < close)
        statement();
    copy(close + 1);
}

static void do_statement(void) {
    copy(at + 1);
    statement();
    copy(at + 1); /* while */
    bracketed_condition();
    copy(at + 1);
}

static void plain_statement(void) {
    int end = find(at, n_tokens, ";");
    if (is(at, "case") || is(at, "default"))
        copy(find(at, n_tokens, ":") + 1);
    else if (is(at, "return"))
        return_statement(end);
    else if (is_declaration(end)) {
        bool is_unset =
            !is(at, "static") && is_name(end - 1) && (is(end - 2, ",") || is_name(end - 2));
        declaration(end);
        copy(end + 1);
        if (is_unset)
            print(" SEAM_UNSET(%.*s);", (int)(tokens[end - 1].end - tokens[end - 1].text),
                  tokens[end - 1].text);
    } else
        simple_statement(end);
}

static void statement(void) {
    if (is(at, "{"))
        block();
    else if (is(at, "if"))
        if_statement();
    else if (is(at, "for"))
        for_statement();
    else if (is(at, "while")) {
        copy(at + 1);
        bracketed_condition();
        statement();
    } else if (is(at, "do"))
        do_statement();
    else if (is(at, "switch"))
        switch_statement();
    else
        plain_statement();
}

/* --- files ------------------------------------------------------------------------------------ */

/* The functions that report each broken rule, and the first mutant of their rules. */
static const char *first_rule_mutant(void) {
    if (strcmp(function, "broken") == 0)
        return "SEAM_MUTANTS_ORACLE_RULES";
    if (strcmp(function, "machine_found") == 0)
        return "SEAM_MUTANTS_MODEL_RULES";
    return NULL;
}

/* Print the function whose parameters begin at `open` and whose body begins at `body`. */
static void print_function(int open, int body) {
    int name = is(open - 1, "BODY") ? open + 1 : open - 1;
    snprintf(function, sizeof function, "%.*s", (int)(tokens[name].end - tokens[name].text),
             tokens[name].text);
    returns_bool = name > open || is(name - 1, "bool");
    copy(body);
    if (first_rule_mutant() == NULL) {
        block();
        return;
    }
    copy(at + 1);
    print(" SEAM_RULE_MUTANT(%s, rule);", first_rule_mutant());
    copy(closing(body) + 1);
}

static void print_file(void) {
    int open = 0;
    print("#include \"mutants/mutants.h\"\n");
    for (int i = 0; i < n_tokens; i++) {
        if (is(i, "(")) {
            open = i;
            i = closing(i);
            if (is(i + 1, "{")) {
                print_function(open, i + 1);
                i = at - 1;
            }
        } else if (opens(i)) {
            i = closing(i);
        }
    }
    copy(n_tokens);
}

static char *read_file(const char *path) {
    FILE *in = fopen(path, "rb");
    size_t size = 0;
    char *text = calloc(1, 1 << 20);
    if (in == NULL || text == NULL || (size = fread(text, 1, (1 << 20) - 1, in)) == 0)
        die(path);
    fclose(in);
    return text;
}

/* A file in the directory, or in a room of it: "room/name.c". */
static FILE *create(const char *directory, const char *name) {
    char path[1024];
    const char *slash = strchr(name, '/');
    snprintf(path, sizeof path, "%s/%.*s", directory, slash != NULL ? (int)(slash - name) : 0,
             name);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *it = fopen(path, "wb");
    if (it == NULL)
        die(path);
    return it;
}

int main(int argc, char **argv) {
    file = "";
    if (argc < 4)
        die("usage: mutants_tool DIRECTORY PREFIX FILE...");
    places = create(argv[1], "places.c");
    fprintf(places, "#include \"mutants/mutants.h\"\n#include <stddef.h>\n"
                    "const struct seam_mutant_place seam_mutant_places[] = {\n");
    for (int i = 3; i < argc; i++) {
        char *text = read_file(argv[i]);
        bool has_prefix = strncmp(argv[i], argv[2], strlen(argv[2])) == 0;
        file = argv[i] + (has_prefix ? strlen(argv[2]) : 0);
        out = create(argv[1], file);
        read_tokens(text);
        print_file();
        if (fclose(out) != 0)
            die("cannot be written");
        free(text);
    }
    fprintf(places, "{NULL, NULL, 0, NULL, NULL}};\n");
    return fclose(places) == 0 ? 0 : 2;
}
