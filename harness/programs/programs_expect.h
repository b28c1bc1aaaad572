/* Checks that the tests of all sets share: that a table and its programs belong together, and
 * running seam on it.
 *
 * Each test is one process, so what a run printed is in one place. */
#ifndef SEAM_PROGRAMS_EXPECT_H
#define SEAM_PROGRAMS_EXPECT_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "programs/program.h"
#include "realgo/gobuild.h"

static char *programs_seam, *programs_work;
static char programs_out[4 << 20];
static int programs_status;

/* --- a table and its programs ----------------------------------------------------------------- */

static inline bool programs_has_file(const struct seam_program_set *set, const char *program) {
    char *name = seam_format("corpus/%s/%s/main.go", set->name, program);
    bool found = false;
    for (const struct seam_embedded *file = set->files; file->path != NULL; file++)
        found = found || strcmp(file->path, name) == 0;
    free(name);
    return found;
}

static inline bool programs_has_program(const struct seam_program_set *set, const char *path) {
    bool found = false;
    for (int i = 0; i < set->n_programs; i++) {
        char *name = seam_format("corpus/%s/%s/main.go", set->name, set->programs[i].folder);
        found = found || strcmp(name, path) == 0;
        free(name);
    }
    return found;
}

/* No part is there twice, and programs, which are built into one directory, have names of their
 * own. */
static inline void expect_different(const struct seam_program *one,
                                    const struct seam_program *other) {
    bool same_program = strcmp(one->folder, other->folder) == 0;
    expect_true(same_program ||
                strcmp(seam_base_name(one->folder), seam_base_name(other->folder)) != 0);
    expect_true(strcmp(one->subject, other->subject) != 0 || strcmp(one->part, other->part) != 0);
}

static inline void expect_set(const struct seam_program_set *set) {
    for (int i = 0; i < set->n_programs; i++) {
        const struct seam_program *program = &set->programs[i];
        if (!programs_has_file(set, program->folder))
            expect_text(program->folder, "a program of the set");
        expect_true((program->judge == SEAM_PROGRAM_told) == (*program->text != '\0'));
        for (int k = 0; k < i; k++)
            expect_different(program, &set->programs[k]);
    }
    for (const struct seam_embedded *file = set->files; file->path != NULL; file++)
        if (strstr(file->path, "/main.go") != NULL && !programs_has_program(set, file->path))
            expect_text(file->path, "the folder of a program");
}

/* --- running seam ----------------------------------------------------------------------------- */

static inline void programs_read(const char *path) {
    FILE *in = fopen(path, "r");
    size_t n = in != NULL ? fread(programs_out, 1, sizeof programs_out - 1, in) : 0;
    programs_out[n] = '\0';
    if (in != NULL)
        fclose(in);
}

/* Run seam with these words, the last one NULL; what it printed is in programs_out. */
static inline void programs_run(const char *const *words) {
    const char *argv[16] = {programs_seam};
    for (int i = 0; words[i] != NULL; i++)
        argv[i + 1] = words[i];
    char *output = seam_format("%s/output", programs_work);
    programs_status = seam_process_run(
        argv, &(struct seam_process_place){.directory = programs_work, .output = output});
    programs_read(output);
    free(output);
}

#define SEAM(...) programs_run((const char *const[]){__VA_ARGS__, NULL})

static inline int programs_count(const char *text) {
    int n = 0;
    for (const char *at = strstr(programs_out, text); at != NULL; at = strstr(at + 1, text))
        n++;
    return n;
}

static inline int programs_minor(const char *root) {
    struct seam_go_release release;
    char error[SEAM_GO_ERROR];
    return seam_go_find(root, &release, error) ? release.minor : 0;
}

/* Run `test` with a directory to work in, and the oldest and the newest Go of this machine as
 * options, if there is one. */
static inline void programs_on_real_go(const char *oldest, const char *newest,
                                       void (*test)(const char *old, const char *new, int minor)) {
    if (strcmp(oldest, "None") == 0) {
        puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
        return;
    }
    char *old = seam_format("--go=%s", oldest), *new = seam_format("--go=%s", newest);
    setenv("TMPDIR", programs_work, 1);
    test(old, new, programs_minor(newest));
    free(new);
    free(old);
}

static inline void programs_open(const char *program, const char *name) {
    const char *base = getenv("TEST_TMPDIR");
    programs_seam = realpath(program, NULL);
    programs_work = seam_format("%s/%s-XXXXXX", base != NULL ? base : "/tmp", name);
    expect_true(programs_seam != NULL && mkdtemp(programs_work) != NULL);
}

static inline void programs_close(void) {
    expect_true(seam_remove_tree(programs_work));
    free(programs_work);
    free(programs_seam);
}

#endif
