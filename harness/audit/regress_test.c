/* Promise: a regression test that --emit writes fails before the fix and passes after it, and what
 * no test can show has none, with a reason.
 *
 * Arguments: seam, a GOROOT (or None), go. */
#define _GNU_SOURCE
#include "audit/audit_expect.h"
#include "realgo/gobuild.h"

static char *tests; /* where they are written */

/* Run the regression test of a finding with the audited directory replaced by another one. */
static int run_regression(const char *id, const char *directory, const char *instead) {
    char *path = seam_format("%s/%s/regress_test.go", tests, id);
    char *folder = seam_format("%s/%s", tests, id), *text = NULL, *at;
    size_t size;
    expect_true(seam_file_read(path, SEAM_TEXT_FILE_MAX, &text, &size));
    struct {
        char *text;
        size_t size;
    } out = {NULL, 0};
    FILE *to = open_memstream(&out.text, &out.size);
    for (char *from = text; from != NULL && *from != '\0'; from = at + strlen(directory)) {
        at = strstr(from, directory);
        fprintf(to, "%.*s%s", at != NULL ? (int)(at - from) : (int)strlen(from), from,
                at != NULL ? instead : "");
        if (at == NULL)
            break;
    }
    fclose(to);
    expect_true(seam_file_write(path, out.text, out.size));
    char *go = seam_format("%s/bin/go", audit_go), *output = seam_format("%s/output", audit_work);
    char *path_option = seam_format("PATH=%s/bin:%s", audit_go, getenv("PATH"));
    char *compiler = seam_format("CC=%s", seam_go_c_compiler());
    const char *const argv[] = {"env",      path_option, compiler, "GOTOOLCHAIN=local", go, "test",
                                "-count=1", ".",         NULL};
    int status =
        seam_process_run(argv, &(struct seam_process_place){.directory = folder, .output = output});
    audit_read(output);
    free(compiler);
    free(path_option);
    free(output);
    free(go);
    free(out.text);
    free(text);
    free(folder);
    free(path);
    return status;
}

static void it_fails_before_the_fix_and_passes_after_it(void) {
    char *option = seam_format("--emit=%s", tests);
    AUDIT(audit_data, option, "./audit/earlyfinalizer/bug");
    expect_audit(1, "Regression test, which fails now: cd ");
    expect_int(run_regression("27ecc27c", "earlyfinalizer/bug", "earlyfinalizer/bug"), 1);
    expect_contains(audit_out, "AddressSanitizer: heap-use-after-free");
    expect_int(run_regression("27ecc27c", "earlyfinalizer/bug", "earlyfinalizer/fixed"), 0);
    free(option);
}

static void what_only_the_audit_sees_has_none_with_a_reason(void) {
    char *option = seam_format("--emit=%s/none", audit_work);
    char *folder = seam_format("%s/none", audit_work);
    AUDIT(audit_data, option, "./audit/retainslice/bug");
    expect_audit(1, "No regression test: only the audit looks for pointers that C keeps\n");
    expect_int(access(folder, F_OK), -1);
    free(folder);
    free(option);
}

int main(int argc, char **argv) {
    char error[SEAM_GO_ERROR];
    audit_open(argc, argv, "regress_test");
    expect_true(seam_go_ensure_build_cache(error));
    tests = seam_format("%s/tests", audit_work);
    it_fails_before_the_fix_and_passes_after_it();
    what_only_the_audit_sees_has_none_with_a_reason();
    free(tests);
    return audit_close();
}
