#define _GNU_SOURCE
#include "audit/origin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/format.h"
#include "base/options.h"
#include "base/process.h"
#include "base/words.h"

/* The end of the year 9999: RFC 3339 has four digits. */
#define SECONDS_MAX 253402300799LL

bool seam_origin_start(struct seam_audit_origin *origin) {
    static const char name[] = "SOURCE_DATE_EPOCH";
    const char *given = getenv(name);
    long long seconds;
    if (!seam_option_number(name, given, (long long)time(NULL), &seconds))
        return false;
    if (seconds > SECONDS_MAX) {
        seam_fail("%s is from 0 to %lld", name, SECONDS_MAX);
        return false;
    }
    time_t moment = (time_t)seconds;
    struct tm utc;
    gmtime_r(&moment, &utc);
    strftime(origin->start, sizeof origin->start, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return true;
}

/* The first line of the answer; owned by the caller. NULL if there is none. */
static char *ask(const char *const argv[]) {
    char answer[4096];
    if (!seam_process_read(argv, answer, sizeof answer))
        return NULL;
    int size = (int)strcspn(answer, "\r\n");
    return size > 0 ? seam_format("%.*s", size, answer) : NULL;
}

static char *ask_compiler(void) {
    const char *named = seam_go_c_compiler();
    char **words = seam_words_split(named);
    int n = 0;
    while (words != NULL && words[n] != NULL)
        n++;
    const char **argv = calloc((size_t)n + 2, sizeof *argv);
    for (int i = 0; argv != NULL && i < n; i++)
        argv[i] = words[i];
    char *answer = NULL;
    if (argv != NULL && n > 0) {
        argv[n] = "--version";
        answer = ask(argv);
    }
    free(argv);
    free(words);
    return answer != NULL ? answer : seam_format("%s", named);
}

static char *ask_module(const struct seam_go_release *go) {
    char *command = seam_format("%s/bin/go", go->root);
    char *module = ask(
        (const char *const[]){"GOTOOLCHAIN=local", command, "list", "-m", "-f", "{{.Path}}", NULL});
    free(command);
    return module;
}

void seam_origin_find(struct seam_audit_origin *origin, const struct seam_go_release *go) {
    char nothing[2];
    origin->compiler = ask_compiler();
    origin->module = ask_module(go);
    if (!seam_process_exists("git"))
        return;
    origin->commit = ask((const char *const[]){"git", "rev-parse", "--verify", "HEAD", NULL});
    origin->is_modified =
        origin->commit != NULL &&
        !seam_process_read((const char *const[]){"git", "diff", "--quiet", "HEAD", "--", NULL},
                           nothing, sizeof nothing);
}

void seam_origin_free(struct seam_audit_origin *origin) {
    free(origin->compiler);
    free(origin->module);
    free(origin->commit);
}
