/* C memory of an audited program: where its blocks were born and freed, which are alive, and what
 * is in them. AddressSanitizer reports every block; without it no block is known here. */
#ifndef SEAM_AUDIT_MEMORY_H
#define SEAM_AUDIT_MEMORY_H

#include "seam_audit_underway.h"

void seam_audit_watch_memory(void);

/* The block that an address is in: its beginning if it is freed, its beginning or end if it is
 * alive. 0: it is not in such a block. */
uintptr_t seam_audit_freed_block(const void *pointer);
uintptr_t seam_audit_live_block(const void *pointer);
uintptr_t seam_audit_end_of_block(const void *pointer);

/* The first word of a live block that equals this; NULL if there is none. */
const uintptr_t *seam_audit_search_blocks(uintptr_t wanted);

/* Was the block freed by a finalizer that was forced to run? On another thread, by one or by a call
 * that was given it? */
bool seam_audit_freed_by_collection(uintptr_t block);
bool seam_audit_freed_elsewhere(uintptr_t block);

bool seam_audit_any_freed_by_collection(void);
/* How many blocks were freed in crossings so far. */
uint32_t seam_audit_deaths(void);

/* Fill in the birth and death of a block, and whether it died during the innermost crossing. */
void seam_audit_tell_history(struct seam_audit_finding *finding, uintptr_t block);

/* Dirty memory: blocks that are born in a crossing that will end with the write barrier on are
 * filled with a stale pointer. The window is the time that Go then runs with the write barrier on,
 * up to the next crossing. Closing it returns whether Go has stored a pointer over a stale one, and
 * records in the channel where. */
void seam_audit_open_window(void);
bool seam_audit_close_window(const struct crossing *next);

#endif
