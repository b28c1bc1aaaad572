/* Promise: a scenario in bytes says for ever what it said when it was written, or is refused.
 *
 * usage: bytes_test numbers.list format_0.list
 *
 * numbers.list has a line for each number that bytes can contain. It only grows: a line is appended
 * for what is new, and none is ever changed. format_0.list has bytes that were written, or made by
 * an engine, before there was a header, and what seam said they are. */
#include "language/bytes.h"

#include <stdlib.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/hash.h"
#include "language/text.h"

/* --- numbers ---------------------------------------------------------------------------------- */

/* Every row of the tables, as the tables have them, before anything is made of their numbers. */
static const struct row {
    const char *table;
    int number;
    const char *name, *operands;
} rows[] = {
#define OPERANDS(...) #__VA_ARGS__
#define NONE ""
#define OP(number, name, side, family, since, text, operands, ...) {"op", number, #name, operands},
#define NOUN(number, name, ...) {"noun", number, #name, ""},
#define SHAPE(number, name, ...) {"shape", number, #name, ""},
#define FORM(number, name, ...) {"form", number, #name, ""},
#define LAYOUT(number, name, ...) {"layout", number, #name, ""},
#define TYPE(number, name, ...) {"type", number, #name, ""},
#define FILL(number, name, ...) {"fill", number, #name, ""},
#include "language/ops.def"
#undef OPERANDS
#undef NONE
};
enum { ROWS = sizeof rows / sizeof *rows, LINE_MAX = 1000 };

/* The lines of the list as they were when it began. */
enum { FIRST_LINES = 178 };
static const uint64_t first_lines_hash = 0x38d595058c36ec48ULL;

static void print_row(const struct row *row, char line[LINE_MAX]) {
    snprintf(line, LINE_MAX, "%s %d %s(%s)", row->table, row->number, row->name, row->operands);
}

static bool is_row(const char *line) {
    char mine[LINE_MAX];
    for (int i = 0; i < ROWS; i++) {
        print_row(&rows[i], mine);
        if (strcmp(mine, line) == 0)
            return true;
    }
    return false;
}

static bool is_line(char *const *lines, int n, const char *wanted) {
    while (n > 0 && strcmp(lines[n - 1], wanted) != 0)
        n--;
    return n > 0;
}

static void no_number_has_moved(char *const *lines, int n) {
    uint64_t hash = SEAM_HASH_SEED;
    for (int i = 0; i < n; i++) {
        if (!is_row(lines[i]))
            expect_text(lines[i],
                        "a row of ops.def: it has moved, or has other operands, or is gone");
        if (i < FIRST_LINES)
            hash = seam_hash(hash, lines[i], strlen(lines[i]) + 1);
    }
    for (int i = 0; i < ROWS; i++) {
        char line[LINE_MAX];
        print_row(&rows[i], line);
        if (!is_line(lines, n, line))
            expect_text(line, "a line of numbers.list: append it, if the row is new");
    }
    expect_true(n >= FIRST_LINES);
    expect_true(hash == first_lines_hash);
}

static int count_rows(const char *table) {
    int n = 0;
    for (int i = 0; i < ROWS; i++)
        n += strcmp(rows[i].table, table) == 0;
    return n;
}

static void no_number_is_used_twice_or_left_out(void) {
    for (int i = 0; i < ROWS; i++) {
        for (int k = 0; k < i; k++)
            if (rows[i].number == rows[k].number && strcmp(rows[i].table, rows[k].table) == 0)
                expect_text(rows[i].name, rows[k].name);
        expect_true(rows[i].number >= 0 && rows[i].number < count_rows(rows[i].table));
    }
}

/* --- old bytes -------------------------------------------------------------------------------- */

static struct seam_scenario scenario, again;

/* The steps of a scenario in one line. */
static void print_line(const struct seam_scenario *it, char line[SEAM_TEXT_MAX]) {
    *line = '\0';
    for (int s = 0; s < it->n_steps; s++) {
        strcat(line, s > 0 ? "; " : "");
        seam_text_print_step(&it->steps[s], line + strlen(line));
    }
}

