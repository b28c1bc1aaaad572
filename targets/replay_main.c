/* The plain driver of a fuzz target: run files, or directories of files, once each, in order.
 *
 * No engine, no instrumentation, no options: for regression tests and debuggers. Exit status 0 when
 * every file was run, 2 when one cannot be read; a finding aborts, as under a fuzzer. */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int n_files;

static void run_file(const char *path) {
    FILE *in = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t size = 0, room = 0, n = 1;
    while (in != NULL && n > 0) {
        if (size == room)
            data = realloc(data, room = 2 * room + 4096);
        if (data == NULL)
            break;
        n = fread(data + size, 1, room - size, in);
        size += n;
    }
    if (in == NULL || data == NULL || ferror(in)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(2);
    }
    fclose(in);
    fprintf(stderr, "Running: %s (%zu bytes)\n", path, size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    n_files++;
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static void run_path(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
        run_file(path);
        return;
    }
    struct dirent **entries;
    int n = scandir(path, &entries, is_visible, alphasort);
    for (int i = 0; i < n; i++) {
        char inner[4096];
        snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
        run_path(inner);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

int main(int argc, char **argv) {
    const char *from = getenv("BUILD_WORKING_DIRECTORY"); /* set by bazel run */
    if (from != NULL && chdir(from) != 0) {
        fprintf(stderr, "%s: %s\n", from, strerror(errno));
        return 2;
    }
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    fprintf(stderr, "%d input%s run, no finding\n", n_files, n_files == 1 ? "" : "s");
    return 0;
}
