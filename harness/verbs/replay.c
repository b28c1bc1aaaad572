/* seam replay: run scenarios and report; with --go, also on the real runtime. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"
#include "base/print.h"
#include "base/words.h"
#include "language/scenario_file.h"
#include "realgo/go_options.h"
#include "run/case.h"
#include "run/observe.h"
#include "run/pipeline.h"
#include "timeline/timeline.h"
#include "verbs/beside.h"
#include "verbs/verbs.h"

struct replay {
    const char *expect, *update, *json, *model, *timeline, *html; /* options; NULL: not given */
    int release;  /* of --model or of the Go that is open, 0: the newest */
    int n_beyond; /* with --expect: scenarios that the Go that is open lacks an operation of */
    struct seam_go_options go_options;
    struct seam_go_set set;
};

/* Run the scenario in every open flavor; the number of results, -1 if an executor can no longer be
 * started. Fills `it` as the witnesses see it on that release. */
static int run_go(struct replay *replay, struct seam_case *it, struct seam_go_case *results) {
    if (replay->set.n == 0)
        return 0;
    it->scenario.release = replay->release;
    seam_pipeline_run(it);
    for (int i = 0; i < replay->set.n; i++)
        if (!seam_case_run_go(it, replay->set.go[i], replay->set.version, &results[i]))
            return -1;
    return replay->set.n;
}

static bool has_disagreement(const struct seam_case *it, const struct seam_go_case *go, int n) {
    bool disagrees = it->judgement.verdict != SEAM_VERDICT_agreed;
    for (int i = 0; i < n; i++)
        disagrees = disagrees || go[i].judgement.verdict != SEAM_VERDICT_agreed;
    return disagrees;
}

/* A line of a report, which may be in a file of any content. */
static void print_line(const char *before, const char *text) {
    char *line = seam_format("%.*s", (int)strcspn(text, "\n"), text);
    fputs(before, stdout);
    seam_print_line(stdout, line);
    putchar('\n');
    free(line);
}

/* Show the first line in which two reports differ. */
static void print_difference(const char *path, const char *expected, const char *actual) {
    int line = 1;
    while (*expected != '\0' && strcspn(expected, "\n") == strcspn(actual, "\n") &&
           strncmp(expected, actual, strcspn(expected, "\n")) == 0) {
        size_t n = strcspn(expected, "\n");
        expected += n + (expected[n] == '\n');
        actual += n + (actual[n] == '\n');
        line++;
    }
    printf("%s:%d: the report differs; review it, then accept it with --expect --update\n", path,
           line);
    print_line("- ", expected);
    print_line("+ ", actual);
}

/* Compare with, or update, the report beside the scenario. */
static int check_expected(const struct replay *replay, const struct seam_case *it,
                          const char *path) {
    size_t size, expected_size;
    char *actual = seam_beside_report(it, path, &size), *expected = NULL;
    char *beside = seam_beside_path(path, "report");
    int status = SEAM_USAGE;
    if (beside == NULL || actual == NULL)
        return seam_fail("out of memory");
    if (replay->update != NULL)
        status = seam_file_write(beside, actual, size) ? SEAM_OK : SEAM_USAGE;
    else if (!seam_file_read(beside, SEAM_TEXT_FILE_MAX, &expected, &expected_size))
        seam_fail("%s: no report beside the scenario; write it with --expect --update", beside);
    else if (strcmp(actual, expected) == 0)
        status = SEAM_OK;
    else {
        print_difference(beside, expected, actual);
        status = SEAM_FOUND;
    }
    free(actual);
    free(expected);
    free(beside);
    return status;
}

/* With --expect, the report is of the release that the file names, whatever Go is open. */
static int expect_file(struct replay *replay, struct seam_case *it, const char *path) {
    static struct seam_case real;
    static struct seam_go_case go[SEAM_FLAVORS];
    int n = 0;
    seam_pipeline_run(it);
    real.scenario = it->scenario;
    if (replay->set.n > 0 && seam_scenario_since(&it->scenario) > replay->release)
        replay->n_beyond++;
    else if ((n = run_go(replay, &real, go)) < 0)
        return SEAM_USAGE;
    int status = check_expected(replay, it, path);
    for (int i = 0; i < n; i++)
        if (go[i].judgement.verdict != SEAM_VERDICT_agreed) {
            printf("%s: ", path);
            seam_report_go(stdout, &go[i]);
        }
    bool disagrees = has_disagreement(it, go, n) || (n > 0 && has_disagreement(&real, go, 0));
    return status != SEAM_OK ? status : disagrees ? SEAM_FOUND : SEAM_OK;
}

