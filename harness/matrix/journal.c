#define _GNU_SOURCE
#include "matrix/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "rules/flavor.h"

enum { FLAVOR_SIZE = 16 };

static bool parse(const char *line, struct seam_chunk *chunk, struct seam_tally *tally) {
    char flavor[FLAVOR_SIZE];
    int used = 0;
    if (sscanf(line, "%23s %15s %31s %" SCNu64 " %" SCNu64 " %n", chunk->release, flavor,
               chunk->source, &chunk->first, &chunk->count, &used) != 5 ||
        used == 0)
        return false;
    chunk->flavor = seam_flavor_find(flavor);
    return chunk->flavor < SEAM_FLAVORS && seam_tally_parse(line + used, tally);
}

static char *heading_of(const char *identity) { return seam_format("seam matrix %s\n", identity); }

/* The size of the valid part: complete lines after the right heading; 0 if there are none. */
static size_t read_lines(const char *text, const char *heading,
                         void (*tell)(void *, const struct seam_chunk *, const struct seam_tally *),
                         void *context) {
    static struct seam_tally tally;
    struct seam_chunk chunk;
    if (strncmp(text, heading, strlen(heading)) != 0)
        return 0;
    size_t at = strlen(heading);
    for (const char *end; (end = strchr(text + at, '\n')) != NULL;) {
        char *line = seam_format("%.*s", (int)(end - (text + at)), text + at);
        if (parse(line, &chunk, &tally))
            tell(context, &chunk, &tally);
        free(line);
        at = (size_t)(end - text) + 1;
    }
    return at;
}

/* A run that was just killed may hold the lock for a moment: its workers end after it. */
static bool lock(int fd) {
    for (int i = 0; i < 100; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        usleep(20000);
    }
    return false;
}

static bool resume(struct seam_journal *journal, const char *path, const char *identity,
                   void (*tell)(void *, const struct seam_chunk *, const struct seam_tally *),
                   void *context) {
    char *text = NULL, *heading = heading_of(identity);
    size_t size = 0, whole = 0;
    bool ok = seam_file_read(path, SEAM_FILE_MAX, &text, &size);
    if (ok && size > 0)
        whole = read_lines(text, heading, tell, context);
    if (ok && size > 0 && whole == 0)
        fprintf(stderr, "seam: %s was made by another seam or with another seed; starting anew\n",
                path);
    ok = ok && ftruncate(journal->fd, (off_t)whole) == 0;
    if (ok && whole == 0)
        ok = write(journal->fd, heading, strlen(heading)) == (ssize_t)strlen(heading);
    if (!ok)
        seam_fail("%s: %s; choose another place with --state", path, strerror(errno));
    free(heading);
    free(text);
    return ok;
}

bool seam_journal_open(struct seam_journal *journal, const char *directory, const char *identity,
                       void (*tell)(void *context, const struct seam_chunk *chunk,
                                    const struct seam_tally *tally),
                       void *context) {
    char *path = seam_format("%s/journal", directory);
    bool ok = seam_make_directories(path);
    journal->fd = ok ? open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
    if (journal->fd < 0)
        seam_fail("%s: %s; choose another place with --state", path, strerror(errno));
    else if (!lock(journal->fd))
        seam_fail("%s: another seam matrix is using it; wait for it, or name another --state",
                  path);
    else if (resume(journal, path, identity, tell, context)) {
        free(path);
        return true;
    }
    free(path);
    seam_journal_close(journal);
    return false;
}

/* One write, so that lines of two workers do not mix. */
bool seam_journal_add(struct seam_journal *journal, const struct seam_chunk *chunk,
                      const struct seam_tally *tally) {
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);
    if (out == NULL)
        return false;
    fprintf(out, "%s %s %s %" PRIu64 " %" PRIu64 " ", chunk->release,
            seam_flavor_name(chunk->flavor), chunk->source, chunk->first, chunk->count);
    seam_tally_print(out, tally);
    fputc('\n', out);
    fclose(out);
    bool ok = write(journal->fd, line, size) == (ssize_t)size;
    if (!ok)
        seam_fail("cannot write the journal: %s; make room, and run the same command again",
                  strerror(errno));
    free(line);
    return ok;
}

void seam_journal_close(struct seam_journal *journal) {
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
}
