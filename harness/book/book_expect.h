/* Checks that the tests of all books share: that a table and its programs belong together, and
 * running seam on it.
 *
 * Each test is one process, so what a run printed is in one place. */
#ifndef SEAM_BOOK_EXPECT_H
#define SEAM_BOOK_EXPECT_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "book/trial.h"
#include "realgo/gobuild.h"

static char *book_seam, *book_work;
static char book_out[4 << 20];
static int book_status;

/* --- a table and its programs ----------------------------------------------------------------- */

static inline bool book_has_file(const struct seam_trial_book *book, const char *program) {
    char *name = seam_format("corpus/%s/%s/main.go", book->name, program);
    bool found = false;
    for (const struct seam_embedded *file = book->files; file->path != NULL; file++)
        found = found || strcmp(file->path, name) == 0;
    free(name);
    return found;
}

static inline bool book_has_program(const struct seam_trial_book *book, const char *path) {
    bool found = false;
    for (int i = 0; i < book->n_trials; i++) {
        char *name = seam_format("corpus/%s/%s/main.go", book->name, book->trials[i].program);
        found = found || strcmp(name, path) == 0;
        free(name);
    }
    return found;
}

/* No part is there twice, and programs, which are built into one directory, have names of their
 * own. */
static inline void expect_different(const struct seam_trial *one, const struct seam_trial *other) {
    bool same_program = strcmp(one->program, other->program) == 0;
    expect_true(same_program ||
                strcmp(seam_base_name(one->program), seam_base_name(other->program)) != 0);
    expect_true(strcmp(one->subject, other->subject) != 0 || strcmp(one->part, other->part) != 0);
}

static inline void expect_book(const struct seam_trial_book *book) {
    for (int i = 0; i < book->n_trials; i++) {
        const struct seam_trial *trial = &book->trials[i];
        if (!book_has_file(book, trial->program))
            expect_text(trial->program, "a program of the book");
        expect_true((trial->judge == SEAM_TRIAL_told) == (*trial->text != '\0'));
        for (int k = 0; k < i; k++)
            expect_different(trial, &book->trials[k]);
    }
    for (const struct seam_embedded *file = book->files; file->path != NULL; file++)
        if (strstr(file->path, "/main.go") != NULL && !book_has_program(book, file->path))
            expect_text(file->path, "the program of a trial");
}

/* --- running seam ----------------------------------------------------------------------------- */

static inline void book_read(const char *path) {
    FILE *in = fopen(path, "r");
    size_t n = in != NULL ? fread(book_out, 1, sizeof book_out - 1, in) : 0;
    book_out[n] = '\0';
    if (in != NULL)
        fclose(in);
}

/* Run seam with these words, the last one NULL; what it printed is in book_out. */
static inline void book_run(const char *const *words) {
    const char *argv[16] = {book_seam};
    for (int i = 0; words[i] != NULL; i++)
        argv[i + 1] = words[i];
    char *output = seam_format("%s/output", book_work);
    book_status = seam_process_run(argv, &(struct seam_process_place){book_work, NULL, output});
    book_read(output);
    free(output);
}

#define SEAM(...) book_run((const char *const[]){__VA_ARGS__, NULL})

static inline int book_count(const char *text) {
    int n = 0;
    for (const char *at = strstr(book_out, text); at != NULL; at = strstr(at + 1, text))
        n++;
    return n;
}

static inline int book_minor(const char *root) {
    struct seam_go_release release;
    char error[SEAM_GO_ERROR];
    return seam_go_find(root, &release, error) ? release.minor : 0;
}

/* Run `test` with a directory to work in, and the oldest and the newest Go of this machine as
 * options, if there is one. */
static inline void book_on_real_go(const char *oldest, const char *newest,
                                   void (*test)(const char *old, const char *new, int minor)) {
    if (strcmp(oldest, "None") == 0) {
        puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
        return;
    }
    char *old = seam_format("--go=%s", oldest), *new = seam_format("--go=%s", newest);
    setenv("TMPDIR", book_work, 1);
    test(old, new, book_minor(newest));
    free(new);
    free(old);
}

static inline void book_open(const char *program, const char *name) {
    const char *base = getenv("TEST_TMPDIR");
    book_seam = realpath(program, NULL);
    book_work = seam_format("%s/%s-XXXXXX", base != NULL ? base : "/tmp", name);
    expect_true(book_seam != NULL && mkdtemp(book_work) != NULL);
}

static inline void book_close(void) {
    expect_true(seam_remove_tree(book_work));
    free(book_work);
    free(book_seam);
}

#endif
