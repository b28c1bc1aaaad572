#define _GNU_SOURCE
#include "audit/schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/format.h"
#include "base/nearest.h"
#include "base/options.h"

static const char *const phases[SEAM_PHASES] = {"move", "enter", "leave", "mark", "thread"};

void seam_point_print(FILE *out, const struct seam_audit_point *point) {
    fprintf(out, "%" PRIx64 ".%" PRIu32 ".%s", point->site, point->hit, phases[point->phase]);
}

/* The site: 1 to 16 hexadecimal digits, as seam_point_print writes them. */
static bool parse_site(const char *text, size_t size, uint64_t *site) {
    if (size == 0 || size > 16 || strspn(text, "0123456789abcdef") != size)
        return false;
    *site = strtoull(text, NULL, 16);
    return true;
}

static bool parse_point(const char *text, struct seam_audit_point *point) {
    size_t site = strcspn(text, ".");
    const char *hit = text + site + (text[site] != '\0');
    size_t size = strcspn(hit, ".");
    const char *phase = hit + size + (hit[size] != '\0');
    unsigned long long number;
    if (!parse_site(text, site, &point->site) || !seam_digits(hit, size, UINT32_MAX, &number))
        return false;
    point->hit = (uint32_t)number;
    point->phase = 0;
    while (point->phase < SEAM_PHASES && strcmp(phase, phases[point->phase]) != 0)
        point->phase++;
    return point->phase < SEAM_PHASES;
}

/* `where` says whose point it is, for an error. */
static bool add_point(struct seam_schedule *schedule, const char *where, const char *text) {
    if (schedule->n_points == SEAM_AUDIT_POINTS)
        seam_fail("%s: more than %d points", where, SEAM_AUDIT_POINTS);
    else if (!parse_point(text, &schedule->points[schedule->n_points]))
        seam_fail("%s: '%s' is not a point; copy one from a report", where, text);
    else
        return ++schedule->n_points > 0;
    return false;
}

static bool begin_points(struct seam_schedule *schedule) {
    schedule->kind = SEAM_SCHEDULE_at;
    schedule->points = calloc(SEAM_AUDIT_POINTS, sizeof *schedule->points);
    if (schedule->points == NULL)
        seam_fail("out of memory");
    return schedule->points != NULL;
}

bool seam_schedule_read_points(const char *text, struct seam_schedule *schedule) {
    char *words = strdup(text), *rest = words;
    bool ok = words != NULL && begin_points(schedule);
    while (ok && rest != NULL)
        ok = add_point(schedule, "--at", strsep(&rest, ","));
    free(words);
    return ok;
}

static bool read_file(const char *path, struct seam_schedule *schedule) {
    char *text = NULL;
    size_t size;
    if (!seam_file_read(path, SEAM_OUTPUT_MAX, &text, &size)) {
        seam_fail("%s: %s; name a file with a point on each line", path, strerror(errno));
        return false;
    }
    bool ok = begin_points(schedule);
    char *rest = text;
    for (int number = 1; ok && rest != NULL; number++) {
        char *line = strsep(&rest, "\n"), *where = seam_format("%s:%d", path, number);
        line[strcspn(line, "# \t\r")] = '\0';
        ok = *line == '\0' || add_point(schedule, where, line);
        free(where);
    }
    free(text);
    return ok;
}

/* The words of --schedule: how many numbers may follow, and what the first is without any (0: it
 * must be given). */
static const struct word {
    const char *name;
    enum seam_audit_schedule kind;
    int numbers;
    unsigned number;
} known[] = {{"every", SEAM_SCHEDULE_every, 0, 1},
             {"sites", SEAM_SCHEDULE_sites, 1, 10},
             {"nth", SEAM_SCHEDULE_nth, 1, 0},
             {"random", SEAM_SCHEDULE_random, 2, 0}};

enum { KNOWN = sizeof known / sizeof *known };

static const char *word_name(int i) {
    return i < KNOWN ? known[i].name : i == KNOWN ? "file" : NULL;
}

/* The numbers after the word: `rest` is "", ":N" or ":N:SEED". */
static bool parse_numbers(const struct word *word, const char *rest,
                          struct seam_schedule *schedule) {
    unsigned long long number = word->number, seed = 1;
    if (*rest != '\0' && word->numbers > 0) {
        size_t size = strcspn(++rest, ":");
        if (!seam_digits(rest, size, UINT32_MAX, &number))
            return false;
        rest += size;
    }
    if (*rest != '\0' && word->numbers > 1) {
        if (!seam_digits(rest + 1, strlen(rest + 1), UINT64_MAX, &seed))
            return false;
        rest = "";
    }
    *schedule = (struct seam_schedule){word->kind, (uint32_t)number, seed, NULL, 0};
    return *rest == '\0' && number > 0;
}

bool seam_schedule_read(const char *text, struct seam_schedule *schedule) {
    static const char choices[] = "every, sites:K, nth:N, random:N:SEED or file:PATH";
    size_t size = strcspn(text, ":");
    int i = seam_nearest(text, size, word_name);
    if (strlen(word_name(i)) != size || memcmp(word_name(i), text, size) != 0)
        seam_fail("unknown schedule '%s'; did you mean %s? Choose %s", text, word_name(i), choices);
    else if (i == KNOWN && text[size] != '\0' && text[size + 1] != '\0')
        return read_file(text + size + 1, schedule);
    else if (i < KNOWN && parse_numbers(&known[i], text + size, schedule))
        return true;
    else
        seam_fail("--schedule: '%s' is not one of %s, where K and N are from 1 on", text, choices);
    return false;
}

void seam_schedule_free(struct seam_schedule *schedule) { free(schedule->points); }
