#define _GNU_SOURCE
#include "audit/hunt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/exchange.h"
#include "audit/gather.h"
#include "audit/skips.h"
#include "base/check.h"
#include "base/file.h"
#include "base/format.h"
#include "base/sandbox.h"
#include "rules/flavor.h"

/* Everything one hunt works with. */
struct hunt {
    const struct seam_audit_plan *plan;
    const struct seam_hunt_options *options;
    struct seam_audit_run run;
    int budget;          /* runs that shrinking may still take */
    double seconds;      /* and what they may take together */
    double busy_seconds; /* processor time of the test without a schedule */
};

enum { SHRINK_RUNS = 60, SHRINK_SECONDS = 60 };

/* A test that takes longer is not run again and again for leaks, and no more often than this
 * allows. */
static const double LEAK_SECONDS = 4, LEAK_BUDGET = 60;

static void run_at(struct hunt *hunt, const struct seam_audit_point *points, uint32_t n) {
    seam_channel_reset(hunt->run.channel, SEAM_SCHEDULE_at, 0, 0, points, n);
    seam_audit_run(&hunt->run);
    hunt->seconds -= hunt->run.seconds;
}

static bool is_among(const char *id, const struct seam_finding *findings, int n) {
    for (int i = 0; i < n; i++)
        if (strcmp(findings[i].id, id) == 0)
            return true;
    return false;
}

/* Did the run that just ended show the finding? Without a rule, any failure counts. */
static bool has_shown(const struct hunt *hunt, const struct seam_finding *wanted) {
    struct seam_finding found[SEAM_HUNT_FINDINGS];
    if (hunt->run.lost != NULL)
        return false;
    int found_n = seam_findings_of(hunt->plan, &hunt->run, found, SEAM_HUNT_FINDINGS);
    if (wanted->rule == SEAM_RULE_none)
        return hunt->run.end != SEAM_END_passed;
    return is_among(wanted->id, found, found_n);
}

/* Do collections at these points reproduce the finding? */
static bool shows(struct hunt *hunt, const struct seam_finding *wanted,
                  const struct seam_audit_point *points, uint32_t n) {
    run_at(hunt, points, n);
    return has_shown(hunt, wanted);
}

/* May shrinking run the test once more? */
static bool may_run(struct hunt *hunt) {
    return hunt->options->is_thorough || (hunt->budget-- > 0 && hunt->seconds >= 0);
}

/* Drop chunks of that many points as long as the finding is reproduced. Returns how many points
 * remain. */
static uint32_t leave_out_chunks(struct hunt *hunt, const struct seam_finding *finding,
                                 struct seam_audit_point *points, uint32_t n, uint32_t size) {
    struct seam_audit_point *less = calloc(n + 1, sizeof *less);
    seam_assert(less != NULL);
    for (uint32_t from = 0; from < n && n > 1;) {
        uint32_t gone = from + size < n ? size : n - from;
        memcpy(less, points, from * sizeof *less);
        memcpy(less + from, points + from + gone, (n - from - gone) * sizeof *less);
        if (!may_run(hunt))
            break;
        if (gone < n && shows(hunt, finding, less, n - gone)) {
            n -= gone;
            memcpy(points, less, n * sizeof *less);
        } else {
            from += gone;
        }
    }
    free(less);
    return n;
}

/* Halves first, single points last; if it is to be thorough, single ones until none can be dropped.
 * (Zeller and Hildebrandt, Simplifying and isolating failure-inducing input, 2002.) */
static uint32_t leave_out(struct hunt *hunt, const struct seam_finding *finding,
                          struct seam_audit_point *points, uint32_t n) {
    uint32_t before = n;
    for (uint32_t size = (n + 1) / 2; n > 1 && size >= 1; size /= 2) {
        before = n;
        n = leave_out_chunks(hunt, finding, points, n, size);
    }
    while (hunt->options->is_thorough && n > 1 && n < before) {
        before = n;
        n = leave_out_chunks(hunt, finding, points, n, 1);
    }
    return n;
}

