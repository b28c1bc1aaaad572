/* Which hostile cases there are: products of verbs with files, names, values, places, signals and
 * Go commands. To add one: a row in a table here or in places.c. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile/case.h"
#include "hostile/places.h"

struct user {
    void (*use)(void *context, const struct hostile_case *it);
    void *context;
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void give(const struct user *user, struct hostile_case it) { user->use(user->context, &it); }

/* Words of a row, as those of a case. */
static struct hostile_case case_of(const char *family, const char *const words[HOSTILE_WORDS]) {
    struct hostile_case it = {.family = family};
    memcpy(it.words, words, sizeof it.words);
    return it;
}

#define GO "--go=../go"
#define SCENARIO "g0 = go_new data\nc0 = malloc clean\nstore c0[0] = g0\nfree c0\n"

/* --- files ------------------------------------------------------------------------------------ */

#define BYTES(what, text)                                                                          \
    { what, HOSTILE_FILE, text, sizeof text - 1 }

static const struct hostile_file files[] = {
    BYTES("empty", ""),
    BYTES("one NUL", "\0"),
    BYTES("NUL bytes", "g0 = go_new data\0\0\0\ngc\n"),
    BYTES("with CRLF", "g0 = go_new data\r\ngc\r\n"),
    BYTES("with CR", "g0 = go_new data\rgc\r"),
    BYTES("with a BOM", "\xef\xbb\xbfg0 = go_new data\n"),
    BYTES("UTF-16", "\xff\xfeg\0c\0\n\0"),
    BYTES("without its last newline", "gc"),
    BYTES("newlines", "\n\n\n\n"),
    BYTES("blanks", "   \t  \t\n"),
    BYTES("comments", "# gc\n#\n"),
    BYTES("not ASCII", "g0 = go_new d\xc3\xa4ta\n"),
    BYTES("broken UTF-8", "gc\xc3\n\xff\xff\n"),
    BYTES("escapes", "gc \x1b[31m\x07\n"),
    BYTES("formats", "%s%s%n%n %d\n%%\n"),
    BYTES("numbers too large", "g99999999999999999999 = go_new data\n"),
    BYTES("negative numbers", "g-1 = go_new data\ngc\n"),
    BYTES("an unknown operation", "g0 = go_nwe data\n"),
    BYTES("an unknown release", "go 1.999\ngc\n"),
    BYTES("an old release", "go 1.2\ngc\n"),
    BYTES("an ELF header", "\x7f"
                           "ELF\x02\x01\x01"),
    BYTES("a shell script", "#!/bin/sh\nrm -rf /\n"),
    BYTES("JSON", "{\"file\":\"s\",\"broken\":[]}\n"),
    BYTES("a point", "1f2e3d4c5b6a7988.1.enter\n"),
    BYTES("an id without a reason", "27ecc27c\n"),
    BYTES("a row of a table", "a heap 1.27 fails in 30 collections\n"),
    BYTES("a table's row without its end", "a heap 1.\n"),
    BYTES("a scenario", SCENARIO),
    {"a directory", HOSTILE_DIRECTORY, NULL, 0},
    {"a pipe", HOSTILE_PIPE, "gc\n", 3},
    {"3 GiB", HOSTILE_HUGE, "", 0},
    {"a link to nothing", HOSTILE_LINK, "no/such/file", 0},
    {"a link to itself", HOSTILE_LINK, "f.seam", 0},
    {"an endless device", HOSTILE_LINK, "/dev/zero", 0},
    {"a full device", HOSTILE_LINK, "/dev/full", 0},
    {"no bytes at all", HOSTILE_LINK, "/dev/null", 0},
    {"memory of a process", HOSTILE_LINK, "/proc/self/mem", 0},
};

static const struct hostile_file good = BYTES("a scenario", SCENARIO);

