/* The files of a program: in Go, main.go with its test, go.mod, and a C library with its header. */
#include "emit/program.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "emit/parts.h"
#include "rules/rule.h"

static void add_file(struct seam_emission *emission, const char *name, struct seam_draft *text) {
    seam_assert(emission->n_files < SEAM_EMIT_FILES_MAX);
    /* One empty line at most, and none at the end. */
    char *to = text->text;
    for (const char *from = text->text; *from != '\0'; from++)
        if (!(from[0] == '\n' && to - text->text >= 2 && to[-1] == '\n' && to[-2] == '\n'))
            *to++ = *from;
    while (to - text->text >= 2 && to[-1] == '\n' && to[-2] == '\n')
        to--;
    *to = '\0';
    emission->files[emission->n_files++] =
        (struct seam_emit_file){name, text->text, (size_t)(to - text->text)};
    *text = (struct seam_draft){NULL, 0, 0};
}

static const struct seam_event *headline(const struct seam_plan *plan) {
    return seam_first_broken(&plan->it->observed);
}

/* --- Go: variables and types ------------------------------------------------------------------ */

static void add_types(const struct seam_writer *writer, struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    for (int g = 0; g < SEAM_GO_MAX && plan->names[SEAM_NOUN_go][g][0] != '\0'; g++) {
        const char *type = seam_write_type(writer, g), *nil, *word;
        seam_write_shape(plan->shape[g], &nil, &word);
        if (plan->mentions[SEAM_NOUN_go][g] == 0 && plan->where[SEAM_NOUN_go][g] == 0)
            continue;
        bool has_value = plan->shape[g] != SEAM_SHAPE_array;
        const char *gap = has_value ? " " : "";
        seam_draft_add(out, "type %s struct {\n\trefs %s[3]%s\n%s", type, gap, word,
                       has_value ? "\tvalue uint64\n" : "");
        seam_draft_add(out, "\trest %s[%d]byte // a size that nothing else has\n}\n\n", gap,
                       seam_plan_size(g) - seam_plan_prefix(plan, g));
        if (plan->is_global[g])
            seam_draft_add(out, "var static%s %s\n\n", type, type);
        else
            seam_draft_add(out, "//go:noinline\nfunc new%s() *%s { return &%s{} }\n\n", type, type,
                           type);
    }
}

static void variable(const struct seam_writer *writer, enum seam_noun noun, int number,
                     struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    const char *name = plan->names[noun][number];
    switch (noun) {
    case SEAM_NOUN_go:
        seam_draft_add(out, "var %s *%s\n", name, seam_write_type(writer, number));
        break;
    case SEAM_NOUN_c:
        seam_draft_add(out, "var %s *C.struct_%s\n", name, seam_write_block_type(writer, number));
        break;
    case SEAM_NOUN_pinner:
        seam_draft_add(out, "var %s *runtime.Pinner\n", name);
        break;
    case SEAM_NOUN_handle:
        seam_draft_add(out, "var %s cgo.Handle\n", name);
        break;
    case SEAM_NOUN_weak:
        for (int s = 0; s < plan->n_steps; s++) {
            const struct seam_op_weak *o = (const void *)seam_plan_step(plan, s)->operand;
            if (seam_plan_step(plan, s)->op == SEAM_OP_weak && o->new_weak == number)
                seam_draft_add(out, "var %s weak.Pointer[%s]\n", name,
                               seam_write_type(writer, o->heap_go));
        }
        break;
    default:
        break;
    }
}

