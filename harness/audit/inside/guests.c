#define _GNU_SOURCE
#include "seam_audit_guests.h"

#include <stdbool.h>
#include <stdint.h>

#include "seam_audit_entries.h"
#include "seam_audit_thread.h"

enum { GUESTS_MAX = 64, GUEST_MILLISECONDS = 1000, GUEST_NANOSECONDS = 2000000 };

static int guests[GUESTS_MAX]; /* ids of threads; 0: none */

static void replace_guest(int from, int to) {
    for (int i = 0; i < GUESTS_MAX; i++) {
        int seen = from;
        if (__atomic_load_n(&guests[i], __ATOMIC_RELAXED) == from &&
            __atomic_compare_exchange_n(&guests[i], &seen, to, 0, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return;
    }
}

void seam_audit_let_in(void) { replace_guest(0, seam_audit_thread_id()); }

void seam_audit_let_out(void) { replace_guest(seam_audit_thread_id(), 0); }

/* A guest while it is waited for. */
struct guest {
    int id;
    int64_t until; /* of its own time */
};

/* Those who came last are given their time here. */
static bool has_busy_guest(struct guest known[GUESTS_MAX]) {
    bool busy = false;
    for (int i = 0; i < GUESTS_MAX; i++) {
        int id = __atomic_load_n(&guests[i], __ATOMIC_RELAXED);
        if (id == 0 || id == seam_audit_thread_id())
            continue;
        if (known[i].id != id)
            known[i] = (struct guest){id, seam_audit_thread_time(id) + GUEST_NANOSECONDS};
        if (seam_audit_thread_time(id) < known[i].until && seam_audit_thread_state(id) == 'R')
            busy = true;
    }
    return busy;
}

void seam_audit_wait_for_guests(void) {
    struct guest known[GUESTS_MAX] = {{0, 0}};
    for (int i = 0; i < GUEST_MILLISECONDS * 10 && has_busy_guest(known); i++)
        seam_audit_pause(100);
}
