/* The beginning: is this process audited? Then watch what is to be watched. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "seam_audit_entries.h"
#include "seam_audit_memory.h"
#include "seam_audit_retained.h"
#include "seam_audit_sanitizer.h"
#include "seam_audit_state.h"

/* The child of a fork has no collector. */
static void in_child(void) { seam_audit_shared = NULL; }

/* The channel that the environment names, if no other process has it; else NULL. */
static struct seam_audit_channel *map_channel(void) {
    const char *path = getenv(SEAM_AUDIT_VARIABLE);
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return NULL;
    struct seam_audit_channel *it =
        mmap(NULL, sizeof *it, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    int32_t nobody = 0;
    if (it == MAP_FAILED || it->version != SEAM_AUDIT_VERSION ||
        !__atomic_compare_exchange_n(&it->pid, &nobody, (int32_t)getpid(), 0, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED))
        return NULL;
    return it;
}

/* True if this process is audited. */
_Bool seam_audit_open(const void *go_object) {
    struct seam_audit_channel *channel = map_channel();
    if (channel == NULL)
        return false;
    pthread_atfork(NULL, NULL, in_child);
    seam_audit_shared = channel;
    seam_audit_watch_retained(go_object);
    seam_audit_watch_reports();
    seam_audit_watch_memory();
    return true;
}

enum { MEET_SECONDS = 2 };

/* Wait until so many threads wait here, but not for ever: there may not be as many. */
void seam_audit_meet(int n) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
    static int met;
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += MEET_SECONDS;
    pthread_mutex_lock(&lock);
    met++;
    pthread_cond_broadcast(&changed);
    while (met < n && pthread_cond_timedwait(&changed, &lock, &end) == 0)
        ;
    pthread_mutex_unlock(&lock);
}
