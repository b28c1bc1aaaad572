/* Shrink an input of a fuzz target that is not a scenario: SHRINK FILE -o OUT. See shrink/input.h.
 */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "shrink/input.h"
#include "shrink/stop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const uint8_t *bytes, size_t size) { LLVMFuzzerTestOneInput(bytes, size); }

static int finish(const struct seam_input *it, enum seam_input_end end, const char *path,
                  const char *out, size_t before) {
    if (end == SEAM_INPUT_failed)
        return SEAM_USAGE;
    if (end == SEAM_INPUT_lives)
        return seam_fail("%s: finds nothing, so there is nothing to shrink", path);
    if (end == SEAM_INPUT_unstable)
        return seam_fail("%s: is a finding only after other inputs; it was not shrunk", path);
    if (!seam_file_write(out, it->bytes, it->size))
        return SEAM_USAGE;
    fprintf(stderr, "%s: %zu to %zu bytes, %s, %ld run%s: %s\n", path, before, it->size,
            it->is_minimal ? "1-minimal" : "interrupted", it->runs,
            seam_plural((unsigned long long)it->runs), it->words);
    return it->is_minimal ? SEAM_OK : SEAM_USAGE;
}

int main(int argc, char **argv) {
    const char *from = getenv("BUILD_WORKING_DIRECTORY"); /* set by bazel run */
    const char *out = NULL;
    const struct seam_option options[] = {{"-o=", &out}, {NULL, NULL}};
    char *text;
    size_t size;
    if (from != NULL && chdir(from) != 0)
        return seam_fail("%s: %s", from, strerror(errno));
    int n = seam_options(argc, argv, options);
    if (n != 1 || out == NULL)
        return n < 0 ? SEAM_USAGE : seam_fail("name one FILE, and -o OUT");
    if (access(out, F_OK) == 0)
        return seam_fail("%s: exists; choose another name with -o, or remove it", out);
    if (!seam_file_read(argv[1], SEAM_TEXT_FILE_MAX, &text, &size))
        return seam_fail("%s: %s; name the file of a finding", argv[1], strerror(errno));
    struct seam_input it = {.run = run, .bytes = (uint8_t *)text, .size = size};
    seam_stop_catch();
    int status = finish(&it, seam_input_shrink(&it), argv[1], out, size);
    free(text);
    return status;
}
