#include "emit/emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "emit/program.h"
#include "judge/symptom.h"
#include "rules/rule.h"

enum { GO_LINE_LEAST = 19 };

/* --- what it does ----------------------------------------------------------------------------- */

/* In a C program, nobody reports a fault; and what only Go's collector does cannot be shown. */
static bool is_fault_of_c(const struct seam_plan *plan, enum seam_rule rule) {
    return plan->is_c && seam_rule_rows[rule].symptom == SEAM_SYMPTOM_fault;
}

static bool needs_collector(const struct seam_case *it) {
    const struct seam_event *broken = seam_first_broken(&it->observed);
    return broken != NULL && seam_show_of((enum seam_rule)broken->what) == SEAM_SHOW_OLD_WORD;
}

static void foresee(const struct seam_plan *plan, struct seam_emission *emission) {
    const struct seam_trace *trace = &plan->it->observed;
    for (const struct seam_event *e = trace->events; e < trace->events + trace->n; e++) {
        if (e->kind != SEAM_EVENT_broken)
            continue;
        if (seam_show_of((enum seam_rule)e->what) == SEAM_SHOW_ENDS ||
            is_fault_of_c(plan, (enum seam_rule)e->what))
            emission->dies = true;
        else if (seam_show_of((enum seam_rule)e->what) == SEAM_SHOW_MOVED)
            emission->shows_stack = true;
        else if (seam_plan_shows(plan, e))
            emission->shows = true;
    }
}

enum seam_emit_end seam_emit_end_of(const struct seam_emission *emission, enum seam_flavor flavor,
                                    const struct seam_prediction *prediction) {
    bool on_stack = (seam_flavor_checkers(flavor) & SEAM_SEEN_CHECKPTR) == 0;
    if (prediction->stopped != NULL)
        return SEAM_EMIT_STOPS;
    if (emission->dies)
        return SEAM_EMIT_DIES;
    return emission->shows || (emission->shows_stack && on_stack) ? SEAM_EMIT_SHOWS
                                                                  : SEAM_EMIT_SILENT;
}

/* --- the head comment ------------------------------------------------------------------------- */

static void add_flavor(const struct seam_case *it, const struct seam_emission *emission,
                       enum seam_flavor flavor, struct seam_draft *out) {
    int release = it->scenario.release != 0 ? it->scenario.release : SEAM_RELEASE_NEWEST;
    const char *const commands[SEAM_FLAVORS] = {
        [SEAM_FLAVOR_plain] = "go run .",
        [SEAM_FLAVOR_cgocheck2] =
            release <= 20 ? "GODEBUG=cgocheck=2 go run ." : "GOEXPERIMENT=cgocheck2 go run .",
        [SEAM_FLAVOR_asan] = "CC=clang ASAN_OPTIONS=detect_leaks=0 go run -asan .",
        [SEAM_FLAVOR_race] = "go run -race ."};
    struct seam_prediction prediction = seam_predict(&it->scenario, &it->observed, flavor);
    seam_draft_add(out, "\t%s\n\t\t", commands[flavor]);
    switch (seam_emit_end_of(emission, flavor, &prediction)) {
    case SEAM_EMIT_STOPS:
        seam_draft_add(out, "stops: %s\n",
                       seam_symptom_text((enum seam_symptom)(
                           prediction.stopped->what == SEAM_RULE_none
                               ? SEAM_SYMPTOM_fault
                               : seam_rule_rows[prediction.stopped->what].symptom)));
        break;
    case SEAM_EMIT_DIES:
        seam_draft_add(out, "corrupts memory; most likely the system's C library ends it\n");
        break;
    case SEAM_EMIT_SHOWS:
        seam_draft_add(out, "prints BUG: and what went wrong, exit status 1\n");
        break;
    case SEAM_EMIT_SILENT:
        seam_draft_add(out, "reports nothing, exit status 0\n");
    }
}

static void add_rule(const struct seam_event *broken, struct seam_draft *out) {
    char name[48];
    const struct seam_rule_row *rule = &seam_rule_rows[broken->what];
    struct seam_draft text = {NULL, 0, 0};
    seam_draft_add(&text, "%s: %s [%s]", seam_rule_name((enum seam_rule)broken->what, name),
                   rule->words, rule->source);
    seam_draft_wrap(out, "", 90, text.text);
    seam_draft_free(&text);
    seam_draft_add(&text, "Fix: %s.", rule->fix);
    seam_draft_add(out, "\n");
    seam_draft_wrap(out, "", 90, text.text);
    seam_draft_free(&text);
}

static void add_go_commands(const struct seam_case *it, const struct seam_emission *emission,
                            struct seam_draft *out) {
    int release = it->scenario.release != 0 ? it->scenario.release : SEAM_RELEASE_NEWEST;
    seam_draft_add(out, "What to expect from Go 1.%d:\n\n", release);
    for (int flavor = 0; flavor < SEAM_FLAVORS; flavor++)
        add_flavor(it, emission, (enum seam_flavor)flavor, out);
    seam_draft_add(out, "\nThe same with go test in the place of go run.\n");
}

