#define _GNU_SOURCE
#include "audit/gather.h"

#include <stdlib.h>
#include <string.h>

#include "audit/classify.h"
#include "audit/globals.h"
#include "audit/identity.h"
#include "base/file.h"

static void take(struct seam_finding *finding, const struct seam_classification *classification) {
    finding->rule = classification->rule;
    strcpy(finding->said, classification->said);
}

/* --- what seam's code saw --------------------------------------------------------------------- */

/* Where C holds a pointer, if it is not a block that was born in a crossing. */
static void name_holder(const char *program, uint64_t address, char holder[64]) {
    seam_global_name(program, address, holder);
    if (holder[0] == '\0')
        strcpy(holder, "of a library");
}

static void name_calls(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                       const struct seam_audit_finding *raw, struct seam_finding *finding) {
    memset(finding, 0, sizeof *finding);
    finding->argument = (int)raw->argument;
    finding->offset = (int)raw->offset;
    finding->inside = raw->kind == SEAM_AUDIT_freed_inside;
    finding->retained = raw->kind == SEAM_AUDIT_retained || raw->kind == SEAM_AUDIT_retained_swept;
    if (finding->retained && !raw->has_birth)
        name_holder(run->program, raw->holder, finding->holder);
    seam_call_name(plan, run->program, &raw->crossing, &finding->guilty);
    if (raw->has_birth)
        seam_call_name(plan, run->program, &raw->birth, &finding->birth);
    if (raw->has_death)
        seam_call_name(plan, run->program, &raw->death, &finding->death);
}

/* What is left when everything has a name. */
static struct seam_evidence evidence_of(const struct seam_audit_run *run,
                                        const struct seam_audit_finding *raw,
                                        const struct seam_finding *finding) {
    const struct seam_audit_call *guilty = &finding->guilty, *death = &finding->death;
    return (struct seam_evidence){
        .kind = (enum seam_audit_kind)raw->kind,
        .place = (enum seam_audit_place)raw->place,
        .report = run->channel->report,
        .after_forced = raw->point.site != 0,
        .is_during = raw->is_during,
        .freed_by_finalizer = death->by_finalizer,
        .freed_by_same_function = death->n > 0 && strcmp(guilty->function, death->function) == 0,
        .used_by_finalizer = guilty->by_finalizer,
        .freed_by_same_finalizer = seam_call_has_same_root(guilty, death),
    };
}

/* Make a finding of a raw one; false if it is none that should be told. */
static bool name_finding(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                         const struct seam_audit_finding *raw, struct seam_finding *finding) {
    struct seam_classification classification;
    name_calls(plan, run, raw, finding);
    struct seam_evidence evidence = evidence_of(run, raw, finding);
    seam_classify(&evidence, &classification);
    take(finding, &classification);
    finding->proof[0] = raw->point;
    finding->n_proof = raw->point.site != 0;
    seam_finding_set_id(finding);
    return !classification.is_doubtful;
}

/* What the sanitizer stops at is often what seam saw when the same call began. */
static bool has_told(const struct seam_audit_channel *channel, uint32_t i) {
    const struct seam_audit_finding *it = &channel->findings[i];
    for (uint32_t k = 0; k < i && it->kind == SEAM_AUDIT_sanitizer && it->site != 0; k++)
        if (channel->findings[k].site == it->site)
            return true;
    return false;
}

/* --- what the process printed ----------------------------------------------------------------- */

/* Of the stacks of a hung process, those that come by the package's files. */
static void copy_stacks(char *to, size_t size, const char *text, const char *directory) {
    size_t used = 0;
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t n = end != NULL ? (size_t)(end + 1 - text) : strlen(text);
        if (memmem(text, n, directory, strlen(directory)) != NULL && used + n + 1 < size) {
            memcpy(to + used, text, n);
            used += n;
        }
        text += n + (end != NULL);
    }
    to[used] = '\0';
}

/* The runtime has found a bad pointer: what Go wrote over, and before which call. */
static void name_dirty(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                       struct seam_finding *finding) {
    const struct seam_audit_channel *channel = run->channel;
    if (channel->dirty == SEAM_DIRTY_none)
        return;
    seam_call_name(plan, run->program, &channel->dirty_birth, &finding->birth);
    if (channel->dirty == SEAM_DIRTY_guess)
        return;
    seam_call_name(plan, run->program, &channel->dirty_call, &finding->guilty);
    finding->offset = (int)channel->dirty_offset;
}

/* The process failed and seam's code in it saw nothing: what did it print? */
static void read_output(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                        struct seam_finding *finding) {
    struct seam_classification classification;
    char *text = NULL;
    size_t size;
    bool is_hung = run->end == SEAM_END_hung;
    memset(finding, 0, sizeof *finding);
    if (!seam_file_read(run->output, SEAM_TEXT_FILE_MAX, &text, &size))
        text = calloc(1, 1);
    if (is_hung)
        copy_stacks(finding->output, sizeof finding->output, text, run->directory);
    if (finding->output[0] == '\0')
        snprintf(finding->output, sizeof finding->output, "%s", text);
    seam_call_read(plan, text, &finding->guilty);
    seam_classify_output(text, is_hung, &classification);
    take(finding, &classification);
    free(text);
    if (finding->rule == SEAM_RULE_dirty_c_memory)
        name_dirty(plan, run, finding);
    seam_finding_set_id(finding);
}

/* --- findings --------------------------------------------------------------------------------- */

int seam_findings_of(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                     struct seam_finding *findings, int max) {
    const struct seam_audit_channel *channel = run->channel;
    uint32_t raw =
        channel->n_findings < SEAM_AUDIT_FINDINGS ? channel->n_findings : SEAM_AUDIT_FINDINGS;
    int n = 0;
    for (uint32_t i = 0; i < raw && n < max; i++)
        n += name_finding(plan, run, &channel->findings[i], &findings[n]) &&
             !has_told(channel, i) && !seam_finding_is_repeated(findings, n);
    if (n == 0 && run->end != SEAM_END_passed && max > 0)
        read_output(plan, run, &findings[n++]);
    return n;
}

void seam_finding_of_leak(const struct seam_audit_plan *plan, const char *program,
                          const struct seam_audit_crossing *birth, long blocks, int runs,
                          struct seam_finding *finding) {
    memset(finding, 0, sizeof *finding);
    finding->rule = birth != NULL ? SEAM_RULE_c_memory_leak : SEAM_RULE_handle_leak;
    finding->is_shrunk = true;
    if (birth != NULL)
        seam_call_name(plan, program, birth, &finding->birth);
    seam_finding_set_id(finding); /* without what is said, which has a number in it */
    snprintf(finding->said, sizeof finding->said,
             "%d more runs of the test leave %ld more %s behind", runs, blocks,
             birth != NULL ? "blocks of C memory" : "handles");
}

void seam_finding_of_rethread(const struct seam_audit_plan *plan, const struct seam_audit_run *run,
                              struct seam_finding *finding) {
    const struct seam_audit_channel *channel = run->channel;
    bool has_next = channel->after_rethread.function[0] != '\0';
    finding->rule = SEAM_RULE_thread_state_lost;
    seam_call_name(plan, run->program,
                   has_next ? &channel->after_rethread : &channel->before_rethread,
                   &finding->guilty);
    if (has_next)
        seam_call_name(plan, run->program, &channel->before_rethread, &finding->birth);
    seam_finding_set_id(finding);
}
