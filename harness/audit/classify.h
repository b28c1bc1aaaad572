/* Which rule an observation breaks: what was observed in an audited process goes in, the rule and a
 * sentence about it come out.
 *
 * Pure: no plan, no program, no file; the same evidence has the same answer everywhere, and
 * classify_test.c holds a table of it without building anything. Not here: names of calls (call.h),
 * what makes two findings the same (identity.c).
 *
 * To add a kind of observation: a row in channel.h, a case in seam_classify, a row in the test. */
#ifndef SEAM_AUDIT_CLASSIFY_H
#define SEAM_AUDIT_CLASSIFY_H

#include <stdbool.h>

#include "audit/inside/channel.h"
#include "rules/rule.h"

enum { SEAM_SAID = 256 };

/* What was seen. */
struct seam_evidence {
    enum seam_audit_kind kind;
    enum seam_audit_place place; /* sanitizer: of the address that it complains of */
    const char *report;          /* sanitizer: its text; borrowed */
    bool after_forced;           /* something had been forced before */
    bool is_during;              /* the memory was freed when the guilty call had begun */
    bool freed_by_finalizer;
    bool freed_by_same_function; /* as the guilty call's: it frees again */
    bool used_by_finalizer;      /* the guilty call is a finalizer's */
    bool freed_by_same_finalizer;
};

/* What the audit alone can find, numbered after the rules: a fault at an address that is not near
 * zero. No scenario breaks it, because it needs C code that has gone astray already. */
enum { SEAM_AUDIT_RULE_invalid_address = SEAM_RULES, SEAM_AUDIT_RULES };

struct seam_classification {
    enum seam_rule rule;  /* SEAM_RULE_none: no rule matches; or an audit's own */
    char said[SEAM_SAID]; /* what a sanitizer or seam says; "": the calls say it */
    bool is_doubtful;     /* it may well be legal: not to be reported */
};

void seam_classify(const struct seam_evidence *evidence, struct seam_classification *result);

/* The same for a process that failed, or was stopped because it did not end, while seam's code in
 * it saw nothing: all there is, is what it printed. */
void seam_classify_output(const char *text, bool is_hung, struct seam_classification *result);

/* The sentence as an id spells it. Ids stand in users' files of known findings, so they stay when
 * the words of a sentence change. Borrowed. */
const char *seam_said_in_id(const char *said);

/* The row of a rule or of an audit's own; for SEAM_RULE_none, that of the finding that no rule
 * matches. */
const struct seam_rule_row *seam_audit_rule(enum seam_rule rule);

/* How bad it is to break it, in SARIF's words. A rule of thumb: "note" if a checker rejects legal
 * code; "warning" if what is lost is memory, and nothing reads or writes what it must not; else
 * "error". */
const char *seam_audit_severity(enum seam_rule rule);

/* Its name with dashes, in `name` (at least 48 bytes); returns name. */
const char *seam_audit_rule_name(enum seam_rule rule, char *name);

#endif
