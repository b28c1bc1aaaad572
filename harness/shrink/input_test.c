/* Promise: an input that kills a target shrinks to one that kills it in the same way. */
#include "shrink/input.h"

#include "base/check.h"
#include "base/expect.h"

/* Dies of an X after a Y, and in another way of a Z. */
static void target(const uint8_t *bytes, size_t size) {
    const uint8_t *y = memchr(bytes, 'Y', size);
    seam_assert(y == NULL || memchr(y, 'X', size - (size_t)(y - bytes)) == NULL);
    seam_assert(memchr(bytes, 'Z', size) == NULL);
}

/* Dies of the second input that it is given. */
static void target_with_memory(const uint8_t *bytes, size_t size) {
    static int n;
    (void)bytes, (void)size;
    seam_assert(n++ == 0);
}

static struct seam_input shrink(void (*run)(const uint8_t *, size_t), char *text, int wanted) {
    struct seam_input it = {.run = run, .bytes = (uint8_t *)text, .size = strlen(text)};
    expect_int(seam_input_shrink(&it), wanted);
    text[it.size] = '\0';
    return it;
}

int main(void) {
    char both[] = "aZbbbXccccYddddddddddXeeeeeeeeeeeeYfff", other[] = "XYaaaaaaaaaaaZaaaaaaaa";
    char harmless[] = "XXXY", any[] = "aaaa";
    struct seam_input it = shrink(target, both, SEAM_INPUT_done);
    expect_text(both, "YX");
    expect_contains(it.words, "seam bug: y == NULL");
    expect_true(it.is_minimal);
    it = shrink(target, other, SEAM_INPUT_done);
    expect_text(other, "Z");
    expect_contains(it.words, "seam bug: memchr(bytes, 'Z', size) == NULL");
    shrink(target, harmless, SEAM_INPUT_lives);
    expect_text(harmless, "XXXY");
    shrink(target_with_memory, any, SEAM_INPUT_lives);
    return expect_status();
}
