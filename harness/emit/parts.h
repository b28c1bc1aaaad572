/* The functions that programs may call, in parts/: found by the names in what was written. */
#ifndef SEAM_EMIT_PARTS_H
#define SEAM_EMIT_PARTS_H

#include "emit/draft.h"

enum { SEAM_PARTS_MAX = 128 };

enum seam_part_kind {
    SEAM_PART_TYPE,     /* C, in the header */
    SEAM_PART_FUNCTION, /* C, declared in the header */
    SEAM_PART_VARIABLE, /* likewise */
    SEAM_PART_STATIC,   /* C, in the source only */
    SEAM_PART_GO,
};

struct seam_part {
    enum seam_part_kind kind;
    char name[40];
    char *text;
    bool is_needed;
};

struct seam_parts {
    int n;
    struct seam_part parts[SEAM_PARTS_MAX];
};

/* All parts, in the order in which they stand in a program; for seam_parts_free. */
void seam_parts_read(struct seam_parts *parts);
void seam_parts_free(struct seam_parts *parts);

/* Mark those that the code names, and those that these name. */
void seam_parts_choose(struct seam_parts *parts, const char *go, const char *c);
bool seam_parts_has(const struct seam_parts *parts, const char *name);

/* Add what is needed of a kind. `fold` makes C functions and variables static. */
void seam_parts_add(const struct seam_parts *parts, enum seam_part_kind kind,
                    struct seam_draft *out);
/* C in the order of the file, without types; of a program of one file, all of it static. */
void seam_parts_add_c(const struct seam_parts *parts, bool is_one_file, struct seam_draft *out);
/* The declarations of the header. */
void seam_parts_add_declarations(const struct seam_parts *parts, struct seam_draft *out);

/* Code without its comments and texts, in which names are looked for; owned by the caller. */
char *seam_parts_code(const char *text);

#endif
