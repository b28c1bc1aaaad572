/* Steps that move between scenarios keep their meaning: names are those of the same objects, calls
 * stay whole, and the result is a scenario like any other. */
#include "generate/splice.h"

#include "base/expect.h"
#include "generate/random.h"
#include "language/bytes.h"
#include "language/text.h"

enum { ROUNDS = 20000 };

static struct seam_scenario whole, part, both, again;

static void parse(struct seam_scenario *scenario, const char *text) {
    struct seam_text_error error = {0, 0, ""};
    expect_true(seam_text_parse(scenario, text, strlen(text), &error));
    expect_text(error.message, "");
}

static void expect_spliced(const char *one, int at, const char *other, int from, int end,
                           const char *wanted) {
    static char text[SEAM_TEXT_MAX];
    parse(&whole, one);
    parse(&part, other);
    seam_splice(&both, &whole, at, &part, from, end);
    seam_text_print(&both, text);
    expect_text(text, wanted);
}

static void objects_are_renamed_on_both_sides(void) {
    expect_spliced("g0 = go_new data\n"
                   "g1 = go_new node\n"
                   "link g1[0] = g0\n",
                   1,
                   "g0 = go_new array\n"
                   "c0 = malloc clean\n"
                   "store c0[2] = g0\n",
                   0, 3,
                   "g0 = go_new data\n"
                   "g1 = go_new array\n"
                   "c0 = malloc clean\n"
                   "store c0[2] = g1\n"
                   "g2 = go_new node\n"
                   "link g2[0] = g0\n");
}

static void a_step_without_its_object_is_bound_to_one_that_fits(void) {
    expect_spliced("g0 = go_new data\ng1 = go_new node\n", 2,
                   "g0 = go_new data\ng1 = go_new node\nlink g1[1] = g1\n", 2, 3,
                   "g0 = go_new data\ng1 = go_new node\nlink g1[1] = g1\n");
    expect_spliced("g0 = go_new data\n", 1, "g0 = go_new node\nlink g0[1] = g0\n", 1, 2,
                   "g0 = go_new data\n");
}

static void a_return_without_its_call_is_left_out(void) {
    expect_spliced("g0 = go_new data\n"
                   "call pointer g0\n"
                   "  c_read g0\n",
                   2,
                   "c0 = malloc clean\n"
                   "call_c c0\n"
                   "return\n"
                   "gc\n",
                   2, 4,
                   "g0 = go_new data\n"
                   "call pointer g0\n"
                   "  gc\n"
                   "  c_read g0\n"
                   "return\n");
}

static void what_is_inserted_runs_on_the_thread_that_was_running(void) {
    expect_spliced("t1 = goroutine\n"
                   "on t1\n"
                   "set_error 7\n"
                   "get_error\n",
                   3,
                   "t1 = c_thread\n"
                   "lib_use\n"
                   "on t1\n"
                   "gc\n",
                   0, 4,
                   "t1 = goroutine\n"
                   "on t1\n"
                   "set_error 7\n"
                   "t2 = c_thread\n"
                   "lib_use\n"
                   "on t2\n"
                   "gc\n"
                   "on t1\n"
                   "get_error\n");
}

static void expect_scenario(const struct seam_scenario *scenario) {
    uint8_t bytes[SEAM_BYTES_MAX];
    seam_scenario_decode(&again, bytes, seam_scenario_encode(scenario, bytes), 0);
    expect_true(seam_scenario_equal(scenario, &again));
}

static void whatever_is_spliced_is_a_scenario(void) {
    for (unsigned i = 0; i < ROUNDS; i++) {
        seam_random_scenario(&whole, 1, i, i % 3 == 0 ? SEAM_RELEASE_OLDEST : 0);
        seam_random_scenario(&part, 2, i, 0);
        int from = (int)(i % 7) % (part.n_steps + 1);
        seam_splice(&both, &whole, (int)i % (whole.n_steps + 1), &part, from, part.n_steps);
        expect_scenario(&both);
        expect_int(both.release, whole.release);
    }
}

static void a_scenario_spliced_with_nothing_is_itself(void) {
    for (unsigned i = 0; i < ROUNDS; i++) {
        seam_random_scenario(&whole, 3, i, 0);
        int at = (int)i % (whole.n_steps + 1);
        seam_splice(&both, &whole, at, &whole, 0, 0);
        expect_true(seam_scenario_equal(&both, &whole));
    }
}

static void a_crossover_stays_within_the_room_it_was_given(void) {
    static uint8_t one[64], other[64], out[SEAM_BYTES_MAX + 1], same[SEAM_BYTES_MAX + 1];
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        size_t room = seed % SEAM_BYTES_MAX;
        for (size_t i = 0; i < sizeof one; i++) {
            one[i] = (uint8_t)(seed * 7919 >> i % 16);
            other[i] = (uint8_t)(seed * 104729 >> i % 16);
        }
        memset(out, 0xee, sizeof out);
        size_t size = seam_cross_over(one, seed % 65, other, seed % 63, out, room, seed);
        expect_true(size <= room && out[room] == 0xee);
        expect_true(size == 0 || seam_bytes_are_current(out, size));
        expect_int(seam_cross_over(one, seed % 65, other, seed % 63, same, room, seed), size);
        expect_int(memcmp(out, same, size), 0);
    }
}

int main(void) {
    objects_are_renamed_on_both_sides();
    a_step_without_its_object_is_bound_to_one_that_fits();
    a_return_without_its_call_is_left_out();
    what_is_inserted_runs_on_the_thread_that_was_running();
    whatever_is_spliced_is_a_scenario();
    a_scenario_spliced_with_nothing_is_itself();
    a_crossover_stays_within_the_room_it_was_given();
    return expect_status();
}
