/* The files that a README names: its links, and paths of this tree in its words.
 *
 * A path is what starts with a folder of the top (harness/, go/, corpus/, ci/, targets/); `*`
 * stands for anything, and a part in capitals (corpus/breaks/RULE) for what the reader puts there.
 * Text of blocks that a command wrote is not looked at. */
#ifndef SEAM_README_PATHS_H
#define SEAM_README_PATHS_H

/* Called with each thing that does not exist and the line that names it. */
typedef void seam_missing(void *context, int line, const char *name);

/* `root` is the top of the tree, `path` the page under it. */
void seam_paths_check(const char *root, const char *path, const char *page, seam_missing *missing,
                      void *context);

#endif
