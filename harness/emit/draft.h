/* Text that grows: a file that is being written. */
#ifndef SEAM_DRAFT_H
#define SEAM_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

struct seam_draft {
    char *text; /* terminated; NULL while empty */
    size_t size, room;
};

__attribute__((format(printf, 2, 3))) void seam_draft_add(struct seam_draft *draft,
                                                          const char *format, ...);

/* Add lines, each after `depth` of the indent; an empty line stays empty. */
void seam_draft_lines(struct seam_draft *draft, const char *indent, int depth, const char *lines);

/* Add a comment, wrapped, each line after `depth` of the indent: "// ..." or, if `is_c`,
 * a C comment. */
void seam_draft_comment(struct seam_draft *draft, const char *indent, int depth, bool is_c,
                        const char *text);

/* Add text wrapped at a width, each line after `prefix`. */
void seam_draft_wrap(struct seam_draft *draft, const char *prefix, int width, const char *text);

/* "" while nothing was added; borrowed. */
const char *seam_draft_text(const struct seam_draft *draft);

/* Is this identifier in the text? */
bool seam_draft_names(const char *text, const char *identifier);

void seam_draft_free(struct seam_draft *draft);

#endif
