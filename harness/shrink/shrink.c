#include "shrink/shrink.h"

#include <stdio.h>

#include "run/case.h"
#include "run/pipeline.h"
#include "shrink/probe.h"
#include "shrink/reduce.h"
#include "shrink/stop.h"

/* What a search needs. */
struct search {
    struct seam_shrink *shrink;
    struct seam_probe *probe;
    struct seam_case *it; /* the probe's memory */
    struct seam_go *go;   /* the flavor of the finding; NULL: the witnesses only */
    bool has_failed;      /* an error was printed */
    struct seam_reduction reduction;
};

/* --- asking ----------------------------------------------------------------------------------- */

static void (*run_instead)(struct seam_case *it);

/* In the probe. */
static void run_case(void *memory) {
    if (run_instead != NULL)
        run_instead(memory);
    else
        seam_pipeline_run_checked(memory, NULL);
}

/* Run the witnesses; false if they died or could not be run. */
static bool ask(struct search *search, const struct seam_scenario *scenario) {
    search->it->scenario = *scenario;
    search->shrink->runs++;
    enum seam_probe_end end = seam_probe_ask(search->probe);
    search->has_failed |= end == SEAM_PROBE_failed;
    return end == SEAM_PROBE_answered;
}

static void classify(struct search *search, const struct seam_scenario *scenario,
                     struct seam_class *class) {
    *class = (struct seam_class){0};
    if (ask(search, scenario))
        seam_class_of_case(class, search->it, search->shrink->rule);
    else if (!search->has_failed)
        seam_class_of_death(class, seam_probe_words(search->probe));
}

/* The witnesses have run the scenario in `it`; what does Go do with it? */
static bool run_go(struct search *search, struct seam_go *go, struct seam_class *class) {
    static struct seam_go_case result;
    search->shrink->go_runs++;
    search->has_failed |= !seam_case_run_go(search->it, go, search->shrink->go->version, &result);
    if (!search->has_failed)
        seam_class_of_go(class, &result);
    return !search->has_failed;
}

/* --- properties ------------------------------------------------------------------------------- */

static bool stops(void *context) {
    const struct search *search = context;
    struct seam_shrink *shrink = search->shrink;
    shrink->best = search->reduction.best;
    if (shrink->progress != NULL)
        shrink->progress(shrink);
    return seam_stop_is_wanted() || search->has_failed;
}

static bool keeps_class(void *context, const struct seam_scenario *candidate) {
    struct search *search = context;
    struct seam_class class;
    classify(search, candidate, &class);
    return seam_class_equal(&class, &search->shrink->class);
}

/* Does the model predict that this flavor stops in the same way? */
static bool keeps_prediction(void *context, const struct seam_scenario *candidate) {
    struct search *search = context;
    if (!ask(search, candidate))
        return false;
    struct seam_prediction prediction =
        seam_predict(&search->it->scenario, &search->it->observed, search->shrink->class.flavor);
    struct seam_class_side side = seam_class_of_prediction(&prediction);
    return seam_class_side_equal(&side, &search->shrink->class.expected);
}

/* A wrong value is another one than the model's, whatever will stop Go later. */
static bool keeps_go_class(void *context, const struct seam_scenario *candidate) {
    struct search *search = context;
    const struct seam_class *wanted = &search->shrink->class;
    struct seam_class class;
    bool is_predicted = wanted->verdict == SEAM_VERDICT_wrong_value
                            ? ask(search, candidate)
                            : keeps_prediction(search, candidate);
    return is_predicted && run_go(search, search->go, &class) && seam_class_equal(&class, wanted);
}

/* --- the search ------------------------------------------------------------------------------- */

static void search_with(struct search *search, const struct seam_scenario *start,
                        bool (*keeps)(void *, const struct seam_scenario *)) {
    struct seam_reduction *reduction = &search->reduction;
    reduction->keeps = keeps;
    reduction->stops = stops;
    reduction->context = search;
    reduction->best = *start;
    seam_reduce(reduction);
    search->shrink->best = reduction->best;
    search->shrink->is_minimal = !reduction->is_stopped && !search->has_failed;
}

