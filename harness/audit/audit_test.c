/* Promise: seam audit finds each planted bug of go/audit in its first run, shows it again, and says
 * nothing of the fixed twin; and whatever the package is like, it says so in
 * clear words and leaves nothing behind.
 *
 * Arguments: seam, a GOROOT (or None), the directory go/. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "realgo/gobuild.h"

static char *seam, *go_option, *work;
static char out[1 << 20];
static int status;

static void read_file(const char *path, char *text, size_t size) {
    FILE *in = fopen(path, "r");
    size_t n = in != NULL ? fread(text, 1, size - 1, in) : 0;
    text[n] = '\0';
    if (in != NULL)
        fclose(in);
}

/* Run seam audit in a directory; standard output and error in one. */
static void audit(const char *directory, const char *option, const char *packages) {
    const char *const argv[] = {seam, "audit", go_option, option, packages, NULL};
    char *output = seam_format("%s/output", work);
    status = seam_process_run(argv, &(struct seam_process_place){directory, NULL, output, 0});
    read_file(output, out, sizeof out);
    free(output);
}

/* --- the proof suite -------------------------------------------------------------------------- */

/* Was the finding on this line seen again ten times out of ten? */
static bool was_seen_again(const char *line) {
    return strstr(line, "\"replayed\":10,\"replays\":10") != NULL;
}

/* How many findings a package has; each that was not seen again counts 1000. */
static int findings_of(const char *package) {
    char *part = seam_format("\"package\":\"%s\"", package);
    int n = 0;
    for (char *line = out; *line != '\0';) {
        char *end = strchrnul(line, '\n'), *text = seam_format("%.*s", (int)(end - line), line);
        if (strstr(text, part) != NULL)
            n += was_seen_again(text) ? 1 : 1000;
        free(text);
        line = *end != '\0' ? end + 1 : end;
    }
    free(part);
    return n;
}

/* -asan moves the variable to the heap, so this one shows without it. */
static const char needs_plain[] = "stackaddress";

/* Which rule each bug breaks: a finding that names another one sends its reader the wrong way. */
static const struct {
    const char *bug, *rule;
} broken[] = {
    {"castpointer", "c-keeps-go-pointer"},
    {"childafterparent", "child-after-parent"},
    {"closeduring", "freed-during-call"},
    {"closerace", "use-after-free"},
    {"closetwice", "double-free"},
    {"cstringleak", "c-memory-leak"},
    {"dirtymemory", "dirty-c-memory"},
    {"earlyfinalizer", "finalized-during-call"},
    {"expat", "child-after-parent"},
    {"finalizedelsewhere", "finalized-during-call"},
    {"finalizerthread", "nil-c-pointer"}, /* what its library dies of */
    {"freedborrowed", "borrowed-freed"},
    {"freedgo", "free-go-memory"},
    {"gopointerinc", "go-memory-after-collection"},
    {"handleaddress", "c-keeps-go-pointer"},
    {"handleleak", "handle-leak"},
    {"handlepointer", "integer-as-pointer"},
    {"lasterror", "thread-state-lost"},
    {"nonul", "read-past-go-memory"},
    {"parentfirst", "parent-freed-first"},
    {"pastslice", "write-past-go-memory"},
    {"pinnerleak", "pinner-leaked"},
    {"retainslice", "c-keeps-go-pointer"},
    {"sentinel", "integer-in-pointer-slot"},
    {"sliceoverfreed", "finalized-during-call"},
    {"sqlite", "child-after-parent"},
    {"stalehandle", "handle-misuse"},
    {"useafterfree", "passed-freed-memory"},
    {"userdata", "finalized-during-call"},
    {"zlib", "finalized-during-call"},
    {"zlibinput", "c-keeps-go-pointer"},
};

/* The rule of a bug, or "" if the table has none. */
static const char *rule_of(const char *bug) {
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        if (strcmp(broken[i].bug, bug) == 0)
            return broken[i].rule;
    return "";
}

