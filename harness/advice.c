#define _GNU_SOURCE
#include "advice.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "options.h"
#include "process.h"

const struct seam_advice_claim seam_advice_claims[] = {
#define CLAIM(id, word, claim, instead) {#id, #word, claim, instead},
#define PART(id, part, program, mode, judge, text, statement)
#define ALSO(id, part, program, mode, judge, text, statement)
#include "advice.def"
#undef CLAIM
#undef PART
#undef ALSO
    {NULL, NULL, NULL, NULL},
};

#define ROW(counts, id, part, program, mode, judge, text, statement)                               \
    {counts, #id, part, program, SEAM_ADVICE_##mode, SEAM_ADVICE_##judge, text, statement},

const struct seam_advice_part seam_advice_parts[] = {
#define CLAIM(id, word, claim, instead)
#define PART(...) ROW(true, __VA_ARGS__)
#define ALSO(...) ROW(false, __VA_ARGS__)
#include "advice.def"
#undef CLAIM
#undef PART
#undef ALSO
    {false, NULL, NULL, NULL, SEAM_ADVICE_plain, SEAM_ADVICE_says, NULL, NULL},
};

_Static_assert(sizeof seam_advice_parts / sizeof *seam_advice_parts - 1 <= SEAM_ADVICE_PARTS_MAX,
               "SEAM_ADVICE_PARTS_MAX is too small");

int seam_advice_n_parts(void) {
    return (int)(sizeof seam_advice_parts / sizeof *seam_advice_parts) - 1;
}

const char *seam_advice_outcome_name(enum seam_advice_outcome outcome) {
    static const char *const names[] = {"unknown", "fails", "holds"};
    return names[outcome];
}

const char *seam_advice_verdict_name(enum seam_advice_verdict verdict) {
    static const char *const names[] = {"unknown", "true", "false", "in part",
                                        "depends on version"};
    return names[verdict];
}

/* --- evidence --------------------------------------------------------------------------------- */

/* The place "FILE.go:LINE:COLUMN: " in a line that a compiler wrote; what is behind it, or NULL. */
static const char *behind_place(const char *line) {
    const char *end = strchrnul(line, '\n');
    for (const char *at = strstr(line, ".go:"); at != NULL && at < end;
         at = strstr(at + 1, ".go:")) {
        const char *p = at + 4;
        while (isdigit((unsigned char)*p) || *p == ':')
            p++;
        if (p > at + 5 && p[-1] == ':' && *p == ' ')
            return p + 1;
    }
    return NULL;
}

/* A line as evidence: without places, process numbers and addresses. */
static void copy_evidence(const char *line, char evidence[SEAM_ADVICE_EVIDENCE]) {
    static const char *const tails[] = {" on 0x_", " on address 0x_", " on unknown address",
                                        ": 0x_", " (pc 0x_"};
    const char *message = behind_place(line);
    seam_copy_stable(evidence, SEAM_ADVICE_EVIDENCE, message != NULL ? message : line);
    if (strncmp(evidence, "ERROR: ", 7) == 0)
        memmove(evidence, evidence + 7, strlen(evidence + 7) + 1);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char *tail = strstr(evidence, tails[i]);
        if (tail != NULL)
            *tail = '\0';
    }
}

/* Is this the line that says why a program was stopped? */
static bool is_decisive(const char *line, size_t size) {
    static const char *const starts[] = {"panic: ", "fatal error: ", "SIG", "free(): "};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(line, starts[i], strlen(starts[i])) == 0)
            return true;
    return behind_place(line) != NULL || memmem(line, size, "Sanitizer:", 10) != NULL;
}

static const char *next_line(const char *line) {
    const char *end = strchr(line, '\n');
    return end != NULL ? end + 1 : NULL;
}

/* The decisive line; without one, the first that is no heading. NULL if there is none. */
static const char *decisive_line(const char *output) {
    const char *first = NULL;
    for (const char *line = output; line != NULL && *line != '\0'; line = next_line(line)) {
        if (*line == '#' || *line == '\n')
            continue;
        if (is_decisive(line, strcspn(line, "\n")))
            return line;
        first = first != NULL ? first : line;
    }
    return first;
}

