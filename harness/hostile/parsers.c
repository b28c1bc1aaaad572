/* Promise: no input, however it was damaged, crashes or hangs a parser of seam.
 *
 * Each row of parsers.def is fed with mutated inputs in worker processes, so that a crash costs the
 * rest of its chunk only; built with ASan and UBSan a wrong read is a crash. An input that broke
 * the promise stays as parsers-NAME-NUMBER in --out. Not here: what a parser answers; its own tests
 * say that.
 *
 * Options: --inputs=N for each parser, --seed=N, --jobs=N, --only=NAME, --out=DIR. */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "audit/exchange.h"
#include "audit/gather.h"
#include "audit/globals.h"
#include "audit/rewrite.h"
#include "audit/schedule.h"
#include "audit/suppress.h"
#include "base/crew.h"
#include "base/file.h"
#include "base/format.h"
#include "base/options.h"
#include "base/private.h"
#include "base/words.h"
#include "generate/random.h"
#include "hostile/mutation.h"
#include "language/text.h"
#include "matrix/journal.h"
#include "programs/advice.h"
#include "programs/programs.h"
#include "verbs/verbs.h"

enum { CHUNK = 2000, SECONDS_MAX = 60, INPUT_MAX = sizeof(struct seam_audit_channel) + (1 << 16) };

/* An input: `bytes` has `size` bytes and a NUL behind them, in the file `path` as well. */
struct input {
    const char *path, *bytes;
    size_t size;
};

/* A seed is good input number n, in `bytes` with room for INPUT_MAX; its size. */
#define PARSER(name, file, what)                                                                   \
    static size_t seed_##name(uint64_t n, char *bytes);                                            \
    static void feed_##name(const struct input *it);
#include "hostile/parsers.def"
#undef PARSER

static const struct {
    const char *name, *file, *what;
    size_t (*seed)(uint64_t n, char *bytes);
    void (*feed)(const struct input *it);
} parsers[] = {
#define PARSER(name, file, what) {#name, file, what, seed_##name, feed_##name},
#include "hostile/parsers.def"
#undef PARSER
};

enum { PARSERS = sizeof parsers / sizeof *parsers };

static size_t put(char *bytes, const char *text) {
    size_t size = strlen(text);
    memcpy(bytes, text, size);
    return size;
}

/* --- scenarios and their reports -------------------------------------------------------------- */

static size_t seed_text(uint64_t n, char *bytes) {
    static struct seam_scenario scenario;
    static char text[SEAM_TEXT_MAX];
    seam_random_scenario(&scenario, 1, n, 0);
    seam_text_print(&scenario, text);
    return put(bytes, text);
}

static void feed_text(const struct input *it) {
    seam_verb_print(2, (char *[]){(char[]){"print"}, (char *)it->path, NULL});
    if (it->size % 8 == 0)
        seam_verb_replay(
            3, (char *[]){(char[]){"replay"}, (char[]){"--json"}, (char *)it->path, NULL});
}

static size_t seed_bytes(uint64_t n, char *bytes) {
    static struct seam_scenario scenario;
    seam_random_scenario(&scenario, 2, n, 0);
    return seam_scenario_encode(&scenario, (uint8_t *)bytes);
}

static void feed_bytes(const struct input *it) { feed_text(it); }

static size_t seed_report(uint64_t n, char *bytes) {
    return put(bytes, n % 2 == 0 ? "LEGAL  this scenario keeps all rules\n    1  gc\n"
                                 : "BROKEN go-pointer-in-c-memory   (Go promises: cgocheck2)\n"
                                   "  > 1  gc\nReplay: seam replay s.seam\n");
}

static void feed_report(const struct input *it) {
    static bool is_written;
    if (!is_written)
        is_written = seam_file_write("s.seam", "gc\n", 3);
    (void)it;
    seam_verb_replay(
        3, (char *[]){(char[]){"replay"}, (char[]){"--expect"}, (char[]){"s.seam"}, NULL});
}

/* --- matrix ----------------------------------------------------------------------------------- */

#define IDENTITY "of this seam"

static size_t seed_journal(uint64_t n, char *bytes) {
    static struct seam_tally tally;
    FILE *out = fmemopen(bytes, INPUT_MAX, "w");
    fputs("seam matrix " IDENTITY "\n", out);
    for (unsigned i = 0; i <= n % 4; i++) {
        tally.scenarios = n * i;
        fprintf(out, "go1.2%u.4 plain random %u 500 ", i, i * 500);
        seam_tally_print(out, &tally);
        fputc('\n', out);
    }
    long size = ftell(out);
    fclose(out);
    return (size_t)size;
}