static void every_bug_is_found_and_no_twin_is_flagged(const char *go) {
    char *pattern = seam_format("%s/audit/*/bug", go);
    glob_t cases;
    expect_int(glob(pattern, 0, NULL, &cases), 0);
    audit(go, "--json", "./audit/...");
    expect_int(status, 1);
    for (size_t i = 0; i < cases.gl_pathc; i++) {
        char *name = cases.gl_pathv[i] + strlen(go) + strlen("/audit/");
        *strchr(name, '/') = '\0';
        char *bug = seam_format("seam/audit/%s/bug", name);
        char *fixed = seam_format("seam/audit/%s/fixed", name);
        char *guilty = seam_format("\"rule\":\"%s\",\"package\":\"%s\"", rule_of(name), bug);
        bool is_found = strcmp(name, needs_plain) == 0 || strstr(out, guilty) != NULL;
        if (!is_found || findings_of(bug) >= 1000) {
            expect_text(bug, is_found ? "seen again" : guilty);
            fputs(out, stderr);
        }
        if (findings_of(fixed) != 0)
            expect_text(fixed, "not flagged");
        free(bug);
        free(fixed);
        free(guilty);
    }
    expect_true(cases.gl_pathc >= 32);
    globfree(&cases);
    free(pattern);
}

static void a_stack_address_is_found_without_asan(const char *go) {
    audit(go, "--flavor=plain", "./audit/stackaddress/...");
    expect_int(status, 1);
    expect_contains(out, "FOUND changed-behaviour");
    expect_contains(out, "seam/audit/stackaddress/bug\n");
    expect_contains(out, ": 1 finding\n");
    expect_contains(out, " of 10 runs, forced at 1 point:");
}

/* Many goroutines in C, threads of C, forks, panics, deep stacks. */
static void no_legal_program_is_stopped(const char *go) {
    audit(go, "--schedule=every", "./audit/busy");
    expect_int(status, 0);
    expect_contains(out, "7 tests, ");
    expect_contains(out, ": 0 findings");
}

/* --- all kinds of packages -------------------------------------------------------------------- */

