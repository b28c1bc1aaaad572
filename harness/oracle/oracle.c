/* Decide which cgo rules, if any, a scenario breaks.
 *
 * Each step causes facts (fact.h), and each fact has one body (facts_*.c), which changes the world
 * and reports what is broken. Always true between two steps: world_check().
 *
 * To add a rule: facts.h says how. Who wants to see the world between two steps has a loop of his
 * own, in observe.c. */
#include "oracle/oracle.h"

#include "oracle/fact.h"
#include "oracle/facts.h"

static bool (*const bodies[SEAM_FACTS])(struct oracle *, const uint8_t *) = {
#define FACT(name, ...) fact_##name,
#include "language/facts.def"
#undef FACT
};

bool broken(struct oracle *o, enum seam_rule rule, enum seam_noun noun, int number) {
    seam_trace_add(o->trace, SEAM_EVENT_broken, o->step, (int)rule,
                   (uint32_t)seam_any(noun, number));
    return seam_rule_rows[rule].fate != SEAM_FATE_ENDS;
}

void saw(struct oracle *o, enum seam_noun noun, int number, uint32_t value) {
    seam_trace_add(o->trace, SEAM_EVENT_value, o->step, seam_any(noun, number), value);
}

bool oracle_apply(struct oracle *o, const struct seam_fact *fact) {
    return bodies[fact->kind](o, fact->arg);
}

void oracle_begin(struct oracle *o, const struct seam_scenario *scenario,
                  struct seam_trace *trace) {
    o->trace = trace;
    trace->n = 0;
    o->ignores_pins = seam_scenario_is_from(scenario, 22);
    o->misplaces_int128 = !seam_scenario_is_from(scenario, 22);
    o->returns_nil = seam_scenario_is_from(scenario, 26);
    o->mistakes_threads =
        seam_scenario_is_from(scenario, 21) && !seam_scenario_is_from(scenario, 25);
    o->has_array_pointers = seam_scenario_is_from(scenario, 24);
    world_init(&o->world, seam_scenario_is_from(scenario, 21));
    /* A Pinner that no step has named yet has no pins, so all may count as alive from the start. */
    o->world.pinner_variable = (1u << SEAM_PINNER_MAX) - 1;
}

static void run(const struct seam_scenario *scenario, struct seam_trace *trace, bool checked) {
    struct oracle oracle;
    oracle_begin(&oracle, scenario, trace);
    for (oracle.step = 0; oracle.step < scenario->n_steps; oracle.step++) {
        struct seam_fact list[SEAM_STEP_FACTS_MAX];
        int n = seam_facts_of_step(scenario, oracle.step, list);
        for (int i = 0; i < n; i++)
            if (!oracle_apply(&oracle, &list[i]))
                return;
        if (checked)
            world_check(&oracle.world);
    }
    oracle_apply(&oracle, &(struct seam_fact){.kind = SEAM_FACT_end});
}

void seam_oracle_run(const struct seam_scenario *scenario, struct seam_trace *trace) {
    run(scenario, trace, false);
}

void seam_oracle_run_checked(const struct seam_scenario *scenario, struct seam_trace *trace) {
    run(scenario, trace, true);
}