static void add_variables(struct seam_writer *writer, struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    for (int noun = 0; noun < SEAM_NOUNS; noun++)
        for (int i = 0; i < 16; i++)
            if (plan->where[noun][i] == SEAM_WHERE_PACKAGE)
                variable(writer, (enum seam_noun)noun, i, out);
    for (int g = 0; g < SEAM_GO_MAX; g++)
        if (plan->is_witnessed[g])
            seam_draft_add(out, "var %sCollected = make(chan struct{})\n",
                           plan->names[SEAM_NOUN_go][g]);
    for (int t = 0; t < SEAM_THREAD_MAX; t++) {
        const char *name = plan->names[SEAM_NOUN_thread][t];
        if (name[0] != '\0' && (t > 0 || plan->names[SEAM_NOUN_thread][1][0] != '\0'))
            seam_draft_add(out, "var %sTurn = make(chan struct{})\n", name);
        if (name[0] != '\0' && t > 0 && plan->thread_kind[t] == SEAM_THREAD_c)
            seam_draft_add(out, "var %sReady = make(chan struct{})\n", name);
    }
    seam_draft_add(out, "%s\n", seam_draft_text(&writer->variables));
}

/* --- Go: functions ---------------------------------------------------------------------------- */

/* Variables of functions that a later step, which is not in the program, would have named. */
static void add_last_uses(struct seam_writer *writer) {
    const struct seam_plan *plan = writer->plan;
    const struct seam_scenario *scenario = &plan->it->scenario;
    for (int s = plan->n_steps; s < scenario->n_steps; s++)
        for (int i = 0; i < 16; i++) {
            bool go = (scenario->last_go[s] >> i & 1) != 0;
            bool pinner = (scenario->last_pinner[s] >> i & 1) != 0;
            if (go && (plan->mentions[SEAM_NOUN_go][i] > 2 || plan->is_witnessed[i]) &&
                plan->where[SEAM_NOUN_go][i] == SEAM_WHERE_LOCAL)
                seam_write_add(writer, plan->home[SEAM_NOUN_go][i], "runtime.KeepAlive(%s)\n",
                               plan->names[SEAM_NOUN_go][i]);
            if (pinner && plan->mentions[SEAM_NOUN_pinner][i] > 2 &&
                plan->where[SEAM_NOUN_pinner][i] == SEAM_WHERE_LOCAL)
                seam_write_add(writer, plan->home[SEAM_NOUN_pinner][i], "runtime.KeepAlive(%s)\n",
                               plan->names[SEAM_NOUN_pinner][i]);
        }
}

/* The other goroutines and threads end. */
static void add_joins(struct seam_writer *writer) {
    const struct seam_plan *plan = writer->plan;
    bool said = false;
    for (int t = 1; t < SEAM_THREAD_MAX; t++) {
        const char *name = plan->names[SEAM_NOUN_thread][t];
        if (name[0] == '\0' || plan->ended[t])
            continue;
        if (!said)
            seam_write_add(writer, 0, "// The others end, one after the other.\n");
        said = true;
        seam_write_add(writer, 0, "handOver(%sTurn, mainTurn)\n", name);
    }
    for (int t = 1; t < SEAM_THREAD_MAX; t++)
        if (plan->names[SEAM_NOUN_thread][t][0] != '\0' && plan->thread_kind[t] == SEAM_THREAD_c)
            seam_write_add(writer, 0, "C.join_%s()\n", plan->names[SEAM_NOUN_thread][t]);
}