static void write_text(const char *directory, const char *name, const char *text) {
    char *path = seam_format("%s/%s", directory, name);
    expect_true(seam_make_directories(path));
    FILE *file = fopen(path, "w");
    expect_true(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    free(path);
}

static const char cgo[] = "package m\n\n// static int one(void) { return 1; }\nimport \"C\"\n\n"
                          "func One() int { return int(C.one()) }\n";
static const char test[] = "package m\n\nimport \"testing\"\n\n"
                           "func TestOne(t *testing.T) { One() }\n";

/* A module in a directory of its own; the caller frees the name. */
static char *make_module(const char *name, const char *code, const char *test_code) {
    char *directory = seam_format("%s/%s", work, name);
    write_text(directory, "go.mod", "module m\n\ngo 1.16\n");
    write_text(directory, "m.go", code);
    if (test_code != NULL)
        write_text(directory, "m_test.go", test_code);
    return directory;
}

/* ... and what the audit says of it. */
static void expect_audit(const char *name, const char *code, const char *test_code, int wanted,
                         const char *part) {
    char *directory = make_module(name, code, test_code);
    audit(directory, "--jobs=1", ".");
    expect_int(status, wanted);
    expect_contains(out, part);
    free(directory);
}

static void whatever_the_package_is_like_it_is_told(void) {
    expect_audit("clean", cgo, test, 0, "1 test, 1 crossing at 1 site, forced at 4 points");
    expect_audit("with space", cgo, test, 0, ": 0 findings");
    expect_audit("no-cgo", "package m\n\nfunc One() {}\n", test, 2,
                 "seam: skipped m: it does not use cgo");
    expect_audit("no-tests", cgo, NULL, 2, "seam: skipped m: it has no tests");
    expect_audit("bad-test", cgo, "package m\n\nvar x = y\n", 2, "m_test.go:3:9: undefined: y");
    expect_audit("bad-c", "package m\n\n// int x = ;\nimport \"C\"\n\nvar X = C.x\n", test, 2,
                 "m.go:3:10: error: expected expression");
    expect_audit("no-library", "package m\n\n// #cgo pkg-config: no-such-library\nimport \"C\"\n",
                 test, 2, "no-such-library");
    char *mixed = seam_format("%s/mixed", work); /* C++ beside it stays as it is */
    write_text(mixed, "x.cc",
               "template <class T> T twice(const T *p) { return *p + *p; }\n"
               "extern \"C\" int two(int *p) { return twice(p); }\n");
    free(mixed);
    expect_audit("mixed",
                 "package m\n\n// int two(int *);\nimport \"C\"\n\n"
                 "func One() { x := C.int(1); C.two(&x) }\n",
                 test, 0, "1 test, 1 crossing at 1 site, forced at 4 points: 0 findings");
    expect_audit("failing", cgo,
                 "package m\n\nimport \"testing\"\n\n"
                 "func TestOne(t *testing.T) { One(); t.Fatal(\"no\") }\n",
                 0, "skipped: TestOne fails even when nothing is forced: m_test.go:5: no");
}

/* The runtime takes the processor from a goroutine that computes for 10 ms, and from one that a
 * busy machine keeps waiting so long. */
static void the_write_barrier_stays_on_however_long_go_takes(void) {
    expect_audit("slow",
                 "package m\n\n// #include <stdlib.h>\nimport \"C\"\n\n"
                 "import (\n\t\"time\"\n\t\"unsafe\"\n)\n\n"
                 "func Store() {\n\ttext := C.CString(\"text\")\n"
                 "\tat := (**C.char)(C.malloc(8))\n"
                 "\tfor end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {\n"
                 "\t}\n\t*at = text\n\tC.free(unsafe.Pointer(*at))\n"
                 "\tC.free(unsafe.Pointer(at))\n}\n",
                 "package m\n\nimport \"testing\"\n\n"
                 "func TestStore(t *testing.T) { Store() }\n",
                 1, "FOUND dirty-c-memory");
    expect_contains(out, "Reproduced in 10 of 10 runs, forced at 1 point:");
}

/* Two packages with cgo under one without, a build tag, a vendored module, an old language version.
 */
static void what_a_test_imports_is_audited(void) {
    char *directory = seam_format("%s/imports", work);
    write_text(directory, "go.mod", "module m\n\ngo 1.16\n\nrequire v v1.0.0\n");
    write_text(directory, "vendor/modules.txt", "# v v1.0.0\n## explicit; go 1.16\nv\n");
    write_text(directory, "vendor/v/v.go",
               "package v\n\n// static int two(void) { return 2; }\n"
               "import \"C\"\n\nfunc Two() int { return int(C.two()) }\n");
    write_text(directory, "c/c.go",
               "//go:build wanted\n// +build wanted\n\npackage c\n\n"
               "// static int one(void) { return 1; }\nimport \"C\"\n\n"
               "func One() int { return int(C.one()) }\n");
    write_text(directory, "p/p.go",
               "package p\n\nimport (\n\t\"m/c\"\n\t\"v\"\n)\n\n"
               "func Three() int { return c.One() + v.Two() }\n");
    write_text(directory, "p/p_test.go",
               "package p\n\nimport \"testing\"\n\n"
               "func TestThree(t *testing.T) { Three() }\n");
    setenv("GOFLAGS", "-mod=vendor", 1);
    audit(directory, "--tags=wanted", "./p");
    setenv("GOFLAGS", "-mod=mod", 1);
    expect_int(status, 0);
    expect_contains(out, "1 test, 2 crossings at 2 sites, forced at 8 points: 0 findings");
    free(directory);
}

/* Another seam may be by now where the compiler's link leads, or nothing. */
static void the_compiler_is_the_seam_that_runs(void) {
    char error[SEAM_GO_ERROR], *cache = seam_cache_directory(error);
    char *pattern = seam_format("%s/cc-*/seam-cc", cache);
    char there[4096];
    glob_t links;
    int n = 0;
    expect_int(glob(pattern, 0, NULL, &links), 0);
    for (size_t i = 0; i < links.gl_pathc; i++) {
        ssize_t size = readlink(links.gl_pathv[i], there, sizeof there);
        if (size != (ssize_t)strlen(seam) || memcmp(there, seam, (size_t)size) != 0)
            continue;
        expect_true(unlink(links.gl_pathv[i]) == 0 &&
                    symlink("/bin/false", links.gl_pathv[i]) == 0);
        n++;
    }
    expect_true(n > 0);
    globfree(&links);
    free(pattern);
    free(cache);
    expect_audit("again", cgo, test, 0, ": 0 findings");
}

static const char program[] =
    "package main\n\n// static int one(void) { return 1; }\nimport \"C\"\n\n"
    "import \"os\"\n\nfunc main() { os.Exit(int(C.one()) + len(os.Args) - 2) }\n";

static void a_program_is_audited_as_well(void) {
    char *directory = seam_format("%s/program", work);
    write_text(directory, "go.mod", "module m\n\ngo 1.16\n");
    write_text(directory, "m.go", program);
    audit(directory, "--run", "."); /* one() and its own name: status 0 */
    expect_int(status, 0);
    expect_contains(out, "1 test, 1 crossing at 1 site, forced at 4 points: 0 findings");
    free(directory);
}

static void a_known_finding_can_be_left_out(const char *go) {
    char *file = seam_format("%s/known", work), *option = seam_format("--suppress=%s", file);
    audit(go, "--json", "./audit/earlyfinalizer/bug");
    expect_int(status, 1);
    char *id = strstr(out, "{\"id\":\"");
    expect_true(id != NULL);
    if (id != NULL) {
        char *line = seam_format("# known\n\n%.8s planted\n", id + 7);
        write_text(work, "known", line);
        free(line);
        audit(go, option, "./audit/earlyfinalizer/bug");
        expect_int(status, 0);
        expect_contains(out, "seam: suppressed: ");
    }
    write_text(work, "known", "12345678\n");
    audit(go, option, "./audit/earlyfinalizer/bug");
    expect_int(status, 2);
    expect_contains(out, "known:1: expected an id of 8 digits and a reason");
    free(option);
    free(file);
}

static void other_programs_can_read_it(const char *go) {
    char *file = seam_format("%s/result", work), *sarif = seam_format("--sarif=%s", file);
    char *junit = seam_format("--junit=%s", file);
    audit(go, sarif, "./audit/earlyfinalizer/bug");
    read_file(file, out, sizeof out);
    expect_contains(out, "{\"version\":\"2.1.0\"");
    expect_contains(out, "{\"ruleId\":\"finalized-during-call\",\"level\":\"error\"");
    expect_contains(out, "{\"uri\":\"audit/earlyfinalizer/bug/store.go\"}");
    audit(go, junit, "./audit/earlyfinalizer/bug");
    read_file(file, out, sizeof out);
    expect_contains(out, "<testsuite name=\"seam/audit/earlyfinalizer/bug\" tests=\"1\" "
                         "failures=\"1\" skipped=\"0\">");
    expect_contains(out, "<failure type=\"finalized-during-call\"");
    audit(go, "--sarif=/nowhere/x", "./audit/earlyfinalizer/bug");
    expect_int(status, 2);
    expect_contains(out, "seam: /nowhere/x: cannot write");
    free(junit);
    free(sarif);
    free(file);
}

static void a_point_of_a_report_is_enough(const char *go) {
    audit(go, "--jobs=1", "./audit/earlyfinalizer/bug");
    char *at = strstr(out, "--at=");
    expect_true(at != NULL);
    if (at == NULL)
        return;
    char *option = seam_format("%.*s", (int)strcspn(at, " "), at);
    audit(go, option, "./audit/earlyfinalizer/bug");
    expect_int(status, 1);
    expect_contains(out, ", forced at 1 point: 1 finding");
    char *file = seam_format("%s/points", work),
         *schedule = seam_format("--schedule=file:%s", file);
    char *lines = seam_format("# from a report\n%s # the one\n", option + strlen("--at="));
    write_text(work, "points", lines);
    audit(go, schedule, "./audit/earlyfinalizer/bug");
    expect_int(status, 1);
    expect_contains(out, ", forced at 1 point: 1 finding");
    write_text(work, "points", "\nhere\n");
    audit(go, schedule, "./audit/earlyfinalizer/bug");
    expect_int(status, 2);
    expect_contains(out, "points:2: 'here' is not a point; copy one from a report");
    free(lines);
    free(schedule);
    free(file);
    free(option);
}

static void the_lines_that_call_c_are_listed(const char *go) {
    audit(go, "--list", "./audit/earlyfinalizer/bug");
    expect_int(status, 0);
    expect_contains(out, "seam/audit/earlyfinalizer/bug TestGet\n");
    expect_contains(out, "seam/audit/earlyfinalizer/bug store.go:35 C.store_get\n");
    expect_true(strstr(out, "C.int") == NULL);
}

static int directories_left(void) {
    char *pattern = seam_format("%s/seam-audit-*", work);
    glob_t left;
    int n = glob(pattern, 0, NULL, &left) == 0 ? (int)left.gl_pathc : 0;
    globfree(&left);
    free(pattern);
    return n;
}

static void the_tree_is_not_touched_and_nothing_is_left(void) {
    char *directory = seam_format("%s/clean", work);
    int files = 0;
    DIR *here = opendir(directory);
    while (here != NULL && readdir(here) != NULL)
        files++;
    closedir(here);
    expect_int(files, 2 + 3); /* ., .., go.mod, m.go, m_test.go */
    expect_int(directories_left(), 0);
    free(directory);
}

/* --- a tree that cannot be written to --------------------------------------------------------- */

/* Root may write anywhere but to what is mounted read-only. Only this process and its children see
 * that. */
static bool forbid_writing(const char *directory) {
    if (geteuid() != 0)
        return chmod(directory, 0555) == 0;
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount(directory, directory, NULL, MS_BIND, NULL) == 0 &&
           mount(NULL, directory, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) == 0;
}

static void a_tree_is_audited_that_cannot_be_written_to(void) {
    enum { CANNOT_FORBID = 77 };
    char *directory = make_module("read-only", cgo, test), *file = seam_format("%s/x", directory);
    int ended;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (!forbid_writing(directory))
            _exit(CANNOT_FORBID);
        expect_true(open(file, O_WRONLY | O_CREAT, 0666) < 0);
        audit(directory, "--jobs=1", ".");
        expect_int(status, 0);
        expect_contains(out, "1 test, 1 crossing at 1 site, forced at 4 points: 0 findings");
        fflush(NULL);
        _exit(expect_status());
    }
    expect_true(waitpid(pid, &ended, 0) == pid && WIFEXITED(ended));
    if (WEXITSTATUS(ended) == CANNOT_FORBID)
        printf("SKIP: this system lets root mount nothing, so no tree is read-only here: %s\n",
               strerror(errno));
    else
        expect_int(WEXITSTATUS(ended), 0);
    expect_int(chmod(directory, 0755), 0);
    free(file);
    free(directory);
}

