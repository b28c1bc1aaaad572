/* Looking up a word in the manual. */
#ifndef SEAM_SEARCH_H
#define SEAM_SEARCH_H

#include <stdbool.h>

/* Print the operations and the rules in whose name or text a word begins with `word`, in letters of
 * either case; false if there are none, or the word has no letter. */
bool seam_search(const char *word);

#endif
