/* What the program seam promises at the command line: run it, as people do, and look.
 *
 * Arguments: the program, and an executor that never answers. Every test works in a directory of
 * its own, so that messages name files as a user would. Not here: what a report says about a rule;
 * those are the .report files of the corpus. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/expect.h"
#include "language/op.h"
#include "rules/rule.h"

static char program[4096], hanging[4096], directory[4096];

/* What the last run said. */
static int status;
static char out[1 << 16], err[1 << 13];

static const char broken[] = "g0 = go_new data\n"
                             "c0 = malloc clean\n"
                             "store c0[0] = g0\n"
                             "free c0\n";
static const char legal[] = "g0 = go_new data\n"
                            "p0 = pinner\n"
                            "pin p0 g0\n"
                            "call pointer g0\n"
                            "  c_write g0 = 7\n"
                            "return\n"
                            "look g0\n"
                            "unpin p0\n";

/* --- running ---------------------------------------------------------------------------------- */

static void must(bool ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(2);
    }
}

static void read_back(int fd, char *text, size_t size) {
    ssize_t n = pread(fd, text, size - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    close(fd);
}

static void run(const char *out_path, const char *const *argv) {
    int out_fd = out_path != NULL ? open(out_path, O_WRONLY) : memfd_create("out", MFD_CLOEXEC);
    int err_fd = memfd_create("err", MFD_CLOEXEC);
    must(out_fd >= 0 && err_fd >= 0, "open");
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out_fd, STDOUT_FILENO);
        dup2(err_fd, STDERR_FILENO);
        execv(program, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    must(waitpid(pid, &status, 0) == pid, "waitpid");
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    read_back(out_fd, out, sizeof out);
    read_back(err_fd, err, sizeof err);
}

#define seam(...) run(NULL, (const char *const[]){"seam", __VA_ARGS__, NULL})
#define seam_to(path, ...) run(path, (const char *const[]){"seam", __VA_ARGS__, NULL})

/* The last run was refused with this one line. */
static void expect_refused(const char *line) {
    expect_int(status, 2);
    expect_text(err, line);
    expect_text(out, "");
}

static void write_bytes(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    must(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, path);
}

static void write_text(const char *path, const char *text) {
    write_bytes(path, text, strlen(text));
}

static int files_in(const char *path) {
    int n = 0;
    DIR *entries = opendir(path);
    must(entries != NULL, path);
    while (readdir(entries) != NULL)
        n++;
    closedir(entries);
    return n - 2;
}

/* --- help ------------------------------------------------------------------------------------- */

static void help_tells_of_every_verb(void) {
    static const struct {
        const char *name, *doc;
    } verbs[] = {
#define VERB(name, arguments, doc, options) {#name, doc},
#include "verbs/verbs.def"
#undef VERB
    };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        seam("--help");
        expect_int(status, 0);
        expect_contains(out, verbs[i].doc);
        seam(verbs[i].name, i % 2 ? "-h" : "--help");
        expect_int(status, 0);
        expect_contains(out, verbs[i].name);
        expect_contains(out, verbs[i].doc);
        expect_text(err, "");
    }
}

static void the_version_is_one_line(void) {
    seam("--version");
    expect_int(status, 0);
    expect_text(out, "seam 0.1.0\n");
}

static void what_is_misspelt_is_answered_with_the_nearest_name(void) {
    seam("replya");
    expect_refused("seam: no verb 'replya'; did you mean replay? See seam --help\n");
    seam("replay", "--jsn", "x");
    expect_refused("seam: replay does not know --jsn; did you mean --json? See seam replay "
                   "--help\n");
    seam("stress", "--gi");
    expect_refused("seam: stress does not know --gi; did you mean --go? See seam stress --help\n");
    seam("ops", "stor");
    expect_refused("seam: no operation 'stor'; the nearest is store\n");
    seam("rules", "duble-free");
    expect_refused("seam: no rule 'duble-free'; the nearest is double-free\n");
}

