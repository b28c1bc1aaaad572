#include "hostile/mutation.h"

#include <string.h>

struct input {
    char *bytes;
    size_t size, max;
    uint64_t state;
};

uint64_t seam_mutation_next(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

/* A number below n; 0 if n is. */
static size_t below(struct input *it, size_t n) {
    return n == 0 ? 0 : (size_t)(seam_mutation_next(&it->state) % n);
}

/* --- ways to change it ------------------------------------------------------------------------ */

/* Put n bytes in place of `gone` ones at a position; what finds no room is not put. */
static void replace(struct input *it, size_t at, size_t gone, const char *with, size_t n) {
    if (it->size - gone + n > it->max)
        return;
    memmove(it->bytes + at + n, it->bytes + at + gone, it->size - at - gone);
    memcpy(it->bytes + at, with, n);
    it->size += n - gone;
}

static void flip_bit(struct input *it) {
    if (it->size > 0)
        it->bytes[below(it, it->size)] ^= (char)(1 << below(it, 8));
}

static void set_byte(struct input *it) {
    if (it->size > 0)
        it->bytes[below(it, it->size)] = (char)below(it, 256);
}

static void truncate_it(struct input *it) { it->size = below(it, it->size + 1); }

static void remove_part(struct input *it) {
    size_t at = below(it, it->size), n = below(it, it->size - at);
    replace(it, at, n < 64 ? n : n % 64, "", 0);
}

static void repeat_part(struct input *it) {
    char part[256];
    size_t at = below(it, it->size), n = below(it, it->size - at) % sizeof part;
    memcpy(part, it->bytes + at, n);
    for (size_t times = 1 + below(it, 16); times > 0; times--)
        replace(it, at, 0, part, n);
}

static void copy_part(struct input *it) {
    char part[64];
    size_t from = below(it, it->size), n = below(it, it->size - from) % sizeof part;
    memcpy(part, it->bytes + from, n);
    replace(it, below(it, it->size + 1), 0, part, n);
}

/* Whole words of the input, with what stands between them, change places. */
static void swap_words(struct input *it) {
    char word[32];
    size_t from = below(it, it->size), n = 0;
    while (from + n < it->size && n < sizeof word && it->bytes[from + n] > ' ')
        n++;
    memcpy(word, it->bytes + from, n);
    size_t at = below(it, it->size), gone = 0;
    while (at + gone < it->size && gone < sizeof word && it->bytes[at + gone] > ' ')
        gone++;
    replace(it, at, gone, word, n);
}

static void insert_word(struct input *it) {
#define WORD(text)                                                                                 \
    { text, sizeof text - 1 }
    static const struct {
        const char *text;
        size_t size;
    } words[] = {WORD("0"),
                 WORD("-1"),
                 WORD("1"),
                 WORD("255"),
                 WORD("256"),
                 WORD("65536"),
                 WORD("2147483648"),
                 WORD("-2147483649"),
                 WORD("4294967296"),
                 WORD("18446744073709551616"),
                 WORD("0x"),
                 WORD("1e309"),
                 WORD("nan"),
                 WORD("%s%n"),
                 WORD("\0"),
                 WORD("\r\n"),
                 WORD("\n"),
                 WORD("\n\n"),
                 WORD("\t"),
                 WORD(" "),
                 WORD("#"),
                 WORD(":"),
                 WORD("."),
                 WORD(","),
                 WORD("/"),
                 WORD("\\"),
                 WORD("'"),
                 WORD("\""),
                 WORD("("),
                 WORD(")"),
                 WORD("["),
                 WORD("]"),
                 WORD("="),
                 WORD("*/"),
                 WORD("\xef\xbb\xbf"),
                 WORD("\xff\xfe"),
                 WORD("\xc3"),
                 WORD("\x1b[31m"),
                 WORD("go 1.19"),
                 WORD("go 1.999"),
                 WORD("\ngoroutine 1 [running]:\n"),
                 WORD("AddressSanitizer"),
                 WORD("heap-use-after-free"),
                 WORD("SIGSEGV")};
#undef WORD
    size_t i = below(it, sizeof words / sizeof *words);
    replace(it, below(it, it->size + 1), 0, words[i].text, words[i].size);
}

static void insert_long_line(struct input *it) {
    char part[512];
    size_t at = below(it, it->size + 1);
    memset(part, "A0 ./\xff"[below(it, 6)], sizeof part);
    for (size_t times = 1 + below(it, 24); times > 0; times--)
        replace(it, at, 0, part, sizeof part);
}

size_t seam_mutation_make(char *bytes, size_t size, size_t max, uint64_t seed) {
    static void (*const ways[])(struct input *) = {
        flip_bit,  flip_bit,   set_byte,    set_byte,    insert_word, insert_word,     copy_part,
        copy_part, swap_words, remove_part, truncate_it, repeat_part, insert_long_line};
    struct input it = {bytes, size, max, seed};
    for (size_t n = 1 + below(&it, 8); n > 0; n--)
        ways[below(&it, sizeof ways / sizeof *ways)](&it);
    return it.size;
}
