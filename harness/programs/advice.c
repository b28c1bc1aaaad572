#include "programs/advice.h"

#include <string.h>

const struct seam_advice_claim seam_advice_claims[] = {
#define CLAIM(id, word, claim, instead) {#id, #word, claim, instead},
#define PART(id, part, folder, mode, judge, text, statement)
#define ALSO(id, part, folder, mode, judge, text, statement)
#include "programs/advice.def"
#undef CLAIM
#undef PART
#undef ALSO
    {NULL, NULL, NULL, NULL},
};

#define ROW(counts, id, part, folder, mode, judge, text, statement)                                \
    {counts, 0, #id, part, folder, SEAM_PROGRAM_##mode, SEAM_PROGRAM_##judge, text, statement},

static const struct seam_program parts[] = {
#define CLAIM(id, word, claim, instead)
#define PART(...) ROW(true, __VA_ARGS__)
#define ALSO(...) ROW(false, __VA_ARGS__)
#include "programs/advice.def"
#undef CLAIM
#undef PART
#undef ALSO
};

enum { N_PARTS = sizeof parts / sizeof *parts };
_Static_assert((int)N_PARTS <= (int)SEAM_PROGRAMS_MAX, "SEAM_PROGRAMS_MAX is too small");

const struct seam_program_set seam_advice_set = {"advice", parts, N_PARTS, seam_advice_files};

const char *seam_advice_verdict_name(enum seam_advice_verdict verdict) {
    static const char *const names[] = {"unknown", "true", "false", "in part",
                                        "depends on version"};
    return names[verdict];
}

/* --- verdicts --------------------------------------------------------------------------------- */

enum seam_advice_verdict seam_advice_verdict_on(const struct seam_program_table *table, int release,
                                                const char *claim) {
    int holds = 0, fails = 0;
    for (int i = 0; i < N_PARTS; i++) {
        enum seam_program_outcome outcome = table->results[release].part[i].outcome;
        if (!parts[i].counts || strcmp(parts[i].subject, claim) != 0)
            continue;
        if (outcome == SEAM_PROGRAM_unknown)
            return SEAM_ADVICE_UNKNOWN;
        holds += outcome == SEAM_PROGRAM_holds;
        fails += outcome == SEAM_PROGRAM_fails;
    }
    return fails == 0 ? SEAM_ADVICE_TRUE : holds == 0 ? SEAM_ADVICE_FALSE : SEAM_ADVICE_IN_PART;
}

static bool differs(const char *claim, const struct seam_program_results *one,
                    const struct seam_program_results *other) {
    for (int i = 0; i < N_PARTS; i++)
        if (parts[i].counts && strcmp(parts[i].subject, claim) == 0 &&
            one->part[i].outcome != other->part[i].outcome)
            return true;
    return false;
}

enum seam_advice_verdict seam_advice_verdict(const struct seam_program_table *table,
                                             const char *claim) {
    enum seam_advice_verdict verdict = seam_advice_verdict_on(table, 0, claim);
    for (int r = 1; r < table->n_releases && verdict != SEAM_ADVICE_UNKNOWN; r++) {
        if (seam_advice_verdict_on(table, r, claim) == SEAM_ADVICE_UNKNOWN)
            verdict = SEAM_ADVICE_UNKNOWN;
        else if (differs(claim, &table->results[0], &table->results[r]))
            verdict = SEAM_ADVICE_DEPENDS;
    }
    return verdict;
}
