#define _GNU_SOURCE
#include "shrink/stop.h"

#include <signal.h>

static volatile sig_atomic_t is_wanted;

static void note(int number) {
    (void)number;
    is_wanted = 1;
}

void seam_stop_catch(void) {
    signal(SIGINT, note);
    signal(SIGTERM, note);
    signal(SIGHUP, note);
}

bool seam_stop_is_wanted(void) { return is_wanted; }
