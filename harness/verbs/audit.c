/* seam audit: run a package's own tests with the collector and the finalizers forced at crossings
 * into C.
 *
 * The tests are distributed to worker processes, one test at a time; what they find lies in shared
 * memory and is printed in the order of packages and tests, so the report does not depend on the
 * workers. */
#define _GNU_SOURCE
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/export.h"
#include "audit/hunt.h"
#include "audit/record.h"
#include "audit/regress.h"
#include "audit/run.h"
#include "audit/sites.h"
#include "audit/suppress.h"
#include "base/check.h"
#include "base/crew.h"
#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "base/print.h"
#include "base/sandbox.h"
#include "base/words.h"
#include "realgo/go_options.h"
#include "verbs/verbs.h"

enum { LIST_SECONDS = 120, PROGRESS_WIDTH = 79, REPLAYS_MAX = 1000000, SCHEDULES = 20 };

/* One test of one package, and what became of it. */
struct test {
    char *name; /* owned */
    int package;
    struct seam_hunt_result *result; /* in memory shared with the workers */
};

struct audit {
    const char *go, *tags, *schedule, *only, *at, *jobs_text, *timeout, *json, *list, *run, *flavor,
        *suppress, *sarif, *junit, *replays_text, *shrink, *schedules_text, *emit;
    int jobs;
    struct seam_hunt_options options;
    struct seam_audit_plan plan;
    struct seam_audit_package *packages;
    int n_packages;
    struct test *tests;
    int n, room; /* of the tests */
    struct seam_suppressions suppressions;
    struct seam_audit_origin origin; /* when it began */
    struct seam_sandbox_options sandbox;
};

static bool wants_color(void) { return isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL; }

/* --- options ---------------------------------------------------------------------------------- */

/* Words after `--` are for the tests, or the program. */
static int cut_arguments(struct audit *audit, int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--") == 0) {
            audit->options.arguments = argv + i + 1;
            return i;
        }
    return argc;
}

/* Options of which one would be ignored. */
static bool is_contradictory(const struct audit *audit) {
    const char *pair = audit->at != NULL && audit->schedule != NULL ? "--at and --schedule"
                       : audit->run != NULL && audit->only != NULL  ? "--run and --test"
                                                                    : NULL;
    if (pair != NULL)
        seam_fail("audit: %s contradict each other; give one of them", pair);
    return pair != NULL;
}

/* How far findings are reduced, and how often they are looked for; false after an error. */
static bool parse_shrink(struct audit *audit) {
    const char *how = audit->shrink;
    audit->options.is_thorough = how != NULL && strcmp(how, "thorough") == 0;
    if (how != NULL && !audit->options.is_thorough && strcmp(how, "quick") != 0) {
        seam_fail("--shrink must be quick or thorough, not '%s'", how);
        return false;
    }
    return seam_option_range("--schedules", audit->schedules_text,
                             audit->options.is_thorough ? SCHEDULES : 0, 0, REPLAYS_MAX,
                             &audit->options.schedules);
}

