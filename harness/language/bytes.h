/* The header of a scenario in bytes: what its writer knew, so that the bytes keep their meaning.
 *
 *   bytes 0-3   the magic
 *         4     the version of the format
 *         5     the minor release of Go that the scenario is run on, 0 for the newest
 *         6     how many operations the writer knew
 *         7-11  how many shapes, forms, types, layouts and fills
 *
 * Steps follow (scenario.h). Numbers are for ever, and engines make any byte: one that is not a
 * number is folded into those that the writer knew, so an operation that is new today changes no
 * old file. Bytes without the magic are format 0, which was all there was until then: it knew 122
 * operations.
 *
 * Reading is total. What only a newer seam can read, or what was damaged, is the empty scenario
 * to those that take any bytes, and an error to those that read files: so a crash file never means
 * one thing in a fuzz target and another in `seam replay`.
 *
 * To add a choice or an operation, nothing changes here. A new noun with choices, and a limit that
 * grows, need a new version: bytes_test says so. */
#ifndef SEAM_BYTES_H
#define SEAM_BYTES_H

#include "language/op.h"

enum { SEAM_BYTES_VERSION = 1 };

/* How many numbers of each table the writer of some bytes knew. */
struct seam_vocabulary {
    uint16_t ops;
    uint16_t ranges[SEAM_NOUNS];
};

/* The vocabulary of this seam. */
extern const struct seam_vocabulary seam_vocabulary;

enum seam_bytes_fault {
    SEAM_BYTES_FINE,
    SEAM_BYTES_NEWER,  /* only a newer seam can read them */
    SEAM_BYTES_DAMAGED /* they were not written like this */
};

struct seam_bytes_header {
    enum seam_bytes_fault fault; /* unless fine, nothing else is filled in */
    size_t size;                 /* SEAM_HEADER_BYTES; 0 in format 0 */
    int release;
    struct seam_vocabulary vocabulary;
};

/* Read the header of any bytes. */
void seam_bytes_read_header(const uint8_t *bytes, size_t size, struct seam_bytes_header *header);

/* Write the header of this version and vocabulary. */
void seam_bytes_write_header(uint8_t bytes[SEAM_HEADER_BYTES], int release);

/* Do the bytes begin with a header of this version and vocabulary? */
bool seam_bytes_are_current(const uint8_t *bytes, size_t size);

#endif