/* The fewest points that reproduce the finding, starting from those that were forced. */
static void shrink(struct hunt *hunt, struct seam_finding *finding,
                   const struct seam_audit_point *forced, uint32_t n) {
    struct seam_audit_point *points = calloc(n + 1, sizeof *points);
    if (points == NULL)
        return;
    hunt->budget = SHRINK_RUNS;
    hunt->seconds = SHRINK_SECONDS;
    if (shows(hunt, finding, finding->proof, (uint32_t)finding->n_proof)) {
        finding->is_shrunk = true;
        if (hunt->options->is_thorough)
            finding->n_proof =
                (int)leave_out(hunt, finding, finding->proof, (uint32_t)finding->n_proof);
        free(points);
        return;
    }
    memcpy(points, forced, n * sizeof *points);
    n = leave_out(hunt, finding, points, n);
    finding->is_shrunk = n <= (hunt->options->is_thorough ? SEAM_PROOF_POINTS : SEAM_PROOF_FEW);
    finding->n_proof = finding->is_shrunk ? (int)n : 0;
    memcpy(finding->proof, points, (size_t)finding->n_proof * sizeof *points);
    free(points);
}

static void replay(struct hunt *hunt, struct seam_finding *finding) {
    for (int i = 0; i < hunt->options->replays && finding->is_shrunk; i++) {
        finding->replays++;
        finding->replayed += shows(hunt, finding, finding->proof, (uint32_t)finding->n_proof);
    }
}

/* In how many random schedules does each finding show? A measure of the luck that a test without
 * seam would need. */
static void count_schedules(struct hunt *hunt, struct seam_hunt_result *result) {
    bool is_asked = false;
    for (int k = 0; k < result->n; k++)
        is_asked |= !seam_is_suppressed(hunt->options->suppressions, result->findings[k].id);
    for (int i = 0; i < hunt->options->schedules && is_asked; i++) {
        seam_channel_reset(hunt->run.channel, SEAM_SCHEDULE_random, SEAM_SPARSENESS,
                           (uint64_t)i + 1, NULL, 0);
        seam_audit_run(&hunt->run);
        for (int k = 0; k < result->n; k++) {
            result->findings[k].schedules++;
            result->findings[k].shown += has_shown(hunt, &result->findings[k]);
        }
    }
}

/* Nothing in the output says that a thread matters, so the points decide. */
static bool is_about_threads(const struct seam_finding *finding) {
    int threads = 0;
    for (int i = 0; i < finding->n_proof; i++)
        threads += finding->proof[i].phase == SEAM_PHASE_thread;
    return finding->rule == SEAM_RULE_none && finding->is_shrunk && threads > 0 &&
           threads == finding->n_proof;
}

static void prove(struct hunt *hunt, struct seam_hunt_result *result) {
    static struct seam_audit_point forced[SEAM_AUDIT_POINTS];
    uint32_t n = hunt->run.channel->n_forced;
    memcpy(forced, hunt->run.channel->forced, n * sizeof *forced);
    for (int i = 0; i < result->n; i++) {
        if (seam_is_suppressed(hunt->options->suppressions, result->findings[i].id))
            continue;
        shrink(hunt, &result->findings[i], forced, n);
        replay(hunt, &result->findings[i]);
        if (is_about_threads(&result->findings[i]) &&
            shows(hunt, &result->findings[i], result->findings[i].proof,
                  (uint32_t)result->findings[i].n_proof))
            seam_finding_of_rethread(hunt->plan, &hunt->run, &result->findings[i]);
    }
    count_schedules(hunt, result);
}

/* Run once under a schedule, and say what was found. */
static void look(struct hunt *hunt, const struct seam_schedule *schedule,
                 struct seam_hunt_result *result) {
    const struct seam_audit_channel *channel = hunt->run.channel;
    seam_channel_reset(hunt->run.channel, schedule->kind, schedule->number, schedule->seed,
                       schedule->points, schedule->n_points);
    hunt->run.scribbles =
        hunt->plan->flavor != SEAM_FLAVOR_asan && schedule->kind != SEAM_SCHEDULE_none;
    seam_audit_run(&hunt->run);
    result->seconds = hunt->run.seconds;
    result->crossings = channel->crossings;
    result->sites = channel->sites;
    result->injections = channel->injections;
    result->n = hunt->run.lost == NULL
                    ? seam_findings_of(hunt->plan, &hunt->run, result->findings, SEAM_HUNT_FINDINGS)
                    : 0;
}

