/* Promise: any bytes are a scenario, and neither bytes nor text lose anything. */
#include "base/expect.h"
#include "language/text.h"

static struct seam_scenario scenario, again;
static char text[SEAM_TEXT_MAX];

static void expect_round_trips(void) {
    uint8_t bytes[SEAM_BYTES_MAX];
    struct seam_text_error error = {0, 0, ""};
    size_t size = seam_scenario_encode(&scenario, bytes);
    seam_scenario_decode(&again, bytes, size, 0);
    if (!seam_scenario_equal(&scenario, &again))
        expect_true(!"decoding an encoded scenario gives it back");
    size_t length = seam_text_print(&scenario, text);
    if (!seam_text_parse(&again, text, length, &error))
        expect_text(error.message, "");
    if (!seam_scenario_equal(&scenario, &again) ||
        memcmp(scenario.last_go, again.last_go, (size_t)scenario.n_steps * sizeof *again.last_go) !=
            0)
        expect_true(!"parsing a printed scenario gives it back");
}

/* The upper half of a linear congruential generator. */
static uint32_t draw(uint64_t *state) {
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 32);
}

/* A million byte strings of every length, also such as no mutator would make. */
static void any_bytes_are_a_scenario(void) {
    uint64_t state = 1;
    for (int i = 0; i < 1000000; i++) {
        uint8_t bytes[SEAM_BYTES_MAX];
        size_t size = draw(&state) % 97;
        for (size_t k = 0; k < size; k++)
            bytes[k] = (uint8_t)draw(&state);
        seam_scenario_decode(&scenario, bytes, size, 0);
        expect_round_trips();
    }
    expect_true(expect_failures == 0);
}

/* Steps that speak of few objects, so that most of them find what they need. */
static void draw_long_scenario(uint64_t *state, int release) {
    uint8_t bytes[SEAM_BYTES_MAX];
    for (size_t k = 0; k < sizeof bytes; k++)
        bytes[k] = (uint8_t)(draw(state) % (k % SEAM_STEP_BYTES == 0 ? SEAM_OPS : 3));
    seam_scenario_decode_steps(&scenario, bytes, sizeof bytes, release);
}

static void long_scenarios_too(void) {
    uint64_t state = 3;
    int longest = 0;
    for (int i = 0; i < 8000; i++) {
        draw_long_scenario(&state, i % 2 == 0 ? 0 : SEAM_RELEASE_OLDEST + i % 9);
        expect_round_trips();
        longest = scenario.n_steps > longest ? scenario.n_steps : longest;
    }
    expect_true(expect_failures == 0);
    expect_true(longest > SEAM_STEPS_MAX * 3 / 4);
}

static void every_scenario_is_closed(void) {
    uint8_t calls[SEAM_BYTES_MAX];
    memset(calls, 0, sizeof calls);
    for (size_t i = 0; i < sizeof calls; i += SEAM_STEP_BYTES)
        calls[i] = i == 0 ? SEAM_OP_go_new : SEAM_OP_call;
    seam_scenario_decode_steps(&scenario, calls, sizeof calls, 0);
    int depth = 0, deepest = 0;
    for (int s = 0; s < scenario.n_steps; s++) {
        depth += seam_op_rows[scenario.steps[s].op].side == SEAM_SIDE_IN;
        depth -= seam_op_rows[scenario.steps[s].op].side == SEAM_SIDE_OUT;
        deepest = depth > deepest ? depth : deepest;
    }
    expect_int(depth, 0);
    expect_int(deepest, SEAM_DEPTH_MAX);
}

static void a_release_has_only_its_operations(void) {
    uint64_t state = 5;
    int latest = 0;
    for (int i = 0; i < 2000; i++) {
        draw_long_scenario(&state, 19);
        expect_true(seam_scenario_since(&scenario) <= 19);
        draw_long_scenario(&state, 0);
        latest = seam_scenario_since(&scenario) > latest ? seam_scenario_since(&scenario) : latest;
    }
    expect_true(latest > 19);
}

static void errors_name_line_and_column(void) {
    static const struct {
        const char *text;
        int line, column;
        const char *part;
    } cases[] = {
        {"g0 = go_new data\nstor c0[0] = g0\n", 2, 1, "did you mean: store <block>[<word>] = <go>"},
        {"look g0\n", 1, 6, "'g0' is not a Go object with a buffer"},
        {"g0 = go_new data\ng0 = go_new data\n", 2, 1, "already exists"},
        {"g0 = go_new node\nlink g0[3] = g0\n", 2, 9, "not a word of an object"},
        {"return\n", 1, 1, "return without an open call"},
        {"# only\n\n  gc extra\n", 3, 6, "unexpected text"},
        {"c0 = malloc clean\nc_read c0\n", 2, 8, "argument of an open call"},
        {"g0 = go_new\n", 1, 12, "expected one of data, node, array"},
        {"gc\ngo 1.21\n", 2, 1, "before all steps"},
        {"go 1.18\n", 1, 1, "a release must be go 1.19 to go 1.27"},
        {"go 1.19\np0 = pinner\n", 2, 1, "pinner exists only since Go 1.21"},
        {"h0 = go_new data\n", 1, 1, "expected a new name such as g0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seam_text_error error = {0, 0, ""};
        expect_true(!seam_text_parse(&scenario, cases[i].text, strlen(cases[i].text), &error));
        expect_int(error.line, cases[i].line);
        expect_int(error.column, cases[i].column);
        expect_contains(error.message, cases[i].part);
    }
}

static void names_may_have_any_number(void) {
    const char *written = "g7 = go_new data # seven\r\n  look   g7\n";
    struct seam_text_error error;
    expect_true(seam_text_parse(&scenario, written, strlen(written), &error));
    seam_text_print(&scenario, text);
    expect_text(text, "g0 = go_new data\nlook g0\n");
}

int main(void) {
    any_bytes_are_a_scenario();
    long_scenarios_too();
    every_scenario_is_closed();
    a_release_has_only_its_operations();
    errors_name_line_and_column();
    names_may_have_any_number();
    return expect_status();
}
