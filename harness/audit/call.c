#define _GNU_SOURCE
#include "audit/call.h"

#include <stdio.h>
#include <string.h>

#include "base/format.h"

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

static bool is_of_interest(const struct seam_symbol *symbol) {
    return symbol->line > 0 && !starts(symbol->function, "runtime.") &&
           !starts(symbol->function, "testing.") &&
           strcmp(seam_base_name(symbol->file), "_cgo_gotypes.go") != 0 &&
           strcmp(seam_base_name(symbol->file), "_testmain.go") != 0;
}

void seam_call_name(const struct seam_audit_plan *plan, const char *program,
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

void seam_call_read(const struct seam_audit_plan *plan, const char *text,
                    struct seam_audit_call *call) {
    const char *line = strstr(text, "\ngoroutine "), *next;
    for (; line != NULL && (next = strchr(line + 1, '\n')) != NULL; line = next) {
        if (next[1] == '\n' && call->n > 0)
            return;
        if (call->n < SEAM_CALL_FRAMES && next[1] == '\t')
            call->n += read_frame(plan, line + 1, next + 1, &call->frames[call->n]);
    }
}

bool seam_call_is_same(const struct seam_audit_call *a, const struct seam_audit_call *b) {
    return strcmp(a->function, b->function) == 0 && a->n > 0 && a->n == b->n &&
           strcmp(a->frames[0].file, b->frames[0].file) == 0 &&
           a->frames[0].line == b->frames[0].line;
}

bool seam_call_has_same_root(const struct seam_audit_call *a, const struct seam_audit_call *b) {
    return a->n > 0 && b->n > 0 &&
           strcmp(a->frames[a->n - 1].function, b->frames[b->n - 1].function) == 0;
}