static void add_function(struct seam_writer *writer, int place, struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    const struct seam_place *it = &plan->places[place];
    const char *body = seam_draft_text(&writer->bodies[place]);
    if (it->kind == SEAM_PLACE_CALLBACK)
        seam_draft_add(out, "//export %s\nfunc %s() {\n%s}\n\n", it->name, it->name, body);
    if (it->kind != SEAM_PLACE_THREAD)
        return;
    bool is_c = plan->thread_kind[it->thread] == SEAM_THREAD_c;
    seam_draft_add(out, is_c ? "//export %s\n" : "// %s runs when it has its turn.\n", it->name);
    seam_draft_add(out, "func %s() {\n", it->name);
    seam_draft_add(out, "\tdefer func() { mainTurn <- struct{}{} }()\n");
    if (is_c)
        seam_draft_add(out, "\tclose(%sReady)\n", it->name);
    seam_draft_add(out, "\t<-%sTurn\n%s}\n\n", it->name, body);
    if (!is_c)
        return;
    seam_draft_add(&writer->c_functions,
                   "static pthread_t %s_thread;\nstatic void *%s_main(void *nothing) {\n"
                   "    %s();\n    return nothing;\n}\n"
                   "void start_%s(void) { pthread_create(&%s_thread, NULL, %s_main, NULL); }\n"
                   "void join_%s(void) { pthread_join(%s_thread, NULL); }\n\n",
                   it->name, it->name, it->name, it->name, it->name, it->name, it->name, it->name);
    seam_draft_add(&writer->c_prototypes, "void start_%s(void);\nvoid join_%s(void);\n", it->name,
                   it->name);
}

/* What it says when nothing was noticed. */
static const char *last_words(const struct seam_writer *writer, bool shows) {
    static char text[200];
    const struct seam_event *broken = headline(writer->plan);
    if (broken == NULL)
        return "No rule was broken.";
    if (shows)
        return "It did not show this time.";
    int seen = seam_rule_rows[broken->what].seen, n = 0;
    n = snprintf(text, sizeof text,
                 seen != 0 ? "Nothing has noticed it here; detected by:"
                           : "It is wrong, and nothing notices it.");
    for (int bit = 0; bit < SEAM_CHECKERS; bit++)
        if ((seen >> bit & 1) != 0)
            n += snprintf(text + n, sizeof text - (size_t)n, " %s",
                          seam_checker_name((enum seam_checker)(1 << bit)));
    return text;
}

/* --- imports and includes --------------------------------------------------------------------- */

struct need {
    const char *word, *what;
};

static void add_needs(const struct need *needs, size_t n, const char *code, const char *format,
                      struct seam_draft *out) {
    const char *last = "";
    for (size_t i = 0; i < n; i++)
        if (strcmp(needs[i].what, last) != 0 && seam_draft_names(code, needs[i].word)) {
            seam_draft_add(out, format, needs[i].what);
            last = needs[i].what;
        }
}

static void add_imports(const char *code, struct seam_draft *out) {
    static const struct need needs[] = {
        {"errors", "errors"},   {"fmt", "fmt"},
        {"os", "os"},           {"runtime", "runtime"},
        {"cgo", "runtime/cgo"}, {"debug", "runtime/debug"},
        {"sync", "sync"},       {"atomic", "sync/atomic"},
        {"syscall", "syscall"}, {"time", "time"},
        {"unsafe", "unsafe"},   {"weak", "weak"},
    };
    seam_draft_add(out, "import (\n");
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        char dotted[24];
        snprintf(dotted, sizeof dotted, "%s.", needs[i].word);
        const char *at = code;
        while ((at = strstr(at, dotted)) != NULL && at > code &&
               (isalnum((unsigned char)at[-1]) || at[-1] == '.' || at[-1] == '_'))
            at++;
        if (at != NULL)
            seam_draft_add(out, "\t\"%s\"\n", needs[i].what);
    }
    seam_draft_add(out, ")\n\n");
}

static void add_includes(const char *code, struct seam_draft *out) {
    static const struct need needs[] = {
        {"errno", "errno.h"},       {"PRIx64", "inttypes.h"},
        {"pthread_t", "pthread.h"}, {"pthread_self", "pthread.h"},
        {"setjmp", "setjmp.h"},     {"longjmp", "setjmp.h"},
        {"sigaction", "signal.h"},  {"atomic_flag", "stdatomic.h"},
        {"bool", "stdbool.h"},      {"offsetof", "stddef.h"},
        {"size_t", "stddef.h"},     {"uint64_t", "stdint.h"},
        {"uintptr_t", "stdint.h"},  {"uint8_t", "stdint.h"},
        {"fprintf", "stdio.h"},     {"snprintf", "stdio.h"},
        {"puts", "stdio.h"},        {"calloc", "stdlib.h"},
        {"malloc", "stdlib.h"},     {"free", "stdlib.h"},
        {"getenv", "stdlib.h"},     {"setenv", "stdlib.h"},
        {"memcpy", "string.h"},     {"memset", "string.h"},
        {"mmap", "sys/mman.h"},
    };
    add_needs(needs, sizeof needs / sizeof *needs, code, "#include <%s>\n", out);
}

