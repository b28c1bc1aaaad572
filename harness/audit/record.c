#include "audit/record.h"

#include <inttypes.h>

#include "audit/run.h"
#include "base/json.h"
#include "base/sandbox.h"
#include "base/version.h"

/* A string under a key; nothing for NULL. */
static void member(FILE *out, const char *key, const char *text) {
    if (text == NULL)
        return;
    fprintf(out, ",\"%s\":", key);
    seam_json_string(out, text);
}

void seam_record_begin(FILE *out, const struct seam_record_start *start) {
    const struct seam_audit_origin *origin = start->origin;
    seam_json_open_alone(out, "audit");
    member(out, "seam", SEAM_VERSION);
    member(out, "go", start->plan->go.version);
    member(out, "compiler", origin->compiler);
    member(out, "module", origin->module);
    member(out, "commit", origin->commit);
    if (origin->commit != NULL)
        fprintf(out, ",\"modified\":%s", origin->is_modified ? "true" : "false");
    member(out, "flavor", seam_flavor_name(start->plan->flavor));
    member(out, "tags", start->plan->tags);
    if (start->at == NULL)
        member(out, "schedule", start->schedule != NULL ? start->schedule : "sites");
    member(out, "at", start->at);
    if (start->seed != NULL)
        fprintf(out, ",\"seed\":%" PRIu64, *start->seed);
    member(out, "start", origin->start);
    fputs(",\"limits\":", out);
    seam_sandbox_json(out, seam_audit_confinement(start->plan->flavor));
    fputs(",\"packages\":[", out);
    for (int i = 0; i < start->n; i++) {
        fputs(i > 0 ? "," : "", out);
        seam_json_string(out, start->patterns[i]);
    }
    fputs("]}\n", out);
}

static void print_left(FILE *out, const char *type, const struct seam_export_test *test,
                       const char *why) {
    seam_json_open(out, type);
    member(out, "package", test->package);
    member(out, "test", test->name);
    member(out, "why", why);
    fputs("}\n", out);
}

void seam_record_test(FILE *out, const struct seam_export_test *test) {
    for (int i = 0; i < test->n; i++) {
        seam_finding_json(out, test->findings[i], test->package, test->name, test->commands[i]);
        putc('\n', out);
    }
    const char *skipped = test->result->state == SEAM_HUNT_left_out ? test->said
                          : test->result->skips[0] != '\0'          ? test->result->skips
                                                                    : NULL;
    if (test->result->state == SEAM_HUNT_lost)
        print_left(out, "lost", test, test->said);
    else if (skipped != NULL)
        print_left(out, "skipped", test, skipped);
}

void seam_record_listed(FILE *out, const char *package, const char *test) {
    seam_json_open(out, "test");
    member(out, "package", package);
    member(out, "test", test);
    fputs("}\n", out);
}

void seam_record_site(FILE *out, const struct seam_audit_site *site) {
    seam_json_open(out, "site");
    member(out, "package", site->package);
    member(out, "file", site->file);
    fprintf(out, ",\"line\":%d", site->line);
    member(out, "function", site->function);
    fputs("}\n", out);
}

void seam_record_end(FILE *out, const struct seam_record_totals *totals) {
    seam_json_open(out, "totals");
    fprintf(out,
            ",\"tests\":%d,\"crossings\":%" PRIu64 ",\"sites\":%" PRIu64 ",\"forced\":%" PRIu64
            ",\"findings\":%d,\"lost\":%d,\"skipped\":%d,\"status\":%d}\n",
            totals->tests, totals->crossings, totals->sites, totals->forced, totals->findings,
            totals->lost, totals->skipped, totals->status);
}
