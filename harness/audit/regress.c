/* A Go test that fails until the bug is fixed; regress.txt with its holes filled. */
#define _GNU_SOURCE
#include "audit/regress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "rules/rule.h"

enum { RUN_SECONDS = 900 };

/* Why there is no test of this finding; NULL if there may be one. */
static const char *obstacle(const struct seam_audit_plan *plan,
                            const struct seam_finding *finding) {
    const struct seam_audit_call *guilty = &finding->guilty;
    for (int i = 0; i < finding->n_proof && !finding->retained; i++)
        if (finding->proof[i].phase != SEAM_PHASE_enter)
            return "only the audit can force what it needs: a collection after C is done, or "
                   "another thread";
    return plan->flavor != SEAM_FLAVOR_asan ? "it was not found with AddressSanitizer"
           : finding->rule == SEAM_RULE_none
               ? "no rule matched, so nothing is known that a test could look at"
           : finding->retained    ? "only the audit looks for pointers that C keeps"
           : guilty->by_finalizer ? "the call is a finalizer's, and a collection there waits for "
                                    "that finalizer"
           : !finding->is_shrunk  ? "it needs more collections than one call"
           : guilty->n == 0       ? "no line of Go is known to be guilty"
           : guilty->function[0] == '\0' && finding->n_proof > 0
               ? "no call into C is guilty, and only there a test could collect"
               : NULL;
}

/* --- the text --------------------------------------------------------------------------------- */

/* A Go string; owned by the caller. */
static char *go_text(const char *text) {
    char *quoted = calloc(1, 2 * strlen(text) + 3), *to = quoted;
    seam_assert(quoted != NULL);
    *to++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            *to++ = '\\';
        *to++ = (unsigned char)*text < ' ' ? ' ' : *text;
    }
    *to = '"';
    return quoted;
}

struct hole {
    const char *name;
    char *text; /* owned */
};

static char *filled(const char *pattern, const struct hole *holes, int n) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    seam_assert(out != NULL);
    while (*pattern != '\0') {
        int k = 0;
        while (k < n && strncmp(pattern, holes[k].name, strlen(holes[k].name)) != 0)
            k++;
        if (k < n)
            fputs(holes[k].text, out);
        else
            putc(*pattern, out);
        pattern += k < n ? strlen(holes[k].name) : 1;
    }
    fclose(out);
    return text;
}

static char *text_of(const struct seam_audit_package *package, const char *test,
                     const struct seam_finding *finding) {
    char rule[48];
    const struct seam_symbol *at = &finding->guilty.frames[0];
    bool forces = finding->n_proof > 0;
    struct hole holes[] = {
        {"@RULE@", seam_format("%s: %s", seam_rule_name(finding->rule, rule),
                               seam_rule_rows[finding->rule].words)},
        {"@FIX@", seam_format("%s", seam_rule_rows[finding->rule].fix)},
        {"@PLACE@", seam_format("%s:%d", seam_base_name(at->file), at->line)},
        {"@TEST@", seam_format("%s", test)},
        {"@FUNCTION@", seam_format("%s", finding->guilty.function)},
        {"@DIRECTORY@", go_text(package->directory)},
        {"@TEST_TEXT@", go_text(test)},
        {"@SOURCE@", go_text(forces ? at->file : "")},
        {"@FUNCTION_TEXT@", go_text(finding->guilty.function)},
    };
    enum { HOLES = sizeof holes / sizeof *holes };
    char *text = filled((const char *)seam_regress_files[0].bytes, holes, HOLES);
    for (int i = 0; i < HOLES; i++)
        free(holes[i].text);
    return text;
}

/* --- the test --------------------------------------------------------------------------------- */

static bool put(const char *directory, const char *name, const char *text) {
    char *path = seam_format("%s/%s", directory, name);
    bool ok = seam_make_directories(path) && seam_file_write(path, text, strlen(text));
    free(path);
    return ok;
}

/* Does it fail now, because of what a sanitizer says? */
static bool fails(const struct seam_audit_plan *plan, const char *directory, const char *log) {
    char *go = seam_format("%s/bin/go", plan->go.root);
    char *compiler = seam_format("CC=%s", seam_go_c_compiler());
    char *path = seam_format("PATH=%s/bin:%s", plan->go.root, getenv("PATH"));
    const char *const argv[] = {"env",        compiler, path,   "GOTOOLCHAIN=local",
                                "GOWORK=off", go,       "test", "-count=1",
                                ".",          NULL};
    struct seam_process_place place = {
        .directory = directory, .output = log, .seconds = RUN_SECONDS};
    int status = seam_process_run(argv, &place);
    char *output = NULL;
    size_t size;
    bool failed = status == 1 && seam_file_read(log, SEAM_OUTPUT_MAX, &output, &size) &&
                  (strstr(output, "AddressSanitizer") != NULL ||
                   strstr(output, "--- FAIL: Test") != strstr(output, "--- FAIL: TestRegression"));
    free(output);
    free(path);
    free(compiler);
    free(go);
    return failed;
}

bool seam_regress_write(const struct seam_audit_plan *plan,
                        const struct seam_audit_package *package, const char *test,
                        const struct seam_finding *finding, const char *directory,
                        char reason[SEAM_REGRESS_REASON]) {
    const char *why = obstacle(plan, finding);
    if (why != NULL) {
        snprintf(reason, SEAM_REGRESS_REASON, "%s", why);
        return false;
    }
    char *folder = seam_format("%s/%s", directory, finding->id);
    char *log = seam_format("%s/regress.log", plan->work);
    char *text = text_of(package, test, finding);
    bool written = put(folder, "go.mod", "module regress\n\ngo 1.18\n") &&
                   put(folder, "regress_test.go", text);
    bool ok = written && fails(plan, folder, log);
    if (!ok) {
        snprintf(reason, SEAM_REGRESS_REASON,
                 written ? "a collection in each call of %s is not enough, or no tool of Go sees it"
                         : "%s cannot be written",
                 written ? finding->guilty.function : folder);
        seam_remove_tree(folder);
    }
    free(text);
    free(log);
    free(folder);
    return ok;
}