/* --- leaks ------------------------------------------------------------------------------------ */

/* What a process leaves behind that runs the test `runs` times and collects at its last crossing.
 */
struct rest {
    struct seam_audit_birth births[SEAM_AUDIT_BIRTHS];
    int64_t handles;
};

/* Runs of the test; the first has effects that no later one has. */
enum { FEW = 2, MANY = 5, MORE = MANY - FEW };

/* Collections in each run of the test: what finalizers only put aside, for a call to free it, is
 * not a leak. */
enum { COLLECTIONS = 8 };

/* False if the process failed, or did not reach its last crossing. */
static bool leave_behind(struct hunt *hunt, int count, struct rest *rest) {
    struct seam_audit_channel *channel = hunt->run.channel;
    hunt->run.count = count;
    seam_channel_reset(channel, SEAM_SCHEDULE_none, 0, 0, NULL, 0);
    seam_audit_run(&hunt->run);
    uint32_t last = (uint32_t)channel->crossings;
    uint32_t step = last / (uint32_t)count / COLLECTIONS;
    seam_channel_reset(channel, SEAM_SCHEDULE_last, last, step > 0 ? step : 1, NULL, 0);
    seam_audit_run(&hunt->run);
    hunt->run.count = 1;
    memcpy(rest->births, channel->births, sizeof rest->births);
    rest->handles = channel->handles;
    return hunt->run.lost == NULL && hunt->run.end == SEAM_END_passed && channel->injections > 0;
}

/* -1: unknown, because there was no room. */
static int64_t blocks_of(const struct rest *rest, uint64_t site) {
    for (int i = 0; i < SEAM_AUDIT_BIRTHS; i++)
        if (rest->births[i].site == site)
            return rest->births[i].blocks;
    return -1;
}

/* The first site whose blocks grow by as many with every run of the test (a cache grows now and
 * then): what was born later belongs to it, more often than not. NULL if none does. */
static const struct seam_audit_birth *growing(const struct rest *few, const struct rest *many,
                                              int64_t *more) {
    const struct seam_audit_birth *first = NULL;
    for (int i = 0; i < SEAM_AUDIT_BIRTHS; i++) {
        const struct seam_audit_birth *birth = &many->births[i];
        int64_t before = birth->site != 0 ? blocks_of(few, birth->site) : -1;
        int64_t grown = before >= 0 ? birth->blocks - before : 0;
        if (grown > 0 && grown % MORE == 0 && (first == NULL || birth->order < first->order)) {
            first = birth;
            *more = grown;
        }
    }
    return first;
}

/* Does the test leave more behind, the more often it runs? At most one finding of blocks and one of
 * handles; their number. */
static int leaks(struct hunt *hunt, struct seam_finding findings[2]) {
    static struct rest few, many;
    int n = 0;
    int64_t more;
    if (!leave_behind(hunt, FEW, &few) || !leave_behind(hunt, MANY, &many))
        return 0;
    const struct seam_audit_birth *birth = growing(&few, &many, &more);
    if (birth != NULL)
        seam_finding_of_leak(hunt->plan, hunt->run.program, &birth->crossing, (long)more, MORE,
                             &findings[n++]);
    more = many.handles - few.handles;
    if (more > 0 && more % MORE == 0)
        seam_finding_of_leak(hunt->plan, hunt->run.program, NULL, (long)more, MORE, &findings[n++]);
    return n;
}

static bool left_something(const struct seam_audit_channel *channel) {
    for (int i = 0; i < SEAM_AUDIT_BIRTHS; i++)
        if (channel->births[i].blocks > 0)
            return true;
    return channel->handles > 0;
}

/* Can the run that just ended have leaked, and is the test quick enough to find out? */
static bool may_leak(const struct hunt *hunt) {
    return hunt->run.end == SEAM_END_passed && left_something(hunt->run.channel) &&
           hunt->busy_seconds <= LEAK_SECONDS && !hunt->options->is_program;
}

static bool has_unknown(const struct hunt *hunt, const struct seam_finding *findings, int n) {
    for (int i = 0; i < n; i++)
        if (!seam_is_suppressed(hunt->options->suppressions, findings[i].id))
            return true;
    return false;
}

/* A leak is the same every time; what is not reproduced was a cache that happened to grow
 * evenly. */
