#include "shrink/haystack.h"

#include <string.h>

#include "generate/random.h"
#include "generate/splice.h"
#include "language/text.h"
#include "run/pipeline.h"

struct seam_headline seam_headline_of(const struct seam_scenario *scenario) {
    static struct seam_case it;
    it.scenario = *scenario;
    seam_pipeline_run(&it);
    const struct seam_event *first = seam_first_broken(&it.expected);
    return (struct seam_headline){it.judgement.verdict, first != NULL ? first->what : 0,
                                  first != NULL ? (int)first->value / 16 : -1};
}

/* --- hay -------------------------------------------------------------------------------------- */

static unsigned draw(uint64_t *random, int range) {
    *random = *random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(*random >> 33) % (unsigned)range;
}

/* A random scenario that breaks nothing. */
static void draw_legal(uint64_t *random, int release, struct seam_scenario *legal) {
    do
        seam_random_scenario(legal, draw(random, 1 << 20), draw(random, 1 << 20), release);
    while (legal->n_steps == 0 || seam_headline_of(legal).noun >= 0);
}

bool seam_hide(const struct seam_scenario *needle, uint64_t seed, struct seam_scenario *hay) {
    enum { WHOLE = 16, ATTEMPTS = 4000, FRAGMENT_MAX = 6 };
    static struct seam_scenario legal, more;
    struct seam_headline headline = seam_headline_of(needle);
    uint64_t random = seed;
    *hay = *needle;
    for (int i = 0; i < ATTEMPTS && hay->n_steps < SEAM_STEPS_MAX; i++) {
        if (i < WHOLE || i % WHOLE == 0)
            draw_legal(&random, needle->release, &legal);
        int n = legal.n_steps, from = i < WHOLE ? 0 : (int)draw(&random, n);
        int end = i < WHOLE ? n : from + 1 + (int)draw(&random, FRAGMENT_MAX);
        seam_splice(&more, hay, (int)draw(&random, hay->n_steps + 1), &legal, from,
                    end < n ? end : n);
        if (more.n_steps > hay->n_steps && seam_headline_equal(seam_headline_of(&more), headline))
            *hay = more;
    }
    return hay->n_steps == SEAM_STEPS_MAX;
}

/* --- the check -------------------------------------------------------------------------------- */

enum { LINES_MAX = SEAM_STEPS_MAX + 1 };

struct lines {
    int n;
    char *at[LINES_MAX];
};

static void split(char *text, struct lines *lines) {
    lines->n = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines->at[lines->n++] = line;
}

/* Parse the lines that are left; those that make no sense any more go too. */
static void parse_rest(struct lines *lines, struct seam_scenario *scenario) {
    static char text[SEAM_TEXT_MAX];
    struct seam_text_error error;
    for (;;) {
        size_t size = 0;
        for (int i = 0; i < lines->n; i++)
            size += (size_t)sprintf(text + size, "%s\n", lines->at[i]);
        if (seam_text_parse(scenario, text, size, &error))
            return;
        lines->n--;
        memmove(&lines->at[error.line - 1], &lines->at[error.line],
                (size_t)(lines->n - error.line + 1) * sizeof *lines->at);
    }
}

/* The scenario without line `left_out` of its text. */
static void without_line(const struct seam_scenario *scenario, int left_out,
                         struct seam_scenario *less) {
    static char text[SEAM_TEXT_MAX];
    struct lines lines;
    seam_text_print(scenario, text);
    split(text, &lines);
    lines.n--;
    memmove(&lines.at[left_out], &lines.at[left_out + 1],
            (size_t)(lines.n - left_out) * sizeof *lines.at);
    parse_rest(&lines, less);
}

/* The scenario without step `left_out` of its bytes. */
static void without_bytes(const struct seam_scenario *scenario, int left_out,
                          struct seam_scenario *less) {
    uint8_t bytes[SEAM_BYTES_MAX];
    size_t size = seam_scenario_encode(scenario, bytes);
    uint8_t *at = bytes + SEAM_HEADER_BYTES + left_out * SEAM_STEP_BYTES;
    size -= SEAM_STEP_BYTES;
    memmove(at, at + SEAM_STEP_BYTES, (size_t)(bytes + size - at));
    seam_scenario_decode(less, bytes, size, 0);
}

bool seam_is_minimal(const struct seam_scenario *scenario,
                     bool (*is_same)(void *context, const struct seam_scenario *less),
                     void *context) {
    static struct seam_scenario less;
    int has_release = scenario->release != 0;
    for (int s = 0; s < scenario->n_steps; s++) {
        without_line(scenario, s + has_release, &less);
        if (less.n_steps < scenario->n_steps && is_same(context, &less))
            return false;
        without_bytes(scenario, s, &less);
        if (less.n_steps < scenario->n_steps && is_same(context, &less))
            return false;
    }
    return true;
}
