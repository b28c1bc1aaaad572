#define _GNU_SOURCE
#include "audit/classify.h"

#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "judge/symptom.h"

/* Our own sentences, and how ids spell them. */
static const struct {
    const char *words, *id;
} sentences[] = {
    {"timed out", "it did not end"},
    {"the test failed and printed nothing", "it failed without a word"},
    {"a forced collection did not finish within 20 s",
     "a forced collection did not end within 20 s"},
    {"C still holds a Go pointer after the call, and the object is not pinned",
     "C still holds it after the call, and it is not pinned"},
    {"C still holds a Go pointer after the call, and Go has collected the object",
     "C still holds it after the call, and Go has collected it"},
};
enum { HUNG, SILENT, STUCK, HELD, HELD_SWEPT };

const char *seam_said_in_id(const char *said) {
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (strcmp(said, sentences[i].words) == 0)
            return sentences[i].id;
    return said;
}

static void say(struct seam_classification *result, int sentence) {
    strcpy(result->said, sentences[sentence].words);
}

/* --- what was printed ------------------------------------------------------------------------- */

/* Of the rules with this symptom, the first. */
static enum seam_rule rule_of_symptom(enum seam_symptom symptom) {
    for (int rule = 1; symptom != SEAM_SYMPTOM_none && rule < SEAM_RULES; rule++)
        if (seam_rule_rows[rule].symptom == symptom)
            return (enum seam_rule)rule;
    return SEAM_RULE_none;
}

/* The bytes in which a null pointer and an offset are; on every system that Go knows, at least. */
enum { PAGE_ZERO = 4096 };

/* Was the fault at the null pointer, or at a field of what it does not point to? `report` begins
 * with the line about the fault; Go has the address in the next one. An address that is not one (a
 * freed pointer that was overwritten) is reported as 0 with a code of its own, or not at all. */
static bool is_null_fault(const char *report) {
    static const char unknown[] = "SEGV on unknown address ", address[] = "addr=0x";
    const char *asan = strstr(report, unknown), *go = strstr(report, address);
    if (asan != NULL)
        return strncmp(asan + strlen(unknown), "0x", 2) == 0 &&
               strtoull(asan + strlen(unknown), NULL, 16) < PAGE_ZERO;
    if (go == NULL)
        return false;
    bool is_none = go - report >= 10 && (strncmp(go - 9, "code=128 ", 9) == 0 ||
                                         strncmp(go - 10, "code=0x80 ", 10) == 0);
    return !is_none && strtoull(go + strlen(address), NULL, 16) < PAGE_ZERO;
}

/* The rule that a line is about, if it is a checker's or the runtime's. */
static enum seam_rule rule_of_line(const char *line, const char *report) {
    enum seam_symptom symptom = seam_symptom_of_line(line);
    if (symptom == SEAM_SYMPTOM_fault && !is_null_fault(report))
        return (enum seam_rule)SEAM_AUDIT_RULE_invalid_address;
    return rule_of_symptom(symptom);
}

/* How well a line explains a failure; 0 is best, and what does not look like one at all is last. */
static size_t rank_of(const char *line) {
    static const char *const telling[] = {"panic: ", "fatal error: ", "    ", "--- FAIL", "SIG"};
    size_t rank = 0;
    while (rank < sizeof telling / sizeof *telling &&
           strncmp(line, telling[rank], strlen(telling[rank])) != 0)
        rank++;
    return rank;
}

/* The line that says why a program died, and its rule; else the first of those that explain a
 * failure best. */
static void explain(const char *printed, struct seam_classification *result) {
    char *text = seam_format("%s", printed), *saved = NULL, *failure = NULL;
    size_t rank = rank_of("");
    for (char *line = strtok_r(text, "\n", &saved); line != NULL;
         line = strtok_r(NULL, "\n", &saved)) {
        result->rule = rule_of_line(line, printed + (line - text));
        if (seam_symptom_of_line(line) != SEAM_SYMPTOM_none) {
            seam_copy_stable(result->said, sizeof result->said, line);
            free(text);
            return;
        }
        if (rank_of(line) < rank) {
            rank = rank_of(line);
            failure = line;
        }
    }
    result->rule = SEAM_RULE_none;
    if (failure != NULL)
        seam_copy_stable(result->said, sizeof result->said, failure + strspn(failure, " "));
    else
        say(result, SILENT);
    free(text);
}

/* AddressSanitizer's first line: "==1==ERROR: AddressSanitizer: heap-use-after-free on address
 * ...". */
static void explain_report(const char *report, struct seam_classification *result) {
    const char *error = strstr(report, "ERROR: AddressSanitizer");
    explain(error != NULL ? error : report, result);
    char *end = strstr(result->said, " on address");
    if (end != NULL)
        *end = '\0';
}

/* --- rules ------------------------------------------------------------------------------------ */

/* A finalizer has freed the memory: while the object's own call was about to run, or before
 * something else used it? */
static enum seam_rule rule_of_finalized(const struct seam_evidence *seen) {
    if (seen->used_by_finalizer)
        return SEAM_RULE_parent_freed_first;
    return seen->is_during && seen->kind != SEAM_AUDIT_freed_inside
               ? SEAM_RULE_finalized_during_call
               : SEAM_RULE_child_after_parent;
}