/* --- an audit that is killed half-way --------------------------------------------------------- */

/* The test tells who it is and its own child, and ends never. */
static const char endless[] =
    "package m\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"os/exec\"\n\t\"testing\"\n\t\"time\"\n)\n\n"
    "func TestOne(t *testing.T) {\n\tOne()\n\tc := exec.Command(\"sleep\", \"600\")\n\tc.Start()\n"
    "\tpids := fmt.Sprintln(os.Getpid(), c.Process.Pid)\n"
    "\tos.WriteFile(os.Getenv(\"PIDS\")+\"x\", []byte(pids), 0666)\n"
    "\tos.Rename(os.Getenv(\"PIDS\")+\"x\", os.Getenv(\"PIDS\"))\n"
    "\ttime.Sleep(10 * time.Minute)\n}\n";

static bool wait_for_file(const char *path) {
    for (int i = 0; i < 6000 && access(path, R_OK) != 0; i++)
        usleep(20000);
    return access(path, R_OK) == 0;
}

/* A zombie has ended: who should have waited for it may be gone. */
static bool has_ended(int pid) {
    char *path = seam_format("/proc/%d/stat", pid), text[512];
    read_file(path, text, sizeof text);
    const char *state = strrchr(text, ')');
    free(path);
    return state == NULL || state[2] == 'Z';
}

