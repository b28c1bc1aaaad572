/* What stands beside a fuzz target in OSS-Fuzz's $OUT: X_seed_corpus.zip and X.options, read as
 * strictly as its scripts and ClusterFuzz need. For oss_fuzz_test.c. */
#ifndef SEAM_PACKAGE_H
#define SEAM_PACKAGE_H

#include <stddef.h>
#include <stdint.h>

enum { PACKAGE_FLAGS = 12 };

/* The options of a target: `flags` are those of [libfuzzer] as words of a command line. All
 * pointers are into `text`. */
struct package_options {
    char text[2048], words[2048];
    const char *flags[PACKAGE_FLAGS + 1]; /* NULL-terminated */
};

/* Fill `options` from a file; NULL, or what is wrong with it (borrowed). */
const char *package_read_options(const char *path, struct package_options *options);

/* The value of an option of [libfuzzer], borrowed; NULL if it is not there. */
const char *package_option(const struct package_options *options, const char *name);

/* Unpack an archive of stored files into a new directory; the number of files, or -1 and `error`
 * says why (borrowed). */
int package_unzip(const char *path, const char *directory, const char **error);

/* A hash of the names and contents of all files in a directory. */
uint64_t package_hash(const char *directory);

#endif
