/* Files and directories, whole or not at all. */
#ifndef SEAM_FILE_H
#define SEAM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much is read of a text written by a person, of a program's output, and of any file. */
enum { SEAM_TEXT_FILE_MAX = 1 << 20, SEAM_OUTPUT_MAX = 1 << 22, SEAM_FILE_MAX = 1 << 28 };

/* Read a whole file into `*text` (owned by the caller, terminated); of one with more than `max`
 * bytes the beginning, more than `max` bytes. False with errno if it cannot be read; nothing is
 * printed. */
bool seam_file_read(const char *path, size_t max, char **text, size_t *size);

/* A hash of all that is in a file; false if it cannot be read. */
bool seam_file_hash(const char *path, uint64_t *hash);

/* Write a file under its name only when it is complete; until then it has none, so whatever ends
 * seam leaves nothing behind. False after an error was printed. */
bool seam_file_write(const char *path, const void *bytes, size_t size);

/* The same, for who tells of it in other words: false with errno, and nothing is printed. */
bool seam_file_put(const char *path, const void *bytes, size_t size);

/* Give a file another name, also on another file system, whole or not at all. What is there and is
 * not a regular file is written into. False with errno. */
bool seam_file_move(const char *from, const char *to);

/* Make every directory of a path up to its last slash; false with errno. */
bool seam_make_directories(const char *path);

/* Remove a directory and everything in it, or a file; false if anything remains. No link is
 * followed, not even one that appears meanwhile. It takes no memory and no lock: a handler of a
 * signal may call it. */
bool seam_remove_tree(const char *path);

/* The same for a name in an open directory. */
bool seam_remove_at(int parent, const char *name);

/* The files of a directory whose names end so and do not begin with a dot, as paths in the order of
 * their names, whatever characters the directory's name has. The array ends with NULL; it is owned
 * by the caller, for seam_file_list_free. */
char **seam_file_list(const char *directory, const char *suffix);
void seam_file_list_free(char **paths);

#endif
