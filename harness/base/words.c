#define _GNU_SOURCE
#include "base/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/print.h"

static const char *skip_space(const char *text) {
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

/* The word that begins here: where it starts, and its size; `*text` moves on. False if its quote is
 * not closed. */
static int take(const char **text, const char **word, size_t *size) {
    char quote = **text;
    if (quote == '\'' || quote == '"') {
        *word = *text + 1;
        const char *end = strchr(*word, quote);
        if (end == NULL)
            return 0;
        *size = (size_t)(end - *word);
        *text = end + 1;
        return 1;
    }
    *word = *text;
    for (*size = 0; (*word)[*size] != '\0' && !isspace((unsigned char)(*word)[*size]);)
        ++*size;
    *text += *size;
    return 1;
}

char **seam_words_split(const char *text) {
    size_t length = strlen(text), most = length / 2 + 2, n = 0, size;
    char **words = malloc(most * sizeof *words + length + most);
    seam_assert(words != NULL);
    char *to = (char *)(words + most);
    for (text = skip_space(text); *text != '\0'; text = skip_space(text)) {
        const char *word;
        if (!take(&text, &word, &size)) {
            free(words);
            return NULL;
        }
        memcpy(to, word, size);
        words[n++] = to;
        to += size;
        *to++ = '\0';
    }
    words[n] = NULL;
    return words;
}

/* Would it speak to the terminal that it is printed on? Line breaks and tabs do not. */
static bool is_unprintable(const char *word) {
    char *copy = strdup(word);
    seam_assert(copy != NULL);
    for (char *p = copy; *p != '\0'; p++)
        *p = *p == '\n' || *p == '\t' ? ' ' : *p;
    bool visible = seam_is_visible(copy);
    free(copy);
    return !visible;
}

/* Let printf make it, whose escapes every shell has. */
static void print_escaped(FILE *out, const char *word) {
    fputs("\"$(printf '", out);
    for (; *word != '\0'; word++)
        if (*word < ' ' || *word > '~' || *word == '\'' || *word == '\\')
            fprintf(out, "\\%03o", (unsigned char)*word);
        else
            fprintf(out, *word == '%' ? "%%%%" : "%c", *word);
    fputs("')\"", out);
}

void seam_words_print(FILE *out, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";
    if (*word != '\0' && word[strspn(word, plain)] == '\0') {
        fputs(word, out);
        return;
    }
    if (is_unprintable(word)) {
        print_escaped(out, word);
        return;
    }
    putc('\'', out);
    for (; *word != '\0'; word++)
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    putc('\'', out);
}