static void count(void *context, const struct seam_chunk *chunk, const struct seam_tally *tally) {
    seam_tally_add(context, tally);
    (void)chunk;
}

static void feed_journal(const struct input *it) {
    static struct seam_tally sum;
    struct seam_journal journal;
    (void)it;
    if (seam_journal_open(&journal, ".", IDENTITY, count, &sum))
        seam_journal_close(&journal);
}

/* --- audit: what a user writes ---------------------------------------------------------------- */

static size_t seed_suppressions(uint64_t n, char *bytes) {
    (void)n;
    return put(bytes, "# known\n\n27ecc27c the library is like that\n0badcafe another reason\n");
}

static void feed_suppressions(const struct input *it) {
    struct seam_suppressions known;
    if (seam_suppressions_read(it->path, &known))
        seam_is_suppressed(&known, "0badcafe");
}

static size_t seed_points(uint64_t n, char *bytes) {
    (void)n;
    return put(bytes, "1f2e3d4c5b6a7988.1.enter,ffffffffffffffff.4294967295.thread,1.2.mark");
}

static size_t seed_schedule(uint64_t n, char *bytes) {
    static const char *const words[] = {"every", "sites:10", "nth:3", "random:100:7"};
    return n % 2 == 0 ? put(bytes, words[n / 2 % 4])
                      : put(bytes, "1f2e3d4c5b6a7988.1.enter # one\n\n1.2.mark\n3.4.leave\r\n");
}

/* A damaged file is refused or has points that can be printed. */
static void try_points(struct seam_schedule *schedule, bool ok) {
    for (uint32_t i = 0; ok && i < schedule->n_points; i++)
        seam_point_print(stdout, &schedule->points[i]);
    seam_schedule_free(schedule);
}

static void feed_points(const struct input *it) {
    struct seam_schedule schedule = {0};
    bool ok = seam_schedule_read_points(it->bytes, &schedule);
    try_points(&schedule, ok);
}

static void feed_schedule(const struct input *it) {
    struct seam_schedule schedule = {0}, of_file = {0};
    char *option = seam_format("file:%s", it->path);
    bool ok = seam_schedule_read(it->bytes, &schedule);
    try_points(&schedule, ok);
    ok = seam_schedule_read(option, &of_file);
    try_points(&of_file, ok);
    free(option);
}

/* --- audit: what a program leaves ------------------------------------------------------------- */

static struct seam_audit_plan plan = {.go = {"/usr/lib/go", "go1.27", 27}, .work = "."};

static size_t seed_channel(uint64_t n, char *bytes) {
    struct seam_audit_channel *channel = (struct seam_audit_channel *)bytes;
    memset(channel, 0, sizeof *channel);
    seam_channel_reset(channel, SEAM_SCHEDULE_sites, 10, 1, NULL, 0);
    channel->n_findings = n % SEAM_AUDIT_FINDINGS;
    for (uint32_t i = 0; i < channel->n_findings; i++) {
        struct seam_audit_finding *finding = &channel->findings[i];
        finding->kind = (uint32_t)(n + i) % (SEAM_AUDIT_stuck + 1);
        finding->site = i;
        finding->has_birth = i % 2;
        finding->has_death = i / 2 % 2;
        strcpy(finding->crossing.function, "store_get");
    }
    strcpy(channel->report, "ERROR: AddressSanitizer: heap-use-after-free on address 0x60\n");
    return sizeof *channel;
}

/* What came through is named like that of any run, but no tool is asked for names. */
static void feed_channel(const struct input *it) {
    static struct seam_audit_channel channel;
    static struct seam_finding findings[SEAM_AUDIT_FINDINGS];
    struct seam_audit_run run = {.program = "none", .output = "none", .channel = &channel};
    run.directory = ".";
    memset(&channel, 0, sizeof channel);
    seam_channel_reset(&channel, SEAM_SCHEDULE_sites, 10, 1, NULL, 0);
    if (!seam_channel_receive(&channel, it->path))
        return;
    for (int i = 0; i < SEAM_AUDIT_FINDINGS; i++)
        channel.findings[i].crossing.n = channel.findings[i].birth.n = channel.findings[i].death.n =
            0;
    int n = seam_findings_of(&plan, &run, findings, SEAM_AUDIT_FINDINGS);
    for (int i = 0; i < n; i++)
        seam_finding_json(stdout, &findings[i], "package", "Test", "");
}