static const char *const readers[][HOSTILE_WORDS] = {
    {"print", "{}"},
    {"encode", "{}", "-o", "out"},
    {"replay", "{}"},
    {"replay", "--json", "{}"},
    {"replay", "--expect", "{}"},
    {"replay", "--model=go1.19", "{}"},
    {"replay", "--go=../go", "--flavor=plain", "{}"},
    {"shrink", "{}"},
    {"shrink", "{}", "-o", "out"},
    {"verify", "{}"},
    {"verify", "--traces", "{}"},
    {"audit", GO, "--suppress={}", "."},
    {"audit", GO, "--schedule=file:{}", "."},
    {"audit", GO, "{}"},
    {"programs", GO, "--expected={}"},
    {"advice", GO, "--expected={}"},
    {"stress", "--runs=20", "--corpus={}"},
    {"executor", GO, "-o", "{}"},
};

static const char *const names[] = {
    "a b.seam",    "it's.seam", "say \"x\".seam", "line\nbreak.seam", "[ab]*?.seam",
    "$HOME.seam",  "%s%n.seam", "\x1b[31m.seam",  "\xff.seam",        ".seam",
    "a;b|c&.seam", "plain",     "./-x.seam",      "\xc3\xa4.seam"};

static void give_files(const struct user *user) {
    for (size_t r = 0; r < COUNT(readers); r++) {
        struct hostile_case it = case_of("files", readers[r]);
        it.name = "f.seam";
        for (size_t f = 0; f < COUNT(files); f++) {
            it.file = &files[f];
            give(user, it);
        }
        it = case_of("names", readers[r]);
        it.file = &good;
        for (size_t n = 0; n < COUNT(names); n++) {
            it.name = names[n];
            give(user, it);
        }
    }
}

static void give_truncated(const struct user *user) {
    enum { STEP = 3 };
    static struct hostile_file parts[sizeof SCENARIO];
    for (size_t r = 0; r < 3; r += 2)
        for (size_t size = 0; size < sizeof SCENARIO; size += STEP) {
            struct hostile_case it = case_of("truncated", readers[r]);
            parts[size] = (struct hostile_file){"truncated", HOSTILE_FILE, SCENARIO, size};
            it.file = &parts[size];
            it.name = "f.seam";
            give(user, it);
        }
}

/* --- options ---------------------------------------------------------------------------------- */

static const char *const verbs[] = {
#define VERB(name, arguments, doc, options) #name,
#include "verbs/verbs.def"
#undef VERB
};

static const char *const texts[] = {
#define VERB(name, arguments, doc, options) options,
#include "verbs/verbs.def"
#undef VERB
};

static const char *const values[] = {"",    "-1",   "zz", "99999999999999999999", "0x10", " 1",
                                     "1.5", "%s%n", "\n", "no-such-thing"};

/* What takes a number refuses everything else. */
static bool is_number(const char *value) { return value[0] == 'N' || value[0] == 'S'; }

static struct hostile_case with_value(const char *verb, const char *at, size_t name,
                                      const char *value) {
    bool has_go = strncmp(at, "--go", 4) == 0 || strcmp(verb, "stress") == 0 ||
                  strcmp(verb, "replay") == 0 || strcmp(verb, "shrink") == 0 ||
                  strcmp(verb, "verify") == 0;
    static char pool[1 << 15], *next = pool; /* the words stay */
    char *option = next;
    next += snprintf(next, (size_t)(pool + sizeof pool - next), "%.*s%s", (int)name, at, value) + 1;
    const char *const words[HOSTILE_WORDS] = {verb, option, has_go ? NULL : GO};
    struct hostile_case it = case_of("options", words);
    int n = has_go ? 2 : 3;
    if (strcmp(verb, "audit") == 0)
        it.words[n] = ".";
    if (strcmp(verb, "executor") == 0 && strncmp(at, "--go", 4) != 0)
        it.words[n] = "-o", it.words[n + 1] = "x";
    if (strcmp(verb, "stress") == 0 && strncmp(at, "--runs", 6) != 0)
        it.words[n] = "--runs=5";
    if (strcmp(verb, "replay") == 0 || strcmp(verb, "shrink") == 0 || strcmp(verb, "verify") == 0) {
        it.words[n] = "{}";
        it.file = &good;
        it.name = "f.seam";
    }
    return it;
}

