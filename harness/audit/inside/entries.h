/* The C functions that are called from stubs or from Go: by the stubs that cgo wrote (rewrite.c
 * inserts the calls and these declarations), and by the Go files of this directory.
 *
 * A row is ENTRY(result, name, parameters). Parameters have no names, because a stub is compiled
 * after the user's own macros; for the same reason the rows say _Bool. Each function is described
 * where it is defined. rewrite.c includes this file, so it includes nothing of this directory. */
#ifndef SEAM_AUDIT_ENTRIES_H
#define SEAM_AUDIT_ENTRIES_H

#include <stdint.h>

/* Defined in crossing.c. */
#define SEAM_AUDIT_STUB_ENTRIES(ENTRY)                                                             \
    ENTRY(void, seam_audit_enter, (const char *, const void *const *, int, void *, _Bool))         \
    ENTRY(void, seam_audit_move, (void *))                                                         \
    ENTRY(void, seam_audit_callback, (const char *, const void *const *, int, void *))             \
    ENTRY(void, seam_audit_leave, (void *))                                                        \
    ENTRY(void, seam_audit_resume, (void))

/* Called by the Go file whose name stands above; defined in the C file of the same name, unless
 * another one is named. */
#define SEAM_AUDIT_GO_ENTRIES(ENTRY)                                                               \
    /* attach */                                                                                   \
    ENTRY(_Bool, seam_audit_open, (const void *))                                                  \
    ENTRY(void, seam_audit_meet, (int))                                                            \
    ENTRY(void, seam_audit_set_stale, (uintptr_t)) /* memory.c */                                  \
    ENTRY(void, seam_audit_set_finalizer, (int))   /* underway.c */                                \
    ENTRY(void, seam_audit_pause, (int))           /* thread.c */                                  \
    /* collector */                                                                                \
    ENTRY(_Bool, seam_audit_collector_is_ready, (void))                                            \
    ENTRY(void, seam_audit_await_collection, (long))                                               \
    ENTRY(const void *, seam_audit_question, (void)) /* retained.c */                              \
    ENTRY(void, seam_audit_answer, (_Bool))          /* retained.c */                              \
    /* marking */                                                                                  \
    ENTRY(uint32_t *, seam_audit_worldsema, (void))                                                \
    ENTRY(uint32_t *, seam_audit_gcphase, (void))                                                  \
    ENTRY(_Bool, seam_audit_keeps_marking, (int))                                                  \
    ENTRY(void, seam_audit_has_marked, (void))                                                     \
    /* rethread */                                                                                 \
    ENTRY(_Bool, seam_audit_rethread_is_ready, (void))                                             \
    ENTRY(struct seam_audit_rethread *, seam_audit_rethread, (void))                               \
    ENTRY(void, seam_audit_await_rethread, (void))

struct seam_audit_rethread;

#define SEAM_AUDIT_DECLARE(result, name, parameters) result name parameters;
SEAM_AUDIT_STUB_ENTRIES(SEAM_AUDIT_DECLARE)
SEAM_AUDIT_GO_ENTRIES(SEAM_AUDIT_DECLARE)

#endif
