/* seam executor: build the Go program that runs scenarios, for a release and a flavor. */
#include <stddef.h>

#include "realgo/go_options.h"
#include "verbs/verbs.h"

int seam_verb_executor(int argc, char **argv) {
    const char *go = NULL, *flavor_name = "plain", *out = NULL, *tests = NULL;
    const struct seam_option options[] = {{"--go=", &go},
                                          {"--flavor=", &flavor_name},
                                          {"-o=", &out},
                                          {"--tests", &tests},
                                          {NULL, NULL}};
    struct seam_go_release release;
    char error[SEAM_GO_ERROR];
    int n = seam_options(argc, argv, options);
    if (n < 0)
        return SEAM_USAGE;
    if (n != 0 || out == NULL)
        return seam_fail("executor needs -o OUT; see seam executor --help");
    struct seam_go_product product = {.tests = tests != NULL};
    if (!seam_flavor_option(flavor_name, &product.flavor))
        return SEAM_USAGE;
    if (!seam_go_find(go, &release, error) || !seam_go_build(&release, &product, out, error))
        return seam_fail("%s", error);
    return SEAM_OK;
}