/* --- the files -------------------------------------------------------------------------------- */

static void add_checks_of_others(const struct seam_writer *writer, struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    seam_draft_add(out, "// checkOthers looks at the objects that took the place of collected "
                        "ones.\nfunc checkOthers() {\n\tfor _, o := range others {\n"
                        "\t\tswitch o := o.(type) {\n");
    for (int g = 0; g < SEAM_GO_MAX && plan->names[SEAM_NOUN_go][g][0] != '\0'; g++)
        if (!plan->is_global[g] && plan->shape[g] != SEAM_SHAPE_array)
            seam_draft_add(out,
                           "\t\tcase *%s:\n\t\t\tcheck(\"the value of another object\", "
                           "o.value, 0xdddddddddddddddd)\n",
                           seam_write_type(writer, g));
    seam_draft_add(out, "\t\t}\n\t}\n}\n\n");
}

/* Everything in main.go but its head, its imports and the parts. */
static void write_go(struct seam_writer *writer, bool shows, struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    add_joins(writer);
    seam_write_end(writer);
    add_last_uses(writer);
    seam_draft_add(out,
                   "func main() {\n\tif run() > 0 {\n\t\tos.Exit(1)\n\t}\n"
                   "\tfmt.Println(\"%s\")\n}\n\n",
                   last_words(writer, shows));
    seam_draft_add(out,
                   "func run() int {\n"
                   "\tdebug.SetGCPercent(-1) // the collector runs where this program says "
                   "so\n\n%s@RETURN@}\n\n",
                   seam_draft_text(&writer->bodies[0]));
    for (int i = 1; i < plan->n_places; i++)
        add_function(writer, i, out);
    seam_draft_add(out, "%s", seam_draft_text(&writer->functions));
    if (seam_draft_names(seam_draft_text(out), "checkOthers"))
        add_checks_of_others(writer, out);
    add_variables(writer, out);
    add_types(writer, out);
}

static void write_c(struct seam_writer *writer, struct seam_draft *out) {
    const struct seam_plan *plan = writer->plan;
    seam_draft_add(out, "%s", seam_draft_text(&writer->c_functions));
    for (int i = 0; i < plan->n_places; i++)
        if (plan->places[i].kind == SEAM_PLACE_C)
            seam_write_c_function(writer, i, out, &writer->c_prototypes);
    for (int c = 0; c < SEAM_C_MAX; c++)
        if (plan->where[SEAM_NOUN_c][c] == SEAM_WHERE_C) {
            seam_draft_add(&writer->c_types, "extern struct %s *%s;\n",
                           seam_write_block_type(writer, c), plan->names[SEAM_NOUN_c][c]);
            seam_draft_add(&writer->c_statics, "struct %s *%s;\n", seam_write_block_type(writer, c),
                           plan->names[SEAM_NOUN_c][c]);
        }
}

/* The counters of references that steps or checks name. */
static void add_references(struct seam_writer *writer, const char *code, bool is_c) {
    for (int c = 0; c < SEAM_C_MAX; c++) {
        char name[80];
        snprintf(name, sizeof name, "%s_references", writer->plan->names[SEAM_NOUN_c][c]);
        if (writer->plan->names[SEAM_NOUN_c][c][0] == '\0' || !seam_draft_names(code, name))
            continue;
        if (!is_c)
            seam_draft_add(&writer->c_prototypes, "extern int %s;\n", name);
        seam_draft_add(&writer->c_statics, "%sint %s = 1;\n", is_c ? "static " : "", name);
    }
}

