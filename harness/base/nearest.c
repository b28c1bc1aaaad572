#include "base/nearest.h"

#include <string.h>

enum { WORD_MAX = 40 };

/* Levenshtein's distance, one row at a time. */
static int distance(const char *a, size_t a_size, const char *b) {
    int row[WORD_MAX + 1], b_size = (int)strlen(b);
    if (a_size > WORD_MAX || b_size > WORD_MAX)
        return WORD_MAX;
    for (int j = 0; j <= b_size; j++)
        row[j] = j;
    for (int i = 1; i <= (int)a_size; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b_size; j++) {
            int change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            int gap = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = change < gap ? change : gap;
        }
    }
    return row[b_size];
}

int seam_nearest(const char *word, size_t size, const char *(*name)(int index)) {
    int best = 0;
    for (int i = 1; name(i) != NULL; i++)
        if (distance(word, size, name(i)) < distance(word, size, name(best)))
            best = i;
    return best;
}
