/* Promise: every scenario of the corpus, and any other, becomes a program that reads as if a
 * person had written it: in its head alone a word that is ours, the same bytes each time, the
 * format of gofmt. What the programs do is check.c's to say. */
#define _GNU_SOURCE
#include "emit/emit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "emit/draft.h"
#include "generate/corpus.h"
#include "generate/random.h"
#include "language/text.h"
#include "run/pipeline.h"

static struct seam_case it;
static struct seam_emission emission;

static const struct seam_emit_file *file(const char *name) {
    for (int i = 0; i < emission.n_files; i++)
        if (strcmp(emission.files[i].name, name) == 0)
            return &emission.files[i];
    return NULL;
}

static void emit_text(const char *text, enum seam_emit_language language) {
    struct seam_text_error error;
    seam_emission_free(&emission);
    seam_assert(seam_text_parse(&it.scenario, text, strlen(text), &error));
    expect_true(seam_pipeline_run(&it));
    expect_true(seam_emit(&it, language, "x.seam", "", &emission));
}

/* --- the corpus ------------------------------------------------------------------------------- */

/* Where the program begins, behind the head comment. */
static const char *program_of(const struct seam_emit_file *file) {
    const char *at = strstr(file->text, strcmp(file->name, "main.c") == 0 ? " */\n" : "\npackage ");
    return at != NULL ? at : file->text;
}

static void expect_no_word_of_seam(const char *name) {
    static const char *const words[] = {"seam",   "scenario", "oracle", "witness",
                                        "flavor", "corpus",   "g0",     "c0"};
    for (int i = 0; i < emission.n_files; i++)
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (strcasestr(program_of(&emission.files[i]), words[w]) != NULL)
                expect_text(words[w], name);
}

/* Nothing is left of a template. */
static void expect_whole(const char *name) {
    static const char *const marks[] = {"@", "{}", "||\n", "(null)", "//? "};
    for (int i = 0; i < emission.n_files; i++)
        for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
            const char *at = strstr(emission.files[i].text, marks[m]);
            bool is_go = m == 1 && at != NULL && strstr(at, "{}") != NULL; /* struct{}{} */
            if (at != NULL && !is_go && m != 0)
                expect_text(marks[m], name);
        }
}

static void expect_same_again(void) {
    struct seam_emission again;
    seam_emit(&it, SEAM_EMIT_go, "x.seam", "", &again);
    expect_int(again.n_files, emission.n_files);
    for (int i = 0; i < again.n_files && i < emission.n_files; i++)
        expect_text(again.files[i].text, emission.files[i].text);
    seam_emission_free(&again);
}

static void write_tree(const char *tree, const char *name) {
    char *flat = seam_format("%s", name);
    for (char *p = flat; *p != '\0'; p++)
        if (*p == '/')
            *p = '_';
    for (int i = 0; i < emission.n_files; i++) {
        char *path = seam_format("%s/%s/%s", tree, flat, emission.files[i].name);
        seam_assert(seam_make_directories(path) &&
                    seam_file_write(path, emission.files[i].text, emission.files[i].size));
        free(path);
    }
    free(flat);
}

static void expect_formatted(const char *tree) {
    const char *const gofmt[] = {"gofmt", "-l", tree, NULL};
    static char wrong[4096];
    if (!seam_process_exists("gofmt"))
        return;
    expect_true(seam_process_read(gofmt, wrong, sizeof wrong));
    expect_text(wrong, "");
}

static void every_scenario_of_the_corpus_is_a_program_or_says_why_not(void) {
    struct seam_corpus corpus;
    char tree[] = "/tmp/seam-emit-test-XXXXXX";
    int n = 0;
    seam_assert(mkdtemp(tree) != NULL && seam_corpus_read("corpus", &corpus));
    for (int i = 0; i < corpus.n; i++) {
        it.scenario = corpus.entries[i].scenario;
        if (it.scenario.n_steps == 0)
            continue;
        expect_true(seam_pipeline_run(&it));
        bool ok = seam_emit(&it, SEAM_EMIT_go, "x.seam", "", &emission);
        expect_true(ok || emission.reason[0] != '\0');
        n += ok;
        expect_no_word_of_seam(corpus.entries[i].name);
        expect_whole(corpus.entries[i].name);
        expect_same_again();
        write_tree(tree, corpus.entries[i].name);
        seam_emission_free(&emission);
    }
    expect_true(n > 500);
    expect_formatted(tree);
    seam_remove_tree(tree);
    seam_corpus_free(&corpus);
}