static bool ends(int pid) {
    for (int i = 0; i < 500 && !has_ended(pid); i++)
        usleep(20000);
    return has_ended(pid);
}

static pid_t start_audit(const char *directory) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (chdir(directory) == 0 && freopen("/dev/null", "w", stderr) != NULL)
            execl(seam, seam, "audit", go_option, "--jobs=1", ".", (char *)NULL);
        _exit(127);
    }
    return pid;
}

static void kill_half_way(const char *directory, int number, bool is_removed) {
    char *pids = seam_format("%s/pids.%d", work, number), text[64];
    int test_pid = 0, child = 0, ended = 0;
    setenv("PIDS", pids, 1);
    pid_t pid = start_audit(directory);
    expect_true(wait_for_file(pids));
    read_file(pids, text, sizeof text);
    expect_int(sscanf(text, "%d %d", &test_pid, &child), 2);
    expect_int(directories_left(), 1);
    kill(pid, number);
    expect_true(waitpid(pid, &ended, 0) == pid);
    if (is_removed)
        expect_int(WIFEXITED(ended) ? WEXITSTATUS(ended) : 0, 128 + number);
    expect_true(ends(test_pid));
    if (is_removed)
        expect_true(ends(child));
    else if (child > 0)
        kill(child, SIGKILL); /* a test's own child is out of reach for who is killed at once */
    expect_int(directories_left(), is_removed ? 0 : 1);
    free(pids);
}

