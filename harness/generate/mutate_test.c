/* A mutated input is what an engine may use: in its limits, repeatable, of the target's family. */
#include "generate/mutate.h"

#include "base/expect.h"

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

static void what_grows_from_nothing_is_of_the_family_of_the_target(void) {
    static const char families[] = "pot";
    for (const char *family = families; *family != '\0'; family++) {
        int uses[SEAM_OPS] = {0};
        size_t size = 0;
        for (unsigned seed = 0; seed < ROUNDS; seed++) {
            size = seam_mutate(bytes, seed % 100 == 0 ? 0 : size, SEAM_BYTES_MAX, seed, *family);
            for (size_t at = 0; at < size; at += SEAM_STEP_BYTES)
                uses[bytes[at] % SEAM_OPS]++;
        }
        for (int op = 0; op < SEAM_OPS; op++) {
            bool belongs = strchr(seam_op_rows[op].family, *family) != NULL;
            if (belongs != (uses[op] > 0))
                expect_text(seam_op_rows[op].name, belongs ? "drawn" : "of another family");
        }
    }
}

int main(void) {
    a_mutation_stays_within_the_room_it_was_given();
    the_same_seed_gives_the_same_mutation();
    what_grows_from_nothing_is_of_the_family_of_the_target();
    return expect_status();
}