/* Is one of the texts, which have | between them, in the line? */
static bool has_text(const char *line, const char *texts) {
    size_t size = strcspn(line, "\n");
    for (;;) {
        size_t n = strcspn(texts, "|");
        if (memmem(line, size, texts, n) != NULL)
            return true;
        if (texts[n] == '\0')
            return false;
        texts += n + 1;
    }
}

static const char *line_with(const char *output, const char *texts) {
    const char *line = output;
    while (line != NULL && !has_text(line, texts))
        line = next_line(line);
    return line;
}

/* --- judging ---------------------------------------------------------------------------------- */

/* Find the program's own line about a part: "holds: PART: EVIDENCE", or fails. */
static bool read_said(const struct seam_advice_part *part, const char *output,
                      struct seam_advice_result *result) {
    size_t n = strlen(part->part);
    for (const char *line = output; line != NULL; line = next_line(line)) {
        bool holds = strncmp(line, "holds: ", 7) == 0;
        if ((!holds && strncmp(line, "fails: ", 7) != 0) || strncmp(line + 7, part->part, n) != 0 ||
            strncmp(line + 7 + n, ": ", 2) != 0)
            continue;
        result->outcome = holds ? SEAM_ADVICE_holds : SEAM_ADVICE_fails;
        copy_evidence(line + 7 + n + 2, result->evidence);
        return true;
    }
    return false;
}

/* What can be seen of a program that nothing stopped. */
static void judge_ended(const struct seam_advice_part *part, const struct seam_advice_end *end,
                        struct seam_advice_result *result) {
    if (read_said(part, end->output, result) && part->judge == SEAM_ADVICE_says)
        return;
    result->outcome = part->judge == SEAM_ADVICE_told    ? SEAM_ADVICE_fails
                      : part->judge == SEAM_ADVICE_quiet ? SEAM_ADVICE_holds
                                                         : SEAM_ADVICE_unknown;
    if (result->evidence[0] == '\0')
        strcpy(result->evidence,
               part->judge == SEAM_ADVICE_says ? "the program said nothing" : "no complaint");
}

static void judge_stopped(const struct seam_advice_part *part, const struct seam_advice_end *end,
                          struct seam_advice_result *result) {
    const char *told = part->judge == SEAM_ADVICE_told ? line_with(end->output, part->text) : NULL;
    const char *line = told != NULL ? told : decisive_line(end->output);
    result->outcome = told != NULL ? SEAM_ADVICE_holds : SEAM_ADVICE_fails;
    if (told == NULL && part->mode == SEAM_ADVICE_escapes)
        line = "no such line"; /* the others are about something else */
    copy_evidence(line != NULL ? line : "it died without a word", result->evidence);
}

void seam_advice_judge(const struct seam_advice_part *part, const struct seam_advice_end *end,
                       struct seam_advice_result *result) {
    *result = (struct seam_advice_result){0};
    if (end->is_late)
        strcpy(result->evidence, "it did not end in time");
    else if (end->is_stopped)
        judge_stopped(part, end, result);
    else
        judge_ended(part, end, result);
}

/* --- verdicts --------------------------------------------------------------------------------- */

enum seam_advice_verdict seam_advice_verdict_on(const struct seam_advice_table *table, int release,
                                                const char *claim) {
    int holds = 0, fails = 0;
    for (int i = 0; i < seam_advice_n_parts(); i++) {
        enum seam_advice_outcome outcome = table->results[release].part[i].outcome;
        if (!seam_advice_parts[i].counts || strcmp(seam_advice_parts[i].claim, claim) != 0)
            continue;
        if (outcome == SEAM_ADVICE_unknown)
            return SEAM_ADVICE_UNKNOWN;
        holds += outcome == SEAM_ADVICE_holds;
        fails += outcome == SEAM_ADVICE_fails;
    }
    return fails == 0 ? SEAM_ADVICE_TRUE : holds == 0 ? SEAM_ADVICE_FALSE : SEAM_ADVICE_IN_PART;
}

