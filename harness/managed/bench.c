/* managed_bench: what a counted block costs, compared with malloc/free and glib's counted boxes.
 *
 * Each contender makes a block of 64 bytes, takes a second reference and drops both (malloc: makes
 * it and frees it). They run in turns, many short ones, and the fastest turn of each counts: so
 * other work on the machine affects all alike, or none. With two threads, each works on its own
 * blocks. glib is opened when it is there; it is not part of the build. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "managed/managed.h"

enum { SIZE = 64, PAIRS = 50000, TURNS = 400, THREADS_MAX = 2 };

static struct seam_managed *context;
static struct glib {
    void *(*alloc)(size_t), *(*acquire)(void *), *(*atomic_alloc)(size_t),
        *(*atomic_acquire)(void *);
    void (*release)(void *), (*atomic_release)(void *);
} glib;

/* The compiler must not see that the block is unused. */
static void use(void *memory) { __asm__ volatile("" : : "r"(memory) : "memory"); }

static void with_malloc(void) {
    void *memory = malloc(SIZE);
    use(memory);
    free(memory);
}

static void with_managed(void) {
    seam_handle handle;
    seam_managed_alloc(context, SIZE, 0, NULL, NULL, &handle);
    seam_managed_retain(context, handle);
    seam_managed_release(context, handle);
    seam_managed_release(context, handle);
}

static void with_glib(void) {
    void *box = glib.alloc(SIZE);
    use(glib.acquire(box));
    glib.release(box);
    glib.release(box);
}

static void with_atomic_glib(void) {
    void *box = glib.atomic_alloc(SIZE);
    use(glib.atomic_acquire(box));
    glib.atomic_release(box);
    glib.atomic_release(box);
}

static struct contender {
    const char *name;
    void (*once)(void);
    double best; /* ns */
} contenders[] = {
    {"malloc, free", with_malloc, 0},
    {"managed: alloc, retain, release, release", with_managed, 0},
    {"g_rc_box (one thread only)", with_glib, 0},
    {"g_atomic_rc_box", with_atomic_glib, 0},
};
enum { CONTENDERS = sizeof contenders / sizeof *contenders };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *turn(void *contender) {
    void (*once)(void) = ((struct contender *)contender)->once;
    for (int i = 0; i < PAIRS; i++)
        once();
    return NULL;
}

/* --- threads that start together -------------------------------------------------------------- */

static struct contender *running;
static pthread_barrier_t start, end;

static void *worker(void *argument) {
    (void)argument;
    for (;;) {
        pthread_barrier_wait(&start);
        if (running == NULL)
            return NULL;
        turn(running);
        pthread_barrier_wait(&end);
    }
}

/* One turn of every thread; nanoseconds. */
static double together(struct contender *contender) {
    running = contender;
    pthread_barrier_wait(&start);
    double from = now();
    turn(contender);
    pthread_barrier_wait(&end);
    return now() - from;
}

static double alone(struct contender *contender) {
    double from = now();
    turn(contender);
    return now() - from;
}

static void measure(double (*one_turn)(struct contender *), int n, const char *where) {
    for (int t = 0; t < TURNS; t++)
        for (int i = 0; i < CONTENDERS; i++) {
            if (i >= 2 && glib.alloc == NULL)
                continue;
            double took = one_turn(&contenders[i]) / PAIRS;
            if (t == 0 || took < contenders[i].best)
                contenders[i].best = took;
        }
    for (int i = 0; i < CONTENDERS; i++)
        if (contenders[i].best > 0)
            printf("%-44s %-12s %7.1f ns %6.1f M/s  %5.2f of malloc\n", contenders[i].name, where,
                   contenders[i].best, n * 1e3 / contenders[i].best,
                   contenders[i].best / contenders[0].best);
}

static void open_glib(void) {
    void *library = dlopen("libglib-2.0.so.0", RTLD_NOW);
    if (library == NULL) {
        fprintf(stderr, "managed_bench: no glib; ci/setup bench installs it\n");
        return;
    }
    *(void **)&glib.alloc = dlsym(library, "g_rc_box_alloc");
    *(void **)&glib.acquire = dlsym(library, "g_rc_box_acquire");
    *(void **)&glib.release = dlsym(library, "g_rc_box_release");
    *(void **)&glib.atomic_alloc = dlsym(library, "g_atomic_rc_box_alloc");
    *(void **)&glib.atomic_acquire = dlsym(library, "g_atomic_rc_box_acquire");
    *(void **)&glib.atomic_release = dlsym(library, "g_atomic_rc_box_release");
}

int main(void) {
    pthread_t other;
    context = seam_managed_create(NULL);
    open_glib();
    measure(alone, 1, "1 thread");
    pthread_barrier_init(&start, NULL, 2);
    pthread_barrier_init(&end, NULL, 2);
    if (pthread_create(&other, NULL, worker, NULL) != 0)
        return 2;
    measure(alone, 1, "1 and 1 idle");
    measure(together, 2, "2 threads");
    running = NULL;
    pthread_barrier_wait(&start);
    pthread_join(other, NULL);
    return seam_managed_destroy(context) == 0 ? 0 : 1;
}
