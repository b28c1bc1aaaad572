#include "realgo/go_options.h"

#include <stdio.h>
#include <string.h>

void seam_go_progress(const char *what) { fprintf(stderr, "seam: %s ...\n", what); }

/* "plain, cgocheck2, asan or race" */
static void list_flavors(char *text, size_t size) {
    int used = 0;
    for (int f = 0; f < SEAM_FLAVORS; f++)
        used += snprintf(text + used, size - (size_t)used, "%s%s",
                         f == 0                  ? ""
                         : f == SEAM_FLAVORS - 1 ? " or "
                                                 : ", ",
                         seam_flavor_name((enum seam_flavor)f));
}

bool seam_flavor_option(const char *name, enum seam_flavor *flavor) {
    char flavors[80];
    *flavor = seam_flavor_find(name);
    list_flavors(flavors, sizeof flavors);
    if (*flavor == SEAM_FLAVORS)
        seam_fail("unknown flavor '%s'; choose %s", name, flavors);
    return *flavor != SEAM_FLAVORS;
}

bool seam_go_wanted(const struct seam_go_options *options) {
    return options->go != NULL || options->executor != NULL;
}

bool seam_go_skipped(const char *path) {
    char line[300] = "";
    FILE *in = fopen(path, "r");
    bool skipped =
        in != NULL && fgets(line, sizeof line, in) != NULL && strncmp(line, "SKIP:", 5) == 0;
    if (in != NULL)
        fclose(in);
    if (skipped)
        fputs(line, stdout);
    return skipped;
}

static bool open_one(const struct seam_go_options *options, const struct seam_go_release *release,
                     enum seam_flavor flavor, struct seam_go_set *set) {
    char error[SEAM_GO_ERROR];
    int minor, timeout;
    if (!seam_option_range("--go-minor", options->minor, release->minor, 1, 99, &minor) ||
        !seam_option_timeout(options->timeout, SEAM_GO_TIMEOUT, &timeout))
        return false;
    struct seam_go *go = options->executor != NULL
                             ? seam_go_open_executor(options->executor, minor, flavor, error)
                             : seam_go_open(release, flavor, seam_go_progress, error);
    if (go == NULL) {
        seam_fail("%s", error);
        return false;
    }
    seam_go_set_timeout(go, timeout);
    set->go[set->n++] = go;
    return true;
}

bool seam_go_set_open(const struct seam_go_options *options, int defaults,
                      struct seam_go_set *set) {
    struct seam_go_release release = {"", "", 0};
    char error[SEAM_GO_ERROR];
    int wanted = defaults;
    set->n = 0;
    if (!seam_sandbox_open(&options->sandbox))
        return false;
    if (options->flavor != NULL) {
        enum seam_flavor flavor;
        if (!seam_flavor_option(options->flavor, &flavor))
            return false;
        wanted = 1 << flavor;
    }
    if (options->executor != NULL) {
        if (seam_go_skipped(options->executor))
            return true;
        if (options->minor == NULL || options->flavor == NULL) {
            seam_fail("--executor needs --go-minor=N and --flavor=NAME");
            return false;
        }
        snprintf(set->version, sizeof set->version, "go1.%s", options->minor);
    } else {
        const char *where = options->go != NULL && *options->go != '\0' ? options->go : NULL;
        if (!seam_go_find(where, &release, error)) {
            seam_fail("%s", error);
            return false;
        }
        snprintf(set->version, sizeof set->version, "%s", release.version);
    }
    for (int f = 0; f < SEAM_FLAVORS; f++)
        if ((wanted >> f & 1) && !open_one(options, &release, (enum seam_flavor)f, set)) {
            seam_go_set_close(set);
            return false;
        }
    return true;
}

void seam_go_set_close(struct seam_go_set *set) {
    while (set->n > 0)
        seam_go_close(set->go[--set->n]);
}
