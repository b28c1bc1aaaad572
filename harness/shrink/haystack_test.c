/* The check of what shrinking leaves can say no: a step too many is noticed, whatever it is. */
#include "shrink/haystack.h"

#include "base/expect.h"
#include "language/text.h"

static struct seam_scenario scenario;

static bool has_headline(void *context, const struct seam_scenario *less) {
    return seam_headline_equal(seam_headline_of(less), *(struct seam_headline *)context);
}

static void expect_minimal(bool wanted, const char *text) {
    struct seam_text_error error = {0, 0, ""};
    expect_true(seam_text_parse(&scenario, text, strlen(text), &error));
    struct seam_headline headline = seam_headline_of(&scenario);
    expect_report(seam_is_minimal(&scenario, has_headline, &headline) == wanted, __FILE__, __LINE__,
                  text, wanted ? "not minimal" : "minimal", wanted ? "minimal" : "not minimal");
}

int main(void) {
    expect_minimal(true, "g0 = go_new data\nc0 = malloc clean\nstore c0[0] = g0\n");
    /* A step alone, a birth with its uses, a call around what is needed, another object. */
    expect_minimal(false, "g0 = go_new data\nc0 = malloc clean\nstore c0[0] = g0\ngc\n");
    expect_minimal(false, "g0 = go_new data\nc0 = malloc clean\ng1 = go_new data\nlook g1\n"
                          "store c0[0] = g0\n");
    expect_minimal(false, "g0 = go_new data\nc0 = malloc clean\ncall pointer g0\n"
                          "  store c0[0] = g0\nreturn\n");
    expect_minimal(false, "go 1.24\ng0 = go_new data\nc0 = malloc clean\nc1 = malloc clean\n"
                          "store c0[0] = g0\nstore_c c0[1] = c1\n");
    expect_minimal(true, "c0 = malloc clean\nfree c0\nlook_c c0\n");
    expect_minimal(false, "c0 = malloc clean\nc1 = malloc clean\nfree c0\nlook_c c0\n");
    /* A need of the headline is a need, although nothing names it. */
    expect_minimal(true, "go 1.21\nc0 = malloc clean\nfree c0\np0 = pinner\npin_c p0 c0\n");
    return expect_status();
}
