/* seam print, seam encode: bytes to text and back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "language/scenario_file.h"
#include "language/text.h"
#include "verbs/verbs.h"

int seam_verb_print(int argc, char **argv) {
    static const struct seam_option options[] = {{NULL, NULL}};
    static struct seam_scenario scenario;
    static char text[SEAM_TEXT_MAX];
    int n = seam_options(argc, argv, options);
    if (n != 1)
        return n < 0 ? SEAM_USAGE : seam_fail("print needs one FILE; see seam print --help");
    if (!seam_scenario_read(argv[1], &scenario))
        return SEAM_USAGE;
    seam_text_print(&scenario, text);
    fputs(text, stdout);
    return SEAM_OK;
}

/* --- encode ----------------------------------------------------------------------------------- */

/* A scenario that was read: its name in a directory (owned), and its bytes. */
struct encoded {
    char *name;
    size_t size;
    uint8_t bytes[SEAM_BYTES_MAX];
};

/* corpus/breaks/RULE/story.seam becomes corpus.breaks.RULE.story. Owned by the caller. */
static char *flat_name(const char *path) {
    path += strspn(path, "./");
    char *name = seam_format("%s", path), *end = strrchr(name, '.');
    if (end != NULL && strcmp(end, ".seam") == 0)
        *end = '\0';
    for (char *p = name; *p != '\0'; p++)
        *p = *p == '/' ? '.' : *p;
    return name;
}

static bool encode_one(const char *path, struct encoded *it) {
    static struct seam_scenario scenario;
    if (!seam_scenario_read(path, &scenario))
        return false;
    it->name = flat_name(path);
    it->size = seam_scenario_encode(&scenario, it->bytes);
    return true;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct encoded *)a)->name, ((const struct encoded *)b)->name);
}

static bool names_differ(struct encoded *all, int n) {
    qsort(all, (size_t)n, sizeof *all, by_name);
    for (int i = 1; i < n; i++)
        if (strcmp(all[i - 1].name, all[i].name) == 0) {
            seam_fail("two files would be %s; encode them one at a time", all[i].name);
            return false;
        }
    return true;
}

static bool write_one(const char *directory, const struct encoded *it) {
    char *path = seam_format("%s/%s", directory, it->name);
    bool ok = seam_file_write(path, it->bytes, it->size);
    free(path);
    return ok;
}

/* All are read before one is written. */
static int encode_into(const char *directory, char **paths, int n) {
    struct encoded *all = calloc((size_t)n, sizeof *all);
    seam_assert(all != NULL);
    bool ok = true;
    for (int i = 0; ok && i < n; i++)
        ok = encode_one(paths[i], &all[i]);
    ok = ok && names_differ(all, n);
    if (ok && mkdir(directory, 0777) != 0 && errno != EEXIST) {
        seam_fail("%s: cannot make the directory: %s; choose another place with -o", directory,
                  strerror(errno));
        ok = false;
    }
    for (int i = 0; ok && i < n; i++)
        ok = write_one(directory, &all[i]);
    for (int i = 0; i < n; i++)
        free(all[i].name);
    free(all);
    return ok ? SEAM_OK : SEAM_USAGE;
}

int seam_verb_encode(int argc, char **argv) {
    const char *out = NULL;
    const struct seam_option options[] = {{"-o=", &out}, {NULL, NULL}};
    static struct encoded it;
    struct stat status;
    int n = seam_options(argc, argv, options);
    if (n < 0)
        return SEAM_USAGE;
    if (n < 1 || out == NULL)
        return seam_fail("encode needs a FILE and -o OUT; see seam encode --help");
    if (n > 1 || (stat(out, &status) == 0 && S_ISDIR(status.st_mode)))
        return encode_into(out, argv + 1, n);
    if (!encode_one(argv[1], &it))
        return SEAM_USAGE;
    free(it.name);
    return seam_file_write(out, it.bytes, it.size) ? SEAM_OK : SEAM_USAGE;
}
