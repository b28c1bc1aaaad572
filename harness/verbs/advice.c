/* seam advice: judge what tutorials say of cgo, by programs on the Go releases of this machine.
 *
 * Not here: how the programs are run and compared with the table (session.h), what a claim's
 * verdict is (advice.c). */
#include <string.h>

#include "base/options.h"
#include "book/advice.h"
#include "book/session.h"
#include "verbs/verbs.h"

static const char *claim_id(int i) { return seam_advice_claims[i].id; }

/* Choose the parts of a claim, by its id or its word. */
static bool choose(struct seam_session *session, const char *name) {
    const struct seam_advice_claim *claim = seam_advice_claims;
    while (claim->id != NULL && strcmp(claim->id, name) != 0 && strcmp(claim->word, name) != 0)
        claim++;
    if (claim->id == NULL) {
        int n = 0;
        while (claim_id(n) != NULL)
            n++;
        seam_fail("no claim '%.40s'; they are %s to %s, as in: seam advice %s (or %s)", name,
                  claim_id(0), claim_id(n - 1), claim_id(0), seam_advice_claims[0].word);
        return false;
    }
    return seam_session_choose(session, claim->id);
}

static void print(const struct seam_session *session) {
    for (const struct seam_advice_claim *claim = seam_advice_claims; claim->id != NULL; claim++)
        if (!seam_session_is_chosen(session, claim->id))
            continue;
        else if (session->json != NULL)
            seam_advice_print_json(stdout, &session->table, claim);
        else
            seam_advice_print_text(stdout, &session->table, claim,
                                   session->verbose != NULL || session->is_named);
}

int seam_verb_advice(int argc, char **argv) {
    static struct seam_session session = {.book = &seam_advice_book};
    return seam_session_parse(&session, argc, argv, choose) ? seam_session_run(&session, print)
                                                            : SEAM_USAGE;
}
