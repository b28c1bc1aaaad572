/* Promise: seam audit finds the bug of every wrapper in go/audit in its first run, names the rule
 * that its finding.expected names, shows it again ten times out of ten, and says nothing of the
 * fixed twin; and it stops no legal program.
 *
 * Arguments: seam, a GOROOT (or None), the directory go/; then names of wrappers: these only. */
#define _GNU_SOURCE
#include "audit/audit_expect.h"
#include "audit/expected.h"
#include "realgo/gobuild.h"

static struct seam_expected wrappers[SEAM_EXPECTED_MAX];
static int n_wrappers;

/* The next line of the last run, from `*at` on, that is a finding of a package; owned by the
 * caller. NULL: there are no more. */
static char *next_finding(const char **at, const char *package) {
    char *part = seam_format("\"package\":\"%s\"", package), *found = NULL;
    while (found == NULL && **at != '\0') {
        size_t n = strcspn(*at, "\n");
        char *line = seam_format("%.*s", (int)n, *at);
        *at += n + ((*at)[n] == '\n');
        if (strstr(line, part) != NULL)
            found = line;
        else
            free(line);
    }
    free(part);
    return found;
}

static bool has(const char *line, const char *key, const char *value) {
    char *part = seam_format("\"%s\":\"%s\"", key, value);
    bool is_there = strstr(line, part) != NULL;
    free(part);
    return is_there;
}

/* Is a finding the expected one? Its function is that of the guilty call, or where the memory was
 * born. */
static bool is_expected(const char *line, const struct seam_expected *wrapper) {
    return has(line, "rule", wrapper->rule) && has(line, "id", wrapper->id) &&
           (wrapper->call[0] == '\0' || has(line, "function", wrapper->call));
}

static void expect_found(const struct seam_expected *wrapper) {
    char *package = seam_format("seam/audit/%s/bug", wrapper->name), *line;
    const char *at = audit_out;
    bool is_found = false;
    while ((line = next_finding(&at, package)) != NULL) {
        is_found = is_found || is_expected(line, wrapper);
        if (strstr(line, "\"replayed\":10,\"replays\":10") == NULL)
            expect_text(line, "seen again in ten runs of ten");
        free(line);
    }
    if (!is_found)
        expect_text(package, wrapper->rule);
    expect_true(is_found);
    free(package);
}

static void expect_not_flagged(const struct seam_expected *wrapper) {
    char *package = seam_format("seam/audit/%s/fixed", wrapper->name);
    const char *at = audit_out;
    char *line = next_finding(&at, package);
    if (line != NULL)
        expect_text(line, "not flagged");
    free(line);
    free(package);
}

/* --- one run for many wrappers ---------------------------------------------------------------- */

static bool is_chosen(const struct seam_expected *wrapper, char *const *names) {
    if (*names == NULL)
        return true;
    for (; *names != NULL; names++)
        if (strcmp(*names, wrapper->name) == 0)
            return true;
    return false;
}

/* The packages of a run; owned. With the usual flavor it is simply all there are, so that nothing
 * is left out by mistake. */
static int choose(const char *flavor, char *const *names, char *words[]) {
    int n = 0;
    bool is_all = *names == NULL && strcmp(flavor, "asan") == 0;
    if (is_all)
        words[n++] = seam_format("./audit/...");
    for (int i = 0; i < n_wrappers && !is_all; i++)
        if (strcmp(wrappers[i].flavor, flavor) == 0 && is_chosen(&wrappers[i], names))
            words[n++] = seam_format("./audit/%s/...", wrappers[i].name);
    return n;
}

/* All wrappers that need a flavor are audited in one run: only the first one that is built compiles
 * what they have in common. */
static void every_bug_is_found_and_no_twin_is_flagged(const char *flavor, int minor,
                                                      char *const *names) {
    char *option = seam_format("--flavor=%s", flavor);
    char *words[SEAM_EXPECTED_MAX + 4] = {"--json", option};
    int n = choose(flavor, names, words + 2), failures = expect_failures;
    if (n > 0)
        audit_run(audit_data, (const char *const *)words);
    expect_int(n > 0 ? audit_status : 1, 1);
    for (int i = 0; i < n_wrappers && n > 0; i++) {
        bool is_due = strcmp(wrappers[i].flavor, flavor) == 0 && minor >= wrappers[i].since;
        if (is_due && is_chosen(&wrappers[i], names))
            expect_found(&wrappers[i]);
        expect_not_flagged(&wrappers[i]);
    }
    if (expect_failures > failures)
        fputs(audit_out, stderr);
    for (int i = 0; i < n; i++)
        free(words[2 + i]);
    free(option);
}

/* Many goroutines in C, threads of C, forks, panics, deep stacks. */
static void no_legal_program_is_stopped(void) {
    AUDIT(audit_data, "--schedule=every", "./audit/busy");
    expect_int(audit_status, 0);
    expect_summary(7, -1, -1, -1, 0);
}

static int minor_of(const char *root) {
    struct seam_go_release release;
    char error[SEAM_GO_ERROR];
    bool ok = seam_go_find(root, &release, error);
    expect_true(ok);
    return ok ? release.minor : 0;
}

int main(int argc, char **argv) {
    audit_open(argc, argv, "bugs-test");
    n_wrappers = seam_expected_read(audit_data, wrappers);
    expect_true(n_wrappers >= 32);
    for (int flavor = 0; flavor < SEAM_FLAVORS; flavor++)
        if (expect_mine())
            every_bug_is_found_and_no_twin_is_flagged(seam_flavor_name((enum seam_flavor)flavor),
                                                      minor_of(audit_go), argv + 4);
    if (argc == 4 && expect_mine())
        no_legal_program_is_stopped();
    return audit_close();
}
