/* Promise: what is packaged for OSS-Fuzz is what OSS-Fuzz takes and what ClusterFuzz can run.
 *
 * Their checks (bad_build_check, test_all.py and run_fuzzer of google/oss-fuzz) with their limits,
 * and what their documentation asks for besides. The directory is moved first, nothing in it can
 * be written, and no program is told where it is. Then the packages are damaged, to see that each
 * damage is noticed.
 *
 * Arguments: address, undefined or memory; directories like $OUT; behind "--" source files in which
 * no fuzz target may return anything but 0, and no flag may bind to one processor. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/expect.h"
#include "base/file.h"
#include "base/format.h"
#include "base/private.h"
#include "base/process.h"
#include "base/sandbox.h"
#include "targets/binary.h"
#include "targets/package.h"

/* --- complaints ------------------------------------------------------------------------------- */

static char complaints[1 << 14];
static int n_complaints;

__attribute__((format(printf, 2, 3))) static void bad(const char *target, const char *format, ...) {
    size_t n = strlen(complaints);
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(complaints + n, sizeof complaints - n, "BAD BUILD: %s: %s\n", target, text);
    n_complaints++;
}

/* --- one target ------------------------------------------------------------------------------- */

/* A target where it was moved to, and where it is run. */
struct target {
    const char *out, *name, *sanitizer;
    const char *elsewhere; /* an empty directory */
    const char *tmp;       /* where it may write */
};

static char *file_of(const struct target *it, const char *suffix) {
    return seam_format("%s/%s%s", it->out, it->name, suffix);
}

static void check_name(const struct target *it) {
    for (const char *p = it->name; *p != '\0'; p++)
        if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-') {
            bad(it->name, "the name has a '%c'", *p);
            return;
        }
}

/* Direct calls into the runtimes, by the sanitizer of the build. */
static const struct {
    const char *sanitizer, *runtime;
    long least, most;
} limits[] = {
    {"address", "asan", 1000, 1L << 40},
    {"address", "ubsan", 0, 200},
    {"address", "msan", 0, 3},
    {"undefined", "asan", 0, 0},
    {"undefined", "msan", 0, 3},
    {"memory", "asan", 0, 0},
    {"undefined", "ubsan", 168, 1 << 30},
    {"memory", "ubsan", 0, 200},
    {"memory", "msan", 1000, 1L << 40},
};

