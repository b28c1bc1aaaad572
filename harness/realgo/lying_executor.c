/* An executor that is wrong about one thing: it dies where a collection follows a growing stack. It
 * takes its time, so that a test can interrupt who asks. For the tests of verbs. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "realgo/channel.h"

enum { DELAY_MICROSECONDS = 40000 };

static void run(struct seam_channel *channel) {
    bool has_grown = false;
    for (int s = 0; s < channel->limit; s++) {
        int op = channel->scenario.steps[s].op;
        channel->step = s;
        has_grown = has_grown || op == SEAM_OP_stack_grow;
        if (has_grown && op == SEAM_OP_gc) {
            fputs("fatal error: the stack is gone\n", stderr);
            exit(2);
        }
    }
    channel->step = channel->limit;
}

int main(void) {
    struct seam_channel *channel =
        mmap(NULL, sizeof *channel, PROT_READ | PROT_WRITE, MAP_SHARED, SEAM_CHANNEL_FD, 0);
    char byte;
    if (channel == MAP_FAILED)
        return 1;
    channel->version = SEAM_CHANNEL_VERSION;
    while (write(SEAM_ANSWER_FD, "", 1) == 1 && read(STDIN_FILENO, &byte, 1) == 1) {
        usleep(DELAY_MICROSECONDS);
        run(channel);
    }
    return 0;
}
