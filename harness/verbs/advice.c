/* seam advice: test what tutorials say about cgo with programs on the installed Go releases.
 *
 * Not here: how the programs are run and compared with the table (program_verb.h), what a claim's
 * verdict is (advice.c). */
#include <string.h>

#include "base/options.h"
#include "programs/advice.h"
#include "programs/program_verb.h"
#include "verbs/verbs.h"

static const char *claim_id(int i) { return seam_advice_claims[i].id; }

/* Choose the parts of a claim, by its id or its word. */
static bool choose(struct seam_program_verb *verb, const char *name) {
    const struct seam_advice_claim *claim = seam_advice_claims;
    while (claim->id != NULL && strcmp(claim->id, name) != 0 && strcmp(claim->word, name) != 0)
        claim++;
    if (claim->id == NULL) {
        int n = 0;
        while (claim_id(n) != NULL)
            n++;
        seam_fail("unknown claim '%.40s'; choose %s to %s, as in: seam advice %s (or %s)", name,
                  claim_id(0), claim_id(n - 1), claim_id(0), seam_advice_claims[0].word);
        return false;
    }
    return seam_program_verb_choose(verb, claim->id);
}

static void print(const struct seam_program_verb *verb) {
    for (const struct seam_advice_claim *claim = seam_advice_claims; claim->id != NULL; claim++)
        if (!seam_program_verb_is_chosen(verb, claim->id))
            continue;
        else if (verb->json != NULL)
            seam_advice_print_json(stdout, &verb->table, claim);
        else
            seam_advice_print_text(stdout, &verb->table, claim,
                                   verb->verbose != NULL || verb->is_named);
}

int seam_verb_advice(int argc, char **argv) {
    static struct seam_program_verb verb = {.set = &seam_advice_set};
    return seam_program_verb_parse(&verb, argc, argv, choose) ? seam_program_verb_run(&verb, print)
                                                              : SEAM_USAGE;
}
