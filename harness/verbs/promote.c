/* seam promote: a finding becomes a part of the corpus, whose tests run it from then on.
 *
 * Always true: all files are written or none, and none is replaced. What a test must not accept as
 * done has no report, which the tests of the corpus name. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/options.h"
#include "generate/corpus.h"
#include "language/bytes.h"
#include "language/scenario_file.h"
#include "language/text.h"
#include "run/pipeline.h"
#include "shrink/probe.h"
#include "verbs/beside.h"
#include "verbs/verbs.h"

/* A file to be written. */
struct page {
    char *path, *text; /* owned */
    size_t size;
    bool has_new_directory; /* made for it */
};

struct promotion {
    const char *file, *corpus, *name, *check; /* what the user gave */
    struct seam_probe *probe;                 /* the pipeline, which a finding may kill */
    int n_pages;
    struct page pages[4];
    bool is_unfinished; /* the twin has still to be made legal */
};

/* --- running ---------------------------------------------------------------------------------- */

static void run_case(void *memory) { seam_pipeline_run(memory); }

/* The case after a run, borrowed until the next one; NULL if it died. */
static const struct seam_case *run(struct promotion *it, const struct seam_scenario *scenario) {
    struct seam_case *the_case = seam_probe_memory(it->probe);
    the_case->scenario = *scenario;
    return seam_probe_ask(it->probe) == SEAM_PROBE_answered ? the_case : NULL;
}

/* --- the twin --------------------------------------------------------------------------------- */

/* Fill `less` with a scenario without one step; decoding repairs what needed it. */
static void without(const struct seam_scenario *scenario, int step, struct seam_scenario *less) {
    uint8_t bytes[SEAM_BYTES_MAX];
    size_t size = seam_scenario_encode(scenario, bytes);
    uint8_t *at = bytes + SEAM_HEADER_BYTES + (size_t)step * SEAM_STEP_BYTES;
    memmove(at, at + SEAM_STEP_BYTES, size - SEAM_STEP_BYTES - (size_t)(at - bytes));
    seam_scenario_decode(less, bytes, size - SEAM_STEP_BYTES, scenario->release);
}

/* How many lines differ more than they must. */
static int lines_changed(const struct seam_scenario *scenario, int step,
                         const struct seam_scenario *less) {
    int changed = abs(scenario->n_steps - 1 - less->n_steps);
    for (int i = 0; i < less->n_steps && i + 1 < scenario->n_steps; i++)
        changed +=
            memcmp(&less->steps[i], &scenario->steps[i + (i >= step)], sizeof less->steps[i]) != 0;
    return changed;
}

/* Fill `twin` with the legal scenario that differs least by the loss of one step, and nearest to
 * the guilty one; which step, or -1. */
static int find_twin(struct promotion *it, const struct seam_scenario *scenario, int guilty,
                     struct seam_scenario *twin) {
    static struct seam_scenario less;
    int best = -1, best_changed = SEAM_STEPS_MAX + 1;
    for (int k = 0; k < 2 * scenario->n_steps + 2; k++) {
        int step = k % 2 == 0 ? guilty - k / 2 : guilty + k / 2 + 1;
        if (step < 0 || step >= scenario->n_steps)
            continue;
        without(scenario, step, &less);
        int changed = lines_changed(scenario, step, &less);
        if (less.n_steps == 0 || changed >= best_changed)
            continue;
        const struct seam_case *legal = run(it, &less);
        if (legal != NULL && legal->judgement.verdict == SEAM_VERDICT_agreed &&
            seam_first_broken(&legal->expected) == NULL) {
            *twin = less;
            best = step;
            best_changed = changed;
        }
    }
    return best;
}

/* --- pages ------------------------------------------------------------------------------------ */

static void add_page(struct promotion *it, char *path, char *text, size_t size) {
    it->pages[it->n_pages++] = (struct page){path, text, size, false};
}

/* A scenario under a comment; takes both strings. */
static void add_scenario(struct promotion *it, char *path, char *comment,
                         const struct seam_scenario *scenario) {
    static char steps[SEAM_TEXT_MAX];
    seam_text_print(scenario, steps);
    char *text = seam_format("# %s\n%s", comment, steps);
    free(comment);
    add_page(it, path, text, strlen(text));
}