static bool parse(struct audit *audit, int argc, char **argv, int *n) {
    int timeout;
    const struct seam_option options[] = {{"--go=", &audit->go},
                                          {"--tags=", &audit->tags},
                                          {"--schedule=", &audit->schedule},
                                          {"--test=", &audit->only},
                                          {"--at=", &audit->at},
                                          {"--jobs=", &audit->jobs_text},
                                          {"--timeout=", &audit->timeout},
                                          {"--replays=", &audit->replays_text},
                                          {"--shrink=", &audit->shrink},
                                          {"--schedules=", &audit->schedules_text},
                                          {"--json", &audit->json},
                                          {"--list", &audit->list},
                                          {"--run", &audit->run},
                                          {"--flavor=", &audit->flavor},
                                          {"--suppress=", &audit->suppress},
                                          {"--sarif=", &audit->sarif},
                                          {"--junit=", &audit->junit},
                                          {"--emit=", &audit->emit},
                                          SEAM_SANDBOX_OPTIONS(audit->sandbox),
                                          {NULL, NULL}};
    *n = seam_options(cut_arguments(audit, argc, argv), argv, options);
    if (*n == 0)
        seam_fail("audit needs a package, as in: seam audit ./...");
    if (*n <= 0 || !seam_option_timeout(audit->timeout, 600, &timeout) ||
        !seam_option_range("--replays", audit->replays_text, 10, 1, REPLAYS_MAX,
                           &audit->options.replays) ||
        !parse_shrink(audit) || !seam_crew_jobs(audit->jobs_text, &audit->jobs) ||
        is_contradictory(audit))
        return false;
    audit->options.seconds_max = timeout;
    audit->options.is_program = audit->run != NULL;
    audit->plan.tags = audit->tags;
    audit->plan.flavor = SEAM_FLAVOR_asan;
    if (audit->flavor != NULL && !seam_flavor_option(audit->flavor, &audit->plan.flavor))
        return false;
    const char *text = audit->schedule != NULL ? audit->schedule : "sites";
    return audit->at != NULL ? seam_schedule_read_points(audit->at, &audit->options.schedule)
                             : seam_schedule_read(text, &audit->options.schedule);
}

/* --- the tests -------------------------------------------------------------------------------- */

/* A test program may print other lines when it lists its tests; a name is a Go identifier, so
 * whoever prints it need not escape it. */
static bool is_test(const char *name) {
    if (!seam_is_visible(name))
        return false;
    for (const unsigned char *at = (const unsigned char *)name; *at != '\0'; at++)
        if (*at < 0x80 && !isalnum(*at) && *at != '_')
            return false;
    return strncmp(name, "Test", 4) == 0 || strncmp(name, "Example", 7) == 0 ||
           strncmp(name, "Fuzz", 4) == 0;
}

static void add_test(struct audit *audit, const char *name, int package) {
    if (audit->n == audit->room) {
        audit->room = 2 * audit->room + 64;
        audit->tests = realloc(audit->tests, (size_t)audit->room * sizeof *audit->tests);
        seam_assert(audit->tests != NULL);
    }
    audit->tests[audit->n++] = (struct test){seam_format("%s", name), package, NULL};
}

/* The first line of what it printed that says something, as a reason; owned by the caller. */
static char *first_line(const char *text) {
    text = text != NULL ? text + strspn(text, "=\n") : "";
    int size = (int)strcspn(text, "\n");
    return seam_format("%s%.*s", size > 0 ? ": " : "", size, text);
}

/* The test program knows its tests; one that does not say them is lost with all of them. */
static void list_tests(struct audit *audit, int number) {
    struct seam_audit_package *package = &audit->packages[number];
    char *output = seam_format("%s/tests", audit->plan.work), *text = NULL, *rest;
    size_t size;
    struct seam_audit_run run = {.program = package->program,
                                 .directory = package->directory,
                                 .output = output,
                                 .seconds_max = LIST_SECONDS,
                                 .confinement = seam_audit_confinement(audit->plan.flavor)};
    seam_audit_run(&run);
    if (run.end == SEAM_END_failed && seam_sandbox_may_compare()) { /* what it lacks may be why */
        run.confinement = 0;
        seam_audit_run(&run);
    }
    bool is_read = seam_file_read(output, SEAM_FILE_MAX, &text, &size);
    if (!is_read || run.end != SEAM_END_passed) {
        char *why = first_line(text);
        package->failure =
            run.end == SEAM_END_hung
                ? seam_format("its test program does not list its tests within %d seconds",
                              LIST_SECONDS)
                : seam_format("its test program cannot list its tests%s", why);
        free(why);
    }
    rest = package->failure == NULL ? text : NULL;
    for (char *name; (name = strsep(&rest, "\n")) != NULL;)
        if (is_test(name) && (audit->only == NULL || strcmp(audit->only, name) == 0))
            add_test(audit, name, number);
    free(text);
    free(output);
}

