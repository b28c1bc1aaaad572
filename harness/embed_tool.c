/* embed OUT FILE...: write a C file with the FILEs as seam_executor_sources (embed.h). A build
 * tool. */
#include <stdio.h>
#include <stdlib.h>

static void put_file(FILE *out, int number, const char *path) {
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        perror(path);
        exit(2);
    }
    fprintf(out, "static const unsigned char file%d[] = {", number);
    for (int c, i = 0; (c = getc(in)) != EOF; i++)
        fprintf(out, "%s%d,", i % 24 == 0 ? "\n" : "", c);
    fprintf(out, "0};\n");
    fclose(in);
}

int main(int argc, char **argv) {
    FILE *out = argc > 1 ? fopen(argv[1], "w") : NULL;
    if (out == NULL) {
        fprintf(stderr, "usage: embed OUT FILE...\n");
        return 2;
    }
    fprintf(out, "#include \"embed.h\"\n");
    for (int i = 2; i < argc; i++)
        put_file(out, i, argv[i]);
    fprintf(out, "const struct seam_embedded seam_executor_sources[] = {\n");
    for (int i = 2; i < argc; i++)
        fprintf(out, "{\"%s\", file%d, sizeof file%d - 1},\n", argv[i], i, i);
    fprintf(out, "{NULL, NULL, 0}};\n");
    return fclose(out) == 0 ? 0 : 2;
}
