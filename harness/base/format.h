/* Formatted text in newly allocated memory. */
#ifndef SEAM_FORMAT_H
#define SEAM_FORMAT_H

/* Format into memory that the caller frees; aborts without memory. */
__attribute__((format(printf, 1, 2))) char *seam_format(const char *pattern, ...);

/* "" for one, "s" for any other number: "1 run", "2 runs". */
const char *seam_plural(unsigned long long n);

/* The part of a path after its last slash; borrowed. */
const char *seam_base_name(const char *path);

#endif
