/* embed_tool [--included] OUT NAME FILE...: write a C file with the FILEs as the array NAME
 * (embed.h).
 *
 * With --included, only those in go/ and, of the others, those that an embedded file includes: what
 * an executor consists of is stated by its own #include lines, and nowhere else. A build tool. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 1024 };

static char *const *paths;
static int n_paths;
static bool is_in[FILES_MAX];

static FILE *open_file(const char *path) {
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        perror(path);
        exit(2);
    }
    return in;
}

static bool ends_with(const char *path, const char *end) {
    size_t size = strlen(path), n = strlen(end);
    return size > n && path[size - n - 1] == '/' && strcmp(path + size - n, end) == 0;
}

/* Take a file and everything it includes. */
static void take(int file) {
    char line[512], name[256];
    if (is_in[file])
        return;
    is_in[file] = true;
    FILE *in = open_file(paths[file]);
    while (fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "#include \"%255[^\"]\"", name) == 1)
            for (int i = 0; i < n_paths; i++)
                if (ends_with(paths[i], name))
                    take(i);
    fclose(in);
}

static void put_file(FILE *out, int number) {
    FILE *in = open_file(paths[number]);
    fprintf(out, "static const unsigned char file%d[] = {", number);
    for (int c, i = 0; (c = getc(in)) != EOF; i++)
        fprintf(out, "%s%d,", i % 24 == 0 ? "\n" : "", c);
    fprintf(out, "0};\n");
    fclose(in);
}

int main(int argc, char **argv) {
    bool included = argc > 1 && strcmp(argv[1], "--included") == 0;
    if (included)
        argc--, argv++;
    FILE *out = argc > 2 && argc - 3 <= FILES_MAX ? fopen(argv[1], "w") : NULL;
    if (out == NULL) {
        fprintf(stderr, "usage: embed_tool [--included] OUT NAME FILE...\n");
        return 2;
    }
    paths = argv + 3;
    n_paths = argc - 3;
    for (int i = 0; i < n_paths; i++)
        if (!included || strncmp(paths[i], "go/", 3) == 0)
            take(i);
    fprintf(out, "#include \"base/embed.h\"\n");
    for (int i = 0; i < n_paths; i++)
        if (is_in[i])
            put_file(out, i);
    fprintf(out, "const struct seam_embedded %s[] = {\n", argv[2]);
    for (int i = 0; i < n_paths; i++)
        if (is_in[i])
            fprintf(out, "{\"%s\", file%d, sizeof file%d - 1},\n", paths[i], i, i);
    fprintf(out, "{NULL, NULL, 0}};\n");
    return fclose(out) == 0 ? 0 : 2;
}
