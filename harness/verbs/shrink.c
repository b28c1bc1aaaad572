/* seam shrink: the smallest scenario with the same finding. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/format.h"
#include "base/print.h"
#include "base/words.h"
#include "language/scenario_file.h"
#include "language/text.h"
#include "shrink/shrink.h"
#include "shrink/stop.h"
#include "verbs/verbs.h"

/* --- what is written -------------------------------------------------------------------------- */

/* The scenario as text, with what it shows in comments. Owned by the caller. */
static char *text_of(const struct seam_shrink *it, size_t *size) {
    static char steps[SEAM_TEXT_MAX];
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (out == NULL)
        return NULL;
    fputs("# ", out);
    seam_class_print(out, &it->class);
    int n = it->best.n_steps;
    if (it->is_minimal)
        fprintf(out, "\n# 1-minimal: %s%d step%s needed\n", n == 1 ? "its " : "each of ", n,
                n == 1 ? " is" : "s is");
    else
        fputs("\n# not minimal: shrinking was interrupted\n", out);
    seam_text_print(&it->best, steps);
    fputs(steps, out);
    fclose(out);
    return text;
}

static bool is_text_name(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot != NULL && strcmp(dot, ".seam") == 0;
}

static bool write_best(const struct seam_shrink *it, const char *out) {
    uint8_t bytes[SEAM_BYTES_MAX];
    if (out != NULL && !is_text_name(out))
        return seam_file_write(out, bytes, seam_scenario_encode(&it->best, bytes));
    size_t size;
    char *text = text_of(it, &size);
    bool ok = text != NULL;
    if (ok && out != NULL)
        ok = seam_file_write(out, text, size);
    else if (ok)
        fputs(text, stdout);
    free(text);
    return ok;
}

/* A finding that was kept is not overwritten, and a place that cannot be written is noticed before
 * the work. What is not a regular file may be written into. */