static void add_go_return(const struct seam_parts *parts, const char *body,
                          struct seam_draft *out) {
    const char *at = strstr(body, "@RETURN@");
    bool go = seam_parts_has(parts, "bug") && strstr(body, "bug(") != NULL, c = false;
    for (int i = 0; i < parts->n; i++) {
        c = c || (parts->parts[i].is_needed && strcmp(parts->parts[i].name, "bugs") == 0);
        go = go || (parts->parts[i].is_needed && parts->parts[i].kind == SEAM_PART_GO &&
                    strcmp(parts->parts[i].name, "bug") == 0);
    }
    seam_draft_add(out, "%.*s\treturn %s%s%s\n%s", (int)(at - body), body,
                   go  ? "int(atomic.LoadInt32(&bugs))"
                   : c ? ""
                       : "0",
                   go && c ? " + " : "", c ? "int(C.bugs)" : "", at + strlen("@RETURN@"));
}

static void add_main_go(const struct seam_parts *parts, const char *head, const char *body,
                        struct seam_emission *emission) {
    struct seam_draft all = {NULL, 0, 0}, out = {NULL, 0, 0};
    add_go_return(parts, body, &all);
    seam_parts_add(parts, SEAM_PART_GO, &all);
    char *code = seam_parts_code(all.text);
    seam_draft_add(&out, "%spackage main\n\n// #include \"library.h\"\nimport \"C\"\n\n", head);
    add_imports(code, &out);
    seam_draft_add(&out, "%s", all.text);
    free(code);
    seam_draft_free(&all);
    add_file(emission, "main.go", &out);
}

static void add_library(const struct seam_writer *writer, const struct seam_parts *parts,
                        const char *functions, struct seam_emission *emission) {
    struct seam_draft header = {NULL, 0, 0}, source = {NULL, 0, 0}, all = {NULL, 0, 0},
                      rest = {NULL, 0, 0};
    seam_draft_add(
        &header,
        "#pragma once\n\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n");
    seam_parts_add(parts, SEAM_PART_TYPE, &header);
    seam_draft_add(&header, "%s\n", seam_draft_text(&writer->c_types));
    seam_parts_add_declarations(parts, &header);
    seam_draft_add(&header, "%s", seam_draft_text(&writer->c_prototypes));
    add_file(emission, "library.h", &header);
    seam_parts_add_c(parts, false, &rest);
    seam_draft_add(&all, "%s%s\n%s", seam_draft_text(&writer->c_statics), seam_draft_text(&rest),
                   functions);
    seam_draft_add(&source, "#define _GNU_SOURCE\n#include \"library.h\"\n\n");
    char *code = seam_parts_code(all.text);
    add_includes(code, &source);
    seam_draft_add(&source, "\n#include \"_cgo_export.h\"\n\n%s", all.text);
    free(code);
    seam_draft_free(&all);
    seam_draft_free(&rest);
    add_file(emission, "library.c", &source);
}

/* The name of a test: TestUseAfterFree. */
static void add_test(const struct seam_plan *plan, struct seam_emission *emission) {
    struct seam_draft out = {NULL, 0, 0};
    const struct seam_event *broken = headline(plan);
    const char *name = broken != NULL ? seam_rule_rows[broken->what].name : "no_rule_is_broken";
    seam_draft_add(&out, "package main\n\nimport \"testing\"\n\nfunc Test");
    for (const char *at = name; *at != '\0'; at++)
        if (*at != '_')
            seam_draft_add(&out, "%c",
                           at == name || at[-1] == '_' ? toupper((unsigned char)*at) : *at);
    seam_draft_add(&out, "(t *testing.T) {\n\tif n := run(); n > 0 {\n"
                         "\t\tt.Fatalf(\"%%d found, see above\", n)\n\t}\n}\n");
    add_file(emission, "main_test.go", &out);
}

