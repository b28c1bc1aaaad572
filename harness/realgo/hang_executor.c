/* An executor that says it is ready and never answers a scenario. Asked about leaks, it ends as one
 * does in which LeakSanitizer cannot run. For the tests of verbs. */
#include <sys/mman.h>
#include <unistd.h>

#include "realgo/channel.h"

int main(void) {
    struct seam_channel *channel =
        mmap(NULL, sizeof *channel, PROT_READ | PROT_WRITE, MAP_SHARED, SEAM_CHANNEL_FD, 0);
    char byte;
    if (channel == MAP_FAILED)
        return 1;
    channel->version = SEAM_CHANNEL_VERSION;
    if (write(SEAM_ANSWER_FD, "", 1) != 1 || read(STDIN_FILENO, &byte, 1) != 1)
        return 1;
    channel->look = channel->looks ? SEAM_LOOK_began : SEAM_LOOK_none;
    while (!channel->looks)
        pause();
    channel->step = channel->limit;
}
