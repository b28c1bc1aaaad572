/* How a finding is reported: as text for people, as JSON for programs. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "audit/finding.h"
#include "base/check.h"
#include "base/format.h"
#include "base/json.h"
#include "base/print.h"

/* A call, in a sentence: "  BEFORE C.f, called by a finalizer AFTER", and its frames. */
static void print_call(FILE *out, const char *before, const struct seam_audit_call *call,
                       const char *after) {
    if (call->function[0] == '\0' && call->n == 0)
        return;
    fprintf(out, "  %s %s%s%s%s%s\n", before, call->function[0] != '\0' ? "C." : "Go code",
            call->function, call->by_finalizer ? ", called by a finalizer" : "",
            call->by_finalizer && after[0] == ' ' ? "," : "", after);
    for (int i = 0; i < call->n; i++)
        fprintf(out, "      %-40s %s:%d\n", call->frames[i].function,
                seam_base_name(call->frames[i].file), call->frames[i].line);
}

/* What another program said, up to a line break; what follows it. */
static const char *print_line(FILE *out, const char *indent, const char *text) {
    int size = (int)strcspn(text, "\n");
    char *line = seam_format("%.*s", size, text);
    fputs(indent, out);
    seam_print_visible(out, line);
    putc('\n', out);
    free(line);
    return text + size + (text[size] == '\n');
}

/* The output of a process, indented. */
static void print_output(FILE *out, const char *text) {
    if (*text != '\0')
        fputs("  It printed:\n", out);
    while (*text != '\0')
        text = print_line(out, "      ", text);
}

/* The guilty call, and what is wrong with it. */
static void print_guilty_call(FILE *out, const struct seam_finding *finding) {
    bool is_call = finding->guilty.function[0] != '\0';
    char before[96] = "in", after[96] = "";
    if (finding->retained) {
        snprintf(before, sizeof before, "C kept argument %d after", finding->argument);
        strcpy(after, " returned");
    } else if (finding->rule == SEAM_RULE_dirty_c_memory && is_call) {
        strcpy(before, "before");
        snprintf(after, sizeof after, ", Go stored a pointer at byte %d of uninitialised memory",
                 finding->offset);
    } else if (finding->rule == SEAM_RULE_thread_state_lost && finding->birth.n > 0) {
        strcpy(before, "on another thread:");
    } else if (finding->argument > 0) {
        snprintf(before, sizeof before, "argument %d of", finding->argument);
        strcpy(after, " points to freed memory");
        if (finding->inside)
            snprintf(after, sizeof after,
                     " points to memory that holds a pointer to freed memory at byte %d",
                     finding->offset);
    }
    print_call(out, before, &finding->guilty, after);
}

static void print_guilt(FILE *out, const struct seam_finding *finding) {
    char born[96] = "allocated in";
    if (finding->retained)
        snprintf(born, sizeof born, "C holds it at byte %d of memory allocated in",
                 finding->offset);
    else if (finding->rule == SEAM_RULE_dirty_c_memory)
        strcpy(born, "uninitialised memory allocated in");
    else if (finding->rule == SEAM_RULE_thread_state_lost)
        strcpy(born, "the call before that was");
    if (finding->said[0] != '\0')
        print_line(out, "  ", finding->said);
    print_guilty_call(out, finding);
    print_call(out, "freed in", &finding->death, "");
    print_call(out, born, &finding->birth, "");
    if (finding->holder[0] != '\0')
        fprintf(out, "  C holds it in %s %s\n",
                strncmp(finding->holder, "of ", 3) == 0 ? "a variable" : "the variable",
                finding->holder);
}

static void print_fix(FILE *out, const struct seam_finding *finding) {
    if (finding->rule == SEAM_RULE_none) {
        fprintf(out, "  %s\n",
                finding->is_shrunk && finding->n_proof == 0
                    ? "No rule matched: it fails here with nothing forced."
                    : seam_audit_rule(SEAM_RULE_none)->words);
        return;
    }
    const struct seam_rule_row *rule = seam_audit_rule(finding->rule);
    char fix[400];
    snprintf(fix, sizeof fix, finding->guilty.n > 0 ? "%s (%s:%d)" : "%s", rule->fix,
             seam_base_name(finding->guilty.frames[0].file), finding->guilty.frames[0].line);
    seam_print_wrapped(out, "  Rule: ", rule->words);
    fprintf(out, "        [%s]\n", rule->source);
    seam_print_wrapped(out, "  Fix:  ", fix);
}

