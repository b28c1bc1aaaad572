/* seam print, seam encode: bytes to text and back. */
#include <stdio.h>

#include "base/file.h"
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

int seam_verb_encode(int argc, char **argv) {
    const char *out = NULL;
    const struct seam_option options[] = {{"-o=", &out}, {NULL, NULL}};
    static struct seam_scenario scenario;
    uint8_t bytes[SEAM_BYTES_MAX];
    int n = seam_options(argc, argv, options);
    if (n < 0)
        return SEAM_USAGE;
    if (n != 1 || out == NULL)
        return seam_fail("encode needs one FILE and -o OUT; see seam encode --help");
    if (!seam_scenario_read(argv[1], &scenario))
        return SEAM_USAGE;
    size_t size = seam_scenario_encode(&scenario, bytes);
    return seam_file_write(out, bytes, size) ? SEAM_OK : SEAM_USAGE;
}
