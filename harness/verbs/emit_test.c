/* Promise: seam emit writes a whole program or nothing, and says in one line why not.
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

static char text[1 << 16];

static void read_text(const char *path) {
    int fd = open(path, O_RDONLY);
    must(fd >= 0, path);
    read_back(fd, text, sizeof text);
}

static void a_program_is_written_whole(void) {
    write_text("a.seam", "# A story.\n" BROKEN);
    seam("emit", "go", "a.seam", "-o", "new/program");
    expect_int(status, 0);
    expect_text(out, "new/program: run it with go run . or go test; main.go says what to expect\n");
    expect_int(files_in("new/program"), 5);
    read_text("new/program/main.go");
    expect_contains(text, "// A story.\n");
    expect_contains(text, "// Written by seam emit from a.seam.\npackage main\n");
    seam("emit", "c", "a.seam", "-o", "other");
    expect_refused("seam: a.seam: no program of this kind shows it: go_new needs Go; try seam emit "
                   "go\n");
    expect_int(access("other", F_OK), -1);
    write_text("c.seam", "c0 = malloc clean\nfree c0\nlook_c c0\n");
    seam("emit", "c", "c.seam", "-o", "other");
    expect_int(status, 0);
    expect_int(files_in("other"), 1);
}

static void nothing_is_written_over(void) {
    write_text("b.seam", LEGAL);
    must(mkdir("full", 0777) == 0, "mkdir");
    write_text("full/mine", "mine");
    seam("emit", "go", "b.seam", "-o", "full");
    expect_refused("seam: full is not empty; choose another place with -o\n");
    expect_int(files_in("full"), 1);
    seam("emit", "go", "b.seam", "-o", "b.seam");
    expect_refused("seam: b.seam: Not a directory; choose another place with -o\n");
    must(mkdir("empty", 0777) == 0, "mkdir");
    seam("emit", "go", "b.seam", "-o", "empty");
    expect_int(status, 0);
    expect_int(files_in("empty"), 5);
}

static void what_is_no_scenario_is_named(void) {
    write_text("bad.seam", "free c0\n");
    seam("emit", "go", "bad.seam", "-o", "bad");
    expect_int(status, 2);
    expect_contains(err, "seam: bad.seam:1:");
    write_text("none.seam", "# nothing\n");
    seam("emit", "go", "none.seam", "-o", "bad");
    expect_refused("seam: none.seam has no steps: there is nothing to write\n");
    seam("emit", "go", "missing.seam", "-o", "bad");
    expect_refused("seam: missing.seam: No such file or directory; name a scenario file, text or "
                   "bytes\n");
    expect_int(access("bad", F_OK), -1);
}

static void the_command_line_is_explained(void) {
    write_text("a.seam", LEGAL);
    static const char words[] =
        "seam: emit needs go or c, one FILE and -o DIR; see seam emit --help\n";
    seam("emit", "a.seam", "-o", "x");
    expect_refused(words);
    seam("emit", "rust", "a.seam", "-o", "x");
    expect_refused(words);
    seam("emit", "go", "a.seam");
    expect_refused(words);
    seam("emit", "--help");
    expect_int(status, 0);
    expect_contains(out, "write a program that shows a scenario's bug without seam");
}

static void a_full_disk_leaves_nothing(void) {
    write_text("a.seam", BROKEN);
    must(mkdir("locked", 0555) == 0, "mkdir");
    if (geteuid() != 0) {
        seam("emit", "go", "a.seam", "-o", "locked/x");
        expect_int(status, 2);
        expect_contains(err, "choose another place with -o");
    }
    expect_int(files_in("locked"), 0);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(a_program_is_written_whole);
    PROMISE(nothing_is_written_over);
    PROMISE(what_is_no_scenario_is_named);
    PROMISE(the_command_line_is_explained);
    PROMISE(a_full_disk_leaves_nothing);
    return cli_close();
}