/* With --run, the program is the only test; it runs where seam was started. */
static void add_program(struct audit *audit, int package) {
    add_test(audit, "main", package);
    free(audit->packages[package].directory);
    audit->packages[package].directory = seam_format(".");
}

/* Is there something to audit in the package? If not, say why. */
static bool is_wanted(const struct audit *audit, const struct seam_audit_package *package) {
    bool has = audit->run != NULL ? package->is_main : package->has_tests;
    if (package->failure != NULL)
        return false;
    if (package->has_cgo && has)
        return true;
    fputs("seam: skipped ", stderr);
    seam_print_line(stderr, package->path);
    fprintf(stderr, ": %s\n",
            !package->has_cgo    ? "it does not use cgo"
            : audit->run != NULL ? "not a main package"
                                 : "it has no tests");
    return false;
}

static void build(struct audit *audit) {
    struct seam_audit_package **wanted = calloc((size_t)audit->n_packages + 1, sizeof *wanted);
    int n = 0;
    seam_assert(wanted != NULL);
    for (int i = 0; i < audit->n_packages; i++)
        if (is_wanted(audit, &audit->packages[i]))
            wanted[n++] = &audit->packages[i];
    seam_plan_build(&audit->plan, wanted, n, audit->run == NULL, audit->jobs);
    for (int i = 0; i < n; i++) {
        int package = (int)(wanted[i] - audit->packages);
        if (wanted[i]->failure == NULL && audit->run == NULL)
            list_tests(audit, package);
        else if (wanted[i]->failure == NULL)
            add_program(audit, package);
    }
    free(wanted);
}

/* Memory for the results, which the workers fill. */
static bool share_results(struct audit *audit) {
    struct seam_hunt_result *results =
        seam_crew_share(((size_t)audit->n + 1) * sizeof *audit->tests->result);
    for (int i = 0; results != NULL && i < audit->n; i++)
        audit->tests[i].result = &results[i];
    return results != NULL;
}

/* Find and build every package that has something to audit; false if there is no Go, or it knows
 * none of them. */
static bool prepare(struct audit *audit, char **patterns, int n) {
    char error[SEAM_GO_ERROR];
    bool ok = seam_plan_open(&audit->plan, audit->go, error);
    if (ok)
        audit->n_packages = seam_plan_packages(&audit->plan, patterns, n, &audit->packages, error);
    if (!ok || audit->n_packages < 0) {
        fputs("seam: ", stderr); /* several lines, if Go said several */
        seam_print_visible(stderr, error);
        putc('\n', stderr);
        return false;
    }
    build(audit);
    return share_results(audit);
}

/* --- workers ---------------------------------------------------------------------------------- */

static bool work(void *context, int i) {
    const struct audit *audit = context;
    const struct test *test = &audit->tests[i];
    seam_hunt(&audit->plan, &audit->packages[test->package], test->name, &audit->options, i,
              test->result);
    return true;
}

/* The progress and the running tests, on one line that a terminal overwrites. */
static void show_progress(void *context, const struct seam_crew_progress *progress) {
    const struct audit *audit = context;
    bool on_terminal = isatty(STDERR_FILENO);
    int done = 0, found = 0, n;
    char running[PROGRESS_WIDTH] = "";
    for (int i = 0; i < audit->n; i++) {
        const struct test *test = &audit->tests[i];
        done += test->result->state > SEAM_HUNT_running;
        found += test->result->state == SEAM_HUNT_found;
        n = (int)strlen(running);
        if (test->result->state == SEAM_HUNT_running)
            snprintf(running + n, sizeof running - (size_t)n, "%s %s", n > 0 ? "," : "; running",
                     test->name);
    }
    char line[2 * PROGRESS_WIDTH + 64];
    snprintf(line, sizeof line, "%d of %d test%s, %d with findings%s", done, audit->n,
             seam_plural((unsigned)audit->n), found, running);
    fprintf(stderr, "%s%.*s%s%s", on_terminal ? "\r" : "", PROGRESS_WIDTH, line,
            on_terminal ? "\033[K" : "", on_terminal && !progress->is_last ? "" : "\n");
}

