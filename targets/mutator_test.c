/* Promise: AFL++'s entry points mutate as libFuzzer's do: within the room, repeatably, scenarios.
 */
#include <stdlib.h>

#include "base/expect.h"
#include "generate/mutate.h"
#include "language/bytes.h"

void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(void *data, uint8_t *input, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t room);
void afl_custom_deinit(void *data);

enum { ROUNDS = 20000 };

static void a_session_is_repeatable_and_makes_scenarios(void) {
    uint8_t input[SEAM_BYTES_MAX] = {0}, other[SEAM_BYTES_MAX] = {0}, *one, *two;
    void *mutator = afl_custom_init(NULL, 7), *again = afl_custom_init(NULL, 7);
    size_t size = 1, other_size = 1;
    for (int i = 0; i < ROUNDS; i++) {
        size_t room = i % 3 == 0 ? SEAM_BYTES_MAX : SEAM_HEADER_BYTES + (size_t)i % 600;
        size_t made = afl_custom_fuzz(mutator, input, size, &one, other, other_size, room);
        expect_int(afl_custom_fuzz(again, input, size, &two, other, other_size, room), made);
        expect_true(made <= room && made <= SEAM_BYTES_MAX && seam_bytes_are_current(one, made));
        expect_int(memcmp(one, two, made), 0);
        memcpy(i % 2 == 0 ? input : other, one, made);
        *(i % 2 == 0 ? &size : &other_size) = made;
    }
    expect_true(size > SEAM_HEADER_BYTES);
    afl_custom_deinit(mutator);
    afl_custom_deinit(again);
}

int main(void) {
    a_session_is_repeatable_and_makes_scenarios();
    return expect_status();
}