static void add_report(struct promotion *it, const char *path, const struct seam_case *the_case) {
    size_t size;
    char *text = seam_beside_report(the_case, path, &size),
         *beside = seam_beside_path(path, "report");
    seam_assert(text != NULL && beside != NULL);
    add_page(it, beside, text, size);
}

static void add_twin(struct promotion *it, const struct seam_scenario *scenario, const char *rule,
                     int guilty) {
    static struct seam_scenario twin;
    char line[SEAM_LINE_MAX], *path;
    path = seam_format("%s/keeps/%s-%s.seam", it->corpus, rule, it->name);
    int step = find_twin(it, scenario, guilty, &twin);
    if (step < 0) {
        it->is_unfinished = true;
        add_scenario(it, path,
                     seam_format("Unfinished: change breaks/%s/%s.seam by one line, so that no "
                                 "rule is broken.",
                                 rule, it->name),
                     scenario);
        return;
    }
    seam_text_print_step(&scenario->steps[step], line);
    add_scenario(
        it, path,
        seam_format("breaks/%s/%s.seam without step %d, %s.", rule, it->name, step + 1, line),
        &twin);
    const struct seam_case *legal = run(it, &twin);
    if (legal != NULL)
        add_report(it, path, legal);
}

/* The scenario, its report, and for a broken rule the twin. False after an error was printed. */
static bool make_pages(struct promotion *it, const struct seam_scenario *scenario) {
    char rule[48];
    const struct seam_case *the_case = run(it, scenario);
    if (the_case == NULL) {
        seam_fail("%s: seam itself dies of it (%s); mend that first, then promote it", it->file,
                  seam_probe_words(it->probe));
        return false;
    }
    const struct seam_event *broken = seam_first_broken(&the_case->expected);
    bool agreed = the_case->judgement.verdict == SEAM_VERDICT_agreed;
    char *path = broken == NULL
                     ? seam_format("%s/keeps/%s.seam", it->corpus, it->name)
                     : seam_format("%s/breaks/%s/%s.seam", it->corpus,
                                   seam_rule_name((enum seam_rule)broken->what, rule), it->name);
    add_scenario(it, path,
                 agreed ? seam_format("Found by fuzzing.")
                        : seam_format("Found by fuzzing: oracle and model disagreed (%s).",
                                      seam_verdict_name(the_case->judgement.verdict)),
                 scenario);
    add_report(it, path, the_case);
    if (broken != NULL)
        add_twin(it, scenario, rule, broken->step);
    return true;
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool all_are_new(const struct promotion *it) {
    for (int i = 0; i < it->n_pages; i++)
        if (access(it->pages[i].path, F_OK) == 0) {
            seam_fail("%s: exists; choose another name with --name", it->pages[i].path);
            return false;
        }
    return true;
}

/* The directory of breaks/RULE, if the rule had no scenario yet. */
static bool make_directory(struct page *page) {
    char *directory = seam_format("%.*s", (int)(strrchr(page->path, '/') - page->path), page->path);
    page->has_new_directory = mkdir(directory, 0777) == 0;
    bool ok = page->has_new_directory || errno == EEXIST;
    if (ok && access(directory, W_OK) != 0)
        ok = false;
    if (!ok)
        seam_fail("%s: cannot be written: %s; name another corpus with --corpus", directory,
                  strerror(errno));
    free(directory);
    return ok;
}

static void take_back(struct promotion *it) {
    for (int i = it->n_pages - 1; i >= 0; i--) {
        struct page *page = &it->pages[i];
        unlink(page->path);
        *strrchr(page->path, '/') = '\0';
        if (page->has_new_directory)
            rmdir(page->path);
    }
}

static bool write_pages(struct promotion *it) {
    if (!all_are_new(it))
        return false;
    for (int i = 0; i < it->n_pages; i++) {
        struct page *page = &it->pages[i];
        if (!make_directory(page) || !seam_file_write(page->path, page->text, page->size)) {
            take_back(it);
            return false;
        }
    }
    return true;
}

static void tell(const struct promotion *it) {
    for (int i = 0; i < it->n_pages; i++)
        puts(it->pages[i].path);
    if (it->is_unfinished)
        printf("No step can be left out so that the rest is legal: change a line of %s, then run\n"
               "seam replay --expect --update %s\n",
               it->pages[it->n_pages - 1].path, it->pages[it->n_pages - 1].path);
}

/* --- the verb --------------------------------------------------------------------------------- */

/* The scenario of the corpus that is the same; NULL: none. Borrowed. */
static const char *find_same(const struct seam_corpus *corpus, const struct seam_scenario *it) {
    for (int i = 0; i < corpus->n; i++)
        if (seam_scenario_equal(&corpus->entries[i].scenario, it))
            return corpus->entries[i].name;
    return NULL;
}

/* --check: name those that are not in the corpus. */
static int check(const struct promotion *it, const struct seam_corpus *corpus, int n,
                 char **files) {
    static struct seam_scenario scenario;
    int status = SEAM_OK;
    for (int i = 0; i < n; i++) {
        if (!seam_scenario_read(files[i], &scenario))
            return SEAM_USAGE;
        if (find_same(corpus, &scenario) != NULL)
            continue;
        printf("%s: is not in %s; seam promote puts it there\n", files[i], it->corpus);
        status = SEAM_FOUND;
    }
    return status;
}

static bool is_story(const char *name) {
    size_t n = 0;
    while (isalnum((unsigned char)name[n]) || (n > 0 && name[n] == '-'))
        n++;
    if (n > 0 && n <= 60 && name[n] == '\0')
        return true;
    seam_fail(
        "--name=%s: a name has letters, digits and dashes, 60 at most, as in --name=free-twice",
        name);
    return false;
}

static int promote(struct promotion *it, const struct seam_scenario *scenario) {
    uint8_t bytes[SEAM_BYTES_MAX];
    char name[24];
    uint64_t hash = seam_hash(SEAM_HASH_SEED, bytes, seam_scenario_encode(scenario, bytes));
    snprintf(name, sizeof name, "fuzz-%08x", (unsigned)(hash & 0xffffffff));
    if (it->name == NULL)
        it->name = name;
    it->probe = seam_probe_open(run_case, sizeof(struct seam_case));
    bool ok = it->probe != NULL && make_pages(it, scenario) && write_pages(it);
    if (ok)
        tell(it);
    for (int i = 0; i < it->n_pages; i++) {
        free(it->pages[i].path);
        free(it->pages[i].text);
    }
    if (it->probe != NULL)
        seam_probe_close(it->probe);
    return ok ? SEAM_OK : SEAM_USAGE;
}

int seam_verb_promote(int argc, char **argv) {
    static struct promotion it;
    static struct seam_scenario scenario;
    const struct seam_option options[] = {
        {"--corpus=", &it.corpus}, {"--name=", &it.name}, {"--check", &it.check}, {NULL, NULL}};
    struct seam_corpus corpus;
    int n = seam_options(argc, argv, options), status = SEAM_USAGE;
    if (n < 0)
        return SEAM_USAGE;
    if (n < 1 || (n > 1 && it.check == NULL))
        return seam_fail("promote needs one FILE; see seam promote --help");
    if (it.corpus == NULL)
        it.corpus = "corpus";
    if ((it.name != NULL && !is_story(it.name)) || !seam_corpus_read(it.corpus, &corpus))
        return SEAM_USAGE;
    it.file = argv[1];
    const char *same;
    if (it.check != NULL)
        status = check(&it, &corpus, n, argv + 1);
    else if (!seam_scenario_read(it.file, &scenario))
        status = SEAM_USAGE;
    else if (scenario.n_steps == 0)
        seam_fail("%s: the scenario has no steps, so it shows nothing; see seam replay", it.file);
    else if ((same = find_same(&corpus, &scenario)) != NULL)
        seam_fail("%s: is %s/%s already", it.file, it.corpus, same);
    else
        status = promote(&it, &scenario);
    seam_corpus_free(&corpus);
    return status;
}