/* A test whose worker did not come to its end is lost. */
static void keep_end(void *context, int i, const struct seam_crew_task *how) {
    struct seam_hunt_result *result = ((const struct audit *)context)->tests[i].result;
    if (how->end == SEAM_CREW_done)
        return;
    result->state = SEAM_HUNT_lost;
    if (how->end == SEAM_CREW_died)
        snprintf(result->said, sizeof result->said, "its worker died by signal %d", how->signal);
    else
        snprintf(result->said, sizeof result->said, "it has no worker");
}

/* Of a kill -9 the workers and their tests die as well; what it leaves, the next audit removes. */
static void run_workers(struct audit *audit) {
    if (audit->n > 0)
        seam_crew_run(&(struct seam_crew){.jobs = audit->jobs,
                                          .tasks = audit->n,
                                          .context = audit,
                                          .work = work,
                                          .stop = seam_audit_stop,
                                          .ended = keep_end,
                                          .progress = show_progress});
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Print " OPTION=VALUE", which a shell reads as one word. */
static void print_option(FILE *out, const char *option, const char *value) {
    char *word = seam_format("%s=%s", option, value);
    putc(' ', out);
    seam_words_print(out, word);
    free(word);
}

static void print_points(FILE *out, const struct seam_finding *finding) {
    fputs(" --at=", out);
    for (int i = 0; i < finding->n_proof; i++) {
        fputs(i > 0 ? "," : "", out);
        seam_point_print(out, &finding->proof[i]);
    }
}

/* The command that reproduces a finding, for a shell; owned by the caller. */
static char *reproduce(const struct audit *audit, const struct test *test,
                       const struct seam_finding *finding) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fputs("seam audit", out);
    print_option(out, "--go", audit->plan.go.root);
    if (audit->flavor != NULL)
        print_option(out, "--flavor", audit->flavor);
    if (audit->run != NULL)
        fputs(" --run", out);
    else
        print_option(out, "--test", test->name);
    if (audit->tags != NULL)
        print_option(out, "--tags", audit->tags);
    if (audit->sandbox.sandbox != NULL)
        print_option(out, "--sandbox", audit->sandbox.sandbox);
    fputs(audit->sandbox.network != NULL ? " --network" : "", out);
    if (finding->is_shrunk && finding->n_proof > 0)
        print_points(out, finding);
    else if (!finding->is_shrunk)
        print_option(out, "--schedule", audit->schedule != NULL ? audit->schedule : "sites");
    putc(' ', out);
    seam_words_print(out, audit->packages[test->package].path);
    char *const *words = audit->options.arguments;
    for (int i = 0; words != NULL && words[i] != NULL; i++) {
        fputs(i == 0 ? " -- " : " ", out);
        seam_words_print(out, words[i]);
    }
    fclose(out);
    return text;
}

/* Was the same finding reported for an earlier test of the package? */
static bool is_known(const struct audit *audit, int test, const char *id) {
    const struct test *tests = audit->tests;
    for (int i = 0; i < test; i++)
        for (int k = 0; k < tests[i].result->n; k++)
            if (tests[i].package == tests[test].package &&
                tests[i].result->state == SEAM_HUNT_found &&
                strcmp(tests[i].result->findings[k].id, id) == 0)
                return true;
    return false;
}

/* What is to be reported of a test, for people and for other programs. */
static void choose(const struct audit *audit, int i, struct seam_export_test *out) {
    const struct test *test = &audit->tests[i];
    *out = (struct seam_export_test){.package = audit->packages[test->package].path,
                                     .name = test->name,
                                     .said = test->result->said,
                                     .result = test->result};
    for (int k = 0; k < test->result->n && test->result->state == SEAM_HUNT_found; k++) {
        const struct seam_finding *finding = &test->result->findings[k];
        if (is_known(audit, i, finding->id))
            continue;
        if (seam_is_suppressed(&audit->suppressions, finding->id)) {
            fprintf(stderr, "seam: suppressed: %s in %s\n", finding->id, test->name);
            continue;
        }
        out->findings[out->n] = finding;
        out->commands[out->n++] = reproduce(audit, test, finding);
    }
}