static enum seam_rule rule_of_freed(const struct seam_evidence *seen) {
    if (seen->freed_by_same_function && seen->kind != SEAM_AUDIT_freed_inside)
        return SEAM_RULE_double_free;
    return seen->freed_by_finalizer ? rule_of_finalized(seen) : SEAM_RULE_passed_freed_memory;
}

/* AddressSanitizer reports the same for Go memory that was swept and for the bytes after an object;
 * nothing was swept if nothing was collected. */
static enum seam_rule rule_of_go_memory(const struct seam_evidence *seen) {
    if (seen->after_forced)
        return SEAM_RULE_go_memory_after_collection;
    return strstr(seen->report, "READ of size") != NULL ? SEAM_RULE_read_past_go_memory
                                                        : SEAM_RULE_write_past_go_memory;
}

/* ... and of whatever free() was given that malloc() has not made. */
static enum seam_rule rule_of_bad_free(enum seam_audit_place place) {
    switch (place) {
    case SEAM_PLACE_go_heap:
        return SEAM_RULE_free_go_memory;
    case SEAM_PLACE_c_heap:
        return SEAM_RULE_borrowed_freed;
    case SEAM_PLACE_elsewhere:
        break;
    }
    return SEAM_RULE_wrong_allocator;
}

/* What the sanitizer's report alone does not decide. */
static enum seam_rule rule_of_report(const struct seam_evidence *seen, enum seam_rule said) {
    if (said == SEAM_RULE_go_memory_after_collection)
        return rule_of_go_memory(seen);
    if (said == SEAM_RULE_free_go_memory)
        return rule_of_bad_free(seen->place);
    if (said == SEAM_RULE_use_after_free && seen->freed_by_finalizer)
        return rule_of_finalized(seen);
    return said;
}

/* Memory that holds freed memory is a finding only if another object's finalizer freed it. */
static bool is_doubtful(const struct seam_evidence *seen) {
    return seen->kind == SEAM_AUDIT_freed_inside &&
           (!seen->freed_by_finalizer ||
            (seen->used_by_finalizer && seen->freed_by_same_finalizer));
}

void seam_classify(const struct seam_evidence *seen, struct seam_classification *result) {
    *result =
        (struct seam_classification){.rule = SEAM_RULE_none, .is_doubtful = is_doubtful(seen)};
    switch (seen->kind) {
    case SEAM_AUDIT_none: /* the process ended before it was written */
        result->is_doubtful = true;
        return;
    case SEAM_AUDIT_freed_argument:
    case SEAM_AUDIT_freed_inside:
        result->rule = rule_of_freed(seen);
        return;
    case SEAM_AUDIT_freed_during:
        result->rule = seen->freed_by_finalizer ? SEAM_RULE_finalized_during_call
                                                : SEAM_RULE_freed_during_call;
        return;
    case SEAM_AUDIT_retained:
    case SEAM_AUDIT_retained_swept:
        result->rule = SEAM_RULE_c_keeps_go_pointer;
        say(result, seen->kind == SEAM_AUDIT_retained ? HELD : HELD_SWEPT);
        return;
    case SEAM_AUDIT_sanitizer:
        explain_report(seen->report, result);
        result->rule = rule_of_report(seen, result->rule);
        return;
    case SEAM_AUDIT_stuck:
        say(result, STUCK);
        return;
    }
}

void seam_classify_output(const char *text, bool is_hung, struct seam_classification *result) {
    *result = (struct seam_classification){.rule = SEAM_RULE_none};
    explain(text, result);
    if (is_hung)
        say(result, HUNG);
}

/* --- the finding that no rule matches --------------------------------------------------------- */

static const struct seam_rule_row changed_behaviour = {
    .name = "changed_behaviour",
    .words = "No rule matched: the result changes when a collection runs here.",
    .source = "",
    .fix = "no fix is known",
};

static const struct seam_rule_row invalid_address = {
    .name = "invalid_address",
    .words = "C code must not access an address where there is no memory: the pointer was "
             "overwritten, computed wrongly, never set, or belongs to what was unmapped.",
    .source = "C11 6.5.3.2",
    .fix = "find out what wrote the pointer last: build the C library with the sanitizer, too",
};

const struct seam_rule_row *seam_audit_rule(enum seam_rule rule) {
    return rule == SEAM_RULE_none ? &changed_behaviour
           : rule < SEAM_RULES    ? &seam_rule_rows[rule]
                                  : &invalid_address;
}

const char *seam_audit_severity(enum seam_rule rule) {
    bool is_leak = rule == SEAM_RULE_c_memory_leak || rule == SEAM_RULE_handle_leak ||
                   rule == SEAM_RULE_finalizer_never_runs || rule == SEAM_RULE_cleanup_holds_object;
    bool is_legal = rule < SEAM_RULES && seam_rule_rows[rule].fate == SEAM_FATE_REFUSED;
    return is_legal ? "note" : is_leak ? "warning" : "error";
}

const char *seam_audit_rule_name(enum seam_rule rule, char *name) {
    return rule == SEAM_RULE_none ? strcpy(name, "changed-behaviour")
           : rule < SEAM_RULES    ? seam_rule_name(rule, name)
                                  : strcpy(name, "invalid-address");
}