static size_t seed_output(uint64_t n, char *bytes) {
    static const char *const outputs[] = {
        "panic: runtime error: cgo argument has Go pointer to unpinned Go pointer\n\n"
        "goroutine 7 [running]:\nexample.com/m.f(0x1, 0x2)\n\t/home/me/m/f.go:12 +0x1d\n"
        "main.main()\n\t/home/me/m/main.go:3 +0x1\n",
        "runtime: bad pointer in frame x at 0x1: 0x2\nfatal error: invalid pointer found on stack\n"
        "\ngoroutine 1 [running]:\nmain.main()\n\t./main.go:3 +0x1\n",
        "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x60 at pc 0x1\n"
        "READ of size 8 at 0x60 thread T0\n    #0 0x1 in f /home/me/f.c:3:1\n"
        "freed by thread T0 here:\n    #0 0x2 in free\n",
        "--- FAIL: TestX (0.00s)\n    x_test.go:9: got 1, want 2\nFAIL\n",
        "SIGQUIT: quit\n\ngoroutine 5 [syscall]:\nm.f()\n\t./m/f.go:12 +0x1d\n\n"};
    return put(bytes, outputs[n % (sizeof outputs / sizeof *outputs)]);
}

static void feed_output(const struct input *it) {
    static struct seam_audit_channel channel;
    static struct seam_finding finding;
    struct seam_audit_run run = {.program = "none", .output = it->path, .channel = &channel};
    struct seam_evidence evidence = {.kind = SEAM_AUDIT_sanitizer, .report = it->bytes};
    struct seam_classification result;
    run.directory = ".";
    run.end = it->size % 2 == 0 ? SEAM_END_failed : SEAM_END_hung;
    if (seam_findings_of(&plan, &run, &finding, 1) == 1) {
        seam_finding_text(stdout, &finding, "Test", "", false);
        seam_finding_json(stdout, &finding, "package", "Test", "");
    }
    seam_classify(&evidence, &result);
}

/* --- tables of programs ----------------------------------------------------------------------- */

/* Some lines of the table that is built in. */
static size_t lines_of(const struct seam_program_set *set, uint64_t n, char *bytes) {
    const char *at = seam_program_expected_here(set);
    for (uint64_t skip = n % 64; skip > 0 && strchr(at, '\n') != NULL; skip--)
        at = strchr(at, '\n') + 1;
    size_t size = strnlen(at, 2000);
    memcpy(bytes, at, size);
    return size;
}

static void read_table(const struct seam_program_set *set, const char *text) {
    if (!seam_program_expected_check(set, "t.expected", text))
        return;
    for (int i = 0; i < set->n_programs; i += 64)
        seam_program_expected(text, &set->programs[i], 27);
    if (strlen(text) % 8 == 0)
        seam_program_expected_write(stdout, set, text, &(struct seam_program_table){0});
}

static size_t seed_programs(uint64_t n, char *bytes) {
    return lines_of(&seam_programs_set, n, bytes);
}

static void feed_programs(const struct input *it) { read_table(&seam_programs_set, it->bytes); }

static size_t seed_advice(uint64_t n, char *bytes) { return lines_of(&seam_advice_set, n, bytes); }

static void feed_advice(const struct input *it) { read_table(&seam_advice_set, it->bytes); }

/* --- C, programs, command lines --------------------------------------------------------------- */

static size_t seed_cgo(uint64_t n, char *bytes) {
    (void)n;
    return put(bytes, "// Code generated by cmd/cgo; DO NOT EDIT.\n\n"
                      "#line 1 \"cgo-builtin-prolog\"\n#line 3 \"/home/me/m/f.go\"\n"
                      "CGO_NO_SANITIZE_THREAD\nvoid\n_cgo_0123456789ab_Cfunc_f(void *v)\n{\n"
                      "\tstruct {\n\t\tint* p0;\n\t\tint r;\n\t\tchar __pad12[4];\n\t} "
                      "__attribute__((__packed__)) *_cgo_a = v;\n"
                      "\tchar *_cgo_stktop = _cgo_topofstack();\n\t__typeof__(_cgo_a->r) _cgo_r;\n"
                      "\t_cgo_tsan_acquire();\n\t_cgo_r = f(_cgo_a->p0);\n"
                      "\t_cgo_tsan_release();\n\t_cgo_a = (void*)((char*)_cgo_a + "
                      "(_cgo_topofstack() - _cgo_stktop));\n\t_cgo_a->r = _cgo_r;\n}\n");
}

static void feed_cgo(const struct input *it) {
    size_t size;
    if (seam_rewrite_is_cgo(it->bytes))
        seam_rewrite_source(it->bytes, &size);
    seam_rewrite_is_under(it->bytes, "/home/me");
    free(seam_rewrite(it->bytes, " f ", &size));
}