static bool differs(const char *claim, const struct seam_advice_results *one,
                    const struct seam_advice_results *other) {
    for (int i = 0; i < seam_advice_n_parts(); i++)
        if (seam_advice_parts[i].counts && strcmp(seam_advice_parts[i].claim, claim) == 0 &&
            one->part[i].outcome != other->part[i].outcome)
            return true;
    return false;
}

enum seam_advice_verdict seam_advice_verdict(const struct seam_advice_table *table,
                                             const char *claim) {
    enum seam_advice_verdict verdict = seam_advice_verdict_on(table, 0, claim);
    for (int r = 1; r < table->n_releases && verdict != SEAM_ADVICE_UNKNOWN; r++) {
        if (seam_advice_verdict_on(table, r, claim) == SEAM_ADVICE_UNKNOWN)
            verdict = SEAM_ADVICE_UNKNOWN;
        else if (differs(claim, &table->results[0], &table->results[r]))
            verdict = SEAM_ADVICE_DEPENDS;
    }
    return verdict;
}

/* --- what is expected ------------------------------------------------------------------------- */

/* A line of the table, its words cut off. */
struct line {
    char claim[8], part[24], outcome[12];
    int minor;
    const char *evidence; /* up to the end of the line */
};

static bool read_line(const char *text, struct line *line) {
    int n = 0;
    if (sscanf(text, "%7[^ \n] %23[^ \n] 1.%d %11[^ \n] %n", line->claim, line->part, &line->minor,
               line->outcome, &n) != 4 ||
        n == 0)
        return false;
    line->evidence = text + n;
    return strcmp(line->outcome, "holds") == 0 || strcmp(line->outcome, "fails") == 0;
}

static bool is_comment(const char *line) { return *line == '#' || *line == '\n' || *line == '\0'; }

struct seam_advice_result seam_advice_expected(const char *text,
                                               const struct seam_advice_part *part, int minor) {
    struct seam_advice_result result = {0};
    struct line line;
    for (const char *at = text; at != NULL; at = next_line(at))
        if (!is_comment(at) && read_line(at, &line) && line.minor == minor &&
            strcmp(line.claim, part->claim) == 0 && strcmp(line.part, part->part) == 0) {
            result.outcome = *line.outcome == 'h' ? SEAM_ADVICE_holds : SEAM_ADVICE_fails;
            seam_copy_stable(result.evidence, sizeof result.evidence, line.evidence);
        }
    return result;
}

const char *seam_advice_expected_here(void) {
    for (const struct seam_embedded *file = seam_advice_files; file->path != NULL; file++)
        if (strcmp(seam_base_name(file->path), "advice.expected") == 0)
            return (const char *)file->bytes; /* embed ends each file with a zero */
    return "";
}

bool seam_advice_expected_check(const char *path, const char *text) {
    struct line line;
    int number = 1;
    for (const char *at = text; at != NULL; at = next_line(at), number++)
        if (!is_comment(at) && !read_line(at, &line)) {
            seam_fail("%s:%d: not a line CLAIM PART 1.MINOR holds|fails EVIDENCE; seam advice "
                      "--update writes the table anew",
                      path, number);
            return false;
        }
    return true;
}

static const char head[] =
    "# What the programs of the advice did, as measured; on linux/amd64, clang and gcc alike.\n"
    "# seam advice compares with it, seam advice --update writes it: CLAIM PART RELEASE OUTCOME "
    "EVIDENCE\n";

enum { MINOR_MAX = 99 };

void seam_advice_expected_write(FILE *out, const char *text,
                                const struct seam_advice_table *table) {
    fputs(head, out);
    for (int i = 0; i < seam_advice_n_parts(); i++)
        for (int minor = 0; minor <= MINOR_MAX; minor++) {
            const struct seam_advice_part *part = &seam_advice_parts[i];
            struct seam_advice_result result = seam_advice_expected(text, part, minor);
            for (int r = 0; r < table->n_releases; r++)
                if (table->releases[r].minor == minor &&
                    table->results[r].part[i].outcome != SEAM_ADVICE_unknown)
                    result = table->results[r].part[i];
            if (result.outcome != SEAM_ADVICE_unknown)
                fprintf(out, "%s %s 1.%d %s %s\n", part->claim, part->part, minor,
                        seam_advice_outcome_name(result.outcome), result.evidence);
        }
}