/* The next audit removes what is left of one that could not clean up. */
static void whoever_is_killed_leaves_nothing(void) {
    char *directory = make_module("endless", cgo, endless);
    kill_half_way(directory, SIGINT, true);
    kill_half_way(directory, SIGTERM, true);
    kill_half_way(directory, SIGHUP, true);
    kill_half_way(directory, SIGKILL, false);
    expect_audit("clean", cgo, test, 0, ": 0 findings");
    expect_int(directories_left(), 0);
    free(directory);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: audit_test SEAM GOROOT GO_DIRECTORY\n");
        return 2;
    }
    if (strcmp(argv[2], "None") == 0) {
        puts("SKIP: no Go on this machine; run ci/setup or install golang-1.19-go");
        return 0;
    }
    const char *base = getenv("TEST_TMPDIR");
    seam = realpath(argv[1], NULL);
    char *go = realpath(argv[3], NULL);
    go_option = seam_format("--go=%s", argv[2]);
    work = seam_format("%s/audit-test-XXXXXX", base != NULL ? base : "/tmp");
    expect_true(mkdtemp(work) != NULL && seam != NULL && go != NULL);
    setenv("TMPDIR", work, 1);
    setenv("GOFLAGS", "-mod=mod", 1);
    whatever_the_package_is_like_it_is_told();
    the_write_barrier_stays_on_however_long_go_takes();
    what_a_test_imports_is_audited();
    the_compiler_is_the_seam_that_runs();
    a_program_is_audited_as_well();
    a_known_finding_can_be_left_out(go);
    other_programs_can_read_it(go);
    a_point_of_a_report_is_enough(go);
    the_lines_that_call_c_are_listed(go);
    the_tree_is_not_touched_and_nothing_is_left();
    a_tree_is_audited_that_cannot_be_written_to();
    whoever_is_killed_leaves_nothing();
    every_bug_is_found_and_no_twin_is_flagged(go);
    a_stack_address_is_found_without_asan(go);
    no_legal_program_is_stopped(go);
    expect_true(seam_remove_tree(work));
    free(seam);
    free(go);
    free(go_option);
    free(work);
    return expect_status();
}
