#include "audit/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "base/hash.h"

static uint64_t add(uint64_t hash, const char *text) { return seam_hash(hash, text, strlen(text)); }

/* The call that says where the mistake is. */
static const struct seam_audit_call *telling_call(const struct seam_finding *finding) {
    if (finding->rule == SEAM_RULE_dirty_c_memory && finding->birth.n > 0)
        return &finding->birth;
    return finding->guilty.n > 0  ? &finding->guilty
           : finding->death.n > 0 ? &finding->death
                                  : &finding->birth;
}

/* From what is the same on every Go release, and does not change with every edit: the rule, the C
 * function, and the name of the file that calls it. Names of Go functions depend on inlining. */
void seam_finding_set_id(struct seam_finding *finding) {
    char rule[48];
    const struct seam_audit_call *call = telling_call(finding);
    uint64_t hash =
        add(SEAM_HASH_SEED, finding->rule < SEAM_RULES ? seam_rule_name(finding->rule, rule)
                                                       : seam_audit_rule_name(finding->rule, rule));
    hash = add(hash, call->function);
    hash = add(hash, call->n > 0 ? seam_base_name(call->frames[0].file) : "");
    if (finding->rule == SEAM_RULE_none || call->n == 0)
        hash = add(hash, seam_said_in_id(finding->said));
    snprintf(finding->id, sizeof finding->id, "%08" PRIx64, hash >> 32);
}

bool seam_finding_is_repeated(const struct seam_finding *findings, int n) {
    const struct seam_finding *last = &findings[n];
    for (int i = 0; i < n; i++)
        if (strcmp(findings[i].id, last->id) == 0 ||
            (seam_call_is_same(&findings[i].birth, &last->birth) &&
             seam_call_is_same(&findings[i].death, &last->death)))
            return true;
    return false;
}
