/* Promise: what was observed decides the rule, the same way everywhere: one row for each way in
 * which the audit's rules are told apart. Needs no Go and builds nothing. */
#include "audit/classify.h"

#include "base/expect.h"

/* What AddressSanitizer writes; the addresses and the process are of no importance. */
#define ASAN "==7==ERROR: AddressSanitizer: "
static const char swept[] = ASAN "use-after-poison on address 0x10c000012000 at pc 0x1\n"
                                 "READ of size 8 at 0x10c000012000 thread T0\n";
static const char written[] = ASAN "use-after-poison on address 0x10c000012000 at pc 0x1\n"
                                   "WRITE of size 8 at 0x10c000012000 thread T0\n";
static const char freed[] = ASAN "heap-use-after-free on address 0x602000000010 at pc 0x1\n";
static const char bad_free[] = ASAN "attempting free on address which was not malloc()-ed: 0x1\n";
static const char twice[] = ASAN "attempting double-free on 0x602000000010 in thread T0\n";
static const char null[] = ASAN "SEGV on unknown address 0x000000000000 (pc 0x1 bp 0x2 sp 0x3)\n";
static const char null_field[] = ASAN "SEGV on unknown address 0x000000000010 (pc 0x1 bp 0x2)\n";
static const char wild[] = ASAN "SEGV on unknown address 0x0000a4682c00 (pc 0x1 bp 0x2)\n";
static const char no_address[] = ASAN "SEGV on unknown address (pc 0x0 bp 0x2 sp 0x3 T0)\n";
static const char past_c[] = ASAN "heap-buffer-overflow on address 0x602000000012 at pc 0x1\n";

static const struct {
    const char *rule;
    struct seam_evidence seen;
} observed[] = {
    /* An argument is C memory that was freed. */
    {"passed-freed-memory", {.kind = SEAM_AUDIT_freed_argument}},
    {"double-free", {.kind = SEAM_AUDIT_freed_argument, .freed_by_same_function = true}},
    {"double-free",
     {.kind = SEAM_AUDIT_freed_argument,
      .freed_by_same_function = true,
      .freed_by_finalizer = true}},
    {"child-after-parent", {.kind = SEAM_AUDIT_freed_argument, .freed_by_finalizer = true}},
    {"finalized-during-call",
     {.kind = SEAM_AUDIT_freed_argument, .freed_by_finalizer = true, .is_during = true}},
    {"parent-freed-first",
     {.kind = SEAM_AUDIT_freed_argument, .freed_by_finalizer = true, .used_by_finalizer = true}},

    /* A word of what an argument points to is. */
    {"passed-freed-memory, doubtful", {.kind = SEAM_AUDIT_freed_inside}},
    {"passed-freed-memory, doubtful",
     {.kind = SEAM_AUDIT_freed_inside, .freed_by_same_function = true}},
    {"child-after-parent", {.kind = SEAM_AUDIT_freed_inside, .freed_by_finalizer = true}},
    {"child-after-parent",
     {.kind = SEAM_AUDIT_freed_inside, .freed_by_finalizer = true, .is_during = true}},
    {"parent-freed-first",
     {.kind = SEAM_AUDIT_freed_inside, .freed_by_finalizer = true, .used_by_finalizer = true}},
    {"parent-freed-first, doubtful", /* one finalizer frees both, in an order of its own */
     {.kind = SEAM_AUDIT_freed_inside,
      .freed_by_finalizer = true,
      .used_by_finalizer = true,
      .freed_by_same_finalizer = true}},

    /* An argument was freed while the call was under way. */
    {"freed-during-call", {.kind = SEAM_AUDIT_freed_during}},
    {"finalized-during-call", {.kind = SEAM_AUDIT_freed_during, .freed_by_finalizer = true}},

    {"c-keeps-go-pointer", {.kind = SEAM_AUDIT_retained}},
    {"c-keeps-go-pointer", {.kind = SEAM_AUDIT_retained_swept}},
    {"none", {.kind = SEAM_AUDIT_stuck}},

    /* AddressSanitizer stopped the process. */
    {"go-memory-after-collection",
     {.kind = SEAM_AUDIT_sanitizer, .report = swept, .after_forced = true}},
    {"read-past-go-memory", {.kind = SEAM_AUDIT_sanitizer, .report = swept}},
    {"write-past-go-memory", {.kind = SEAM_AUDIT_sanitizer, .report = written}},
    {"use-after-free", {.kind = SEAM_AUDIT_sanitizer, .report = freed}},
    {"child-after-parent",
     {.kind = SEAM_AUDIT_sanitizer, .report = freed, .freed_by_finalizer = true}},
    {"finalized-during-call",
     {.kind = SEAM_AUDIT_sanitizer,
      .report = freed,
      .freed_by_finalizer = true,
      .is_during = true}},
    {"parent-freed-first",
     {.kind = SEAM_AUDIT_sanitizer,
      .report = freed,
      .freed_by_finalizer = true,
      .used_by_finalizer = true}},
    {"free-go-memory",
     {.kind = SEAM_AUDIT_sanitizer, .report = bad_free, .place = SEAM_PLACE_go_heap}},
    {"borrowed-freed",
     {.kind = SEAM_AUDIT_sanitizer, .report = bad_free, .place = SEAM_PLACE_c_heap}},
    {"wrong-allocator",
     {.kind = SEAM_AUDIT_sanitizer, .report = bad_free, .place = SEAM_PLACE_elsewhere}},
    {"double-free", {.kind = SEAM_AUDIT_sanitizer, .report = twice}},
    {"nil-c-pointer", {.kind = SEAM_AUDIT_sanitizer, .report = null}},
    {"nil-c-pointer", {.kind = SEAM_AUDIT_sanitizer, .report = null_field}},
    {"invalid-address", {.kind = SEAM_AUDIT_sanitizer, .report = wild}},
    {"invalid-address", {.kind = SEAM_AUDIT_sanitizer, .report = no_address}},
    {"write-past-c-memory", {.kind = SEAM_AUDIT_sanitizer, .report = past_c}},
    {"none", {.kind = SEAM_AUDIT_sanitizer, .report = ""}},
};