static void what_is_missing_is_said(void) {
    run(NULL, (const char *const[]){"seam", NULL});
    expect_refused("seam: no verb given; see seam --help\n");
    seam("replay");
    expect_refused("seam: replay needs a FILE; see seam replay --help\n");
    seam("encode", "x");
    expect_refused("seam: encode needs one FILE and -o OUT; see seam encode --help\n");
    seam("stress", "--runs", "many");
    expect_refused("seam: --runs needs a number, not 'many'\n");
    seam("stress", "--runs=99999999999999999999");
    expect_refused("seam: --runs needs a number, not '99999999999999999999'\n");
    seam("stress", "--jobs=0");
    expect_int(status, 2);
    seam("audit");
    expect_refused("seam: audit needs a package, as in: seam audit ./...\n");
    seam("audit", "--schedule=often", ".");
    expect_refused("seam: no schedule 'often'; there are every, sites:K, nth:N, random:N:SEED and "
                   "file:PATH\n");
    seam("audit", "--schedule=nth", ".");
    expect_int(status, 2);
    seam("audit", "--at=12.x", ".");
    expect_refused("seam: --at: '12.x' is no point; copy it from a report\n");
    seam("audit", "--flavor=spicy", ".");
    expect_refused("seam: no flavor 'spicy'; there are plain, cgocheck2, asan and race\n");
    seam("audit", "--suppress=nowhere", ".");
    expect_refused(
        "seam: nowhere: No such file or directory; name a file with an id and a reason on "
        "each line\n");
    seam("cc");
    expect_refused("seam: cc needs a compiler; see seam cc --help\n");
}

/* --- reading ---------------------------------------------------------------------------------- */

static void a_file_that_cannot_be_read_is_named(void) {
    seam("replay", "missing.seam");
    expect_refused("seam: missing.seam: No such file or directory; name a scenario file, text or "
                   "bytes\n");
    must(mkdir("folder", 0777) == 0, "mkdir");
    seam("print", "folder");
    expect_refused("seam: folder: Is a directory; name a scenario file, text or bytes\n");
}

static void an_empty_file_is_the_empty_scenario(void) {
    write_text("empty", "");
    write_text("empty.seam", "");
    for (int i = 0; i < 2; i++) {
        seam("replay", i == 0 ? "empty" : "empty.seam");
        expect_int(status, 0);
        expect_contains(out, "KEEPS all rules\n");
        expect_text(err, "");
    }
}