static bool is_of_every_system(const char *library) {
    static const char *const names[] = {"libc.so.",  "libm.so.",      "libpthread.so.",
                                        "libdl.so.", "librt.so.",     "libresolv.so.",
                                        "ld-linux",  "libgcc_s.so.1", "linux-vdso"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(library, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static void check_binary(const struct target *it) {
    char *path = file_of(it, ""), *bytes = NULL;
    struct seam_binary binary = {NULL, 0};
    if (seam_file_read(path, SEAM_FILE_MAX, &bytes, &binary.size))
        binary.bytes = (const uint8_t *)bytes;
    if (!seam_binary_is_ours(&binary)) {
        bad(it->name, "is not a program for this machine");
    } else {
        for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
            if (strcmp(limits[i].sanitizer, it->sanitizer) != 0)
                continue;
            long n = seam_binary_calls(&binary, limits[i].runtime);
            printf("%s: calls of __%s: %ld\n", it->name, limits[i].runtime, n);
            if (n < limits[i].least || n > limits[i].most)
                bad(it->name, "calls of __%s in a build with SANITIZER=%s: %ld", limits[i].runtime,
                    it->sanitizer, n);
        }
        const char *library;
        for (int i = 0; (library = seam_binary_needs(&binary, i)) != NULL; i++)
            if (!is_of_every_system(library))
                bad(it->name, "needs the shared library %s", library);
    }
    free(bytes);
    free(path);
}

/* --- running it ------------------------------------------------------------------------------- */

/* Run it as run_fuzzer does, in some directory, with more arguments (words, NULL-terminated); its
 * output is owned by the caller. */
static char *run(const struct target *it, const char *directory, const char *const *more,
                 int *status) {
    char *program = file_of(it, ""), *log = seam_format("%s/log", it->tmp), *output = NULL;
    const char *argv[32] = {program, "--", "-rss_limit_mb=2560", "-timeout=25"};
    size_t n = 4, size;
    while (*more != NULL && n < 31)
        argv[n++] = *more++;
    unsigned how = SEAM_CONFINED | SEAM_SANITIZED;
    const struct seam_process_place place = {directory, NULL, log, 60, how};
    *status = seam_process_run(argv, &place);
    if (!seam_file_read(log, SEAM_OUTPUT_MAX, &output, &size))
        output = seam_format("no output");
    free(log);
    free(program);
    return output;
}

static long number_after(const char *text, const char *words) {
    const char *found = strstr(text, words);
    return found != NULL ? strtol(found + strlen(words), NULL, 10) : -1;
}

/* It starts, is instrumented, and takes the options that stand beside it. */
static void check_start(const struct target *it, const char *directory,
                        const char *const *options) {
    const char *argv[16] = {"-seed=1337", "-runs=4"};
    for (int i = 0; options[i] != NULL; i++)
        argv[2 + i] = options[i];
    int status;
    char *output = run(it, directory, argv, &status);
    const char *edges = strstr(output, "INFO: Loaded ");
    if (status != 0 || strstr(output, "Done 4 runs") == NULL)
        bad(it->name, "status %d, and not 'Done 4 runs', but: %.200s", status, output);
    if (edges == NULL || number_after(edges, "): ") < 100)
        bad(it->name, "fewer than 100 edges are instrumented");
    if (strstr(output, "unrecognized flag") != NULL)
        bad(it->name, "has an option that libFuzzer does not know");
    free(output);
}

/* Every seed runs, and its processes find it again, which libFuzzer needs for a merge. */
static void check_seeds(const struct target *it) {
    char *zip = file_of(it, "_seed_corpus.zip"), *seeds = seam_format("%s/seeds", it->tmp);
    char *merged = seam_format("%s/merged", it->tmp);
    const char *error = NULL;
    int n = package_unzip(zip, seeds, &error), status;
    if (n < 1) {
        bad(it->name, "its seed corpus has no files: %s", error != NULL ? error : "it is empty");
    } else if (mkdir(merged, 0777) == 0) {
        char *all = run(it, it->elsewhere, (const char *const[]){"-runs=0", seeds, NULL}, &status);
        if (status != 0 || number_after(all, "INFO: seed corpus: files: ") != n)
            bad(it->name, "its seeds, %d in number, do not run: %.200s", n, all);
        free(all);
        all =
            run(it, it->elsewhere, (const char *const[]){"-merge=1", merged, seeds, NULL}, &status);
        if (status != 0)
            bad(it->name, "cannot merge its seeds: %.200s", all);
        free(all);
    }
    seam_remove_tree(seeds);
    seam_remove_tree(merged);
    free(merged);
    free(seeds);
    free(zip);
}

static void check_options(const struct target *it, struct package_options *options) {
    char *path = file_of(it, ".options");
    const char *error = package_read_options(path, options);
    if (error != NULL)
        bad(it->name, "its options: %s", error);
    const char *dict = package_option(options, "dict");
    char *named = seam_format("%s.dict", it->name), *beside = file_of(it, ".dict");
    if (dict == NULL || strcmp(dict, named) != 0 || access(beside, R_OK) != 0)
        bad(it->name, "has no dictionary, or its options name another");
    free(beside);
    free(named);
    free(path);
}

static void check_target(const struct target *it) {
    static struct package_options options;
    check_name(it);
    check_binary(it);
    check_options(it, &options);
    check_start(it, it->out, options.flags); /* as run_fuzzer does */
    check_start(it, it->elsewhere, (const char *const[]){NULL});
    check_seeds(it);
}

/* --- a directory ------------------------------------------------------------------------------ */

/* A target is an executable with these bytes in it, ELF or a script. */
static bool is_target(const char *path) {
    struct stat status;
    char *bytes;
    size_t size;
    if (stat(path, &status) != 0 || (status.st_mode & 0111) == 0 ||
        !seam_file_read(path, SEAM_FILE_MAX, &bytes, &size))
        return false;
    const struct seam_binary it = {(const uint8_t *)bytes, size};
    bool is = seam_binary_contains(&it, "LLVMFuzzerTestOneInput");
    free(bytes);
    return is;
}

static bool is_empty(const char *directory) {
    char **files = seam_file_list(directory, "");
    bool is = files[0] == NULL;
    seam_file_list_free(files);
    return is;
}

/* Check all targets that are there; how many there are. */
static int check_directory(const char *out, const char *sanitizer, const char *work) {
    char *elsewhere = seam_format("%s/elsewhere", work), *tmp = seam_format("%s/tmp", work);
    bool ok = mkdir(elsewhere, 0777) == 0 && mkdir(tmp, 0777) == 0 && chmod(elsewhere, 0555) == 0;
    int n = 0;
    uint64_t before = package_hash(out);
    setenv("TMPDIR", tmp, 1);
    char **files = seam_file_list(out, "");
    for (int i = 0; ok && files[i] != NULL; i++)
        if (is_target(files[i])) {
            const char *name = seam_base_name(files[i]);
            check_target(&(struct target){out, name, sanitizer, elsewhere, tmp});
            n++;
        }
    if (!ok || package_hash(out) != before || !is_empty(elsewhere))
        bad(out, "a target wrote into it, or into the working directory");
    seam_file_list_free(files);
    seam_remove_tree(elsewhere);
    seam_remove_tree(tmp);
    free(tmp);
    free(elsewhere);
    return n;
}

/* Copy what stands in a directory and begins with `prefix`; read-only, as it will be found. */
static bool move(const char *from, const char *prefix, const char *to) {
    bool ok = true;
    char **files = seam_file_list(from, "");
    for (int i = 0; ok && files[i] != NULL; i++) {
        char *text, *path = seam_format("%s/%s", to, seam_base_name(files[i]));
        size_t size;
        struct stat status;
        if (strncmp(seam_base_name(files[i]), prefix, strlen(prefix)) != 0)
            ok = true;
        else if (stat(files[i], &status) != 0 ||
                 !seam_file_read(files[i], SEAM_FILE_MAX, &text, &size))
            ok = false;
        else {
            ok = seam_file_write(path, text, size) && chmod(path, status.st_mode & 0555) == 0;
            free(text);
        }
        free(path);
    }
    seam_file_list_free(files);
    return ok;
}

/* --- what must be noticed --------------------------------------------------------------------- */

static void check_flags(const struct target *it) {
    static struct package_options options;
    check_options(it, &options);
    check_start(it, it->out, options.flags);
}

#define SCRIPT "#!/bin/sh\n# LLVMFuzzerTestOneInput\n"

static const struct damage {
    void (*check)(const struct target *it);
    const char *said;   /* what must be said of it */
    const char *remove; /* a file that is not there, by its suffix; NULL: none */
    const char *write;  /* one that has other content */
    const char *content;
} damages[] = {
    {check_flags, "has no dictionary", ".dict", NULL, NULL},
    {check_flags, "has no dictionary", NULL, ".options", "[libfuzzer]\ndict = other.dict\n"},
    {check_flags, "a section that", NULL, ".options", "[other]\ndict = managed.dict\n"},
    {check_flags, "a line that", NULL, ".options", "dict = managed.dict\n"},
    {check_flags, "an option that", NULL, ".options", "[libfuzzer]\nmax_length = 1\n"},
    {check_flags, "there are none", ".options", NULL, NULL},
    {check_flags, "Done 4 runs", NULL, ".dict", "no dictionary\n"},
    {check_flags, "Done 4 runs", NULL, "", SCRIPT},
    {check_flags, "fewer than 100 edges", NULL, "", SCRIPT "echo Done 4 runs\n"},
    {check_binary, "not a program for this machine", NULL, "", SCRIPT},
    {check_seeds, "it cannot be read", "_seed_corpus.zip", NULL, NULL},
    {check_seeds, "it is not an archive", NULL, "_seed_corpus.zip", "PK\3\4 and so on"},
    {check_seeds, "do not run", NULL, "", SCRIPT},
};

static void a_damage_is_noticed(const char *out, const char *work, const struct damage *damage) {
    char *copy = seam_format("%s/damaged", work), *tmp = seam_format("%s/tmp", work);
    const struct target it = {copy, "managed", "address", out, tmp};
    expect_true(mkdir(copy, 0777) == 0 && mkdir(tmp, 0777) == 0 && move(out, it.name, copy));
    char *removed = file_of(&it, damage->remove != NULL ? damage->remove : "?");
    char *written = file_of(&it, damage->write != NULL ? damage->write : "?");
    if (damage->remove != NULL)
        expect_int(unlink(removed), 0);
    if (damage->write != NULL)
        expect_true(seam_file_write(written, damage->content, strlen(damage->content)) &&
                    chmod(written, 0755) == 0);
    complaints[0] = '\0';
    damage->check(&it);
    expect_contains(complaints, damage->said);
    seam_remove_tree(copy);
    seam_remove_tree(tmp);
    free(written);
    free(removed);
    free(tmp);
    free(copy);
}

static void another_sanitizer_is_noticed(const char *out) {
    const struct target it = {out, "managed", "undefined", out, out};
    complaints[0] = '\0';
    check_binary(&it);
    expect_contains(complaints, "calls of __asan in a build with SANITIZER=undefined");
}

static void a_bad_name_is_noticed(const char *out) {
    complaints[0] = '\0';
    check_name(&(struct target){out, "managed.fuzzer", "address", out, out});
    expect_contains(complaints, "the name has a '.'");
}

/* --- the sources ------------------------------------------------------------------------------ */

static int braces(const char *line) {
    int n = 0;
    for (; *line != '\0'; line++)
        n += (*line == '{') - (*line == '}');
    return n;
}

/* Other engines do not know -1, and a fuzzer runs on other processors than it was built on. */
static void a_source_is_for_all_engines_and_processors(const char *path) {
    char *text, *saved = NULL;
    size_t size;
    int depth = 0; /* of braces, in a target's function */
    expect_true(seam_file_read(path, SEAM_TEXT_FILE_MAX, &text, &size));
    if (text == NULL)
        return;
    expect_true(strstr(text, "-march"
                             "=") == NULL);
    for (char *line = strtok_r(text, "\n", &saved); line != NULL;
         line = strtok_r(NULL, "\n", &saved)) {
        if (depth > 0 || strstr(line, "int LLVMFuzzerTestOneInput(") != NULL)
            depth += braces(line);
        if (depth > 0 && strstr(line, "return ") != NULL)
            expect_contains(line, "return 0;");
    }
    free(text);
}

/* As base-runner sets them. */
static void set_environment(void) {
    setenv("ASAN_OPTIONS",
           "alloc_dealloc_mismatch=0:allocator_may_return_null=1:detect_container_overflow=1:"
           "detect_leaks=1:detect_odr_violation=0:detect_stack_use_after_return=1:"
           "fast_unwind_on_fatal=0:handle_abort=1:handle_segv=1:handle_sigill=1:"
           "max_uar_stack_size_log=16:print_scariness=1:quarantine_size_mb=10:strict_memcmp=1:"
           "symbolize=1:use_sigaltstack=1:dedup_token_length=3",
           1);
    setenv("MSAN_OPTIONS", "print_stats=1:symbolize=1:dedup_token_length=3", 1);
    setenv("UBSAN_OPTIONS", "print_stacktrace=1:silence_unsigned_overflow=1:symbolize=1", 1);
    unsetenv("OUT");
}

int main(int argc, char **argv) {
    enum { TARGETS = 5 };
    static const struct seam_sandbox_options sandbox;
    struct seam_workspace work;
    const char *given = getenv("TEST_TMPDIR");
    int i = 2;
    if (argc < 3 || !seam_workspace_open(&work, given != NULL ? given : "/tmp", "oss-fuzz-test") ||
        !seam_sandbox_open(&sandbox))
        return 2;
    set_environment();
    char *moved = seam_format("%s/moved", work.path);
    expect_int(mkdir(moved, 0777), 0);
    for (; i < argc && strcmp(argv[i], "--") != 0; i++)
        expect_true(move(argv[i], "", moved));
    expect_int(chmod(moved, 0555), 0);
    expect_int(check_directory(moved, argv[1], work.path), TARGETS);
    fputs(complaints, stderr);
    expect_int(n_complaints, 0);
    for (i++; i < argc; i++)
        a_source_is_for_all_engines_and_processors(argv[i]);
    if (strcmp(argv[1], "address") == 0) {
        for (size_t d = 0; d < sizeof damages / sizeof *damages; d++)
            a_damage_is_noticed(moved, work.path, &damages[d]);
        another_sanitizer_is_noticed(moved);
        a_bad_name_is_noticed(moved);
    }
    free(moved);
    seam_workspace_close(&work);
    return expect_status();
}
