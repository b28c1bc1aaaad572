/* Promises: a compiler is called as Go would call it, and a command that seam prints can be pasted
 * into a shell, whatever is in its paths and names. */
#define _GNU_SOURCE
#include "base/words.h"

#include <stdlib.h>

#include "base/expect.h"

/* The words, each in brackets. */
static void expect_split(const char *text, const char *wanted) {
    char got[256] = "not closed";
    char **words = seam_words_split(text);
    if (words != NULL)
        got[0] = '\0';
    for (char **word = words; word != NULL && *word != NULL; word++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "[%s]", *word);
    expect_text(got, wanted);
    free(words);
}

static void a_compiler_is_split_as_go_splits_it(void) {
    expect_split("clang", "[clang]");
    expect_split("ccache clang", "[ccache][clang]");
    expect_split("  clang\t-m64 \n", "[clang][-m64]");
    expect_split("'/opt/my clang/bin/clang' -m64", "[/opt/my clang/bin/clang][-m64]");
    expect_split("\"it's\" x", "[it's][x]");
    expect_split("a'b c", "[a'b][c]");
    expect_split("", "");
    expect_split(" ", "");
    expect_split("''", "[]");
    expect_split("'clang", "not closed");
}

/* The shell itself is asked. */
static void expect_shell(const char *word) {
    char command[512] = "", got[256] = "";
    FILE *out = fmemopen(command, sizeof command, "w");
    fputs("printf %s ", out);
    seam_words_print(out, word);
    fclose(out);
    expect_true(strchr(command, '\x1b') == NULL && strchr(command, '\xff') == NULL);
    FILE *in = popen(command, "r");
    size_t n = fread(got, 1, sizeof got - 1, in);
    got[n] = '\0';
    pclose(in);
    expect_text(got, word);
}

static void a_word_is_the_same_in_a_shell(void) {
    expect_shell("plain-word_1.2/%+,:=@");
    expect_shell("");
    expect_shell("two words");
    expect_shell("it's $HOME `date` \"quoted\" \\ ; & | < > ( ) * ? [ ] ~ # !");
    expect_shell("line\nline");
    expect_shell("~/x");
    expect_shell("\x1b[2J 100% it's \\ \xff\xc2\x9b");
    expect_shell("-n");
}

int main(void) {
    a_compiler_is_split_as_go_splits_it();
    a_word_is_the_same_in_a_shell();
    return expect_status();
}
