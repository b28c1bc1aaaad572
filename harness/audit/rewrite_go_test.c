/* Promise: what the cgo of every Go release on this machine writes is recognised: each stub and
 * each callback gets its crossings, no line is added, and clang and gcc compile the result.
 *
 * Arguments: the GOROOTs. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/rewrite.h"
#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "realgo/gobuild.h"

/* Every form of a stub: arguments and a result, one of them, none, errno, a struct by value,
 * malloc, a function that never calls back (from Go 1.24 on, and a comment before), exported
 * functions. */
static const char source[] =
    "package m\n\n/*\n#include <errno.h>\n#include <stdlib.h>\nstruct pair { int *p; long n; };\n"
    "static int both(int *p, char c) { return *p + c; }\n"
    "static void in(const char *p) { (void)p; }\n"
    "static int out(void) { return 1; }\n"
    "static void none(void) {}\n"
    "static int fails(void *p) { errno = p == 0; return -1; }\n"
    "static void no_result(int n) { errno = n; }\n"
    "static long by_value(struct pair p) { return *p.p + p.n; }\n"
    "static void quiet(int *p) { (void)p; }\n"
    "extern int goBoth(void *, int);\nextern void goNone(void);\n"
    "static void back(int *p) { goBoth(p, 1); goNone(); }\n*/\nimport \"C\"\n"
    "import \"unsafe\"\n\n"
    "//export goBoth\nfunc goBoth(p unsafe.Pointer, n C.int) C.int { return n }\n\n"
    "//export goNone\nfunc goNone() {}\n\n"
    "func All(p *C.int) (err error) {\n"
    "\tC.both(p, 'x')\n\tC.in(nil)\n\tC.out()\n\tC.none()\n\t_, err = C.fails(nil)\n"
    "\t_, err = C.no_result(1)\n\tC.by_value(C.struct_pair{p, 1})\n\tC.quiet(p)\n\tC.back(p)\n"
    "\tC.free(C.malloc(1))\n\treturn err\n}\n";

/* How many stubs a function has: with errno, one in each form. C.malloc has its own, elsewhere. */
static const struct {
    const char *name;
    int stubs;
} functions[] = {{"both", 1},      {"in", 1},       {"out", 1},   {"none", 1}, {"fails", 2},
                 {"no_result", 2}, {"by_value", 1}, {"quiet", 1}, {"back", 1}, {"free", 1}};
static const char *const callbacks[] = {"goBoth", "goNone"};

enum { FUNCTIONS = sizeof functions / sizeof *functions, STUBS = FUNCTIONS + 2, CALLBACKS = 2 };

static int count(const char *text, const char *part) {
    int n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

/* How often a call is there for this function of C or Go. */
static int calls_of(const char *text, const char *call, const char *function) {
    char *part = seam_format("%s(\"%s\", ", call, function);
    int n = count(text, part);
    free(part);
    return n;
}

static void every_stub_has_its_crossings(const char *text) {
    for (int i = 0; i < FUNCTIONS; i++)
        expect_int(calls_of(text, "seam_audit_enter", functions[i].name), functions[i].stubs);
    expect_int(count(text, "_cgo_tsan_release(); if (seam_audit_leave)"), STUBS);
    expect_int(count(text, "seam_audit_resume();"), STUBS - 1); /* not `quiet` */
    expect_contains(text, "seam_audit_enter(\"both\", seam_pointers, 2, "
                          "__builtin_frame_address(0), 1)");
    expect_contains(text, "seam_audit_enter(\"quiet\", seam_pointers, 1, "
                          "__builtin_frame_address(0), 0)");
}

static void every_callback_has_its_crossings(const char *text) {
    for (int i = 0; i < CALLBACKS; i++)
        expect_int(calls_of(text, "seam_audit_callback", callbacks[i]), 1);
    expect_int(calls_of(text, "seam_audit_enter", "malloc"), 1);
    expect_int(count(text, "seam_audit_leave(__builtin"), CALLBACKS + 1);
}

static void it_compiles(const char *directory, const char *file) {
    const char *const compilers[] = {seam_go_c_compiler(), "gcc"};
    for (size_t i = 0; i < sizeof compilers / sizeof *compilers; i++) {
        const char *const argv[] = {compilers[i], "-c", "-I.", "-w", file, "-o", "out.o", NULL};
        if (seam_process_exists(compilers[i]))
            expect_int(seam_process_run(argv, &(struct seam_process_place){.directory = directory}),
                       0);
    }
}

/* Rewrite one of the files that cgo has written, check it and compile it. */
static void check(const char *directory, const char *name, void (*has_all)(const char *text)) {
    char *path = seam_format("%s/%s", directory, name), *text = NULL, *changed;
    char *copy = seam_format("%s.seam.c", path);
    size_t size;
    expect_true(seam_rewrite_wants(path));
    expect_true(seam_file_read(path, 1 << 20, &text, &size));
    changed = seam_rewrite(text != NULL ? text : "", " quiet ", &size);
    expect_int(count(changed, "\n"), text != NULL ? count(text, "\n") : -1);
    has_all(changed);
    expect_true(seam_file_write(copy, changed, size));
    it_compiles(directory, copy);
    free(changed);
    free(text);
    free(copy);
    free(path);
}

static void the_cgo_of_a_release_is_known(const char *root, const char *base) {
    char *go = seam_format("%s/bin/go", root), *log = seam_format("%s/log", base);
    char *directory = seam_format("%s/%s", base, seam_base_name(root));
    char *file = seam_format("%s/m.go", directory);
    const char *const argv[] = {
        "env", "CC=gcc", "GOTOOLCHAIN=local", go, "tool", "cgo", "-objdir", ".", "m.go", NULL};
    expect_true(seam_make_directories(file));
    expect_true(seam_file_write(file, source, sizeof source - 1));
    fprintf(stderr, "%s\n", root);
    expect_int(
        seam_process_run(argv, &(struct seam_process_place){.directory = directory, .output = log}),
        0);
    check(directory, "m.cgo2.c", every_stub_has_its_crossings);
    check(directory, "_cgo_export.c", every_callback_has_its_crossings);
    free(file);
    free(directory);
    free(log);
    free(go);
}

int main(int argc, char **argv) {
    const char *base = getenv("TEST_TMPDIR");
    char *work = seam_format("%s/rewrite-XXXXXX", base != NULL ? base : "/tmp");
    if (argc < 2) {
        puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
        return 0;
    }
    expect_true(mkdtemp(work) != NULL);
    setenv("GOCACHE", work, 1);
    for (int i = 1; i < argc; i++)
        the_cgo_of_a_release_is_known(argv[i], work);
    expect_true(seam_remove_tree(work));
    free(work);
    return expect_status();
}