/* The flavor whose finding is meant: one that disagrees with its prediction, or the first one that
 * stops. NULL: none, or a failure. */
static struct seam_go *choose_flavor(struct search *search) {
    struct seam_shrink *shrink = search->shrink;
    struct seam_go *chosen = NULL;
    for (int i = 0; i < shrink->go->n; i++) {
        struct seam_class class;
        if (!run_go(search, shrink->go->go[i], &class))
            return NULL;
        bool is_better = chosen == NULL || (shrink->class.verdict == SEAM_VERDICT_agreed &&
                                            class.verdict != SEAM_VERDICT_agreed);
        if (class.verdict == SEAM_VERDICT_none || !is_better)
            continue;
        chosen = shrink->go->go[i];
        shrink->class = class;
    }
    return chosen;
}

/* Does this Go run the empty scenario? One that does not would make every scenario a finding. */
static bool is_sound(struct search *search, struct seam_go *go) {
    static const struct seam_scenario empty;
    static struct seam_outcome outcome;
    search->has_failed |= !seam_go_run(go, &empty, 0, &outcome);
    snprintf(search->shrink->words, sizeof search->shrink->words, "%s: %.150s",
             seam_flavor_name(seam_go_flavor(go)), outcome.message);
    return !search->has_failed && outcome.how == SEAM_HOW_finished;
}

static enum seam_shrink_end shrink_in_go(struct search *search) {
    struct seam_shrink *shrink = search->shrink;
    struct seam_scenario start = shrink->scenario;
    struct seam_class again;
    for (int i = 0; i < shrink->go->n; i++)
        if (!is_sound(search, shrink->go->go[i]))
            return SEAM_SHRINK_broken;
    start.release = seam_go_minor(shrink->go->go[0]);
    if (!ask(search, &start))
        return search->has_failed ? SEAM_SHRINK_failed : SEAM_SHRINK_nothing;
    search->go = choose_flavor(search);
    if (search->go == NULL)
        return search->has_failed ? SEAM_SHRINK_failed : SEAM_SHRINK_nothing;
    if (!run_go(search, search->go, &again))
        return SEAM_SHRINK_failed;
    if (!seam_class_equal(&again, &shrink->class))
        return SEAM_SHRINK_unstable;
    if (shrink->class.verdict == SEAM_VERDICT_agreed) {
        search_with(search, &start, keeps_prediction);
        if (!seam_stop_is_wanted() && !search->has_failed && keeps_go_class(search, &shrink->best))
            start = shrink->best;
    }
    search_with(search, &start, keeps_go_class);
    return search->has_failed ? SEAM_SHRINK_failed : SEAM_SHRINK_done;
}

enum seam_shrink_end seam_shrink_run(struct seam_shrink *it) {
    static struct search search;
    search = (struct search){.shrink = it};
    run_instead = it->run;
    it->best = it->scenario;
    it->runs = it->go_runs = 0;
    it->is_minimal = false;
    search.probe = seam_probe_open(run_case, sizeof *search.it);
    if (search.probe == NULL)
        return SEAM_SHRINK_failed;
    search.it = seam_probe_memory(search.probe);
    enum seam_shrink_end end = SEAM_SHRINK_done;
    if (it->go != NULL && it->go->n > 0) {
        end = shrink_in_go(&search);
    } else {
        classify(&search, &it->scenario, &it->class);
        if (it->class.verdict != SEAM_VERDICT_none)
            search_with(&search, &it->scenario, keeps_class);
        else
            end = SEAM_SHRINK_nothing;
        end = search.has_failed ? SEAM_SHRINK_failed : end;
    }
    seam_probe_close(search.probe);
    return end;
}
