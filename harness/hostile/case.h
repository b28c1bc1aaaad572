/* A hostile case: a command line of seam, and what is wrong with its surroundings.
 *
 * cases.c says which there are, sandbox.c what must be true of each, whatever it is. */
#ifndef SEAM_HOSTILE_CASE_H
#define SEAM_HOSTILE_CASE_H

#include <stdbool.h>
#include <stddef.h>

enum { HOSTILE_WORDS = 8, HOSTILE_WHY = 400 };

enum hostile_kind {
    HOSTILE_FILE, /* with the bytes */
    HOSTILE_DIRECTORY,
    HOSTILE_LINK, /* to what `bytes` names */
    HOSTILE_PIPE, /* somebody writes the bytes into it, once */
    HOSTILE_HUGE, /* 3 GiB of zeros */
};

/* What is found under a name in the user's directory. */
struct hostile_file {
    const char *what; /* for people */
    enum hostile_kind kind;
    const char *bytes;
    size_t size;
};

/* Surroundings: made in the process that becomes seam, which is in the user's directory. False if
 * they cannot be had here. */
struct hostile_place {
    const char *what;
    bool (*enter)(void);
};

/* A Go command: a script. */
struct hostile_go {
    const char *what, *script; /* NULL: a directory */
};

struct hostile_case {
    const char *family;
    const char *words[HOSTILE_WORDS]; /* behind seam; NULL-ended. {} stands for the file's name */
    const struct hostile_file *file;
    const char *name; /* of the file */
    const struct hostile_place *place;
    const struct hostile_go *go; /* NULL: one that knows its version and builds nothing */
    int signal, after;           /* it gets this signal after so many milliseconds; 0: none */
    bool is_bad;                 /* it must be refused */
    bool is_slow;                /* seam waits for as long as a question may take */
};

/* Call `use` for each case, in an order that stays. */
void hostile_cases(void (*use)(void *context, const struct hostile_case *it), void *context);

/* Run it with this seam in an empty directory `work`; NULL, or in `why` what was promised and not
 * kept. */
const char *hostile_try(const struct hostile_case *it, const char *seam, const char *work,
                        char why[HOSTILE_WHY]);

/* Print it as a command that shows it, with what is around it in a comment. */
void hostile_print(const struct hostile_case *it);

#endif
