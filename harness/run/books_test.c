/* Promise: what a reader is shown of the witnesses' books is what is in them. Oracle and model say
 * the same about who owns, holds and pins what, after every step of every scenario here; to look
 * changes nothing; and the oracle is said to ask about just the rules that a fact can break. */
#include "base/expect.h"
#include "generate/corpus.h"
#include "generate/mutate.h"
#include "generate/random.h"
#include "language/text.h"
#include "model/model.h"
#include "oracle/fact.h"
#include "oracle/observe.h"
#include "oracle/oracle.h"
#include "run/observe.h"

enum { RANDOM_SCENARIOS = 10000, MUTANTS = 6 /* of each scenario of the corpus */ };

static struct seam_case it;
static struct seam_books oracle, model;
static bool broke[SEAM_FACTS][SEAM_RULES];

static void print_scenario(const char *what) {
    static char text[SEAM_TEXT_MAX];
    seam_text_print(&it.scenario, text);
    fprintf(stderr, "%s:\n%s\n", what, text);
    expect_text(what, "");
}

/* --- the two agree ---------------------------------------------------------------------------- */

/* An address that the library lent twice has one name in the model, and two in the oracle. */
static uint32_t canonical(const struct seam_state *state, const struct seam_state_item *item) {
    if (seam_state_rows[item->row].value != SEAM_VALUE_OBJECT || item->value >= SEAM_STATE_DIRTY)
        return item->value;
    const struct seam_state_item *lent =
        seam_state_find(state, SEAM_STATE_borrowed, (int)item->value);
    return lent != NULL ? 0x1000 + lent->value : item->value;
}

/* Only the model has stacks. */
static int next_common(const struct seam_state *state, int i) {
    while (i < state->n && state->items[i].row == SEAM_STATE_moved)
        i++;
    return i;
}

static bool is_same(const struct seam_state *a, const struct seam_state *b) {
    int i = 0, k = 0;
    for (;; i++, k++) {
        i = next_common(a, i);
        k = next_common(b, k);
        if (i == a->n || k == b->n)
            return i == a->n && k == b->n;
        if (a->items[i].row != b->items[k].row || a->items[i].subject != b->items[k].subject ||
            a->items[i].index != b->items[k].index ||
            canonical(a, &a->items[i]) != canonical(b, &b->items[k]))
            return false;
    }
}

/* Has the last step not been done to its end? */
static bool is_cut(void) {
    if (it.expected.n == 0)
        return false;
    const struct seam_event *last = &it.expected.events[it.expected.n - 1];
    return last->kind == SEAM_EVENT_broken && seam_rule_rows[last->what].fate == SEAM_FATE_ENDS;
}

static void expect_same_books(void) {
    char text[SEAM_STATE_TEXT], who[SEAM_STATE_TEXT];
    if (oracle.n != model.n)
        print_scenario("as many steps");
    for (int s = 0; s < oracle.n - is_cut(); s++) {
        if (is_same(&oracle.states[s], &model.states[s]))
            continue;
        for (int side = 0; side < 2; side++) {
            const struct seam_state *state = side == 0 ? &oracle.states[s] : &model.states[s];
            fprintf(stderr, "%s before step %d:\n", side == 0 ? "oracle" : "model", s + 1);
            for (int i = 0; i < state->n; i++)
                fprintf(stderr, "  %s: %s\n", seam_state_who(&state->items[i], who),
                        seam_state_text(&state->items[i], false, text));
        }
        print_scenario("the same books");
        return;
    }
}

/* --- the rules that are asked about ----------------------------------------------------------- */

static void expect_asked(void) {
    for (int i = 0; i < it.expected.n; i++) {
        const struct seam_event *event = &it.expected.events[i];
        struct seam_fact facts[SEAM_STEP_FACTS_MAX] = {{.kind = SEAM_FACT_end}};
        if (event->kind != SEAM_EVENT_broken)
            continue;
        if (!oracle.asked[event->step][event->what])
            print_scenario("a broken rule was asked about");
        int n = event->step < it.scenario.n_steps
                    ? seam_facts_of_step(&it.scenario, event->step, facts)
                    : 1;
        for (int k = 0; k < n; k++)
            broke[facts[k].kind][event->what] = true;
    }
}

