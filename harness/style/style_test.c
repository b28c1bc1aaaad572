/* Promise: the tree is written as its documents say, as far as a machine can tell.
 *
 * usage: style_test [--graph | --only=CHECK] README.md
 *
 * First each check is tried on its samples, then on the tree that README.md is the top of: not on
 * copies that Bazel made, so that it sees each file and cannot be a cached result. --graph prints
 * which room and which file includes which. */
#define _GNU_SOURCE
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>

#include "base/expect.h"
#include "style/checks.h"

struct check {
    const char *name, *promise;
    void (*run)(const struct style_tree *tree, struct style_faults *faults);
};

static const struct check checks[] = {
#define CHECK(name, promise) {#name, promise, style_check_##name},
#include "style/checks.def"
#undef CHECK
};
enum { CHECKS = sizeof checks / sizeof checks[0] };

/* --- samples ---------------------------------------------------------------------------------- */

struct sample {
    const char *check;
    int faults;
    const char *files[12]; /* path and text, by turns */
};

#define TEN_LINES "\n\n\n\n\n\n\n\n\n\n"
static const struct sample samples[] = {
#define SAMPLE(check, faults, ...) {#check, faults, {__VA_ARGS__}},
#include "style/samples.def"
#undef SAMPLE
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static struct style_tree tree;

static void expect_sample(const struct check *check, const struct sample *sample) {
    struct style_faults faults = {NULL, check->name, 0};
    for (int i = 0; sample->files[i] != NULL; i += 2)
        style_tree_add(&tree, sample->files[i], sample->files[i + 1]);
    check->run(&tree, &faults);
    if (faults.n != sample->faults)
        fprintf(stderr, "%s: a sample: %s\n", check->name, sample->files[1]);
    expect_int(faults.n, sample->faults);
    style_tree_release(&tree);
}

static void each_check_finds_its_samples_and_nothing_like_them(const struct check *check) {
    int found = 0, passed = 0;
    for (int i = 0; i < SAMPLES; i++)
        if (strcmp(samples[i].check, check->name) == 0) {
            expect_sample(check, &samples[i]);
            found += samples[i].faults > 0;
            passed += samples[i].faults == 0;
        }
    if (found == 0 || passed == 0)
        fprintf(stderr, "%s: has no sample of either kind\n", check->name);
    expect_true(found > 0 && passed > 0);
}

static void each_phrase_finds_its_sample(void) {
    for (int i = 0; i < style_phrases_n; i++) {
        const struct style_phrase *phrase = &style_phrases[i];
        if (!style_phrase_finds(phrase, phrase->bad) || style_phrase_finds(phrase, phrase->good))
            fprintf(stderr, "its samples are not told apart: %s\n", phrase->pattern);
        expect_true(style_phrase_finds(phrase, phrase->bad));
        expect_true(!style_phrase_finds(phrase, phrase->good));
    }
}

/* --- the tree --------------------------------------------------------------------------------- */

static void expect_no_fault(const struct check *check) {
    struct style_faults faults = {stderr, check->name, 0};
    check->run(&tree, &faults);
    if (faults.n > 0)
        fprintf(stderr, "%s: promised is: %s\n", check->name, check->promise);
    expect_int(faults.n, 0);
}

int main(int argc, char **argv) {
    char path[PATH_MAX];
    bool is_graph = argc > 1 && strcmp(argv[1], "--graph") == 0;
    const char *only = argc > 1 && strncmp(argv[1], "--only=", 7) == 0 ? argv[1] + 7 : NULL;
    const char *top = argc > 1 ? realpath(argv[argc - 1], path) : NULL;
    if (top == NULL || argc != 2 + (is_graph || only != NULL)) {
        fprintf(stderr, "usage: style_test [--graph | --only=CHECK] README.md\n");
        return 2;
    }
    each_phrase_finds_its_sample();
    for (int i = 0; i < CHECKS; i++)
        each_check_finds_its_samples_and_nothing_like_them(&checks[i]);

    expect_true(style_tree_read(&tree, dirname(path)));
    expect_true(tree.n > 1000);
    if (is_graph)
        style_print_graph(stdout, &tree);
    for (int i = 0; i < CHECKS && !is_graph; i++)
        if (only == NULL || strcmp(only, checks[i].name) == 0)
            expect_no_fault(&checks[i]);
    style_tree_release(&tree);
    return expect_status();
}
