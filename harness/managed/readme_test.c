/* Promise: the examples that the README shows are the ones that are compiled and run.
 *
 * Arguments: README.md, then the files whose functions it shows: each line from the first `int
 * main` or `func Example` to the next line that is only a brace stands in the README, indented by
 * four. */
#include <stdlib.h>

#include "base/expect.h"

static char readme[1 << 20];

static void read_file(const char *path, char *text, size_t size) {
    FILE *in = fopen(path, "r");
    expect_true(in != NULL);
    text[in != NULL ? fread(text, 1, size - 1, in) : 0] = '\0';
    if (in != NULL)
        fclose(in);
}

static void expect_shown(const char *path) {
    static char text[1 << 16];
    int lines = 0;
    read_file(path, text, sizeof text);
    char *line = strstr(text, "int main(");
    if (line == NULL)
        line = strstr(text, "func Example(");
    expect_true(line != NULL);
    for (char *end; line != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char shown[200];
        *end = '\0';
        snprintf(shown, sizeof shown, "%s%.150s\n", *line != '\0' ? "    " : "", line);
        expect_report(strstr(readme, shown) != NULL, path, 0, "a line of it", "not in the README",
                      shown);
        lines++;
        if (strcmp(line, "}") == 0)
            break;
    }
    expect_true(lines >= 10);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: managed_readme_test README FILE...\n");
        return 2;
    }
    read_file(argv[1], readme, sizeof readme);
    for (int i = 2; i < argc; i++)
        expect_shown(argv[i]);
    return expect_status();
}