/* The bytes that a line begins with, in hexadecimal. */
static size_t read_hex(const char *line, uint8_t *bytes) {
    size_t size = strcspn(line, " ") / 2;
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;
        sscanf(line + 2 * i, "%2x", &byte);
        bytes[i] = (uint8_t)byte;
    }
    return size;
}

static void bytes_of_format_0_say_what_they_always_said(char *const *lines, int n) {
    static char line[SEAM_TEXT_MAX];
    for (int i = 0; i < n; i++) {
        uint8_t bytes[SEAM_BYTES_MAX];
        seam_scenario_decode(&scenario, bytes, read_hex(lines[i], bytes), 0);
        print_line(&scenario, line);
        expect_text(line, lines[i] + strcspn(lines[i], " ") + 1);
        expect_int(scenario.release, 0);
    }
    expect_true(n > SEAM_NOUNS);
}

/* The byte 101 is an operation of today, and was the second one of a seam that knew a hundred. */
static void a_new_operation_changes_no_file_of_a_seam_that_did_not_know_it(void) {
    uint8_t bytes[SEAM_HEADER_BYTES + SEAM_STEP_BYTES] = {0};
    seam_bytes_write_header(bytes, 0);
    bytes[6] = 100;
    bytes[7] = 3;
    bytes[SEAM_HEADER_BYTES] = 101;
    bytes[SEAM_HEADER_BYTES + 2] = 4;
    seam_scenario_decode(&scenario, bytes, sizeof bytes, 0);
    expect_int(scenario.n_steps, 1);
    expect_int(scenario.steps[0].op, SEAM_OP_global);
    expect_int(scenario.steps[0].operand[1], SEAM_SHAPE_node);
}

/* --- the header ------------------------------------------------------------------------------- */

static void the_release_is_part_of_the_bytes(void) {
    static const char text[] = "go 1.20\ng0 = go_new data\ncall pointer g0\n  c_read g0\nreturn\n";
    uint8_t bytes[SEAM_BYTES_MAX];
    struct seam_text_error error;
    expect_true(seam_text_parse(&scenario, text, strlen(text), &error));
    size_t size = seam_scenario_encode(&scenario, bytes);
    seam_scenario_decode(&again, bytes, size, 0);
    expect_int(again.release, 20);
    expect_true(seam_scenario_equal(&scenario, &again));
    seam_scenario_decode(&again, bytes, size, 27);
    expect_int(again.release, 27);
    expect_true(!seam_scenario_equal(&scenario, &again));
}

static enum seam_bytes_fault fault_with(int at, int byte) {
    uint8_t bytes[SEAM_HEADER_BYTES + SEAM_STEP_BYTES] = {0};
    struct seam_bytes_header header;
    seam_bytes_write_header(bytes, 0);
    bytes[at] = (uint8_t)byte;
    seam_bytes_read_header(bytes, sizeof bytes, &header);
    seam_scenario_decode(&scenario, bytes, sizeof bytes, 0);
    expect_int(scenario.n_steps, header.fault == SEAM_BYTES_FINE);
    bool is_known = header.fault == SEAM_BYTES_FINE &&
                    memcmp(&header.vocabulary, &seam_vocabulary, sizeof seam_vocabulary) == 0;
    expect_int(seam_bytes_are_current(bytes, sizeof bytes), is_known);
    return header.fault;
}

