#define _GNU_SOURCE
#include "audit/export.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "base/xml.h"

/* The report of a finding as text; the caller frees. */
static char *text_of(const struct seam_export_test *test, int i) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    seam_assert(out != NULL);
    seam_finding_text(out, test->findings[i], test->name, test->commands[i], false);
    fclose(out);
    return text;
}

/* --- SARIF ------------------------------------------------------------------------------------ */

static void sarif_rules(FILE *out) {
    char id[48];
    for (int r = 1; r <= SEAM_AUDIT_RULES; r++) {
        int rule = r % SEAM_AUDIT_RULES;
        const struct seam_rule_row *row = seam_audit_rule((enum seam_rule)rule);
        fprintf(out, "%s{\"id\":\"%s\",\"shortDescription\":{\"text\":", r > 1 ? "," : "",
                seam_audit_rule_name((enum seam_rule)rule, id));
        seam_json_string(out, row->words);
        fputs("},\"help\":{\"text\":", out);
        seam_json_string(out, row->fix);
        fprintf(out, "},\"defaultConfiguration\":{\"level\":\"%s\"}}",
                seam_audit_severity((enum seam_rule)rule));
    }
}

/* Where a finding is: the guilty call, else where the memory was freed or born. */
static const struct seam_symbol *place_of(const struct seam_finding *finding) {
    const struct seam_audit_call *calls[] = {&finding->guilty, &finding->death, &finding->birth};
    for (int i = 0; i < 3; i++)
        if (calls[i]->n > 0)
            return &calls[i]->frames[0];
    return NULL;
}

static void sarif_place(FILE *out, const struct seam_symbol *place) {
    char here[4096] = "";
    const char *file = place->file;
    size_t size = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;
    if (size > 0 && strncmp(file, here, size) == 0 && file[size] == '/')
        file += size + 1;
    fputs(",\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":", out);
    seam_json_string(out, file);
    fprintf(out, "},\"region\":{\"startLine\":%d}}}]", place->line);
}

static void sarif_result(FILE *out, const struct seam_export_test *test, int i) {
    const struct seam_finding *finding = test->findings[i];
    const struct seam_symbol *place = place_of(finding);
    char id[48], *text = text_of(test, i);
    seam_audit_rule_name(finding->rule, id);
    fprintf(out, "{\"ruleId\":\"%s\",\"level\":\"%s\",\"message\":{\"text\":", id,
            seam_audit_severity(finding->rule));
    seam_json_string(out, text);
    fprintf(out, "},\"partialFingerprints\":{\"seam/v1\":\"%s\"}", finding->id);
    if (place != NULL)
        sarif_place(out, place);
    putc('}', out);
    free(text);
}

void seam_export_sarif(FILE *out, const struct seam_export_test *tests, int n) {
    const char *comma = "";
    fputs("{\"version\":\"2.1.0\",\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
          "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"seam\",\"rules\":[",
          out);
    sarif_rules(out);
    fputs("]}},\"results\":[", out);
    for (int t = 0; t < n; t++)
        for (int i = 0; i < tests[t].n; i++) {
            fputs(comma, out);
            sarif_result(out, &tests[t], i);
            comma = ",";
        }
    fputs("]}]}\n", out);
}

/* --- JUnit ------------------------------------------------------------------------------------ */

static void junit_case(FILE *out, const struct seam_export_test *test) {
    char id[48];
    fputs("  <testcase classname=\"", out);
    seam_xml_text(out, test->package);
    fputs("\" name=\"", out);
    seam_xml_text(out, test->name != NULL ? test->name : "(package)");
    fprintf(out, "\" time=\"%.3f\">", test->result->seconds);
    if (test->result->state == SEAM_HUNT_left_out || test->result->state == SEAM_HUNT_lost) {
        bool is_lost = test->result->state == SEAM_HUNT_lost;
        fputs(is_lost ? "<error message=\"" : "<skipped message=\"the test ", out);
        seam_xml_text(out, test->said);
        fputs("\"/>", out);
    }
    for (int i = 0; i < test->n; i++) {
        char *text = text_of(test, i);
        seam_audit_rule_name(test->findings[i]->rule, id);
        fprintf(out, "<failure type=\"%s\" message=\"%s %s\">", id, id, test->findings[i]->id);
        seam_xml_text(out, text);
        fputs("</failure>", out);
        free(text);
    }
    fputs("</testcase>\n", out);
}

void seam_export_junit(FILE *out, const struct seam_export_test *tests, int n) {
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
    for (int first = 0, next; first < n; first = next) {
        int failures = 0, skipped = 0, errors = 0;
        for (next = first; next < n && strcmp(tests[next].package, tests[first].package) == 0;
             next++) {
            failures += tests[next].n > 0;
            skipped += tests[next].result->state == SEAM_HUNT_left_out;
            errors += tests[next].result->state == SEAM_HUNT_lost;
        }
        fputs(" <testsuite name=\"", out);
        seam_xml_text(out, tests[first].package);
        fprintf(out, "\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\">\n",
                next - first, failures, errors, skipped);
        for (int i = first; i < next; i++)
            junit_case(out, &tests[i]);
        fputs(" </testsuite>\n", out);
    }
    fputs("</testsuites>\n", out);
}
