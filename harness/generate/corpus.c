#define _GNU_SOURCE
#include "generate/corpus.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/options.h"
#include "language/scenario_file.h"

static int by_name(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool is_scenario(const FTSENT *entry) {
    const char *dot = strrchr(entry->fts_name, '.');
    return entry->fts_info == FTS_F && dot != NULL && strcmp(dot, ".seam") == 0;
}

static uint64_t hash_entry(uint64_t hash, const struct seam_corpus_entry *entry) {
    uint8_t bytes[SEAM_BYTES_MAX];
    hash = seam_hash(hash, entry->name, strlen(entry->name) + 1);
    return seam_hash(hash, bytes, seam_scenario_encode(&entry->scenario, bytes));
}

static bool add(struct seam_corpus *corpus, const char *path, const char *name) {
    corpus->entries = realloc(corpus->entries, ((size_t)corpus->n + 1) * sizeof *corpus->entries);
    seam_assert(corpus->entries != NULL);
    struct seam_corpus_entry *entry = &corpus->entries[corpus->n];
    if (!seam_scenario_read(path, &entry->scenario))
        return false;
    entry->name = strdup(name);
    seam_assert(entry->name != NULL);
    corpus->hash = hash_entry(corpus->hash, entry);
    corpus->n++;
    return true;
}

bool seam_corpus_read(const char *directory, struct seam_corpus *corpus) {
    char *const roots[] = {(char *)directory, NULL};
    size_t prefix = strlen(directory) + (directory[strlen(directory) - 1] != '/');
    *corpus = (struct seam_corpus){0, NULL, SEAM_HASH_SEED};
    FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    bool ok = tree != NULL;
    for (FTSENT *entry; ok && (entry = fts_read(tree)) != NULL;)
        if (is_scenario(entry))
            ok = add(corpus, entry->fts_path, entry->fts_path + prefix);
    if (tree != NULL)
        fts_close(tree);
    if (ok && corpus->n == 0) {
        seam_fail("--corpus=%s: no scenario (*.seam) there; name a directory with some", directory);
        ok = false;
    }
    if (!ok)
        seam_corpus_free(corpus);
    return ok;
}

void seam_corpus_free(struct seam_corpus *corpus) {
    while (corpus->n > 0)
        free(corpus->entries[--corpus->n].name);
    free(corpus->entries);
    corpus->entries = NULL;
}
