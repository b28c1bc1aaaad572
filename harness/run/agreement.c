#include "run/agreement.h"

#include <unistd.h>

#include "base/check.h"
#include "run/identity.h"
#include "run/pipeline.h"

/* The memory under test is C blocks, not stack frames, and reports give their history by step: so
 * neither fake stacks nor deep allocation stacks are needed. ASAN_OPTIONS overrides this. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_stack_use_after_return=0:malloc_context_size=2:quarantine_size_mb=1:"
           "thread_local_quarantine_size_kb=64";
}

/* The invariants of the oracle's world are for tests, which run the corpus too; a fuzzer has better
 * things to do than to check them after every step. */
#ifdef SEAM_FUZZER
static bool agree(struct seam_case *it) { return seam_pipeline_run(it); }
#else
static bool agree(struct seam_case *it) { return seam_pipeline_run_checked(it, NULL); }
#endif

/* What libFuzzer watches beside the edges of oracle and model: the rules that a scenario breaks and
 * the facts that it causes, so that an input which is the first to reach one is kept. */
#ifdef SEAM_FUZZER
__attribute__((
    section("__libfuzzer_extra_counters"))) static uint8_t reached[SEAM_RULES + SEAM_FACTS];

static void tell_engine(const struct seam_case *it) {
    for (int i = 0; i < it->expected.n; i++)
        if (it->expected.events[i].kind == SEAM_EVENT_broken)
            reached[it->expected.events[i].what] = 1;
    for (int s = 0; s < it->scenario.n_steps; s++) {
        const struct seam_op_row *row = &seam_op_rows[it->scenario.steps[s].op];
        for (int i = 0; i < row->n_facts; i++)
            reached[SEAM_RULES + row->facts[i].kind] = 1;
    }
}
#else
static void tell_engine(const struct seam_case *it) { (void)it; }
#endif

static void print_case(const void *it) {
    seam_report_text(stderr, it, NULL, isatty(STDERR_FILENO));
}

void seam_require_agreement(const uint8_t *data, size_t size) {
    static struct seam_case it;
    seam_scenario_decode(&it.scenario, data, size, 0);
    seam_assert_hook(print_case, &it);
    if (!agree(&it)) {
        print_case(&it);
        seam_abort_as(&it.judgement);
    }
    tell_engine(&it);
}
