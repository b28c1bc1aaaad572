#define _GNU_SOURCE
#include "programs/program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/options.h"
#include "judge/symptom.h"

const char *seam_program_outcome_name(enum seam_program_outcome outcome) {
    static const char *const names[] = {"unknown", "fails", "holds"};
    return names[outcome];
}

/* --- evidence --------------------------------------------------------------------------------- */

/* The place "FILE.go:LINE:COLUMN: " in a line from a compiler; what follows it, or NULL. */
static const char *after_place(const char *line) {
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

/* The message of a line: what follows its place, or the prefix of a linker. */
static const char *message_of(const char *line) {
    const char *twice = strstr(line, "multiple definition of "), *message = after_place(line);
    if (twice != NULL && twice < strchrnul(line, '\n'))
        return twice;
    return message != NULL ? message : line;
}

/* A panic whose message begins with a place is still a panic. */
static void keep_panic(const char *line, char evidence[SEAM_PROGRAM_EVIDENCE]) {
    static const char head[] = "panic: runtime error: ";
    if (strncmp(line, head, strlen(head)) != 0)
        return;
    char *whole = seam_format("%s%s", head, evidence);
    snprintf(evidence, SEAM_PROGRAM_EVIDENCE, "%s", whole);
    free(whole);
}

/* A line as evidence: without places, process numbers and addresses, and the same whichever C
 * compiler or C library says it: what free() finds wrong first depends on the library's version. */
static void copy_evidence(const char *line, char evidence[SEAM_PROGRAM_EVIDENCE]) {
    static const char *const tails[] = {
        " on 0x_", " on address 0x_", " on unknown address", ": 0x_", " (pc 0x_", " (pid=", "; /"};
    static const char libc[] = "free(): invalid";
    const char *message = message_of(line);
    bool is_compiler = strncmp(line, "cgo-gcc-prolog:", 15) == 0;
    seam_copy_stable(evidence, SEAM_PROGRAM_EVIDENCE,
                     is_compiler ? "the C compiler rejects what cgo generates"
                                 : message + strspn(message, " "));
    if (message != line)
        keep_panic(line, evidence);
    if (strncmp(evidence, "ERROR: ", 7) == 0)
        memmove(evidence, evidence + 7, strlen(evidence + 7) + 1);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char *tail = strstr(evidence, tails[i]);
        if (tail != NULL)
            *tail = '\0';
    }
    if (strncmp(evidence, libc, strlen(libc)) == 0)
        evidence[strlen(libc)] = '\0';
}

/* Is this the line that says why a program was stopped? */
static bool is_decisive(const char *line, size_t size) {
    static const char *const starts[] = {"panic: ", "fatal error: ", "SIG", "free(): "};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(line, starts[i], strlen(starts[i])) == 0)
            return true;
    return after_place(line) != NULL || memmem(line, size, "Sanitizer:", 10) != NULL;
}

static const char *next_line(const char *line) {
    const char *end = strchr(line, '\n');
    return end != NULL ? end + 1 : NULL;
}

/* The decisive line; without one, the first that is not a heading. NULL if there is none. */
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

/* Is one of the texts, separated by |, in the line? */
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

/* Find the program's own line about its part: "holds: PART: EVIDENCE", or fails. */
static bool read_said(const struct seam_program *program, const char *output,
                      struct seam_program_result *result) {
    size_t n = strcspn(program->part, "/");
    for (const char *line = output; line != NULL; line = next_line(line)) {
        bool holds = strncmp(line, "holds: ", 7) == 0;
        if ((!holds && strncmp(line, "fails: ", 7) != 0) ||
            strncmp(line + 7, program->part, n) != 0 || strncmp(line + 7 + n, ": ", 2) != 0)
            continue;
        result->outcome = holds ? SEAM_PROGRAM_holds : SEAM_PROGRAM_fails;
        copy_evidence(line + 7 + n + 2, result->evidence);
        return true;
    }
    return false;
}

/* Judge a program that ran to its end. */
static void judge_ended(const struct seam_program *program, const struct seam_program_end *end,
                        struct seam_program_result *result) {
    if (read_said(program, end->output, result) && program->judge == SEAM_PROGRAM_says)
        return;
    result->outcome = program->judge == SEAM_PROGRAM_told    ? SEAM_PROGRAM_fails
                      : program->judge == SEAM_PROGRAM_quiet ? SEAM_PROGRAM_holds
                                                             : SEAM_PROGRAM_unknown;
    if (result->evidence[0] == '\0')
        strcpy(result->evidence, program->judge == SEAM_PROGRAM_says ? "the program printed nothing"
                                                                     : "no complaint");
}

static void judge_stopped(const struct seam_program *program, const struct seam_program_end *end,
                          struct seam_program_result *result) {
    const char *told =
        program->judge == SEAM_PROGRAM_told ? line_with(end->output, program->text) : NULL;
    const char *line = told != NULL ? told : decisive_line(end->output);
    result->outcome = told != NULL ? SEAM_PROGRAM_holds : SEAM_PROGRAM_fails;
    if (told == NULL && program->mode == SEAM_PROGRAM_escapes)
        line = "no such line"; /* the others are about something else */
    copy_evidence(line != NULL ? line : "exited silently", result->evidence);
}

void seam_program_judge(const struct seam_program *program, const struct seam_program_end *end,
                        struct seam_program_result *result) {
    *result = (struct seam_program_result){0};
    if (end->is_late)
        strcpy(result->evidence, "timed out");
    else if (end->is_stopped)
        judge_stopped(program, end, result);
    else
        judge_ended(program, end, result);
}

/* --- what is expected ------------------------------------------------------------------------- */

