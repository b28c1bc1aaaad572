#define _GNU_SOURCE
#include "audit/finding.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "input.h"
#include "outcome.h"
#include "process.h"
#include "report.h"

enum { OUTPUT_MAX = 1 << 20 };

/* --- calls ------------------------------------------------------------------------------------ */

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool is_named(const char *function, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(function, names[i]) == 0)
            return true;
    return false;
}

/* The bottom of a stack on which the runtime calls finalizers and cleanups (runtime/mfinal.go,
 * mcleanup.go). */
static bool calls_finalizers(const char *function) {
    static const char *const names[] = {"runtime.runfinq", "runtime.runFinalizers",
                                        "runtime.runCleanups", "runtime.AddCleanup",
                                        "runtime.(*cleanupQueue).dequeue"};
    return is_named(function, names, sizeof names / sizeof *names) ||
           strncmp(function, "runtime.AddCleanup", 18) == 0;
}

/* Frames of the runtime, of the testing package and of what cgo wrote tell the user nothing. */
static bool is_of_interest(const struct seam_symbol *symbol) {
    const char *slash = strrchr(symbol->file, '/');
    return symbol->line > 0 && strncmp(symbol->function, "runtime.", 8) != 0 &&
           strncmp(symbol->function, "testing.", 8) != 0 &&
           strcmp(slash != NULL ? slash + 1 : symbol->file, "_cgo_gotypes.go") != 0;
}

static void name_call(const struct seam_audit_plan *plan, const char *program,
                      const struct seam_audit_crossing *from, struct seam_audit_call *to) {
    struct seam_symbol symbols[SEAM_AUDIT_FRAMES];
    int n = (int)(from->n < SEAM_AUDIT_FRAMES ? from->n : SEAM_AUDIT_FRAMES);
    memset(to, 0, sizeof *to);
    memcpy(to->function, from->function, sizeof to->function - 1);
    seam_symbols(&plan->go, program, plan->work, from->pc, n, symbols);
    for (int i = 0; i < n; i++) {
        if (calls_finalizers(symbols[i].function))
            to->by_finalizer = true;
        if (is_of_interest(&symbols[i]) && to->n < SEAM_CALL_FRAMES)
            to->frames[to->n++] = symbols[i];
    }
}

/* --- what was said ---------------------------------------------------------------------------- */

/* Copy a line without what differs between two runs. */
static void copy_line(char *to, size_t size, const char *line) {
    size_t n = 0;
    while (*line != '\0' && *line != '\n' && n + 4 < size) {
        if (strncmp(line, "0x", 2) == 0) {
            memcpy(to + n, "0x_", 3);
            n += 3;
            line += 2 + strspn(line + 2, "0123456789abcdef");
        } else {
            to[n++] = *line++;
        }
    }
    to[n] = '\0';
}

static enum seam_rule rule_of_symptom(enum seam_symptom symptom) {
    for (int rule = 0; symptom != SEAM_SYMPTOM_none && rule < SEAM_RULES; rule++)
        if (seam_rule_rows[rule].symptom == symptom)
            return (enum seam_rule)rule;
    return SEAM_RULES;
}

/* The line of a text that says why a program died, and its rule; else the first line that looks
 * like a failure. */
static void explain(char *text, struct seam_finding *finding) {
    static const char *const telling[] = {"panic: ", "fatal error: ", "    ", "--- FAIL", "SIG"};
    char *saved = NULL, *failure = NULL;
    size_t rank = sizeof telling / sizeof *telling;
    finding->rule = SEAM_RULES;
    for (char *line = strtok_r(text, "\n", &saved); line != NULL;
         line = strtok_r(NULL, "\n", &saved)) {
        enum seam_symptom symptom = seam_symptom_of_line(line);
        if (symptom != SEAM_SYMPTOM_none) {
            finding->rule = rule_of_symptom(symptom);
            copy_line(finding->said, sizeof finding->said, line);
            return;
        }
        for (size_t i = 0; i < rank; i++)
            if (strncmp(line, telling[i], strlen(telling[i])) == 0) {
                rank = i;
                failure = line;
            }
    }
    copy_line(finding->said, sizeof finding->said,
              failure != NULL ? failure + strspn(failure, " ") : "it failed without a word");
}

/* AddressSanitizer's first line: "==1==ERROR: AddressSanitizer: heap-use-after-free on address
 * ...". */
