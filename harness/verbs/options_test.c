/* Promise: an option that cannot be meant is refused with one line and status 2, whatever verb it
 * is given to: numbers are numbers, values are not empty, two values do not contradict each other,
 * and what comes from outside is printed visibly.
 *
 * Not here: options that only one verb has a meaning for (that verb's test).
 *
 * Arguments: seam. */
#define _GNU_SOURCE
#include "verbs/cli_expect.h"

/* What is wrong, and the line it gets after "seam: ". */
struct wrong {
    const char *words[4], *line;
};

static void expect_all_refused(const struct wrong *wrongs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const char *const *w = wrongs[i].words;
        char line[512];
        snprintf(line, sizeof line, "seam: %s\n", wrongs[i].line);
        run(NULL, (const char *const[]){"seam", w[0], w[1], w[2], w[3], NULL});
        expect_refused(line);
    }
}

#define REFUSED(wrongs) expect_all_refused(wrongs, sizeof(wrongs) / sizeof *(wrongs))

static void numbers_are_numbers(void) {
    static const struct wrong wrongs[] = {
        {{"audit", "--timeout=zz", "."}, "--timeout needs a number, not 'zz'"},
        {{"audit", "--timeout=1x", "."}, "--timeout needs a number, not '1x'"},
        {{"audit", "--timeout=-1", "."}, "--timeout needs a number, not '-1'"},
        {{"audit", "--timeout=+1", "."}, "--timeout needs a number, not '+1'"},
        {{"audit", "--timeout= 1", "."}, "--timeout needs a number, not ' 1'"},
        {{"audit", "--timeout=0x10", "."}, "--timeout needs a number, not '0x10'"},
        {{"audit", "--timeout=1\n", "."}, "--timeout needs a number, not '1\\n'"},
        {{"audit", "--timeout=0", "."}, "--timeout is from 1 to 2147483647"},
        {{"audit", "--timeout=2147483648", "."}, "--timeout is from 1 to 2147483647"},
        {{"audit", "--replays=0", "."}, "--replays is from 1 to 1000000"},
        {{"audit", "--shrink=deep", "."}, "--shrink must be quick or thorough, not 'deep'"},
        {{"audit", "--schedules=1000001", "."}, "--schedules is from 0 to 1000000"},
        {{"audit", "--replays=4294967297", "."}, "--replays is from 1 to 1000000"},
        {{"audit", "--jobs=0", "."}, "--jobs is from 1 to 64"},
        {{"stress", "--runs=0"}, "--runs must be at least 1"},
        {{"matrix", "--runs=0"}, "--runs must be at least 1"},
        {{"stress", "--seed=9223372036854775808"},
         "--seed needs a number, not '9223372036854775808'"},
        {{"stress", "--exhaustive=0"}, "--exhaustive is from 1 to 16"},
        {{"stress", "--exhaustive=4294967297"}, "--exhaustive is from 1 to 16"},
        {{"stress", "--model=go1.+9"}, "--model must be go1.19 to go1.27, not 'go1.+9'"},
        {{"stress", "--model=go1. 9"}, "--model must be go1.19 to go1.27, not 'go1. 9'"},
        {{"stress", "--model=go1.2 "}, "--model must be go1.19 to go1.27, not 'go1.2 '"},
        {{"matrix", "--executor=-1,asan,x"},
         "--executor needs MINOR,FLAVOR,FILE, such as 27,asan,./executor, not '-1,asan,x'"},
    };
    REFUSED(wrongs);
}

#define SCHEDULES "every, sites:K, nth:N, random:N:SEED or file:PATH"
#define NOT_ONE(word)                                                                              \
    "--schedule: '" word "' is not one of " SCHEDULES ", where K and N are from 1 on"