static void add_c_commands(const struct seam_case *it, const struct seam_emission *emission,
                           struct seam_draft *out) {
    struct seam_prediction asan = seam_predict(&it->scenario, &it->observed, SEAM_FLAVOR_asan);
    enum seam_emit_end end = seam_emit_end_of(emission, SEAM_FLAVOR_asan, &asan);
    seam_draft_add(out, "What to expect:\n\n\tcc -g main.c && ./a.out\n\t\t%s\n",
                   emission->dies    ? "corrupts memory; most likely the C library ends it"
                   : emission->shows ? "prints BUG: and what went wrong, exit status 1"
                                     : "reports nothing, exit status 0");
    seam_draft_add(
        out, "\tcc -g -fsanitize=address main.c && ./a.out\n\t\t%s%s\n",
        end == SEAM_EMIT_STOPS   ? "stops: "
        : end == SEAM_EMIT_SHOWS ? "prints BUG: and what went wrong, exit status 1"
                                 : "the same",
        end == SEAM_EMIT_STOPS
            ? seam_symptom_text((enum seam_symptom)seam_rule_rows[asan.stopped->what].symptom)
            : "");
}

/* The comment, with the marks of the language. */
static void add_head(const struct seam_case *it, enum seam_emit_language language,
                     const char *source, const char *story, const struct seam_emission *emission,
                     struct seam_draft *out) {
    const struct seam_event *broken = seam_first_broken(&it->observed);
    struct seam_draft text = {NULL, 0, 0};
    if (broken != NULL)
        add_rule(broken, &text);
    else
        seam_draft_add(&text, "This program breaks no rule of cgo.\n");
    if (story[0] != '\0')
        seam_draft_add(&text, "\n%s", story);
    seam_draft_add(&text, "\n");
    if (language == SEAM_EMIT_go)
        add_go_commands(it, emission, &text);
    else
        add_c_commands(it, emission, &text);
    seam_draft_add(&text, "\nWritten by seam emit from %s.\n", source);
    const char *mark = language == SEAM_EMIT_go ? "//" : " *";
    if (language == SEAM_EMIT_c)
        seam_draft_add(out, "/*\n");
    for (const char *line = seam_draft_text(&text); *line != '\0';) {
        size_t n = strcspn(line, "\n");
        bool is_apart = n == 0 || *line == '\t'; /* code, and empty lines */
        seam_draft_add(out, "%s%s", mark, is_apart ? "" : " ");
        for (size_t i = 0; i < n; i++)
            seam_draft_add(out, "%c", line[i]);
        seam_draft_add(out, "\n");
        line += n + (line[n] != '\0');
    }
    if (language == SEAM_EMIT_c)
        seam_draft_add(out, " */\n");
    seam_draft_free(&text);
}

char *seam_emit_story(const char *text) {
    struct seam_draft story = {NULL, 0, 0};
    while (*text == '#') {
        const char *from = text + strspn(text, "# ");
        size_t n = strcspn(from, "\r\n");
        if (from > text + strcspn(text, "\n"))
            n = 0;
        for (size_t i = 0; i < n; i++) /* it stands in a comment of C as well */
            seam_draft_add(
                &story, "%c",
                from[i] < ' ' || (from[i] == '/' && i > 0 && from[i - 1] == '*') ? ' ' : from[i]);
        seam_draft_add(&story, "\n");
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    char *result = story.text != NULL ? story.text : calloc(1, 1);
    seam_assert(result != NULL);
    return result;
}

/* --- the program ------------------------------------------------------------------------------ */

static void free_writer(struct seam_writer *writer) {
    for (int i = 0; i < SEAM_EMIT_PLACES; i++)
        seam_draft_free(&writer->bodies[i]);
    seam_draft_free(&writer->variables);
    seam_draft_free(&writer->functions);
    seam_draft_free(&writer->c_statics);
    seam_draft_free(&writer->c_functions);
    seam_draft_free(&writer->c_types);
    seam_draft_free(&writer->c_prototypes);
}

bool seam_emit(const struct seam_case *it, enum seam_emit_language language, const char *source,
               const char *story, struct seam_emission *emission) {
    static struct seam_plan plan;
    static struct seam_writer writer;
    struct seam_draft head = {NULL, 0, 0};
    *emission = (struct seam_emission){0};
    writer = (struct seam_writer){.plan = &plan};
    seam_plan_make(&plan, it, language == SEAM_EMIT_c);
    for (int i = 0; i < SEAM_EMIT_PLACES; i++)
        writer.depth[i] = 1;
    emission->since = seam_scenario_since(&it->scenario);
    if (emission->since < GO_LINE_LEAST)
        emission->since = GO_LINE_LEAST;
    foresee(&plan, emission);
    if (plan.is_c && needs_collector(it))
        snprintf(writer.reason, sizeof writer.reason,
                 "it is Go that reads what was there before; try seam emit go");
    for (int s = 0; s < plan.n_steps && writer.reason[0] == '\0'; s++)
        seam_write_step(&writer, s);
    if (writer.reason[0] == '\0') {
        add_head(it, language, source, story, emission, &head);
        if (language == SEAM_EMIT_go)
            seam_program_go(&writer, head.text, emission);
        else
            seam_program_c(&writer, head.text, emission);
    }
    memcpy(emission->reason, writer.reason, sizeof emission->reason);
    seam_draft_free(&head);
    free_writer(&writer);
    return emission->n_files > 0;
}

void seam_emission_free(struct seam_emission *emission) {
    for (int i = 0; i < emission->n_files; i++)
        free(emission->files[i].text);
    emission->n_files = 0;
}
