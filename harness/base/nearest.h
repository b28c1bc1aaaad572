/* "Did you mean ...?": the name nearest to a misspelt word. */
#ifndef SEAM_NEAREST_H
#define SEAM_NEAREST_H

#include <stddef.h>

/* The index of the name that the fewest edits turn `word` (`size` bytes) into. `name` gives the
 * names by index and ends with NULL; there is at least one. */
int seam_nearest(const char *word, size_t size, const char *(*name)(int index));

#endif
