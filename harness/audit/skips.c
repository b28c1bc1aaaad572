#define _GNU_SOURCE
#include "audit/skips.h"

#include <stdio.h>
#include <string.h>

/* A name in a line, up to a space or the end. */
struct name {
    const char *at; /* NULL: none */
    size_t size;
};

static struct name name_at(const char *at) {
    return (struct name){at, at != NULL ? strcspn(at, " \n") : 0};
}

static bool is_same(struct name a, struct name b) {
    return a.at != NULL && b.at != NULL && a.size == b.size && memcmp(a.at, b.at, a.size) == 0;
}

/* What follows a text in the line; NULL if it is not there. */
static const char *after(const char *line, const char *text) {
    const char *at = memmem(line, strcspn(line, "\n"), text, strlen(text));
    return at != NULL ? at + strlen(text) : NULL;
}

/* "--- SKIP: TestA/part (0.00s)", indented if it is a subtest, and behind whatever the test printed
 * without a newline. */
static struct name skipped_in(const char *line) { return name_at(after(line, "--- SKIP: ")); }

/* "=== RUN   TestA/part": from here on the lines are its own. */
static struct name begun_in(const char *line) {
    static const char *const heads[] = {"=== RUN   ", "=== CONT  ", "=== NAME  "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strncmp(line, heads[i], strlen(heads[i])) == 0)
            return name_at(line + strlen(heads[i]));
    return (struct name){NULL, 0};
}

static const char *next_line(const char *line) {
    const char *end = strchr(line, '\n');
    return end != NULL ? end + 1 : line + strlen(line);
}

/* "    a_test.go:7: no network": what was logged; NULL if the line is none of a log. */
static const char *logged_in(const char *line) {
    const char *place = strncmp(line, "    ", 4) == 0 ? after(line, ".go:") : NULL;
    size_t digits = place != NULL ? strspn(place, "0123456789") : 0;
    return digits > 0 && strncmp(place + digits, ": ", 2) == 0 ? place + digits + 2 : NULL;
}

/* What a test logged last. */
static void explain(const char *output, struct name wanted, char why[SEAM_SKIPS_WHY]) {
    struct name now = {NULL, 0};
    for (const char *line = output; *line != '\0'; line = next_line(line)) {
        struct name begun = begun_in(line);
        const char *logged = logged_in(line);
        if (begun.at != NULL)
            now = begun;
        else if (logged != NULL && is_same(now, wanted))
            snprintf(why, SEAM_SKIPS_WHY, "%.*s", (int)strcspn(logged, "\n"), logged);
    }
}

void seam_skips_read(const char *output, const char *test, struct seam_skips *skips) {
    struct name whole = {test, strlen(test)}, first = {NULL, 0};
    *skips = (struct seam_skips){0};
    for (const char *line = output; *line != '\0'; line = next_line(line)) {
        struct name name = skipped_in(line);
        bool is_part = name.at != NULL && name.size > whole.size &&
                       strncmp(name.at, test, whole.size) == 0 && name.at[whole.size] == '/';
        skips->whole = skips->whole || is_same(name, whole);
        skips->parts += is_part;
        if (first.at == NULL && (is_part || is_same(name, whole)))
            first = name;
    }
    if (first.at != NULL)
        explain(output, skips->whole ? whole : first, skips->why);
}

bool seam_skips_more(const struct seam_skips *a, const struct seam_skips *b) {
    return (a->whole && !b->whole) || (a->whole == b->whole && a->parts > b->parts);
}