static void give_options(const struct user *user) {
    for (size_t v = 0; v < COUNT(verbs); v++)
        for (const char *at = texts[v]; (at = strstr(at, "  --")) != NULL; at += 2) {
            size_t name = 2 + strcspn(at + 2, "= [");
            if (at[name] != '=')
                continue;
            for (size_t i = 0; i < COUNT(values); i++) {
                struct hostile_case it = with_value(verbs[v], at + 2, name - 1, values[i]);
                it.is_bad = is_number(at + name + 1) && at[name + 2] == ' ';
                give(user, it);
            }
        }
}

static const char *const wrong[][HOSTILE_WORDS] = {
    {NULL},
    {""},
    {"\n"},
    {"re\nplay"},
    {"\x1b[31m"},
    {"%s%n"},
    {"-"},
    {"--"},
    {"--verison"},
    {"-x"},
    {"REPLAY"},
    {"replay"},
    {"replay", "--"},
    {"replay", "--go-minor=x", "f"},
    {"replay", "--flavor=plane", "f"},
    {"replay", "--executor=x", "f"},
    {"replay", "no such file"},
    {"replay", "-"},
    {"shrink"},
    {"shrink", "a", "b"},
    {"shrink", "no such file", "-o", "out"},
    {"print"},
    {"print", "a", "b"},
    {"print", "--jsn", "a"},
    {"encode", "a"},
    {"encode", "a", "-o"},
    {"encode", "-o", "a"},
    {"ops", "storre"},
    {"ops", "\n"},
    {"rules", "duble-free"},
    {"rules", ""},
    {"rules", "PTR-999"},
    {"stress", "extra"},
    {"stress", "--corpus=no/such"},
    {"stress", "--exhaustive=0"},
    {"stress", "--family=x", "--exhaustive=1"},
    {"stress", "--model=go2.0"},
    {"matrix", "extra"},
    {"matrix", "--executor=x"},
    {"matrix", "--executor=19,plain,no/such"},
    {"matrix", "--flavor="},
    {"verify"},
    {"verify", "no such file"},
    {"advice", "no such claim", GO},
    {"programs", "no-such-rule", GO},
    {"seeds"},
    {"seeds", "-o", ""},
    {"seeds", "-o", "/proc/x"},
    {"seeds", "-o", "/etc/passwd"},
    {"seeds", "-o", "/dev/null"},
    {"dict", "extra"},
    {"executor", GO},
    {"executor", GO, "-o", ""},
    {"executor", GO, "-o", "."},
    {"executor", GO, "-o", "/"},
    {"executor", GO, "-o", "no/such/x"},
    {"audit"},
    {"audit", "--go=no/such", "."},
    {"audit", GO, "--schedule=sites:-1", "."},
    {"audit", GO, "--schedule=nth:0", "."},
    {"audit", GO, "--schedule=random:0:1", "."},
    {"audit", GO, "--schedule=sites:4294967296", "."},
    {"audit", GO, "--at=", "."},
    {"audit", GO, "--at=1.2.entr", "."},
    {"audit", GO, "--flavor=msan", "."},
    {"cc"},
    {"cc", "no-such-compiler", "-c", "x.c"},
};

static void give_wrong(const struct user *user) {
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct hostile_case it = case_of("wrong", wrong[i]);
        it.is_bad = true;
        give(user, it);
    }
}

/* --- places ----------------------------------------------------------------------------------- */

static const char *const workers[][HOSTILE_WORDS] = {
    {"--help"},
    {"ops"},
    {"rules"},
    {"dict"},
    {"seeds", "-o", "seeds"},
    {"encode", "{}", "-o", "out"},
    {"replay", "{}"},
    {"verify", "{}"},
    {"stress", "--runs=200", "--jobs=2"},
    {"audit", GO, "."},
    {"executor", GO, "-o", "executor"},
    {"replay", GO, "--flavor=plain", "{}"},
    {"programs", GO},
};

