#include "readme/page.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/format.h"
#include "base/hash.h"

static const struct {
    const char *opening;
    enum seam_block_kind kind;
} kinds[] = {
    {"<!-- run: ", SEAM_BLOCK_RUN},
    {"<!-- go: ", SEAM_BLOCK_GO},
    {"<!-- begin: ", SEAM_BLOCK_MEASURED},
};
static const char closing[] = " -->", end_opening[] = "<!-- end";

static const char *next_line(const char *line) {
    const char *end = strchr(line, '\n');
    return end != NULL ? end + 1 : line + strlen(line);
}

static bool starts(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_blank(const char *line) {
    while (*line == ' ')
        line++;
    return *line == '\n' || *line == '\0';
}

/* Does this line open a block? Then fill kind and command. */
static bool opens(const char *line, struct seam_block *block) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!starts(line, kinds[i].opening))
            continue;
        const char *command = line + strlen(kinds[i].opening);
        const char *end = strstr(command, closing);
        if (end == NULL || end > next_line(line) ||
            (size_t)(end - command) >= sizeof block->command)
            return false;
        *block = (struct seam_block){.kind = kinds[i].kind};
        memcpy(block->command, command, (size_t)(end - command));
        return true;
    }
    return false;
}

/* The text down to the end of a measured block. */
static const char *find_end(struct seam_block *block, const char *text) {
    const char *end = text;
    while (*end != '\0' && !starts(end, end_opening) && !starts(end, "<!-- begin: "))
        end = next_line(end);
    if (starts(end, end_opening)) {
        sscanf(end, "<!-- end: %19[0-9a-f] -->", block->hash);
        block->end_size = (size_t)(next_line(end) - end);
    }
    return end;
}

/* The text that starts here and is indented, fenced, or a table of Markdown. */
static const char *find_quote(struct seam_block *block, const char *text) {
    while (*text != '\0' && is_blank(text))
        text = next_line(text);
    if ((block->fenced = starts(text, "```")))
        text = next_line(text);
    if (starts(text, block->fenced ? "$ " : "    $ "))
        text = next_line(text);
    block->body = text;
    bool is_table = *text == '|';
    const char *end = text; /* behind the last line that is not blank */
    for (; *text != '\0' && !(block->fenced && starts(text, "```")); text = next_line(text)) {
        if (!block->fenced && !is_blank(text) && !starts(text, is_table ? "|" : "    "))
            break;
        if (block->fenced || !is_blank(text))
            end = next_line(text);
    }
    return end;
}

bool seam_block_next(const char *page, const char **at, struct seam_block *block) {
    int line = 1;
    for (const char *c = page; c < *at; c++)
        line += *c == '\n';
    for (; **at != '\0'; *at = next_line(*at), line++) {
        if (!opens(*at, block))
            continue;
        const char *below = next_line(*at);
        block->line = line;
        block->body = below;
        const char *end =
            block->kind == SEAM_BLOCK_MEASURED ? find_end(block, below) : find_quote(block, below);
        block->size = (size_t)(end - block->body);
        *at = end + block->end_size;
        return true;
    }
    return false;
}

char *seam_block_content(const struct seam_block *block) {
    char *content = malloc(block->size + 1), *out = content;
    seam_assert(content != NULL);
    const char *end = block->body + block->size;
    for (const char *line = block->body; line < end; line = next_line(line)) {
        size_t length = (size_t)(next_line(line) - line);
        size_t indent = !block->fenced && starts(line, "    ") ? 4 : 0;
        memcpy(out, line + indent, length - indent);
        out += length - indent;
    }
    *out = '\0';
    return content;
}

void seam_block_hash(const char *command, const char *content, char hash[20]) {
    uint64_t sum = seam_hash(SEAM_HASH_SEED, command, strlen(command) + 1);
    snprintf(hash, 20, "%016llx", (unsigned long long)seam_hash(sum, content, strlen(content)));
}

/* Append the content, indented if need be; returns behind it. `out` has room for four bytes a line
 * more. */
static char *put_content(char *out, const char *content, bool indented) {
    while (*content != '\0') {
        size_t length = (size_t)(next_line(content) - content);
        if (indented && !is_blank(content))
            out += sprintf(out, "    ");
        memcpy(out, content, length);
        out += length;
        content += length;
        if (out[-1] != '\n')
            *out++ = '\n';
    }
    return out;
}

char *seam_block_replace(const char *page, const struct seam_block *block, const char *content) {
    char hash[20];
    char *text = malloc(strlen(page) + 5 * strlen(content) + 100), *out = text;
    seam_assert(text != NULL);
    size_t before = (size_t)(block->body - page);
    memcpy(out, page, before);
    out = put_content(out + before, content, !block->fenced && *content != '|');
    if (block->kind == SEAM_BLOCK_MEASURED) {
        struct seam_block filled = {.body = text + before, .size = (size_t)(out - text) - before};
        *out = '\0';
        char *shown = seam_block_content(&filled);
        seam_block_hash(block->command, shown, hash);
        free(shown);
        out += sprintf(out, "<!-- end: %s -->\n", hash);
    }
    strcpy(out, block->body + block->size + block->end_size);
    return text;
}