static void expect_unchanged(void) {
    static struct seam_trace trace;
    seam_oracle_run(&it.scenario, &trace);
    expect_int(trace.n, it.expected.n);
    expect_int(memcmp(trace.events, it.expected.events, (size_t)trace.n * sizeof trace.events[0]),
               0);
    seam_model_run(&it.scenario, &trace);
    expect_int(trace.n, it.observed.n);
    expect_int(memcmp(trace.events, it.observed.events, (size_t)trace.n * sizeof trace.events[0]),
               0);
}

static void expect_books(void) {
    seam_observe(&it, &oracle, &model);
    expect_same_books();
    expect_asked();
}

static void they_agree_about_random_scenarios(void) {
    static const int releases[] = {0, 19, 21, 23, 24, 26};
    for (uint64_t i = 0; i < RANDOM_SCENARIOS && expect_failures == 0; i++) {
        seam_random_scenario(&it.scenario, 5, i, releases[i % (sizeof releases / sizeof(int))]);
        expect_books();
        if (i % 16 == 0)
            expect_unchanged();
    }
}

static void they_agree_about_the_corpus_and_its_mutants(void) {
    struct seam_corpus corpus;
    if (!seam_corpus_read("corpus", &corpus)) {
        expect_text("corpus", "read");
        return;
    }
    for (int i = 0; i < corpus.n && expect_failures == 0; i++) {
        uint8_t bytes[SEAM_BYTES_MAX];
        it.scenario = corpus.entries[i].scenario;
        expect_books();
        expect_unchanged();
        size_t size = seam_scenario_encode(&it.scenario, bytes);
        for (unsigned n = 0; n < MUTANTS && expect_failures == 0; n++) {
            size = seam_mutate(bytes, size, sizeof bytes, n * 1000 + (unsigned)i, "pot"[n % 3]);
            seam_scenario_decode(&it.scenario, bytes, size, 0);
            expect_books();
        }
    }
    seam_corpus_free(&corpus);
}

