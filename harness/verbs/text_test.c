/* Promise: `seam print` and `seam encode` turn bytes into text and back, whatever the bytes are;
 * what cannot be read or written is named, and nothing is left half-written.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "language/bytes.h"
#include "verbs/cli_expect.h"

static void a_file_that_cannot_be_read_is_named(void) {
    seam("replay", "missing.seam");
    expect_refused("seam: missing.seam: No such file or directory; name a scenario file, text or "
                   "bytes\n");
    must(mkdir("folder", 0777) == 0, "mkdir");
    seam("print", "folder");
    expect_refused("seam: folder: Is a directory; name a scenario file, text or bytes\n");
}

static void a_huge_file_is_refused_without_reading_it(void) {
    write_text("huge", "");
    must(truncate("huge", 1LL << 30) == 0, "truncate");
    alarm(20);
    seam("replay", "huge");
    alarm(0);
    expect_refused("seam: huge: is larger than 1 MiB; a scenario has at most 524 bytes\n");
    must(rename("huge", "huge.seam") == 0, "rename");
    seam("encode", "huge.seam", "-o", "out");
    expect_refused("seam: huge.seam: is larger than 1 MiB; a scenario has at most 524 bytes\n");
    expect_int(access("out", F_OK), -1);
}

static void any_bytes_are_a_scenario_that_prints_and_encodes_again(void) {
    uint8_t bytes[600];
    static char first[sizeof out];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + (i >> 3));
    write_bytes("bytes", bytes, sizeof bytes);
    seam("print", "bytes");
    expect_int(status, 0);
    strcpy(first, out);
    write_text("text.seam", first);
    seam("encode", "text.seam", "-o", "again");
    expect_int(status, 0);
    seam("print", "again");
    expect_text(out, first);
}

/* Pins exist from Go 1.21 on, and what a checker sees depends on the release. */
static void the_release_of_a_scenario_is_encoded_with_it(void) {
    static const char text[] = "go 1.20\ng0 = go_new data\ncall pointer g0\n  c_read g0\nreturn\n";
    write_text("old.seam", text);
    seam("encode", "old.seam", "-o", "bytes");
    expect_int(status, 0);
    seam("print", "bytes");
    expect_text(out, text);
}

/* A scenario in bytes, with one byte of its header changed. */
static void write_changed(const char *name, int at, int byte) {
    uint8_t bytes[SEAM_HEADER_BYTES + SEAM_STEP_BYTES] = {0};
    seam_bytes_write_header(bytes, 0);
    bytes[at] = (uint8_t)byte;
    write_bytes(name, bytes, sizeof bytes);
}

static void bytes_that_another_seam_must_read_are_refused(void) {
    static const char newer[] =
        "seam: bytes: was written by a newer seam; update this one, or run seam print with that "
        "one and read its text\n";
    write_changed("bytes", 4, SEAM_BYTES_VERSION + 1);
    seam("replay", "bytes");
    expect_refused(newer);
    seam("print", "bytes");
    expect_refused(newer);
    write_changed("bytes", 6, SEAM_OPS + 1);
    seam("replay", "bytes");
    expect_refused(newer);
    write_changed("bytes", 5, SEAM_RELEASE_NEWEST + 1);
    seam("replay", "bytes");
    expect_refused(newer);
    write_changed("bytes", 6, 0);
    seam("replay", "bytes");
    expect_refused("seam: bytes: has a damaged header; make the file again with seam encode\n");
}

static void nothing_is_left_of_an_output_that_cannot_be_written(void) {
    write_text("a.seam", LEGAL);
    seam("encode", "a.seam", "-o", "no/out");
    expect_refused("seam: no/out: cannot write: No such file or directory; choose another place "
                   "with -o\n");
    seam("encode", "a.seam", "-o", "/dev/full");
    expect_refused("seam: /dev/full: cannot write: No space left on device; choose another place "
                   "with -o\n");
    expect_int(files_in("."), 1);
    seam("encode", "a.seam", "-o", "out");
    expect_int(status, 0);
    expect_int(files_in("."), 2);
}

static void many_files_become_one_directory(void) {
    must(mkdir("a", 0777) == 0, "mkdir");
    write_text("a/one.seam", LEGAL);
    write_text("two.seam", BROKEN);
    seam("encode", "-o", "corpus", "a/one.seam", "./two.seam");
    expect_int(status, 0);
    expect_int(files_in("corpus"), 2);
    seam("print", "corpus/a.one");
    expect_text(out, LEGAL);
    seam("print", "corpus/two");
    expect_text(out, BROKEN);
    seam("encode", "a/one.seam", "-o", "a"); /* one file, but a directory that is there */
    expect_int(status, 0);
    seam("print", "a/a.one");
    expect_text(out, LEGAL);
}

static void of_many_files_all_are_written_or_none(void) {
    write_text("good.seam", LEGAL);
    write_text("bad.seam", "g0 = go_new dta\n");
    seam("encode", "-o", "corpus", "good.seam", "bad.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: bad.seam:1:");
    expect_int(access("corpus", F_OK), -1);
    must(mkdir("good", 0777) == 0 && mkdir("x", 0777) == 0, "mkdir");
    write_text("x.good.seam", LEGAL);
    write_text("x/good.seam", LEGAL);
    seam("encode", "-o", "corpus", "x.good.seam", "x/good.seam");
    expect_refused("seam: two files would be x.good; encode them one at a time\n");
    seam("encode", "-o", "no/corpus", "good.seam", "x.good.seam");
    expect_refused("seam: no/corpus: cannot make the directory: No such file or directory; choose "
                   "another place with -o\n");
    seam("encode", "-o", "good.seam", "good.seam", "x.good.seam");
    expect_int(status, 2);
    seam("encode", "-o", "out");
    expect_refused("seam: encode needs a FILE and -o OUT; see seam encode --help\n");
}

static void a_full_disk_is_no_success(void) {
    write_text("a.seam", LEGAL);
    seam_to("/dev/full", "print", "a.seam");
    expect_int(status, 2);
    seam_to("/dev/full", "replay", "a.seam");
    expect_int(status, 2);
    expect_contains(err, "standard output");
    seam_to("/dev/full", "ops");
    expect_int(status, 2);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(a_file_that_cannot_be_read_is_named);
    PROMISE(a_huge_file_is_refused_without_reading_it);
    PROMISE(any_bytes_are_a_scenario_that_prints_and_encodes_again);
    PROMISE(the_release_of_a_scenario_is_encoded_with_it);
    PROMISE(bytes_that_another_seam_must_read_are_refused);
    PROMISE(nothing_is_left_of_an_output_that_cannot_be_written);
    PROMISE(many_files_become_one_directory);
    PROMISE(of_many_files_all_are_written_or_none);
    PROMISE(a_full_disk_is_no_success);
    return cli_close();
}