static void explain_report(const struct seam_audit_run *run, struct seam_finding *finding) {
    char *text = seam_format("%s", run->channel->report);
    char *error = strstr(text, "ERROR: AddressSanitizer");
    explain(error != NULL ? error : text, finding);
    char *end = strstr(finding->said, " on address");
    if (end != NULL)
        *end = '\0';
    free(text);
}

/* --- rules ------------------------------------------------------------------------------------ */

static bool same_call(const struct seam_audit_point *forced, uint64_t site) {
    return forced->phase == SEAM_PHASE_enter && forced->site == site;
}

/* Which rule it is that a finalizer has freed this memory: did it happen while the object's own
 * call was about to run, or to something that was used later? */
static enum seam_rule rule_of_finalized(const struct seam_audit_finding *raw) {
    bool during = same_call(&raw->point, raw->site) && raw->kind != SEAM_AUDIT_freed_inside;
    return during ? SEAM_RULE_finalized_during_call : SEAM_RULE_child_after_parent;
}

/* AddressSanitizer says the same of Go memory that was swept and of the bytes behind an object;
 * nothing was swept if nothing was collected. */
static enum seam_rule rule_of_go_memory(const struct seam_audit_finding *raw) {
    return raw->point.site == 0 ? SEAM_RULE_write_past_go_memory
                                : SEAM_RULE_go_memory_after_collection;
}

static void judge(const struct seam_audit_run *run, const struct seam_audit_finding *raw,
                  struct seam_finding *finding) {
    bool finalized = raw->has_death && finding->death.by_finalizer;
    switch ((enum seam_audit_kind)raw->kind) {
    case SEAM_AUDIT_freed_argument:
    case SEAM_AUDIT_freed_inside:
        finding->rule = finalized ? rule_of_finalized(raw) : SEAM_RULE_passed_freed_memory;
        return;
    case SEAM_AUDIT_sanitizer:
        explain_report(run, finding);
        if (finding->rule == SEAM_RULE_go_memory_after_collection)
            finding->rule = rule_of_go_memory(raw);
        if (finalized && finding->rule == SEAM_RULE_use_after_free)
            finding->rule = rule_of_finalized(raw);
        return;
    case SEAM_AUDIT_stuck:
        finding->rule = SEAM_RULES;
        strcpy(finding->said, "a forced collection did not end within 20 s");
        return;
    }
}

/* From what is the same on every Go release, and does not change with every edit: the rule, the C
 * function, and the name of the file that calls it. Names of Go functions depend on inlining. */
static void make_id(struct seam_finding *finding) {
    char rule[48];
    uint64_t hash = SEAM_HASH_SEED;
    const struct seam_audit_call *call = finding->guilty.n > 0  ? &finding->guilty
                                         : finding->death.n > 0 ? &finding->death
                                                                : &finding->birth;
    const char *file = call->n > 0 ? base_name(call->frames[0].file) : "";
    seam_rule_name(finding->rule, rule);
    hash = seam_hash(hash, rule, strlen(rule));
    hash = seam_hash(hash, call->function, strlen(call->function));
    hash = seam_hash(hash, file, strlen(file));
    if (finding->rule == SEAM_RULES || call->n == 0)
        hash = seam_hash(hash, finding->said, strlen(finding->said));
    snprintf(finding->id, sizeof finding->id, "%08" PRIx64, hash >> 32);
}

/* Memory that holds freed memory is a finding only if another object's finalizer freed it. */
static bool is_doubtful(const struct seam_finding *finding) {
    const struct seam_audit_call *call = &finding->guilty, *death = &finding->death;
    if (!finding->inside)
        return false;
    return !death->by_finalizer ||
           (call->by_finalizer && call->n > 0 && death->n > 0 &&
            strcmp(call->frames[call->n - 1].function, death->frames[death->n - 1].function) == 0);
}

static void name_finding(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                         const struct seam_audit_finding *raw, struct seam_finding *finding) {
    memset(finding, 0, sizeof *finding);
    finding->argument = (int)raw->argument;
    finding->offset = (int)raw->offset;
    finding->inside = raw->kind == SEAM_AUDIT_freed_inside;
    name_call(plan, run->program, &raw->crossing, &finding->guilty);
    if (raw->has_birth)
        name_call(plan, run->program, &raw->birth, &finding->birth);
    if (raw->has_death)
        name_call(plan, run->program, &raw->death, &finding->death);
    finding->proof[0] = raw->point;
    finding->n_proof = raw->point.site != 0;
    judge(run, raw, finding);
    make_id(finding);
}