static void look_for_leaks(struct hunt *hunt, struct seam_hunt_result *result) {
    static struct seam_finding found[2], again[2];
    int n = leaks(hunt, found);
    double round = hunt->busy_seconds * 2 * (FEW + MANY);
    for (int i = 0; i < hunt->options->replays && has_unknown(hunt, found, n); i++) {
        if (i > 0 && round * i > LEAK_BUDGET)
            break;
        int n_again = leaks(hunt, again), stay = 0;
        for (int k = 0; k < n; k++)
            if (is_among(found[k].id, again, n_again)) {
                found[stay] = found[k];
                found[stay].replayed = ++found[stay].replays;
                stay++;
            }
        n = stay;
    }
    for (int k = 0; k < n && result->n < SEAM_HUNT_FINDINGS; k++)
        result->findings[result->n++] = found[k];
}

/* --- a test ----------------------------------------------------------------------------------- */

/* Is it more than a test that fails? */
static bool is_told(const struct seam_finding *finding) {
    return finding->rule != SEAM_RULE_none || finding->guilty.function[0] != '\0';
}

static void leave_out_test(struct seam_hunt_result *result, const char *why) {
    snprintf(result->said, sizeof result->said, "%s: %.180s", why, result->findings[0].said);
    result->n = 0;
}

static const struct seam_schedule nowhere = {.kind = SEAM_SCHEDULE_none};

/* What the last run printed says that it was denied, as words for the user; NULL: nothing. */
static const char *denied(const struct hunt *hunt) {
    char *output = NULL;
    size_t size;
    bool is_read = seam_file_read(hunt->run.output, SEAM_OUTPUT_MAX, &output, &size);
    const char *why = is_read ? seam_sandbox_explain(output) : NULL;
    free(output);
    return why;
}

/* Does the test pass when it is not confined? */
static bool passes_outside(struct hunt *hunt) {
    unsigned confinement = hunt->run.confinement;
    hunt->run.confinement = 0;
    seam_channel_reset(hunt->run.channel, nowhere.kind, 0, 0, NULL, 0);
    seam_audit_run(&hunt->run);
    hunt->run.confinement = confinement;
    return hunt->run.lost == NULL && hunt->run.end == SEAM_END_passed;
}

/* What of the test skipped itself, by the last run, which was verbose. */
static struct seam_skips skips_of(const struct hunt *hunt) {
    struct seam_skips skips = {0};
    char *output = NULL;
    size_t size;
    if (seam_file_read(hunt->run.output, SEAM_FILE_MAX, &output, &size) && !hunt->run.is_program)
        seam_skips_read(output, hunt->run.test, &skips);
    free(output);
    return skips;
}

/* Does it skip less when it is not confined? Then the sandbox is why. */
static bool skips_for_sandbox(struct hunt *hunt, const struct seam_skips *skips) {
    struct seam_skips outside;
    if (!seam_sandbox_may_compare() || !passes_outside(hunt))
        return false;
    outside = skips_of(hunt);
    return seam_skips_more(skips, &outside);
}

/* Say what of it skipped itself, with what it would need. */
static void note_skips(struct hunt *hunt, const struct seam_skips *skips,
                       struct seam_hunt_result *result) {
    bool is_denied = skips_for_sandbox(hunt, skips);
    const char *means = is_denied ? seam_sandbox_explain(skips->why) : NULL;
    char *what =
        skips->whole ? seam_format("itself") : seam_format("%d of its subtests", skips->parts);
    if (is_denied)
        snprintf(result->skips, sizeof result->skips, "skips %s in the sandbox: %s", what,
                 means != NULL ? means : "network or writing; run with --network or --sandbox=off");
    else
        snprintf(result->skips, sizeof result->skips, "skips %s%s%s", what,
                 skips->why[0] != '\0' ? ": " : "", skips->why);
    free(what);
}

/* The test failed with nothing forced. If that is because of the sandbox, it was not audited, and
 * `said` has what it needs. Only a failure that says nothing else, or that speaks of something
 * denied, is looked at. */