static void what_only_a_newer_seam_can_read_is_told_from_damage(void) {
    expect_int(fault_with(4, SEAM_BYTES_VERSION), SEAM_BYTES_FINE);
    expect_int(fault_with(4, SEAM_BYTES_VERSION + 1), SEAM_BYTES_NEWER);
    expect_int(fault_with(4, 0), SEAM_BYTES_DAMAGED);
    expect_int(fault_with(5, SEAM_RELEASE_NEWEST), SEAM_BYTES_FINE);
    expect_int(fault_with(5, SEAM_RELEASE_NEWEST + 1), SEAM_BYTES_NEWER);
    expect_int(fault_with(5, SEAM_RELEASE_OLDEST - 1), SEAM_BYTES_DAMAGED);
    expect_int(fault_with(6, SEAM_OPS), SEAM_BYTES_FINE);
    expect_int(fault_with(6, SEAM_OPS + 1), SEAM_BYTES_NEWER);
    for (int at = 6; at < SEAM_HEADER_BYTES; at++) {
        expect_int(fault_with(at, 255), SEAM_BYTES_NEWER);
        expect_int(fault_with(at, 1), SEAM_BYTES_FINE);
        expect_int(fault_with(at, 0), SEAM_BYTES_DAMAGED);
    }
}

/* What a reader of files refuses is the empty scenario here; everything else encodes and decodes.
 */
static void expect_decodes(const uint8_t *bytes, size_t size) {
    struct seam_bytes_header header;
    uint8_t encoded[SEAM_BYTES_MAX];
    seam_bytes_read_header(bytes, size, &header);
    seam_scenario_decode(&scenario, bytes, size, 0);
    seam_scenario_decode(&again, encoded, seam_scenario_encode(&scenario, encoded), 0);
    expect_true(header.fault == SEAM_BYTES_FINE || scenario.n_steps == 0);
    expect_true(seam_scenario_equal(&scenario, &again));
}

/* Engines cut headers in the middle, and change any byte of them. */
static void any_header_is_decoded(void) {
    uint8_t bytes[2 * SEAM_HEADER_BYTES] = {0};
    for (int at = 0; at < SEAM_HEADER_BYTES; at++)
        for (int byte = 0; byte < 256; byte++) {
            seam_bytes_write_header(bytes, 0);
            bytes[at] = (uint8_t)byte;
            for (size_t size = 0; size <= sizeof bytes; size++)
                expect_decodes(bytes, size);
        }
}

/* What is folded into a limit says so only as long as the limit stays: if this fails, a limit or a
 * noun with choices is new, and the format needs a version with ranges of its own. */
static void this_version_of_the_bytes_has_the_limits_of_today(void) {
    uint8_t bytes[SEAM_HEADER_BYTES];
    struct seam_bytes_header header;
    seam_bytes_write_header(bytes, 0);
    seam_bytes_read_header(bytes, sizeof bytes, &header);
    expect_int(header.vocabulary.ops, SEAM_OPS);
    for (int noun = 0; noun < SEAM_NOUNS; noun++)
        if (header.vocabulary.ranges[noun] != seam_noun_rows[noun].range)
            expect_text(seam_noun_rows[noun].name, "a noun whose range is part of the bytes");
    expect_int(SEAM_STEPS_MAX, 128);
    expect_int(SEAM_OPERANDS_MAX, 3);
}

/* The lines of a file; neither they nor the text are freed. */
static int read_lines(const char *path, char *lines[], int max) {
    char *text;
    size_t size;
    int n = 0;
    if (!seam_file_read(path, SEAM_TEXT_FILE_MAX, &text, &size)) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(2);
    }
    for (char *line = strtok(text, "\n"); line != NULL && n < max; line = strtok(NULL, "\n"))
        lines[n++] = line;
    return n;
}

int main(int argc, char **argv) {
    static char *lines[LINE_MAX];
    if (argc != 3) {
        fprintf(stderr, "usage: bytes_test numbers.list format_0.list\n");
        return 2;
    }
    int n = read_lines(argv[1], lines, LINE_MAX);
    no_number_has_moved(lines, n);
    no_number_is_used_twice_or_left_out();
    n = read_lines(argv[2], lines, LINE_MAX);
    bytes_of_format_0_say_what_they_always_said(lines, n);
    a_new_operation_changes_no_file_of_a_seam_that_did_not_know_it();
    the_release_is_part_of_the_bytes();
    what_only_a_newer_seam_can_read_is_told_from_damage();
    any_header_is_decoded();
    this_version_of_the_bytes_has_the_limits_of_today();
    return expect_status();
}
