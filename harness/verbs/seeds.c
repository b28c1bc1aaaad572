/* seam seeds, seam dict: what a fuzzer starts from, generated from the operation table. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/options.h"
#include "language/bytes.h"
#include "language/scenario.h"
#include "verbs/verbs.h"

/* Steps that bring everything into being that an operation can want. */
static const struct seam_step prelude[] = {
    {SEAM_OP_goroutine, {1}},
    {SEAM_OP_on, {1}},
    {SEAM_OP_go_new, {0, SEAM_SHAPE_data}},
    {SEAM_OP_go_new, {1, SEAM_SHAPE_node}},
    {SEAM_OP_malloc, {0, SEAM_FILL_clean}},
    {SEAM_OP_pinner, {0}},
    {SEAM_OP_handle, {0, 1}},
    {SEAM_OP_register, {0, 0}},
    {SEAM_OP_mmap, {1}},
    {SEAM_OP_weak, {0, 1}},
    {SEAM_OP_call, {SEAM_FORM_pointer, 1}},
};

/* The smallest scenario of the prelude that has this operation: steps it does not need are left
 * out. Its size in bytes. */
static size_t seed_for(enum seam_op op, uint8_t bytes[SEAM_BYTES_MAX]) {
    enum { PRELUDE = sizeof prelude / sizeof *prelude };
    static struct seam_scenario scenario;
    size_t best = 0;
    for (unsigned subset = 0; subset < 1u << PRELUDE && best == 0; subset++) {
        uint8_t raw[(PRELUDE + 1) * SEAM_STEP_BYTES] = {0};
        size_t n = 0;
        for (int i = 0; i < PRELUDE; i++)
            if (subset >> i & 1) {
                raw[n] = prelude[i].op;
                memcpy(raw + n + 1, prelude[i].operand, SEAM_OPERANDS_MAX);
                n += SEAM_STEP_BYTES;
            }
        raw[n] = (uint8_t)op;
        int last = (int)(n / SEAM_STEP_BYTES);
        seam_scenario_decode_steps(&scenario, raw, n + SEAM_STEP_BYTES, 0);
        if (scenario.n_steps > last && scenario.steps[last].op == op)
            best = seam_scenario_encode(&scenario, bytes);
    }
    return best;
}

int seam_verb_seeds(int argc, char **argv) {
    const char *out = NULL;
    const struct seam_option options[] = {{"-o=", &out}, {NULL, NULL}};
    int n = seam_options(argc, argv, options);
    if (n < 0)
        return SEAM_USAGE;
    if (n != 0 || out == NULL)
        return seam_fail("seeds needs -o DIR; see seam seeds --help");
    if (mkdir(out, 0777) != 0 && errno != EEXIST)
        return seam_fail("%s: cannot make the directory: %s; choose another place with -o", out,
                         strerror(errno));
    for (int op = 0; op < SEAM_OPS; op++) {
        uint8_t bytes[SEAM_BYTES_MAX];
        char *path = NULL;
        size_t size = seed_for((enum seam_op)op, bytes);
        if (size == 0)
            return seam_fail("no seed for the operation %s", seam_op_rows[op].name);
        if (asprintf(&path, "%s/seed-%s", out, seam_op_rows[op].name) < 0)
            return seam_fail("out of memory");
        bool ok = seam_file_write(path, bytes, size);
        free(path);
        if (!ok)
            return SEAM_USAGE;
    }
    return SEAM_OK;
}

static void print_word(const char *name, int object, const uint8_t *bytes, size_t size) {
    printf("%s_%d=\"", name, object);
    for (size_t i = 0; i < size; i++)
        printf("\\x%02x", (unsigned)bytes[i]);
    fputs("\"\n", stdout);
}

/* The header, and every operation as a step on the first few objects. */
int seam_verb_dict(int argc, char **argv) {
    static const struct seam_option options[] = {{NULL, NULL}};
    int n = seam_options(argc, argv, options);
    if (n != 0)
        return n < 0 ? SEAM_USAGE : seam_fail("dict takes no FILE; see seam dict --help");
    uint8_t header[SEAM_HEADER_BYTES];
    seam_bytes_write_header(header, 0);
    print_word("header", 0, header, sizeof header);
    for (int op = 0; op < SEAM_OPS; op++)
        for (uint8_t object = 0; object < 2; object++) {
            uint8_t step[SEAM_STEP_BYTES] = {(uint8_t)op, object, object, object};
            print_word(seam_op_rows[op].name, object, step, sizeof step);
        }
    return SEAM_OK;
}