static bool may_write(const char *out) {
    struct stat status;
    if (out == NULL)
        return true;
    if (stat(out, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
        seam_fail("%s: exists; choose another name with -o, or remove it", out);
        return false;
    }
    char *directory = strdup(out);
    char *slash = directory != NULL ? strrchr(directory, '/') : NULL;
    if (slash != NULL)
        slash[slash == directory] = '\0';
    bool ok = access(slash != NULL ? directory : ".", W_OK) == 0;
    if (!ok)
        seam_fail("%s: cannot be written: %s; choose another place with -o", out, strerror(errno));
    free(directory);
    return ok;
}

/* --- progress --------------------------------------------------------------------------------- */

enum { SILENT_SECONDS = 2 };

static double began, last_shown;

static void show_progress(const struct seam_shrink *it) {
    if (!isatty(STDERR_FILENO))
        return;
    double now = seam_now();
    if (now - began < SILENT_SECONDS || now - last_shown < 0.5)
        return;
    last_shown = now;
    fprintf(stderr, "\r%d step%s to %d, %ld run%s (%ld on real Go) ", it->scenario.n_steps,
            seam_plural((unsigned)it->scenario.n_steps), it->best.n_steps, it->runs,
            seam_plural((unsigned long long)it->runs), it->go_runs);
}

static void tell(const struct seam_shrink *it, const char *path, const char *out) {
    if (last_shown > 0)
        fputc('\n', stderr);
    seam_print_line(stderr, path);
    fprintf(stderr, ": %d step%s to %d, ", it->scenario.n_steps,
            seam_plural((unsigned)it->scenario.n_steps), it->best.n_steps);
    if (it->is_minimal)
        fputs("1-minimal, ", stderr);
    fprintf(stderr, "%ld run%s", it->runs, seam_plural((unsigned long long)it->runs));
    if (it->go_runs > 0)
        fprintf(stderr, ", %ld on real Go", it->go_runs);
    fputs(": ", stderr);
    seam_class_print(stderr, &it->class);
    fputc('\n', stderr);
    if (!it->is_minimal && out != NULL) {
        fputs("interrupted; seam shrink ", stderr);
        seam_words_print(stderr, out);
        fputs(" goes on\n", stderr);
    }
}

/* --- the verb --------------------------------------------------------------------------------- */

/* Open the Go that is wanted, if any; false after an error was printed. */
static bool open_go(const struct seam_go_options *options, const struct seam_scenario *scenario,
                    const char *path, struct seam_go_set *set) {
    enum {
        ALL_BUT_RACE = 1 << SEAM_FLAVOR_plain | 1 << SEAM_FLAVOR_cgocheck2 | 1 << SEAM_FLAVOR_asan
    };
    if (!seam_go_wanted(options))
        return options->flavor == NULL ||
               seam_fail("--flavor needs --go or --executor; see seam shrink --help") == SEAM_OK;
    if (!seam_go_set_open(options, ALL_BUT_RACE, set))
        return false;
    int since = seam_scenario_since(scenario);
    if (set->n > 0 && since > seam_go_minor(set->go[0])) {
        seam_fail("%s: uses operations that exist only since Go 1.%d, and was not run on %s", path,
                  since, set->version);
        seam_go_set_close(set);
        return false;
    }
    for (int i = 0; i < set->n; i++)
        seam_go_survive_reports(set->go[i]);
    return true;
}

/* The rule that --rule names; false after an error was printed. */
static bool read_rule(const char *name, bool has_go, enum seam_rule *rule) {
    if (name == NULL)
        return true;
    *rule = seam_rule_find(name);
    if (*rule == SEAM_RULE_none)
        seam_fail("unknown rule '%s'; seam rules lists them", name);
    else if (has_go)
        seam_fail("--rule is for what the model shows; leave out --go");
    return *rule != SEAM_RULE_none && !has_go;
}

static int fail_for_nothing(const char *path, const struct seam_shrink *it) {
    char name[48];
    if (it->rule != SEAM_RULE_none)
        return seam_fail("%s: does not break %s, or the witnesses disagree; see seam replay %s",
                         path, seam_rule_name(it->rule, name), path);
    if (it->go->n == 0)
        return seam_fail("%s: finds nothing, so there is nothing to shrink; see seam replay %s",
                         path, path);
    return seam_fail(
        "%s: %s detects nothing in it, and does as predicted; leave out --go to shrink "
        "what the model shows",
        path, it->go->version);
}

static int finish(const struct seam_shrink *it, enum seam_shrink_end end, const char *path,
                  const char *out) {
    if (end == SEAM_SHRINK_nothing)
        return fail_for_nothing(path, it);
    if (end == SEAM_SHRINK_broken)
        return seam_fail("%s does not even run the empty scenario (%s); try another one with "
                         "--go=DIR",
                         it->go->version, it->words);
    if (end == SEAM_SHRINK_unstable)
        return seam_fail("%s: %s does something else the second time; see seam replay --go %s",
                         path, it->go->version, path);
    if (!write_best(it, out))
        return SEAM_USAGE;
    tell(it, path, out);
    return it->is_minimal ? SEAM_OK : SEAM_USAGE;
}

int seam_verb_shrink(int argc, char **argv) {
    static struct seam_shrink it;
    static struct seam_go_set set;
    struct seam_go_options go_options = {0};
    const char *out = NULL, *rule = NULL;
    const struct seam_option options[] = {
        SEAM_GO_OPTIONS(go_options), {"-o=", &out}, {"--rule=", &rule}, {NULL, NULL}};
    int n = seam_options(argc, argv, options);
    if (n != 1)
        return n < 0 ? SEAM_USAGE : seam_fail("shrink needs one FILE; see seam shrink --help");
    if (!read_rule(rule, seam_go_wanted(&go_options), &it.rule) || !may_write(out) ||
        !seam_scenario_read(argv[1], &it.scenario) ||
        !open_go(&go_options, &it.scenario, argv[1], &set))
        return SEAM_USAGE;
    if (seam_go_wanted(&go_options) && set.n == 0)
        return SEAM_OK; /* the reason was printed */
    it.go = &set;
    it.progress = show_progress;
    began = seam_now();
    seam_stop_catch(); /* not before: whoever interrupts a build of Go wants no result */
    enum seam_shrink_end end = seam_shrink_run(&it);
    int status = finish(&it, end, argv[1], out);
    seam_go_set_close(&set);
    return status;
}
