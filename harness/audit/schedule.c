#define _GNU_SOURCE
#include "audit/schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/options.h"

static const char *const phases[SEAM_PHASES] = {"move", "enter", "leave", "mark", "thread"};

void seam_point_print(FILE *out, const struct seam_audit_point *point) {
    fprintf(out, "%" PRIx64 ".%" PRIu32 ".%s", point->site, point->hit, phases[point->phase]);
}

static bool parse_point(const char *text, struct seam_audit_point *point) {
    char phase[8] = "";
    int end = 0;
    if (sscanf(text, "%" SCNx64 ".%" SCNu32 ".%7[a-z]%n", &point->site, &point->hit, phase, &end) !=
            3 ||
        text[end] != '\0')
        return false;
    point->phase = 0;
    while (point->phase < SEAM_PHASES && strcmp(phase, phases[point->phase]) != 0)
        point->phase++;
    return point->phase < SEAM_PHASES;
}

/* False if it is not a point, or one too many. */
static bool add_point(struct seam_schedule *schedule, const char *text) {
    return schedule->n_points < SEAM_AUDIT_POINTS &&
           parse_point(text, &schedule->points[schedule->n_points++]);
}

static bool begin_points(struct seam_schedule *schedule) {
    schedule->kind = SEAM_SCHEDULE_at;
    schedule->points = calloc(SEAM_AUDIT_POINTS, sizeof *schedule->points);
    if (schedule->points == NULL)
        seam_fail("out of memory");
    return schedule->points != NULL;
}

bool seam_schedule_read_points(const char *text, struct seam_schedule *schedule) {
    char *words = strdup(text), *saved = NULL;
    bool ok = words != NULL && begin_points(schedule);
    for (char *word = ok ? strtok_r(words, ",", &saved) : NULL; ok && word != NULL;
         word = strtok_r(NULL, ",", &saved)) {
        ok = add_point(schedule, word);
        if (!ok)
            seam_fail("--at: '%s' is not a point; copy one from a report", word);
    }
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
        char *line = strsep(&rest, "\n");
        line[strcspn(line, "# \t\r")] = '\0';
        ok = *line == '\0' || add_point(schedule, line);
        if (!ok)
            seam_fail("%s:%d: '%s' is not a point; copy one from a report", path, number, line);
    }
    free(text);
    return ok;
}

bool seam_schedule_read(const char *text, struct seam_schedule *schedule) {
    static const struct {
        const char *name;
        enum seam_audit_schedule kind;
        unsigned number; /* the default; 0: must be given */
    } known[] = {{"every", SEAM_SCHEDULE_every, 1},
                 {"sites", SEAM_SCHEDULE_sites, 10},
                 {"nth", SEAM_SCHEDULE_nth, 0},
                 {"random", SEAM_SCHEDULE_random, 0}};
    unsigned long long seed = 1;
    unsigned number = 0;
    char name[8] = "";
    if (strncmp(text, "file:", 5) == 0)
        return read_file(text + 5, schedule);
    int fields = sscanf(text, "%7[a-z]:%u:%llu", name, &number, &seed);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0 && (fields >= 2 ? number > 0 : known[i].number > 0)) {
            *schedule = (struct seam_schedule){
                known[i].kind, fields >= 2 ? number : known[i].number, seed, NULL, 0};
            return true;
        }
    seam_fail("unknown schedule '%s'; choose every, sites:K, nth:N, random:N:SEED or file:PATH",
              text);
    return false;
}

void seam_schedule_free(struct seam_schedule *schedule) { free(schedule->points); }
