/* Mutate a file in place: the mutator of a scenario target for engines that run one as a command
 * (honggfuzz --mutate_cmd).
 *
 * The seed is the second argument, or drawn: then two runs differ, as such engines expect. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "generate/mutate.h"

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)
static const char family = TEXT(SEAM_FAMILY)[0];

static int fail(const char *path) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return 2;
}

int main(int argc, char **argv) {
    static uint8_t bytes[SEAM_BYTES_MAX];
    unsigned seed = 0;
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: %s FILE [SEED]\n", argv[0]);
        return 2;
    }
    if (argc == 3)
        seed = (unsigned)strtoul(argv[2], NULL, 0);
    else if (getentropy(&seed, sizeof seed) != 0)
        return fail("entropy");
    FILE *file = fopen(argv[1], "r+b");
    if (file == NULL)
        return fail(argv[1]);
    size_t size = fread(bytes, 1, SEAM_BYTES_MAX, file);
    size = seam_mutate(bytes, size, SEAM_BYTES_MAX, seed, family);
    rewind(file);
    if (fwrite(bytes, 1, size, file) != size || fflush(file) != 0 ||
        ftruncate(fileno(file), (off_t)size) != 0 || fclose(file) != 0)
        return fail(argv[1]);
    return 0;
}