static const char *name_of(enum seam_rule rule, char *name) {
    return rule < SEAM_RULES ? seam_rule_name(rule, name) : seam_audit_rule_name(rule, name);
}

static void every_observation_has_its_rule(void) {
    for (size_t i = 0; i < sizeof observed / sizeof *observed; i++) {
        struct seam_classification result;
        char name[64];
        seam_classify(&observed[i].seen, &result);
        name_of(result.rule, name);
        if (result.is_doubtful)
            strcat(name, ", doubtful");
        int failures = expect_failures;
        expect_text(name, observed[i].rule);
        if (expect_failures > failures)
            fprintf(stderr, "  in row %zu\n", i);
    }
}

static void a_report_is_told_without_addresses(void) {
    struct seam_classification result;
    seam_classify(&(struct seam_evidence){.kind = SEAM_AUDIT_sanitizer, .report = freed}, &result);
    expect_text(result.said, "ERROR: AddressSanitizer: heap-use-after-free");
    seam_classify(&(struct seam_evidence){.kind = SEAM_AUDIT_retained}, &result);
    expect_contains(result.said, "not pinned");
    seam_classify(&(struct seam_evidence){.kind = SEAM_AUDIT_freed_argument}, &result);
    expect_text(result.said, "");
}

/* --- what a process printed ------------------------------------------------------------------- */

static void expect_output(const char *printed, const char *rule, const char *said) {
    struct seam_classification result;
    char name[48];
    seam_classify_output(printed, false, &result);
    expect_text(name_of(result.rule, name), rule);
    expect_text(result.said, said);
    expect_true(!result.is_doubtful);
}

static void a_line_that_a_rule_expects_wins(void) {
    expect_output("--- FAIL: TestX\npanic: first\nfatal error: found bad pointer in Go heap (x)\n",
                  "dirty-c-memory", "fatal error: found bad pointer in Go heap (x)");
    expect_output("runtime: invalid pointer found on stack\n", "integer-in-pointer-slot",
                  "runtime: invalid pointer found on stack");
    expect_output("panic: runtime/cgo: misuse of an invalid Handle\n", "handle-misuse",
                  "panic: runtime/cgo: misuse of an invalid Handle");
    expect_output("panic: found leaking pinned pointer\n", "pinner-leaked",
                  "panic: found leaking pinned pointer");
    expect_output("fatal error: checkptr: converted pointer\n", "integer-as-pointer",
                  "fatal error: checkptr: converted pointer");
}

