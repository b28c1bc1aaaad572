/* An executor that says it is ready and never answers a scenario: for the tests of verbs. */
#include <sys/mman.h>
#include <unistd.h>

#include "realgo/channel.h"

int main(void) {
    struct seam_channel *channel =
        mmap(NULL, sizeof *channel, PROT_READ | PROT_WRITE, MAP_SHARED, SEAM_CHANNEL_FD, 0);
    if (channel == MAP_FAILED)
        return 1;
    channel->version = SEAM_CHANNEL_VERSION;
    if (write(SEAM_ANSWER_FD, "", 1) != 1)
        return 1;
    for (;;)
        pause();
}