/* Everything that is to be reported: the tests, then the packages that were lost. Owned by the
 * caller; their number is in n. */
static struct seam_export_test *choose_all(const struct audit *audit, int *n) {
    static const struct seam_hunt_result lost = {.state = SEAM_HUNT_lost};
    size_t room = (size_t)audit->n + (size_t)audit->n_packages + 1;
    struct seam_export_test *tests = calloc(room, sizeof *tests);
    seam_assert(tests != NULL);
    for (*n = 0; *n < audit->n; ++*n)
        choose(audit, *n, &tests[*n]);
    for (int i = 0; i < audit->n_packages; i++)
        if (audit->packages[i].failure != NULL)
            tests[(*n)++] = (struct seam_export_test){.package = audit->packages[i].path,
                                                      .said = audit->packages[i].failure,
                                                      .result = &lost};
    return tests;
}

static void free_chosen(struct seam_export_test *tests, int n) {
    for (int i = 0; i < n; i++)
        for (int k = 0; k < tests[i].n; k++)
            free(tests[i].commands[k]);
    free(tests);
}

/* Write the regression test of a finding, if it is wanted, and say where, or why not. */
static void emit_test(const struct audit *audit, const struct test *test,
                      const struct seam_finding *finding) {
    char reason[SEAM_REGRESS_REASON];
    FILE *out = audit->json != NULL ? stderr : stdout;
    if (audit->emit == NULL)
        return;
    if (audit->options.is_program)
        fprintf(out, "No regression test: it is a program, and not a test\n");
    else if (seam_regress_write(&audit->plan, &audit->packages[test->package], test->name, finding,
                                audit->emit, reason))
        fprintf(out, "Regression test, which fails now: cd %s/%s && CC=clang go test .\n",
                audit->emit, finding->id);
    else
        fprintf(out, "No regression test: %s\n", reason);
}

static void print_findings(const struct audit *audit, int i, const struct seam_export_test *test) {
    if (audit->json != NULL)
        seam_record_test(stdout, test);
    for (int k = 0; k < test->n; k++) {
        if (audit->json == NULL)
            seam_finding_text(stdout, test->findings[k], test->name, test->commands[k],
                              wants_color());
        if (i < audit->n)
            emit_test(audit, &audit->tests[i], test->findings[k]);
        if (audit->json == NULL)
            putchar('\n');
    }
}

/* Write one of the formats for other programs, if it is wanted. */
static bool export(const char *path,
                   void (*write)(FILE *out, const struct seam_export_test *tests, int n),
                   const struct seam_export_test *tests, int n) {
    char *text = NULL;
    size_t size;
    FILE *out = path != NULL ? open_memstream(&text, &size) : NULL;
    if (out == NULL)
        return path == NULL;
    write(out, tests, n);
    fclose(out);
    bool ok = seam_file_write(path, text, size);
    free(text);
    return ok;
}

/* What was not looked at, to `out`: packages and tests, each with the reason. How many there are
 * that should have been; a test that fails by itself is none of them. */
static int print_skipped(const struct audit *audit, FILE *out) {
    int lost = 0;
    for (int i = 0; i < audit->n_packages; i++)
        if (audit->packages[i].failure != NULL) {
            fputs("lost: ", out);
            seam_print_line(out, audit->packages[i].path);
            fputs(": ", out);
            seam_print_visible(out, audit->packages[i].failure);
            putc('\n', out);
            lost++;
        }
    for (int i = 0; i < audit->n; i++) {
        const struct test *test = &audit->tests[i];
        bool is_lost = test->result->state == SEAM_HUNT_lost;
        const char *why = seam_hunt_not_looked_at(test->result);
        if (why == NULL)
            continue;
        fprintf(out, is_lost ? "lost: %s %s: " : "skipped: %s %s ",
                audit->packages[test->package].path, test->name);
        seam_print_visible(out, why);
        putc('\n', out);
        lost += is_lost;
    }
    return lost;
}