static void schedules_and_points_are_read_to_their_end(void) {
    static const struct wrong wrongs[] = {
        {{"audit", "--schedule=sites:-1", "."}, NOT_ONE("sites:-1")},
        {{"audit", "--schedule=sites:0", "."}, NOT_ONE("sites:0")},
        {{"audit", "--schedule=sites:", "."}, NOT_ONE("sites:")},
        {{"audit", "--schedule=sites: 1", "."}, NOT_ONE("sites: 1")},
        {{"audit", "--schedule=sites:4294967296", "."}, NOT_ONE("sites:4294967296")},
        {{"audit", "--schedule=sites:1:2", "."}, NOT_ONE("sites:1:2")},
        {{"audit", "--schedule=every:2", "."}, NOT_ONE("every:2")},
        {{"audit", "--schedule=nth", "."}, NOT_ONE("nth")},
        {{"audit", "--schedule=nth:0", "."}, NOT_ONE("nth:0")},
        {{"audit", "--schedule=nth:2x", "."}, NOT_ONE("nth:2x")},
        {{"audit", "--schedule=random:0:x", "."}, NOT_ONE("random:0:x")},
        {{"audit", "--schedule=random:2:x", "."}, NOT_ONE("random:2:x")},
        {{"audit", "--schedule=random:2:", "."}, NOT_ONE("random:2:")},
        {{"audit", "--schedule=random:2:1:1", "."}, NOT_ONE("random:2:1:1")},
        {{"audit", "--schedule=random:2:18446744073709551616", "."},
         NOT_ONE("random:2:18446744073709551616")},
        {{"audit", "--schedule=evry", "."},
         "unknown schedule 'evry'; did you mean every? Choose " SCHEDULES},
        {{"audit", "--schedule=randm:2", "."},
         "unknown schedule 'randm:2'; did you mean random? Choose " SCHEDULES},
        {{"audit", "--schedule=file:", "."}, NOT_ONE("file:")},
        {{"audit", "--at=,", "."}, "--at: '' is not a point; copy one from a report"},
        {{"audit", "--at=-1.1.move", "."},
         "--at: '-1.1.move' is not a point; copy one from a report"},
        {{"audit", "--at=1.-1.move", "."},
         "--at: '1.-1.move' is not a point; copy one from a report"},
        {{"audit", "--at=1.1.moved", "."},
         "--at: '1.1.moved' is not a point; copy one from a report"},
        {{"audit", "--at=12345678901234567.1.move", "."},
         "--at: '12345678901234567.1.move' is not a point; copy one from a report"},
    };
    REFUSED(wrongs);
}

static void values_are_not_empty(void) {
    static const struct wrong wrongs[] = {
        {{"audit", "--schedule=", "."}, "audit: --schedule= needs a value"},
        {{"audit", "--timeout=", "."}, "audit: --timeout= needs a value"},
        {{"audit", ".", "--test"}, "audit: --test needs a value"},
        {{"replay", "--go=", "x"}, "replay: --go= needs a value"},
        {{"audit", "--json=x", "."}, "audit: --json=x does not take a value"},
        {{"encode", "x", "-o", ""}, "encode: -o needs a value"},
    };
    REFUSED(wrongs);
}

static void options_do_not_contradict_each_other(void) {
    static const struct wrong wrongs[] = {
        {{"audit", "--at=1.1.move", "--schedule=every", "."},
         "audit: --at and --schedule contradict each other; give one of them"},
        {{"audit", "--run", "--test=TestA", "."},
         "audit: --run and --test contradict each other; give one of them"},
    };
    REFUSED(wrongs);
}

/* So that the caller of a script can change what the script gives. */
static void the_last_value_counts(void) {
    static const struct wrong wrongs[] = {
        {{"stress", "--runs=10", "--runs=x"}, "--runs needs a number, not 'x'"},
        {{"stress", "--corpus=.", "--corpus=no/such", "--jobs=1"},
         "--corpus=no/such: no scenario (*.seam) there; name a directory with some"},
        {{"stress", "--out=/", "--out=no/such", "--runs=1"},
         "--out=no/such: no such directory; make it first"},
    };
    REFUSED(wrongs);
    seam("stress", "--runs=x", "--runs=10", "--jobs=1");
    expect_int(status, 0);
}

static void what_is_wrong_is_printed_visibly(void) {
    static const struct wrong wrongs[] = {
        {{"re\nplay"}, "unknown verb 're\\nplay'; did you mean replay? See seam --help"},
        {{"\033[2Jreplay"}, "unknown verb '\\x1b[2Jreplay'; did you mean replay? See seam --help"},
        {{"replay", "--js\r\non", "x"},
         "replay has no option --js\\x0d\\non; did you mean --json? See seam replay --help"},
        {{"ops", "sto\tre"}, "no operation or rule mentions 'sto\\tre'; did you mean store?"},
        {{"audit", "--flavor=a\033]0;x\007", "."},
         "unknown flavor 'a\\x1b]0;x\\x07'; choose plain, cgocheck2, asan or race"},
        {{"replay", "no\nfile"},
         "no\\nfile: No such file or directory; name a scenario file, text "
         "or bytes"},
        {{"stress", "--out=\xff", "--runs=1"}, "--out=\\xff: no such directory; make it first"},
    };
    REFUSED(wrongs);
}

int main(int argc, char **argv) {
    cli_open(argc, argv);
    PROMISE(numbers_are_numbers);
    PROMISE(schedules_and_points_are_read_to_their_end);
    PROMISE(values_are_not_empty);
    PROMISE(options_do_not_contradict_each_other);
    PROMISE(the_last_value_counts);
    PROMISE(what_is_wrong_is_printed_visibly);
    return cli_close();
}
