/* The audit of one test: without a schedule, under it, and the proof of what that showed. */
#ifndef SEAM_AUDIT_HUNT_H
#define SEAM_AUDIT_HUNT_H

#include "audit/finding.h"
#include "audit/plan.h"
#include "audit/schedule.h"
#include "audit/suppress.h"

enum { SEAM_HUNT_FINDINGS = 4 };

struct seam_hunt_options {
    struct seam_schedule schedule;                /* borrowed points */
    const struct seam_suppressions *suppressions; /* borrowed: what need not be proved */
    char *const *arguments;                       /* as in run.h */
    bool is_program;
    int replays;        /* how often a finding is reproduced */
    bool is_thorough;   /* points are left out until none can be, however long that takes */
    int schedules;      /* random ones, to say in how many of them a finding shows */
    double seconds_max; /* for one run */
};

enum seam_hunt_state {
    SEAM_HUNT_waiting,
    SEAM_HUNT_running,
    SEAM_HUNT_clean,
    SEAM_HUNT_found,
    SEAM_HUNT_left_out, /* it skips itself, or its failure proves nothing: see `said` */
    SEAM_HUNT_lost,     /* it could not be run: see `said` */
};

struct seam_hunt_result {
    enum seam_hunt_state state;
    uint64_t crossings, sites, injections; /* of the run under the schedule */
    double plain_seconds, seconds;         /* without and with it */
    char said[256];                        /* left_out, lost: why */
    char skips[256];                       /* clean, found: what of it skips itself; "": nothing */
    int n;
    struct seam_finding findings[SEAM_HUNT_FINDINGS];
};

/* Why the test, or a part of it, was not looked at; NULL: all of it was. Borrowed. */
const char *seam_hunt_not_looked_at(const struct seam_hunt_result *result);

/* Audit one test of a built package. `number` makes the names of its files unique among workers. */
void seam_hunt(const struct seam_audit_plan *plan, const struct seam_audit_package *package,
               const char *test, const struct seam_hunt_options *options, int number,
               struct seam_hunt_result *result);

#endif
