/* Any bytes are a program, and a program survives every way it is written down. */
#include "program.h"

#include "expect.h"
#include "text.h"

enum { STRINGS = 1000000, LONGEST = SEAM_BYTES_MAX + 100 };

static struct seam_program program, again;

static uint64_t random_state = 1;
static unsigned draw(unsigned range) {
    random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(random_state >> 33) % range;
}

/* Mostly short strings, some longer than a program can be. */
static size_t draw_bytes(uint8_t bytes[LONGEST]) {
    size_t size = draw(draw(64) == 0 ? LONGEST : 80);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)draw(draw(2) == 0 ? 4 : 256);
    return size;
}

static void expect_same_after_bytes(void) {
    uint8_t bytes[SEAM_BYTES_MAX];
    size_t size = seam_program_encode(&program, bytes);
    seam_program_decode(&again, bytes, size, 0);
    expect_true(seam_program_equal(&program, &again));
}

static void expect_same_after_text(void) {
    static char text[SEAM_TEXT_MAX];
    struct seam_text_error error = {0, 0, ""};
    size_t size = seam_text_print(&program, text);
    expect_true(size < SEAM_TEXT_MAX && text[size] == '\0');
    expect_true(seam_text_parse(&again, text, size, &error));
    expect_str(error.message, "");
    expect_true(seam_program_equal(&program, &again));
}

/* Walk the program with a scope of its own: every step must be accepted where it stands. */
static void expect_meaningful(int release) {
    struct seam_scope scope;
    seam_scope_init(&scope, release);
    for (int s = 0; s < program.n_steps; s++) {
        const struct seam_step *step = &program.steps[s];
        const struct seam_op_row *row = &seam_op_rows[step->op];
        expect_true(seam_scope_has_room(&scope, (enum seam_op)step->op));
        for (int i = 0; i < row->n_operands; i++)
            expect_true(seam_scope_accepts(&scope, row->kinds[i], step->operand[i]));
        seam_program_append(&again, &scope, *step);
    }
    expect_eq(scope.depth, 0);
    expect_true(seam_program_since(&program) <= release || release == 0);
}

static void any_bytes_are_a_program_and_nothing_is_lost(void) {
    static const int releases[] = {0, 19, 20, 21, 24};
    uint8_t bytes[LONGEST];
    for (int i = 0; i < STRINGS; i++) {
        int release = releases[i % 5];
        seam_program_decode(&program, bytes, draw_bytes(bytes), release);
        expect_meaningful(release);
        expect_same_after_bytes();
        expect_same_after_text();
    }
}

static void no_bytes_are_the_empty_program(void) {
    seam_program_decode(&program, NULL, 0, 0);
    expect_eq(program.n_steps, 0);
    expect_eq(seam_program_since(&program), 0);
}

static void bytes_behind_the_last_possible_step_are_ignored(void) {
    static uint8_t bytes[2 * SEAM_BYTES_MAX];
    for (int i = 0; i < 2 * SEAM_STEPS_MAX; i++)
        bytes[i * SEAM_STEP_BYTES] = SEAM_OP_gc;
    seam_program_decode(&program, bytes, sizeof bytes, 0);
    seam_program_decode(&again, bytes, SEAM_BYTES_MAX, 0);
    expect_eq(program.n_steps, SEAM_STEPS_MAX);
    expect_true(seam_program_equal(&program, &again));
}

static void open_calls_are_closed_within_the_limit(void) {
    static uint8_t bytes[SEAM_BYTES_MAX];
    bytes[0] = SEAM_OP_malloc;
    for (int i = 1; i < SEAM_STEPS_MAX; i++)
        bytes[i * SEAM_STEP_BYTES] = i <= SEAM_DEPTH_MAX ? SEAM_OP_call_c : SEAM_OP_gc;
    seam_program_decode(&program, bytes, sizeof bytes, 0);
    expect_eq(program.n_steps, SEAM_STEPS_MAX);
    for (int i = 1; i <= SEAM_DEPTH_MAX; i++)
        expect_eq(program.steps[SEAM_STEPS_MAX - i].op, SEAM_OP_return);
}

/* One step, all its bytes: 256 values in each of the four places. */
static void every_value_of_every_byte_of_a_step_decodes(void) {
    for (int place = 0; place < SEAM_STEP_BYTES; place++)
        for (int value = 0; value < 256; value++) {
            uint8_t bytes[2 * SEAM_STEP_BYTES] = {SEAM_OP_go_new, 0, 1, 0, SEAM_OP_link};
            bytes[SEAM_STEP_BYTES + place] = (uint8_t)value;
            seam_program_decode(&program, bytes, sizeof bytes, 0);
            expect_meaningful(0);
            expect_same_after_bytes();
        }
}

static void a_variable_is_last_named_in_one_step(void) {
    static const char text[] = "g0 = go_new node\n"
                               "g1 = go_new data\n"
                               "link g0[0] = g1\n"
                               "p0 = pinner\n"
                               "pin p0 g0\n"
                               "gc\n";
    struct seam_text_error error;
    expect_true(seam_text_parse(&program, text, strlen(text), &error));
    expect_eq(program.last_go[2], 1 << 1);
    expect_eq(program.last_go[4], 1 << 0);
    expect_eq(program.last_pinner[4], 1 << 0);
    expect_eq(program.last_go[5], 0);
}

int main(void) {
    expect_promise(any_bytes_are_a_program_and_nothing_is_lost);
    expect_promise(no_bytes_are_the_empty_program);
    expect_promise(bytes_behind_the_last_possible_step_are_ignored);
    expect_promise(open_calls_are_closed_within_the_limit);
    expect_promise(every_value_of_every_byte_of_a_step_decodes);
    expect_promise(a_variable_is_last_named_in_one_step);
    return expect_done();
}