/* A line of the table, its words cut off. */
struct line {
    char subject[12], part[48], outcome[12];
    int minor;
    const char *evidence; /* up to the end of the line */
};

static bool read_line(const char *text, struct line *line) {
    int n = 0;
    if (sscanf(text, "%11[^ \n] %47[^ \n] 1.%d %11[^ \n] %n", line->subject, line->part,
               &line->minor, line->outcome, &n) != 4 ||
        n == 0)
        return false;
    line->evidence = text + n;
    return strcmp(line->outcome, "holds") == 0 || strcmp(line->outcome, "fails") == 0;
}

static bool is_comment(const char *line) { return *line == '#' || *line == '\n' || *line == '\0'; }

/* Does the line begin with this word and a space? What follows them, or NULL. */
static const char *after_word(const char *line, const char *word) {
    size_t n = strlen(word);
    return strncmp(line, word, n) == 0 && line[n] == ' ' ? line + n + 1 : NULL;
}

static bool is_about(const char *text, const struct seam_program *program) {
    const char *part = after_word(text, program->subject);
    return part != NULL && after_word(part, program->part) != NULL;
}

enum { MINOR_MAX = 99 };

/* What a line says. */
static struct seam_program_result result_of(const struct line *line) {
    struct seam_program_result result = {.outcome = *line->outcome == 'h' ? SEAM_PROGRAM_holds
                                                                          : SEAM_PROGRAM_fails};
    seam_copy_stable(result.evidence, sizeof result.evidence, line->evidence);
    return result;
}

struct seam_program_result seam_program_expected(const char *text,
                                                 const struct seam_program *program, int minor) {
    struct seam_program_result result = {0};
    struct line line;
    for (const char *at = text; at != NULL; at = next_line(at))
        if (is_about(at, program) && read_line(at, &line) && line.minor == minor)
            result = result_of(&line);
    return result;
}

const char *seam_program_expected_here(const struct seam_program_set *set) {
    char *name = seam_format("%s.expected", set->name);
    const char *text = ""; /* embed ends each file with a zero */
    for (const struct seam_embedded *file = set->files; file->path != NULL; file++)
        if (strcmp(seam_base_name(file->path), name) == 0)
            text = (const char *)file->bytes;
    free(name);
    return text;
}

static void add_releases(const char *text, struct seam_program_table *table) {
    bool is_there[MINOR_MAX + 1] = {false};
    struct line line;
    for (const char *at = text; at != NULL; at = next_line(at))
        if (!is_comment(at) && read_line(at, &line) && line.minor >= 0 && line.minor <= MINOR_MAX)
            is_there[line.minor] = true;
    for (int minor = 0; minor <= MINOR_MAX; minor++)
        if (is_there[minor] && table->n_releases < SEAM_PROGRAM_RELEASES_MAX) {
            struct seam_go_release *release = &table->releases[table->n_releases++];
            release->minor = minor;
            snprintf(release->version, sizeof release->version, "go1.%d", minor);
        }
}

/* The program that a line is about, or NULL. */
static const struct seam_program *program_of(const struct seam_program_set *set, const char *text) {
    for (int i = 0; i < set->n_programs; i++)
        if (is_about(text, &set->programs[i]))
            return &set->programs[i];
    return NULL;
}

void seam_program_measured(const struct seam_program_set *set, struct seam_program_results *results,
                           struct seam_program_table *table) {
    const char *text = seam_program_expected_here(set);
    *table = (struct seam_program_table){.results = results};
    add_releases(text, table);
    for (const char *at = text; at != NULL; at = next_line(at)) {
        const struct seam_program *program = is_comment(at) ? NULL : program_of(set, at);
        struct line line;
        if (program == NULL || !read_line(at, &line))
            continue;
        for (int r = 0; r < table->n_releases; r++)
            if (table->releases[r].minor == line.minor)
                results[r].part[program - set->programs] = result_of(&line);
    }
}

bool seam_program_expected_check(const struct seam_program_set *set, const char *path,
                                 const char *text) {
    struct line line;
    int number = 1;
    for (const char *at = text; at != NULL; at = next_line(at), number++)
        if (!is_comment(at) && !read_line(at, &line)) {
            seam_fail("%s:%d: expected SUBJECT PART 1.MINOR holds|fails EVIDENCE; seam %s "
                      "--update rewrites the table",
                      path, number, set->name);
            return false;
        }
    return true;
}

/* What is known of a program on a release: what was seen now, or what was seen before. */
static struct seam_program_result known(const struct seam_program_set *set, int i, int minor,
                                        const char *text, const struct seam_program_table *table) {
    for (int r = 0; r < table->n_releases; r++)
        if (table->releases[r].minor == minor &&
            table->results[r].part[i].outcome != SEAM_PROGRAM_unknown)
            return table->results[r].part[i];
    return seam_program_expected(text, &set->programs[i], minor);
}

void seam_program_expected_write(FILE *out, const struct seam_program_set *set, const char *text,
                                 const struct seam_program_table *table) {
    fprintf(out,
            "# What the programs of corpus/%s did, as measured on linux/amd64, with clang and gcc "
            "alike.\n# seam %s compares with it, seam %s --update writes it: SUBJECT PART RELEASE "
            "OUTCOME EVIDENCE\n",
            set->name, set->name, set->name);
    for (int i = 0; i < set->n_programs; i++)
        for (int minor = 0; minor <= MINOR_MAX; minor++) {
            const struct seam_program *program = &set->programs[i];
            struct seam_program_result result = known(set, i, minor, text, table);
            if (result.outcome != SEAM_PROGRAM_unknown)
                fprintf(out, "%s %s 1.%d %s %s\n", program->subject, program->part, minor,
                        seam_program_outcome_name(result.outcome), result.evidence);
        }
}
