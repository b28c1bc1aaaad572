#define _GNU_SOURCE
#include "seam_audit_finding.h"

#include <stddef.h>

#include "seam_audit_state.h"

static bool is_known(enum seam_audit_kind kind, uint64_t site) {
    const struct seam_audit_channel *channel = seam_audit_shared;
    for (uint32_t i = 0; i < channel->n_findings && i < SEAM_AUDIT_FINDINGS; i++)
        if (channel->findings[i].kind == kind && channel->findings[i].site == site)
            return true;
    return false;
}

struct seam_audit_finding *seam_audit_new_finding(enum seam_audit_kind kind,
                                                  const struct crossing *crossing) {
    if (crossing != NULL && is_known(kind, crossing->site))
        return NULL;
    uint32_t i = __atomic_fetch_add(&seam_audit_shared->n_findings, 1, __ATOMIC_RELAXED);
    if (i >= SEAM_AUDIT_FINDINGS)
        return NULL;
    struct seam_audit_finding *finding = &seam_audit_shared->findings[i];
    finding->kind = kind;
    finding->point = seam_audit_last_point;
    finding->site = crossing != NULL ? crossing->site : 0;
    seam_audit_record(&finding->crossing, crossing);
    return finding;
}
