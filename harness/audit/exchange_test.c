/* Promise: nothing that an audited program leaves in the channel is believed that seam's code in it
 * cannot have written: a wild write in C is told as such, and never read as an audit.
 *
 * One row for each member that says how far something goes or which of a few it is. */
#define _GNU_SOURCE
#include "audit/exchange.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/format.h"

static struct seam_audit_channel sent, received;
static char *path;

static void write_at(size_t offset, const void *bytes, size_t size) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    expect_true(fd >= 0 && pwrite(fd, bytes, size, (off_t)offset) == (ssize_t)size);
    close(fd);
}

/* As before the program began. */
static void send_again(void) {
    seam_channel_reset(&sent, SEAM_SCHEDULE_sites, 10, 7, NULL, 0);
    expect_true(seam_channel_send(&sent, path));
    received = sent;
}

static bool is_received(void) { return seam_channel_receive(&received, path); }

static void what_the_code_inside_writes_is_received(void) {
    struct seam_audit_finding finding = {.kind = SEAM_AUDIT_freed_argument, .argument = 2};
    uint64_t crossings = 12;
    uint32_t one = 1;
    send_again();
    expect_true(is_received());
    write_at(offsetof(struct seam_audit_channel, findings), &finding, sizeof finding);
    write_at(offsetof(struct seam_audit_channel, crossings), &crossings, sizeof crossings);
    write_at(offsetof(struct seam_audit_channel, n_findings), &one, sizeof one);
    expect_true(is_received());
    expect_int(received.findings[0].argument, 2);
    expect_int(received.crossings, 12);
}

#define MEMBER(member)                                                                             \
    { #member, offsetof(struct seam_audit_channel, member) }

/* Each of them, with all bits set, is more than there is. */
static const struct {
    const char *name;
    size_t offset;
} bounded[] = {
    MEMBER(version),
    MEMBER(symbols.n_globals),
    MEMBER(schedule),
    MEMBER(number),
    MEMBER(seed),
    MEMBER(n_points),
    MEMBER(points[3]),
    MEMBER(sites),
    MEMBER(n_forced),
    MEMBER(findings[0].kind),
    MEMBER(findings[0].place),
    MEMBER(findings[0].has_birth),
    MEMBER(findings[0].has_death),
    MEMBER(findings[0].is_during),
    MEMBER(findings[0].point.phase),
    MEMBER(findings[0].crossing.n),
    MEMBER(findings[0].crossing.by_collection),
    MEMBER(findings[0].birth.n),
    MEMBER(findings[0].death.n),
    MEMBER(findings[1].crossing.n),
    MEMBER(births[0].crossing.n),
    MEMBER(dirty),
    MEMBER(dirty_birth.n),
    MEMBER(dirty_call.n),
    MEMBER(before_rethread.n),
    MEMBER(after_rethread.n),
};

static void a_number_that_is_too_large_is_refused(void) {
    const uint32_t all = UINT32_MAX;
    for (size_t i = 0; i < sizeof bounded / sizeof *bounded; i++) {
        send_again();
        write_at(bounded[i].offset, &all, sizeof all);
        if (is_received())
            expect_text(bounded[i].name, "a member that is checked");
    }
}

static void a_text_without_an_end_is_refused(void) {
    static char bytes[SEAM_AUDIT_REPORT];
    memset(bytes, 'x', sizeof bytes);
    send_again();
    write_at(offsetof(struct seam_audit_channel, report), bytes, SEAM_AUDIT_REPORT);
    expect_true(!is_received());
    send_again();
    write_at(offsetof(struct seam_audit_channel, findings[0].crossing.function), bytes,
             SEAM_AUDIT_FUNCTION);
    expect_true(!is_received());
}

/* What is refused changes nothing of what was known. */
static void a_file_of_another_size_or_kind_is_refused(void) {
    static const off_t sizes[] = {0, 1, sizeof sent - 1, sizeof sent + 1, (off_t)1 << 40};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        send_again();
        expect_int(truncate(path, sizes[i]), 0);
        expect_true(!is_received());
        expect_true(memcmp(&received, &sent, sizeof sent) == 0);
    }
    expect_int(unlink(path), 0);
    expect_true(!is_received());
    expect_int(symlink("/dev/zero", path), 0);
    expect_true(!is_received());
    expect_int(unlink(path), 0);
}

int main(void) {
    const char *base = getenv("TEST_TMPDIR");
    path = seam_format("%s/exchange-test-%d", base != NULL ? base : "/tmp", (int)getpid());
    what_the_code_inside_writes_is_received();
    a_number_that_is_too_large_is_refused();
    a_text_without_an_end_is_refused();
    a_file_of_another_size_or_kind_is_refused();
    free(path);
    return expect_status();
}
