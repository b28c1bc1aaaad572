/* Reading what seam audit --json prints, as strictly as a program would: each line is an object of
 * JSON (RFC 8259), of a type that README.md has, with just the keys that README.md says it has.
 *
 * A row there is | `type` | `key` | what it is |; what begins with "optional" may be absent. */
#ifndef SEAM_AUDIT_RECORD_EXPECT_H
#define SEAM_AUDIT_RECORD_EXPECT_H

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"

/* The keys of the object that was read last, outermost first: ",type,schema,", and its type. */
static char record_keys[1024], record_type[32];

/* --- JSON ------------------------------------------------------------------------------------- */

static inline const char *record_value(const char *p, int depth);

/* Past a string; NULL if it is none. `size` is that of what is between the quotes. */
static inline const char *record_string(const char *p, size_t *size) {
    if (*p != '"')
        return NULL;
    const char *begin = ++p;
    while (*p != '"') {
        if ((unsigned char)*p < ' ')
            return NULL;
        if (*p == '\\' && strchr("\"\\/bfnrtu", *++p) == NULL)
            return NULL;
        if (*p == 'u' && p[-1] == '\\' && strspn(p + 1, "0123456789abcdef") < 4)
            return NULL;
        p++;
    }
    *size = (size_t)(p - begin);
    return p + 1;
}

/* Past `"key":value`; the keys of the object itself are noted. */
static inline const char *record_member(const char *p, int depth) {
    size_t size, value;
    const char *key = p + 1, *colon = record_string(p, &size);
    if (colon == NULL || *colon != ':')
        return NULL;
    if (depth == 0) {
        size_t used = strlen(record_keys);
        snprintf(record_keys + used, sizeof record_keys - used, "%.*s,", (int)size, key);
        if (size == 4 && memcmp(key, "type", 4) == 0 && record_string(colon + 1, &value) != NULL)
            snprintf(record_type, sizeof record_type, "%.*s", (int)value, colon + 2);
    }
    return record_value(colon + 1, depth + 1);
}

/* Past what is between two brackets. */
static inline const char *record_list(const char *p, int depth, char end) {
    if (*++p == end)
        return p + 1;
    while (p != NULL) {
        p = end == '}' ? record_member(p, depth) : record_value(p, depth + 1);
        if (p == NULL || *p == end)
            break;
        p = *p == ',' ? p + 1 : NULL;
    }
    return p != NULL ? p + 1 : NULL;
}

/* Past a value; NULL if it is none. */
static inline const char *record_value(const char *p, int depth) {
    static const char *const words[] = {"true", "false", "null"};
    size_t size;
    char *end;
    if (*p == '{' || *p == '[')
        return record_list(p, depth, *p == '{' ? '}' : ']');
    if (*p == '"')
        return record_string(p, &size);
    for (int i = 0; i < 3; i++)
        if (strncmp(p, words[i], strlen(words[i])) == 0)
            return p + strlen(words[i]);
    if (!isdigit((unsigned char)*p) && *p != '-')
        return NULL;
    strtod(p, &end);
    return end;
}

/* --- the table -------------------------------------------------------------------------------- */

/* Of the rows of this type: does the object have each key that is not optional? How many rows does
 * it have in all? */
static inline size_t record_documented(const char *readme) {
    size_t n = 0;
    char *row = seam_format("\n| `%s` | `", record_type);
    for (const char *at = readme; (at = strstr(at, row)) != NULL; at++) {
        const char *key = at + strlen(row), *what = strstr(key, "` | ");
        char *wanted = seam_format(",%.*s,", (int)strcspn(key, "`"), key);
        bool has = strstr(record_keys, wanted) != NULL;
        if (!has && what != NULL && strncmp(what + 4, "optional", 8) != 0)
            expect_text(record_keys, wanted);
        n += has;
        free(wanted);
    }
    free(row);
    return n;
}

/* One line of a record. */
static inline void expect_record_line(const char *line, const char *readme) {
    strcpy(record_keys, ",");
    record_type[0] = '\0';
    const char *end = *line == '{' ? record_value(line, 0) : NULL;
    expect_true(end != NULL && *end == '\0');
    size_t keys = 0;
    for (const char *p = record_keys + 1; *p != '\0'; p++)
        keys += *p == ',';
    expect_int(record_documented(readme), keys);
    expect_true(keys > 0);
}

/* Every line of a record; `types` are their types, in order, as in "audit finding totals". */
static inline void expect_record(const char *text, const char *readme_path, const char *types) {
    char *copy = seam_format("%s", text), *rest = copy, *readme = NULL, seen[512] = "";
    size_t size;
    expect_true(seam_file_read(readme_path, SEAM_TEXT_FILE_MAX, &readme, &size));
    for (char *line; readme != NULL && (line = strsep(&rest, "\n")) != NULL;)
        if (*line != '\0') {
            expect_record_line(line, readme);
            size_t used = strlen(seen);
            snprintf(seen + used, sizeof seen - used, "%s%s", used > 0 ? " " : "", record_type);
        }
    expect_text(seen, types);
    free(readme);
    free(copy);
}

#endif
