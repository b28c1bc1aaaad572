/* Promise: seam treats people well. Bad input gets one clear line and exit status 2, and leaves no
 * half-written file; the same input gives the same output. Runs the real program: argv[1]. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"

static char seam[4096], directory[] = "/tmp/seam-cli-XXXXXX";
static char out[1 << 20], err[1 << 16];

static void slurp(const char *name, char *text, size_t size) {
    FILE *in = fopen(name, "r");
    size_t n = in != NULL ? fread(text, 1, size - 1, in) : 0;
    text[n] = '\0';
    if (in != NULL)
        fclose(in);
}

/* Run seam with these words in the test's directory; the exit status. */
__attribute__((format(printf, 1, 2))) static int run(const char *words, ...) {
    char line[1024], command[8192];
    va_list arguments;
    va_start(arguments, words);
    vsnprintf(line, sizeof line, words, arguments);
    va_end(arguments);
    snprintf(command, sizeof command, "'%s' %s >out.txt 2>err.txt </dev/null", seam, line);
    int status = system(command);
    slurp("out.txt", out, sizeof out);
    slurp("err.txt", err, sizeof err);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void write_file(const char *name, const char *bytes, size_t size) {
    FILE *to = fopen(name, "w");
    fwrite(bytes, 1, size, to);
    fclose(to);
}

static int lines_of(const char *text) {
    int n = 0;
    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* Exit status 2, one line, with this in it. */
#define expect_refusal(status, part)                                                               \
    do {                                                                                           \
        expect_int(status, 2);                                                                     \
        expect_int(lines_of(err), 1);                                                              \
        expect_contains(err, part);                                                                \
    } while (0)

static int files_here(void) {
    int n = 0;
    DIR *here = opendir(".");
    while (readdir(here) != NULL)
        n++;
    closedir(here);
    return n;
}

static const char broken[] = "g0 = go_new data\nc0 = malloc clean\nstore c0[0] = g0\nfree c0\n";
static const char legal[] =
    "g0 = go_new data\ncall pointer g0\n  c_write g0 = 5\nreturn\nlook g0\n";

static void help_suffices(void) {
    expect_int(run("--help"), 0);
    expect_contains(out, "seam replay");
    expect_int(run("stress --help"), 0);
    expect_contains(out, "--seed=N");
    expect_int(run("--version"), 0);
    expect_text(out, "seam 0.1.0\n");
}

static void wrong_words_get_a_suggestion(void) {
    expect_refusal(run("%s", ""), "see seam --help");
    expect_refusal(run("reply x"), "did you mean replay");
    expect_refusal(run("replay --jsn x"), "did you mean --json");
    expect_refusal(run("stress --seed=x"), "needs a number");
    expect_refusal(run("stress --jobs=0"), "--jobs is from 1");
    expect_refusal(run("stress --runs"), "--runs needs a value");
    expect_refusal(run("replay"), "needs a FILE");
    expect_refusal(run("ops mallok"), "the nearest is malloc");
    expect_refusal(run("rules doublefree"), "the nearest is double-free");
    expect_refusal(run("replay --go --flavor=asn legal.seam"), "there are plain, cgocheck2");
}

static void bad_files_get_one_line(void) {
    expect_refusal(run("replay missing.seam"), "missing.seam: No such file");
    expect_refusal(run("replay ."), "Is a directory");
    write_file("typo.seam", "g0 = go_new data\n  cal pointer g0\n", 35);
    expect_refusal(run("replay typo.seam"), "typo.seam:2:3: no operation 'cal'");
    write_file("binary.seam", "g0 = \x01\xff\x00zz", 10);
    expect_refusal(run("replay binary.seam"), "binary.seam:1:");
    int huge = open("huge", O_CREAT | O_WRONLY, 0666);
    expect_int(ftruncate(huge, 1LL << 30), 0);
    close(huge);
    expect_refusal(run("replay huge"), "larger than 1 MiB");
    unlink("huge");
}

static void any_bytes_are_a_scenario(void) {
    write_file("empty", "", 0);
    expect_int(run("replay empty"), 0);
    expect_contains(out, "KEEPS all rules");
    write_file("cut", "\x00\x01\x02\x03\xff\xfe", 6);
    expect_int(run("print cut"), 0);
    expect_contains(out, "g0 = go_new");
}

static void nothing_half_written(void) {
    int before = files_here();
    expect_refusal(run("encode legal.seam -o /nowhere/x"), "cannot write: No such file");
    expect_refusal(run("encode legal.seam -o /dev/full"), "No space left");
    expect_refusal(run("encode typo.seam -o new"), "typo.seam:2:3");
    expect_refusal(run("stress --runs=1 --out=/nowhere"), "no such directory");
    expect_int(files_here(), before);
}

static void text_and_bytes_say_the_same(void) {
    expect_int(run("encode broken.seam -o encoded"), 0);
    expect_int(run("print encoded"), 0);
    expect_text(out, broken);
    expect_int(run("replay broken.seam"), 1);
    expect_contains(out, "BROKEN go-pointer-in-c-memory");
    expect_contains(out, "# g0 is not pinned");
    expect_int(run("replay encoded"), 1);
    expect_contains(out, "BROKEN go-pointer-in-c-memory");
    expect_int(run("replay legal.seam"), 0);
    expect_contains(out, "# g0 holds 5");
}

static void json_is_one_line_a_scenario(void) {
    expect_int(run("replay --json broken.seam legal.seam"), 1);
    expect_int(lines_of(out), 2);
    expect_contains(out, "{\"file\":\"broken.seam\",\"verdict\":\"agreed\",\"broken\":[{\"rule\":"
                         "\"go-pointer-in-c-memory\",\"step\":3,\"object\":\"g0\",\"seen\":"
                         "[\"cgocheck2\"]}");
}

static void reports_are_compared_with_the_file_beside(void) {
    expect_int(run("replay --expect --update broken.seam"), 0);
    expect_int(run("replay --expect broken.seam"), 0);
    FILE *report = fopen("broken.report", "a");
    fputs("more\n", report);
    fclose(report);
    expect_int(run("replay --expect broken.seam"), 1);
    expect_contains(out, "- more");
    expect_refusal(run("replay --expect legal.seam"), "no report beside");
}

static void the_table_does_not_depend_on_jobs(void) {
    static char one[sizeof out];
    expect_int(run("stress --seed=3 --runs=3000 --jobs=1"), 0);
    strcpy(one, out);
    expect_int(run("stress --seed=3 --runs=3000 --jobs=2"), 0);
    expect_text(out, one);
    expect_contains(out, "agreed                                     3000");
    expect_int(run("verify broken.seam legal.seam"), 0);
    expect_int(lines_of(out), 2);
}

static void seeds_come_from_the_table(void) {
    expect_int(run("seeds -o seeds"), 0);
    expect_int(run("print seeds/seed-c_link"), 0);
    expect_contains(out, "c_link");
    expect_int(run("dict"), 0);
    expect_contains(out, "go_new_0=\"\\x00");
}

static void missing_go_is_explained(void) {
    expect_refusal(run("replay --go=/nowhere legal.seam"), "no Go in /nowhere");
    mkdir("old", 0777);
    mkdir("old/bin", 0777);
    const char *script = "#!/bin/sh\necho /usr/lib/go-1.4\necho go1.4.3\n";
    write_file("old/bin/go", script, strlen(script));
    chmod("old/bin/go", 0777);
    expect_refusal(run("replay --go=old legal.seam"), "too old: seam needs Go 1.19");
    const char *skip = "SKIP: no Go here\n";
    write_file("skip", skip, strlen(skip));
    expect_int(run("replay --executor=skip --go-minor=23 --flavor=plain legal.seam"), 0);
    expect_contains(out, "SKIP: no Go here");
    expect_refusal(run("replay --executor=/bin/true --go-minor=23 --flavor=plain legal.seam"),
                   "does not start");
}

/* Builds nothing: `go build` fails as it does without the sanitizer's runtime. */
static void a_missing_sanitizer_runtime_is_explained(void) {
    const char *script = "#!/bin/sh\n"
                         "[ \"$1\" = env ] && { echo $PWD/broken; echo go1.27.4; exit; }\n"
                         "echo '# runtime/cgo'\n"
                         "echo 'ld: cannot find libclang_rt.asan-x86_64.a'\nexit 1\n";
    mkdir("broken", 0777);
    mkdir("broken/bin", 0777);
    write_file("broken/bin/go", script, strlen(script));
    chmod("broken/bin/go", 0777);
    int status = run("executor --go=broken --flavor=asan -o executor");
    expect_refusal(status, "install libclang-rt-19-dev");
    expect_int(access("executor", F_OK), -1);
}

/* A process that takes the scenario and never answers. */
static void a_hang_is_a_finding(void) {
    expect_int(run("replay --executor='%s' --go-minor=23 --flavor=plain --timeout=200 legal.seam",
                   getenv("SEAM_HANGING_EXECUTOR")),
               1);
    expect_contains(out, "hung at step 1 (no answer within 200 ms): hang");
}

int main(int argc, char **argv) {
    char hanging[4096];
    if (argc != 3 || realpath(argv[1], seam) == NULL || realpath(argv[2], hanging) == NULL ||
        mkdtemp(directory) == NULL || chdir(directory) != 0) {
        fprintf(stderr, "usage: cli_test SEAM HANGING_EXECUTOR\n");
        return 2;
    }
    setenv("SEAM_HANGING_EXECUTOR", hanging, 1);
    setenv("SEAM_CACHE", directory, 1);
    setenv("NO_COLOR", "1", 1);
    write_file("broken.seam", broken, strlen(broken));
    write_file("legal.seam", legal, strlen(legal));
    help_suffices();
    wrong_words_get_a_suggestion();
    bad_files_get_one_line();
    any_bytes_are_a_scenario();
    nothing_half_written();
    text_and_bytes_say_the_same();
    json_is_one_line_a_scenario();
    reports_are_compared_with_the_file_beside();
    the_table_does_not_depend_on_jobs();
    seeds_come_from_the_table();
    missing_go_is_explained();
    a_missing_sanitizer_runtime_is_explained();
    a_hang_is_a_finding();
    char remove[64];
    snprintf(remove, sizeof remove, "rm -rf %s", directory);
    return system(remove) == 0 ? expect_status() : 1;
}