static void any_scenario_is_written_or_refused(void) {
    for (uint64_t index = 0; index < 3000; index++) {
        seam_random_scenario(&it.scenario, 1, index, 0);
        if (!seam_pipeline_run(&it) || it.scenario.n_steps == 0)
            continue;
        for (int language = SEAM_EMIT_go; language <= SEAM_EMIT_c; language++) {
            bool ok = seam_emit(&it, (enum seam_emit_language)language, "x", "", &emission);
            if (!ok && emission.reason[0] == '\0')
                expect_text("no reason", "");
            seam_emission_free(&emission);
        }
    }
}

/* --- what is written -------------------------------------------------------------------------- */

static void a_wrapper_that_dies_early_reads_like_one(void) {
    emit_text("g0 = go_new node\nc0 = lib_new\ntake c0\nlink_c g0[0] = c0\nfinalizer g0 frees c0\n"
              "call_c c0\n  gc\n  finalize 0\n  c_touch c0\nreturn\n",
              SEAM_EMIT_go);
    const char *go = file("main.go")->text;
    expect_contains(go, "// finalized-during-call: A finalizer may run as soon as");
    expect_contains(go, "// Fix: call runtime.KeepAlive on the wrapper after the C call.");
    expect_contains(go, "//\tCC=clang ASAN_OPTIONS=detect_leaks=0 go run -asan .\n"
                        "//\t\tstops: AddressSanitizer: heap-use-after-free\n");
    expect_contains(go, "\towner.refs[0] = unsafe.Pointer(object)\n");
    expect_contains(go, "\truntime.SetFinalizer(owner, func(*Owner) {\n");
    expect_contains(go, "\tC.do_use(object)\n");
    expect_contains(file("library.c")->text, "void do_use(struct block *object) {\n"
                                             "    duringUse();\n");
    expect_contains(file("main_test.go")->text, "func TestFinalizedDuringCall(t *testing.T)");
    expect_text(file("go.mod")->text, "module example\n\ngo 1.19\n");
    expect_true(emission.shows && !emission.dies);
}

static void the_go_line_is_the_lowest_that_builds_it(void) {
    emit_text("g0 = go_new data\np0 = pinner\npin p0 g0\nunpin p0\n", SEAM_EMIT_go);
    expect_text(file("go.mod")->text, "module example\n\ngo 1.21\n");
    expect_contains(file("main.go")->text, "// This program breaks no rule of cgo.");
    expect_contains(file("main.go")->text, "fmt.Println(\"No rule was broken.\")");
}

static void what_follows_corruption_is_not_written(void) {
    emit_text("c0 = malloc clean\nfree c0\nlook_c c0\nlib_use\n", SEAM_EMIT_go);
    expect_contains(file("main.go")->text, "check(\"block.value\", uint64(block.value), 0)");
    expect_true(strstr(file("main.go")->text, "use_library") == NULL);
}

static void c_memory_alone_is_a_c_program(void) {
    emit_text("c0 = malloc clean\npoke_c c0 = 5\nfree c0\nlook_c c0\n", SEAM_EMIT_c);
    const char *c = file("main.c")->text;
    expect_contains(c, "cc -g -fsanitize=address main.c");
    expect_contains(c, "    struct block *block = block_clean();\n");
    expect_contains(c, "    block->value = 5;\n");
    expect_contains(c, "    check(\"block->value\", block->value, 5);\n");
}

static void what_needs_go_is_no_c_program(void) {
    struct seam_text_error error;
    static const char text[] = "g0 = go_new data\nlook g0\n";
    seam_emission_free(&emission);
    seam_assert(seam_text_parse(&it.scenario, text, strlen(text), &error));
    expect_true(seam_pipeline_run(&it));
    expect_true(!seam_emit(&it, SEAM_EMIT_c, "x.seam", "", &emission));
    expect_text(emission.reason, "go_new needs Go; try seam emit go");
    expect_int(emission.n_files, 0);
}

static void the_story_is_what_stands_before_the_first_step(void) {
    char *story = seam_emit_story("# One.\n#   Two */ x.\n\ngc\n# three\n");
    expect_text(story, "One.\nTwo *  x.\n");
    free(story);
    story = seam_emit_story("");
    expect_text(story, "");
    free(story);
}

int main(void) {
    every_scenario_of_the_corpus_is_a_program_or_says_why_not();
    any_scenario_is_written_or_refused();
    a_wrapper_that_dies_early_reads_like_one();
    the_go_line_is_the_lowest_that_builds_it();
    what_follows_corruption_is_not_written();
    c_memory_alone_is_a_c_program();
    what_needs_go_is_no_c_program();
    the_story_is_what_stands_before_the_first_step();
    seam_emission_free(&emission);
    return expect_status();
}
