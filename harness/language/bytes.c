#include "language/bytes.h"

#include <string.h>

/* 0xf5 is in no text, and no operation of format 0 has a number like it. */
static const uint8_t magic[] = {0xf5, 's', 'e', 'm'};
enum { AT_VERSION = sizeof magic, AT_RELEASE, AT_OPS, AT_CHOICES };

/* The nouns whose counts stand in the header, in this order. */
static const uint8_t counted[] = {SEAM_NOUN_shape, SEAM_NOUN_form, SEAM_NOUN_type, SEAM_NOUN_layout,
                                  SEAM_NOUN_fill};
enum { COUNTED = sizeof counted };
_Static_assert(AT_CHOICES + COUNTED == SEAM_HEADER_BYTES, "the header is as long as limits.h says");
_Static_assert(SEAM_OPS <= UINT8_MAX, "the number of operations is one byte of the header");

const struct seam_vocabulary seam_vocabulary = {
    SEAM_OPS,
    {
#define NOUN(number, name, prefix, range, nature) [number] = range,
#include "language/ops.def"
#undef NOUN
    },
};

/* The vocabulary of bytes without a header, for ever. Its limits are those of version 1 as well. */
static const struct seam_vocabulary format_0 = {
    122,
    {
        [SEAM_NOUN_go] = 12,      [SEAM_NOUN_c] = 12,     [SEAM_NOUN_local] = 4,
        [SEAM_NOUN_any] = 48,     [SEAM_NOUN_pinner] = 4, [SEAM_NOUN_handle] = 8,
        [SEAM_NOUN_callback] = 4, [SEAM_NOUN_weak] = 4,   [SEAM_NOUN_layout] = 7,
        [SEAM_NOUN_type] = 5,     [SEAM_NOUN_thread] = 4, [SEAM_NOUN_slot] = 4,
        [SEAM_NOUN_lock] = 2,     [SEAM_NOUN_word] = 3,   [SEAM_NOUN_value] = 256,
        [SEAM_NOUN_count] = 8,    [SEAM_NOUN_shape] = 9,  [SEAM_NOUN_form] = 14,
        [SEAM_NOUN_fill] = 2,
    },
};

/* A count of the header, of a table that has `known` rows today. */
static enum seam_bytes_fault judge_count(int count, int known) {
    return count == 0 ? SEAM_BYTES_DAMAGED : count > known ? SEAM_BYTES_NEWER : SEAM_BYTES_FINE;
}

static enum seam_bytes_fault judge(const uint8_t *bytes, size_t size) {
    if (size < SEAM_HEADER_BYTES || bytes[AT_VERSION] == 0)
        return SEAM_BYTES_DAMAGED;
    if (bytes[AT_VERSION] > SEAM_BYTES_VERSION || bytes[AT_RELEASE] > SEAM_RELEASE_NEWEST)
        return SEAM_BYTES_NEWER;
    if (bytes[AT_RELEASE] != 0 && bytes[AT_RELEASE] < SEAM_RELEASE_OLDEST)
        return SEAM_BYTES_DAMAGED;
    enum seam_bytes_fault fault = judge_count(bytes[AT_OPS], SEAM_OPS);
    for (int i = 0; i < COUNTED && fault == SEAM_BYTES_FINE; i++)
        fault = judge_count(bytes[AT_CHOICES + i], seam_vocabulary.ranges[counted[i]]);
    return fault;
}

void seam_bytes_read_header(const uint8_t *bytes, size_t size, struct seam_bytes_header *header) {
    *header = (struct seam_bytes_header){.vocabulary = format_0};
    if (size < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        return;
    header->fault = judge(bytes, size);
    if (header->fault != SEAM_BYTES_FINE)
        return;
    header->size = SEAM_HEADER_BYTES;
    header->release = bytes[AT_RELEASE];
    header->vocabulary.ops = bytes[AT_OPS];
    for (int i = 0; i < COUNTED; i++)
        header->vocabulary.ranges[counted[i]] = bytes[AT_CHOICES + i];
}

void seam_bytes_write_header(uint8_t bytes[SEAM_HEADER_BYTES], int release) {
    memcpy(bytes, magic, sizeof magic);
    bytes[AT_VERSION] = SEAM_BYTES_VERSION;
    bytes[AT_RELEASE] = (uint8_t)release;
    bytes[AT_OPS] = SEAM_OPS;
    for (int i = 0; i < COUNTED; i++)
        bytes[AT_CHOICES + i] = (uint8_t)seam_vocabulary.ranges[counted[i]];
}

bool seam_bytes_are_current(const uint8_t *bytes, size_t size) {
    uint8_t current[SEAM_HEADER_BYTES];
    if (size < sizeof current)
        return false;
    seam_bytes_write_header(current, bytes[AT_RELEASE]);
    return memcmp(bytes, current, sizeof current) == 0 && judge(bytes, size) == SEAM_BYTES_FINE;
}