/* Was there anything that could be found? */
static bool has_looked(const struct audit *audit) {
    for (int i = 0; i < audit->n; i++)
        if (audit->tests[i].result->state == SEAM_HUNT_clean ||
            audit->tests[i].result->state == SEAM_HUNT_found)
            return true;
    return false;
}

static struct seam_record_totals add_up(const struct audit *audit) {
    struct seam_record_totals totals = {.tests = audit->n};
    for (int i = 0; i < audit->n; i++) {
        const struct seam_hunt_result *result = audit->tests[i].result;
        totals.crossings += result->crossings;
        totals.sites += result->sites;
        totals.forced += result->injections;
        totals.skipped +=
            result->state != SEAM_HUNT_lost && seam_hunt_not_looked_at(result) != NULL;
    }
    return totals;
}

static void print_summary(const struct audit *audit, const struct seam_record_totals *it) {
    double plain = 0, seconds = 0;
    char skipped[80] = "";
    if (it->skipped > 0)
        snprintf(skipped, sizeof skipped, "; %d test%s skipped, as said above", it->skipped,
                 seam_plural((unsigned)it->skipped));
    for (int i = 0; i < audit->n; i++) {
        plain += audit->tests[i].result->plain_seconds;
        seconds += audit->tests[i].result->seconds;
    }
    if (audit->json == NULL)
        printf("%d test%s, %" PRIu64 " crossing%s at %" PRIu64 " site%s, forced at %" PRIu64
               " point%s: %d finding%s%s\n",
               it->tests, seam_plural((unsigned)it->tests), it->crossings,
               seam_plural(it->crossings), it->sites, seam_plural(it->sites), it->forced,
               seam_plural(it->forced), it->findings, seam_plural((unsigned)it->findings), skipped);
    fprintf(stderr, "seam: the tests took %.1f s under the schedule, %.1f s without (flavor %s)\n",
            seconds, plain, seam_flavor_name(audit->plan.flavor));
}

/* Is there a test, or a failure to be told? */
static bool has_something(const struct audit *audit) {
    bool has = audit->n > 0;
    for (int i = 0; i < audit->n_packages; i++)
        has = has || audit->packages[i].failure != NULL;
    if (!has)
        seam_fail(audit->only != NULL
                      ? "no test to audit is called %s"
                      : "there is no test to audit; name packages that use cgo and have tests",
                  audit->only);
    return has;
}

static void print_site(void *context, const struct seam_audit_site *site) {
    const struct audit *audit = context;
    if (audit->json != NULL) {
        seam_record_site(stdout, site);
        return;
    }
    printf("%s ", site->package);
    seam_print_line(stdout, site->file);
    printf(":%d C.%s\n", site->line, site->function);
}

static int print_list(struct audit *audit) {
    for (int i = 0; i < audit->n; i++) {
        const char *package = audit->packages[audit->tests[i].package].path;
        if (audit->json != NULL)
            seam_record_listed(stdout, package, audit->tests[i].name);
        else
            printf("%s %s\n", package, audit->tests[i].name);
    }
    for (int i = 0; i < audit->n_packages; i++)
        if (audit->packages[i].failure == NULL)
            seam_sites_each(&audit->packages[i], print_site, audit);
    fflush(stdout);
    int lost = print_skipped(audit, stderr);
    return lost > 0 || !has_something(audit) ? SEAM_USAGE : SEAM_OK;
}

/* The lines of the record between the first and the last are the list. */
static int record_list(struct audit *audit) {
    static const struct seam_hunt_result lost = {.state = SEAM_HUNT_lost};
    struct seam_record_totals totals = {.tests = audit->n, .status = print_list(audit)};
    for (int i = 0; i < audit->n_packages; i++)
        if (audit->packages[i].failure != NULL) {
            seam_record_test(stdout, &(struct seam_export_test){.package = audit->packages[i].path,
                                                                .said = audit->packages[i].failure,
                                                                .result = &lost});
            totals.lost++;
        }
    seam_record_end(stdout, &totals);
    return totals.status;
}