static bool fails_in_sandbox(struct hunt *hunt, struct seam_hunt_result *result) {
    const char *why = denied(hunt);
    if ((why == NULL && is_told(&result->findings[0])) || !seam_sandbox_may_compare() ||
        !passes_outside(hunt))
        return false;
    snprintf(result->said, sizeof result->said, "fails in the sandbox: %s",
             why != NULL ? why : "network or writing; run with --network or --sandbox=off");
    result->n = 0;
    return true;
}

/* Of a run that says nothing there is nothing to say. */
static enum seam_hunt_state lose(const struct hunt *hunt, struct seam_hunt_result *result) {
    snprintf(result->said, sizeof result->said, "%s", hunt->run.lost);
    return SEAM_HUNT_lost;
}

/* What skipped itself is not clean, whatever it did before. */
static enum seam_hunt_state conclude(const struct seam_skips *skips,
                                     struct seam_hunt_result *result) {
    if (result->n > 0)
        return SEAM_HUNT_found;
    if (!skips->whole || result->skips[0] == '\0')
        return SEAM_HUNT_clean;
    strcpy(result->said, result->skips);
    result->skips[0] = '\0';
    return SEAM_HUNT_left_out;
}

/* A test that fails without a schedule is skipped; but what a checker reported there is a finding
 * that needs no points. */
static enum seam_hunt_state hunt_in(struct hunt *hunt, struct seam_hunt_result *result) {
    hunt->run.is_verbose = true;
    look(hunt, &nowhere, result);
    result->plain_seconds = result->seconds;
    hunt->busy_seconds = hunt->run.busy_seconds;
    struct seam_skips skips = skips_of(hunt);
    if (hunt->run.lost == NULL && hunt->run.end == SEAM_END_passed &&
        (skips.whole || skips.parts > 0))
        note_skips(hunt, &skips, result);
    hunt->run.is_verbose = false;
    if (hunt->run.lost != NULL)
        return lose(hunt, result);
    if (result->n > 0 && fails_in_sandbox(hunt, result))
        return SEAM_HUNT_left_out;
    if (result->n > 0 && !is_told(&result->findings[0])) {
        leave_out_test(result, "fails even when nothing is forced");
        return SEAM_HUNT_left_out;
    }
    if (result->n == 0)
        look(hunt, &hunt->options->schedule, result);
    if (hunt->run.lost != NULL)
        return lose(hunt, result);
    bool leaks = may_leak(hunt);
    prove(hunt, result);
    if (result->n > 0 && !is_told(&result->findings[0]) && !result->findings[0].is_shrunk &&
        !seam_is_suppressed(hunt->options->suppressions, result->findings[0].id)) {
        leave_out_test(result,
                       hunt->options->is_thorough
                           ? "fails only under the full schedule, so it may depend on timing"
                           : "fails only under the full schedule, so it may depend on "
                             "timing; --shrink=thorough looks longer");
        return SEAM_HUNT_left_out;
    }
    if (leaks)
        look_for_leaks(hunt, result);
    return conclude(&skips, result);
}

const char *seam_hunt_not_looked_at(const struct seam_hunt_result *result) {
    bool is_all = result->state == SEAM_HUNT_lost || result->state == SEAM_HUNT_left_out;
    return is_all ? result->said : result->skips[0] != '\0' ? result->skips : NULL;
}

void seam_hunt(const struct seam_audit_plan *plan, const struct seam_audit_package *package,
               const char *test, const struct seam_hunt_options *options, int number,
               struct seam_hunt_result *result) {
    char *channel = seam_format("%s/channel.%d", plan->work, number);
    char *output = seam_format("%s/output.%d", plan->work, number);
    struct hunt hunt = {.plan = plan,
                        .options = options,
                        .run = {.program = package->program,
                                .directory = package->directory,
                                .test = test,
                                .arguments = options->arguments,
                                .is_program = options->is_program,
                                .output = output,
                                .seconds_max = options->seconds_max,
                                .confinement = seam_audit_confinement(plan->flavor),
                                .channel = calloc(1, sizeof *hunt.run.channel),
                                .channel_path = channel}};
    result->state = SEAM_HUNT_running;
    seam_assert(hunt.run.channel != NULL);
    hunt.run.channel->symbols = *package->symbols;
    result->state = hunt_in(&hunt, result);
    free(hunt.run.channel);
    unlink(channel);
    unlink(output);
    free(channel);
    free(output);
}
