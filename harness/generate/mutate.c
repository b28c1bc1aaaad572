#include "generate/mutate.h"

#include <string.h>

#include "generate/splice.h"
#include "language/bytes.h"

enum { CHANGES_MAX = 4, OPERAND_SMALL = 3, NORMALIZE_EVERY = 16 };
enum { STRANGER_EVERY = 32, RELEASE_EVERY = 64, SPLICE_EVERY = 8 };

/* Steps as records of bytes, before they are decoded again, and the header before them. */
struct draft {
    uint8_t header[SEAM_HEADER_BYTES];
    uint8_t steps[SEAM_STEPS_MAX][SEAM_STEP_BYTES];
    int n;
    uint64_t random;
    char family;
};

static unsigned draw(struct draft *draft, unsigned range) {
    draft->random = draft->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(draft->random >> 33) % range;
}

static uint8_t draw_operand(struct draft *draft) {
    return (uint8_t)(draw(draft, 4) != 0 ? draw(draft, OPERAND_SMALL) : draw(draft, 256));
}

static void draw_step(struct draft *draft, uint8_t step[SEAM_STEP_BYTES]) {
    bool is_any = draw(draft, STRANGER_EVERY) == 0;
    do
        step[0] = (uint8_t)draw(draft, SEAM_OPS);
    while (!is_any && strchr(seam_op_rows[step[0]].family, draft->family) == NULL);
    for (int i = 0; i < SEAM_OPERANDS_MAX; i++)
        step[1 + i] = draw_operand(draft);
}

static void open_gap(struct draft *draft, int at) {
    if (draft->n == SEAM_STEPS_MAX)
        draft->n--;
    memmove(draft->steps[at + 1], draft->steps[at], (size_t)(draft->n - at) * SEAM_STEP_BYTES);
    draft->n++;
}

static void insert(struct draft *draft) {
    int at = (int)draw(draft, (unsigned)(draft->n < SEAM_STEPS_MAX ? draft->n + 1 : draft->n));
    open_gap(draft, at);
    draw_step(draft, draft->steps[at]);
}

static void remove_step(struct draft *draft) {
    int at = (int)draw(draft, (unsigned)draft->n);
    draft->n--;
    memmove(draft->steps[at], draft->steps[at + 1], (size_t)(draft->n - at) * SEAM_STEP_BYTES);
}

static void copy_step(struct draft *draft) {
    uint8_t step[SEAM_STEP_BYTES];
    memcpy(step, draft->steps[draw(draft, (unsigned)draft->n)], sizeof step);
    int at = (int)draw(draft, (unsigned)draft->n);
    open_gap(draft, at);
    memcpy(draft->steps[at], step, sizeof step);
}

static void swap_steps(struct draft *draft) {
    uint8_t *a = draft->steps[draw(draft, (unsigned)draft->n)];
    uint8_t *b = draft->steps[draw(draft, (unsigned)draft->n)];
    uint8_t step[SEAM_STEP_BYTES];
    memcpy(step, a, sizeof step);
    memmove(a, b, sizeof step);
    memcpy(b, step, sizeof step);
}

static void change_operand(struct draft *draft) {
    uint8_t *step = draft->steps[draw(draft, (unsigned)draft->n)];
    step[1 + draw(draft, SEAM_OPERANDS_MAX)] = draw_operand(draft);
}

static void change_step(struct draft *draft) {
    draw_step(draft, draft->steps[draw(draft, (unsigned)draft->n)]);
}

/* Another release of Go; the newest is 0. */
static void change_release(struct draft *draft) {
    int release = (int)draw(draft, SEAM_RELEASE_NEWEST - SEAM_RELEASE_OLDEST + 1);
    seam_bytes_write_header(draft->header, release == 0 ? 0 : SEAM_RELEASE_OLDEST + release - 1);
}

static void load(struct draft *draft, const uint8_t *bytes, size_t size) {
    memcpy(draft->header, bytes, SEAM_HEADER_BYTES);
    draft->n = (int)((size - SEAM_HEADER_BYTES) / SEAM_STEP_BYTES);
    draft->n = draft->n < SEAM_STEPS_MAX ? draft->n : SEAM_STEPS_MAX;
    memcpy(draft->steps, bytes + SEAM_HEADER_BYTES, (size_t)draft->n * SEAM_STEP_BYTES);
}

/* Load what the scenario of the bytes is encoded to: steps without meaning go, and the header is
 * of today. */
static void load_normalized(struct draft *draft, const uint8_t *bytes, size_t size) {
    struct seam_scenario scenario;
    uint8_t encoded[SEAM_BYTES_MAX];
    seam_scenario_decode(&scenario, bytes, size, 0);
    load(draft, encoded, seam_scenario_encode(&scenario, encoded));
}

size_t seam_mutate(uint8_t *bytes, size_t size, size_t size_max, unsigned seed, char family) {
    static void (*const changes[])(struct draft *) = {
        insert, insert, insert, copy_step, swap_steps, change_operand, remove_step, change_step};
    struct draft draft = {.random = seed, .family = family};
    if (size_max < SEAM_HEADER_BYTES)
        return 0;
    bool normalizes = draw(&draft, NORMALIZE_EVERY) == 0;
    (normalizes || !seam_bytes_are_current(bytes, size) ? load_normalized : load)(&draft, bytes,
                                                                                  size);
    for (int left = 1 + (int)draw(&draft, CHANGES_MAX); left > 0; left--)
        (draft.n == 0 ? insert : changes[draw(&draft, sizeof changes / sizeof *changes)])(&draft);
    if (draw(&draft, RELEASE_EVERY) == 0)
        change_release(&draft);
    size_t steps = (size_t)draft.n * SEAM_STEP_BYTES, room = size_max - SEAM_HEADER_BYTES;
    if (steps > room)
        steps = room - room % SEAM_STEP_BYTES;
    memcpy(bytes, draft.header, SEAM_HEADER_BYTES);
    memcpy(bytes + SEAM_HEADER_BYTES, draft.steps, steps);
    return SEAM_HEADER_BYTES + steps;
}

size_t seam_mutate_pair(const uint8_t *one, size_t one_size, const uint8_t *other,
                        size_t other_size, uint8_t *out, size_t room, unsigned seed, char family) {
    if (seed % SPLICE_EVERY == 0)
        return seam_cross_over(one, one_size, other, other_size, out, room, seed / SPLICE_EVERY);
    size_t size = one_size < room ? one_size : room;
    memcpy(out, one, size);
    return seam_mutate(out, size, room, seed, family);
}
