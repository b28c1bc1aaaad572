/* What a corpus of scenarios reaches: rules, facts and operations, and which of them it does not.
 *
 *   REACH FILE-OR-DIRECTORY...
 *
 * A fact counts where it happens: not behind the step that ended the scenario. Lines and branches
 * are llvm-cov's (fuzz.bzl). */
#define _GNU_SOURCE
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "language/text.h"
#include "run/pipeline.h"

enum { INPUT_MAX = 1 << 20 };

static const char *const fact_names[SEAM_FACTS] = {
#define FACT(name, args, doc) #name,
#include "language/facts.def"
#undef FACT
};

static bool has_op[SEAM_OPS], has_fact[SEAM_FACTS], has_rule[SEAM_RULES];
static long n_files, n_steps;

/* How many steps ran before the scenario ended. */
static int end_of(const struct seam_case *it) {
    for (int i = 0; i < it->expected.n; i++) {
        const struct seam_event *event = &it->expected.events[i];
        if (event->kind == SEAM_EVENT_broken)
            has_rule[event->what] = true;
        if (event->kind == SEAM_EVENT_broken && seam_rule_rows[event->what].fate == SEAM_FATE_ENDS)
            return event->step < it->scenario.n_steps ? event->step + 1 : it->scenario.n_steps;
    }
    return it->scenario.n_steps;
}

/* The variables of a step die after it; the end comes after all. */
static void count(const struct seam_case *it) {
    int end = end_of(it);
    for (int s = 0; s < end; s++) {
        const struct seam_op_row *row = &seam_op_rows[it->scenario.steps[s].op];
        has_op[it->scenario.steps[s].op] = true;
        for (int i = 0; i < row->n_facts; i++)
            has_fact[row->facts[i].kind] = true;
        has_fact[SEAM_FACT_dead_go] |= it->scenario.last_go[s] != 0;
        has_fact[SEAM_FACT_dead_pinner] |= it->scenario.last_pinner[s] != 0;
        has_fact[SEAM_FACT_in_go] |= row->side == SEAM_SIDE_GO;
    }
    has_fact[SEAM_FACT_end] |= end == it->scenario.n_steps;
    n_steps += end;
}

static bool read_file(const char *path) {
    static struct seam_case it;
    struct seam_text_error error;
    char *text;
    size_t size;
    if (!seam_file_read(path, INPUT_MAX, &text, &size)) {
        seam_fail("%s: %s", path, strerror(errno));
        return false;
    }
    const char *dot = strrchr(path, '.');
    bool ok = true;
    if (dot == NULL || strcmp(dot, ".seam") != 0)
        seam_scenario_decode(&it.scenario, (const uint8_t *)text, size, 0);
    else
        ok = seam_text_parse(&it.scenario, text, size, &error);
    free(text);
    if (!ok) {
        seam_fail("%s:%d:%d: %s", path, error.line, error.column, error.message);
        return false;
    }
    seam_pipeline_run(&it);
    count(&it);
    n_files++;
    return true;
}

static void print(const char *what, const bool *has, const char *(*name)(int), int from, int n) {
    int reached = 0;
    for (int i = from; i < n; i++)
        reached += has[i];
    printf("%-12s %4d of %d\n", what, reached, n - from);
    for (int i = from; i < n; i++)
        if (!has[i])
            printf("  not reached: %s\n", name(i));
}

static const char *op_name(int op) { return seam_op_rows[op].name; }
static const char *fact_name(int fact) { return fact_names[fact]; }

static const char *rule_name(int rule) {
    static char name[48];
    return seam_rule_name((enum seam_rule)rule, name);
}

static int by_name(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Read every file below these paths; false after an error was printed. */
static bool read_all(char **paths) {
    FTS *tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    bool ok = tree != NULL;
    for (FTSENT *entry; ok && (entry = fts_read(tree)) != NULL;) {
        if (entry->fts_info == FTS_F)
            ok = read_file(entry->fts_path);
        else if (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR)
            ok = seam_fail("%s: %s", entry->fts_path, strerror(entry->fts_errno)) == SEAM_OK;
    }
    if (tree != NULL)
        fts_close(tree);
    return ok;
}

int main(int argc, char **argv) {
    if (argc < 2)
        return seam_fail("name files of scenarios, or directories of them");
    if (!read_all(argv + 1))
        return SEAM_USAGE;
    printf("%ld file%s, %ld step%s run\n", n_files, seam_plural((unsigned long long)n_files),
           n_steps, seam_plural((unsigned long long)n_steps));
    print("rules", has_rule, rule_name, 1, SEAM_RULES);
    print("facts", has_fact, fact_name, 0, SEAM_FACTS);
    print("operations", has_op, op_name, 0, SEAM_OPS);
    return SEAM_OK;
}
