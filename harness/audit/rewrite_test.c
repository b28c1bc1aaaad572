/* Promise: the compiler of an audit adds its calls where cgo crosses into C, and nothing else. */
#include <stdbool.h>
#include <stdlib.h>

#include "audit/rewrite.h"
#include "base/expect.h"

/* The rewritten text; the caller frees. */
static char *rewrite(const char *text) {
    size_t size;
    char *result = seam_rewrite(text, " quiet ", &size);
    expect_int((long long)strlen(result), (long long)size);
    return result;
}

static int lines_of(const char *text) {
    int n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

static const char stub[] = "extern char* _cgo_topofstack(void);\n"
                           "CGO_NO_SANITIZE_THREAD\n"
                           "int\n"
                           "_cgo_274aeef280ec_C2func_two(void *v)\n"
                           "{\n"
                           "\tint _cgo_errno;\n"
                           "\tstruct {\n"
                           "\t\tstruct s* p0;\n"
                           "\t\tchar const* p1;\n"
                           "\t\tint r;\n"
                           "\t\tchar __pad28[4];\n"
                           "\t} __attribute__((__packed__, __gcc_struct__)) *_cgo_a = v;\n"
                           "\t_cgo_tsan_acquire();\n"
                           "\t_cgo_r = two(_cgo_a->p0, _cgo_a->p1);\n"
                           "\t_cgo_tsan_release();\n"
                           "\treturn _cgo_errno;\n"
                           "}\n";

static void a_stub_tells_its_name_and_arguments_on_its_own_lines(void) {
    char *text = rewrite(stub);
    expect_int(lines_of(text), lines_of(stub));
    expect_contains(text, "_cgo_tsan_acquire(); { const void *seam_pointers[3]");
    expect_contains(text, "seam_audit_enter(\"two\", seam_pointers, 2, ");
    expect_contains(text, "_cgo_tsan_release(); if (seam_audit_leave)");
    free(text);
}

static void a_stub_without_arguments_has_none(void) {
    char *text = rewrite("void\n_cgo_0_Cfunc_noargs(void *v)\n{\n\t_cgo_tsan_acquire();\n"
                         "\tnoargs();\n\t_cgo_tsan_release();\n}\n");
    expect_contains(text, "seam_audit_enter(\"noargs\", seam_pointers, 0, ");
    free(text);
}

static void malloc_of_cgo_is_called_by_its_own_name(void) {
    char *text = rewrite("void _cgo_0_Cfunc__Cmalloc(void *v) {\n\tstruct {\n"
                         "\t\tunsigned long long p0;\n\t\tvoid *r1;\n"
                         "\t} __attribute__((__packed__, __gcc_struct__)) *a = v;\n"
                         "\t_cgo_tsan_acquire();\n}\n");
    expect_contains(text, "seam_audit_enter(\"malloc\", seam_pointers, 0, ");
    free(text);
}

static void a_callback_is_entered_before_go_and_left_behind_it(void) {
    static const char callback[] =
        "int goCallback(void* p, int n)\n{\n\ttypedef struct {\n\t\tvoid* p0;\n\t\tint p1;\n"
        "\t\tint r0;\n\t} __attribute__((__packed__)) _cgo_argtype;\n\t_cgo_tsan_release();\n"
        "\tcrosscall2(_cgoexp_274a_goCallback, &_cgo_a, 16, _cgo_ctxt);\n\t_cgo_tsan_acquire();\n";
    char *text = rewrite(callback);
    const char *enter = strstr(text, "seam_audit_callback(\"goCallback\", seam_pointers, 2, ");
    const char *call = strstr(text, "crosscall2("), *left = strstr(text, "seam_audit_leave(");
    expect_true(enter != NULL && enter < call && call < left);
    expect_int(lines_of(text), lines_of(callback));
    expect_contains(text, "\t_cgo_tsan_release();\n");
    free(text);
}

static const char with_result[] = "int\n_cgo_0_Cfunc_%s(void *v)\n{\n\tstruct {\n\t\tint p0;\n"
                                  "\t} __attribute__((__packed__)) *_cgo_a = v;\n"
                                  "\tchar *_cgo_stktop = _cgo_topofstack();\n"
                                  "\t_cgo_tsan_acquire();\n\t_cgo_tsan_release();\n}\n";

/* Its arguments lie on the stack, and what cgo remembers of the stack must be right as well. */
static void a_stack_that_moves_is_found_again(void) {
    char text[sizeof with_result + 8];
    snprintf(text, sizeof text, with_result, "loud");
    char *loud = rewrite(text);
    expect_contains(loud, "__builtin_frame_address(0), 1); }");
    expect_contains(loud, "long seam_moved = _cgo_topofstack() - seam_top; "
                          "_cgo_a = (void *)((char *)_cgo_a + seam_moved); "
                          "_cgo_stktop += seam_moved;");
    expect_contains(loud, "seam_audit_resume();");
    free(loud);
}

static void a_function_that_never_calls_back_is_not_made_to(void) {
    char text[sizeof with_result + 8];
    snprintf(text, sizeof text, with_result, "quiet");
    char *quiet = rewrite(text);
    expect_contains(quiet, "seam_audit_leave(");
    expect_contains(quiet, "__builtin_frame_address(0), 0); }");
    expect_true(strstr(quiet, "seam_audit_move(") == NULL ||
                strstr(quiet, "seam_audit_resume(") == NULL);
    free(quiet);
}

static void all_else_stays_byte_for_byte(void) {
    static const char *const texts[] = {
        "",
        "int main(void) { return 0; }",
        "\t_cgo_tsan_acquire();\n",
        "_cgo_xyz_Cfunc_f(void *v)\n\t_cgo_tsan_acquire();\n",
        "\tcrosscall2(fn, a, 4, 0);\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *text = rewrite(texts[i]);
        expect_text(text, texts[i]);
        free(text);
    }
}

static void only_what_cgo_wrote_is_wanted(void) {
    expect_true(seam_rewrite_wants("/tmp/b001/x.cgo2.c"));
    expect_true(seam_rewrite_wants("_cgo_export.c"));
    expect_true(!seam_rewrite_wants("x.c"));
    expect_true(!seam_rewrite_wants(".cgo2.c"));
    expect_true(!seam_rewrite_wants("my_cgo_export.c"));
    expect_true(seam_rewrite_is_under("#line 1 \"a\"\n#line 10 \"/go/src/net/x.go\"\n", "/go"));
    expect_true(!seam_rewrite_is_under("#line 10 \"/goose/x.go\"\n", "/go"));
}

int main(void) {
    a_stub_tells_its_name_and_arguments_on_its_own_lines();
    a_stub_without_arguments_has_none();
    malloc_of_cgo_is_called_by_its_own_name();
    a_callback_is_entered_before_go_and_left_behind_it();
    a_stack_that_moves_is_found_again();
    a_function_that_never_calls_back_is_not_made_to();
    all_else_stays_byte_for_byte();
    only_what_cgo_wrote_is_wanted();
    return expect_status();
}
