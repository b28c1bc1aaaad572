#include "book/law.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TRIAL_ROW(id, since, part, program, mode, judge, text, statement)                          \
    {true, since, id, part, program, SEAM_TRIAL_##mode, SEAM_TRIAL_##judge, text, statement},

#define LAW(id, since, until, words, source, fix) {id, since, until, words, source, fix},
#define SCENARIO(id, path)
#define TRIAL(...)
const struct seam_law seam_laws[] = {
#include "book/laws.def"
    {NULL, 0, 0, NULL, NULL, NULL},
};
#undef LAW
#undef SCENARIO

#define LAW(...)
#define SCENARIO(id, path) {id, path},
const struct seam_law_scenario seam_law_scenarios[] = {
#include "book/laws.def"
    {NULL, NULL},
};
#undef SCENARIO
#undef TRIAL

#define SCENARIO(id, path)
#define TRIAL(...) TRIAL_ROW(__VA_ARGS__)
static const struct seam_trial trials[] = {
#include "book/laws.def"
};

enum { N_TRIALS = sizeof trials / sizeof *trials };
_Static_assert((int)N_TRIALS <= (int)SEAM_TRIALS_MAX, "SEAM_TRIALS_MAX is too small");

const struct seam_trial_book seam_law_book = {"programs", trials, N_TRIALS, seam_programs_files};

const struct seam_law *seam_law_find(const char *id) {
    for (const struct seam_law *law = seam_laws; law->id != NULL; law++)
        if (strcasecmp(law->id, id) == 0)
            return law;
    return NULL;
}

/* --- what was measured ------------------------------------------------------------------------ */

void seam_law_measured(struct seam_trial_table *table) {
    static struct seam_trial_results measured[SEAM_TRIAL_RELEASES_MAX];
    seam_trial_measured(&seam_law_book, measured, table);
}

/* --- words ------------------------------------------------------------------------------------ */

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* How a run ended, by what was said. */
static const char *end_of_run(const struct seam_trial *trial,
                              const struct seam_trial_result *result) {
    static const struct {
        const char *begin, *word;
    } ends[] = {{"panic: ", "panic"},
                {"fatal error: ", "throw"},
                {"SIG", "signal"},
                {"free(): ", "abort"},
                {"it died", "dies"}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (begins(result->evidence, ends[i].begin))
            return ends[i].word;
    if (trial->judge == SEAM_TRIAL_told && result->outcome == SEAM_TRIAL_holds)
        return "report"; /* of a sanitizer, or what the runtime says before it dies */
    return result->outcome == SEAM_TRIAL_holds ? "holds" : "fails";
}

const char *seam_law_word(const struct seam_trial *trial, const struct seam_trial_result *result,
                          int minor) {
    if (!seam_trial_applies(trial, minor))
        return "-";
    if (result->outcome == SEAM_TRIAL_unknown)
        return "?";
    bool is_silent = strcmp(result->evidence, "no complaint") == 0;
    switch (seam_trial_stage(trial->mode)) {
    case SEAM_TRIAL_COMPILES:
        return is_silent ? "compiles" : "refused";
    case SEAM_TRIAL_VETS:
        return is_silent ? "silent" : "warns";
    default:
        return end_of_run(trial, result);
    }
}
