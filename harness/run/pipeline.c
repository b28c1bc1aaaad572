#include "run/pipeline.h"

#include <stddef.h>

#include "model/model.h"
#include "oracle/oracle.h"

typedef void witness(const struct seam_scenario *scenario, struct seam_trace *trace);

static bool run(struct seam_case *it, witness *oracle, void (*before)(void)) {
    it->judgement = (struct seam_judgement){.verdict = SEAM_VERDICT_crashed};
    if (before != NULL)
        before();
    oracle(&it->scenario, &it->expected);
    if (before != NULL)
        before();
    seam_model_run(&it->scenario, &it->observed);
    it->judgement = seam_judge(&it->expected, &it->observed);
    return it->judgement.verdict == SEAM_VERDICT_agreed;
}

bool seam_pipeline_run(struct seam_case *it) { return run(it, seam_oracle_run, NULL); }

bool seam_pipeline_run_checked(struct seam_case *it, void (*before)(void)) {
    return run(it, seam_oracle_run_checked, before);
}
