/* Promise: with --shrink=thorough, a finding that needs many points is reduced to just these,
 * whatever that takes, and it is told in how many random schedules it shows.
 *
 * Arguments: seam, a GOROOT (or None), testdata. */
#define _GNU_SOURCE
#include "audit/audit_expect.h"

/* The bug needs collections in every second of its 20 calls. */
static void a_finding_of_many_points_is_reduced_to_these(void) {
    char *many = seam_format("%s/many", audit_data);
    AUDIT(many, "--flavor=plain", "--schedule=every", ".");
    expect_audit(
        2, "fails only under the full schedule, so it may depend on timing; --shrink=thorough "
           "looks longer: ");
    AUDIT(many, "--flavor=plain", "--schedule=every", "--shrink=thorough", "--replays=3",
          "--schedules=5", ".");
    expect_audit(1, "Reproduced in 3 of 3 runs, forced at 10 points:");
    expect_contains(audit_out, "Shown by 0 of 5 random schedules that force one crossing in 4\n");
    free(many);
}

int main(int argc, char **argv) {
    audit_open(argc, argv, "thorough-test");
    a_finding_of_many_points_is_reduced_to_these();
    return audit_close();
}