static void print_option(FILE *out, const char *name, const char *value) {
    if (value == NULL)
        return;
    char *word = seam_format("%s%s%s", name, *value != '\0' ? "=" : "", value);
    seam_words_print(out, word);
    putc(' ', out);
    free(word);
}

/* The words that show this report again. Owned by the caller; NULL if memory is exhausted. */
static char *command(const struct replay *replay, const char *path) {
    const struct seam_go_options *options = &replay->go_options;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    print_option(out, "--model", replay->model);
    print_option(out, "--go", options->go);
    print_option(out, "--flavor", options->flavor);
    print_option(out, "--executor", options->executor);
    print_option(out, "--go-minor", options->minor);
    print_option(out, "--timeout", options->timeout);
    print_option(out, "--timeline", replay->timeline);
    seam_words_print(out, path);
    fclose(out);
    return text;
}

static void print_path(const char *before, const char *path) {
    fputs(before, stdout);
    seam_words_print(stdout, path);
    putchar('\n');
}

/* Of a crash file: how to read it, and whether a fuzz target would stop there, for which a broken
 * rule is not a reason. A finding in a long scenario is for seam shrink first; what only real Go
 * does, there. */
static void print_way_on(const struct replay *replay, const struct seam_case *it, const char *path,
                         const struct seam_go_case *go, int n) {
    enum { LONG = 20 };
    bool is_of_witnesses = it->judgement.verdict != SEAM_VERDICT_agreed;
    bool is_of_go = !is_of_witnesses && has_disagreement(it, go, n);
    enum seam_file_kind kind = seam_scenario_file_kind(path);
    if (kind != SEAM_FILE_TEXT) {
        if (kind == SEAM_FILE_BARE_BYTES)
            puts(
                "Bytes:  without a header, so any file reads as a scenario; crashes of managed and "
                "program_text are not scenarios");
        print_path("Text:   seam print ", path);
        if (!is_of_witnesses)
            puts("Target: does not stop here: the oracle and the model of this build agree");
    }
    if (it->scenario.n_steps <= LONG ||
        (!is_of_witnesses && !is_of_go && seam_first_broken(&it->expected) == NULL))
        return;
    struct replay what = {.go_options =
                              is_of_go ? replay->go_options : (struct seam_go_options){0}};
    char *words = command(&what, path);
    printf("Shrink: seam shrink %s\n", words != NULL ? words : path);
    free(words);
}

/* --- the report ------------------------------------------------------------------------------- */

static bool is_colored(void) { return isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL; }

static int terminal_width(void) {
    struct winsize size;
    bool is_known = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return is_known && size.ws_col > 0 ? size.ws_col : SEAM_TIMELINE_WIDTH;
}

static void print_timeline(const struct seam_timeline *timeline, const char *words) {
    bool color = is_colored();
    int width = terminal_width();
    seam_report_head(stdout, timeline->it, color);
    seam_timeline_steps(stdout, timeline, width, color);
    seam_report_tail(stdout, timeline->it, words);
    seam_timeline_sides(stdout, timeline, width, color);
}

/* X.seam has its page beside it, in X.html, unless --html names a file. It is written whole; its
 * path, owned by the caller, or NULL after an error was printed. */
static char *write_page(const struct replay *replay, const struct seam_timeline *timeline,
                        const char *path, const char *words) {
    char *to = *replay->html != '\0' ? strdup(replay->html) : seam_beside_path(path, "html");
    char *page = NULL;
    size_t size;
    FILE *memory = open_memstream(&page, &size);
    if (to == NULL || memory == NULL) {
        seam_fail("out of memory");
        return NULL;
    }
    seam_timeline_html(memory, timeline, seam_beside_name(path), words);
    fclose(memory);
    if (!seam_file_write(to, page, size)) {
        free(to);
        to = NULL;
    }
    free(page);
    return to;
}

/* False after an error was printed, and nothing else was. */
static bool print_report(const struct replay *replay, const struct seam_case *it, const char *path,
                         const struct seam_go_case *go, int n) {
    static struct seam_case observed;
    static struct seam_books oracle, model;
    struct seam_timeline timeline = {&observed, &oracle, &model, go, n};
    char *words = command(replay, path), *page = NULL;
    if (replay->timeline != NULL || replay->html != NULL) {
        observed.scenario = it->scenario;
        seam_observe(&observed, &oracle, &model);
    }
    if (replay->html != NULL && (page = write_page(replay, &timeline, path, words)) == NULL) {
        free(words);
        return false;
    }
    if (replay->timeline != NULL) {
        print_timeline(&timeline, words);
    } else {
        seam_report_text(stdout, it, words, is_colored());
        for (int i = 0; i < n; i++)
            seam_report_go(stdout, &go[i]);
    }
    print_way_on(replay, it, path, go, n);
    if (page != NULL)
        print_line("Page: ", page);
    free(page);
    free(words);
    return true;
}

