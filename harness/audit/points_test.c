/* Promise: what is forced in an audited program is what the schedule says: the same points in every
 * run, each kind in its turn, and nothing while something is forced already.
 *
 * It calls the code that is compiled into the audited program. */
#include <string.h>

#include "base/expect.h"
#include "seam_audit_points.h"
#include "seam_audit_state.h"

static struct seam_audit_channel channel;

static void schedule(enum seam_audit_schedule kind, uint32_t number, uint64_t seed) {
    memset(&channel, 0, sizeof channel);
    channel.schedule = kind;
    channel.number = number;
    channel.seed = seed;
    seam_audit_shared = &channel;
}

static bool is_wanted_of(const struct crossing *crossing, enum seam_audit_phase phase) {
    struct seam_audit_point point = {crossing->site, crossing->hit, phase};
    return seam_audit_is_wanted(&point, crossing);
}

static bool is_wanted(uint32_t hit, enum seam_audit_phase phase) {
    return is_wanted_of(&(struct crossing){.site = 7, .hit = hit}, phase);
}

/* How many of the first hundred hits are wanted at this phase. */
static int count(enum seam_audit_phase phase) {
    int n = 0;
    for (uint32_t hit = 1; hit <= 100; hit++)
        n += is_wanted(hit, phase);
    return n;
}

static void a_schedule_names_its_hits(void) {
    schedule(SEAM_SCHEDULE_none, 1, 1);
    expect_int(count(SEAM_PHASE_move) + count(SEAM_PHASE_enter) + count(SEAM_PHASE_leave), 0);
    schedule(SEAM_SCHEDULE_every, 1, 1);
    expect_int(count(SEAM_PHASE_move) + count(SEAM_PHASE_enter) + count(SEAM_PHASE_leave), 300);
    schedule(SEAM_SCHEDULE_sites, 10, 1);
    expect_int(count(SEAM_PHASE_enter), 10);
    expect_true(is_wanted(10, SEAM_PHASE_enter) && !is_wanted(11, SEAM_PHASE_enter));
    schedule(SEAM_SCHEDULE_nth, 25, 1);
    expect_int(count(SEAM_PHASE_leave), 4);
    expect_true(is_wanted(50, SEAM_PHASE_leave) && !is_wanted(51, SEAM_PHASE_leave));
}

static void the_seed_alone_decides_a_random_schedule(void) {
    bool seen[100];
    int same = 0;
    schedule(SEAM_SCHEDULE_random, 4, 1);
    for (uint32_t hit = 0; hit < 100; hit++)
        seen[hit] = is_wanted(hit + 1, SEAM_PHASE_enter);
    int n = count(SEAM_PHASE_enter);
    expect_true(n > 10 && n < 40);
    for (uint32_t hit = 0; hit < 100; hit++)
        same += seen[hit] == is_wanted(hit + 1, SEAM_PHASE_enter);
    expect_int(same, 100);
    channel.seed = 2;
    for (uint32_t hit = 0; hit < 100; hit++)
        same -= seen[hit] == is_wanted(hit + 1, SEAM_PHASE_enter);
    expect_true(same > 0);
}

static void points_that_are_given_are_taken_and_no_others(void) {
    schedule(SEAM_SCHEDULE_at, 0, 0);
    channel.points[channel.n_points++] = (struct seam_audit_point){7, 3, SEAM_PHASE_mark};
    channel.points[channel.n_points++] = (struct seam_audit_point){7, 3, SEAM_PHASE_thread};
    expect_true(is_wanted(3, SEAM_PHASE_mark) && is_wanted(3, SEAM_PHASE_thread));
    expect_true(!is_wanted(3, SEAM_PHASE_enter) && !is_wanted(4, SEAM_PHASE_mark));
    expect_true(!is_wanted_of(&(struct crossing){.site = 8, .hit = 3}, SEAM_PHASE_mark));
}

/* A goroutine that changes threads waits, and the collection is over by then. */
static void a_crossing_ends_with_a_write_barrier_or_on_another_thread(void) {
    schedule(SEAM_SCHEDULE_every, 1, 1);
    for (uint32_t hit = 1; hit <= 100; hit++)
        expect_true(is_wanted(hit, SEAM_PHASE_mark) != is_wanted(hit, SEAM_PHASE_thread));
    expect_int(count(SEAM_PHASE_mark), 25);
}

static void dirty_memory_is_looked_at_before_the_thread(void) {
    schedule(SEAM_SCHEDULE_every, 1, 1);
    struct crossing first = {.site = 7, .hit = 1};
    expect_true(seam_audit_will_mark(&first) && !is_wanted_of(&first, SEAM_PHASE_mark));
    first.filled = true;
    expect_true(is_wanted_of(&first, SEAM_PHASE_mark) && !is_wanted_of(&first, SEAM_PHASE_thread));
}

static void nothing_is_forced_while_something_is(void) {
    struct crossing finalizer = {.site = 7, .hit = 1, .is_finalizer = true};
    schedule(SEAM_SCHEDULE_every, 1, 1);
    for (int phase = 0; phase < SEAM_PHASES; phase++)
        expect_true(!is_wanted_of(&finalizer, (enum seam_audit_phase)phase));
    expect_true(!seam_audit_will_mark(&finalizer));
    seam_audit_collecting = true;
    for (int phase = 0; phase < SEAM_PHASES; phase++)
        expect_int(count((enum seam_audit_phase)phase), 0);
    seam_audit_collecting = false;
    expect_int(count(SEAM_PHASE_enter), 100);
}

static void hits_are_counted_for_each_site(void) {
    schedule(SEAM_SCHEDULE_none, 0, 0);
    expect_int(seam_audit_count_hit(70), 1);
    expect_int(seam_audit_count_hit(70), 2);
    expect_int(seam_audit_count_hit(70 + (1 << 16)), 1); /* the same place of the table */
    expect_int(seam_audit_count_hit(70), 3);
    expect_int((long long)channel.sites, 2);
}

static void what_was_forced_is_told_in_order_as_far_as_there_is_room(void) {
    schedule(SEAM_SCHEDULE_every, 1, 1);
    for (uint32_t i = 0; i < SEAM_AUDIT_POINTS + 5; i++)
        seam_audit_note_forced(&(struct seam_audit_point){7, i + 1, SEAM_PHASE_enter});
    expect_int((long long)channel.injections, SEAM_AUDIT_POINTS + 5);
    expect_int(channel.n_forced, SEAM_AUDIT_POINTS);
    expect_int(channel.forced[0].hit, 1);
    expect_int(channel.forced[SEAM_AUDIT_POINTS - 1].hit, SEAM_AUDIT_POINTS);
}

int main(void) {
    a_schedule_names_its_hits();
    the_seed_alone_decides_a_random_schedule();
    points_that_are_given_are_taken_and_no_others();
    a_crossing_ends_with_a_write_barrier_or_on_another_thread();
    dirty_memory_is_looked_at_before_the_thread();
    nothing_is_forced_while_something_is();
    hits_are_counted_for_each_site();
    what_was_forced_is_told_in_order_as_far_as_there_is_room();
    return expect_status();
}
