/* embed OUT NAME FILE...: write a C file with the FILEs as the array NAME (embed.h). A build tool.
 */
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
    FILE *out = argc > 2 ? fopen(argv[1], "w") : NULL;
    if (out == NULL) {
        fprintf(stderr, "usage: embed OUT NAME FILE...\n");
        return 2;
    }
    fprintf(out, "#include \"embed.h\"\n");
    for (int i = 3; i < argc; i++)
        put_file(out, i, argv[i]);
    fprintf(out, "const struct seam_embedded %s[] = {\n", argv[2]);
    for (int i = 3; i < argc; i++)
        fprintf(out, "{\"%s\", file%d, sizeof file%d - 1},\n", argv[i], i, i);
    fprintf(out, "{NULL, NULL, 0}};\n");
    return fclose(out) == 0 ? 0 : 2;
}
