#define _GNU_SOURCE
#include "seam_audit_collector.h"

#include <pthread.h>
#include <time.h>

#include "seam_audit_entries.h"
#include "seam_audit_state.h"

enum { STUCK_SECONDS = 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_ready, is_wanted;

bool seam_audit_run_collector(void) {
    struct timespec start, end;
    clock_gettime(CLOCK_REALTIME, &start);
    end = start;
    end.tv_sec += STUCK_SECONDS;
    pthread_mutex_lock(&lock);
    is_wanted = true;
    pthread_cond_broadcast(&changed);
    bool is_late = false;
    while (is_wanted && !is_late)
        is_late = pthread_cond_timedwait(&changed, &lock, &end) != 0;
    pthread_mutex_unlock(&lock);
    clock_gettime(CLOCK_REALTIME, &end);
    seam_audit_shared->waited_ns += (uint64_t)(end.tv_sec - start.tv_sec) * 1000000000 +
                                    (uint64_t)end.tv_nsec - (uint64_t)start.tv_nsec;
    return !is_late;
}

/* Does the goroutine wait for work? Nothing can be forced before. */
_Bool seam_audit_collector_is_ready(void) {
    pthread_mutex_lock(&lock);
    bool is = is_ready;
    pthread_mutex_unlock(&lock);
    return is;
}

/* The last collection is done, and so many handles were alive; wait until a crossing wants another
 * one. In one call, so that the goroutine is not in the queue when the crossing goes on. */
void seam_audit_await_collection(long handles) {
    seam_audit_shared->handles = handles;
    pthread_mutex_lock(&lock);
    is_ready = true;
    is_wanted = false;
    pthread_cond_broadcast(&changed);
    while (!is_wanted)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}