static void a_huge_file_is_refused_without_reading_it(void) {
    write_text("huge", "");
    must(truncate("huge", 1LL << 30) == 0, "truncate");
    alarm(20);
    seam("replay", "huge");
    alarm(0);
    expect_refused("seam: huge: is larger than 1 MiB; a scenario has at most 512 bytes\n");
    must(rename("huge", "huge.seam") == 0, "rename");
    seam("encode", "huge.seam", "-o", "out");
    expect_refused("seam: huge.seam: is larger than 1 MiB; a scenario has at most 512 bytes\n");
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

static void bytes_with_the_name_of_a_text_are_an_error(void) {
    write_bytes("bytes.seam", "\0\1\2\3", 4);
    seam("replay", "bytes.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: bytes.seam:1:1: ");
}

static void a_mistake_in_a_text_is_shown_where_it_stands(void) {
    write_text("typo.seam", "gc\n  stor c0[0] = g0\n");
    seam("replay", "typo.seam");
    expect_refused("seam: typo.seam:2:3: no operation 'stor'; the nearest is: store "
                   "<block>[<word>] = <go>\n");
}

/* --- writing ---------------------------------------------------------------------------------- */

static void nothing_is_left_of_an_output_that_cannot_be_written(void) {
    write_text("a.seam", legal);
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

static void a_full_disk_is_no_success(void) {
    write_text("a.seam", legal);
    seam_to("/dev/full", "print", "a.seam");
    expect_int(status, 2);
    seam_to("/dev/full", "replay", "a.seam");
    expect_int(status, 2);
    expect_contains(err, "standard output");
    seam_to("/dev/full", "ops");
    expect_int(status, 2);
}

/* --- replay ----------------------------------------------------------------------------------- */

static void a_broken_rule_is_told_with_step_and_object(void) {
    write_text("a.seam", broken);
    seam("replay", "a.seam");
    expect_int(status, 1);
    expect_contains(out, "BROKEN go-pointer-in-c-memory");
    expect_contains(out, "  3  store c0[0] = g0           # g0 is not pinned\n");
    expect_contains(out, "Replay: seam replay a.seam\n");
    expect_true(strchr(out, '\033') == NULL);
}

static void bytes_and_text_have_the_same_report(void) {
    static char text_report[sizeof out];
    write_text("a", broken);
    seam("replay", "a");
    strcpy(text_report, out);
    seam("encode", "a", "-o", "b");
    must(rename("b", "a") == 0, "rename");
    seam("replay", "a");
    expect_int(status, 1);
    expect_text(out, text_report);
}

static void the_exit_status_is_that_of_the_worst_file(void) {
    write_text("keeps.seam", legal);
    write_text("breaks.seam", broken);
    seam("replay", "keeps.seam", "keeps.seam");
    expect_int(status, 0);
    seam("replay", "breaks.seam", "keeps.seam");
    expect_int(status, 1);
    seam("replay", "breaks.seam", "missing", "keeps.seam");
    expect_int(status, 2);
    expect_contains(out, "KEEPS all rules");
}

static void json_is_one_object_a_line_whatever_the_name(void) {
    write_text("a\"\\\t\303\251.seam", broken);
    write_text("b.seam", legal);
    seam("replay", "--json", "a\"\\\t\303\251.seam", "b.seam");
    expect_int(status, 1);
    expect_contains(
        out, "{\"file\":\"a\\\"\\\\\\u0009\303\251.seam\",\"verdict\":\"agreed\",\"broken\":["
             "{\"rule\":\"go-pointer-in-c-memory\",\"step\":3,\"object\":\"g0\","
             "\"seen\":[\"cgocheck2\"]}]");
    expect_contains(out, "\"program\":\"g0 = go_new data\\nc0 = malloc clean\\n");
    expect_contains(out, "}\n{\"file\":\"b.seam\",\"verdict\":\"agreed\",\"broken\":[]");
    expect_int(out[strlen(out) - 1], '\n');
    write_text("\377.seam", "");
    seam("replay", "--json", "\377.seam");
    expect_contains(out, "{\"file\":\"\\ufffd.seam\"");
}

static void an_expected_report_is_written_compared_and_defended(void) {
    write_text("a.seam", broken);
    seam("replay", "--expect", "a.seam");
    expect_int(status, 2);
    expect_contains(err, "a.report: no report beside the scenario");
    seam("replay", "--update", "a.seam");
    expect_int(status, 0);
    expect_int(files_in("."), 2);
    seam("replay", "--expect", "a.seam");
    expect_int(status, 0);
    write_text("a.report", "KEEPS all rules\n");
    seam("replay", "--expect", "a.seam");
    expect_int(status, 1);
    expect_contains(out, "a.report:1: the report differs");
    expect_contains(out, "- KEEPS all rules\n+ BROKEN go-pointer-in-c-memory");
}

static void a_report_does_not_depend_on_how_its_file_is_named(void) {
    char path[4300];
    must(mkdir("corpus", 0777) == 0, "corpus");
    write_text("corpus/a.seam", broken);
    seam("replay", "--update", "corpus/a.seam");
    expect_int(status, 0);
    must(chdir("corpus") == 0 && getcwd(path, sizeof path - 8) != NULL, "corpus");
    strcat(path, "/a.seam");
    seam("replay", "--expect", path);
    expect_int(status, 0);
    write_text("b.seam", broken);
    seam("replay", "--update", "./b.seam");
    seam("replay", "--expect", "b.seam");
    expect_int(status, 0);
}

/* --- the manual, the seeds -------------------------------------------------------------------- */

static void every_operation_and_rule_has_its_page(void) {
    char name[48];
    for (int op = 0; op < SEAM_OPS; op++) {
        seam("ops", seam_op_rows[op].name);
        expect_int(status, 0);
        expect_contains(out, seam_op_rows[op].doc);
    }
    for (int rule = 0; rule < SEAM_RULES; rule++) {
        seam("rules", seam_rule_name((enum seam_rule)rule, name));
        expect_int(status, 0);
        expect_contains(out, seam_rule_rows[rule].words);
        expect_contains(out, seam_rule_rows[rule].fix);
    }
}

static void every_operation_has_a_seed_and_a_word_in_the_dictionary(void) {
    static char dictionary[sizeof out];
    seam("dict");
    expect_int(status, 0);
    strcpy(dictionary, out);
    seam("seeds", "-o", "seeds");
    expect_int(status, 0);
    expect_int(files_in("seeds"), SEAM_OPS);
    for (int op = 0; op < SEAM_OPS; op++) {
        char path[64], word[64];
        snprintf(path, sizeof path, "seeds/seed-%s", seam_op_rows[op].name);
        snprintf(word, sizeof word, "%s_0=\"\\x%02x", seam_op_rows[op].name, (unsigned)op);
        seam("print", path);
        expect_int(status, 0);
        expect_contains(out, seam_op_rows[op].name);
        expect_contains(dictionary, word);
    }
}

/* --- many scenarios --------------------------------------------------------------------------- */

static void stress_says_the_same_with_any_number_of_jobs(void) {
    static const char *const jobs[] = {"--jobs=1", "--jobs=2", "--jobs=5"};
    static char first[sizeof out];
    for (int i = 0; i < 3; i++) {
        seam("stress", "--seed=7", "--runs=3000", jobs[i]);
        expect_int(status, 0);
        expect_contains(out, "seed 7: 3000 scenarios, ");
        if (i == 0)
            strcpy(first, out);
        expect_text(out, first);
    }
    seam("stress", "--seed=8", "--runs=3000");
    expect_true(strcmp(out + strlen("seed 7"), first + strlen("seed 7")) != 0);
    expect_int(files_in("."), 0);
}

static void stress_takes_every_scenario_up_to_a_size(void) {
    static char first[sizeof out];
    seam("stress", "--exhaustive=2", "--jobs=1");
    expect_int(status, 0);
    expect_contains(out, "every scenario of 2 steps: ");
    strcpy(first, out);
    seam("stress", "--exhaustive=2", "--jobs=3");
    expect_text(out, first);
    seam("stress", "--exhaustive=1", "--family=o", "--few", "--model=go1.19");
    expect_contains(out, "every scenario of 1 steps of family o, few operands: ");
    seam("stress", "--exhaustive=1", "--family=x");
    expect_refused("seam: --family is p (pointers), o (ownership) or t (time), not 'x'\n");
    seam("stress", "--few");
    expect_refused("seam: --family and --few need --exhaustive=N\n");
}

/* The first scenarios of a corpus are taken as they are, so few runs meet what it breaks, and no
 * more. */
static void stress_says_what_was_met_too_seldom(void) {
    must(mkdir("corpus", 0777) == 0, "corpus");
    write_text("corpus/a.seam", broken);
    seam("stress", "--runs=2", "--corpus=corpus", "--coverage");
    expect_int(status, 1);
    expect_contains(out, "too seldom: the rule use-after-free\n");
    expect_contains(out, "too seldom: the operation gc\n");
    seam("stress", "--runs=6000", "--corpus=corpus", "--coverage");
    expect_true(strstr(out, "too seldom: the rule go-pointer-in-c-memory\n") == NULL);
    seam("stress", "--corpus=missing");
    expect_int(status, 2);
}

static void stress_wants_a_directory_for_what_it_finds(void) {
    seam("stress", "--out=missing", "--runs=1");
    expect_refused("seam: --out=missing: no such directory; make it first\n");
}

static void verify_prints_a_hash_that_depends_on_the_scenario_only(void) {
    static char first[sizeof out];
    write_text("a.seam", broken);
    write_text("b.seam", broken);
    write_text("c.seam", legal);
    seam("verify", "a.seam", "b.seam", "c.seam");
    expect_int(status, 0);
    strcpy(first, out);
    char *second = strchr(out, '\n') + 1, *third = strchr(second, '\n') + 1;
    expect_int(strncmp(out, second, 16), 0);
    expect_true(strncmp(out, third, 16) != 0);
    seam("verify", "a.seam", "b.seam", "c.seam");
    expect_text(out, first);
    seam("verify", "missing");
    expect_int(status, 2);
}

/* --- real Go ---------------------------------------------------------------------------------- */

static void without_go_it_is_said_what_to_name(void) {
    write_text("a.seam", legal);
    seam("replay", "--go=nowhere", "a.seam");
    expect_refused("seam: no Go in nowhere: bin/go is not there or does not run; name a GOROOT "
                   "such as /usr/lib/go-1.23\n");
    seam("replay", "--go", "--flavor=spicy", "a.seam");
    expect_refused("seam: no flavor 'spicy'; there are plain, cgocheck2, asan and race\n");
    seam("replay", "--executor=/bin/true", "--go-minor=27", "--flavor=plain", "a.seam");
    expect_int(status, 2);
    expect_contains(err, "seam: the Go executor /bin/true does not start: ");
}

/* A go command that is a script. */
static void write_go(const char *root, const char *script) {
    char path[64];
    must(mkdir(root, 0777) == 0, root);
    snprintf(path, sizeof path, "%s/bin", root);
    must(mkdir(path, 0777) == 0, path);
    snprintf(path, sizeof path, "%s/bin/go", root);
    write_text(path, script);
    must(chmod(path, 0777) == 0, path);
}

static void an_old_go_is_refused(void) {
    write_text("a.seam", legal);
    write_go("old", "#!/bin/sh\necho /usr/lib/go-1.4\necho go1.4.3\n");
    seam("replay", "--go=old", "a.seam");
    expect_refused("seam: go1.4.3 in /usr/lib/go-1.4 is too old: seam needs Go 1.19 or newer\n");
}

/* `go build` fails as it does on a machine without the sanitizer's runtime. */
static void a_missing_sanitizer_runtime_is_named(void) {
    write_go("broken", "#!/bin/sh\n"
                       "[ \"$1\" = env ] && { echo \"$PWD/broken\"; echo go1.27.4; exit; }\n"
                       "echo '# runtime/cgo'\n"
                       "echo 'ld: cannot find libclang_rt.asan-x86_64.a'\nexit 1\n");
    seam("executor", "--go=broken", "--flavor=asan", "-o", "executor");
    expect_int(status, 2);
    expect_contains(err, "install libclang-rt-19-dev or run ci/setup\n");
    expect_int(access("executor", F_OK), -1);
}

/* Make a file of the cache that was used so many days ago. */
static void write_cached(const char *name, int days) {
    struct timespec times[2] = {{time(NULL) - days * 24 * 3600, 0}};
    times[1] = times[0];
    write_text(name, "");
    must(utimensat(AT_FDCWD, name, times, 0) == 0, name);
}

static void what_nobody_has_used_for_a_month_leaves_the_cache(void) {
    write_go("broken", "#!/bin/sh\n"
                       "[ \"$1\" = env ] && { echo \"$PWD/broken\"; echo go1.27.4; exit; }\n"
                       "exit 1\n");
    write_text("a.seam", legal);
    write_cached("executor-0000000000000001-go1.19.8-plain", 31);
    write_cached("executor-0000000000000002-go1.19.8-plain", 29);
    write_cached("mine", 31);
    write_cached("executor-mine-go1.19.8-plain", 31);
    write_cached("src-myproject", 31);
    setenv("SEAM_CACHE", ".", 1);
    seam("replay", "--go=broken", "a.seam");
    setenv("SEAM_CACHE", directory, 1);
    expect_int(status, 2);
    expect_int(access("executor-0000000000000001-go1.19.8-plain", F_OK), -1);
    expect_int(access("executor-0000000000000002-go1.19.8-plain", F_OK), 0);
    expect_int(access("mine", F_OK), 0);
    expect_int(access("executor-mine-go1.19.8-plain", F_OK), 0);
    expect_int(access("src-myproject", F_OK), 0);
}

/* What somebody else planted there would be run. */
static void a_cache_that_others_can_write_is_refused(void) {
    write_go("broken", "#!/bin/sh\n"
                       "[ \"$1\" = env ] && { echo \"$PWD/broken\"; echo go1.27.4; exit; }\n"
                       "exit 1\n");
    write_text("a.seam", legal);
    must(mkdir("open", 0700) == 0 && chmod("open", 0777) == 0, "open");
    setenv("SEAM_CACHE", "open", 1);
    seam("replay", "--go=broken", "a.seam");
    setenv("SEAM_CACHE", directory, 1);
    expect_int(status, 2);
    expect_contains(err, "seam: the cache open cannot be used: it can be written by other users; "
                         "set SEAM_CACHE to a directory that is yours");
}

static void a_go_process_that_hangs_is_a_finding(void) {
    char executor[4200];
    snprintf(executor, sizeof executor, "--executor=%s", hanging);
    write_text("a.seam", legal);
    seam("replay", executor, "--go-minor=23", "--flavor=plain", "--timeout=200", "a.seam");
    expect_int(status, 1);
    expect_contains(out, "hung at step 1 (no answer within 200 ms): hang");
}

static void an_executor_that_was_not_built_says_why_and_is_no_failure(void) {
    write_text("a.seam", legal);
    write_text("executor", "SKIP: no Go on this machine\n");
    seam("replay", "--executor=executor", "a.seam");
    expect_int(status, 0);
    expect_contains(out, "SKIP: no Go on this machine\n");
}

/* --- the tests -------------------------------------------------------------------------------- */

/* Run a test in an empty directory, and name it if it failed. */
static void in_directory(const char *name, void (*test)(void)) {
    char path[4200];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    must(mkdir(path, 0777) == 0 && chdir(path) == 0, path);
    int failures = expect_failures;
    test();
    if (expect_failures > failures)
        fprintf(stderr, "in %s\n", name);
}

static int remove_one(const char *path, const struct stat *it, int type, struct FTW *place) {
    (void)it, (void)type, (void)place;
    return remove(path);
}

#define PROMISE(test) in_directory(#test, test)

int main(int argc, char **argv) {
    const char *base = getenv("TEST_TMPDIR");
    if (argc != 3 || realpath(argv[1], program) == NULL || realpath(argv[2], hanging) == NULL) {
        fprintf(stderr, "usage: cli_test SEAM HANGING_EXECUTOR\n");
        return 2;
    }
    snprintf(directory, sizeof directory, "%s/seam-cli-XXXXXX", base != NULL ? base : "/tmp");
    must(mkdtemp(directory) != NULL, directory);
    setenv("SEAM_CACHE", directory, 1);
    setenv("NO_COLOR", "1", 1);
    PROMISE(help_tells_of_every_verb);
    PROMISE(the_version_is_one_line);
    PROMISE(what_is_misspelt_is_answered_with_the_nearest_name);
    PROMISE(what_is_missing_is_said);
    PROMISE(a_file_that_cannot_be_read_is_named);
    PROMISE(an_empty_file_is_the_empty_scenario);
    PROMISE(a_huge_file_is_refused_without_reading_it);
    PROMISE(any_bytes_are_a_scenario_that_prints_and_encodes_again);
    PROMISE(bytes_with_the_name_of_a_text_are_an_error);
    PROMISE(a_mistake_in_a_text_is_shown_where_it_stands);
    PROMISE(nothing_is_left_of_an_output_that_cannot_be_written);
    PROMISE(a_full_disk_is_no_success);
    PROMISE(a_broken_rule_is_told_with_step_and_object);
    PROMISE(bytes_and_text_have_the_same_report);
    PROMISE(the_exit_status_is_that_of_the_worst_file);
    PROMISE(json_is_one_object_a_line_whatever_the_name);
    PROMISE(an_expected_report_is_written_compared_and_defended);
    PROMISE(a_report_does_not_depend_on_how_its_file_is_named);
    PROMISE(every_operation_and_rule_has_its_page);
    PROMISE(every_operation_has_a_seed_and_a_word_in_the_dictionary);
    PROMISE(stress_says_the_same_with_any_number_of_jobs);
    PROMISE(stress_takes_every_scenario_up_to_a_size);
    PROMISE(stress_says_what_was_met_too_seldom);
    PROMISE(stress_wants_a_directory_for_what_it_finds);
    PROMISE(verify_prints_a_hash_that_depends_on_the_scenario_only);
    PROMISE(without_go_it_is_said_what_to_name);
    PROMISE(an_executor_that_was_not_built_says_why_and_is_no_failure);
    PROMISE(an_old_go_is_refused);
    PROMISE(a_missing_sanitizer_runtime_is_named);
    PROMISE(what_nobody_has_used_for_a_month_leaves_the_cache);
    PROMISE(a_cache_that_others_can_write_is_refused);
    PROMISE(a_go_process_that_hangs_is_a_finding);
    must(chdir("/") == 0, "/");
    if (expect_failures == 0)
        nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return expect_status();
}