/* The smallest program with symbols: a function and a variable. */
struct small_program {
    Elf64_Ehdr header;
    Elf64_Shdr sections[4];
    Elf64_Sym symbols[4];
    char names[24];
};

static size_t seed_elf(uint64_t n, char *bytes) {
    struct small_program it = {.names = "\0a.c\0f\0kept"};
    memcpy(it.header.e_ident, ELFMAG, SELFMAG);
    it.header.e_ident[EI_CLASS] = ELFCLASS64;
    it.header.e_shoff = offsetof(struct small_program, sections);
    it.header.e_shnum = 4;
    it.sections[1] = (Elf64_Shdr){.sh_type = SHT_SYMTAB,
                                  .sh_link = 2,
                                  .sh_offset = offsetof(struct small_program, symbols),
                                  .sh_size = sizeof it.symbols};
    it.sections[2].sh_offset = offsetof(struct small_program, names);
    it.sections[2].sh_size = sizeof it.names;
    it.sections[3].sh_flags = SHF_WRITE;
    it.symbols[1] = (Elf64_Sym){.st_name = 1, .st_info = ELF64_ST_INFO(STB_LOCAL, STT_FILE)};
    it.symbols[2] = (Elf64_Sym){.st_name = 5, .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC)};
    it.symbols[3] = (Elf64_Sym){7, ELF64_ST_INFO(STB_LOCAL, STT_OBJECT), 0, 3, 0x1000 + n, 8};
    memcpy(bytes, &it, sizeof it);
    return sizeof it;
}

static void feed_elf(const struct input *it) {
    static struct seam_audit_symbols symbols;
    char name[64];
    seam_symbols_read(it->path, &symbols);
    seam_global_name(it->path, 0x1000, name);
}

static size_t seed_words(uint64_t n, char *bytes) {
    (void)n;
    return put(bytes, "ccache 'my clang-19' -m64 \"-DX=a b\" -O2");
}

static void feed_words(const struct input *it) {
    char **words = seam_words_split(it->bytes);
    for (int i = 0; words != NULL && words[i] != NULL; i++)
        seam_words_print(stdout, words[i]);
    free(words);
}

/* --- sanitizers ------------------------------------------------------------------------------- */

/* What they find ends the process by a signal, like any other crash. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "abort_on_error=1:detect_leaks=0"; }

const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) { return "abort_on_error=1:print_stacktrace=1"; }

/* --- driving ---------------------------------------------------------------------------------- */

struct driver {
    int inputs, chunks; /* for each parser */
    long long seed;
    const char *only, *out;
    struct seam_workspace work;
    uint64_t *at; /* of each task: the input that it has, in memory that is shared */
    int broken;
};

static bool is_wanted(const struct driver *driver, int parser) {
    return driver->only == NULL || strcmp(driver->only, parsers[parser].name) == 0;
}

/* Input number n of a parser, in `bytes`, with a NUL behind it; its size. */
static size_t make_input(const struct driver *driver, int parser, uint64_t n, char *bytes) {
    uint64_t state = (uint64_t)driver->seed * PARSERS + (uint64_t)parser;
    uint64_t seed = seam_mutation_next(&state) + n;
    size_t size = parsers[parser].seed(seam_mutation_next(&seed) % 256, bytes);
    size = seam_mutation_make(bytes, size, INPUT_MAX, seed);
    bytes[size] = '\0';
    return size;
}

static bool overwrite(int fd, const char *bytes, size_t size) {
    return ftruncate(fd, 0) == 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size;
}

static char *errors_path(const struct driver *driver, int task) {
    return seam_format("%s/%d.errors", driver->work.path, task);
}

/* What the parser prints is nobody's; what it says on standard error is kept of the last input. */
static bool redirect(const struct driver *driver, int task) {
    char *path = errors_path(driver, task);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    int errors = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    bool ok = null >= 0 && errors >= 0 && dup2(null, STDOUT_FILENO) >= 0 &&
              dup2(errors, STDERR_FILENO) >= 0;
    free(path);
    return ok;
}

static bool enter_directory(const struct driver *driver, int task) {
    char *directory = seam_format("%s/%d/", driver->work.path, task);
    bool ok = seam_make_directories(directory) && chdir(directory) == 0;
    free(directory);
    return ok;
}

static bool forget_errors(void) {
    return lseek(STDERR_FILENO, 0, SEEK_END) == 0 || ftruncate(STDERR_FILENO, 0) == 0;
}