/* The exit status, told in one line if it is neither "clean" nor "found". */
static int conclude(const struct audit *audit, const struct seam_record_totals *totals) {
    if (!has_something(audit))
        return SEAM_USAGE;
    if (totals->findings == 0 && totals->lost == 0 && !has_looked(audit))
        return seam_fail("nothing was audited: every test was skipped, for the reason above");
    if (totals->lost > 0)
        seam_fail("%d of what was to be audited %s lost, for the reason above", totals->lost,
                  totals->lost == 1 ? "is" : "are");
    return totals->findings > 0 ? SEAM_FOUND : totals->lost > 0 ? SEAM_USAGE : SEAM_OK;
}

static int report(const struct audit *audit) {
    int n;
    struct seam_export_test *tests = choose_all(audit, &n);
    struct seam_record_totals totals = add_up(audit);
    for (int i = 0; i < n; i++) {
        print_findings(audit, i, &tests[i]);
        totals.findings += tests[i].n;
    }
    fflush(stdout); /* so that no line of standard error comes into one of these */
    totals.lost = print_skipped(audit, audit->json == NULL ? stdout : stderr);
    if (n > 0)
        print_summary(audit, &totals);
    bool ok = export(audit->sarif, seam_export_sarif, tests, n) &&
              export(audit->junit, seam_export_junit, tests, n);
    totals.status = ok ? conclude(audit, &totals) : SEAM_USAGE;
    if (audit->json != NULL)
        seam_record_end(stdout, &totals);
    free_chosen(tests, n);
    return totals.status;
}

/* The first line of the record. */
static void begin_record(const struct audit *audit, char *const *patterns, int n) {
    const struct seam_schedule *schedule = &audit->options.schedule;
    bool is_random = schedule->kind == SEAM_SCHEDULE_random;
    struct seam_audit_origin origin = audit->origin;
    seam_origin_find(&origin, &audit->plan.go);
    seam_record_begin(stdout,
                      &(struct seam_record_start){.origin = &origin,
                                                  .plan = &audit->plan,
                                                  .schedule = audit->schedule,
                                                  .at = audit->at,
                                                  .seed = is_random ? &schedule->seed : NULL,
                                                  .patterns = patterns,
                                                  .n = n});
    seam_origin_free(&origin);
    fflush(stdout); /* who reads it need not wait for the tests */
}

static void free_tests(struct audit *audit) {
    for (int i = 0; i < audit->n; i++)
        free(audit->tests[i].name);
    free(audit->tests);
}

/* Everything after the options; argv[1..n] are packages. */
static int run(struct audit *audit, char **argv, int n) {
    int status = SEAM_USAGE;
    bool is_ready = prepare(audit, argv + 1, n);
    if (is_ready && audit->json != NULL)
        begin_record(audit, argv + 1, n);
    if (is_ready && audit->list != NULL) {
        status = audit->json != NULL ? record_list(audit) : print_list(audit);
    } else if (is_ready) {
        run_workers(audit);
        status = report(audit);
    }
    free_tests(audit);
    seam_plan_free_packages(audit->packages, audit->n_packages);
    seam_plan_close(&audit->plan);
    return status;
}

int seam_verb_audit(int argc, char **argv) {
    struct audit audit = {0};
    int n, status = SEAM_USAGE;
    audit.options.suppressions = &audit.suppressions;
    if (parse(&audit, argc, argv, &n) && seam_origin_start(&audit.origin) &&
        seam_sandbox_open(&audit.sandbox) &&
        seam_suppressions_read(audit.suppress, &audit.suppressions))
        status = run(&audit, argv, n);
    seam_schedule_free(&audit.options.schedule);
    return status;
}
