#define _GNU_SOURCE
#include "targets/package.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"

/* --- options ---------------------------------------------------------------------------------- */

static char *trimmed(char *text) {
    text += strspn(text, " \t");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r", text[n - 1]) != NULL)
        text[--n] = '\0';
    return text;
}

static bool is_section(const char *line) {
    static const char *const known[] = {"[libfuzzer]", "[asan]", "[msan]", "[ubsan]"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(line, known[i]) == 0)
            return true;
    return false;
}

const char *package_read_options(const char *path, struct package_options *options) {
    char *text = NULL, *saved = NULL, *word = options->words;
    size_t size;
    const char *section = "";
    int n = 0;
    *options = (struct package_options){.flags = {NULL}};
    if (!seam_file_read(path, sizeof options->text - 2, &text, &size) || size == 0)
        return "there are none";
    snprintf(options->text, sizeof options->text, "%s", text);
    free(text);
    for (char *line = strtok_r(options->text, "\n", &saved); line != NULL;
         line = strtok_r(NULL, "\n", &saved)) {
        char *equals = strchr(line, '=');
        if (line[0] == '[' && !is_section(line))
            return "a section that ClusterFuzz does not know";
        if (line[0] == '[') {
            section = line;
            continue;
        }
        if (equals == NULL || *section == '\0' || n == PACKAGE_FLAGS)
            return "a line that is neither a section nor NAME = VALUE in one";
        if (strcmp(section, "[libfuzzer]") != 0)
            continue;
        *equals = '\0';
        size_t room = sizeof options->words - (size_t)(word - options->words);
        options->flags[n++] = word;
        word += snprintf(word, room, "-%s=%s", trimmed(line), trimmed(equals + 1)) + 1;
    }
    return NULL;
}

const char *package_option(const struct package_options *options, const char *name) {
    size_t n = strlen(name);
    for (int i = 0; options->flags[i] != NULL; i++)
        if (strncmp(options->flags[i] + 1, name, n) == 0 && options->flags[i][1 + n] == '=')
            return options->flags[i] + 2 + n;
    return NULL;
}

/* --- the archive ------------------------------------------------------------------------------ */

static uint32_t number(const uint8_t *bytes, int n) {
    uint32_t value = 0;
    while (n-- > 0)
        value = value << 8 | bytes[n];
    return value;
}

/* The list of its files, which stands at its end; NULL if there is none. */
static const uint8_t *directory_of(const uint8_t *zip, size_t size, uint32_t *n) {
    enum { END = 22 };
    for (size_t at = size; at >= END; at--) {
        const uint8_t *end = zip + at - END;
        if (memcmp(end, "PK\5\6", 4) == 0 && number(end + 16, 4) < size) {
            *n = number(end + 10, 2);
            return zip + number(end + 16, 4);
        }
    }
    return NULL;
}

/* Write the file that an entry of the list stands for. */
static const char *unpack(const uint8_t *zip, size_t size, const uint8_t *entry,
                          const char *directory) {
    enum { LOCAL = 30 };
    uint32_t length = number(entry + 20, 4), at = number(entry + 42, 4);
    if (number(entry + 10, 2) != 0)
        return "a file in it is compressed";
    if (at + LOCAL > size)
        return "it is cut off";
    size_t begin = at + LOCAL + number(zip + at + 26, 2) + number(zip + at + 28, 2);
    if (begin + length > size)
        return "it is cut off";
    char *path = seam_format("%s/%.*s", directory, (int)number(entry + 28, 2), entry + 46);
    bool ok = seam_file_write(path, zip + begin, length);
    free(path);
    return ok ? NULL : "a file in it has no name";
}

int package_unzip(const char *path, const char *directory, const char **error) {
    char *bytes = NULL;
    size_t size;
    uint32_t n = 0, i = 0;
    *error = "it cannot be read";
    if (!seam_file_read(path, SEAM_FILE_MAX, &bytes, &size) || mkdir(directory, 0777) != 0)
        return -1;
    const uint8_t *zip = (const uint8_t *)bytes, *entry = directory_of(zip, size, &n);
    *error = entry == NULL ? "it is not an archive" : NULL;
    for (; *error == NULL && i < n; i++) {
        size_t left = size - (size_t)(entry - zip);
        if (left < 46 || memcmp(entry, "PK\1\2", 4) != 0)
            *error = "its list is damaged";
        else if ((*error = unpack(zip, size, entry, directory)) == NULL)
            entry += 46 + number(entry + 28, 2) + number(entry + 30, 2) + number(entry + 32, 2);
    }
    free(bytes);
    return *error == NULL ? (int)n : -1;
}

/* --- directories ------------------------------------------------------------------------------ */

uint64_t package_hash(const char *directory) {
    uint64_t hash = SEAM_HASH_SEED, content;
    char **files = seam_file_list(directory, "");
    for (int i = 0; files[i] != NULL; i++) {
        hash = seam_hash(hash, files[i], strlen(files[i]) + 1);
        if (seam_file_hash(files[i], &content))
            hash = seam_hash(hash, &content, sizeof content);
    }
    seam_file_list_free(files);
    return hash;
}
