#define _GNU_SOURCE
#include "seam_audit_marking.h"

#include "seam_audit_entries.h"
#include "seam_audit_state.h"
#include "seam_audit_thread.h"

enum { TURNS_MAX = 100, LOOKS_MAX = 5000, MARK_MILLISECONDS = 1000 };

static int marked_for;  /* the thread whose goroutine goes on, until any next call; 0: none */
static bool is_marking; /* until the collection has ended */

void seam_audit_note_marking(void) {
    __atomic_store_n(&marked_for, seam_audit_thread_id(), __ATOMIC_RELEASE);
    __atomic_store_n(&is_marking, true, __ATOMIC_RELEASE);
}

void seam_audit_release_marking(void) { __atomic_store_n(&marked_for, 0, __ATOMIC_RELEASE); }

void seam_audit_wait_for_marking(void) {
    for (int i = 0; i < MARK_MILLISECONDS * 20 && __atomic_load_n(&is_marking, __ATOMIC_ACQUIRE);
         i++)
        seam_audit_pause(50);
}

/* Should the marking not end yet? A goroutine asks that makes room for all others between. When
 * ours has had its turns and has made no call, it waits for something. */
_Bool seam_audit_keeps_marking(int looks) {
    static int turns;
    int thread = __atomic_load_n(&marked_for, __ATOMIC_ACQUIRE);
    turns = looks > 0 ? turns : 0;
    if (thread == 0 || turns == TURNS_MAX || looks == LOOKS_MAX)
        return false;
    if (thread == seam_audit_thread_id() || seam_audit_thread_state(thread) != 'R')
        turns++;
    else
        seam_audit_pause(20); /* it is still on its way back to Go */
    return true;
}

void seam_audit_has_marked(void) { __atomic_store_n(&is_marking, false, __ATOMIC_RELEASE); }

/* Two variables of Go's runtime; NULL if they are not known. */
static uint32_t *variable(uint64_t address) {
    return (uint32_t *)(address != 0 ? seam_audit_bias() + address : 0);
}

uint32_t *seam_audit_worldsema(void) { return variable(seam_audit_shared->symbols.worldsema); }

uint32_t *seam_audit_gcphase(void) { return variable(seam_audit_shared->symbols.gcphase); }
