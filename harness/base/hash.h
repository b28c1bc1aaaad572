/* FNV-1a, 64 bits: names of cached files, and one number for a lot of output. Not for secrets. */
#ifndef SEAM_HASH_H
#define SEAM_HASH_H

#include <stddef.h>
#include <stdint.h>

#define SEAM_HASH_SEED 0xcbf29ce484222325ULL

/* Continue `hash` with these bytes. */
static inline uint64_t seam_hash(uint64_t hash, const void *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3ULL;
    return hash;
}

#endif