void seam_program_go(struct seam_writer *writer, const char *head, struct seam_emission *emission) {
    struct seam_draft go = {NULL, 0, 0}, c = {NULL, 0, 0}, statics = {NULL, 0, 0},
                      mod = {NULL, 0, 0};
    static struct seam_parts parts;
    write_go(writer, emission->shows || emission->shows_stack || emission->dies, &go);
    write_c(writer, &c);
    add_references(writer, go.text, false);
    seam_draft_add(&statics, "%s%s%s", seam_draft_text(&writer->c_statics), seam_draft_text(&c),
                   seam_draft_text(&writer->c_types));
    seam_parts_read(&parts);
    if (seam_draft_names(go.text, "checkOthers"))
        seam_draft_add(&statics, "go_memory_is_reused\n");
    seam_parts_choose(&parts, go.text, statics.text);
    for (int i = 0; i < parts.n; i++) /* how many bugs C has found is asked at the end */
        if (strcmp(parts.parts[i].name, "bugs") == 0 && seam_draft_names(statics.text, "bug"))
            parts.parts[i].is_needed = true;
    add_main_go(&parts, head, go.text, emission);
    add_test(writer->plan, emission);
    add_library(writer, &parts, seam_draft_text(&c), emission);
    seam_draft_add(&mod, "module example\n\ngo 1.%d\n", emission->since);
    add_file(emission, "go.mod", &mod);
    seam_parts_free(&parts);
    seam_draft_free(&go);
    seam_draft_free(&c);
    seam_draft_free(&statics);
}

void seam_program_c(struct seam_writer *writer, const char *head, struct seam_emission *emission) {
    struct seam_draft c = {NULL, 0, 0}, all = {NULL, 0, 0}, out = {NULL, 0, 0};
    static struct seam_parts parts;
    const struct seam_plan *plan = writer->plan;
    seam_write_end(writer);
    write_c(writer, &c);
    seam_draft_add(&c, "int main(void) {\n%s    puts(\"%s\");\n    return bugs > 0;\n}\n",
                   seam_draft_text(&writer->bodies[0]),
                   last_words(writer, emission->shows || emission->shows_stack || emission->dies));
    for (int i = 0; i < SEAM_C_MAX; i++)
        if (plan->where[SEAM_NOUN_c][i] == SEAM_WHERE_PACKAGE)
            seam_draft_add(&writer->c_statics, "static struct %s *%s;\n",
                           seam_write_block_type(writer, i), plan->names[SEAM_NOUN_c][i]);
    add_references(writer, c.text, true);
    seam_parts_read(&parts);
    seam_draft_add(&all, "%s%s", seam_draft_text(&writer->c_statics), c.text);
    seam_parts_choose(&parts, "", all.text);
    for (int i = 0; i < parts.n; i++)
        if (parts.parts[i].is_needed && parts.parts[i].kind == SEAM_PART_GO)
            snprintf(writer->reason, sizeof writer->reason,
                     "C calls a Go function; try seam emit go");
    seam_draft_free(&all);
    seam_parts_add(&parts, SEAM_PART_TYPE, &all);
    seam_draft_add(&all, "%s\n", seam_draft_text(&writer->c_statics));
    seam_parts_add_c(&parts, true, &all);
    seam_draft_add(&all, "%s\n%s", seam_draft_text(&writer->c_prototypes), c.text);
    char *code = seam_parts_code(all.text);
    seam_draft_add(&out, "%s\n#define _GNU_SOURCE\n", head);
    add_includes(code, &out);
    seam_draft_add(&out, "\n%s", all.text);
    free(code);
    if (writer->reason[0] == '\0')
        add_file(emission, "main.c", &out);
    seam_draft_free(&out);
    seam_parts_free(&parts);
    seam_draft_free(&all);
    seam_draft_free(&c);
}
