#define _GNU_SOURCE
#include "audit/finding.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/globals.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "judge/symptom.h"

enum { OUTPUT_MAX = 1 << 20 };

/* --- calls ------------------------------------------------------------------------------------ */

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* The bottom of a stack on which the runtime calls finalizers and cleanups (runtime/mfinal.go,
 * mcleanup.go). */
static bool calls_finalizers(const char *function) {
    static const char *const beginnings[] = {"runtime.runfinq", "runtime.runFinalizers",
                                             "runtime.runCleanups", "runtime.AddCleanup",
                                             "runtime.(*cleanupQueue).dequeue"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (starts(function, beginnings[i]))
            return true;
    return false;
}

/* Frames of the runtime, of the testing package and of what Go's tools wrote tell the user nothing.
 */
static bool is_of_interest(const struct seam_symbol *symbol) {
    return symbol->line > 0 && !starts(symbol->function, "runtime.") &&
           !starts(symbol->function, "testing.") &&
           strcmp(seam_base_name(symbol->file), "_cgo_gotypes.go") != 0 &&
           strcmp(seam_base_name(symbol->file), "_testmain.go") != 0;
}

static void name_call(const struct seam_audit_plan *plan, const char *program,
                      const struct seam_audit_crossing *from, struct seam_audit_call *to) {
    struct seam_symbol symbols[2 * SEAM_AUDIT_FRAMES];
    int n = (int)(from->n < SEAM_AUDIT_FRAMES ? from->n : SEAM_AUDIT_FRAMES);
    memset(to, 0, sizeof *to);
    memcpy(to->function, from->function, sizeof to->function - 1);
    n = seam_symbols(&plan->go, program, plan->work, from->pc, n, symbols, 2 * SEAM_AUDIT_FRAMES);
    for (int i = 0; i < n; i++) {
        if (calls_finalizers(symbols[i].function))
            to->by_finalizer = true;
        if (is_of_interest(&symbols[i]) && to->n < SEAM_CALL_FRAMES)
            to->frames[to->n++] = symbols[i];
    }
}

/* --- what was said ---------------------------------------------------------------------------- */

/* Of the rules with this symptom, the first. */
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
            seam_copy_stable(finding->said, sizeof finding->said, line);
            return;
        }
        for (size_t i = 0; i < rank; i++)
            if (starts(line, telling[i])) {
                rank = i;
                failure = line;
            }
    }
    seam_copy_stable(finding->said, sizeof finding->said,
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

/* A call that is given what a call of the same function has freed frees it once more. */
static bool frees_again(const struct seam_finding *finding) {
    return finding->death.n > 0 && !finding->inside &&
           strcmp(finding->guilty.function, finding->death.function) == 0;
}

/* Which rule it is that a finalizer has freed this memory: did it happen while the object's own
 * call was about to run, or to something that was used later? */
static enum seam_rule rule_of_finalized(const struct seam_audit_finding *raw,
                                        const struct seam_finding *finding) {
    bool during = raw->is_during && raw->kind != SEAM_AUDIT_freed_inside;
    if (finding->guilty.by_finalizer)
        return SEAM_RULE_parent_freed_first;
    return during ? SEAM_RULE_finalized_during_call : SEAM_RULE_child_after_parent;
}

/* AddressSanitizer says the same of Go memory that was swept and of the bytes behind an object;
 * nothing was swept if nothing was collected. */
static enum seam_rule rule_of_go_memory(const struct seam_audit_run *run,
                                        const struct seam_audit_finding *raw) {
    if (raw->point.site != 0)
        return SEAM_RULE_go_memory_after_collection;
    return strstr(run->channel->report, "READ of size") != NULL ? SEAM_RULE_read_past_go_memory
                                                                : SEAM_RULE_write_past_go_memory;
}

/* ... and of whatever free() was given that malloc() has not made. */
static enum seam_rule rule_of_bad_free(const struct seam_audit_finding *raw) {
    switch ((enum seam_audit_place)raw->place) {
    case SEAM_PLACE_go_heap:
        return SEAM_RULE_free_go_memory;
    case SEAM_PLACE_c_heap:
        return SEAM_RULE_borrowed_freed;
    case SEAM_PLACE_elsewhere:
        break;
    }
    return SEAM_RULE_wrong_allocator;
}

/* What the sanitizer's words alone do not say. */
static enum seam_rule rule_of_report(const struct seam_audit_run *run,
                                     const struct seam_audit_finding *raw,
                                     const struct seam_finding *finding) {
    bool finalized = raw->has_death && finding->death.by_finalizer;
    if (finding->rule == SEAM_RULE_go_memory_after_collection)
        return rule_of_go_memory(run, raw);
    if (finding->rule == SEAM_RULE_free_go_memory)
        return rule_of_bad_free(raw);
    if (finding->rule == SEAM_RULE_use_after_free && finalized)
        return rule_of_finalized(raw, finding);
    /* A null pointer was never mapped. */
    if (finding->rule == SEAM_RULE_use_after_unmap &&
        strstr(run->channel->report, "address points to the zero page") != NULL)
        return SEAM_RULES;
    return finding->rule;
}

static void judge(const struct seam_audit_run *run, const struct seam_audit_finding *raw,
                  struct seam_finding *finding) {
    bool finalized = raw->has_death && finding->death.by_finalizer;
    switch ((enum seam_audit_kind)raw->kind) {
    case SEAM_AUDIT_freed_argument:
    case SEAM_AUDIT_freed_inside:
        finding->rule = frees_again(finding) ? SEAM_RULE_double_free
                        : finalized          ? rule_of_finalized(raw, finding)
                                             : SEAM_RULE_passed_freed_memory;
        return;
    case SEAM_AUDIT_freed_during:
        finding->rule = finalized ? SEAM_RULE_finalized_during_call : SEAM_RULE_freed_during_call;
        return;
    case SEAM_AUDIT_retained:
        finding->rule = SEAM_RULE_c_keeps_go_pointer;
        strcpy(finding->said, "C still holds it after the call, and it is not pinned");
        return;
    case SEAM_AUDIT_retained_swept:
        finding->rule = SEAM_RULE_c_keeps_go_pointer;
        strcpy(finding->said, "C still holds it after the call, and Go has collected it");
        return;
    case SEAM_AUDIT_sanitizer:
        explain_report(run, finding);
        finding->rule = rule_of_report(run, raw, finding);
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
    bool is_dirty = finding->rule == SEAM_RULE_dirty_c_memory && finding->birth.n > 0;
    const struct seam_audit_call *call = is_dirty                ? &finding->birth
                                         : finding->guilty.n > 0 ? &finding->guilty
                                         : finding->death.n > 0  ? &finding->death
                                                                 : &finding->birth;
    const char *file = call->n > 0 ? seam_base_name(call->frames[0].file) : "";
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

/* Where C holds a pointer, if it is no block that was born in a crossing. */
static void name_holder(const char *program, uint64_t address, char holder[64]) {
    seam_global_name(program, address, holder);
    if (holder[0] == '\0')
        strcpy(holder, "of a library");
}

static void name_finding(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                         const struct seam_audit_finding *raw, struct seam_finding *finding) {
    memset(finding, 0, sizeof *finding);
    finding->argument = (int)raw->argument;
    finding->offset = (int)raw->offset;
    finding->inside = raw->kind == SEAM_AUDIT_freed_inside;
    finding->retained = raw->kind == SEAM_AUDIT_retained || raw->kind == SEAM_AUDIT_retained_swept;
    if (finding->retained && !raw->has_birth)
        name_holder(run->program, raw->holder, finding->holder);
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

/* Two lines of a stack that Go printed: "pkg.f(0x1, 0x2)" and "\t/home/me/pkg/f.go:12 +0x1d". False
 * if they are none, or not the user's. */
static bool read_frame(const struct seam_audit_plan *plan, const char *function, const char *place,
                       struct seam_symbol *frame) {
    char name[sizeof frame->function];
    if (sscanf(place, "\t%255[^:\n]:%d", frame->file, &frame->line) != 2 ||
        starts(frame->file, plan->go.root))
        return false;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(function, "\n"), function);
    char *arguments = strrchr(name, '(');
    if (arguments != NULL)
        *arguments = '\0';
    snprintf(frame->function, sizeof frame->function, "%s", seam_base_name(name));
    return is_of_interest(frame);
}

/* The user's frames of the first stack that Go printed when it died and that has some. */
static void read_stack(const struct seam_audit_plan *plan, const char *text,
                       struct seam_audit_call *call) {
    const char *line = strstr(text, "\ngoroutine "), *next;
    for (; line != NULL && (next = strchr(line + 1, '\n')) != NULL; line = next) {
        if (next[1] == '\n' && call->n > 0)
            return;
        if (call->n < SEAM_CALL_FRAMES && next[1] == '\t')
            call->n += read_frame(plan, line + 1, next + 1, &call->frames[call->n]);
    }
}

/* The runtime has found a bad pointer: what Go wrote over, and before which call. */
static void name_dirty(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                       struct seam_finding *finding) {
    const struct seam_audit_channel *channel = run->channel;
    if (channel->dirty == SEAM_DIRTY_none)
        return;
    name_call(plan, run->program, &channel->dirty_birth, &finding->birth);
    if (channel->dirty == SEAM_DIRTY_guess)
        return;
    name_call(plan, run->program, &channel->dirty_call, &finding->guilty);
    finding->offset = (int)channel->dirty_offset;
}

/* The process failed and seam's code in it saw nothing: what did it print? */
static void read_output(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                        struct seam_finding *finding) {
    char *text = NULL;
    size_t size;
    memset(finding, 0, sizeof *finding);
    if (seam_file_read(run->output, OUTPUT_MAX, &text, &size)) {
        if (run->end == SEAM_END_hung)
            copy_stacks(finding->output, sizeof finding->output, text, run->directory);
        if (finding->output[0] == '\0')
            snprintf(finding->output, sizeof finding->output, "%s", text);
        read_stack(plan, text, &finding->guilty);
        explain(text, finding);
    }
    if (run->end == SEAM_END_hung)
        snprintf(finding->said, sizeof finding->said, "it did not end");
    free(text);
    if (finding->rule == SEAM_RULE_dirty_c_memory)
        name_dirty(plan, run, finding);
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
        read_output(plan, run, &findings[n++]);
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

void seam_finding_of_move(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                          struct seam_finding *finding) {
    const struct seam_audit_channel *channel = run->channel;
    bool has_next = channel->moved_next.function[0] != '\0';
    finding->rule = SEAM_RULE_thread_state_lost;
    name_call(plan, run->program, has_next ? &channel->moved_next : &channel->moved,
              &finding->guilty);
    if (has_next)
        name_call(plan, run->program, &channel->moved, &finding->birth);
    make_id(finding);
}