/* One chunk of one parser's inputs, in a process and a directory of its own. */
static bool work(void *context, int task) {
    static char bytes[INPUT_MAX + 1];
    struct driver *driver = context;
    int parser = task / driver->chunks;
    uint64_t n = (uint64_t)(task % driver->chunks) * CHUNK, end = n + CHUNK;
    if (!is_wanted(driver, parser))
        return true;
    if (!redirect(driver, task) || !enter_directory(driver, task))
        return false;
    int fd = open(parsers[parser].file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (end > (uint64_t)driver->inputs)
        end = (uint64_t)driver->inputs;
    for (; n < end && fd >= 0; n++) {
        driver->at[task] = n;
        struct input it = {parsers[parser].file, bytes, make_input(driver, parser, n, bytes)};
        setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {SECONDS_MAX, 0}}, NULL);
        if (!forget_errors() || !overwrite(fd, bytes, it.size))
            return false;
        parsers[parser].feed(&it);
    }
    return fd >= 0;
}

/* Keep the input, and say what the parser said. */
static void tell_broken(struct driver *driver, int task, int signal) {
    static char bytes[INPUT_MAX + 1];
    int parser = task / driver->chunks;
    uint64_t n = driver->at[task];
    size_t size = make_input(driver, parser, n, bytes), said_size;
    char *path = seam_format("%s/parsers-%s-%" PRIu64, driver->out, parsers[parser].name, n);
    char *errors = errors_path(driver, task), *said = NULL;
    seam_file_write(path, bytes, size);
    seam_file_read(errors, SEAM_TEXT_FILE_MAX, &said, &said_size);
    printf("BROKEN %s: %s: %s\n%.2000s\n", path, parsers[parser].what,
           signal == SIGALRM ? "it hangs" : strsignal(signal), said != NULL ? said : "");
    free(said);
    free(errors);
    free(path);
    driver->broken++;
}

static void ended(void *context, int task, const struct seam_crew_task *how) {
    struct driver *driver = context;
    if (how->end == SEAM_CREW_died)
        tell_broken(driver, task, how->signal);
    char *directory = seam_format("%s/%d", driver->work.path, task);
    char *errors = errors_path(driver, task);
    seam_remove_tree(directory);
    unlink(errors);
    free(errors);
    free(directory);
}

static int run(struct driver *driver, int jobs) {
    int wanted = 0;
    driver->chunks = (driver->inputs + CHUNK - 1) / CHUNK;
    struct seam_crew crew = {.jobs = jobs,
                             .tasks = driver->chunks * PARSERS,
                             .context = driver,
                             .is_alone = true,
                             .work = work,
                             .ended = ended};
    driver->at = seam_crew_share((size_t)crew.tasks * sizeof *driver->at);
    if (driver->at == NULL)
        return SEAM_USAGE;
    /* In memory, where there is such a place: each input is a file. */
    if (!seam_workspace_open(&driver->work, "/dev/shm", "seam-parsers") &&
        !seam_workspace_open(&driver->work, seam_workspace_base(), "seam-parsers"))
        return seam_fail("%s: cannot be written; set TMPDIR", seam_workspace_base());
    seam_crew_clean_up(driver->work.path);
    enum seam_crew_end end = seam_crew_run(&crew);
    seam_workspace_close(&driver->work);
    for (int i = 0; i < PARSERS; i++)
        wanted += is_wanted(driver, i);
    printf("%d parser%s, %d input%s each: %d broken\n", wanted, seam_plural((unsigned)wanted),
           driver->inputs, seam_plural((unsigned)driver->inputs), driver->broken);
    return end == SEAM_CREW_failed || end == SEAM_CREW_unstarted ? SEAM_USAGE
           : driver->broken > 0                                  ? SEAM_FOUND
                                                                 : SEAM_OK;
}

int main(int argc, char **argv) {
    struct driver driver = {.out = "."};
    const char *inputs = NULL, *seed = NULL, *jobs_option = NULL;
    const struct seam_option options[] = {{"--inputs=", &inputs},    {"--seed=", &seed},
                                          {"--jobs=", &jobs_option}, {"--only=", &driver.only},
                                          {"--out=", &driver.out},   {NULL, NULL}};
    int jobs, n = seam_options(argc, argv, options);
    if (n != 0)
        return n < 0 ? SEAM_USAGE : seam_fail("no words are expected but options");
    if (!seam_option_range("--inputs", inputs, CHUNK, 1, 1 << 24, &driver.inputs) ||
        !seam_option_number("--seed", seed, 1, &driver.seed) || !seam_crew_jobs(jobs_option, &jobs))
        return SEAM_USAGE;
    return run(&driver, jobs);
}
