/* A mutated input is what an engine may use: in its limits, repeatable, of the target's family. */
#include "generate/mutate.h"

#include "base/expect.h"
#include "language/bytes.h"

enum { ROUNDS = 100000 };

static uint8_t bytes[2 * SEAM_BYTES_MAX], again[2 * SEAM_BYTES_MAX];

static void a_mutation_stays_within_the_room_it_was_given(void) {
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        size_t room = seed % sizeof bytes, size = seed % 7 * room / 7;
        memset(bytes, (int)seed, size);
        memset(bytes + size, 0xee, sizeof bytes - size);
        size_t new_size = seam_mutate(bytes, size, room, seed, 'p');
        expect_true(new_size <= room && new_size <= SEAM_BYTES_MAX);
        expect_true(room == sizeof bytes || bytes[room] == 0xee);
    }
}

static void the_same_seed_gives_the_same_mutation(void) {
    size_t size = 0;
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        memcpy(again, bytes, size);
        size_t same = seam_mutate(again, size, SEAM_BYTES_MAX, seed, 't');
        size = seam_mutate(bytes, size, SEAM_BYTES_MAX, seed, 't');
        expect_int(size, same);
        expect_int(memcmp(bytes, again, size), 0);
    }
}

/* Mostly: a family is where a target looks first, and no operation is out of its reach. */
static void what_grows_from_nothing_is_mostly_of_the_family_of_the_target(void) {
    static const char families[] = "pot";
    for (const char *family = families; *family != '\0'; family++) {
        int uses[SEAM_OPS] = {0}, own = 0, all = 0;
        size_t size = 0;
        for (unsigned seed = 0; seed < ROUNDS; seed++) {
            size = seam_mutate(bytes, seed % 100 == 0 ? 0 : size, SEAM_BYTES_MAX, seed, *family);
            for (size_t at = SEAM_HEADER_BYTES; at < size; at += SEAM_STEP_BYTES)
                uses[bytes[at]]++;
        }
        for (int op = 0; op < SEAM_OPS; op++) {
            bool belongs = strchr(seam_op_rows[op].family, *family) != NULL;
            own += belongs ? uses[op] : 0;
            all += uses[op];
            if (uses[op] == 0)
                expect_text(seam_op_rows[op].name, "drawn");
        }
        expect_true(own > all / 10 * 8 && own < all);
    }
}

/* Whatever came in, what comes out has the header of today: else an operation that is newer than
 * format 0 could never be drawn. The release is mostly kept, and any other one is drawn too. */
static void a_mutation_has_a_header_and_mostly_keeps_the_release(void) {
    static struct seam_scenario before, after;
    int kept = 0, releases[SEAM_RELEASE_NEWEST + 1] = {0};
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        size_t size = seed % 50;
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(seed * 7919 >> i % 16);
        if (seed % 2 == 0 && size >= SEAM_HEADER_BYTES)
            seam_bytes_write_header(bytes, SEAM_RELEASE_OLDEST);
        seam_scenario_decode(&before, bytes, size, 0);
        size = seam_mutate(bytes, size, SEAM_BYTES_MAX, seed, 'p');
        seam_scenario_decode(&after, bytes, size, 0);
        expect_true(seam_bytes_are_current(bytes, size));
        kept += after.release == before.release;
        releases[after.release]++;
    }
    expect_true(kept > ROUNDS / 10 * 9 && kept < ROUNDS && releases[0] > 0);
    for (int release = SEAM_RELEASE_OLDEST; release < SEAM_RELEASE_NEWEST; release++)
        expect_true(releases[release] > 0);
}

/* A pair is mostly a mutation of the first; sometimes a scenario has steps of both. */
static void a_pair_is_mutated_or_spliced_within_its_room(void) {
    static struct seam_scenario one, scenario;
    uint8_t other[SEAM_BYTES_MAX], collections[8 * SEAM_STEP_BYTES] = {0};
    int spliced = 0;
    size_t size = seam_mutate(bytes, 0, SEAM_BYTES_MAX, 1, 'p');
    for (size_t i = 0; i < sizeof collections; i += SEAM_STEP_BYTES)
        collections[i] = SEAM_OP_gc;
    seam_scenario_decode_steps(&one, collections, sizeof collections, 0);
    size_t other_size = seam_scenario_encode(&one, other);
    for (unsigned seed = 0; seed < ROUNDS; seed++) {
        size_t room = seed % sizeof again;
        memset(again, 0xee, sizeof again);
        size_t made = seam_mutate_pair(bytes, size, other, other_size, again, room, seed, 'p');
        expect_true(made <= room && (room == sizeof again || again[room] == 0xee));
        seam_scenario_decode(&scenario, again, made, 0);
        int n = 0;
        for (int s = 0; s < scenario.n_steps; s++)
            n += scenario.steps[s].op == SEAM_OP_gc;
        spliced += n >= 3;
    }
    expect_true(spliced > ROUNDS / 50 && spliced < ROUNDS / 2);
}

int main(void) {
    a_mutation_stays_within_the_room_it_was_given();
    the_same_seed_gives_the_same_mutation();
    what_grows_from_nothing_is_mostly_of_the_family_of_the_target();
    a_mutation_has_a_header_and_mostly_keeps_the_release();
    a_pair_is_mutated_or_spliced_within_its_room();
    return expect_status();
}
