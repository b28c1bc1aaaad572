/* How we speak: phrases that must not come back, and plurals. */
#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "style/checks.h"

/* --- patterns --------------------------------------------------------------------------------- */

/* Compile a pattern; its blanks also stand for the end of a line. */
static void compile(regex_t *regex, const char *pattern) {
    char expanded[4000];
    size_t n = 0;
    for (const char *c = pattern; *c != '\0'; c++) {
        seam_assert(n + 6 < sizeof expanded);
        bool is_blank = *c == ' ' && (c == pattern || c[-1] != '[');
        n += (size_t)snprintf(expanded + n, sizeof expanded - n, is_blank ? "[ \n]" : "%c", *c);
    }
    int status = regcomp(regex, expanded, REG_EXTENDED | REG_ICASE);
    seam_assert(status == 0);
}

/* Does the place that matched begin in a place where it is legal? */
static bool is_legal(const regex_t *legal, const char *text, const regmatch_t *match) {
    regmatch_t place;
    for (regoff_t at = 0; regexec(legal, text + at, 1, &place, at > 0 ? REG_NOTBOL : 0) == 0;) {
        if (at + place.rm_so <= match->rm_so && match->rm_so < at + place.rm_eo)
            return true;
        if (at + place.rm_so > match->rm_so)
            return false;
        at += place.rm_so + 1;
    }
    return false;
}

/* The next match at or after an offset that is not legal. */
static bool next_match(const regex_t *pattern, const regex_t *legal, const char *text, regoff_t at,
                       regmatch_t *match) {
    while (regexec(pattern, text + at, 1, match, at > 0 ? REG_NOTBOL : 0) == 0) {
        match->rm_so += at;
        match->rm_eo += at;
        if (legal == NULL || !is_legal(legal, text, match))
            return true;
        at = match->rm_eo > match->rm_so ? match->rm_eo : match->rm_eo + 1;
    }
    return false;
}

/* --- phrases ---------------------------------------------------------------------------------- */

enum { SHOWN = STYLE_STRING | STYLE_PARAGRAPH, EVERYWHERE = SHOWN | STYLE_COMMENT };

const struct style_phrase style_phrases[] = {
#define PHRASE(where, pattern, legal, instead, bad, good)                                          \
    {where, pattern, legal, instead, bad, good},
#include "style/phrases.def"
#undef PHRASE
};
enum { PHRASES = sizeof style_phrases / sizeof style_phrases[0] };
const int style_phrases_n = PHRASES;

static regex_t patterns[PHRASES], legals[PHRASES], any;

/* Once for each process. `any` is all patterns in one: it is fast, and most texts have none. */
static void compile_phrases(void) {
    static bool is_done;
    char all[4000] = "";
    if (is_done)
        return;
    is_done = true;
    for (int i = 0; i < PHRASES; i++) {
        const struct style_phrase *phrase = &style_phrases[i];
        compile(&patterns[i], phrase->pattern);
        if (phrase->legal[0] != '\0')
            compile(&legals[i], phrase->legal);
        size_t n = strlen(all);
        snprintf(all + n, sizeof all - n, "%s(%s)", n > 0 ? "|" : "", phrase->pattern);
        seam_assert(strlen(all) < sizeof all - 1);
    }
    compile(&any, all);
}

static bool find_phrase(int i, const char *text, regoff_t at, regmatch_t *match) {
    return next_match(&patterns[i], style_phrases[i].legal[0] != '\0' ? &legals[i] : NULL, text, at,
                      match);
}

bool style_phrase_finds(const struct style_phrase *phrase, const char *text) {
    regmatch_t match;
    compile_phrases();
    return find_phrase((int)(phrase - style_phrases), text, 0, &match);
}

static int line_of(const struct style_passage *passage, regoff_t at) {
    int line = passage->line;
    for (regoff_t i = 0; i < at; i++)
        line += passage->text[i] == '\n';
    return line;
}

static void check_passage(const struct style_file *file, const struct style_passage *passage,
                          struct style_faults *faults) {
    regmatch_t match;
    if (regexec(&any, passage->text, 1, &match, 0) != 0)
        return;
    for (int i = 0; i < PHRASES; i++) {
        if ((style_phrases[i].prose & (int)passage->prose) == 0)
            continue;
        for (regoff_t at = 0; find_phrase(i, passage->text, at, &match); at = match.rm_eo)
            style_fault(faults, file, line_of(passage, match.rm_so), "'%.*s': write '%s'",
                        (int)(match.rm_eo - match.rm_so), passage->text + match.rm_so,
                        style_phrases[i].instead);
    }
}

typedef void read_passage(const struct style_file *file, const struct style_passage *passage,
                          struct style_faults *faults);

static void read_all(const struct style_tree *tree, read_passage *body,
                     struct style_faults *faults) {
    for (int i = 0; i < tree->n; i++)
        for (int k = 0; k < tree->files[i].passages_n && !style_is_samples(&tree->files[i]); k++)
            body(&tree->files[i], &tree->files[i].passages[k], faults);
}

void style_check_phrases(const struct style_tree *tree, struct style_faults *faults) {
    compile_phrases();
    read_all(tree, check_passage, faults);
}

/* --- plurals ---------------------------------------------------------------------------------- */

/* A conversion that prints an integer: what follows it, or NULL. */
static const char *after_number(const char *at) {
    at += 1 + strspn(at + 1, "0123456789");
    at += strspn(at, "lhzj");
    return *at == 'd' || *at == 'u' || *at == 'i' ? at + 1 : NULL;
}

/* A word in the plural, whatever the number is: `tests`, not `test%s` or `is`, and not the units
 * `ms` and `bytes`. */
static bool is_plural(const char *word) {
    static const char *const others[] = {"has", "was", "does", "less", "as", "is", "ms", "bytes"};
    size_t size = 0;
    while (isalpha((unsigned char)word[size]))
        size++;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strlen(others[i]) == size && strncmp(others[i], word, size) == 0)
            return false;
    return size >= 4 && word[size - 1] == 's' && word[size - 2] != 's' && word[size] != '%';
}

/* At most %d, more than %d, within %d: a limit of ours, which is never one. */
static bool is_limit(const char *text, const char *at) {
    static const char *const before[] = {"most ", "than ", "within "};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        size_t size = strlen(before[i]);
        if (at - text >= (long)size && strncmp(at - size, before[i], size) == 0)
            return true;
    }
    return false;
}

static void check_plurals(const struct style_file *file, const struct style_passage *passage,
                          struct style_faults *faults) {
    const char *text = passage->text;
    if (passage->prose != STYLE_STRING || file->kind != STYLE_C)
        return;
    for (const char *at = text; (at = strchr(at, '%')) != NULL; at++) {
        const char *after = after_number(at);
        if (after != NULL && *after == ' ' && (at == text || at[-1] != '.') &&
            is_plural(after + 1) && !is_limit(text, at))
            style_fault(faults, file, line_of(passage, at - text), "'%.24s': 1 takes the singular",
                        at);
    }
}

void style_check_plurals(const struct style_tree *tree, struct style_faults *faults) {
    read_all(tree, check_plurals, faults);
}