/* What the corpus does not do. */
static const char *const stories[] = {
    "c0 = lib_new\ntake c0\nc1 = lib_child c0\ng0 = go_new node\nlink_c g0[0] = c1\n"
    "lib_free c0\nclose g0\n",
    "c0 = mmap\nc1 = lib_child c0\ng0 = go_new node\nlink_c g0[0] = c1\nmunmap c0\n"
    "close g0\n",
    "c0 = mmap\ng0 = go_new node\nlink_c g0[0] = c0\nmunmap c0\nclose g0\n",
    "c0 = lib_new\ntake c0\nc1 = lib_child c0\nlib_free c0\nunref c1\n",
    "c0 = mmap\ng0 = go_new node\nlink_c g0[0] = c0\nmunmap c0\nuse_c g0[0]\n",
    "lock_thread\nc0 = lib_bound\ng0 = go_new node\nlink_c g0[0] = c0\nt1 = goroutine\n"
    "on t1\nuse_c g0[0]\n",
    "c0 = malloc clean\nc1 = malloc clean\nc2 = borrow c1\nstore_c c0[0] = c2\nfree c1\n"
    "c_follow c0[0]\n",
    "g0 = go_new node\ng1 = go_new data\nlink g0[0] = g1\np0 = pinner\npin p0 g0\n"
    "call_protected\nresult_as slice g0\nreturn\nunpin p0\n",
    "c0 = malloc clean\nc1 = borrow c0\ncall_c c1\nfree c0\nc_read c1\n",
    "c0 = mmap\ncall_c c0\nmunmap c0\nc_read c0\n",
    "lock_thread\nc0 = lib_bound\nt1 = goroutine\non t1\ncall_c c0\nc_read c0\nreturn\n",
    "c0 = malloc clean\ncall_c c0\nc_retain r0 = c0\nreturn\nfree c0\nc_use r0\n",
    "c0 = malloc clean\nc1 = borrow c0\ncall_c c1\nc_retain r0 = c1\nreturn\nfree c0\n"
    "c_use r0\n",
    "c0 = mmap\ncall_c c0\nc_retain r0 = c0\nreturn\nmunmap c0\nc_use r0\n",
    "lock_thread\nc0 = lib_bound\ncall_c c0\nc_retain r0 = c0\nreturn\nt1 = goroutine\n"
    "on t1\nc_use r0\n",
    "c0 = malloc clean\nc1 = borrow c0\nk0 = register_c c1\nfree c0\nfire k0\n",
    "c0 = malloc clean\nc1 = borrow c0\nk0 = register_c c1\nfree c0\nfire_other k0\n",
    "c0 = mmap\nk0 = register_c c0\nmunmap c0\nfire_other k0\n",
    "c0 = malloc clean\nk0 = register_c c0\nunregister k0\nfire_other k0\n",
    "c0 = mmap\nc1 = lib_child c0\ng0 = go_new data\nfinalizer g0 frees c1\nmunmap c0\ngc\n"
    "finalize 0\n",
    "c0 = malloc clean\nshare c0\ng0 = go_new data\nfinalizer g0 frees c0\ngc\nfinalize 0\n",
    "t1 = goroutine\non t1\ng0 = go_new data\ncall pointer g0\nc_retain r0 = g0\ngoexit\n",
    "c0 = mmap\nc1 = malloc clean\nstore_c c1[0] = c0\nmunmap c0\nc_follow c1[0]\n",
    "lock_thread\nc0 = lib_bound\nk0 = register_c c0\nt1 = goroutine\non t1\nfire k0\n",
    "c0 = mmap\nmunmap c0\nmunmap c0\n",
    "c0 = lib_new\ng0 = go_new node\nlink_c g0[0] = c0\nclose g0\n",
    "c0 = malloc clean\nshare c0\ng0 = go_new node\nlink_c g0[0] = c0\nclose g0\n",
    "c0 = malloc clean\ng0 = go_new node\nlink_c g0[0] = c0\ncall_c c0\nclose g0\n",
    "lock_thread\nc0 = lib_bound\ng0 = go_new node\nlink_c g0[0] = c0\nt1 = goroutine\n"
    "on t1\nclose g0\n",
    "c0 = mmap\nc1 = lib_child c0\nmunmap c0\nunref c1\n",
    "c0 = lib_new\ntake c0\ncall_c c0\nunref c0\n",
    "lock_thread\nc0 = lib_bound\nt1 = goroutine\non t1\nunref c0\n",
    "c0 = malloc clean\ng0 = go_new node\nlink_c g0[0] = c0\nfree c0\nuse_c g0[0]\n",
    "lock_thread\nc0 = lib_bound\nc1 = malloc clean\nstore_c c1[0] = c0\nt1 = goroutine\n"
    "on t1\nc_follow c1[0]\n",
    "g0 = go_new node\ng1 = go_new data\nlink g0[0] = g1\np0 = pinner\npin p0 g0\n"
    "call_protected\nresult g0\nresult_as interface g0\nreturn\nunpin p0\n",
    "g0 = global node\ncall_protected\nresult_as interface g0\n",
    "c0 = malloc clean\ncall_c c0\nfree c0\nc_read c0\n",
    "g0 = go_new data\nh0 = handle g0\ndelete h0\ndelete h0\n",
    "c0 = mmap\nk0 = register_c c0\nmunmap c0\nfire k0\n",
    "lock_thread\nc0 = lib_bound\nk0 = register_c c0\nt1 = goroutine\non t1\n"
    "fire_other k0\n",
    "g0 = global data\nc0 = malloc clean\ncleanup g0 frees c0\n",
    "c0 = lib_new\ng0 = go_new data\nfinalizer g0 frees c0\ngc\nfinalize 0\n",
    "g0 = go_new data\ncall pointer g0\nc_retain r0 = g0\npanic\n",
    NULL,
};

static void each_row_of_asks_is_broken_by_some_scenario(void) {
    static const char *const names[SEAM_FACTS] = {
#define FACT(name, ...) #name,
#include "language/facts.def"
#undef FACT
    };
    for (const char *const *story = stories; *story != NULL; story++) {
        struct seam_text_error error = {0, 0, ""};
        expect_true(seam_text_parse(&it.scenario, *story, strlen(*story), &error));
        expect_text(error.message, "");
        expect_books();
    }
    for (int fact = 0; fact < SEAM_FACTS; fact++)
        for (int rule = 1; rule < SEAM_RULES; rule++)
            if (seam_oracle_asks((enum seam_fact_kind)fact, (enum seam_rule)rule) &&
                !broke[fact][rule]) {
                fprintf(stderr, "ASKS(%s, %s)\n", names[fact], seam_rule_rows[rule].name);
                expect_text("a row of asks.def", "broken by some scenario");
            }
}

int main(void) {
    they_agree_about_random_scenarios();
    they_agree_about_the_corpus_and_its_mutants();
    each_row_of_asks_is_broken_by_some_scenario();
    return expect_status();
}