#define SEGV "SIGSEGV: segmentation violation\nPC=0x49c9f2 m=0 sigcode="
#define OLD_SEGV                                                                                   \
    "fatal error: unexpected signal during runtime execution\n"                                    \
    "[signal SIGSEGV: segmentation violation code="

/* As Go 1.27 and Go 1.19 print it. For an address that is too large for the processor the kernel
 * gives a zero, with a code of its own. */
static void a_fault_is_at_a_null_pointer_or_not(void) {
    static const char said[] = "SIGSEGV: segmentation violation",
                      old[] = "fatal error: unexpected signal during runtime execution";
    expect_output(SEGV "1 addr=0x0\n", "nil-c-pointer", said);
    expect_output(SEGV "1 addr=0xff8\n", "nil-c-pointer", said);
    expect_output(SEGV "1 addr=0x1000\n", "invalid-address", said);
    expect_output(SEGV "1 addr=0x123456000\n", "invalid-address", said);
    expect_output(SEGV "128 addr=0x0\n", "invalid-address", said);
    expect_output(SEGV "1\n", "invalid-address", said);
    expect_output(OLD_SEGV "0x1 addr=0x10 pc=0x483b72]\n", "nil-c-pointer", old);
    expect_output(OLD_SEGV "0x80 addr=0x0 pc=0x483b72]\n", "invalid-address", old);
    expect_output("addr=0x0\n" SEGV "1 addr=0x1000\n", "invalid-address", said);
}

static void else_the_line_that_explains_most(void) {
    expect_output("SIGABRT: abort\n--- FAIL: TestX\n    x_test.go:3: lost\npanic: boom\n", "none",
                  "panic: boom");
    expect_output("SIGABRT: abort\n--- FAIL: TestX\n    x_test.go:3: lost\n    x_test.go:4: more\n",
                  "none", "x_test.go:3: lost");
    expect_output("hello\nSIGABRT: abort\n", "none", "SIGABRT: abort");
}

static void expect_id_of_kind(enum seam_audit_kind kind, const char *id) {
    struct seam_classification result;
    seam_classify(&(struct seam_evidence){.kind = kind}, &result);
    expect_text(seam_said_in_id(result.said), id);
}

/* Ids stand in users' files, so each sentence of ours goes into them as it always has, whatever it
 * says now; and the words of others as they are. */
static void a_change_of_words_changes_no_id(void) {
    struct seam_classification silent, hung;
    seam_classify_output("hello\n", false, &silent);
    seam_classify_output("panic: boom\n", true, &hung);
    expect_int(silent.rule, SEAM_RULE_none);
    expect_int(hung.rule, SEAM_RULE_none);
    expect_text(seam_said_in_id(silent.said), "it failed without a word");
    expect_text(seam_said_in_id(hung.said), "it did not end");
    expect_id_of_kind(SEAM_AUDIT_stuck, "a forced collection did not end within 20 s");
    expect_id_of_kind(SEAM_AUDIT_retained, "C still holds it after the call, and it is not pinned");
    expect_id_of_kind(SEAM_AUDIT_retained_swept,
                      "C still holds it after the call, and Go has collected it");
    expect_text(seam_said_in_id("panic: boom"), "panic: boom");
}

static void what_no_rule_matches_has_a_row_too(void) {
    char name[48];
    expect_text(seam_audit_rule_name(SEAM_RULE_none, name), "changed-behaviour");
    expect_true(seam_audit_rule(SEAM_RULE_none)->words[0] != '\0');
    expect_true(seam_audit_rule(SEAM_RULE_none)->fix[0] != '\0');
    expect_text(seam_audit_rule((enum seam_rule)SEAM_AUDIT_RULE_invalid_address)->name,
                "invalid_address");
    expect_text(seam_audit_severity((enum seam_rule)SEAM_AUDIT_RULE_invalid_address), "error");
    expect_true(seam_audit_rule(SEAM_RULE_double_free) == &seam_rule_rows[SEAM_RULE_double_free]);
}

int main(void) {
    every_observation_has_its_rule();
    a_report_is_told_without_addresses();
    a_line_that_a_rule_expects_wins();
    a_fault_is_at_a_null_pointer_or_not();
    else_the_line_that_explains_most();
    a_change_of_words_changes_no_id();
    what_no_rule_matches_has_a_row_too();
    return expect_status();
}