/* Of the stacks of a hung process, those that come by the package's files. */
static void copy_stacks(char *to, size_t size, const char *text, const char *directory) {
    size_t used = 0;
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t n = end != NULL ? (size_t)(end + 1 - text) : strlen(text);
        if (memmem(text, n, directory, strlen(directory)) != NULL && used + n + 1 < size) {
            memcpy(to + used, text, n);
            used += n;
        }
        text += n + (end != NULL);
    }
    to[used] = '\0';
}

/* The process failed and seam's code in it saw nothing: what did it print? */
static void read_output(const struct seam_audit_run *run, struct seam_finding *finding) {
    char *text = NULL;
    size_t size;
    memset(finding, 0, sizeof *finding);
    if (seam_input_slurp(run->output, OUTPUT_MAX, &text, &size)) {
        if (run->end == SEAM_END_hung)
            copy_stacks(finding->output, sizeof finding->output, text, run->directory);
        if (finding->output[0] == '\0')
            snprintf(finding->output, sizeof finding->output, "%s", text);
        explain(text, finding);
    }
    if (run->end == SEAM_END_hung)
        snprintf(finding->said, sizeof finding->said, "it did not end");
    free(text);
    make_id(finding);
}

/* What the sanitizer stops at is often what seam saw when the same call began. */
static bool has_told(const struct seam_audit_channel *channel, uint32_t i) {
    const struct seam_audit_finding *it = &channel->findings[i];
    for (uint32_t k = 0; k < i && it->kind == SEAM_AUDIT_sanitizer && it->site != 0; k++)
        if (channel->findings[k].site == it->site)
            return true;
    return false;
}

static bool is_same_call(const struct seam_audit_call *a, const struct seam_audit_call *b) {
    return strcmp(a->function, b->function) == 0 && a->n > 0 && a->n == b->n &&
           strcmp(a->frames[0].file, b->frames[0].file) == 0 &&
           a->frames[0].line == b->frames[0].line;
}

/* The same memory, freed by the same call, has one cause, however often it is used afterwards. */
static bool has_cause(const struct seam_finding *findings, int n) {
    for (int i = 0; i < n; i++)
        if (is_same_call(&findings[i].birth, &findings[n].birth) &&
            is_same_call(&findings[i].death, &findings[n].death))
            return true;
    return false;
}

int seam_findings_of(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                     struct seam_finding *findings, int max) {
    const struct seam_audit_channel *channel = run->channel;
    uint32_t raw =
        channel->n_findings < SEAM_AUDIT_FINDINGS ? channel->n_findings : SEAM_AUDIT_FINDINGS;
    int n = 0;
    for (uint32_t i = 0; i < raw && n < max; i++) {
        name_finding(plan, run, &channel->findings[i], &findings[n]);
        if (is_doubtful(&findings[n]) || has_told(channel, i) || has_cause(findings, n))
            continue;
        int same = 0;
        while (strcmp(findings[same].id, findings[n].id) != 0)
            same++;
        n += same == n;
    }
    if (n == 0 && run->end != SEAM_END_passed && max > 0)
        read_output(run, &findings[n++]);
    return n;
}

void seam_finding_of_leak(const struct seam_audit_plan *plan, const char *program,
                          const struct seam_audit_crossing *birth, long blocks, int runs,
                          struct seam_finding *finding) {
    memset(finding, 0, sizeof *finding);
    finding->rule = birth != NULL ? SEAM_RULE_c_memory_leak : SEAM_RULE_handle_leak;
    finding->is_shrunk = true;
    if (birth != NULL)
        name_call(plan, program, birth, &finding->birth);
    make_id(finding); /* without what is said, which has a number in it */
    snprintf(finding->said, sizeof finding->said, "%d more runs of the test leave %ld more %s",
             runs, blocks, birth != NULL ? "blocks of C memory" : "handles");
}

/* --- points ----------------------------------------------------------------------------------- */

void seam_point_print(FILE *out, const struct seam_audit_point *point) {
    fprintf(out, "%" PRIx64 ".%" PRIu32 ".%s", point->site, point->hit,
            point->phase == SEAM_PHASE_enter ? "enter" : "leave");
}

bool seam_point_parse(const char *text, struct seam_audit_point *point) {
    char phase[8] = "";
    int end = 0;
    if (sscanf(text, "%" SCNx64 ".%" SCNu32 ".%5[a-z]%n", &point->site, &point->hit, phase, &end) !=
            3 ||
        text[end] != '\0')
        return false;
    point->phase = strcmp(phase, "leave") == 0 ? SEAM_PHASE_leave : SEAM_PHASE_enter;
    return point->phase == SEAM_PHASE_leave || strcmp(phase, "enter") == 0;
}