static void give_places(const struct user *user) {
    for (size_t w = 0; w < COUNT(workers); w++)
        for (int p = 0; p < hostile_places_n; p++) {
            struct hostile_case it = case_of("places", workers[w]);
            it.file = &good;
            it.name = "f.seam";
            it.place = &hostile_places[p];
            give(user, it);
        }
}

/* --- signals ---------------------------------------------------------------------------------- */

static const struct hostile_go hanging = {"hangs", "exec sleep 300\n"};

static const char *const long_ones[][HOSTILE_WORDS] = {
    {"stress", "--runs=1000000000", "--jobs=2"},
    {"stress", "--exhaustive=4", "--jobs=2"},
    {"audit", GO, "."},
    {"executor", GO, "-o", "executor"},
    {"matrix", GO, "--out=o", "--state=s"},
    {"programs", GO},
    {"replay", GO, "{}"},
};

static void give_signals(const struct user *user) {
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGKILL};
    static const int moments[] = {1, 20, 100, 400};
    for (size_t w = 0; w < COUNT(long_ones); w++)
        for (size_t s = 0; s < COUNT(signals); s++)
            for (size_t m = 0; m < COUNT(moments); m++) {
                struct hostile_case it = case_of("signals", long_ones[w]);
                it.file = &good;
                it.name = "f.seam";
                it.go = &hanging;
                it.signal = signals[s];
                it.after = moments[m];
                give(user, it);
            }
}

/* --- Go --------------------------------------------------------------------------------------- */

static const struct hostile_go gos[] = {
    {"is a directory", NULL},
    {"fails", "exit 1\n"},
    {"says nothing", "exit 0\n"},
    {"is killed", "kill -9 $$\n"},
    {"says nonsense", "head -c 5000 /dev/urandom\n"},
    {"says it endlessly", "exec yes\n"},
    {"is of an old release", "echo ROOT; echo go1.5\n"},
    {"is of no release", "echo ROOT; echo devel\n"},
    {"has a root with a newline", "printf 'a\\nb\\ngo1.27\\n'\n"},
    {"has a long version", "echo ROOT; printf 'go1.27%05000d' 0\n"},
    {"has no root", "echo /no/such/root; echo go1.27.4\n"},
    {"is not a script", "\x7f"
                        "ELF\n"},
};

static const struct hostile_go slow_gos[] = {
    {"hangs", "exec sleep 300\n"},
    {"leaves a child that holds its output", "sleep 300 &\necho ROOT; echo go1.27.4\n"},
};

static const char *const askers[][HOSTILE_WORDS] = {
    {"audit", GO, "."},
    {"audit", GO, "--list", "."},
    {"executor", GO, "-o", "executor"},
    {"replay", GO, "--flavor=plain", "{}"},
    {"stress", GO, "--runs=5"},
    {"matrix", GO, "--runs=5"},
    {"programs", GO},
    {"advice", GO},
};

static void give_gos(const struct user *user) {
    for (size_t a = 0; a < COUNT(askers); a++) {
        struct hostile_case it = case_of("go", askers[a]);
        it.file = &good;
        it.name = "f.seam";
        it.is_bad = true;
        for (size_t g = 0; g < COUNT(gos); g++) {
            it.go = &gos[g];
            give(user, it);
        }
        it.is_slow = true;
        for (size_t g = 0; g < COUNT(slow_gos) && a % 3 == 0; g++) {
            it.go = &slow_gos[g];
            give(user, it);
        }
    }
}

void hostile_cases(void (*use)(void *context, const struct hostile_case *it), void *context) {
    const struct user user = {use, context};
    give_files(&user);
    give_truncated(&user);
    give_options(&user);
    give_wrong(&user);
    give_places(&user);
    give_signals(&user);
    give_gos(&user);
}