/* All but the first line. */
static void print_story(FILE *out, const struct seam_finding *finding, const char *reproduce) {
    print_guilt(out, finding);
    if (finding->rule == SEAM_RULE_none)
        print_output(out, finding->output);
    print_fix(out, finding);
    const char *runs = seam_plural((unsigned)finding->replays);
    if (!finding->is_shrunk)
        fputs("  Could not be reduced; reproduces only with the full schedule:\n", out);
    else if (finding->n_proof == 0)
        fprintf(out, "  Reproduced in %d of %d run%s, with nothing forced:\n", finding->replayed,
                finding->replays, runs);
    else
        fprintf(out, "  Reproduced in %d of %d run%s, forced at %d point%s:\n", finding->replayed,
                finding->replays, runs, finding->n_proof, seam_plural((unsigned)finding->n_proof));
    fprintf(out, "      %s\n", reproduce);
    if (finding->schedules > 0)
        fprintf(out, "  Shown by %d of %d random schedule%s that force one crossing in %d\n",
                finding->shown, finding->schedules, seam_plural((unsigned)finding->schedules),
                SEAM_SPARSENESS);
}

/* Names of functions and files are as little ours as what was printed. */
void seam_finding_text(FILE *out, const struct seam_finding *finding, const char *test,
                       const char *reproduce, bool color) {
    char name[48], *text = NULL;
    size_t size;
    FILE *story = open_memstream(&text, &size);
    seam_assert(story != NULL);
    print_story(story, finding, reproduce);
    fclose(story);
    fprintf(out, "%sFOUND %s%s   (%s, in ", color ? "\033[1;31m" : "",
            seam_audit_rule_name(finding->rule, name), color ? "\033[0m" : "", finding->id);
    seam_print_line(out, test);
    fputs(")\n", out);
    seam_print_visible(out, text);
    free(text);
}

static void json_call(FILE *out, const char *name, const struct seam_audit_call *call) {
    if (call->function[0] == '\0' && call->n == 0)
        return;
    fprintf(out, ",\"%s\":{\"function\":", name);
    seam_json_string(out, call->function);
    fprintf(out, ",\"finalizer\":%s,\"stack\":[", call->by_finalizer ? "true" : "false");
    for (int i = 0; i < call->n; i++) {
        fprintf(out, "%s{\"function\":", i > 0 ? "," : "");
        seam_json_string(out, call->frames[i].function);
        fputs(",\"file\":", out);
        seam_json_string(out, call->frames[i].file);
        fprintf(out, ",\"line\":%d}", call->frames[i].line);
    }
    fputs("]}", out);
}

void seam_finding_json(FILE *out, const struct seam_finding *finding, const char *package,
                       const char *test, const char *reproduce) {
    char name[48];
    seam_json_open(out, "finding");
    fprintf(out, ",\"id\":\"%s\",\"rule\":\"%s\",\"severity\":\"%s\",\"package\":", finding->id,
            seam_audit_rule_name(finding->rule, name), seam_audit_severity(finding->rule));
    seam_json_string(out, package);
    fputs(",\"test\":", out);
    seam_json_string(out, test);
    fputs(",\"said\":", out);
    seam_json_string(out, finding->said);
    fputs(",\"output\":", out);
    seam_json_string(out, finding->rule == SEAM_RULE_none ? finding->output : "");
    fprintf(out, ",\"argument\":%d,\"inside\":%s", finding->argument,
            finding->inside ? "true" : "false");
    if (finding->holder[0] != '\0') {
        fputs(",\"holder\":", out);
        seam_json_string(out, finding->holder);
    }
    json_call(out, "call", &finding->guilty);
    json_call(out, "freed", &finding->death);
    json_call(out, "born", &finding->birth);
    fprintf(out, ",\"replayed\":%d,\"replays\":%d", finding->replayed, finding->replays);
    if (finding->schedules > 0)
        fprintf(out, ",\"shown\":%d,\"schedules\":%d", finding->shown, finding->schedules);
    fputs(",\"reproduce\":", out);
    seam_json_string(out, reproduce);
    putc('}', out);
}