/* --- reports ---------------------------------------------------------------------------------- */

static void print_call(FILE *out, const char *what, const struct seam_audit_call *call) {
    if (call->function[0] == '\0')
        return;
    fprintf(out, "  %s C.%s%s\n", what, call->function,
            call->by_finalizer ? ", called by a finalizer" : "");
    for (int i = 0; i < call->n; i++)
        fprintf(out, "      %-40s %s:%d\n", call->frames[i].function,
                base_name(call->frames[i].file), call->frames[i].line);
}

/* The output of a process, indented. */
static void print_output(FILE *out, const char *text) {
    if (*text != '\0')
        fputs("  It printed:\n", out);
    while (*text != '\0') {
        int size = (int)strcspn(text, "\n");
        fprintf(out, "      %.*s\n", size, text);
        text += size + (text[size] == '\n');
    }
}

static void print_guilt(FILE *out, const struct seam_finding *finding) {
    char what[96] = "in";
    if (finding->inside)
        snprintf(what, sizeof what, "the memory of argument %d, at byte %d, holds freed memory; in",
                 finding->argument, finding->offset);
    else if (finding->argument > 0)
        snprintf(what, sizeof what, "argument %d is freed memory; in", finding->argument);
    if (finding->said[0] != '\0')
        fprintf(out, "  %s\n", finding->said);
    print_call(out, what, &finding->guilty);
    print_call(out, "freed in", &finding->death);
    print_call(out, "born in", &finding->birth);
}

static void print_fix(FILE *out, const struct seam_finding *finding) {
    if (finding->rule == SEAM_RULES) {
        fputs("  Fix:  none is known: the program does something else when it collects here\n",
              out);
        return;
    }
    const struct seam_rule_row *rule = &seam_rule_rows[finding->rule];
    char fix[400];
    snprintf(fix, sizeof fix, finding->guilty.n > 0 ? "%s (%s:%d)" : "%s", rule->fix,
             base_name(finding->guilty.frames[0].file), finding->guilty.frames[0].line);
    seam_print_wrapped(out, "  Rule: ", rule->words);
    fprintf(out, "        [%s]\n", rule->source);
    seam_print_wrapped(out, "  Fix:  ", fix);
}

void seam_finding_text(FILE *out, const struct seam_finding *finding, const char *test,
                       const char *reproduce, bool color) {
    char name[48] = "changed-behaviour";
    if (finding->rule < SEAM_RULES)
        seam_rule_name(finding->rule, name);
    fprintf(out, "%sFOUND %s%s   (%s, in %s)\n", color ? "\033[1;31m" : "", name,
            color ? "\033[0m" : "", finding->id, test);
    print_guilt(out, finding);
    if (finding->rule == SEAM_RULES)
        print_output(out, finding->output);
    print_fix(out, finding);
    if (!finding->is_shrunk)
        fputs("  Fewer points do not show it; the whole schedule does:\n", out);
    else if (finding->n_proof == 0)
        fprintf(out, "  Seen again in %d of %d runs, without a forced collection:\n",
                finding->replayed, finding->replays);
    else
        fprintf(out, "  Seen again in %d of %d runs that collect at %d point%s:\n",
                finding->replayed, finding->replays, finding->n_proof,
                finding->n_proof == 1 ? "" : "s");
    fprintf(out, "      %s\n", reproduce);
}

static void json_call(FILE *out, const char *name, const struct seam_audit_call *call) {
    if (call->function[0] == '\0')
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
    char name[48] = "changed-behaviour";
    if (finding->rule < SEAM_RULES)
        seam_rule_name(finding->rule, name);
    fprintf(out, "{\"id\":\"%s\",\"rule\":\"%s\",\"package\":", finding->id, name);
    seam_json_string(out, package);
    fputs(",\"test\":", out);
    seam_json_string(out, test);
    fputs(",\"said\":", out);
    seam_json_string(out, finding->said);
    fputs(",\"output\":", out);
    seam_json_string(out, finding->rule == SEAM_RULES ? finding->output : "");
    fprintf(out, ",\"argument\":%d,\"inside\":%s", finding->argument,
            finding->inside ? "true" : "false");
    json_call(out, "call", &finding->guilty);
    json_call(out, "freed", &finding->death);
    json_call(out, "born", &finding->birth);
    fprintf(out, ",\"replayed\":%d,\"replays\":%d,\"reproduce\":", finding->replayed,
            finding->replays);
    seam_json_string(out, reproduce);
    putc('}', out);
}
