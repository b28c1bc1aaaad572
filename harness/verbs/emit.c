/* seam emit: a scenario as a program that stands alone. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "emit/emit.h"
#include "language/scenario_file.h"
#include "language/text.h"
#include "run/pipeline.h"
#include "verbs/verbs.h"

static bool is_language(const char *name, enum seam_emit_language *language) {
    *language = strcmp(name, "c") == 0 ? SEAM_EMIT_c : SEAM_EMIT_go;
    return *language == SEAM_EMIT_c || strcmp(name, "go") == 0;
}

/* Can a program be written there: is it nothing yet, or an empty directory? */
static bool is_free(const char *directory, bool *is_there) {
    DIR *open = opendir(directory);
    int n = 0;
    *is_there = open != NULL;
    if (open == NULL && errno == ENOENT)
        return true;
    if (open == NULL) {
        seam_fail("%s: %s; choose another place with -o", directory, strerror(errno));
        return false;
    }
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(open);
    if (n > 0)
        seam_fail("%s is not empty; choose another place with -o", directory);
    return n == 0;
}

static char *story_of(const char *path) {
    char *text = NULL;
    size_t size = 0;
    bool is_text = seam_file_read(path, SEAM_TEXT_FILE_MAX, &text, &size) &&
                   seam_text_looks_like((const uint8_t *)text, size);
    char *story = seam_emit_story(is_text ? text : "");
    free(text);
    return story;
}

/* All files or none. */
static int write_files(const struct seam_emission *emission, const char *directory, bool is_there) {
    char *inside = seam_format("%s/", directory);
    bool ok = seam_make_directories(inside);
    if (!ok)
        seam_fail("%s: %s; choose another place with -o", directory, strerror(errno));
    for (int i = 0; ok && i < emission->n_files; i++) {
        char *path = seam_format("%s%s", inside, emission->files[i].name);
        ok = seam_file_write(path, emission->files[i].text, emission->files[i].size);
        free(path);
    }
    for (int i = 0; !ok && i < emission->n_files; i++) {
        char *path = seam_format("%s%s", inside, emission->files[i].name);
        unlink(path);
        free(path);
    }
    if (!ok && !is_there)
        rmdir(directory);
    free(inside);
    return ok ? SEAM_OK : SEAM_USAGE;
}

static int emit(enum seam_emit_language language, const char *path, const char *directory) {
    static struct seam_case it;
    struct seam_emission emission;
    bool is_there;
    if (!seam_scenario_read(path, &it.scenario) || !is_free(directory, &is_there))
        return SEAM_USAGE;
    if (it.scenario.n_steps == 0)
        return seam_fail("%s has no steps: there is nothing to write", path);
    if (!seam_pipeline_run(&it))
        return seam_fail(
            "%s: oracle and model disagree, so nothing is known of it; see seam replay "
            "%s",
            path, path);
    char *story = story_of(path);
    int status = SEAM_USAGE;
    if (!seam_emit(&it, language, path, story, &emission))
        seam_fail("%s: no program of this kind shows it: %s", path, emission.reason);
    else
        status = write_files(&emission, directory, is_there);
    if (status == SEAM_OK)
        printf("%s: %s\n", directory,
               language == SEAM_EMIT_go ? "run it with go run . or go test; main.go says what to "
                                          "expect"
                                        : "main.c says how to build it, and what to expect");
    seam_emission_free(&emission);
    free(story);
    return status;
}

int seam_verb_emit(int argc, char **argv) {
    const char *out = NULL;
    const struct seam_option options[] = {{"-o=", &out}, {NULL, NULL}};
    enum seam_emit_language language;
    int n = seam_options(argc, argv, options);
    if (n < 0)
        return SEAM_USAGE;
    if (n != 2 || out == NULL || !is_language(argv[1], &language))
        return seam_fail("emit needs go or c, one FILE and -o DIR; see seam emit --help");
    return emit(language, argv[2], out);
}