/* --- the files -------------------------------------------------------------------------------- */

/* One release for the headline and for what is compared with it: that of --go, of --model, or of
 * the file. */
static int replay_file(struct replay *replay, const char *path) {
    static struct seam_case it;
    static struct seam_go_case go[SEAM_FLAVORS];
    if (!seam_scenario_read(path, &it.scenario))
        return SEAM_USAGE;
    if (it.scenario.n_steps == 0 && replay->expect == NULL)
        return seam_fail("%s: the scenario has no steps, so nothing was run; see seam ops", path);
    if (replay->expect != NULL && replay->model == NULL)
        return expect_file(replay, &it, path);
    int since = seam_scenario_since(&it.scenario);
    if (replay->release != 0 && since > replay->release)
        return seam_fail("%s: uses operations that exist only since Go 1.%d, and was not run on "
                         "Go 1.%d",
                         path, since, replay->release);
    if (replay->release != 0)
        it.scenario.release = replay->release;
    if (replay->expect != NULL)
        return expect_file(replay, &it, path);
    seam_pipeline_run(&it);
    int n = run_go(replay, &it, go);
    if (n < 0)
        return SEAM_USAGE;
    if (replay->json != NULL)
        seam_report_json(stdout, &it, path, go, n);
    else if (!print_report(replay, &it, path, go, n))
        return SEAM_USAGE;
    bool is_broken = seam_first_broken(&it.expected) != NULL;
    return has_disagreement(&it, go, n) || is_broken ? SEAM_FOUND : SEAM_OK;
}

/* Open the Go that is wanted, if any; from here on its release is the one that counts. */
static bool open_go(struct replay *replay) {
    enum {
        ALL_BUT_RACE = 1 << SEAM_FLAVOR_plain | 1 << SEAM_FLAVOR_cgocheck2 | 1 << SEAM_FLAVOR_asan
    };
    if (!seam_option_release("--model", replay->model, &replay->release))
        return false;
    if (!seam_go_wanted(&replay->go_options))
        return true;
    if (!seam_go_set_open(&replay->go_options, ALL_BUT_RACE, &replay->set))
        return false;
    int minor = replay->set.n > 0 ? seam_go_minor(replay->set.go[0]) : replay->release;
    if (replay->model != NULL && minor != replay->release) {
        seam_fail("--model=%s is not the release of %s; leave it out", replay->model,
                  replay->set.version);
        seam_go_set_close(&replay->set);
        return false;
    }
    replay->release = minor;
    return true;
}

/* Do the options go together? False after an error was printed. */
static bool fits(const struct replay *replay, int n) {
    const char *picture = replay->timeline != NULL ? "--timeline"
                          : replay->html != NULL   ? "--html"
                                                   : NULL;
    const char *other = replay->json != NULL     ? "--json"
                        : replay->update != NULL ? "--update"
                        : replay->expect != NULL ? "--expect"
                                                 : NULL;
    if (picture != NULL && other != NULL)
        seam_fail("%s and %s exclude each other: leave one out", picture, other);
    else if (replay->html != NULL && *replay->html != '\0' && n > 1)
        seam_fail("--html=%s is one page; give it one scenario, or leave out =%s for a page beside "
                  "each",
                  replay->html, replay->html);
    else
        return true;
    return false;
}

int seam_verb_replay(int argc, char **argv) {
    struct replay replay = {0};
    const struct seam_option options[] = {
        SEAM_GO_OPTIONS(replay.go_options), {"--expect", &replay.expect},
        {"--update", &replay.update},       {"--json", &replay.json},
        {"--model=", &replay.model},        {"--timeline", &replay.timeline},
        {"--html[=", &replay.html},         {NULL, NULL}};
    int n = seam_options(argc, argv, options), status = SEAM_OK;
    if (n < 1)
        return n < 0 ? SEAM_USAGE : seam_fail("replay needs a FILE; see seam replay --help");
    if (replay.update != NULL)
        replay.expect = replay.update;
    if (!fits(&replay, n))
        return SEAM_USAGE;
    if (!open_go(&replay))
        return SEAM_USAGE;
    for (int i = 1; i <= n; i++) {
        int one = replay_file(&replay, argv[i]);
        status = one > status ? one : status;
        if (i < n && replay.expect == NULL && replay.json == NULL)
            putchar('\n');
    }
    if (replay.expect != NULL)
        printf("%d scenario%s, %s\n", n, seam_plural((unsigned)n),
               status == SEAM_OK ? "all as expected" : "not all as expected");
    if (replay.n_beyond > 0)
        printf("%d not run on %s, which lacks an operation of theirs\n", replay.n_beyond,
               replay.set.version);
    seam_go_set_close(&replay.set);
    return status;
}
