#include "style/index.h"

#include <string.h>

#include "base/check.h"
#include "base/hash.h"

/* Where a word is, or would be. */
static size_t slot(const struct style_index *index, const char *word, size_t size) {
    for (uint64_t hash = seam_hash(SEAM_HASH_SEED, word, size);; hash++) {
        const struct style_entry *entry = &index->entries[hash % STYLE_ENTRIES];
        if (entry->word == NULL || (entry->size == size && memcmp(entry->word, word, size) == 0))
            return hash % STYLE_ENTRIES;
    }
}

void style_index_note(struct style_index *index, const struct style_file *file, const char *word,
                      size_t size) {
    struct style_entry *entry = &index->entries[slot(index, word, size)];
    if (entry->word == NULL) {
        seam_assert(++index->n < STYLE_ENTRIES / 2);
        *entry = (struct style_entry){word, size, 0, NULL};
    }
    entry->files += entry->last != file;
    entry->last = file;
}

static void note_words(struct style_index *index, const struct style_file *file, const char *text) {
    while (*text != '\0') {
        size_t size = style_word(text);
        if (size > 0)
            style_index_note(index, file, text, size);
        text += size > 0 ? size : 1;
    }
}

void style_index_fill(struct style_index *index, const struct style_tree *tree) {
    memset(index, 0, sizeof *index);
    for (int i = 0; i < tree->n; i++) {
        const struct style_file *file = &tree->files[i];
        if (file->code != NULL && file->kind != STYLE_DOCUMENT)
            note_words(index, file, file->code);
        for (int k = 0; k < file->passages_n; k++)
            if (file->passages[k].prose == STYLE_STRING)
                note_words(index, file, file->passages[k].text);
    }
}

int style_index_files(const struct style_index *index, const char *word, size_t size) {
    return index->entries[slot(index, word, size)].files;
}
